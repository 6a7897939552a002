//! The engine against scikit-learn and pandas on the sample: `tests/reference`, runs everywhere.

use dfa_report::base::units::Day;
use dfa_report::engine::walk_forward::Window;
use dfa_report::results::Results;
use serde_json::{Value, json};

use crate::support::{Agreement, read_json, repository, run_on};

/// The spec that a reference's `setting` describes.
pub(crate) fn spec_of(setting: &Value) -> String {
    let text = |key: &str| setting[key].to_string();
    let optional = |key: &str, name: &str| match &setting[key] {
        Value::Null => String::new(),
        Value::String(value) => format!(", {name}: {value}"),
        other => format!(", {name}: {other}"),
    };
    let alphas = format!("alphas: {{count: {}}}", setting["alphas"].as_u64().unwrap().max(2));
    let selection = match setting["selection"].as_str().unwrap() {
        "holdout" => format!("{{method: holdout, rows: {}}}", setting["holdout_rows"]),
        "fixed" => format!("{{method: fixed, alpha: {}}}", setting["fixed_alpha"]),
        _ => "{method: prequential}".to_owned(),
    };
    let rule = |rule: &str| format!("  - {{rule: {rule}, long_only: {}}}\n", setting["long_only"]);
    format!(
        "title: reference
data: {{source: sample, target: {target}, features: {features}, lags: {lags}{start}{end}}}
walk_forward: {{min_train: {min_train}, refit_every: {refit_every}, purge: {purge}, window: {window}}}
models:
  - {{kind: ridge, {alphas}}}
  - {{kind: lasso, {alphas}}}
  - {{kind: elastic_net, {alphas}}}
selection: {selection}
positions:
{positions}costs: {{trade_bps: {trade}, borrow_rate: {borrow}, cash_rate: {cash}}}
regimes:
  - {{kind: sign_flip, pair: {pair}, window: {days}, threshold: {threshold}}}
",
        target = text("target"),
        features = text("features"),
        lags = text("lags"),
        start = optional("start", "start"),
        end = optional("end", "end"),
        min_train = text("min_train"),
        refit_every = text("refit_every"),
        purge = text("purge"),
        window = setting["window"].to_string().trim_matches('"'),
        positions = ["binary", "proportional", "quartile"].map(rule).concat(),
        trade = text("trade_bps"),
        borrow = text("borrow_rate"),
        cash = text("cash_rate"),
        pair = text("pair"),
        days = text("rolling_days"),
        threshold = text("threshold"),
    )
}

fn check(file: &str) {
    let reference = read_json(&repository("tests/reference").join(file));
    let (results, series) =
        run_on(&repository("data/sample/prices.csv"), &spec_of(&reference["setting"]));
    let ours = serde_json::to_value(&results).unwrap();
    let mut agreement = Agreement::new(1e-8);

    agreement.exact("rows", &reference["rows"], &ours["data"]["rows"]);
    agreement.exact("forecasts", &reference["oos_rows"], &ours["walk_forward"]["forecasts"]);
    agreement.exact("first", &reference["first_oos"], &ours["walk_forward"]["first_forecast"]);
    for (model, theirs) in reference["models"].as_object().unwrap() {
        let ours = &ours["models"][model];
        agreement.near(&format!("{model} grid"), &reference["grids"][model], &ours["alphas"]);
        agreement.near(&format!("{model} forecast"), &theirs["forecast"], &ours["forecast"]);
        agreement.near("selected", &theirs["selected_last"], &ours["selected_alpha_last"]);
        for (i, theirs) in theirs["by_alpha"].as_array().unwrap().iter().enumerate() {
            let (name, ours) = (format!("{model} alpha {i}"), &ours["by_alpha"][i]);
            agreement.near(&name, &theirs["oos_r2"], &ours["oos_r2"]);
            agreement.exact(&name, &theirs["nonzero"], &ours["nonzero_last"]);
            agreement.near(&name, &theirs["last_coefficients"], &ours["coefficients_last"]);
        }
        for (rule, theirs) in theirs["strategies"].as_object().unwrap() {
            let mut figures = theirs.clone();
            for split in ["by_state", "by_part"] {
                figures.as_object_mut().unwrap().remove(split);
            }
            let name = format!("{model} {rule}");
            agreement.near(&name, &figures, &ours["strategies"][rule]);
        }
    }
    by_state(&reference, &ours, &mut agreement);
    by_part(&reference, &ours, &mut agreement);
    single_forecasts(&reference, &series, file);

    headline(&reference, &results, &ours, &mut agreement);

    let mut hold = reference["benchmark"]["buy_and_hold"].clone();
    for figure in ["annual_turnover", "break_even_cost_bps"] {
        hold.as_object_mut().unwrap().remove(figure);
    }
    agreement.near("buy and hold", &hold, &ours["benchmarks"]["buy_and_hold"]);
    let (theirs, ours_geometry) = (&reference["geometry"], &ours["geometry"]);
    for name in [
        "mean_correlation",
        "eigenvalues",
        "participation_ratio",
        "effective_rank",
        "absorption_ratio",
    ] {
        agreement.near(name, &theirs[name], &ours_geometry[name]);
    }
    for name in ["last", "mean", "min", "max"] {
        let theirs = &theirs[&format!("coupling_{name}")];
        agreement.near(&format!("coupling {name}"), theirs, &ours_geometry["coupling"][name]);
    }
    agreement.exact("flips", &theirs["xle_xlu_flips"], &ours["regimes"][0]["flips"]);
    agreement.finish(file);
}

