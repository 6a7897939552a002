//! The language by cases: what is understood, and what every mistake is told and where.

use super::figure::Figure;
use super::names::{Bound, Names, Quantifier, State, Test};
use super::syntax::Operator;
use crate::results::spec::Spec;

fn names(compares: bool, more: &str) -> Names {
    let compares = if compares { "compares_with: other\n" } else { "" };
    let yaml = format!(
        "title: t\ndata: {{target: SPY, features: [XLE, XLU]}}\n{compares}\
         models: [{{kind: ridge}}, {{kind: lasso, name: 2nd-lasso}}{more}]\n\
         regimes: [{{kind: sign_flip, pair: [XLE, XLU]}}, {{kind: coupling}}, {{kind: jump}}, \
         {{kind: coupling, window: 21}}]\n"
    );
    let spec: Spec = crate::engine::spec::parse("t", "t.yaml", &yaml).unwrap().spec;
    Names::of(&spec)
}

const GATED: &str = ", {kind: ridge, regime: {system: gated}}";

fn read(test: &str) -> Test {
    names(true, "").test(test).unwrap()
}

#[test]
fn a_test_names_records_a_figure_and_a_bound() {
    let of = |test: &str| -> Vec<String> {
        read(test).left.records.iter().map(super::names::Record::name).collect()
    };
    let tracks = ["ridge", "2nd-lasso"]
        .map(|m| ["binary", "proportional", "quartile"].map(|r| format!("{m}.{r}")));
    for (test, records) in [
        ("all.oos_r2 > 0", vec!["ridge", "2nd-lasso"]),
        ("2nd-lasso.scaled.oos_r2>=-1e-3", vec!["2nd-lasso"]),
        (
            "any.proportional.sharpe > buy_and_hold.sharpe",
            vec!["ridge.proportional", "2nd-lasso.proportional"],
        ),
        ("all.sharpe < 2", tracks.as_flattened().iter().map(String::as_str).collect()),
        ("buy_and_hold.annual_volatility < .5", vec!["buy_and_hold"]),
        ("ridge.gain.binary.alpha > 0", vec!["ridge.binary"]),
    ] {
        assert_eq!(of(test), records, "{test}");
    }
    let test = read("any.regime[apart].binary.sharpe <= ridge.binary.sharpe");
    assert_eq!((test.operator, test.left.quantifier), (Operator::AtMost, Some(Quantifier::Any)));
    assert_eq!(test.left.state, Some(State { detector: 0, state: 1 }));
    assert!(matches!(test.right, Bound::Figure(right) if right.figure == Figure::Sharpe));
    let bound = |test| match read(test).right {
        Bound::Number(number) => number,
        Bound::Figure(_) => f64::NAN,
    };
    assert_eq!((bound("all.oos_r2 > -.5"), bound("all.hit_rate < 5e-1")), (-0.5, 0.5));
}

#[test]
fn a_state_goes_by_its_word_or_by_its_detector_too() {
    let state = |inside: &str| read(&format!("ridge.regime[{inside}].oos_r2 > 0")).left.state;
    for (inside, detector, state_at) in [
        ("apart", 0, 1),
        (" sign_flip.XLE.XLU.together ", 0, 0),
        ("sign_flip.apart", 0, 1),
        ("2", 2, 1),
        ("jump.1", 2, 0),
        ("coupling.4.tight", 3, 1),
    ] {
        assert_eq!(state(inside), Some(State { detector, state: state_at }), "{inside}");
    }
}

#[test]
fn a_gain_is_over_the_twin_or_over_the_other_experiment() {
    let of = |compares, test: &str| -> Vec<String> {
        let test = names(compares, GATED).test(test).unwrap();
        assert!(test.left.is_gain);
        test.left.records.iter().map(super::names::Record::name).collect()
    };
    assert_eq!(of(false, "any.gain.oos_r2 > 0"), ["ridge_gated"], "a plain model has no twin");
    assert_eq!(of(true, "ridge_gated.r2_gain > 0"), ["ridge_gated"]);
    assert_eq!(of(true, "ridge.gain.scaled.oos_r2 > 0"), ["ridge"]);
}

