//! The colours of the style sheets: what stands on one chart stays apart for readers with all cones
//! and for those who lack one, and everything that is drawn or written has enough contrast, in the
//! light and in the dark.
//!
//! Differences are those of `OKLab` (Ottosson 2020) times 100. The sight of a reader who lacks a
//! kind of cones is that of Machado, Oliveira and Fernandes (2009) at severity 1, in linear light.
//! Contrast is that of WCAG 2.

use std::collections::BTreeMap;

use super::support::read;

/// The smallest difference between two lines of one chart.
const APART: f64 = 12.0;

/// The smallest contrast of what is drawn, and of what is written.
const DRAWN: f64 = 3.0;
const WRITTEN: f64 = 4.5;

/// The smallest contrast of a band on paper: the state must be seen.
const BAND: f64 = 1.25;

/// Models, the benchmark, the regime-aware systems (c0 to c2) and one more model.
const TOGETHER: [&str; 8] = ["ridge", "lasso", "enet", "bench", "c0", "c1", "c2", "c3"];

/// The directions of the geometry pages: one chart of `ink`, two categories and the rest.
const DIRECTIONS: [&str; 4] = ["ink", "c10", "c5", "faint"];

const BANDS: [&str; 4] = ["s0", "s1", "s2", "s3"];
const RIBBON: [&str; 4] = ["r0", "r1", "r2", "r3"];

type Vector = [f64; 3];
type Matrix = [Vector; 3];

/// What is left of red, green and blue for a reader: with all cones, without long, middle and
/// short ones.
const SIGHTS: [(&str, Matrix); 4] = [
    ("all cones", [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]),
    (
        "protan",
        [
            [0.152_286, 1.052_583, -0.204_868],
            [0.114_503, 0.786_281, 0.099_216],
            [-0.003_882, -0.048_116, 1.051_998],
        ],
    ),
    (
        "deutan",
        [
            [0.367_322, 0.860_646, -0.227_968],
            [0.280_085, 0.672_501, 0.047_413],
            [-0.011_820, 0.042_940, 0.968_881],
        ],
    ),
    (
        "tritan",
        [
            [1.255_528, -0.076_749, -0.178_779],
            [-0.078_411, 0.930_809, 0.147_602],
            [0.004_733, 0.691_367, 0.303_900],
        ],
    ),
];

fn times(matrix: &Matrix, vector: Vector) -> Vector {
    matrix.map(|row| row.iter().zip(vector).map(|(a, b)| a * b).sum())
}

/// Linear light of `#rrggbb`.
fn linear(hex: &str) -> Vector {
    assert!(hex.len() == 7 && hex.starts_with('#'), "not a colour: {hex}");
    [1, 3, 5].map(|at| {
        let c = f64::from(u8::from_str_radix(&hex[at..at + 2], 16).unwrap()) / 255.0;
        if c <= 0.040_45 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
    })
}

const TO_CONES: Matrix = [
    [0.412_221_470_8, 0.536_332_536_3, 0.051_445_992_9],
    [0.211_903_498_2, 0.680_699_545_1, 0.107_396_956_6],
    [0.088_302_461_9, 0.281_718_837_6, 0.629_978_700_5],
];
const TO_LAB: Matrix = [
    [0.210_454_255_3, 0.793_617_785_0, -0.004_072_046_8],
    [1.977_998_495_1, -2.428_592_205_0, 0.450_593_709_9],
    [0.025_904_037_1, 0.782_771_766_2, -0.808_675_766_0],
];

fn oklab(light: Vector) -> Vector {
    times(&TO_LAB, times(&TO_CONES, light).map(f64::cbrt))
}

/// Difference of two colours through the eyes of a reader.
fn difference(sight: &Matrix, a: Vector, b: Vector) -> f64 {
    let [a, b] = [a, b].map(|c| oklab(times(sight, c).map(|part| part.clamp(0.0, 1.0))));
    100.0 * a.iter().zip(b).map(|(x, y)| (x - y).powi(2)).sum::<f64>().sqrt()
}

