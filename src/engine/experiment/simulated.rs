//! A market of noise, for tests of whole experiments.

use crate::base::statistics::noise;
use crate::engine::spec::Spec;
use crate::prices::panel::{Column, Panel};

/// SPY, XLE and XLU over so many days, none of which tells anything of another.
pub(crate) fn panel(days: usize) -> Panel {
    let column = |ticker: &str, seed: u64| {
        let (mut noise, mut price) = (noise::uniform(seed), 100.0);
        let next = |_| {
            price *= 1.0 + 0.02 * noise();
            price
        };
        Column::new(ticker, (0..days).map(next).collect())
    };
    Panel::daily(column("SPY", 1), vec![column("XLE", 2), column("XLU", 3)])
}

/// An experiment on it, with more keys.
pub(crate) fn spec(more: &str) -> Spec {
    let yaml = format!(
        "title: t\ndata: {{target: SPY, features: [XLE, XLU]}}\nwalk_forward: {{min_train: 100}}\n{more}"
    );
    crate::engine::spec::parse("t", "t.yaml", &yaml).unwrap().spec
}
