//! `regimes`: which detectors to run.
//!
//! A detector is a mapping tagged by `kind`. A further kind is one more word in [`KINDS`] and one
//! more function beside [`read_sign_flip`].

use super::super::defaults;
use super::super::reader::{Field, Mapping, Numbers, Reader};
use super::data::read_ticker;
use crate::base::diagnostic::{Problem, did_you_mean};
use crate::engine::regime::{Cut, EigenChange, Jump, Level, Mixture, Settings};

/// The kinds of detectors.
const KINDS: [&str; 6] = ["sign_flip", "coupling", "volatility", "eigen", "jump", "mixture"];

/// The half width of a dead band of correlations.
const THRESHOLD: Numbers = Numbers {
    expected: "a number from 0 to below 1",
    hint: None,
    holds: |h| (0.0..1.0).contains(&h),
};

/// A quantile.
const SHARE: Numbers = Numbers {
    expected: "a number from 0 to 1",
    hint: Some("quantiles are shares: 0.33 for the lowest third"),
    holds: |share| (0.0..=1.0).contains(&share),
};

/// The price of a change of state.
const PENALTY: Numbers =
    Numbers { expected: "a number, at least 0", hint: None, holds: |penalty| penalty >= 0.0 };

/// The keys of all kinds together.
const EVERY_KEY: [&str; 12] = [
    "pair",
    "window",
    "threshold",
    "low",
    "high",
    "min_history",
    "reference",
    "factors",
    "states",
    "penalty",
    "correlation_window",
    "refit_every",
];

/// Days below which a correlation is 1 or -1 whatever the data.
const LEAST_WINDOW: usize = 3;

/// Values without which there is no quantile between two.
const LEAST_HISTORY: usize = 2;

/// Days below which a fit of states means nothing.
const LEAST_TRAINING: usize = 60;

/// States that a reader can still tell apart.
const MOST_STATES: usize = 6;

/// Reads the section. The `tickers` of the data, the features and the target, are given when they
/// are sound.
pub(crate) fn read<'a>(
    reader: &mut Reader<'a>,
    field: Option<Field<'a>>,
    features: &[String],
    tickers: Option<&[String]>,
) -> Vec<Settings> {
    let Some(field) = field else { return defaults::regimes(features) };
    let Some(items) = reader.items(&field, "a list of detectors as in [{kind: sign_flip}]") else {
        return Vec::new();
    };
    let mut regimes: Vec<Settings> = Vec::new();
    for item in &items {
        let Some(regime) = read_regime(reader, item, features, tickers) else { continue };
        if regimes.contains(&regime) {
            reader.report(item, Problem::new("the same detector twice").expected("each one once"));
        }
        regimes.push(regime);
    }
    regimes
}

/// Reads one detector.
fn read_regime<'a>(
    reader: &mut Reader<'a>,
    item: &Field<'a>,
    features: &[String],
    tickers: Option<&[String]>,
) -> Option<Settings> {
    let mut map = reader.mapping(item, "a mapping as in `kind: sign_flip`")?;
    let Some(kind) = map.require("kind") else {
        // What the other keys mean depends on the kind; without it they say nothing.
        for key in EVERY_KEY {
            map.get(key);
        }
        reader.close(map, " of a detector");
        return None;
    };
    match reader.word(&kind, "regime kind", &KINDS)? {
        "sign_flip" => read_sign_flip(reader, map, tickers),
        "coupling" => {
            let level = read_level(reader, map, " of coupling", &defaults::COUPLING);
            check_several(reader, item, features, tickers)?;
            level.map(Settings::Coupling)
        }
        "volatility" => read_level(reader, map, " of volatility", &defaults::VOLATILITY)
            .map(Settings::Volatility),
        "eigen" => {
            let change = read_eigen(reader, map, features, tickers);
            check_several(reader, item, features, tickers)?;
            change.map(Settings::Eigen)
        }
        "jump" => read_jump(reader, map, tickers).map(Settings::Jump),
        "mixture" => read_mixture(reader, map, tickers).map(Settings::Mixture),
        _ => unreachable!("`word` returns one of `KINDS`"),
    }
}

/// Reads the sign flip of a pair.
fn read_sign_flip<'a>(
    reader: &mut Reader<'a>,
    mut map: Mapping<'a>,
    tickers: Option<&[String]>,
) -> Option<Settings> {
    let pair = map.require("pair");
    let window = map.get("window");
    let threshold = map.get("threshold");
    reader.close(map, " of a sign flip");
    let pair = pair.and_then(|field| read_pair(reader, &field, tickers));
    let window =
        window.map_or(Some(defaults::REGIME_WINDOW), |field| reader.whole(&field, LEAST_WINDOW));
    let threshold = threshold
        .map_or(Some(defaults::REGIME_THRESHOLD), |field| reader.number(&field, &THRESHOLD));
    Some(Settings::SignFlip { pair: pair?, window: window?, threshold: threshold? })
}

