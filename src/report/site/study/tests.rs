//! Every case of the words, from experiments of which a test sets what was decided.

use super::*;
use crate::report::site::kit::summary::{Measured, Spread, Summary, Swept};
use crate::report::site::summary;
use crate::report::stored;
use crate::results::{Answer, Evidence, FamilyClaim, Interval, Life, Outcome, Trials};

fn experiment(id: &str) -> Summary {
    let mut each = summary(&stored::plain(), None);
    id.clone_into(&mut each.id);
    id.clone_into(&mut each.row.filter.id);
    each.title = format!("Experiment {id}: more words");
    each.group.clear();
    each.synthetic = false;
    (each.family, each.trials) = (None, None);
    each.decided.evidence = Evidence::None;
    (each.decided.life, each.decided.pays) = (None, Some(Answer::Open));
    (each.decided.control, each.decided.carried_by) = (None, None);
    let speaker = each.speaker.as_mut().unwrap();
    let interval = Some(Interval { low: -0.001, high: 0.005 });
    speaker.oos_r2 = Some(Measured { value: 0.002, interval });
    speaker.sharpe = Some(Measured { value: 0.2, interval: None });
    (speaker.holding, speaker.above_holding_p) = (Some(0.5), Some(0.9));
    each
}

/// An experiment with this evidence by itself and as one of nine.
fn with(id: &str, own: Evidence, among: Evidence) -> Summary {
    let mut each = experiment(id);
    each.decided.evidence = own;
    each.family = Some(FamilyClaim {
        experiments: 9,
        with_evidence: 1,
        p_value: Some(0.01),
        evidence: among,
    });
    each
}

fn control(id: &str, outcome: Outcome) -> Summary {
    let mut each = experiment(id);
    each.decided.control = Some(outcome);
    each
}

fn study(all: &[Summary]) -> Study {
    let all: Vec<&Summary> = all.iter().collect();
    studies(&all).swap_remove(0).0
}

fn headline(all: &[Summary]) -> String {
    study(all).headline()
}

fn say(all: &mut [Summary], change: impl Fn(&mut Summary)) -> String {
    all.iter_mut().for_each(change);
    headline(all)
}

#[test]
fn every_claim_has_its_words_and_counts_what_outlasts_the_others() {
    use Evidence::{Clear, None, Suspect, VolatileDays, Weak};
    let two = |(own, among): (Evidence, Evidence)| {
        headline(&[with("a", own, among), with("b", None, None)])
    };
    let rest = "none beats holding and no control was run";
    for (evidence, expected) in [
        (
            (Clear, Clear),
            "Past returns say something about the next day’s SPY: one of two experiments holds up \
             with all nine counted",
        ),
        (
            (Weak, Weak),
            "There is weak evidence that past returns say something about the next day’s SPY: one \
             of two experiments holds up with all nine counted",
        ),
        (
            (Clear, None),
            "What one of two experiments finds about the next day’s SPY does not outlast their \
             number: with all nine counted none is evidence",
        ),
        (
            (VolatileDays, VolatileDays),
            "What past returns say about the next day’s SPY rests on a few volatile days: none of \
             two experiments is evidence",
        ),
        (
            (None, None),
            "No sign that past returns say anything about the next day’s SPY: none of two \
             experiments is evidence",
        ),
    ] {
        assert_eq!(two(evidence), format!("{expected}, {rest}"));
    }
    assert_eq!(
        two((Suspect, Suspect)),
        "Too good to be believed: one of two experiments forecasts better than any market allows, so \
         look for a leak first"
    );
}

#[test]
fn what_only_outlasts_weakly_is_not_called_clear() {
    let all =
        [with("a", Evidence::Clear, Evidence::None), with("b", Evidence::Weak, Evidence::Weak)];
    let told = study(&all);
    assert_eq!((told.by_themselves, told.surviving), (2, 1));
    assert!(told.headline().starts_with("There is weak evidence"), "{}", told.headline());
}

