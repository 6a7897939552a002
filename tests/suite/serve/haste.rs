//! Many edits in haste, one preview. `DFA_REPORT_EDITS=50` sets how many it has to follow.

use std::fs;
use std::path::Path;
use std::time::Duration;

use super::super::incremental::from_nothing;
use super::super::support::{SMALL_SPEC, first_years, tree, uniform, write};
use super::{Page, Preview, two};

/// One edit of many; some are mistakes, which the last ones mend.
fn disturb(folder: &Path, number: usize, random: &mut impl FnMut() -> f64) {
    let spec = |title: &str, train: usize| {
        let spec = SMALL_SPEC.replace("Small", title);
        spec.replace("min_train: 300", &format!("min_train: {train}"))
    };
    let choice = ((random() + 0.5) * 8.0) as usize;
    let train = 300 + ((random() + 0.5) * 3.0) as usize;
    match choice {
        0 => write(folder, "experiments/small.yaml", spec(&format!("Title {number}"), 300)),
        1 => write(folder, "experiments/other.yaml", spec("Other", train)),
        2 => drop(fs::remove_file(folder.join("experiments/other.yaml"))),
        3 => write(folder, "templates/assets/house.css", format!("p {{ order: {number} }}")),
        4 => drop(fs::remove_dir_all(folder.join("templates"))),
        5 => write(folder, "dfa-report.yaml", format!("title: Site {number}\n")),
        6 => write(folder, "experiments/broken.yaml", "title: Broken\nmodels: 3\n"),
        _ => {
            let prices = first_years();
            let kept: Vec<&str> = prices.lines().take(880 + number % 5).collect();
            write(folder, "data/tiny/prices.csv", kept.join("\n") + "\n");
        }
    }
}

#[test]
fn after_many_edits_in_haste_the_site_is_that_of_a_build_from_nothing() {
    let edits = std::env::var("DFA_REPORT_EDITS").map_or(12, |count| count.parse().unwrap());
    let folder = two();
    let folder = folder.path();
    let preview = Preview::start(folder, &[]);
    preview.line("2 experiments, 2 computed");
    let mut page = Page::open(&preview);
    let mut random = uniform(13);
    for number in 0..edits {
        disturb(folder, number, &mut random);
        // Sometimes within a build, sometimes after one, mostly in one go.
        if random() > 0.2 {
            std::thread::sleep(Duration::from_millis(((random() + 0.5) * 900.0) as u64));
        }
    }
    let _ = fs::remove_file(folder.join("experiments/broken.yaml"));
    write(folder, "experiments/small.yaml", SMALL_SPEC.replace("Small", "The last edit"));
    let fresh = from_nothing(folder);
    // There may be a build of before the last edit, and then another.
    while preview.get("/manifest.json").body != fresh["manifest.json"] {
        page.hear();
    }
    let out = preview.out();
    drop(preview);
    assert!(tree(&out) == fresh);
}