fn luminance(light: Vector) -> f64 {
    times(&[[0.2126, 0.7152, 0.0722], [0.0; 3], [0.0; 3]], light)[0]
}

fn contrast(a: Vector, b: Vector) -> f64 {
    let (a, b) = (luminance(a) + 0.05, luminance(b) + 0.05);
    a.max(b) / a.min(b)
}

/// The colours of one scheme by name.
struct Scheme {
    name: &'static str,
    colours: BTreeMap<String, Vector>,
    wrong: Vec<String>,
}

impl Scheme {
    fn both() -> [Self; 2] {
        let sheets = ["chart", "style"].map(|name| read(&format!("templates/assets/{name}.css")));
        ["light", "dark"].map(|name| {
            let pair = |line: &str| {
                let (variable, rest) =
                    line.trim().strip_prefix("--")?.split_once(": light-dark(")?;
                let (light, dark) = rest.strip_suffix(");")?.split_once(", ")?;
                let hex = if name == "light" { light } else { dark };
                Some((variable.to_owned(), linear(hex)))
            };
            let colours = sheets.iter().flat_map(|sheet| sheet.lines()).filter_map(pair).collect();
            Self { name, colours, wrong: Vec::new() }
        })
    }

    fn colour(&self, name: &str) -> Vector {
        *self.colours.get(name).unwrap_or_else(|| panic!("no colour --{name}"))
    }

    /// Every two of `names` differ by `least` for every reader.
    fn apart(&mut self, names: &[&str], least: f64) {
        for (at, a) in names.iter().enumerate() {
            for b in &names[..at] {
                for (reader, sight) in SIGHTS {
                    let is = difference(&sight, self.colour(a), self.colour(b));
                    if is < least {
                        let name = self.name;
                        self.wrong.push(format!("{name}, {reader}: {a} to {b} {is:.1} < {least}"));
                    }
                }
            }
        }
    }

    /// Each of `names` on each of `grounds` has a contrast of `least`.
    fn seen(&mut self, names: &[&str], grounds: &[&str], least: f64) {
        for ground in grounds {
            for name in names {
                let colour = self.colour(name);
                self.seen_as(name, colour, ground, least);
            }
        }
    }

    fn seen_as(&mut self, name: &str, colour: Vector, ground: &str, least: f64) {
        let is = contrast(colour, self.colour(ground));
        if is < least {
            self.wrong.push(format!("{}: {name} on {ground} {is:.2} < {least}", self.name));
        }
    }
}

fn hold(check: impl Fn(&mut Scheme)) {
    let mut schemes = Scheme::both();
    schemes.iter_mut().for_each(&check);
    let wrong: Vec<_> = schemes.into_iter().flat_map(|scheme| scheme.wrong).collect();
    assert!(wrong.is_empty(), "{} faults:\n{}", wrong.len(), wrong.join("\n"));
}

fn categories() -> Vec<String> {
    (0..12).map(|number| format!("c{number}")).collect()
}

/// The lines of every chart.
fn lines() -> Vec<String> {
    let named = TOGETHER.iter().map(|name| (*name).to_owned());
    named.chain(categories()).chain(["ink".to_owned()]).collect()
}

/// Known pairs, so that the measure itself can be wrong nowhere.
#[test]
fn the_measures_give_known_values() {
    let [white, black] = ["#ffffff", "#000000"].map(linear);
    assert!((contrast(white, black) - 21.0).abs() < 1e-9);
    assert!((contrast(linear("#767676"), white) - 4.54).abs() < 0.005);
    // Ottosson's table: pure red.
    let red = oklab(linear("#ff0000"));
    let known = [0.627_955, 0.224_863, 0.125_846];
    assert!(red.iter().zip(known).all(|(is, known)| (is - known).abs() < 1e-5), "{red:?}");
    // Every sight keeps white, and the sight without middle cones confuses what the review found.
    for (_, sight) in SIGHTS {
        assert!(difference(&sight, white, times(&sight, white)) < 0.1);
    }
    let deutan = difference(&SIGHTS[2].1, linear("#22a58e"), linear("#8a8f99"));
    assert!((deutan - 1.4).abs() < 0.05, "{deutan}");
}

