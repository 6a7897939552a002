//! The same ticker in two sources: where their returns differ by more than rounding.
//!
//! Levels may differ by a constant, as prices adjusted to another day do; a day that one source
//! lacks is passed over, since the return over it is compared as a whole.

use super::words::{finding, share, span};
use crate::base::units::{Day, format, math, shared_rows};
use crate::prices::data::PriceTable;
use crate::prices::revision::Precision;
use crate::results::{Finding, FindingKind, Severity};

/// Returns agree within this, beside the rounding of both prices: adjusted prices of one vendor
/// taken at two times agree to better.
const TOLERANCE: f64 = 1e-4;
/// Fewest common returns that are worth comparing.
const FEWEST: usize = 20;
/// Places of difference that are told one by one; more are told together.
const TOLD_SINGLY: usize = 3;
/// Share of returns that differ from which the series are not of the same thing.
const PROBLEM_SHARE: f64 = 0.1;
/// Distributions come once a year to once a month, all with one sign...
const DISTRIBUTIONS_A_YEAR: std::ops::RangeInclusive<f64> = 0.8..=13.0;
/// ... but for one in so many.
const OTHER_SIGN: usize = 10;

pub(super) const RULE: &str = "A ticker that another source of the repository has too, with a \
     return over the same days that differs by more than a hundredth of a percent and the rounding \
     of both prices. Levels may differ by a constant. Simulated sources are left out. A problem \
     where more than a tenth of the returns differ: then the two are not the same thing.";

/// Another source, to compare with.
#[derive(Debug, Clone, Copy)]
pub struct Other<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its prices.
    pub table: &'a PriceTable,
}

/// All tickers that both have. A place at which most of them differ is told once.
pub(super) fn compare(table: &PriceTable, other: &Other<'_>) -> Vec<Finding> {
    let rows = shared_rows(&table.days, &other.table.days);
    let pairs: Vec<Pair<'_>> =
        table.tickers.iter().filter_map(|ticker| Pair::of(table, ticker, other, &rows)).collect();
    let mut findings: Vec<Finding> = pairs.iter().flat_map(Pair::findings).collect();
    findings.sort_by_key(|finding| (finding.from, finding.to));
    let is_common = |place: &[Finding]| place.len() > 2 && 2 * place.len() > pairs.len();
    findings
        .chunk_by(|a, b| (a.from, a.to) == (b.from, b.to))
        .flat_map(|place| if is_common(place) { vec![together(place)] } else { place.to_vec() })
        .collect()
}

/// The differences of several tickers on the same days as one finding.
fn together(place: &[Finding]) -> Finding {
    let largest = |finding: &Finding| finding.values["largest_difference"];
    let larger = |worst, next| if largest(next) > largest(worst) { next } else { worst };
    let worst = place.iter().fold(&place[0], larger);
    let sentence = format!(
        "{} differ on the same days, {}. The most: {}",
        format::counted(place.len(), "ticker", "tickers"),
        span(worst.from, worst.to),
        worst.sentence
    );
    Finding { ticker: None, sentence, ..worst.clone() }
}

/// A return that two sources give differently.
#[derive(Clone, Copy)]
struct Difference {
    day: Day,
    ours: f64,
    theirs: f64,
    /// Position among the common returns.
    at: usize,
}

impl Difference {
    fn size(&self) -> f64 {
        (self.ours - self.theirs).abs()
    }
}

/// A ticker's returns in two sources over the days that both have.
struct Pair<'a> {
    ticker: &'a str,
    other: &'a str,
    returns: usize,
    /// Over which they are.
    years: f64,
    differences: Vec<Difference>,
}

