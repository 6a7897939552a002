//! The engine's side of the comparison with scikit-learn and adelie; `benches/peer/run.py` calls it.
//!
//! ```text
//! cargo bench --bench peer -- PANEL.csv RESULT.json min_train refit_every alphas row,row,...
//! cargo bench --bench peer -- paths PANEL.csv RESULT.json refit_every alphas
//! ```
//!
//! `PANEL.csv` has no header; a line is a supervised row, `y,x1,...,xp`. The whole walk-forward of
//! ridge, lasso and elastic net is timed several times on one thread, the fastest counts. Then the
//! panel is cut after each of the given rows, and the coefficients of the last fit on every
//! penalty are written for comparison: since the engine knows no future, they are those that the
//! timed run had there.
//!
//! With `paths`, single paths of lasso and elastic net are timed on the window of all rows, given
//! its moments, and their coefficients are written.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a benchmark fails by panic")]
#![expect(clippy::disallowed_methods, reason = "a benchmark reads files and the clock")]

use std::time::Instant;

use dfa_report::base::moments::WindowMoments;
use dfa_report::engine::model::{AlphaGrid, Grid, Kind, PathSolver, Settings, Standardised};
use dfa_report::engine::walk_forward::{self as engine, Run, Schedule, Selection, Window};
use dfa_report::prices::panel::{DayIndex, Supervised};
use serde_json::json;

fn main() {
    let arguments: Vec<String> =
        std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["paths", panel, result, refit_every, alphas] => {
            paths(panel, result, refit_every.parse().unwrap(), alphas.parse().unwrap());
        }
        [panel, result, min_train, refit_every, alphas, sampled] => {
            walk_forward([panel, result, min_train, refit_every, alphas, sampled]);
        }
        _ => println!("the peer benchmark is run by benches/peer/run.py"),
    }
}

fn walk_forward([panel, result, min_train, refit_every, alphas, sampled]: [&str; 6]) {
    let rows = read(panel);
    let schedule = Schedule {
        min_train: min_train.parse().unwrap(),
        refit_every: refit_every.parse().unwrap(),
        window: Window::Expanding,
        purge: 0,
    };
    let count = alphas.parse().unwrap();
    let models = [Kind::Ridge, Kind::Lasso, Kind::ElasticNet]
        .map(|kind| Settings { alphas: Some(AlphaGrid::Count { count }), ..Settings::new(kind) });
    let walk = |rows: &Supervised| -> Run {
        engine::run(rows, &schedule, &Selection::Prequential, &models)
    };
    let mut seconds: Vec<f64> = Vec::new();
    let mut run = None;
    // Up to five runs, but a wide panel is not run for minutes on end.
    while seconds.len() < 5 && seconds.iter().sum::<f64>() < 20.0 {
        let start = Instant::now();
        run = Some(walk(&rows));
        seconds.push(start.elapsed().as_secs_f64());
    }
    let run = run.unwrap();
    let fits: usize = run.models.iter().map(|model| model.precision.fits).sum();
    let descents: usize = run.models.iter().map(|model| model.precision.descents).sum();
    let worst = run.models.iter().map(|m| m.precision.worst_kkt_residual).fold(0.0, f64::max);
    let samples: Vec<_> = sampled
        .split(',')
        .filter(|row| !row.is_empty())
        .map(|row| row.parse::<usize>().unwrap())
        .map(|row| (row, walk(&cut(&rows, row + 1))))
        .flat_map(|(row, run)| {
            run.models.into_iter().map(move |model| {
                let coefficients: Vec<Vec<f64>> =
                    model.last_coefficients.outer_iter().map(|b| b.to_vec()).collect();
                json!({
                    "row": row,
                    "model": model.settings.name,
                    "alphas": model.grid.alphas(),
                    "coefficients": coefficients,
                })
            })
        })
        .collect();
    let summary = json!({
        "seconds": seconds.iter().copied().fold(f64::INFINITY, f64::min),
        "all_seconds": seconds,
        "fits": fits,
        "descents": descents,
        "worst_kkt_residual": worst,
        "samples": samples,
    });
    std::fs::write(result, summary.to_string()).unwrap();
}

