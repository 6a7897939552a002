//! What a page says in the console and asks of the network.

use crate::finding::Finding;
use crate::survey::Check;
use crate::tab::Heard;

/// Any message, any request that is not below the site's address, and any that failed.
pub fn check(place: &str, heard: &Heard, under: &str) -> Vec<(Check, Finding)> {
    let console =
        heard.console.iter().map(|message| (Check::Console, Finding::new(place, message)));
    let is_ours = |address: &str| {
        address.starts_with(under) || address.starts_with("data:") || address.starts_with("blob:")
    };
    let outside = heard.requests.iter().filter(|address| !is_ours(address));
    let outside = outside
        .map(|address| (Check::Requests, Finding::new(place, format!("requests {address}"))));
    let failed =
        heard.failures.iter().map(|failure| (Check::Requests, Finding::new(place, failure)));
    console.chain(outside).chain(failed).collect()
}
