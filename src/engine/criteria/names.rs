//! What the words of a test mean in an experiment: its models, rules, detectors and states.

use std::ops::Range;

use super::figure::Figure;
use super::syntax::{Mistake, Operator, Right, Step, Word, Written, read};
use crate::base::diagnostic::did_you_mean;
use crate::base::yaml::one_of;
use crate::results::names::{self, BUY_AND_HOLD};
use crate::results::spec::{Detector, Model, Sizing, Spec, detector_names, word};

/// A test of which every word has a meaning.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Test {
    pub(crate) left: Subject,
    pub(crate) operator: Operator,
    pub(crate) right: Bound,
}

/// What a figure is compared with.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Bound {
    Number(f64),
    /// The same figure of one other record.
    Figure(Subject),
}

/// A figure of one record or of several.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Subject {
    /// Whether all of the records or any of them is meant; `None` of one that is named.
    pub(crate) quantifier: Option<Quantifier>,
    pub(crate) records: Vec<Record>,
    pub(crate) state: Option<State>,
    /// Whether its difference is meant: a system's from its twin, a plain model's from the model of
    /// that name in the experiment that is compared with.
    pub(crate) is_gain: bool,
    pub(crate) figure: Figure,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Quantifier {
    All,
    Any,
}

/// What has figures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Record {
    /// `None` of holding the target.
    pub(crate) model: Option<String>,
    /// `None` of forecasts.
    pub(crate) rule: Option<String>,
    /// Whether it is a system, with a twin.
    pub(crate) is_system: bool,
}

impl Record {
    /// `ridge`, `ridge.binary`, `buy_and_hold`.
    pub(crate) fn name(&self) -> String {
        let model = self.model.as_deref().unwrap_or(BUY_AND_HOLD);
        self.rule.as_ref().map_or_else(|| model.to_owned(), |rule| names::track(model, rule))
    }
}

/// A state of a detector, by their positions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct State {
    pub(crate) detector: usize,
    pub(crate) state: usize,
}

/// The names that the tests of an experiment may use.
#[derive(Debug, Clone)]
pub(crate) struct Names {
    /// Each with whether it is a system.
    models: Vec<(String, bool)>,
    rules: Vec<String>,
    detectors: Vec<Seen>,
    /// Whether there is another experiment that it is compared with.
    compares: bool,
}

#[derive(Debug, Clone)]
struct Seen {
    name: String,
    kind: String,
    states: Vec<String>,
}

type Found<T> = Result<T, Mistake>;

impl Names {
    pub(crate) fn new(
        models: &[Model],
        rules: &[Sizing],
        detectors: &[Detector],
        compares: bool,
    ) -> Self {
        let seen = detectors.iter().zip(detector_names(detectors)).map(|(detector, name)| Seen {
            name,
            kind: word(detector.kind()),
            states: detector.state_words(),
        });
        Self {
            models: models
                .iter()
                .map(|model| (model.clone().filled().name, !model.is_plain()))
                .collect(),
            rules: rules.iter().map(|rule| rule.clone().filled().name().to_owned()).collect(),
            detectors: seen.collect(),
            compares,
        }
    }

    pub(crate) fn of(spec: &Spec) -> Self {
        Self::new(&spec.models, &spec.positions, &spec.regimes, spec.compares_with.is_some())
    }

    /// A state as a line calls it: "apart of sign_flip.XLE.XLU".
    pub(super) fn state_in_words(&self, State { detector, state }: State) -> String {
        let seen = &self.detectors[detector];
        format!("{} of {}", seen.states[state], seen.name)
    }

    /// Reads a test and looks up its words.
    ///
    /// # Errors
    /// The first mistake of its form; else the first of each side.
    pub(crate) fn test(&self, test: &str) -> Result<Test, Vec<Mistake>> {
        let Written { left, operator, right } = read(test).map_err(|mistake| vec![mistake])?;
        let subject = self.subject(&left);
        match right {
            Right::Number(number) => {
                let left = subject.map_err(|mistake| vec![mistake])?;
                Ok(Test { left, operator, right: Bound::Number(number) })
            }
            Right::Figure(steps) => match (subject, self.subject(&steps)) {
                (Ok(left), Ok(right)) => {
                    check_sides(&left, &right, whole(&steps)).map_err(|mistake| vec![mistake])?;
                    Ok(Test { left, operator, right: Bound::Figure(right) })
                }
                (left, right) => Err(left.err().into_iter().chain(right.err()).collect()),
            },
        }
    }

