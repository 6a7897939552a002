"""The engine beside scikit-learn and adelie: one panel, one run, one thread, the same fits.

A walk-forward of ridge, lasso and elastic net, refitted on an expanding window, every penalty of
the grid at every refit, every forecast. Three contenders:

- naive: what a notebook does, a pipeline fitted from scratch for every penalty;
- tuned: the same loop by someone who knows scikit-learn, adelie and numpy well;
- engine: `cargo bench --bench peer`.

`--paths` compares single paths of a lasso and an elastic net instead, by number of features.

    python3 benches/peer/run.py                                  # a few minutes
    python3 benches/peer/run.py --features 100
    python3 benches/peer/run.py --features 500 --rows 7000 --refit-every 21 --windows 2 --naive-windows 0 \\
        --exact-windows 0 --compared 2
    python3 benches/peer/run.py --paths 9,100,321,500            # single paths, some minutes

It makes its own virtual environment. README.md says what each contender does and how it is timed.
"""

import argparse
import copy
import csv
import importlib.metadata
import json
import math
import os
import platform
import subprocess
import sys
import tempfile
import time
import venv
import warnings
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
MODELS = {"ridge": 0.0, "lasso": 1.0, "elastic_net": 0.5}  # name: l1_ratio
FULL_RUN_SECONDS = 180.0  # a tuned loop that should take longer is sampled
ENGINE_AGAIN_SECONDS = 60.0  # an engine below this is timed again at the end
REPEAT_SECONDS = 1.0  # a window is timed again, up to three times, until this has been spent


# --- the environment: before numpy is imported -----------------------------------------------------


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--features", type=int, default=9, help="columns of the simulated panel (9)")
    parser.add_argument("--paths", type=widths, help="time single paths instead, of so many features: 9,100,321")
    parser.add_argument("--path-seconds", type=float, default=60.0, help="longest run of an exact path (60)")
    parser.add_argument("--rows", type=int, help="supervised rows of the simulated panel (6500, with --paths 2000)")
    parser.add_argument("--seed", type=int, default=1, help="of the simulated panel (1)")
    parser.add_argument("--prices", type=Path, help="a wide price file instead: target SPY, lag 1")
    parser.add_argument("--min-train", type=int, default=750, help="rows before the first forecast (750)")
    parser.add_argument("--refit-every", type=int, help="rows between refits (1, with --paths 63)")
    parser.add_argument("--alphas", type=int, default=60, help="penalties of a grid (60)")
    parser.add_argument("--windows", type=int, default=12, help="windows on which the tuned loop is sampled (12)")
    parser.add_argument("--naive-windows", type=int, help="the same for the naive loop, 0 to skip it (as --windows)")
    parser.add_argument("--exact-windows", type=int, default=4, help="the same at engine precision, 0 to skip (4)")
    parser.add_argument("--compared", type=int, default=4, help="windows whose coefficients are compared (4)")
    parser.add_argument("--venv", type=Path, help="an existing virtual environment to use")
    parser.add_argument("--json", type=Path, help="where to save all figures")
    options = parser.parse_args()
    if options.rows is None:
        options.rows = 2000 if options.paths else 6500
    if options.refit_every is None:
        options.refit_every = 63 if options.paths else 1
    if min(options.features, options.refit_every, options.windows) < 1 or options.alphas < 2:
        parser.error("--features, --refit-every and --windows are at least 1, --alphas at least 2")
    if options.naive_windows is None:
        options.naive_windows = options.windows
    return options


def widths(text):
    found = [int(part) for part in text.split(",")]
    if min(found) < 1:
        raise argparse.ArgumentTypeError("numbers of features are at least 1")
    return found


