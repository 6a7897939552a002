//! How a page is looked at.

use crate::limits::{PHONE, WINDOW_HEIGHT};

/// A window, its colours, and what the device can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct View {
    /// Width of the window in CSS pixels.
    pub width: u32,
    /// Height of the window.
    pub height: u32,
    /// Whether the system prefers dark colours.
    pub dark: bool,
    /// A phone: touch instead of a mouse.
    pub phone: bool,
    /// Whether scripts run.
    pub scripts: bool,
}

impl View {
    /// A window of a desktop, light.
    pub const DESKTOP: Self =
        Self { width: 1440, height: WINDOW_HEIGHT, dark: false, phone: false, scripts: true };

    /// A phone, light.
    pub const PHONE: Self =
        Self { width: PHONE, height: 844, dark: false, phone: true, scripts: true };

    /// The same in the dark.
    pub const fn dark(self) -> Self {
        Self { dark: true, ..self }
    }

    /// The same at another width.
    pub const fn at(self, width: u32) -> Self {
        Self { width, ..self }
    }

    /// The same without scripts.
    pub const fn without_scripts(self) -> Self {
        Self { scripts: false, ..self }
    }

    /// The view in words.
    pub fn name(self) -> String {
        let colours = if self.dark { "dark" } else { "light" };
        let phone = if self.phone { " phone" } else { "" };
        let scripts = if self.scripts { "" } else { " without scripts" };
        format!("{}{phone} {colours}{scripts}", self.width)
    }
}