/// Three models, the benchmark, three systems and one further model on one chart.
#[test]
fn what_stands_on_one_chart_stays_apart() {
    hold(|scheme| {
        scheme.apart(&TOGETHER, APART);
        scheme.apart(&DIRECTIONS, APART);
        scheme.apart(&["up", "down"], APART);
        scheme.apart(&RIBBON, APART);
    });
}

/// Twelve inks cannot all be 12 apart for a reader with two kinds of cones and leave 3:1 on paper.
/// Held are any three in a row, which a chart of few categories takes, the first four (above), and
/// for all of them half of it: charts of more name their lines where they end.
#[test]
fn neighbouring_categories_stay_apart() {
    let all = categories();
    let all: Vec<&str> = all.iter().map(String::as_str).collect();
    hold(|scheme| {
        for three in all.windows(3) {
            scheme.apart(three, APART);
        }
        scheme.apart(&all, APART / 2.0);
    });
}

#[test]
fn lines_are_seen_on_paper_and_on_every_band() {
    let lines = lines();
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    hold(|scheme| {
        scheme.seen(&lines, &["paper"], DRAWN);
        scheme.seen(&lines, &BANDS, DRAWN);
        scheme.seen(&["axis", "faint", "warn-edge"], &["paper"], DRAWN);
        scheme.seen(&RIBBON, &["paper"], DRAWN);
        scheme.seen(&BANDS, &["paper"], BAND);
        // Bands of one chart are pale: the ribbon tells their states, the bands differ a little.
        scheme.apart(&BANDS, 3.0);
    });
}

/// The label of a line is its colour with a fifth of ink, as `.chart .end` mixes it.
#[test]
fn text_is_read_on_its_ground() {
    let sheet = read("templates/assets/chart.css");
    assert!(sheet.contains("color-mix(in oklab, var(--own) 80%, var(--ink))"));
    hold(|scheme| {
        scheme.seen(&["ink", "muted", "accent"], &["paper", "panel", "warn"], WRITTEN);
        scheme.seen(&["up", "down", "warn-edge"], &["paper"], WRITTEN);
        scheme.seen(&["ink", "muted"], &BANDS, WRITTEN);
        for line in lines() {
            let [own, ink] = [scheme.colour(&line), scheme.colour("ink")].map(oklab);
            let mixed = std::array::from_fn(|at| 0.8 * own[at] + 0.2 * ink[at]);
            scheme.seen_as(&format!("label of {line}"), light_of(mixed), "paper", WRITTEN);
        }
    });
}

/// Linear light of an `OKLab` colour, by the inverse that Ottosson gives.
fn light_of(lab: Vector) -> Vector {
    let cones = times(
        &[
            [1.0, 0.396_337_777_4, 0.215_803_757_3],
            [1.0, -0.105_561_345_8, -0.063_854_172_8],
            [1.0, -0.089_484_177_5, -1.291_485_548_0],
        ],
        lab,
    );
    let light = times(
        &[
            [4.076_741_662_1, -3.307_711_591_3, 0.230_969_929_2],
            [-1.268_438_004_6, 2.609_757_401_1, -0.341_319_396_5],
            [-0.004_196_086_3, -0.703_418_614_7, 1.707_614_701_0],
        ],
        cones.map(|cone| cone.powi(3)),
    );
    light.map(|part| part.clamp(0.0, 1.0))
}

/// The scale of signs: steps are seen, a sign is never taken for the other, values are read on it.
#[test]
fn the_diverging_scale_keeps_its_steps_and_signs_apart() {
    hold(|scheme| {
        for step in -5..5 {
            scheme.apart(&[&format!("h{step}"), &format!("h{}", step + 1)], 3.0);
        }
        for step in 1..=5 {
            scheme.apart(&[&format!("h{step}"), &format!("h-{step}")], 5.0);
        }
        for step in -5_i32..=5 {
            let ink = if step.abs() >= 4 { "h-text" } else { "h-ink" };
            scheme.seen(&[ink], &[&format!("h{step}")], WRITTEN);
        }
    });
}
