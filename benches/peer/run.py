"""The engine beside scikit-learn: one panel, one run, one thread, the same fits.

A walk-forward of ridge, lasso and elastic net, refitted on an expanding window, every penalty of
the grid at every refit, every forecast. Three contenders:

- naive: what a notebook does, a pipeline fitted from scratch for every penalty;
- tuned: the same loop by someone who knows scikit-learn and numpy well;
- engine: `cargo bench --bench peer`.

    python3 benches/peer/run.py                                  # a few minutes
    python3 benches/peer/run.py --features 100
    python3 benches/peer/run.py --features 500 --rows 7000 --refit-every 21 --windows 2 --naive-windows 0 \\
        --exact-windows 0 --compared 2

It makes its own virtual environment. README.md says what each contender does and how it is timed.
"""

import argparse
import copy
import csv
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
PENALISED = {name: rho for name, rho in MODELS.items() if rho > 0.0}
FULL_RUN_SECONDS = 180.0  # a tuned loop that should take longer is sampled
ENGINE_AGAIN_SECONDS = 60.0  # an engine below this is timed again at the end
REPEAT_SECONDS = 1.0  # a window is timed again, up to three times, until this has been spent
ENGINE_GAP = 0.5e-10  # scikit-learn's `tol` for the gap that the engine certifies (methods, section 2)


# --- the environment: before numpy is imported -----------------------------------------------------


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--features", type=int, default=9, help="columns of the simulated panel (9)")
    parser.add_argument("--rows", type=int, default=6500, help="supervised rows of the simulated panel (6500)")
    parser.add_argument("--seed", type=int, default=1, help="of the simulated panel (1)")
    parser.add_argument("--prices", type=Path, help="a wide price file instead: target SPY, lag 1")
    parser.add_argument("--min-train", type=int, default=750, help="rows before the first forecast (750)")
    parser.add_argument("--refit-every", type=int, default=1, help="rows between refits (1)")
    parser.add_argument("--alphas", type=int, default=60, help="penalties of a grid (60)")
    parser.add_argument("--windows", type=int, default=12, help="windows on which the tuned loop is sampled (12)")
    parser.add_argument("--naive-windows", type=int, help="the same for the naive loop, 0 to skip it (as --windows)")
    parser.add_argument("--exact-windows", type=int, default=4, help="the same at engine precision, 0 to skip (4)")
    parser.add_argument("--compared", type=int, default=4, help="windows whose coefficients are compared (4)")
    parser.add_argument("--venv", type=Path, help="an existing virtual environment to use")
    parser.add_argument("--json", type=Path, help="where to save all figures")
    options = parser.parse_args()
    if min(options.features, options.refit_every, options.windows) < 1 or options.alphas < 2:
        parser.error("--features, --refit-every and --windows are at least 1, --alphas at least 2")
    if options.naive_windows is None:
        options.naive_windows = options.windows
    return options


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
            print(f"installing scikit-learn into {home}", flush=True)
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


def plan(options):
    y, x = read_prices(options.prices) if options.prices else simulate(options.rows, options.features, options.seed)
    if options.min_train >= len(y):
        sys.exit(f"error: {len(y)} rows leave nothing to forecast after --min-train {options.min_train}")
    first = Moments.fresh(y[: options.min_train], x[: options.min_train])
    strongest = np.abs(first.moment).max()
    falling = np.linspace(0.0, -3.0, options.alphas)
    grids = {name: strongest / rho * 10.0**falling for name, rho in PENALISED.items()}
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


class PublicPath:
    """`enet_path` on the Gram matrix, warm along the penalties.

    Only the shape of `X` and the norm of `y` are looked at once Gram and `Xy` are given; one row
    of them spares the function anything that grows with the window.
    """

    def __init__(self, work, tol=1e-4):
        self.grids, self.tol = work.grids, tol
        self.row = np.zeros((1, work.x.shape[1]), order="F")

    def solve(self, gram, moment, variance):
        y = np.array([math.sqrt(variance)])
        return [
            enet_path(
                self.row, y, l1_ratio=rho, alphas=self.grids[name], precompute=gram, Xy=moment,
                check_input=False, tol=self.tol, max_iter=1_000_000,
            )[1].T
            for name, rho in PENALISED.items()
        ]  # fmt: skip


class Kernel:
    """The compiled routine below `enet_path`, called directly.

    Each fit starts from the previous penalty's solution, or (`from_refit`) from that of the same
    penalty at the previous refit.
    """

    class NoRandom:
        """Coordinates are taken in turn; the routine draws a seed all the same, which takes a while."""

        def randint(self, low, high):
            return low

    def __init__(self, work, from_refit, screening, tol=1e-4):
        self.from_refit, self.screening, self.tol = from_refit, screening, tol
        self.penalties = [
            list(zip((work.grids[name] * rho).tolist(), (work.grids[name] * (1.0 - rho)).tolist()))
            for name, rho in PENALISED.items()
        ]
        self.paths = [np.zeros((len(grid), work.x.shape[1])) for grid in self.penalties]

    def solve(self, gram, moment, variance):
        y, random = np.array([math.sqrt(variance)]), self.NoRandom()
        for path, penalties in zip(self.paths, self.penalties):
            for k, (l1, l2) in enumerate(penalties):
                b = path[k]
                if not self.from_refit:
                    b[:] = path[k - 1] if k > 0 else 0.0
                enet_coordinate_descent_gram(
                    b, l1, l2, gram, moment, y, 1_000_000, self.tol, random, False, False, self.screening
                )
        return self.paths