def enter_environment(existing):
    """Goes on in a virtual environment with the pinned packages, made in the cache if need be."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    home = (existing or cache / "dfa-report" / "peer-venv").absolute()
    python = home / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if Path(sys.prefix).resolve() == home.resolve():
        return
    if existing is None:
        wanted, installed = HERE / "requirements.txt", home / "installed.txt"
        if not installed.is_file() or installed.read_text() != wanted.read_text():
            print(f"installing scikit-learn and adelie into {home}", flush=True)
            venv.create(home, clear=True, with_pip=True)
            subprocess.run([python, "-m", "pip", "install", "--quiet", "-r", wanted], check=True)
            installed.write_text(wanted.read_text())
    elif not python.is_file():
        sys.exit(f"error: {home} is no virtual environment")
    command = [str(python), str(HERE / "run.py"), *sys.argv[1:]]
    if os.name == "nt":  # where exec returns to the shell at once
        sys.exit(subprocess.run(command).returncode)
    os.execv(python, command)


def use_one_thread():
    for library in ("OMP", "OPENBLAS", "MKL"):
        os.environ[f"{library}_NUM_THREADS"] = "1"
    if hasattr(os, "sched_setaffinity"):  # the engine's process inherits it
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def build_engine():
    """What `cargo bench --bench peer` runs; built once, so that all timings are of one program."""
    cargo = os.environ.get("CARGO", "cargo")
    command = [cargo, "bench", "--bench", "peer", "--no-run", "--message-format=json-render-diagnostics"]
    built = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    if built.returncode != 0:
        sys.exit("error: the engine does not build")
    messages = [json.loads(line) for line in built.stdout.splitlines()]
    return next(m["executable"] for m in messages if m.get("executable") and m["target"]["name"] == "peer")


# --- the work: panel, refits, grids ----------------------------------------------------------------


@dataclass(frozen=True)
class Work:
    """Rows `y`, `x`; models are refitted at `refits` on all rows before, and forecast `step` rows."""

    y: "np.ndarray"
    x: "np.ndarray"
    refits: list
    step: int
    grids: dict

    @property
    def fits(self):
        return len(self.refits) * sum(len(grid) for grid in self.grids.values())

    def spread(self, count):
        """`count` evenly spaced refits, the first and the last among them."""
        positions = np.linspace(0, len(self.refits) - 1, min(count, len(self.refits)))
        return [self.refits[round(position)] for position in positions]


def simulate(rows, features, seed):
    """A market factor with own noise, and features that lead the market by a little."""
    random = np.random.default_rng(seed)
    market = 0.01 * random.standard_normal(rows + 1)
    loading = random.uniform(0.6, 1.4, features)
    x = np.outer(market, loading) + 0.008 * random.standard_normal((rows + 1, features))
    lead = random.standard_normal(features) * 0.03 / math.sqrt(features)
    return market[1:] + x[:-1] @ lead, x[:-1]


def read_prices(path):
    """SPY on yesterday's returns of every other ticker that is there from the first day."""
    with open(path, newline="") as file:
        days = list(csv.DictReader(file))
    tickers = ["SPY", *(name for name, price in days[0].items() if price and name not in ("date", "SPY"))]
    prices = np.array([[float(day[name]) for name in tickers] for day in days if all(day[name] for name in tickers)])
    returns = np.diff(np.log(prices), axis=0)
    return returns[1:, 0], returns[:-1, 1:]


def panel(options, features):
    """Rows `y`, `x`: simulated with so many features, or all that the prices have."""
    return read_prices(options.prices) if options.prices else simulate(options.rows, features, options.seed)


def falling(strongest, count):
    """Penalties down to a thousandth of the strongest, evenly in logarithms: the default grid."""
    return strongest * 10.0 ** np.linspace(0.0, -3.0, count)


def plan(options):
    y, x = panel(options, options.features)
    if options.min_train >= len(y):
        sys.exit(f"error: {len(y)} rows leave nothing to forecast after --min-train {options.min_train}")
    first = Moments.fresh(y[: options.min_train], x[: options.min_train])
    strongest = np.abs(first.moment).max()
    grids = {name: falling(strongest / rho, options.alphas) for name, rho in PENALISED.items()}
    grids = {"ridge": np.logspace(4.0, -3.0, options.alphas), **grids}
    refits = list(range(options.min_train, len(y), options.refit_every))
    return Work(y, np.ascontiguousarray(x), refits, options.refit_every, grids)


