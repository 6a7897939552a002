//! The finding over all experiments in one sentence, and the numbers under it.

use super::finding::{Claim, Controls, Lasting, Paid, Study};
use crate::base::units::format;
use crate::report::site::kit::view::range;

impl Study {
    /// One sentence, without the stop at its end: what was found, how much of it outlasts the number
    /// of experiments, whether it paid, and what the controls did.
    pub(crate) fn headline(&self) -> String {
        let Self { experiments, controls, .. } = self;
        let what = self.what();
        if controls.something > 0 {
            let whose = match (controls.something, controls.count()) {
                (1, 1) => "The control finds".to_owned(),
                (1, all) => format!("One of {} controls finds", amount(all)),
                (some, all) if some == all => "The controls find".to_owned(),
                (some, all) => format!("{} of {} controls find", upper(some), amount(all)),
            };
            return format!(
                "{whose} a signal where there is none: until that is explained, nothing here is \
                 evidence"
            );
        }
        if *experiments == 0 {
            return match controls.count() {
                0 => "No experiment has anything to say yet".to_owned(),
                _ => format!("Only controls so far: {}", said_of(controls)),
            };
        }
        let is_one = *experiments == 1;
        let (finding, counted) = match self.claim {
            Claim::Suspect(some) => {
                let who = match (is_one, some) {
                    (true, _) => "it forecasts".to_owned(),
                    (_, 1) => format!("{} forecasts", self.share(1)),
                    (_, some) => format!("{} forecast", self.share(some)),
                };
                return format!(
                    "Too good to be believed: {who} better than any market allows, so look for a \
                     leak first"
                );
            }
            Claim::Clear => {
                (format!("Past returns say something about {what}{}", self.lasting()), self.held())
            }
            Claim::Weak => (
                format!(
                    "There is weak evidence that past returns say something about {what}{}",
                    self.lasting()
                ),
                self.held(),
            ),
            Claim::Lost if is_one => (
                format!(
                    "What past returns say about {what} does not outlast the other experiments"
                ),
                None,
            ),
            Claim::Lost => (
                format!(
                    "What {} {} about {what} does not outlast their number",
                    self.share(self.by_themselves),
                    if self.by_themselves == 1 { "finds" } else { "find" }
                ),
                Some(match self.family {
                    Some(all) => format!("with all {} counted none is evidence", amount(all)),
                    None => "none is evidence".to_owned(),
                }),
            ),
            Claim::VolatileDays => (
                format!("What past returns say about {what} rests on a few volatile days"),
                (!is_one).then(|| format!("none of {} is evidence", self.all())),
            ),
            Claim::None => (
                format!("No sign that past returns say anything about {what}"),
                (!is_one).then(|| format!("none of {} is evidence", self.all())),
            ),
        };
        let clauses: Vec<String> =
            [counted, self.paid(), Some(said_of(controls))].into_iter().flatten().collect();
        format!("{finding}: {}", format::list(&clauses))
    }

    /// Two or three sentences with the numbers.
    pub(crate) fn lead(&self) -> String {
        let sentences: Vec<String> = [self.knew(), self.zero(), self.earned(), self.searched()]
            .into_iter()
            .flatten()
            .collect();
        sentences.join(" ")
    }

    /// "the next day’s SPY".
    fn what(&self) -> String {
        format!("the next {}’s {}", self.frequency.noun(), self.target)
    }

    /// "16 experiments".
    fn all(&self) -> String {
        match self.experiments {
            1 => "one experiment".to_owned(),
            many => format!("{} experiments", amount(many)),
        }
    }

    /// "15 of 18 experiments".
    fn share(&self, some: usize) -> String {
        match some {
            some if some == self.experiments && some > 1 => format!("all {}", self.all()),
            1 => format!("one of {}", self.all()),
            some => format!("{} of {}", amount(some), self.all()),
        }
    }

    /// How many hold as one of all; `None` of one experiment.
    fn held(&self) -> Option<String> {
        if self.experiments == 1 {
            return None;
        }
        let share = self.share(self.surviving);
        let hold = if self.surviving == 1 { "holds" } else { "hold" };
        Some(match self.family {
            Some(all) => format!("{share} {hold} up with all {} counted", amount(all)),
            None => format!("{share} {hold} up"),
        })
    }

    fn lasting(&self) -> String {
        match self.lasting {
            Lasting::Alive => ", and still do".to_owned(),
            Lasting::Weakened => ", but less than before".to_owned(),
            Lasting::Gone => ", or did: it is gone".to_owned(),
            Lasting::OneYear(year) => format!(", most of it in {year}"),
            Lasting::Unclear => String::new(),
        }
    }

    fn paid(&self) -> Option<String> {
        let who = if self.experiments == 1 { "trading on it does not" } else { "none" };
        Some(match (self.paid?, self.experiments) {
            (Paid::Beats(_), 1) => "trading on it beats holding".to_owned(),
            (Paid::Beats(1), _) => "one beats holding".to_owned(),
            (Paid::Beats(some), _) => format!("{} beat holding", amount(some)),
            (Paid::Above(_), 1) => format!("{who} surely beat holding"),
            (Paid::Above(_), _) => format!("{who} surely beats holding"),
            (Paid::Below, 1) => format!("{who} beat holding"),
            (Paid::Below, _) => format!("{who} beats holding"),
        })
    }