    fn subject(&self, steps: &[Step]) -> Found<Subject> {
        let [first, middle @ .., last] = steps else { return Err(self.lone(steps)) };
        let who = self.who(&first.word)?;
        if let Some(index) = first.index.as_ref().or(last.index.as_ref()) {
            return Err(out_of_place(index));
        }
        let mut said = Said::default();
        for step in middle {
            self.modifier(step, &mut said)?;
        }
        let figure = figure(&last.word, &mut said)?;
        self.together(&who, said, figure, whole(steps))
    }

    /// What is wrong with a single word.
    fn lone(&self, steps: &[Step]) -> Mistake {
        let at = whole(steps);
        let Some(Step { word, .. }) = steps.first() else { return Mistake::new(at, "no figure") };
        if Figure::ALL.iter().any(|figure| figure.name() == word.text) {
            return Mistake::new(at, format!("`{}` of nobody", word.text))
                .expected("a subject and a figure")
                .hint(format!("did you mean `all.{}`?", word.text));
        }
        match self.who(word) {
            Ok(_) => Mistake::new(at, format!("`{}` without a figure", word.text))
                .expected(format!("a figure behind it: {}", one_of(&figures()))),
            Err(mistake) => mistake,
        }
    }

    fn who(&self, word: &Word) -> Found<Who<'_>> {
        match word.text.as_str() {
            "all" => return Ok(Who::Several(Quantifier::All)),
            "any" => return Ok(Who::Several(Quantifier::Any)),
            BUY_AND_HOLD => return Ok(Who::Hold),
            _ => {}
        }
        let known = self.models.iter().find(|(name, _)| *name == word.text);
        known.map(|(name, is_system)| Who::Model(name, *is_system)).ok_or_else(|| {
            let models = self.models.iter().map(|(name, _)| name.as_str());
            let known: Vec<&str> =
                ["all", "any"].into_iter().chain(models).chain([BUY_AND_HOLD]).collect();
            near(
                Mistake::new(word.at.clone(), format!("the spec has no model `{}`", word.text)),
                &word.text,
                &known,
            )
        })
    }

    fn modifier(&self, Step { word, index }: &Step, said: &mut Said) -> Found<()> {
        if word.text == "regime" {
            let Some(index) = index else {
                return Err(Mistake::new(word.at.clone(), "a regime without a state")
                    .expected(format!("one of {}", self.states().join(", "))));
            };
            said.states.push((self.state(index)?, word.at.start..index.at.end + 1));
            return Ok(());
        }
        if let Some(index) = index {
            return Err(out_of_place(index));
        }
        match word.text.as_str() {
            "gain" => said.gains.push(word.at.clone()),
            "scaled" => said.scaled.push(word.at.clone()),
            rule if self.rules.iter().any(|known| known == rule) => {
                said.rules.push((rule.to_owned(), word.at.clone()));
            }
            other => {
                let mut known: Vec<&str> = self.rules.iter().map(String::as_str).collect();
                known.push("gain");
                let states = self.states();
                known.extend(states.first().map(String::as_str));
                return Err(near(
                    Mistake::new(word.at.clone(), format!("`{other}` is no rule of the spec")),
                    other,
                    &known,
                ));
            }
        }
        Ok(())
    }

    /// Every way to name a state, as it is written: `regime[apart]`.
    fn states(&self) -> Vec<String> {
        let several = self.detectors.len() > 1;
        let of = |seen: &Seen| {
            let before = if several { format!("{}.", seen.name) } else { String::new() };
            seen.states.iter().map(move |state| format!("regime[{before}{state}]")).collect()
        };
        self.detectors.iter().flat_map::<Vec<String>, _>(of).collect()
    }

    fn state(&self, index: &Word) -> Found<State> {
        let written = index.text.trim();
        let (detector, state) = match written.rsplit_once('.') {
            Some((detector, state)) => (Some(detector), state),
            None => (None, written),
        };
        let is_meant =
            |seen: &Seen| detector.is_none_or(|named| seen.name == named || seen.kind == named);
        let mut found = Vec::new();
        for (position, seen) in self.detectors.iter().enumerate().filter(|(_, s)| is_meant(s)) {
            let state = seen.states.iter().position(|known| known == state);
            found.extend(state.map(|state| State { detector: position, state }));
        }
        match found.as_slice() {
            [one] => return Ok(*one),
            [] => {}
            _ => {
                let mistake = format!("several detectors have a state `{written}`");
                return Err(Mistake::new(index.at.clone(), mistake)
                    .expected(format!("one of {}", self.states().join(", "))));
            }
        }
        let mistake =
            Mistake::new(index.at.clone(), format!("no detector has a state `{written}`"));
        let states = self.states();
        let known: Vec<&str> = states
            .iter()
            .map(|state| state.trim_start_matches("regime[").trim_end_matches(']'))
            .collect();
        Err(near(mistake, written, &known))
    }

    /// The parts of a figure as one.
    fn together(
        &self,
        who: &Who<'_>,
        said: Said,
        figure: Figure,
        at: Range<usize>,
    ) -> Found<Subject> {
        let Said { rules, states, gains, scaled } = said;
        let again = [&gains, &scaled].into_iter().find_map(|given| given.get(1));
        let again = again.or(rules.get(1).map(|(_, at)| at)).or(states.get(1).map(|(_, at)| at));
        if let Some(at) = again {
            return Err(Mistake::new(at.clone(), "the same kind of word twice").expected("one"));
        }
        if let Some(at) = scaled.first().filter(|_| figure != Figure::ScaledOosR2) {
            let mistake = Mistake::new(at.clone(), format!("`{}` is not scaled", figure.name()));
            return Err(mistake.expected("`scaled.oos_r2`, or the word left out"));
        }
        let rule = rules.first();
        if let (Some((rule, at)), false) = (rule, figure.is_of_a_record()) {
            let mistake =
                format!("`{}` is of forecasts, whatever the rule `{rule}`", figure.name());
            return Err(Mistake::new(at.clone(), mistake).expected("the rule left out"));
        }
        let (quantifier, models): (_, Vec<(Option<String>, bool)>) = match who {
            Who::Hold => (None, vec![(None, false)]),
            Who::Model(name, is_system) => (None, vec![(Some((*name).to_owned()), *is_system)]),
            Who::Several(quantifier) => {
                let all = self.models.iter().map(|(name, system)| (Some(name.clone()), *system));
                (Some(*quantifier), all.collect())
            }
        };
        let is_hold = quantifier.is_none() && models.iter().all(|(model, _)| model.is_none());
        if is_hold {
            let told =
                |what: &str| Mistake::new(at.clone(), format!("holding the target has no {what}"));
            if !figure.is_of_a_record() || figure.is_against_target() {
                return Err(told(&format!("`{}`", figure.name())).expected(
                    "one of sharpe, sharpe_arithmetic, annual_log_growth, annual_volatility",
                ));
            }
            if rule.is_some() || !gains.is_empty() {
                let what = if rule.is_some() { "rule" } else { "gain" };
                return Err(told(what).expected(format!("`buy_and_hold.{}`", figure.name())));
            }
        }
        let models = match gains.first() {
            None => models,
            Some(at) => self.gaining(models, quantifier.is_some(), at)?,
        };
        let rules: Vec<Option<String>> = match rule {
            _ if is_hold || !figure.is_of_a_record() => vec![None],
            Some((rule, _)) => vec![Some(rule.clone())],
            None if quantifier.is_some() || self.rules.len() == 1 => {
                self.rules.iter().cloned().map(Some).collect()
            }
            None => {
                let name = models.first().and_then(|(name, _)| name.as_deref()).unwrap_or_default();
                let whole = |rule| format!("{name}.{rule}.{}", figure.name());
                let known: Vec<String> = self.rules.iter().map(whole).collect();
                let known: Vec<&str> = known.iter().map(String::as_str).collect();
                let mistake = Mistake::new(at, format!("`{}` of no rule", figure.name()));
                return Err(mistake.expected(one_of(&known)));
            }
        };
        let of_model = |(model, is_system): (Option<String>, bool)| {
            let of_rule = |rule: &Option<String>| Record {
                model: model.clone(),
                rule: rule.clone(),
                is_system,
            };
            rules.iter().map(of_rule).collect::<Vec<_>>()
        };
        Ok(Subject {
            quantifier,
            records: models.into_iter().flat_map(of_model).collect(),
            state: states.first().map(|(state, _)| *state),
            is_gain: !gains.is_empty(),
            figure,
        })
    }

    /// Those of the models that have a gain over something.
    fn gaining(
        &self,
        models: Vec<(Option<String>, bool)>,
        are_several: bool,
        at: &Range<usize>,
    ) -> Found<Vec<(Option<String>, bool)>> {
        let (systems, plain): (Vec<_>, Vec<_>) =
            models.into_iter().partition(|(_, is_system)| *is_system);
        let mistake = |message: &str| Mistake::new(at.clone(), message);
        match (systems.is_empty(), self.compares) {
            (false, true) if are_several && !plain.is_empty() => Err(mistake(
                "systems gain over their twins, the other models over `compares_with`",
            )
            .expected("the name of a model in place of `all` or `any`")),
            (false, _) => Ok(systems),
            (true, true) => Ok(plain),
            (true, false) => Err(mistake("a gain over nothing")
                .expected("a regime-aware system, or the key `compares_with`")
                .hint("a system gains over its plain twin, a plain model over that of the other experiment")),
        }
    }
}

