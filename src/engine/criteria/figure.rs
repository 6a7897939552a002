//! The figures that a test may name: those of `results.json` with an interval, and some more that
//! could have one.

/// A figure of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Figure {
    OosR2,
    ScaledOosR2,
    /// Against the plain prevailing mean: of weighted models another figure than their own.
    PlainOosR2,
    PlainScaledOosR2,
    HitRate,
    Sharpe,
    SharpeArithmetic,
    AnnualLogGrowth,
    AnnualVolatility,
    Alpha,
    Beta,
}

impl Figure {
    pub(crate) const ALL: [Self; 11] = [
        Self::OosR2,
        Self::ScaledOosR2,
        Self::PlainOosR2,
        Self::PlainScaledOosR2,
        Self::HitRate,
        Self::Sharpe,
        Self::SharpeArithmetic,
        Self::AnnualLogGrowth,
        Self::AnnualVolatility,
        Self::Alpha,
        Self::Beta,
    ];

    /// As `results.json` calls it; the scaled R2 as the path to it there.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::OosR2 => "oos_r2",
            Self::ScaledOosR2 => "scaled.oos_r2",
            Self::PlainOosR2 => "oos_r2_against_plain_mean",
            Self::PlainScaledOosR2 => "scaled_oos_r2_against_plain_mean",
            Self::HitRate => "hit_rate",
            Self::Sharpe => "sharpe",
            Self::SharpeArithmetic => "sharpe_arithmetic",
            Self::AnnualLogGrowth => "annual_log_growth",
            Self::AnnualVolatility => "annual_volatility",
            Self::Alpha => "alpha",
            Self::Beta => "beta",
        }
    }

    /// Whether it is of a track record, and not of forecasts.
    pub(super) fn is_of_a_record(self) -> bool {
        !matches!(
            self,
            Self::OosR2
                | Self::ScaledOosR2
                | Self::PlainOosR2
                | Self::PlainScaledOosR2
                | Self::HitRate
        )
    }

    /// Whether it is measured against holding the target, which has none of it.
    pub(super) fn is_against_target(self) -> bool {
        matches!(self, Self::Alpha | Self::Beta)
    }
}