#[test]
fn one_experiment_is_not_counted_and_pays_for_no_others() {
    let mut one = [experiment("a")];
    let one_of = |one: &mut [Summary; 1], evidence| {
        one[0].decided.evidence = evidence;
        headline(one)
    };
    assert_eq!(
        one_of(&mut one, Evidence::Clear),
        "Past returns say something about the next day’s SPY: trading on it does not beat holding \
         and no control was run"
    );
    assert!(one_of(&mut one, Evidence::None).starts_with("No sign"));
    assert!(study(&one).lead().starts_with("The interval of R² includes zero. After costs the"));
    // It is alone on the page, but one of a site's family.
    one[0].family = with("b", Evidence::Clear, Evidence::None).family;
    let lost = one_of(&mut one, Evidence::Clear);
    assert!(lost.contains("does not outlast the other experiments"), "{lost}");
}

#[test]
fn what_became_of_it_is_said_only_where_all_that_found_it_agree() {
    let found = || {
        [("a", Evidence::Clear), ("b", Evidence::Clear), ("c", Evidence::None)]
            .map(|(id, evidence)| with(id, evidence, evidence))
    };
    let lives = |life: [Option<Life>; 2], year: Option<i16>| {
        let mut all = found();
        (all[0].decided.life, all[1].decided.life) = (life[0], life[1]);
        all.iter_mut().for_each(|each| each.decided.carried_by = year);
        let told = headline(&all);
        let (finding, _) = told.split_once(": ").unwrap();
        finding.split_once("SPY").unwrap().1.to_owned()
    };
    let [alive, gone, weak] = [Life::Alive, Life::Gone, Life::Weakened].map(Some);
    for (life, year, expected) in [
        ([alive, alive], None, ", and still do"),
        ([gone, gone], None, ", or did"),
        ([gone, gone], Some(2020), ", or did"),
        ([gone, weak], None, ", but less than before"),
        ([alive, gone], None, ""),
        ([alive, None], None, ""),
        ([alive, alive], Some(2020), ", most of it in 2020"),
    ] {
        assert!(
            lives(life, year).starts_with(expected),
            "{life:?} {year:?}: {}",
            lives(life, year)
        );
        assert!(!expected.is_empty() || lives(life, year).is_empty());
    }
}

#[test]
fn controls_are_told_and_one_that_finds_something_comes_first() {
    let told = |controls: &[Outcome]| {
        let mut all = vec![with("a", Evidence::Clear, Evidence::Clear), experiment("b")];
        all.extend(controls.iter().map(|outcome| control("c", *outcome)));
        let study = study(&all);
        assert_eq!(study.experiments, 2, "controls are not counted");
        study.headline()
    };
    let (met, open, found) = (Outcome::Met, Outcome::Open, Outcome::NotMet);
    for (controls, end) in [
        (&[][..], "and no control was run"),
        (&[met], "and the control finds nothing"),
        (&[met, met], "and the controls find nothing"),
        (&[open], "and the control is open"),
        (&[met, open], "and one of two controls is open"),
        (&[met, open, open], "and two of three controls are open"),
    ] {
        assert!(told(controls).ends_with(end), "{}", told(controls));
    }
    for (controls, beginning) in [
        (&[found][..], "The control finds a signal where there is none"),
        (&[met, found], "One of two controls finds a signal where there is none"),
        (&[found, found], "The controls find a signal where there is none"),
    ] {
        assert!(told(controls).starts_with(beginning), "{}", told(controls));
        assert!(!told(controls).contains("Past returns"), "{}", told(controls));
    }
    let only = [control("a", met)];
    assert_eq!(headline(&only), "Only controls so far: the control finds nothing");
}

#[test]
fn holding_is_beaten_only_after_paying_for_all_experiments() {
    let mut all = vec![with("a", Evidence::Clear, Evidence::Clear), experiment("b")];
    let set = |all: &mut [Summary], sharpe: f64, p: f64| {
        let speaker = all[0].speaker.as_mut().unwrap();
        speaker.sharpe = Some(Measured { value: sharpe, interval: None });
        speaker.above_holding_p = Some(p);
        headline(all)
    };
    assert!(set(&mut all, 0.4, 0.001).contains("none beats holding"));
    // Nine experiments: 0.05 / 9 is 0.0056.
    assert!(set(&mut all, 0.8, 0.01).contains("none surely beats holding"));
    assert!(set(&mut all, 0.8, 0.005).contains("one beats holding"));
    let silent = say(&mut all, |each| each.speaker.as_mut().unwrap().sharpe = None);
    assert!(!silent.contains("holding"), "{silent}");
}

