//! How soon something is seen: a report, not a test, since it depends on the machine's load.
//! `cargo test -- --ignored` prints it.

use browser_tests::site::Kind;
use browser_tests::view::View;

use super::Suite;

/// How often each page is opened.
const TIMES: usize = 7;

/// Milliseconds from the start of loading to the first paint.
const PAINT: &str = "() => new Promise((done) => {
  const paint = () => performance.getEntriesByName('first-contentful-paint')[0]?.startTime;
  if (paint() !== undefined) done(paint());
  else new PerformanceObserver(() => { if (paint() !== undefined) done(paint()); })
    .observe({ type: 'paint', buffered: true });
})";

pub(super) fn add(suite: &mut Suite) {
    suite.add_report("first_paint_from_disk", |shared| async move {
        let wanted = [Kind::Front, Kind::Experiment, Kind::Part];
        let pages = shared.site.pages()?;
        for page in pages.iter().filter(|page| wanted.contains(&page.kind)).take(8) {
            let mut times: Vec<f64> = Vec::new();
            for _ in 0..TIMES {
                let tab = shared.chromium.tab(View::DESKTOP).await?;
                tab.open(&shared.site.file(&page.path)).await?;
                times.push(tab.run(PAINT, ()).await?);
                shared.chromium.shut(tab).await?;
            }
            times.sort_by(f64::total_cmp);
            let (least, median) = (times[0], times[TIMES / 2]);
            eprintln!(
                "first paint of {page}: {median:.0} ms (median of {TIMES}; least {least:.0})"
            );
        }
        Ok(())
    });
}
