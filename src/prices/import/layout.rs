//! What the columns of a file are: which layout it has, and which of its columns count.
//!
//! The names of the columns tell the layout. A name that is neither a price nor anything else that
//! providers write is a ticker; a header that mixes the two is refused until the user says.

use indexmap::IndexSet;

use super::dates::looks_like_date;
use crate::base::diagnostic::{Problem, Problems};
use crate::prices::quotes::{Column, Field, Sheet, is_missing};

/// How prices are arranged in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// One ticker, a column for each price of the bar: `Date,Open,High,Low,Close,...`.
    Ticker,
    /// A column for each ticker: `date,SPY,XLB,...`.
    Wide,
    /// A column for each ticker and price of the bar: `SPY.Open,SPY.Close,...`, or two header lines.
    WideBars,
    /// A row for each day and ticker: `date,ticker,close`.
    Long,
}

impl Layout {
    /// Those that the command line names; bars in a wide table tell themselves.
    pub(crate) const NAMED: [Self; 3] = [Self::Ticker, Self::Wide, Self::Long];

    /// As the command line writes it, and a table of the files.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Ticker => "ticker",
            Self::Wide => "wide",
            Self::WideBars => "wide, bars",
            Self::Long => "long",
        }
    }
}

/// The columns of a file that count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Plan {
    pub(super) layout: Layout,
    /// First row that is not of the header.
    pub(super) body: usize,
    pub(super) day: usize,
    /// The column of tickers, in the long layout.
    pub(super) ticker: Option<usize>,
    /// The column of bar lengths, where there is one.
    pub(super) period: Option<usize>,
    pub(super) series: Vec<SeriesColumns>,
    /// The field that the prices are of; `None` where the file does not say.
    pub(super) field: Option<Field>,
    /// What the file calls its prices; blank where their column has another name.
    pub(super) price_name: String,
    /// Names of columns that are no part of the result and that no provider is known to write.
    pub(super) unused: Vec<String>,
}

/// Where one ticker's prices stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SeriesColumns {
    /// `None` where the file does not name it in its header.
    pub(super) ticker: Option<String>,
    pub(super) price: usize,
    pub(super) volume: Option<usize>,
}

/// Finds out the layout of a sheet, or takes the one that the user named.
///
/// # Errors
/// A header that fits no layout or two, or that lacks the field asked for.
pub(super) fn plan(
    sheet: &Sheet<'_>,
    layout: Option<Layout>,
    field: Option<Field>,
) -> Result<Plan, Problems> {
    if sheet.rows().len() < 2 {
        return Err(sheet.problem_of_file("the file has no rows below its header").into());
    }
    if looks_like_date(sheet.cell(0, 0)) {
        return Err(sheet
            .problem(0, 0, "the file has no header: its first line begins with a date")
            .expected("names of columns")
            .hint("put one above: `Date,Open,High,Low,Close,Volume` or `date,SPY,XLB`")
            .into());
    }
    let header = Header::new(sheet)?;
    let layout = match layout {
        Some(Layout::Wide) if !header.bars.is_empty() => Layout::WideBars,
        Some(layout) => layout,
        None => header.layout()?,
    };
    match layout {
        Layout::Ticker | Layout::Long => header.by_field(layout, field),
        Layout::Wide => header.wide(field),
        Layout::WideBars => header.wide_bars(field),
    }
    .map_err(Problems::from)
}

/// The columns of a file by their names.
struct Header<'a> {
    sheet: &'a Sheet<'a>,
    names: Vec<&'a str>,
    kinds: Vec<Option<Column>>,
    day: usize,
    /// First row below the header.
    body: usize,
    /// Columns that are each of a ticker and of a kind, where the header names both.
    bars: Vec<Bar>,
}

type Bar = (usize, String, Column);

