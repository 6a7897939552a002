//! How often prices come, and what that makes of a year (methods, section 14).

use serde::{Deserialize, Serialize};

/// How often prices come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Frequency {
    /// On business days, or on every day of the week.
    #[default]
    Daily,
    /// Once a week.
    Weekly,
    /// Once a month.
    Monthly,
}

impl Frequency {
    /// Periods that a year has by convention: 252 business days, 52 weeks, 12 months.
    #[must_use]
    pub const fn periods_per_year(self) -> u16 {
        match self {
            Self::Daily => 252,
            Self::Weekly => 52,
            Self::Monthly => 12,
        }
    }

    /// One period: "day".
    #[must_use]
    pub const fn noun(self) -> &'static str {
        match self {
            Self::Daily => "day",
            Self::Weekly => "week",
            Self::Monthly => "month",
        }
    }

    /// Of one period: "daily".
    #[must_use]
    pub const fn adjective(self) -> &'static str {
        match self {
            Self::Daily => "daily",
            Self::Weekly => "weekly",
            Self::Monthly => "monthly",
        }
    }

    /// The out-of-sample R2 of one period above which a leak is likelier than a discovery: 1 %, 2 %,
    /// 8 %.
    ///
    /// An investor who follows forecasts of this R2 gains a squared Sharpe ratio a year of about
    /// `periods * R2` (Campbell and Thompson 2008), which in an efficient market stays near that of
    /// the best portfolio (Ross 2005). Weekly and monthly prices are given a Sharpe ratio of one a
    /// year; daily ones of 1.6, since what reverts within days pays there and is gone in a week.
    #[must_use]
    pub const fn implausible_r2(self) -> f64 {
        match self {
            Self::Daily => 0.01,
            Self::Weekly => 0.02,
            Self::Monthly => 0.08,
        }
    }
}