impl<'a> Pair<'a> {
    /// `rows` are the positions of each common day in the two tables.
    fn of(
        table: &'a PriceTable,
        ticker: &'a str,
        other: &Other<'a>,
        rows: &[[usize; 2]],
    ) -> Option<Self> {
        let (ours, theirs) = (table.column(ticker)?, other.table.column(ticker)?);
        let priced = |[a, b]: &&[usize; 2]| ours[*a].is_finite() && theirs[*b].is_finite();
        let common: Vec<[usize; 2]> = rows.iter().filter(priced).copied().collect();
        let digits = [ours, theirs].map(Precision::of);
        let mut differences = Vec::new();
        for (at, pair) in common.windows(2).enumerate() {
            let [[a0, b0], [a1, b1]] = [pair[0], pair[1]];
            let allowed = TOLERANCE
                + digits[0].of_return(ours[a0], ours[a1])
                + digits[1].of_return(theirs[b0], theirs[b1]);
            let difference = Difference {
                day: table.days[a1],
                ours: math::ln(ours[a1] / ours[a0]),
                theirs: math::ln(theirs[b1] / theirs[b0]),
                at,
            };
            if difference.size() > allowed {
                differences.push(difference);
            }
        }
        let returns = common.len().saturating_sub(1);
        let day = |at: usize| table.days[common[at][0]];
        (returns >= FEWEST).then(|| {
            let years = f64::from((day(returns) - day(0)).get_days()) / 365.25;
            Self { ticker, other: other.name, returns, years, differences }
        })
    }

    /// The differences as findings: a few one by one, many together.
    fn findings(&self) -> Vec<Finding> {
        // A wrong price makes two wrong returns: neighbours are one place.
        let places = self.differences.chunk_by(|a, b| a.at + 1 == b.at);
        if places.clone().count() > TOLD_SINGLY {
            return vec![self.many()];
        }
        places.map(|place| self.one(place)).collect()
    }

    fn one(&self, place: &[Difference]) -> Finding {
        let (first, last) = (place[0], place[place.len() - 1]);
        let sentence = format!(
            "{} returned {} on {} here and {} in {}{}.",
            self.ticker,
            bare(first.ours),
            first.day,
            bare(first.theirs),
            self.other,
            match place.len() {
                1 => String::new(),
                2 => format!(", and the other way round on {}", last.day),
                _ => format!(", and they differ until {}", last.day),
            }
        );
        // The price of the day before the last return is the last that differs.
        let to = place[place.len().saturating_sub(2)].day;
        self.finding(Severity::Caution, (first.day, to), place, sentence)
    }

    fn many(&self) -> Finding {
        let differences = &self.differences;
        let part = differences.len() as f64 / self.returns as f64;
        let mut worst = differences.clone();
        worst.sort_by(|a, b| b.size().total_cmp(&a.size()).then(a.day.cmp(&b.day)));
        let days: Vec<String> = worst
            .iter()
            .take(TOLD_SINGLY)
            .map(|d| format!("{} ({} here, {} there)", d.day, bare(d.ours), bare(d.theirs)))
            .collect();
        let (severity, cause) = match self.without_distributions() {
            Some(lower) => (
                Severity::Caution,
                format!(
                    " They come like distributions and have one sign: {lower} looks not adjusted \
                     for them."
                ),
            ),
            None if part > PROBLEM_SHARE => {
                (Severity::Problem, " These are not two copies of one series.".to_owned())
            }
            None => (Severity::Caution, String::new()),
        };
        let sentence = format!(
            "{} differs from {} on {} of {} ({}), worst on {}.{cause}",
            self.ticker,
            self.other,
            format::counted(differences.len(), "return", "returns"),
            format::count(self.returns),
            share(part),
            days.join(", "),
        );
        let span = (differences[0].day, differences[differences.len() - 1].day);
        self.finding(severity, span, differences, sentence)
    }

    /// Which side lacks distributions, when the differences look like them: of one sign, and as
    /// often as funds and companies pay.
    fn without_distributions(&self) -> Option<&str> {
        let count = self.differences.len();
        let a_year = count as f64 / self.years;
        let lower = self.differences.iter().filter(|d| d.ours < d.theirs).count();
        let sides = [(count - lower, "this source"), (lower, self.other)];
        let (_, side) = sides.into_iter().find(|(other, _)| OTHER_SIGN * other <= count)?;
        DISTRIBUTIONS_A_YEAR.contains(&a_year).then_some(side)
    }

    fn finding(
        &self,
        severity: Severity,
        span: (Day, Day),
        differences: &[Difference],
        sentence: String,
    ) -> Finding {
        let largest = differences.iter().map(Difference::size).fold(0.0, f64::max);
        let values = [
            ("returns", differences.len() as f64),
            ("compared", self.returns as f64),
            ("largest_difference", largest),
        ];
        finding(FindingKind::Disagreement, severity, Some(self.ticker), span, &values, sentence)
    }
}

/// "+1.23 %".
fn bare(log_return: f64) -> String {
    format::percent_difference(Some(libm::expm1(log_return)), 2)
}
