//! Yahoo's chart interface: JSON with one array a field, `null` where there was no trade.
//!
//! Open, high, low and close are adjusted for splits; `adjclose` for splits and distributions, by
//! multipliers, backwards from the last day. A bar's time is the start of its session. While the
//! session runs, its bar is there already and changes: it is left out until the trading period has
//! been over for an hour, which covers the closing auctions that the period leaves out on several
//! exchanges and the delay of quotes.
//!
//! Prices are numbers of single precision written as doubles, and are kept as they come.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::Value;

use super::failure::{Failure, excerpt};
use super::provider::{Provider, Query, Request, encode};
use crate::base::units::Day;
use crate::prices::quotes::{Decimal, Field, Ordered, Quote, Quotes};

/// How long after the end of its trading period a session's bar is final.
const SETTLING: SignedDuration = SignedDuration::from_hours(1);

#[derive(Deserialize)]
struct Answer {
    chart: Chart,
}

#[derive(Deserialize)]
struct Chart {
    result: Option<Vec<Series>>,
    error: Option<Value>,
}

#[derive(Deserialize)]
struct Series {
    meta: Meta,
    timestamp: Option<Vec<i64>>,
    indicators: BTreeMap<String, Vec<Columns>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Meta {
    /// Seconds east of UTC, today.
    gmtoffset: i32,
    data_granularity: Option<String>,
    current_trading_period: Option<BTreeMap<String, TradingPeriod>>,
}

#[derive(Deserialize)]
struct TradingPeriod {
    start: i64,
    end: i64,
}

type Columns = BTreeMap<String, Option<Vec<Option<f64>>>>;

pub(super) const YAHOO: Provider = Provider {
    name: "yahoo",
    home: "https://query1.finance.yahoo.com",
    key: None,
    pace: Duration::from_millis(500),
    request,
    refusal,
    parse,
};

fn request(home: &str, asked: &Query<'_>, _key: &str) -> Request {
    let symbol = encode(&asked.symbol.symbol);
    // Sessions of the far east begin on the day before in UTC; what is too early is cut off.
    let start = seconds(asked.from) - 86_400;
    // Exclusive; the end of the day that it is in UTC, so that an address lasts a day.
    let end = seconds(asked.today()) + 86_400;
    let url = format!(
        "{home}/v8/finance/chart/{symbol}?period1={start}&period2={end}&interval=1d\
         &events=div%7Csplit"
    );
    Request { url, authorization: None }
}

fn refusal(body: &str) -> Option<Failure> {
    let error = serde_json::from_str::<Answer>(body).ok()?.chart.error?;
    let said = ["description", "code"].map(|key| error[key].as_str().unwrap_or_default());
    let said = if said[0].is_empty() { said[1] } else { said[0] };
    Some(
        Failure::ticker(format!("no prices of this symbol: {}", excerpt(said)))
            .hint("look the symbol up on finance.yahoo.com; share classes have a dash: BRK-B"),
    )
}

fn parse(asked: &Query<'_>, body: &str) -> Result<Quotes, Failure> {
    let answer: Answer = serde_json::from_str(body).map_err(|error| {
        let message = format!("the answer is not as documented: {error}: {}", excerpt(body));
        if error.is_eof() { Failure::passing(message) } else { Failure::changed(message) }
    })?;
    let series = answer.chart.result.into_iter().flatten().next();
    let Series { meta, timestamp, indicators } =
        series.ok_or_else(|| Failure::changed(format!("no chart: {}", excerpt(body))))?;
    if let Some(other) = meta.data_granularity.as_ref().filter(|other| *other != "1d") {
        let message = format!("bars of `{other}` came where days were asked for");
        return Err(Failure::changed(message));
    }
    let column = |kind: &str, name: &str| indicators.get(kind)?.first()?.get(name)?.clone();
    let prices = match asked.field {
        Field::AdjustedClose => column("adjclose", "adjclose"),
        field => column("quote", field.name()),
    };
    let volumes = column("quote", "volume").unwrap_or_default();
    // A range without a single bar has no arrays at all.
    let (times, prices) = match (timestamp, prices) {
        (None, _) => Default::default(),
        (Some(times), Some(prices)) if prices.len() == times.len() => (times, prices),
        (Some(times), Some(prices)) => {
            let message = format!("{} prices came for {} days", prices.len(), times.len());
            return Err(Failure::changed(message));
        }
        (Some(_), None) => {
            let message = format!("there is no column of {} prices", asked.field.words());
            return Err(Failure::changed(message));
        }
    };
    let offset = Offset::from_seconds(meta.gmtoffset)
        .map_err(|_| Failure::changed(format!("a time zone of {} seconds", meta.gmtoffset)))?;
    let unfinished = unfinished(&meta, asked, offset);
    let mut rows = Vec::with_capacity(times.len());
    for (row, (time, price)) in times.into_iter().zip(prices).enumerate() {
        let day = day(time, offset).ok_or_else(|| Failure::changed(format!("a time of {time}")))?;
        let is_wanted = day >= asked.from && day < unfinished;
        let Some(price) = price.filter(|_| is_wanted) else { continue };
        let price = Decimal::from_f64(price).ok_or_else(|| {
            Failure::ticker(format!("a price of {price} on {day}"))
                .hint("leave the ticker out, or let the source start after that day")
        })?;
        rows.push((row, Quote { day, price, volume: volumes.get(row).copied().flatten() }));
    }
    // The last trade may come as a bar of its own beside its day's: the day's stays.
    Ok(Ordered::new(&asked.symbol.ticker, rows).quotes)
}

/// The first day whose bar is not final: that of the running session, or of the one after it. A
/// trading period that is out of date says nothing of later days, which are final once they are
/// over in UTC.
fn unfinished(meta: &Meta, asked: &Query<'_>, offset: Offset) -> Day {
    let period = meta.current_trading_period.as_ref().and_then(|periods| periods.get("regular"));
    let session = period.and_then(|TradingPeriod { start, end }| {
        let end = Timestamp::from_second(*end).ok()?;
        Some((day(*start, offset)?, end.saturating_add(SETTLING).unwrap_or(Timestamp::MAX)))
    });
    match session {
        Some((session, end)) if asked.now < end => session,
        Some((session, _)) => session.tomorrow().unwrap_or(session).max(asked.today()),
        None => asked.today(),
    }
}

/// The day at the exchange. `offset` is today's, so that what begins at midnight there seems to
/// begin an hour before it during the other half of the year.
fn day(seconds: i64, offset: Offset) -> Option<Day> {
    let time = offset.to_datetime(Timestamp::from_second(seconds).ok()?);
    let is_midnight = (time.hour(), time.minute(), time.second()) == (23, 0, 0);
    if is_midnight { time.date().tomorrow().ok() } else { Some(time.date()) }
}

/// Midnight at the start of a day in UTC, in seconds.
fn seconds(day: Day) -> i64 {
    Offset::UTC.to_timestamp(day.at(0, 0, 0, 0)).map_or(0, Timestamp::as_second)
}

#[cfg(test)]
mod tests {
    use super::super::failure::Kind;
    use super::super::provider::tests::{asked, rows, symbol};
    use super::*;

