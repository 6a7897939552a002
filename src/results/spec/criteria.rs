//! `criteria`: what must come out for the hypothesis to stand, said beforehand.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A claim, and the test by which it is met, not met or open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Criterion {
    /// One line of plain text: what a reader understands.
    #[schemars(
        length(min = 1, max = 300),
        extend("x-expected" = "one line of plain text")
    )]
    pub claim: String,
    /// What decides: `SUBJECT.FIGURE OP NUMBER`, or another `SUBJECT.FIGURE` in place of the number,
    /// as in `all.oos_r2 > 0` and `any.proportional.sharpe > buy_and_hold.sharpe`.
    #[schemars(
        length(min = 1, max = 300),
        extend("x-expected" = "a test as in `all.oos_r2 > 0`")
    )]
    pub test: String,
}