    fn knew(&self) -> Option<String> {
        match self.failed {
            0 => None,
            1 => Some("One experiment knew the future and counts for nothing.".to_owned()),
            many => {
                Some(format!("{} experiments knew the future and count for nothing.", upper(many)))
            }
        }
    }

    /// "All 16 intervals of R² include zero."
    fn zero(&self) -> Option<String> {
        let [below, around, above] = self.intervals;
        let all = below + around + above;
        let parts = [(above, "above zero"), (below, "below zero")];
        Some(match (all, around) {
            (0, _) => return None,
            (1, 1) => "The interval of R² includes zero.".to_owned(),
            (1, _) => {
                let side = if above > 0 { "above" } else { "below" };
                format!("The interval of R² lies {side} zero.")
            }
            (all, around) if all == around => {
                format!("All {} intervals of R² include zero.", amount(all))
            }
            (all, around) => {
                let mut told: Vec<String> = parts
                    .iter()
                    .filter(|(count, _)| *count > 0)
                    .map(|(count, side)| {
                        let lie = if *count == 1 { "lies" } else { "lie" };
                        format!("{} {lie} {side}", amount(*count))
                    })
                    .collect();
                if around > 0 {
                    let include = if around == 1 { "includes" } else { "include" };
                    told.push(format!("{} {include} it", amount(around)));
                }
                format!("Of {} intervals of R², {}.", amount(all), format::list(&told))
            }
        })
    }

    /// "After costs the best Sharpe ratio is 0.34 (“…”); holding SPY had 0.48, and the placebo 0.30."
    fn earned(&self) -> Option<String> {
        let &(ref title, sharpe, holding) = self.best.as_ref()?;
        let ratio = |value: f64| format::decimal(Some(value), 2);
        let mut text = match self.experiments {
            1 => format!("After costs the Sharpe ratio is {}", ratio(sharpe)),
            _ => format!("After costs the best Sharpe ratio is {} (“{title}”)", ratio(sharpe)),
        };
        let placebo = &self.controls.sharpe;
        let earned = range(placebo.iter().map(|value| Some(*value)), |v| format::decimal(v, 2));
        let who = match placebo.len() {
            1 => "the placebo, which knows nothing,",
            _ => "the placebos, which know nothing,",
        };
        let held = holding.map(|holding| {
            format!("; holding {} over the same days had {}", self.target, ratio(holding))
        });
        let placebo = (!placebo.is_empty()).then(|| format!("{who} {earned}"));
        text += &match (held, placebo) {
            (None, None) => String::new(),
            (Some(held), None) => held,
            (None, Some(placebo)) => format!("; {placebo}"),
            (Some(held), Some(placebo)) => format!("{held}, and {placebo}"),
        };
        Some(text + ".")
    }

    /// "Trading surely pays for its costs in two of 16; with 9,440 trials behind this, luck alone …"
    fn searched(&self) -> Option<String> {
        let [yes, no, open] = self.pays;
        let pays = match (yes + no + open, self.experiments) {
            (0, _) => None,
            (_, 1) if yes == 1 => Some("Trading pays for its costs".to_owned()),
            (_, 1) if no == 1 => Some("Trading does not pay for its costs".to_owned()),
            (_, 1) => Some("Whether trading pays for its costs is open".to_owned()),
            (_, all) => Some(format!(
                "Trading surely pays for its costs in {} of {}",
                amount(yes),
                amount(all)
            )),
        };
        let luck = self.trials.map(|trials| {
            format!(
                "with {} trials behind this, {} of them different, luck alone is expected to reach a \
                 Sharpe ratio of {}",
                format::count(trials.counted),
                format::count(trials.effective),
                format::decimal(Some(trials.expected_best_sharpe), 2)
            )
        });
        let parts: Vec<String> = [pays, luck].into_iter().flatten().collect();
        (!parts.is_empty()).then(|| format::upper_first(&format!("{}.", parts.join("; "))))
    }
}

/// "the controls find nothing".
fn said_of(controls: &Controls) -> String {
    match (controls.nothing, controls.open) {
        (0, 0) => "no control was run".to_owned(),
        (1, 0) => "the control finds nothing".to_owned(),
        (_, 0) => "the controls find nothing".to_owned(),
        (0, 1) => "the control is open".to_owned(),
        (0, _) => "the controls are open".to_owned(),
        (nothing, 1) => format!("one of {} controls is open", amount(nothing + 1)),
        (nothing, open) => {
            format!("{} of {} controls are open", amount(open), amount(nothing + open))
        }
    }
}

fn upper(count: usize) -> String {
    format::upper_first(&amount(count))
}

/// Small numbers as words, others with their digits in groups.
fn amount(count: usize) -> String {
    if count < 10 { format::number(count) } else { format::count(count) }
}