#[test]
fn a_mistake_is_told_where_it_stands() {
    // The characters at fault are marked below the test.
    for (test, marks, message, help) in [
        ("", "^", "the test ends too early", "a figure as in"),
        ("all.oos_r2", "          ^", "the test ends too early", "one of >, <, >=, <="),
        ("all.oos_r2 >", "            ^", "the test ends too early", "a number as in"),
        ("all.oos_r2 = 0", "           ^", "an unexpected `=`", "no estimate equals a number"),
        ("all.oos_r2 => 0", "           ^", "an unexpected `=`", "one of >, <, >=, <="),
        ("all.oos_r2 >> 0", "            ^", "an unexpected `>`", "have the `=` last"),
        ("all.oos_r2 ≥ 0", "           ^", "an unexpected `≥`", "write `>=`"),
        ("0 < all.oos_r2", "^", "begins with a number", "turn it round"),
        ("all.oos_r2 > 0.2 %", "                 ^", "per cent", "write 0.005 for 0.5 %"),
        ("all.oos_r2 > 1e999", "             ^^^^^", "without end", "a finite number"),
        ("all.oos_r2 > 0 and x", "               ^^^^^", "text after the test", "its own claim"),
        ("all. > 0", "    ^", "an unexpected ` `", "a word after the point"),
        ("ridge.regime[apart.oos_r2 > 0", "            ^", "never closed", "`]` behind the state"),
        ("oos_r2 > 0", "^^^^^^", "`oos_r2` of nobody", "did you mean `all.oos_r2`?"),
        ("ridge > 0", "^^^^^", "`ridge` without a figure", "oos_r2"),
        ("rigde.oos_r2 > 0", "^^^^^", "no model `rigde`", "did you mean `ridge`?"),
        ("rigde.oos_r2 > all.oos_r3", "^^^^^", "no model `rigde`", "did you mean `ridge`?"),
        ("all.os_r2 > 0", "    ^^^^^", "no figure `os_r2`", "did you mean `oos_r2`?"),
        ("all.rmse > 0", "    ^^^^", "no figure `rmse` with an interval", "one of oos_r2"),
        ("all.binry.sharpe > 0", "    ^^^^^", "`binry` is no rule", "did you mean `binary`?"),
        ("ridge.sharpe > 0", "^^^^^^^^^^^^", "`sharpe` of no rule", "ridge.binary.sharpe"),
        ("ridge.binary.oos_r2 > 0", "      ^^^^^^", "whatever the rule", "the rule left out"),
        ("all.binary.binary.sharpe > 0", "           ^^^^^^", "twice", "one"),
        ("all.scaled.hit_rate > 0", "    ^^^^^^", "`hit_rate` is not scaled", "`scaled.oos_r2`"),
        (
            "ridge.regime.oos_r2 > 0",
            "      ^^^^^^",
            "a regime without a state",
            "regime[sign_flip.XLE.XLU.apart]",
        ),
        (
            "ridge.regime[appart].oos_r2 > 0",
            "             ^^^^^^",
            "no detector has a state `appart`",
            "apart",
        ),
        (
            "ridge.regime[tight].oos_r2 > 0",
            "             ^^^^^",
            "several detectors",
            "regime[coupling.4.tight]",
        ),
        (
            "ridge[apart].oos_r2 > 0",
            "     ^^^^^^^",
            "a bracket behind another word",
            "`regime[state]`",
        ),
        ("buy_and_hold.oos_r2 > 0", "^^^^^^^^^^^^^^^^^^^", "has no `oos_r2`", "sharpe"),
        ("buy_and_hold.alpha > 0", "^^^^^^^^^^^^^^^^^^", "has no `alpha`", "sharpe"),
        (
            "buy_and_hold.binary.sharpe > 0",
            "^^^^^^^^^^^^^^^^^^^^^^^^^^",
            "has no rule",
            "`buy_and_hold.sharpe`",
        ),
        ("ridge.gain.oos_r2 > 0", "      ^^^^", "a gain over nothing", "`compares_with`"),
        ("ridge.oos_r2 > all.oos_r2", "               ^^^^^^^^^^", "several figures", "one figure"),
        (
            "ridge.oos_r2 > 2nd-lasso.hit_rate",
            "               ^^^^^^^^^^^^^^^^^^",
            "`oos_r2` against `hit_rate`",
            "the same figure",
        ),
        (
            "ridge.oos_r2 > ridge.oos_r2",
            "               ^^^^^^^^^^^^",
            "with itself",
            "another one",
        ),
    ] {
        let mistakes = names(false, "").test(test).unwrap_err();
        let mistake = &mistakes[0];
        let marked = " ".repeat(mistake.at.start) + &"^".repeat(mistake.at.len());
        assert_eq!(marked, marks, "{test}: {mistake:?}");
        assert!(mistake.message.contains(message), "{test}: {mistake:?}");
        let told = format!("{} {}", mistake.expected, mistake.hint);
        assert!(told.contains(help), "{test}: {mistake:?}");
        // A mistake of the form is told without the names too.
        if super::form(test).is_err() {
            assert_eq!(super::form(test).unwrap_err(), *mistake);
        }
    }
    assert_eq!(names(false, "").test("rigde.oos_r2 > lsso.oos_r2").unwrap_err().len(), 2);
    let both = names(true, GATED).test("all.gain.oos_r2 > 0").unwrap_err();
    assert!(both[0].message.contains("systems gain over their twins"), "{both:?}");
}

#[test]
fn any_text_is_read_without_a_panic() {
    let full = "any.regime[sign_flip.XLE.XLU.apart].binary.gain.sharpe >= ridge.binary.sharpe";
    let names = names(true, GATED);
    for cut in 0..full.len() {
        let (head, tail) = full.split_at(cut);
        for text in
            [head.to_owned(), tail.to_owned(), format!("{head}é{tail}"), format!("{head}]{tail}")]
        {
            if let Err(mistakes) = names.test(&text) {
                assert!(mistakes.iter().all(|m| m.at.end <= text.chars().count() + 1), "{text}");
            }
        }
    }
}
