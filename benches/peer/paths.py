"""Single paths of a lasso and an elastic net, by number of features: `run.py --paths 9,100,321,500`.

Everybody starts from the Gram matrix of one window. README.md says what each row does.
"""

import json
import subprocess
import tempfile
import time
from pathlib import Path

import numpy as np
from solvers import ADELIE, ENGINE_GAP, ENGINE_KKT, PENALISED, Adelie, PublicPath, gaps, violations

REPEAT_SECONDS = 1.0  # a path is timed again until this has been spent, at least three times
LONG_SECONDS = 5.0  # but one of more than this is timed once

EXPLANATION = f"""
x engine: seconds as a multiple of the engine's on its next window. KKT: largest violation of the optimality
conditions, relative to the largest |x_j'y| / m. gap: largest duality gap, relative to ||y||^2. The engine
certifies a KKT violation of {ENGINE_KKT:g} or a gap of {ENGINE_GAP:g}. difference: largest difference from the
engine's coefficients, relative to the fit's largest; support: fits with the same coefficients at zero."""


def fastest(run):
    """Seconds of the fastest of several runs, and what it gave."""
    times = []
    while len(times) < 3 or sum(times) < REPEAT_SECONDS:
        start = time.perf_counter()
        found = run()
        times.append(time.perf_counter() - start)
        if times[0] > LONG_SECONDS:
            break
    return min(times), found


def engine(executable, y, x, refit_every, alphas):
    """By model: the times of its paths and the coefficients of the last window's."""
    with tempfile.TemporaryDirectory() as folder:
        panel, result = Path(folder, "panel.csv"), Path(folder, "result.json")
        np.savetxt(panel, np.column_stack([y, x]), fmt="%.17g", delimiter=",")
        subprocess.run([executable, "paths", panel, result, str(refit_every), str(alphas)], check=True)
        return {found["model"]: found for found in json.loads(result.read_text())}


def adelie_rows(name, now, grids, seconds):
    """Rows of adelie at its default tolerance, in both units, and at the engine's precision, by both measures."""
    p = len(now.moment)
    for title, make in ADELIE.items():
        solver = make(grids, p)
        solver.load(now.gram)
        taken, state = fastest(lambda solver=solver: solver.run(name, now.moment, now.variance))
        yield title, taken, state.betas.toarray(), "default tol, 1e-07"
    if not ADELIE:
        return
    solver = Adelie(grids, p, scaled=True)
    solver.load(now.gram)
    bars = (("gap", now.gap_of, ENGINE_GAP), ("KKT", now.violation_of, ENGINE_KKT))
    for measure, error, bar in bars:
        reached, taken, path = solver.tighten(name, now.moment, now.variance, error(name, grids[name]), bar, seconds)
        title = f"adelie, exact {measure}"
        if path is None:
            yield title, None, None, f"no run within {seconds:g} s"
            continue
        if taken <= LONG_SECONDS:  # again, without the clock in its loop
            taken, state = fastest(lambda: solver.run(name, now.moment, now.variance))
            path = state.betas.toarray()
        how = f"tol {solver.tol[name]:.0e} of y's variance"
        yield title, taken, path, how if reached else f"{how}; NOT as exact, that takes more than {seconds:g} s"


def scikit_learn_rows(name, now, grids, seconds):
    """Rows of `enet_path` at its default tolerance and at the gap that the engine certifies."""
    p, alphas = len(now.moment), grids[name]
    gram = np.ascontiguousarray(now.gram)
    default = PublicPath(grids, p)
    taken, path = fastest(lambda: default.path(name, gram, now.moment, now.variance))
    yield "enet_path", taken, path, "default tol, 1e-04"
    # One penalty after another from the one before, so that it can be stopped.
    exact, found, start = PublicPath(grids, p, ENGINE_GAP), [np.zeros(p)], time.perf_counter()
    for alpha in alphas:
        step = exact.path(name, gram, now.moment, now.variance, alphas=[alpha], start=found[-1])
        found.append(step[0])
        taken = time.perf_counter() - start
        if taken > seconds:
            yield "enet_path, exact gap", None, None, f"{len(found) - 1} of {len(alphas)} penalties in {taken:.0f} s"
            return
    path = np.array(found[1:])
    if taken <= LONG_SECONDS:
        taken, path = fastest(lambda: exact.path(name, gram, now.moment, now.variance))
    yield "enet_path, exact gap", taken, path, f"tol {ENGINE_GAP:g}"


def compare(y, x, now, grids, options, executable):
    """Times everybody on the window `now` of all rows, prints a table a model, and gives its rows."""
    runs = [engine(executable, y, x, options.refit_every, options.alphas)]
    others = {
        name: [
            *adelie_rows(name, now, grids, options.path_seconds),
            *scikit_learn_rows(name, now, grids, options.path_seconds),
        ]
        for name in PENALISED
    }
    runs.append(engine(executable, y, x, options.refit_every, options.alphas))  # a slow spell may have hit the first
    found = {}
    for name, rows in others.items():
        ours = runs[0][name]
        path = np.array(ours["coefficients"])
        if not np.allclose(ours["alphas"], grids[name], rtol=1e-12, atol=0.0):
            raise SystemExit(f"error: the engine's penalties are others ({name})")
        next_seconds, first_seconds = (min(run[name][key] for run in runs) for key in ("next_seconds", "first_seconds"))
        how = "certified" if ours["certified"] else "NOT certified"
        rows = [
            ("engine", next_seconds, path, f"next window, {options.refit_every} rows on; {how}"),
            ("engine, from zero", first_seconds, path, "first window"),
            *rows,
        ]
        found[name] = [row(name, now, grids[name], path, next_seconds, *each) for each in rows]
        show(name, found[name])
    return found


def row(name, now, alphas, ours, next_seconds, title, seconds, path, how):
    figures = {"solver": title, "seconds": seconds, "how": how}
    if path is not None:
        size = np.abs(ours).max(axis=1)
        difference = np.abs(ours - path).max(axis=1)
        figures |= {
            "ratio": seconds / next_seconds,
            "kkt": float(violations(now.gram, now.moment, PENALISED[name], alphas, path).max()),
            "gap": float(gaps(now.gram, now.moment, now.variance, PENALISED[name], alphas, path).max()),
            "difference": float((difference[size > 0] / size[size > 0]).max(initial=0.0)),
            "same_support": int(((ours != 0) == (path != 0)).all(axis=1).sum()),
        }
    return figures


def show(name, rows):
    print(f"\n{name:20} {'ms':>11} {'x engine':>9} {'KKT':>8} {'gap':>8} {'difference':>11} {'support':>8}")
    for each in rows:
        if each["seconds"] is None:
            print(f"{each['solver']:20} {'-':>11} {'-':>9} {'-':>8} {'-':>8} {'-':>11} {'-':>8}  {each['how']}")
            continue
        print(
            f"{each['solver']:20} {each['seconds'] * 1e3:11.3f} {each['ratio']:9.1f} {each['kkt']:8.0e} "
            f"{each['gap']:8.0e} {each['difference']:11.0e} {each['same_support']:8}  {each['how']}",
            flush=True,
        )