impl<'a> Header<'a> {
    fn new(sheet: &'a Sheet<'a>) -> Result<Self, Problem> {
        let names: Vec<&str> = sheet.header().iter().map(|name| &**name).collect();
        let kinds: Vec<Option<Column>> = names.iter().map(|name| Column::named(name)).collect();
        let mut header = Self { sheet, names, kinds, day: 0, body: 1, bars: Vec::new() };
        if let Some((bars, body)) = header.two_lines() {
            return Ok(Self { bars, body, ..header });
        }
        // The index of a data frame has no name, or one that says so.
        let index =
            header.names.iter().position(|name| *name == "__index_level_0__").or_else(|| {
                let words = ["", "unnamed: 0", "index"];
                let first = words.iter().any(|word| header.names[0].eq_ignore_ascii_case(word));
                (first && looks_like_date(sheet.cell(1, 0))).then_some(0)
            });
        header.day = header.find(Column::Day).or(index).ok_or_else(|| {
            sheet
                .problem(0, 0, "no column is named `date`")
                .expected("`Date,Open,High,Low,Close,...`, `date,SPY,XLB` or `date,ticker,close`")
                .hint("a file that holds no prices must not be among the paths")
        })?;
        header.bars = header.joined_names().unwrap_or_default();
        Ok(header)
    }

    /// Positions of all columns but the days'.
    fn others(&self) -> impl Iterator<Item = usize> {
        (0..self.names.len()).filter(|&column| column != self.day)
    }

    fn find(&self, kind: Column) -> Option<usize> {
        self.kinds.iter().position(|found| *found == Some(kind))
    }

    /// A header of two lines, prices in one and tickers in the other, as yfinance and
    /// pandas-datareader write it; often with a third that names the index.
    fn two_lines(&self) -> Option<(Vec<Bar>, usize)> {
        let sheet = self.sheet;
        if sheet.rows().len() < 3 || self.names.len() < 2 {
            return None;
        }
        let corner = |row: usize| {
            let words = ["", "price", "ticker", "attributes", "symbols"];
            words.iter().any(|word| sheet.cell(row, 0).eq_ignore_ascii_case(word))
        };
        let line = |row: usize| sheet.rows()[row].iter().skip(1).map(|cell| &**cell);
        let is_name = |text: &str| !is_missing(text) && text.parse::<f64>().is_err();
        if !corner(0) || !corner(1) || !line(0).chain(line(1)).all(is_name) {
            return None;
        }
        let kinds = |row: usize| line(row).map(Column::named).collect::<Option<Vec<Column>>>();
        let (kinds, tickers) = match (kinds(0), kinds(1)) {
            (Some(kinds), None) => (kinds, 1),
            (None, Some(kinds)) => (kinds, 0),
            _ => return None,
        };
        let names_index = (1..self.names.len()).all(|column| sheet.cell(2, column).is_empty());
        let columns = (1..).zip(line(tickers)).zip(kinds);
        let columns = columns.map(|((at, ticker), kind)| (at, ticker.to_owned(), kind)).collect();
        Some((columns, if names_index { 3 } else { 2 }))
    }

    /// Names that hold both: `SPY.Close` as R's quantmod writes them, `('Close', 'SPY')` as pandas
    /// does.
    fn joined_names(&self) -> Option<Vec<Bar>> {
        let both = |one: &str, other: &str| match (Column::named(one), Column::named(other)) {
            (Some(kind), None) => Some((other.to_owned(), kind)),
            (None, Some(kind)) => Some((one.to_owned(), kind)),
            _ => None,
        };
        let split = |name: &str| {
            let pair = name.strip_prefix("('").and_then(|rest| rest.strip_suffix("')"));
            // `adj_close` is the close of no ticker `adj`.
            if Column::named(name).is_some() {
                return None;
            }
            if let Some((one, other)) = pair.and_then(|pair| pair.split_once("', '")) {
                return both(one, other);
            }
            name.match_indices(['.', '_', ' ']).find_map(|(at, _)| {
                let (ticker, kind) = (&name[..at], Column::named(&name[at + 1..])?);
                (at > 0 && Column::named(ticker).is_none()).then(|| (ticker.to_owned(), kind))
            })
        };
        let named = |at: usize| split(self.names[at]).map(|(ticker, kind)| (at, ticker, kind));
        self.others().map(named).collect()
    }