/// Reads the level of a statistic.
fn read_level<'a>(
    reader: &mut Reader<'a>,
    mut map: Mapping<'a>,
    noun: &str,
    default: &Level,
) -> Option<Level> {
    let window = map.get("window");
    let cut = CutFields::ask(&mut map);
    reader.close(map, noun);
    let window = whole(reader, window, LEAST_WINDOW, default.window);
    let cut = cut.read(reader, &default.cut);
    Some(Level { window: window?, cut: cut? })
}

/// Reads the change of the eigen-structure.
fn read_eigen<'a>(
    reader: &mut Reader<'a>,
    mut map: Mapping<'a>,
    features: &[String],
    tickers: Option<&[String]>,
) -> Option<EigenChange> {
    let default = &defaults::EIGEN;
    let window = map.get("window");
    let reference = map.get("reference");
    let factors = map.get("factors");
    let cut = CutFields::ask(&mut map);
    reader.close(map, " of the eigen-structure");
    let window = whole(reader, window, LEAST_WINDOW, default.window);
    let reference = whole(reader, reference, LEAST_WINDOW, default.reference);
    // All eigenvectors together span everything and never turn.
    let most =
        if tickers.is_some() && features.len() > 1 { features.len() - 1 } else { usize::MAX };
    let factors =
        factors.map_or(Some(default.factors), |field| reader.whole_within(&field, 1, most));
    let cut = cut.read(reader, &default.cut);
    Some(EigenChange { window: window?, reference: reference?, factors: factors?, cut: cut? })
}

/// Reads a jump model.
fn read_jump<'a>(
    reader: &mut Reader<'a>,
    mut map: Mapping<'a>,
    tickers: Option<&[String]>,
) -> Option<Jump> {
    let default = &defaults::JUMP;
    let fitted = FittedFields::ask(&mut map);
    let penalty = map.get("penalty");
    reader.close(map, " of a jump model");
    let penalty = penalty.map_or(Some(default.penalty), |field| reader.number(&field, &PENALTY));
    let fitted = fitted.read(
        reader,
        tickers,
        Fitted {
            states: default.states,
            window: default.window,
            correlation_window: default.correlation_window,
            pair: None,
            refit_every: default.refit_every,
            min_history: default.min_history,
        },
    );
    let (fitted, penalty) = (fitted?, penalty?);
    Some(Jump {
        states: fitted.states,
        penalty,
        window: fitted.window,
        correlation_window: fitted.correlation_window,
        pair: fitted.pair,
        refit_every: fitted.refit_every,
        min_history: fitted.min_history,
    })
}

/// Reads a mixture of Gaussians.
fn read_mixture<'a>(
    reader: &mut Reader<'a>,
    mut map: Mapping<'a>,
    tickers: Option<&[String]>,
) -> Option<Mixture> {
    let default = &defaults::MIXTURE;
    let fitted = FittedFields::ask(&mut map);
    reader.close(map, " of a mixture");
    let fitted = fitted.read(
        reader,
        tickers,
        Fitted {
            states: default.states,
            window: default.window,
            correlation_window: default.correlation_window,
            pair: None,
            refit_every: default.refit_every,
            min_history: default.min_history,
        },
    )?;
    Some(Mixture {
        states: fitted.states,
        window: fitted.window,
        correlation_window: fitted.correlation_window,
        pair: fitted.pair,
        refit_every: fitted.refit_every,
        min_history: fitted.min_history,
    })
}

/// The keys of a detector that is fitted to features and refitted as time goes on.
struct FittedFields<'a> {
    states: Option<Field<'a>>,
    window: Option<Field<'a>>,
    correlation_window: Option<Field<'a>>,
    pair: Option<Field<'a>>,
    refit_every: Option<Field<'a>>,
    min_history: Option<Field<'a>>,
}

/// What they hold.
struct Fitted {
    states: usize,
    window: usize,
    correlation_window: usize,
    pair: Option<[String; 2]>,
    refit_every: usize,
    min_history: usize,
}

impl<'a> FittedFields<'a> {
    fn ask(map: &mut Mapping<'a>) -> Self {
        Self {
            states: map.get("states"),
            window: map.get("window"),
            correlation_window: map.get("correlation_window"),
            pair: map.get("pair"),
            refit_every: map.get("refit_every"),
            min_history: map.get("min_history"),
        }
    }

