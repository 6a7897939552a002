//! Running means and co-moments of rows: all that a fit or a correlation needs of its window.

mod running;
mod window;

pub use running::Moments;
pub use window::WindowMoments;
