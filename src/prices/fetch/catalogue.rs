//! The providers there are.

use super::provider::Provider;
use super::{alpha_vantage, stooq, template, tiingo, yahoo};
use crate::prices::data;

/// The provider that a declaration names.
pub(crate) fn provider(named: &data::Provider) -> Box<dyn Provider> {
    match named {
        data::Provider::Yahoo => Box::new(yahoo::Yahoo),
        data::Provider::Stooq => Box::new(stooq::Stooq),
        data::Provider::Tiingo => Box::new(tiingo::Tiingo),
        data::Provider::AlphaVantage => Box::new(alpha_vantage::AlphaVantage),
        data::Provider::Url(address) => Box::new(template::Template::new(address)),
    }
}
