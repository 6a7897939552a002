//! A figure that travels with its uncertainty.

use serde::{Deserialize, Serialize};

/// A confidence interval; in JSON `[low, high]`. Every interval of the contract has the level
/// [`Interval::LEVEL`].
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(from = "[f64; 2]", into = "[f64; 2]")]
pub struct Interval {
    /// Lower bound.
    pub low: f64,
    /// Upper bound.
    pub high: f64,
}

impl Interval {
    /// The probability with which an interval covers what it is about.
    pub const LEVEL: f64 = 0.90;

    /// Half the width of a normal interval of this level, in standard errors.
    const HALF_WIDTH: f64 = 1.644_853_626_951_472_2;

    /// The normal interval about an estimate.
    pub fn about(value: f64, standard_error: f64) -> Self {
        let half = Self::HALF_WIDTH * standard_error;
        Self { low: value - half, high: value + half }
    }

    /// Whether a value lies inside, the bounds included.
    pub fn contains(self, value: f64) -> bool {
        (self.low..=self.high).contains(&value)
    }
}

impl From<[f64; 2]> for Interval {
    fn from([low, high]: [f64; 2]) -> Self {
        Self { low, high }
    }
}

impl From<Interval> for [f64; 2] {
    fn from(interval: Interval) -> Self {
        [interval.low, interval.high]
    }
}

/// A figure with its interval, where it has one. In JSON `<name>` is the value and
/// `<name>_interval` the interval beside it; both are `null` where the figure is not defined.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// The figure.
    pub value: f64,
    /// Its interval of level [`Interval::LEVEL`]; `None` with too few observations.
    pub interval: Option<Interval>,
}

impl Estimate {
    /// A figure with the normal interval about it.
    pub fn about(value: f64, standard_error: f64) -> Self {
        Self { value, interval: Some(Interval::about(value, standard_error)) }
    }
}

/// How an optional [`Estimate`] called `$name` is written and read: two fields of the object around
/// it (`#[serde(flatten, with = ...)]`).
macro_rules! written_as {
    ($name:ident, $value:literal, $interval:literal) => {
        pub(super) mod $name {
            use serde::{Deserialize, Deserializer, Serialize, Serializer};

            use super::{Estimate, Interval};

            #[derive(Serialize, Deserialize)]
            struct Fields {
                #[serde(rename = $value)]
                value: Option<f64>,
                #[serde(rename = $interval)]
                interval: Option<Interval>,
            }

            pub(in crate::results) fn serialize<S: Serializer>(
                estimate: &Option<Estimate>,
                serializer: S,
            ) -> Result<S::Ok, S::Error> {
                let value = estimate.map(|estimate| estimate.value);
                let interval = estimate.and_then(|estimate| estimate.interval);
                Fields { value, interval }.serialize(serializer)
            }

            pub(in crate::results) fn deserialize<'de, D: Deserializer<'de>>(
                deserializer: D,
            ) -> Result<Option<Estimate>, D::Error> {
                let Fields { value, interval } = Fields::deserialize(deserializer)?;
                Ok(value.map(|value| Estimate { value, interval }))
            }
        }
    };
}

written_as!(oos_r2, "oos_r2", "oos_r2_interval");
written_as!(scaled_oos_r2, "scaled_oos_r2", "scaled_oos_r2_interval");
written_as!(sharpe, "sharpe", "sharpe_interval");
written_as!(sharpe_difference, "sharpe_difference", "sharpe_difference_interval");
written_as!(annual_return, "annual_return", "annual_return_interval");
written_as!(growth_over_mean, "growth_over_mean", "growth_over_mean_interval");
written_as!(r2_gain, "r2_gain", "r2_gain_interval");
written_as!(scaled_r2_gain, "scaled_r2_gain", "scaled_r2_gain_interval");
written_as!(sharpe_gain, "sharpe_gain", "sharpe_gain_interval");
written_as!(difference, "difference", "difference_interval");
written_as!(criterion, "value", "interval");
written_as!(alpha, "alpha", "alpha_interval");
written_as!(outcome, "outcome", "outcome_interval");
written_as!(beta, "beta", "beta_interval");

/// The value of an optional estimate.
pub fn value(estimate: Option<Estimate>) -> Option<f64> {
    estimate.map(|estimate| estimate.value)
}

/// The interval of an optional estimate.
pub fn interval(estimate: Option<Estimate>) -> Option<Interval> {
    estimate.and_then(|estimate| estimate.interval)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Holder {
        before: f64,
        #[serde(flatten, with = "super::oos_r2")]
        oos_r2: Option<Estimate>,
        after: f64,
    }

    #[test]
    fn an_estimate_is_two_fields_in_their_place() {
        let interval = Some(Interval { low: 0.5, high: 2.0 });
        let full =
            Holder { before: 0.0, oos_r2: Some(Estimate { value: 1.0, interval }), after: 3.0 };
        let text = serde_json::to_string(&full).unwrap();
        let expected = r#"{"before":0.0,"oos_r2":1.0,"oos_r2_interval":[0.5,2.0],"after":3.0}"#;
        assert_eq!(text, expected);
        assert_eq!(serde_json::from_str::<Holder>(&text).unwrap(), full);
        let none = Holder { oos_r2: None, ..full };
        let text = serde_json::to_string(&none).unwrap();
        assert!(text.contains(r#""oos_r2":null,"oos_r2_interval":null"#), "{text}");
        assert_eq!(serde_json::from_str::<Holder>(&text).unwrap(), none);
        assert!(serde_json::from_str::<Holder>(r#"{"before":0,"oos_r2":1,"after":3}"#).is_ok());
    }

    #[test]
    fn an_interval_has_its_level() {
        let interval = Interval::about(1.0, 2.0);
        assert!(
            (interval.high - 4.289_707).abs() < 1e-6 && (interval.low + 2.289_707).abs() < 1e-6
        );
        assert!(interval.contains(interval.low) && !interval.contains(4.3));
    }
}