FORMULATIONS = {
    "enet_path on the Gram matrix": PublicPath,
    "its kernel, from the previous penalty": lambda work: Kernel(work, False, False),
    "its kernel, from the previous penalty, screened": lambda work: Kernel(work, False, True),
    "its kernel, from the previous refit": lambda work: Kernel(work, True, False),
    "its kernel, from the previous refit, screened": lambda work: Kernel(work, True, True),
}


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


def tuned_contenders(work, windows, exact_windows):
    """The public function, the fastest formulation, and that one at the engine's precision."""
    shared = min(timed(lambda: tuned(work)) for _ in range(2))
    estimates = {name: shared + descents(work, make(work), windows) for name, make in FORMULATIONS.items()}
    for name, seconds in estimates.items():
        print(f"  about {seconds:9.1f} s  {name}", flush=True)
    public, *kernels = FORMULATIONS
    quickest = min(kernels, key=estimates.get)
    close = [name for name in kernels if estimates[name] < 1.3 * estimates[quickest]]  # a sample may err by that
    full = {name: [] for name in (public, *close) if estimates[name] < FULL_RUN_SECONDS}
    for _ in range(3):
        for name, times in full.items():  # in turn, so that a slow spell of the machine hits them all
            if sum(times) + estimates[name] < FULL_RUN_SECONDS:
                times.append(timed(lambda name=name: tuned(work, FORMULATIONS[name](work))))
    quickest = min(close, key=lambda name: min(full.get(name, [estimates[name]])))
    found = {}
    for title, name in (("tuned, public", public), ("tuned, kernel", quickest)):
        if times := full.get(name):
            found[title] = (min(times), f"{name}; all windows, best of {len(times)}")
        else:
            found[title] = (estimates[name], f"{name}; descents on {windows} windows, extrapolated")
    if exact_windows:
        exact = FORMULATIONS[quickest](work)
        exact.tol = ENGINE_GAP
        how = f"the same, tol {ENGINE_GAP:g}; descents on {exact_windows} windows, extrapolated"
        found["tuned, as exact"] = (shared + descents(work, exact, exact_windows), how)
    return found


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


def compare(work, samples):
    """Largest differences between the engine's and scikit-learn's coefficients, by model."""
    found = {
        name: {"fits": 0, "absolute": 0.0, "relative": 0.0, "same_support": 0, "short_of_tol": 0, "grid": 0.0}
        for name in MODELS
    }
    for sample in samples:
        name, f, alphas = sample["model"], sample["row"], np.array(sample["alphas"])
        z = (work.x[:f] - work.x[:f].mean(axis=0)) / work.x[:f].std(axis=0)
        expected, short = reference(np.asfortranarray(z), work.y[:f] - work.y[:f].mean(), name, alphas)
        ours = np.array(sample["coefficients"])
        gap = np.abs(ours - expected).max(axis=1)
        size = np.abs(expected).max(axis=1)
        here = found[name]
        here["fits"] += len(alphas)
        here["absolute"] = max(here["absolute"], gap.max())
        here["relative"] = max(here["relative"], (gap[size > 0] / size[size > 0]).max(initial=0.0))
        here["same_support"] += int(((ours != 0) == (expected != 0)).all(axis=1).sum())
        here["short_of_tol"] += short
        here["grid"] = max(here["grid"], np.abs(alphas / work.grids[name] - 1.0).max())
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
    print("\nlargest coefficient difference from scikit-learn (Cholesky; enet_path at tol 1e-14)")
    print(f"{'':16} {'fits':>6} {'absolute':>9} {'relative':>9} {'same support':>13} {'short of tol':>13} {'grid':>8}")
    for name, d in differences.items():
        print(
            f"{name:16} {d['fits']:6} {d['absolute']:9.1e} {d['relative']:9.1e} {d['same_support']:13} "
            f"{d['short_of_tol']:13} {d['grid']:8.1e}"
        )
    print("(relative: to the fit's largest coefficient; grid: relative difference of the penalties themselves)")


def main(options, executable):
    work = plan(options)
    versions = {"python": platform.python_version(), "numpy": np.__version__, "scikit-learn": sklearn.__version__}
    print(", ".join(f"{name} {version}" for name, version in versions.items()))
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
    contenders.update(tuned_contenders(work, options.windows, options.exact_windows))
    if found["seconds"] < ENGINE_AGAIN_SECONDS:  # a slow spell of the machine may have hit the first time
        print("engine again ...", flush=True)
        found["all_seconds"] += engine(executable, work, 0)["all_seconds"]
        found["seconds"] = min(found["all_seconds"])
    contenders["engine"] = (found["seconds"], f"all windows, best of {len(found['all_seconds'])}")
    print("comparing coefficients ...", flush=True)
    differences = compare(work, samples)
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

    import numpy as np
    import sklearn
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import ElasticNet, Lasso, Ridge, enet_path
    from sklearn.linear_model._cd_fast import enet_coordinate_descent_gram
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    main(OPTIONS, EXECUTABLE)