@dataclass(frozen=True)
class Moments:
    """Correlations of the features and with the target, and its variance; of one window or many."""

    gram: "np.ndarray"
    moment: "np.ndarray"
    variance: "np.ndarray"

    @staticmethod
    def fresh(y, x):
        z, y = (x - x.mean(axis=0)) / x.std(axis=0), y - y.mean()
        return Moments(z.T @ z / len(y), z.T @ y / len(y), y @ y / len(y))

    def gap_of(self, name, alphas):
        """The largest duality gap of a model's path, relative to ||y||^2."""
        return lambda path: gaps(self.gram, self.moment, self.variance, PENALISED[name], alphas, path).max()

    def violation_of(self, name, alphas):
        """The largest violation of the KKT conditions on a model's path, relative to max |x_j'y| / m."""
        return lambda path: violations(self.gram, self.moment, PENALISED[name], alphas, path).max()


# --- how times are taken ---------------------------------------------------------------------------


def fastest(prepare, run):
    """Seconds of the fastest of a few runs, each on what `prepare` gives anew."""
    times = []
    while len(times) < 3 and sum(times) < REPEAT_SECONDS:
        state = prepare()
        start = time.perf_counter()
        run(state)
        times.append(time.perf_counter() - start)
    return min(times)


def extrapolate(work, cost):
    """Seconds over all refits: `cost` by refit row, interpolated linearly in window length."""
    return float(np.interp(work.refits, list(cost), list(cost.values())).sum())


# --- the naive loop --------------------------------------------------------------------------------


def naive_window(work, f):
    for name, grid in work.grids.items():
        for alpha in grid:
            model = {
                "ridge": lambda: Ridge(alpha=f * alpha),
                "lasso": lambda: Lasso(alpha=alpha, max_iter=1_000_000),
                "elastic_net": lambda: ElasticNet(alpha=alpha, l1_ratio=0.5, max_iter=1_000_000),
            }[name]()
            pipeline = make_pipeline(StandardScaler(), model).fit(work.x[:f], work.y[:f])
            pipeline.predict(work.x[f : f + work.step])


def naive(work, windows):
    cost = {f: fastest(lambda: None, lambda _, f=f: naive_window(work, f)) for f in work.spread(windows)}
    return extrapolate(work, cost)


# --- the tuned loop --------------------------------------------------------------------------------