    /// The layout that the names tell.
    fn layout(&self) -> Result<Layout, Problem> {
        if !self.bars.is_empty() {
            return Ok(Layout::WideBars);
        }
        let prices = self.others().filter(|&c| matches!(self.kinds[c], Some(Column::Price(_))));
        let unknown = self.others().find(|&column| self.kinds[column].is_none());
        let extra = self.others().find(|&column| self.kinds[column].is_some());
        let has_ticker = self.find(Column::Ticker).is_some();
        let problem = |column: usize, what: &str| {
            self.sheet.problem(0, column, format!("`{}` {what}", self.names[column]))
        };
        Err(match (prices.count(), unknown, has_ticker, extra) {
            (1.., _, true, _) => return Ok(Layout::Long),
            // A bar has several prices: what stands beside them is an extra of the provider.
            (3.., _, false, _) | (1.., None, false, _) => return Ok(Layout::Ticker),
            (0, Some(_), false, None) => return Ok(Layout::Wide),
            (0, Some(_), false, Some(column)) => problem(column, "is no ticker's name")
                .expected("tickers only, or one ticker's prices")
                .hint("take the column out, or say `--layout wide` if it is a ticker"),
            (0, Some(column), true, _) => problem(column, "is not known to be a price")
                .expected("one column named `close`, or another field of the bar")
                .hint("rename it, or say `--layout wide` if every column is a ticker"),
            (1.., Some(column), false, _) => {
                problem(column, "looks like a ticker in a file of one ticker's prices").hint(
                    "say what it is: `--layout ticker` (one ticker, this column is not used) or \
                     `--layout wide` (every column is a ticker)",
                )
            }
            (0, None, ..) => self
                .sheet
                .problem(0, self.day, "there is no column of prices")
                .expected("`close`, `adj close` or one column a ticker"),
        })
    }

    fn plan(
        &self,
        layout: Layout,
        series: Vec<SeriesColumns>,
        field: Option<Field>,
        price_name: &str,
    ) -> Plan {
        let (price_name, unused) = (price_name.to_owned(), Vec::new());
        let (body, day, ticker, period) = (self.body, self.day, None, None);
        Plan { layout, body, day, ticker, period, series, field, price_name, unused }
    }

    /// One ticker's columns, or those of the long layout.
    fn by_field(&self, layout: Layout, field: Option<Field>) -> Result<Plan, Problem> {
        let kinds: Vec<Column> = self.others().filter_map(|column| self.kinds[column]).collect();
        let field = chosen_field(self.sheet, &kinds, field)?;
        let Some(price) = self.find(Column::Price(field)) else {
            unreachable!("a field is chosen from those that are there")
        };
        let ticker = match layout {
            Layout::Long => Some(self.find(Column::Ticker).ok_or_else(|| {
                self.sheet
                    .problem(0, self.day, "no column is named `ticker`")
                    .expected("a header `date,ticker,close`")
            })?),
            _ => None,
        };
        let unused = |&column: &usize| {
            let second = self.kinds[column] == self.kinds[price] && column != price;
            self.kinds[column].is_none() || second
        };
        let series = SeriesColumns { ticker: None, price, volume: self.find(Column::Volume) };
        Ok(Plan {
            ticker,
            period: self.find(Column::Period),
            unused: self.others().filter(unused).map(|c| self.names[c].to_owned()).collect(),
            ..self.plan(layout, vec![series], Some(field), self.names[price])
        })
    }

    /// Every column but the days is a ticker.
    fn wide(&self, field: Option<Field>) -> Result<Plan, Problem> {
        // A trailing separator makes a column of nothing.
        let series = self
            .others()
            .filter(|&column| self.sheet.rows().iter().any(|row| !row[column].is_empty()))
            .map(|price| {
                let ticker = Some(self.names[price].to_owned());
                SeriesColumns { ticker, price, volume: None }
            })
            .collect();
        let price_name = if field.is_some() { "as told" } else { "" };
        Ok(self.plan(Layout::Wide, series, field, price_name))
    }

    fn wide_bars(&self, field: Option<Field>) -> Result<Plan, Problem> {
        let kinds: Vec<Column> = self.bars.iter().map(|(.., kind)| *kind).collect();
        let field = chosen_field(self.sheet, &kinds, field)?;
        let of = |ticker: &str, wanted: Column| {
            let mut columns = self.bars.iter();
            columns.find(|(_, name, kind)| name == ticker && *kind == wanted).map(|(at, ..)| *at)
        };
        let tickers: IndexSet<&str> = self.bars.iter().map(|(_, name, _)| &**name).collect();
        let (mut series, mut without) = (Vec::new(), Vec::new());
        for ticker in tickers {
            match of(ticker, Column::Price(field)) {
                Some(price) => series.push(SeriesColumns {
                    ticker: Some(ticker.to_owned()),
                    price,
                    volume: of(ticker, Column::Volume),
                }),
                None => without.push(ticker),
            }
        }
        if !without.is_empty() {
            let message = format!("no {} of {}", field.words(), without.join(", "));
            let problem = self.sheet.problem(0, 0, message);
            return Err(problem.hint("choose a price that all have with --field"));
        }
        Ok(self.plan(Layout::WideBars, series, Some(field), ""))
    }
}

