//! `positions` and `costs`: how a forecast is traded, and what trading costs.

use super::super::defaults;
use super::super::reader::{Field, Mapping, Numbers, Reader};
use super::models::POSITIVE;
use super::names::Names;
use crate::base::diagnostic::Problem;
use crate::engine::backtest::{Costs, Rule, Sizing};

/// A cost per trade: below 10,000 basis points, which is all that was traded.
const BASIS_POINTS: Numbers = Numbers {
    expected: "basis points, at least 0 and below 10000",
    hint: None,
    holds: |cost| (0.0..1e4).contains(&cost),
};

/// A rate that is paid.
const COST_RATE: Numbers = Numbers {
    expected: "a fraction a year, at least 0 and below 1",
    hint: Some("3 % a year is 0.03"),
    holds: |rate| (0.0..1.0).contains(&rate),
};

/// A rate that is earned, and has been negative.
const CASH_RATE: Numbers = Numbers {
    expected: "a fraction a year, above -1 and below 1",
    hint: Some("3 % a year is 0.03"),
    holds: |rate| rate > -1.0 && rate < 1.0,
};

/// A position.
const ANY: Numbers = Numbers { expected: "a finite number", hint: None, holds: |_| true };

/// Reads `positions`.
pub(crate) fn read<'a>(reader: &mut Reader<'a>, field: Option<Field<'a>>) -> Vec<Sizing> {
    let Some(field) = field else { return defaults::positions() };
    let Some(items) = reader.items(&field, "a list of rules as in [{rule: binary}]") else {
        return Vec::new();
    };
    if items.is_empty() {
        let problem = Problem::new("`positions` is empty").expected("at least one rule");
        reader.report(&field, problem.hint("leave the key out for all three"));
    }
    let mut names = Names::default();
    items.iter().filter_map(|item| read_sizing(reader, item, &mut names)).collect()
}

/// Reads one rule.
fn read_sizing<'a>(reader: &mut Reader<'a>, item: &Field<'a>, names: &mut Names) -> Option<Sizing> {
    let mut map = reader.mapping(item, "a mapping as in `rule: binary`")?;
    let word = map.require("rule");
    let given = map.get("name");
    let long_only = map.get("long_only");
    let long_only = long_only.map_or(Some(false), |field| reader.flag(&field));
    let Some(word) = word else {
        map.get("max_leverage");
        map.get("steps");
        reader.close(map, " of a rule");
        return None;
    };
    let word = reader.word(&word, "rule", &["binary", "proportional", "quartile"])?;
    let rule = read_rule(reader, &mut map, word);
    reader.close(map, &format!(" of the rule `{word}`"));
    let name = names.take(reader, item, given.as_ref(), word);
    Some(Sizing { name, rule: rule?, long_only: long_only? })
}

/// Reads what is particular to a rule.
fn read_rule<'a>(reader: &mut Reader<'a>, map: &mut Mapping<'a>, word: &str) -> Option<Rule> {
    match word {
        "proportional" => {
            let max_leverage = match map.get("max_leverage") {
                Some(field) => reader.number(&field, &POSITIVE)?,
                None => defaults::MAX_LEVERAGE,
            };
            Some(Rule::Proportional { max_leverage })
        }
        "quartile" => {
            let steps = match map.get("steps") {
                Some(field) => read_steps(reader, &field)?,
                None => defaults::STEPS,
            };
            Some(Rule::Quartile { steps })
        }
        _ => Some(Rule::Binary),
    }
}

/// Reads the positions of the four quartiles, never descending.
fn read_steps<'a>(reader: &mut Reader<'a>, field: &Field<'a>) -> Option<[f64; 4]> {
    let expected = "four ascending numbers as in [-1, -0.5, 0.5, 1]";
    let items = reader.values(field, expected)?;
    if items.len() != 4 {
        let count = match items.len() {
            0 => "no step".into(),
            1 => "1 step".into(),
            count => format!("{count} steps"),
        };
        let problem = Problem::new(format!("{count} for four quartiles")).expected(expected);
        reader.report(field, problem);
        return None;
    }
    let mut steps = [0.0; 4];
    for (step, item) in steps.iter_mut().zip(&items) {
        *step = reader.number(item, &ANY)?;
    }
    let pairs = steps.windows(2).zip(items.iter().skip(1));
    if let Some((pair, item)) = pairs.into_iter().find(|(pair, _)| pair[1] < pair[0]) {
        let problem = Problem::new(format!("the step {} stands after {}", pair[1], pair[0]))
            .expected(format!("{} or more", pair[0]))
            .hint("a higher quartile of the forecast holds no smaller position");
        reader.report(item, problem);
    }
    Some(steps)
}

/// Reads `costs`.
pub(crate) fn read_costs<'a>(reader: &mut Reader<'a>, field: Option<Field<'a>>) -> Costs {
    let Some(mut map) = field.and_then(|field| reader.mapping(&field, "a mapping")) else {
        return defaults::COSTS;
    };
    let trade = map.get("trade_bps");
    let borrow = map.get("borrow_rate");
    let cash = map.get("cash_rate");
    reader.close(map, " in `costs`");
    let mut read = |field: Option<Field<'a>>, numbers, default| {
        field.map_or(Some(default), |field| reader.number(&field, numbers)).unwrap_or(default)
    };
    Costs {
        trade_bps: read(trade, &BASIS_POINTS, defaults::COSTS.trade_bps),
        borrow_rate: read(borrow, &COST_RATE, defaults::COSTS.borrow_rate),
        cash_rate: read(cash, &CASH_RATE, defaults::COSTS.cash_rate),
    }
}
