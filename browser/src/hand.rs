//! What a reader's hand does: the mouse, a finger, the keys.

use anyhow::{Context as _, Result};
use chromiumoxide::cdp::browser_protocol::input::{
    DispatchKeyEventParams, DispatchKeyEventType, DispatchMouseEventParams, DispatchMouseEventType,
    DispatchTouchEventType, InsertTextParams, MouseButton, TouchPoint,
};
use chromiumoxide::types::{Command, Method, MethodId};
use serde::{Deserialize, Serialize};

use crate::tab::Tab;

/// A place in the window, in CSS pixels.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
pub struct Point {
    /// From the left.
    pub x: f64,
    /// From the top.
    pub y: f64,
}

/// The box of an element in the window.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
pub struct Area {
    /// Left edge.
    pub x: f64,
    /// Upper edge.
    pub y: f64,
    /// Width.
    pub width: f64,
    /// Height.
    pub height: f64,
}

impl Area {
    /// The place at a share of the width and of the height.
    pub fn at(self, across: f64, down: f64) -> Point {
        Point { x: self.x + across * self.width, y: self.y + down * self.height }
    }
}

/// A touch with its points, which the library leaves out when there are none, though the browser
/// wants them, when a finger is lifted, too.
#[derive(Serialize, Debug)]
#[serde(rename_all = "camelCase")]
struct Touch {
    r#type: DispatchTouchEventType,
    touch_points: Vec<TouchPoint>,
}

impl Method for Touch {
    fn identifier(&self) -> MethodId {
        "Input.dispatchTouchEvent".into()
    }
}

impl Command for Touch {
    type Response = serde_json::Value;
}

/// Scrolls to the element of a selector, where several match the one with a number, and returns its
/// box.
const AREA: &str = "async ({ selector, number }) => {
  const element = document.querySelectorAll(selector)[number];
  if (!element) return null;
  element.scrollIntoView({ block: 'center', behavior: 'instant' });
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done, 0)));
  const { x, y, width, height } = element.getBoundingClientRect();
  return { x, y, width, height };
}";

/// A key of the keyboard: its name and its number.
const KEYS: [(&str, i64); 11] = [
    ("ArrowLeft", 37),
    ("ArrowUp", 38),
    ("ArrowRight", 39),
    ("ArrowDown", 40),
    ("Home", 36),
    ("End", 35),
    ("PageUp", 33),
    ("PageDown", 34),
    ("Escape", 27),
    ("Enter", 13),
    ("Tab", 9),
];

/// The bit of the shift key among the modifiers.
const SHIFT: i64 = 8;

impl Tab {
    /// Scrolls to an element and returns where it is.
    pub async fn area(&self, selector: &str, number: usize) -> Result<Area> {
        let asked = serde_json::json!({ "selector": selector, "number": number });
        let area: Option<Area> = self.run(AREA, asked).await?;
        area.with_context(|| format!("there is no {selector} number {number}"))
    }

    async fn mouse(
        &self,
        kind: DispatchMouseEventType,
        at: Point,
        is_down: bool,
        clicks: i64,
    ) -> Result<()> {
        let button = if clicks > 0 || is_down { MouseButton::Left } else { MouseButton::None };
        let event = DispatchMouseEventParams::builder()
            .r#type(kind)
            .x(at.x)
            .y(at.y)
            .button(button)
            .buttons(i64::from(is_down))
            .click_count(clicks)
            .build()
            .map_err(anyhow::Error::msg)?;
        self.page().execute(event).await?;
        Ok(())
    }

    /// Moves the mouse to a place.
    pub async fn point(&self, at: Point) -> Result<()> {
        self.mouse(DispatchMouseEventType::MouseMoved, at, false, 0).await
    }

    /// Clicks at a place, once or twice.
    pub async fn click_at(&self, at: Point, times: i64) -> Result<()> {
        self.point(at).await?;
        for time in 1..=times {
            self.mouse(DispatchMouseEventType::MousePressed, at, true, time).await?;
            self.mouse(DispatchMouseEventType::MouseReleased, at, false, time).await?;
        }
        Ok(())
    }

    /// Clicks an element.
    pub async fn click(&self, selector: &str, number: usize) -> Result<()> {
        let area = self.area(selector, number).await?;
        self.click_at(area.at(0.5, 0.5), 1).await
    }

    /// Presses the mouse at one place and lets it go at another.
    pub async fn drag(&self, from: Point, to: Point) -> Result<()> {
        self.point(from).await?;
        self.mouse(DispatchMouseEventType::MousePressed, from, true, 1).await?;
        for step in 1..=5 {
            let share = f64::from(step) / 5.0;
            let (x, y) = (from.x + share * (to.x - from.x), from.y + share * (to.y - from.y));
            self.mouse(DispatchMouseEventType::MouseMoved, Point { x, y }, true, 0).await?;
        }
        self.mouse(DispatchMouseEventType::MouseReleased, to, false, 1).await
    }

    /// Puts a finger down at a place, moves it, and lifts it.
    pub async fn touch(&self, path: &[Point]) -> Result<()> {
        let (first, rest) = path.split_first().context("a finger has to be somewhere")?;
        let finger = |at: &Point| TouchPoint::new(at.x, at.y);
        let steps = std::iter::once((DispatchTouchEventType::TouchStart, vec![finger(first)]))
            .chain(rest.iter().map(|at| (DispatchTouchEventType::TouchMove, vec![finger(at)])))
            .chain([(DispatchTouchEventType::TouchEnd, Vec::new())]);
        for (r#type, touch_points) in steps {
            self.page().execute(Touch { r#type, touch_points }).await?;
        }
        Ok(())
    }

    /// Presses a key, held together with the shift key where asked.
    pub async fn press(&self, key: &str, shift: bool) -> Result<()> {
        let (name, number) =
            *KEYS.iter().find(|(name, _)| *name == key).context("a key that is not known")?;
        if shift {
            self.key(DispatchKeyEventType::RawKeyDown, "Shift", 16, SHIFT).await?;
        }
        let modifiers = if shift { SHIFT } else { 0 };
        self.key(DispatchKeyEventType::RawKeyDown, name, number, modifiers).await?;
        self.key(DispatchKeyEventType::KeyUp, name, number, modifiers).await?;
        if shift {
            self.key(DispatchKeyEventType::KeyUp, "Shift", 16, 0).await?;
        }
        Ok(())
    }

    async fn key(
        &self,
        kind: DispatchKeyEventType,
        name: &str,
        number: i64,
        modifiers: i64,
    ) -> Result<()> {
        let event = DispatchKeyEventParams::builder()
            .r#type(kind)
            .key(name)
            .code(name)
            .windows_virtual_key_code(number)
            .modifiers(modifiers)
            .build()
            .map_err(anyhow::Error::msg)?;
        self.page().execute(event).await?;
        Ok(())
    }

    /// Writes into what has the focus.
    pub async fn write(&self, text: &str) -> Result<()> {
        self.page().execute(InsertTextParams::new(text)).await?;
        Ok(())
    }
}
