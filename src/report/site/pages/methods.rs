//! The pages that belong to no experiment: the methods, how often claims are wrong, and `404.html`.

use serde::Serialize;

use crate::report::site::kit::file::{Options, base_url, shell};
use crate::report::site::kit::markdown;
use crate::report::site::kit::policy;
use crate::report::site::kit::templates::{CALIBRATION, METHODS, STYLES, Templates};
use crate::report::site::kit::view::Shell;

/// What `methods.html` sees.
#[derive(Debug, Serialize)]
pub(crate) struct Page {
    shell: Shell,
    body: String,
}

/// The definitions behind every figure.
pub(crate) fn page(templates: &Templates, options: &Options) -> Page {
    let description = "What every number of these reports means, and where it comes from.";
    Page {
        shell: shell(options, "Methods", "methods/", description),
        body: markdown::to_html(templates.text(METHODS), 1, ""),
    }
}

/// How often the claims of these reports are wrong, on simulated markets.
pub(crate) fn calibration(templates: &Templates, options: &Options) -> Page {
    let description = "What these reports claim on markets of which the truth is known.";
    let text = CALIBRATION.map(|name| templates.text(name)).concat();
    Page {
        shell: shell(options, "How often is it wrong?", "calibration/", description),
        body: markdown::to_html(&text, 1, ""),
    }
}

/// What `404.html` sees.
#[derive(Debug, Serialize)]
pub(crate) struct NotFound {
    site: String,
    /// The way back. A server shows this page at any depth, so only an absolute address is sure to
    /// lead there.
    home: String,
    style: String,
    /// The Content-Security-Policy: nothing but `style`.
    policy: String,
}

/// The page for an address that does not exist.
pub(crate) fn not_found(templates: &Templates, options: &Options) -> NotFound {
    let style = STYLES.map(|name| templates.text(name)).concat();
    NotFound {
        site: options.title.clone(),
        home: base_url(options).map_or_else(|| "index.html".to_owned(), |base| format!("{base}/")),
        policy: policy::of_style(&style),
        style,
    }
}