    /// Sessions of 4 to 8 March 2024 in New York, the last one running at 21:00 UTC; prices
    /// invented.
    fn body(end_of_session: i64) -> String {
        let start = end_of_session - 23_400;
        format!(
            r#"{{"chart":{{"result":[{{"meta":{{"gmtoffset":-18000,"dataGranularity":"1d",
            "currentTradingPeriod":{{"regular":{{"start":{start},"end":{end_of_session}}}}}}},
            "timestamp":[1709562600,1709649000,1709735400,1709821800,1709908200,1709931601],
            "indicators":{{"quote":[{{"open":[1,2,3,4,5,5],"high":[1,2,3,4,5,5],"low":[1,2,3,4,5,5],
            "close":[10.5,null,12.5,13.5,14.5,14.75],"volume":[1,null,3,4,5,6]}}],
            "adjclose":[{{"adjclose":[9.875,null,11.125,12.25,13.25,13.5]}}]}}}}],"error":null}}}}"#
        )
    }

    fn read(field: Field, body: &str) -> Result<Vec<String>, Failure> {
        let symbol = symbol("SPY");
        parse(&asked(&symbol, field), body).map(|quotes| rows(&quotes))
    }

    #[test]
    fn nulls_and_the_running_session_are_left_out() {
        // Asked at 21:30 UTC; the session ends at 21:00.
        let running = read(Field::AdjustedClose, &body(1_709_931_600)).unwrap();
        assert_eq!(running, ["2024-03-04 9.875", "2024-03-06 11.125", "2024-03-07 12.25"]);
        // A half day: over for more than an hour. The last trade is not a bar of its own.
        let over = read(Field::Close, &body(1_709_922_600)).unwrap();
        assert_eq!(over[3], "2024-03-08 14.5");
        assert_eq!(over.len(), 4);
    }

    #[test]
    fn a_trading_period_that_is_out_of_date_makes_no_later_bar_final() {
        // The period of the day before, long over; the bar of 8 March may still change.
        let stale = read(Field::Close, &body(1_709_845_200)).unwrap();
        assert_eq!(stale.last().unwrap(), "2024-03-07 13.5");
        let senseless = body(1_709_845_200).replace("1709845200", "9223372036854775807");
        assert_eq!(read(Field::Close, &senseless).unwrap(), stale);
    }

    #[test]
    fn a_bar_that_begins_at_midnight_is_of_one_day_all_year() {
        // Midnight in New York: 04:00 UTC in summer, 05:00 in winter, whatever today's offset.
        let of = |time: &str, hours| {
            let seconds = time.parse::<Timestamp>().unwrap().as_second();
            day(seconds, Offset::constant(hours)).unwrap().to_string()
        };
        for hours in [-5, -4] {
            assert_eq!(of("2024-07-01T04:00:00Z", hours), "2024-07-01");
            assert_eq!(of("2024-01-02T05:00:00Z", hours), "2024-01-02");
            assert_eq!(of("2024-01-02T14:30:00Z", hours), "2024-01-02");
        }
    }

    #[test]
    fn what_is_not_as_documented_is_refused() {
        let good = body(1_709_922_600);
        for (from, to, expected) in [
            ("\"1d\"", "\"1mo\"", "bars of `1mo` came"),
            ("adjclose", "adj", "no column of adjusted"),
            ("12.25,", "", "5 prices came for 6 days"),
            ("9.875", "-1", "a price of -1 on 2024-03-04"),
        ] {
            let failure = read(Field::AdjustedClose, &good.replace(from, to)).unwrap_err();
            assert!(failure.kind == Kind::Ticker && failure.message.contains(expected));
        }
    }
}