    fn read(
        self,
        reader: &mut Reader<'a>,
        tickers: Option<&[String]>,
        default: Fitted,
    ) -> Option<Fitted> {
        let states = self
            .states
            .map_or(Some(default.states), |field| reader.whole_within(&field, 2, MOST_STATES));
        let window = whole(reader, self.window, LEAST_WINDOW, default.window);
        let correlation_window =
            whole(reader, self.correlation_window, LEAST_WINDOW, default.correlation_window);
        // A pair that is given must be sound; one that is not given is no pair.
        let pair = self
            .pair
            .map_or(Some(default.pair), |field| read_pair(reader, &field, tickers).map(Some));
        let refit_every = whole(reader, self.refit_every, 1, default.refit_every);
        let min_history = whole(reader, self.min_history, LEAST_TRAINING, default.min_history);
        Some(Fitted {
            states: states?,
            window: window?,
            correlation_window: correlation_window?,
            pair: pair?,
            refit_every: refit_every?,
            min_history: min_history?,
        })
    }
}

/// The keys of a cut by quantiles.
struct CutFields<'a> {
    low: Option<Field<'a>>,
    high: Option<Field<'a>>,
    min_history: Option<Field<'a>>,
}

impl<'a> CutFields<'a> {
    fn ask(map: &mut Mapping<'a>) -> Self {
        Self { low: map.get("low"), high: map.get("high"), min_history: map.get("min_history") }
    }

    fn read(self, reader: &mut Reader<'a>, default: &Cut) -> Option<Cut> {
        let Self { low, high, min_history } = self;
        let at = high.as_ref().or(low.as_ref());
        let mut share = |field: Option<&Field<'a>>, default: f64| {
            field.map_or(Some(default), |field| reader.number(field, &SHARE))
        };
        let bounds = (share(low.as_ref(), default.low), share(high.as_ref(), default.high));
        let min_history = whole(reader, min_history, LEAST_HISTORY, default.min_history);
        let (low, high) = (bounds.0?, bounds.1?);
        if let Some(at) = at
            && low > high
        {
            let problem = Problem::new(format!("`low` {low} above `high` {high}"));
            reader.report(at, problem.expected("`low` at most `high`"));
            return None;
        }
        Some(Cut { low, high, min_history: min_history? })
    }
}

/// A whole number, at least `least`, or what it is by default.
fn whole<'a>(
    reader: &mut Reader<'a>,
    field: Option<Field<'a>>,
    least: usize,
    default: usize,
) -> Option<usize> {
    field.map_or(Some(default), |field| reader.whole(&field, least))
}

/// Correlations between the features need two of them. What is wrong with the data is told there.
fn check_several(
    reader: &mut Reader<'_>,
    item: &Field<'_>,
    features: &[String],
    tickers: Option<&[String]>,
) -> Option<()> {
    if tickers.is_some() && features.len() < 2 {
        let problem = Problem::new("correlations between the features of one feature");
        reader.report(item, problem.expected("at least two features for this detector"));
        return None;
    }
    Some(())
}

/// Reads two different tickers of the data.
fn read_pair<'a>(
    reader: &mut Reader<'a>,
    field: &Field<'a>,
    tickers: Option<&[String]>,
) -> Option<[String; 2]> {
    let expected = "two tickers as in [XLE, XLU]";
    let items = reader.values(field, expected)?;
    let [first, second] = items.as_slice() else {
        let problem = Problem::new(format!("`{}` is no pair", field.path)).expected(expected);
        reader.report(field, problem);
        return None;
    };
    let names = (read_ticker(reader, first), read_ticker(reader, second));
    for (item, name) in [(first, &names.0), (second, &names.1)] {
        if let (Some(name), Some(tickers)) = (name, tickers)
            && !tickers.contains(name)
        {
            let problem = Problem::new(format!("`{name}` is neither a feature nor the target"))
                .expected(format!("one of {}", tickers.join(", ")));
            let near = did_you_mean(name, tickers.iter().map(String::as_str));
            reader.report(
                item,
                match near {
                    Some(near) => problem.hint(format!("did you mean `{near}`?")),
                    None => problem,
                },
            );
        }
    }
    let pair = [names.0?, names.1?];
    if pair[0] == pair[1] {
        let problem = Problem::new(format!("`{}` paired with itself", pair[1]));
        reader.report(second, problem.expected("another ticker"));
        return None;
    }
    Some(pair)
}
