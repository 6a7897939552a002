//! The keys of `source.yaml` as they are written, each value with its place, before anybody has asked
//! whether they make sense.

use std::fmt;

use indexmap::IndexMap;
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use serde_yaml::Spanned;

/// The keys of a description, and of a declaration from `provider` on.
pub(super) const KEYS: [&str; 14] = [
    "title",
    "description",
    "licence",
    "origin",
    "synthetic",
    "regimes",
    "provider",
    "base_url",
    "tickers",
    "field",
    "adjustment",
    "start",
    "overlap",
    "format",
];

/// `source.yaml` as written.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Written {
    pub(super) title: String,
    pub(super) description: String,
    pub(super) licence: String,
    pub(super) origin: String,
    pub(super) synthetic: bool,
    pub(super) regimes: IndexMap<String, String>,
    pub(super) provider: Option<Spanned<WrittenProvider>>,
    pub(super) base_url: Option<Spanned<String>>,
    pub(super) tickers: Option<Spanned<WrittenTickers>>,
    pub(super) field: Option<Spanned<String>>,
    pub(super) adjustment: Option<Spanned<String>>,
    pub(super) start: Option<Spanned<String>>,
    pub(super) overlap: Option<Spanned<String>>,
    pub(super) format: Option<Spanned<String>>,
}

/// A name, or `{url: ...}`.
pub(super) enum WrittenProvider {
    Name(String),
    Map(IndexMap<String, String>),
}

/// Tickers and the provider's words for them; a list has the same word twice.
pub(super) struct WrittenTickers(pub(super) Vec<(Spanned<String>, Spanned<String>)>);

impl<'de> Deserialize<'de> for WrittenProvider {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = WrittenProvider;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a provider's name, or {url: \"https://host/{ticker}.csv\"}")
            }

            fn visit_str<E>(self, name: &str) -> Result<WrittenProvider, E> {
                Ok(WrittenProvider::Name(name.to_owned()))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<WrittenProvider, A::Error> {
                let mut entries = IndexMap::new();
                while let Some((key, value)) = map.next_entry()? {
                    entries.insert(key, value);
                }
                Ok(WrittenProvider::Map(entries))
            }
        }
        deserializer.deserialize_any(Either)
    }
}

impl<'de> Deserialize<'de> for WrittenTickers {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = WrittenTickers;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("tickers as in [SPY, XLE], or {SPY: spy.us, XLE: xle.us}")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<WrittenTickers, A::Error> {
                let mut tickers = Vec::new();
                while let Some(ticker) = list.next_element::<Spanned<String>>()? {
                    tickers.push((ticker.clone(), ticker));
                }
                Ok(WrittenTickers(tickers))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<WrittenTickers, A::Error> {
                let mut tickers = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    tickers.push(entry);
                }
                Ok(WrittenTickers(tickers))
            }
        }
        deserializer.deserialize_any(Either)
    }
}