/// The conventions of other packages are shown of the headline track record, from the close at which
/// it begins: our figures there are those of the strategy, and ffn's year is one of the calendar.
fn headline(reference: &Value, results: &Results, ours: &Value, agreement: &mut Agreement) {
    let conventions = results.conventions.as_ref().unwrap();
    let (lead, rule) = conventions.strategy.split_once('.').unwrap();
    assert_eq!(results.verdict.lead.as_deref(), Some(lead));
    assert_eq!(results.verdict.rule.as_deref(), Some(rule));
    let theirs = &reference["models"][lead]["strategies"][rule];
    let rows = ours["conventions"]["differ"].as_array().unwrap();
    for row in rows {
        let figure = row["figure"].as_str().unwrap();
        agreement.exact(figure, &ours["models"][lead]["strategies"][rule][figure], &row["ours"]);
        // Alpha is not among the figures of that reference.
        if let Some(theirs) = theirs.get(figure) {
            agreement.near(figure, theirs, &row["ours"]);
        }
    }
    let first = results.walk_forward.first_forecast;
    let prices = crate::support::sample_prices();
    let days = prices.lines().skip(1).map(|line| line.split(',').next().unwrap());
    let days = days.map(|day| day.parse::<Day>().unwrap());
    let start = days.take_while(|day| *day < first).last().unwrap();
    let length = f64::from((results.walk_forward.last_forecast - start).get_days());
    let whole = 1.0 + theirs["total_return"].as_f64().unwrap();
    let a_year = whole.powf(365.25 / length) - 1.0;
    let row = rows.iter().find(|row| row["figure"] == "annual_return").unwrap();
    agreement.near("a calendar year", &json!(a_year), &row["ffn"]);
}

/// Figures by state: "+" is our state 0, "-" our state 1.
fn by_state(reference: &Value, ours: &Value, agreement: &mut Agreement) {
    let regime = &ours["regimes"][0];
    for (state, sign) in ["+", "-"].into_iter().enumerate() {
        let theirs = &reference["regime"]["states"][sign];
        for figure in ["days", "share", "mean_dwell"] {
            agreement.near(figure, &theirs[figure], &regime["states"][state][figure]);
        }
        for (model, theirs) in reference["models"].as_object().unwrap() {
            let figures = &regime["forecast"][model][state];
            agreement.near(&format!("{model} in {sign}"), &theirs["by_state"][sign], figures);
            for (rule, theirs) in theirs["strategies"].as_object().unwrap() {
                let name = format!("{model}.{rule}");
                let figures = &regime["strategies"][&name][state];
                let theirs = &theirs["by_state"][sign];
                agreement.near(&format!("{name} in {sign}"), theirs, figures);
            }
        }
    }
}

/// Figures by five years and by volatility tercile.
fn by_part(reference: &Value, ours: &Value, agreement: &mut Agreement) {
    for split in ["five_years", "volatility_tercile"] {
        let periods = ours["periods"].as_array().unwrap();
        let ours = periods.iter().find(|ours| ours["kind"] == split).unwrap();
        for (model, theirs) in reference["models"].as_object().unwrap() {
            let name = format!("{model} by {split}");
            agreement.near(&name, &theirs["by_part"][split], &ours["forecast"][model]);
            for (rule, theirs) in theirs["strategies"].as_object().unwrap() {
                let name = format!("{model}.{rule}");
                let figures = &ours["strategies"][&name];
                agreement.near(&format!("{name} by {split}"), &theirs["by_part"][split], figures);
            }
        }
    }
}

/// The first and last forecasts themselves, to the digits that the series keep.
fn single_forecasts(reference: &Value, series: &dfa_report::results::Series, file: &str) {
    for (model, theirs) in reference["models"].as_object().unwrap() {
        let forecasts = series.forecasts.column(model).unwrap();
        let alphas = series.forecasts.column(&format!("{model}.alpha")).unwrap();
        let single = |key: &str| theirs[key].as_array().unwrap().clone();
        for theirs in single("first_forecasts").iter().chain(&single("last_forecasts")) {
            let day = theirs["day"].as_str().unwrap().parse().unwrap();
            let row = series.forecasts.days.binary_search(&day).unwrap();
            for (ours, theirs) in
                [(forecasts[row], &theirs["forecast"]), (alphas[row], &theirs["alpha"])]
            {
                let theirs = theirs.as_f64().unwrap();
                let near = (ours - theirs).abs() <= 1e-6 * theirs.abs();
                assert!(near, "{file} {model} {day}: theirs {theirs}, ours {ours}");
            }
        }
    }
}

#[test]
fn nine_sectors_refitted_monthly() {
    check("sample_baseline21.json");
}

#[test]
fn a_rolling_window_with_purge_costs_and_cash() {
    check("sample_rolling.json");
}

#[test]
fn several_lags_and_a_holdout() {
    check("sample_lags_holdout.json");
}

#[test]
fn a_fixed_penalty_long_only() {
    check("sample_fixed.json");
}

#[test]
fn the_setting_is_read_as_it_is_meant() {
    let reference = read_json(&repository("tests/reference/sample_rolling.json"));
    let yaml = spec_of(&reference["setting"]);
    let spec = dfa_report::engine::spec::parse("t", "t.yaml", &yaml).unwrap().spec;
    assert_eq!(spec.walk_forward.window, Window::Rolling(1000));
    assert_eq!(spec.walk_forward.purge, 5);
    assert_eq!(spec.costs.borrow_rate, 0.005);
}