/// The field asked for, or the adjusted close, or the close.
fn chosen_field(
    sheet: &Sheet<'_>,
    kinds: &[Column],
    asked: Option<Field>,
) -> Result<Field, Problem> {
    let has = |field: &Field| kinds.contains(&Column::Price(*field));
    let wanted = asked.map_or(vec![Field::AdjustedClose, Field::Close], |field| vec![field]);
    wanted.into_iter().find(has).ok_or_else(|| {
        let there_are: Vec<&str> = Field::ALL.into_iter().filter(has).map(Field::name).collect();
        let there_are = if there_are.is_empty() { "none".into() } else { there_are.join(", ") };
        let words = asked.map_or("close", Field::words);
        sheet
            .problem(0, 0, format!("there is no column of {words} prices"))
            .expected(format!("one of its fields: {there_are}"))
            .hint("choose one with --field")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan_of(text: &str, layout: Option<Layout>) -> Result<Plan, String> {
        let sheet = Sheet::split("a.csv", text, ',').unwrap();
        plan(&sheet, layout, None).map_err(|problems| problems.to_string())
    }

    fn found(text: &str) -> (Layout, Vec<String>, String) {
        let plan = plan_of(text, None).unwrap();
        let tickers = plan.series.iter().map(|s| s.ticker.clone().unwrap_or_default()).collect();
        (plan.layout, tickers, plan.price_name)
    }

    #[test]
    fn the_names_of_the_columns_tell_the_layout() {
        let cases = [
            (
                "Date,Open,High,Low,Close,Adj Close,Volume\n2020-01-02,,,,,,\n",
                Layout::Ticker,
                "Adj Close",
            ),
            ("Date,Close/Last,Volume,Open,High,Low\n1,,,,,\n", Layout::Ticker, "Close/Last"),
            ("date,close\n2020-01-02,1\n", Layout::Ticker, "close"),
            ("date,adj_close\n2020-01-02,1\n", Layout::Ticker, "adj_close"),
            ("date,open,high,low,close,note\n1,,,,,\n", Layout::Ticker, "close"),
            ("date,SPY,XLB\n2020-01-02,1,2\n", Layout::Wide, ""),
            (",SPY\n2020-01-02,1\n", Layout::Wide, ""),
            ("close,symbol,date\n1,SPY,2020-01-02\n", Layout::Long, "close"),
            ("<TICKER>,<PER>,<DATE>,<CLOSE>\nSPY.US,D,20200102,1\n", Layout::Long, "<CLOSE>"),
            ("Date,SPY.Close,SPY.Volume\n2020-01-02,1,2\n", Layout::WideBars, ""),
        ];
        for (text, layout, price) in cases {
            let (found, _, name) = found(text);
            assert_eq!((found, &*name), (layout, price), "{text}");
        }
    }

    #[test]
    fn headers_of_two_lines_and_joined_names_give_the_same_tickers() {
        let texts = [
            "Price,Adj Close,Adj Close,Volume\nTicker,SPY,XLB,SPY\nDate,,,\n2020-01-02,1,2,3\n",
            "Ticker,SPY,XLB,SPY\nPrice,Adj Close,Adj Close,Volume\nDate,,,\n2020-01-02,1,2,3\n",
            ",Adj Close,Adj Close,Volume\n,SPY,XLB,SPY\n2020-01-02,1,2,3\n",
            "SPY_adj_close,XLB_adj_close,SPY_volume,date\n1,2,3,2020-01-02\n",
            "\"('Adj Close', 'SPY')\",\"('Adj Close', 'XLB')\",\"('Volume', 'SPY')\",__index_level_0__\n1,2,3,2020-01-02\n",
        ];
        for text in texts {
            let expected = ["SPY", "XLB"].map(str::to_owned).to_vec();
            assert_eq!(found(text), (Layout::WideBars, expected, String::new()));
        }
    }

    #[test]
    fn a_header_without_prices_is_refused() {
        // What could mean two things is among the fixtures of the suite.
        let told = plan_of("date,volume\n2020-01-02,1\n", None).unwrap_err();
        assert!(told.contains("no column of prices"), "{told}");
    }
}