/// Seconds of single paths on the window of all rows: by a solver that has seen nothing, and by one
/// that has solved the window one refit before, as in a walk-forward.
fn paths(panel: &str, result: &str, refit_every: usize, count: usize) {
    let rows = read(panel);
    let (n, p) = rows.x.dim();
    let joined: Vec<f64> = rows
        .x
        .outer_iter()
        .zip(&rows.y)
        .flat_map(|(x, y)| x.into_iter().copied().chain([*y]).collect::<Vec<_>>())
        .collect();
    let mut moments = WindowMoments::new(&joined, p + 1);
    let [before, now] = [n - refit_every, n].map(|end| {
        let mut problem = Standardised::new(p);
        problem.load(moments.advance(0..end));
        problem
    });
    let found = [Kind::Lasso, Kind::ElasticNet].map(|kind| {
        let settings = Settings { alphas: Some(AlphaGrid::Count { count }), ..Settings::new(kind) };
        let grid = Grid::new(&settings, &now);
        let fresh = PathSolver::new(kind, settings.l1_ratio(), grid, p);
        let mut seen = fresh.clone();
        seen.solve(&before);
        let (next, solved) = time(&seen, &now);
        let path = solved.path();
        let worst = path.certificates().iter().map(|c| c.kkt_residual).fold(0.0, f64::max);
        let coefficients: Vec<Vec<f64>> =
            (0..count).map(|i| path.coefficients(i).collect()).collect();
        json!({
            "model": settings.name,
            "alphas": solved.alphas(),
            "coefficients": coefficients,
            "first_seconds": time(&fresh, &now).0,
            "next_seconds": next,
            "certified": path.certificates().iter().all(|c| c.certified),
            "worst_kkt_residual": worst,
            "descents": solved.descents() - seen.descents(),
        })
    });
    std::fs::write(result, json!(found).to_string()).unwrap();
}

/// Seconds of the fastest of many runs, each by a copy of `solver`, and the last copy.
fn time(solver: &PathSolver, problem: &Standardised) -> (f64, PathSolver) {
    let (mut fastest, mut spent, mut runs) = (f64::INFINITY, 0.0, 0);
    loop {
        let mut copy = solver.clone();
        let start = Instant::now();
        std::hint::black_box(copy.solve(std::hint::black_box(problem)));
        let seconds = start.elapsed().as_secs_f64();
        fastest = fastest.min(seconds);
        spent += seconds;
        runs += 1;
        if runs >= 3 && (spent > 1.0 || runs >= 1_000) {
            return (fastest, copy);
        }
    }
}

fn read(path: &str) -> Supervised {
    let text = std::fs::read_to_string(path).unwrap();
    let values: Vec<Vec<f64>> = text
        .lines()
        .map(|line| line.split(',').map(|value| value.parse().unwrap()).collect())
        .collect();
    let (n, p) = (values.len(), values[0].len() - 1);
    let days: Vec<_> =
        jiff::civil::date(1990, 1, 1).series(jiff::Span::new().days(1)).take(n + 1).collect();
    Supervised {
        days: days[1..].to_vec(),
        first_decision: DayIndex(0),
        y: values.iter().map(|row| row[0]).collect(),
        x: ndarray::Array2::from_shape_fn((n, p), |(i, j)| values[i][j + 1]),
        names: (0..p).map(|j| format!("F{j}")).collect(),
        next: Vec::new(),
    }
}

fn cut(rows: &Supervised, n: usize) -> Supervised {
    Supervised {
        days: rows.days[..n].to_vec(),
        first_decision: rows.first_decision,
        y: rows.y[..n].to_vec(),
        x: rows.x.slice(ndarray::s![..n, ..]).to_owned(),
        names: rows.names.clone(),
        next: Vec::new(),
    }
}