enum Who<'a> {
    Several(Quantifier),
    /// With whether it is a system.
    Model(&'a str, bool),
    Hold,
}

/// What stands between subject and figure, with places.
#[derive(Default)]
struct Said {
    rules: Vec<(String, Range<usize>)>,
    states: Vec<(State, Range<usize>)>,
    gains: Vec<Range<usize>>,
    scaled: Vec<Range<usize>>,
}

/// The characters from the first to the last step.
fn whole(steps: &[Step]) -> Range<usize> {
    let first = steps.first().map_or(0, |step| step.word.at.start);
    let last = steps.last().map_or(first, |step| match &step.index {
        Some(index) => index.at.end + 1,
        None => step.word.at.end,
    });
    first..last
}

fn figures() -> Vec<&'static str> {
    Figure::ALL.map(Figure::name).into()
}

/// The figure of a last word; `r2_gain` stands for the gain in R2, as in `results.json`.
fn figure(word: &Word, said: &mut Said) -> Found<Figure> {
    if word.text == "r2_gain" && said.gains.is_empty() {
        said.gains.push(word.at.clone());
        return Ok(Figure::OosR2);
    }
    if word.text == "oos_r2" && !said.scaled.is_empty() {
        return Ok(Figure::ScaledOosR2);
    }
    let known = Figure::ALL.into_iter().find(|figure| figure.name() == word.text);
    known.ok_or_else(|| {
        let mistake = format!("no figure `{}` with an interval", word.text);
        near(Mistake::new(word.at.clone(), mistake), &word.text, &figures())
    })
}

fn out_of_place(index: &Word) -> Mistake {
    let at = index.at.start.saturating_sub(1)..index.at.end + 1;
    Mistake::new(at, "a bracket behind another word than `regime`").expected("`regime[state]`")
}

fn near(mistake: Mistake, written: &str, known: &[&str]) -> Mistake {
    let mistake = mistake.expected(one_of(known));
    match did_you_mean(written, known.iter().copied()) {
        Some(meant) => mistake.hint(format!("did you mean `{meant}`?")),
        None => mistake,
    }
}

/// Whether two figures can be compared; `at` is where the right one stands.
fn check_sides(left: &Subject, right: &Subject, at: Range<usize>) -> Found<()> {
    if right.quantifier.is_some() {
        return Err(Mistake::new(at, "several figures to compare with")
            .expected("one figure: that of a model, or of `buy_and_hold`"));
    }
    if left.figure != right.figure {
        let mistake = format!("`{}` against `{}`", left.figure.name(), right.figure.name());
        return Err(Mistake::new(at, mistake)
            .expected(format!("the same figure on both sides: `{}`", left.figure.name())));
    }
    if left == right {
        return Err(Mistake::new(at, "a figure compared with itself").expected("another one"));
    }
    Ok(())
}