def tuned(work, formulation=None):
    """Forecasts of every model, penalty and row; without a formulation, all but the descents."""
    p, step, first = work.x.shape[1], work.step, work.refits[0]
    refits, alphas = len(work.refits), len(work.grids["ridge"])
    forecasts = np.empty((len(MODELS), refits * step, alphas))
    origin = work.x[:first].mean(axis=0)  # keeps the running sums free of cancellation
    x = np.zeros((first + refits * step, p))
    y = np.zeros(len(x))
    x[: len(work.x)], y[: len(work.y)] = work.x - origin, work.y
    joined = np.column_stack([np.ones(len(x)), x, y])
    running = joined[:first].T @ joined[:first]
    chunk = max(1, 4_000_000 // (p * max(p, alphas)))  # windows at a time, a few dozen MB
    for low in range(0, refits, chunk):
        count = min(chunk, refits - low)
        rows = slice(first + low * step, first + (low + count) * step)
        blocks = joined[rows].reshape(count, step, p + 2)
        sums = np.cumsum(np.concatenate([running[None], blocks.transpose(0, 2, 1) @ blocks]), axis=0)
        running, sums = sums[-1], sums[:-1]
        m = sums[:, 0, 0, None]
        mean = sums[:, 0, 1:] / m
        covariance = sums[:, 1:, 1:] / m[:, :, None] - mean[:, :, None] * mean[:, None, :]
        scale = np.sqrt(np.diagonal(covariance, axis1=1, axis2=2)[:, :-1])
        gram = covariance[:, :-1, :-1] / (scale[:, :, None] * scale[:, None, :])
        moment, variance = covariance[:, :-1, -1] / scale, covariance[:, -1, -1]

        paths = np.zeros((len(MODELS), count, alphas, p))
        values, vectors = np.linalg.eigh(gram)
        rotated = moment[:, None, :] @ vectors / (values[:, None, :] + work.grids["ridge"][:, None])
        paths[0] = rotated @ vectors.transpose(0, 2, 1)
        if formulation:
            for i in range(count):
                paths[1:, i] = formulation.solve(gram[i], moment[i], variance[i])
        z = (x[rows].reshape(count, step, p) - mean[:, None, :-1]) / scale[:, None, :]
        out = forecasts[:, low * step : (low + count) * step]
        out[:] = (z @ paths.transpose(0, 1, 3, 2)).reshape(out.shape) + np.repeat(mean[:, -1], step)[:, None]
    return forecasts[:, : len(work.y) - first]


def descents(work, formulation, windows):
    """Seconds for lasso and elastic net over all refits, from a sample of windows."""
    cost = {}
    for f in work.spread(windows):
        before, now = (Moments.fresh(work.y[:m], work.x[:m]) for m in (max(f - work.step, work.refits[0]), f))
        formulation.solve(before.gram, before.moment, before.variance)
        cost[f] = fastest(
            lambda: copy.deepcopy(formulation), lambda state, now=now: state.solve(now.gram, now.moment, now.variance)
        )
    return extrapolate(work, cost)


def tuned_contenders(work, windows, exact_windows, path_seconds):
    """The public function, the fastest formulation, adelie, and both at the engine's precision."""
    makers = {
        name: lambda make=make: make(work.grids, work.x.shape[1])
        for name, make in {**FORMULATIONS, **ADELIE}.items()
    }  # fmt: skip
    shared = min(timed(lambda: tuned(work)) for _ in range(2))
    estimates = {name: shared + descents(work, make(), windows) for name, make in makers.items()}
    for name, seconds in estimates.items():
        print(f"  about {seconds:9.1f} s  {name}", flush=True)
    public, *kernels = FORMULATIONS
    quickest = min(kernels, key=estimates.get)
    close = [name for name in kernels if estimates[name] < 1.3 * estimates[quickest]]  # a sample may err by that
    full = {name: [] for name in (public, *close, *ADELIE) if estimates[name] < FULL_RUN_SECONDS}
    for _ in range(3):
        for name, times in full.items():  # in turn, so that a slow spell of the machine hits them all
            if sum(times) + estimates[name] < FULL_RUN_SECONDS:
                times.append(timed(lambda name=name: tuned(work, makers[name]())))
    quickest = min(close, key=lambda name: min(full.get(name, [estimates[name]])))
    found = {}
    titles = {"tuned, public": public, "tuned, kernel": quickest}
    for title, name in (*titles.items(), *((name, name) for name in ADELIE)):
        how = f"gaussian_cov, tol {Adelie.TOL:g}" if name in ADELIE else name
        if times := full.get(name):
            found[title] = (min(times), f"{how}; all windows, best of {len(times)}")
        else:
            found[title] = (estimates[name], f"{how}; descents on {windows} windows, extrapolated")
    if exact_windows:
        sampled = f"descents on {exact_windows} windows, extrapolated"
        exact = makers[quickest]()
        exact.tol = ENGINE_GAP
        seconds = shared + descents(work, exact, exact_windows)
        found["tuned, as exact"] = (seconds, f"{quickest}, tol {ENGINE_GAP:g}; {sampled}")
        if ADELIE and (exact := as_exact_as_the_gap(work, path_seconds)):
            seconds = shared + descents(work, exact, exact_windows)
            tol = ", ".join(f"{tol:.0e}" for tol in exact.tol.values())
            found["adelie, as exact"] = (seconds, f"the same gap, tol {tol} of y's variance; {sampled}")
    return found


def as_exact_as_the_gap(work, seconds):
    """adelie at the gap that the engine certifies, on the first and the last window.

    `None` if a path takes longer than `seconds` then.
    """
    solver = Adelie(work.grids, work.x.shape[1], scaled=True)
    tightest = {}
    for f in (work.refits[0], work.refits[-1]):
        now = Moments.fresh(work.y[:f], work.x[:f])
        solver.load(now.gram)
        for name in PENALISED:
            error = now.gap_of(name, work.grids[name])
            if not solver.tighten(name, now.moment, now.variance, error, ENGINE_GAP, seconds)[0]:
                return None
            tightest[name] = min(tightest.get(name, math.inf), solver.tol[name])
    solver.tol = tightest
    return solver


def timed(run):
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


# --- the engine, and the coefficients ---------------------------------------------------------------


def engine(executable, work, compared):
    """The timed walk-forward, and the coefficients at some refits."""
    with tempfile.TemporaryDirectory() as folder:
        panel, result = Path(folder, "panel.csv"), Path(folder, "result.json")
        np.savetxt(panel, np.column_stack([work.y, work.x]), fmt="%.17g", delimiter=",")
        rows = ",".join(str(f) for f in (work.spread(compared) if compared else []))
        settings = [work.refits[0], work.step, len(work.grids["ridge"])]
        subprocess.run([executable, panel, result, *map(str, settings), rows], cwd=ROOT, check=True)
        found = json.loads(result.read_text())
    if found["fits"] != work.fits:
        sys.exit(f"error: the engine made {found['fits']} fits, not {work.fits}")
    return found


def reference(z, y, name, alphas):
    """scikit-learn's coefficients as exact as it can give them, and fits short of `tol` 1e-14."""
    if name == "ridge":
        model = [Ridge(alpha=len(y) * alpha, fit_intercept=False, solver="cholesky").fit(z, y) for alpha in alphas]
        return np.array([fitted.coef_ for fitted in model]), 0
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", ConvergenceWarning)
        _, path, _ = enet_path(
            z, y, l1_ratio=PENALISED[name], alphas=alphas, precompute=z.T @ z, Xy=z.T @ y, tol=1e-14, max_iter=100_000
        )
    return path.T, sum(issubclass(warning.category, ConvergenceWarning) for warning in caught)


def compare(work, samples, path_seconds):
    """Largest differences between the engine's and the others' coefficients, by model."""
    rows = [*MODELS, *(f"{name}, adelie" for name in PENALISED if ADELIE)]
    found = {
        name: {"fits": 0, "absolute": 0.0, "relative": 0.0, "same_support": 0, "short_of_tol": 0, "grid": 0.0}
        for name in rows
    }

    def add(here, ours, expected, short):
        gap = np.abs(ours - expected).max(axis=1)
        size = np.abs(expected).max(axis=1)
        here["fits"] += len(ours)
        here["absolute"] = max(here["absolute"], gap.max(initial=0.0))
        here["relative"] = max(here["relative"], (gap[size > 0] / size[size > 0]).max(initial=0.0))
        here["same_support"] += int(((ours != 0) == (expected != 0)).all(axis=1).sum())
        here["short_of_tol"] += short

    for sample in samples:
        name, f, alphas = sample["model"], sample["row"], np.array(sample["alphas"])
        z = (work.x[:f] - work.x[:f].mean(axis=0)) / work.x[:f].std(axis=0)
        expected, short = reference(np.asfortranarray(z), work.y[:f] - work.y[:f].mean(), name, alphas)
        ours = np.array(sample["coefficients"])
        add(found[name], ours, expected, short)
        found[name]["grid"] = max(found[name]["grid"], np.abs(alphas / work.grids[name] - 1.0).max())
        if name in PENALISED and ADELIE:
            now = Moments.fresh(work.y[:f], work.x[:f])
            solver = Adelie({name: alphas}, work.x.shape[1], scaled=True)
            solver.load(now.gram)
            error = now.violation_of(name, alphas)
            reached, _, path = solver.tighten(name, now.moment, now.variance, error, ENGINE_KKT, path_seconds)
            if path is not None:
                add(found[f"{name}, adelie"], ours, path, 0 if reached else len(path))
    return found


# --- the report -------------------------------------------------------------------------------------


def show(work, contenders, found, differences):
    ours = contenders["engine"][0]
    print(f"\n{'':16} {'seconds':>10} {'us a fit':>10} {'x engine':>9}")
    for name, (seconds, how) in contenders.items():
        print(f"{name:16} {seconds:10.3f} {seconds / work.fits * 1e6:10.3f} {seconds / ours:9.1f}  {how}")
    print("\nSeconds belong to this machine, ratios carry over.")
    runs = ", ".join(f"{seconds:.3f}" for seconds in found["all_seconds"])
    print(
        f"engine: runs of {runs} s; {found['descents']} of {found['fits']} fits by descent; "
        f"largest relative KKT residual {found['worst_kkt_residual']:.1e}"
    )
    print("\nlargest coefficient difference from scikit-learn (Cholesky; enet_path at tol 1e-14) and from adelie")
    print(f"{'':20} {'fits':>6} {'absolute':>9} {'relative':>9} {'same support':>13} {'short of tol':>13} {'grid':>8}")
    for name, d in differences.items():
        print(
            f"{name:20} {d['fits']:6} {d['absolute']:9.1e} {d['relative']:9.1e} {d['same_support']:13} "
            f"{d['short_of_tol']:13} {d['grid']:8.1e}"
        )
    print("(relative: to the fit's largest coefficient; grid: relative difference of the penalties themselves)")


def installed():
    """What is compared, by version; said too."""
    versions = {"python": platform.python_version(), "numpy": np.__version__, "scikit-learn": sklearn.__version__}
    versions["adelie"] = importlib.metadata.version("adelie") if ADELIE else "absent (no wheels for this Python)"
    print(", ".join(f"{name} {version}" for name, version in versions.items()))
    return versions


def main_paths(options, executable):
    versions = installed()
    warnings.simplefilter("ignore", ConvergenceWarning)  # the KKT violations say how far a path got
    found = {}
    for p in options.paths:
        y, x = panel(options, p)
        if x.shape[1] < p or len(y) <= options.refit_every:
            sys.exit(f"error: {len(y)} rows of {x.shape[1]} features are too few for {p} features")
        x = np.ascontiguousarray(x[:, :p])
        now = Moments.fresh(y, x)
        strongest = np.abs(now.moment).max()
        grids = {name: falling(strongest / rho, options.alphas) for name, rho in PENALISED.items()}
        print(f"\n{p} features, {len(y)} rows, {options.alphas} penalties, one thread", flush=True)
        found[p] = paths.compare(y, x, now, grids, options, executable)
    print(paths.EXPLANATION)
    if options.json:
        options.json.write_text(json.dumps({"versions": versions, "paths": found}, indent=2) + "\n")


def main(options, executable):
    work = plan(options)
    versions = installed()
    print(
        f"{len(work.y)} rows, {work.x.shape[1]} features, {len(work.refits)} refits, {options.alphas} penalties, "
        f"{len(MODELS)} models: {work.fits} fits; one thread",
        flush=True,
    )
    warnings.simplefilter("error", ConvergenceWarning)
    contenders = {}
    if options.naive_windows:
        print("naive loop ...", flush=True)
        how = f"a pipeline a fit; {options.naive_windows} windows, extrapolated"
        contenders["naive"] = (naive(work, options.naive_windows), how)
    print("engine ...", flush=True)
    found = engine(executable, work, options.compared)
    samples = found.pop("samples")
    print("tuned loop ...", flush=True)
    contenders.update(tuned_contenders(work, options.windows, options.exact_windows, options.path_seconds))
    if found["seconds"] < ENGINE_AGAIN_SECONDS:  # a slow spell of the machine may have hit the first time
        print("engine again ...", flush=True)
        found["all_seconds"] += engine(executable, work, 0)["all_seconds"]
        found["seconds"] = min(found["all_seconds"])
    contenders["engine"] = (found["seconds"], f"all windows, best of {len(found['all_seconds'])}")
    print("comparing coefficients ...", flush=True)
    differences = compare(work, samples, options.path_seconds)
    show(work, contenders, found, differences)
    if options.json:
        table = {
            name: {"seconds": s, "us_per_fit": s / work.fits * 1e6, "ratio": s / found["seconds"], "how": how}
            for name, (s, how) in contenders.items()
        }
        shape = {"rows": len(work.y), "features": work.x.shape[1], "refits": len(work.refits), "fits": work.fits}
        everything = {
            "versions": versions, **shape, "contenders": table, "engine": found, "differences": differences,
        }  # fmt: skip
        options.json.write_text(json.dumps(everything, indent=2) + "\n")


if __name__ == "__main__":
    OPTIONS = arguments()
    enter_environment(OPTIONS.venv)
    EXECUTABLE = build_engine()  # before the process is tied to one core
    use_one_thread()
    sys.dont_write_bytecode = True  # the tree stays as it is

    import numpy as np
    import sklearn
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import ElasticNet, Lasso, Ridge, enet_path
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    import paths
    from solvers import ADELIE, ENGINE_GAP, ENGINE_KKT, FORMULATIONS, PENALISED, Adelie, gaps, violations

    (main_paths if OPTIONS.paths else main)(OPTIONS, EXECUTABLE)