#[test]
fn the_numbers_under_it_are_counted() {
    let mut all: Vec<Summary> = ["a", "b", "c", "d"].map(experiment).into();
    all.push(control("placebo", Outcome::Met));
    let lead = study(&all).lead();
    assert!(lead.starts_with("All four intervals of R² include zero."), "{lead}");
    assert!(lead.ends_with("Trading surely pays for its costs in none of four."), "{lead}");
    for (at, [low, high]) in [(0, [0.001, 0.003]), (1, [-0.003, -0.001])] {
        let interval = Some(Interval { low, high });
        all[at].speaker.as_mut().unwrap().oos_r2 = Some(Measured { value: low, interval });
    }
    all[2].speaker.as_mut().unwrap().sharpe = Some(Measured { value: 0.34, interval: None });
    all[4].speaker.as_mut().unwrap().sharpe = Some(Measured { value: 0.3, interval: None });
    all[0].decided.pays = Some(Answer::Yes);
    let trials =
        Trials { counted: 9440, effective: 37, experiments: 9, expected_best_sharpe: 0.27 };
    all[0].trials = Some(trials);
    assert_eq!(
        study(&all).lead(),
        "Of four intervals of R², one lies above zero, one lies below zero and two include it. After \
         costs the best Sharpe ratio is 0.34 (“Experiment c”); holding SPY over the same days had \
         0.50, and the placebo, which knows nothing, 0.30. Trading surely pays for its costs in one \
         of four; with 9\u{202f}440 trials behind this, 37 of them different, luck alone is expected \
         to reach a Sharpe ratio of 0.27."
    );
}

#[test]
fn an_experiment_that_knew_the_future_counts_for_nothing() {
    let mut all = [with("a", Evidence::Clear, Evidence::Clear), experiment("b"), experiment("c")];
    all[0].decided.failed = true;
    let study = study(&all);
    assert_eq!((study.experiments, study.surviving, study.claim), (2, 0, finding::Claim::None));
    assert!(study.lead().starts_with("One experiment knew the future"), "{}", study.lead());
}

#[test]
fn every_target_and_source_has_a_finding_of_its_own_the_largest_first() {
    let mut all: Vec<Summary> = ["a", "b", "c"].map(experiment).into();
    all[0].source = "other".to_owned();
    all[0].decided.evidence = Evidence::Clear;
    let ordered: Vec<&Summary> = all.iter().collect();
    let found = studies(&ordered);
    let told: Vec<(&str, usize)> =
        found.iter().map(|(study, all)| (study.source.as_str(), all.len())).collect();
    assert_eq!(told, [("small", 2), ("other", 1)]);
    assert!(found[0].0.headline().starts_with("No sign"));
    assert!(found[1].0.headline().starts_with("Past returns say something"));
}

/// A drawing of all experiments, as text.
fn drawn(all: &[Summary], most: usize) -> String {
    let ordered: Vec<&Summary> = all.iter().collect();
    let (study, members) = studies(&ordered).swap_remove(0);
    serde_json::to_string(&forest(&study, &members, most, 0)).unwrap()
}

#[test]
fn the_plot_has_a_row_an_experiment_and_a_row_a_group_of_very_many() {
    let mut all: Vec<Summary> = ["a", "b", "c"].map(experiment).into();
    all.push(control("placebo", Outcome::Met));
    "Costs".clone_into(&mut all[1].group);
    let spread = Spread::of([0.0, 0.1, 0.3]);
    all[2].swept = Some(Swept { members: 7, oos_r2: spread, sharpe: spread });
    let each = drawn(&all, 40);
    for id in ["a", "b", "c", "placebo"] {
        assert!(each.contains(&format!("\"href\":\"{id}/index.html\"")), "{id}: {each}");
    }
    assert_eq!(each.matches("class=\\\"hollow\\\"").count(), 2, "a control, in two panels");
    assert_eq!(each.matches("class=\\\"many\\\"").count(), 2, "a sweep, in two panels");
    assert!(each.contains("sweep of 7 experiments") && each.contains("buy and hold 0.50"));
    let groups = drawn(&all, 0);
    assert!(groups.contains("\"label\":\"Costs\"") && groups.contains("\"label\":\"Others\""));
    assert!(groups.contains("3 experiments") && !groups.contains("index.html"), "{groups}");
}
