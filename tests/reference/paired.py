"""Two records over the same days, on their own: the test of Diebold and Mariano with the correction of
Harvey, Leybourne and Newbold by scipy, and the spread of differences and of deepest drawdowns over
days that the stationary bootstrap of the arch package drew, day by day in numpy.

    .venv/bin/python paired.py

writes paired.json. Series are those of search.py: the same numbers in both languages.
"""

import json
from pathlib import Path

import numpy as np
from arch.bootstrap import StationaryBootstrap
from scipy import stats

from search import blocks, uniform

YEAR = 252


def long_run_variance(values: np.ndarray) -> float:
    rows = len(values)
    lags = int(np.floor(4 * (rows / 100) ** (2 / 9)))
    centred = values - values.mean()
    variance = centred @ centred / rows
    for lag in range(1, lags + 1):
        variance += 2 * (1 - lag / (lags + 1)) * (centred[lag:] @ centred[:-lag]) / rows
    return float(variance)


def losses() -> list[dict]:
    """Squared errors that differ on all days, and on the first days of every period only."""
    cases = []
    for rows, period, differing in [(400, 1, 1), (900, 45, 3)]:
        base, other = 0.02 * uniform(60, rows), 0.02 * uniform(61, rows)
        apart = np.arange(rows) % period < differing
        head = np.where(apart, 0.9 * base + 0.3 * other, base)
        difference = base**2 - head**2
        error = np.sqrt(long_run_variance(difference) / rows) / np.sqrt((rows - 1) / rows)
        degrees = int(apart.sum()) - 1
        statistic = difference.mean() / error
        cases.append(
            {
                "rows": rows,
                "period": period,
                "differing": differing,
                "degrees": degrees,
                "gain": difference.mean(),
                "half_width": stats.t.ppf(0.95, degrees) * error,
                "p": 2 * stats.t.sf(abs(statistic), degrees),
            }
        )
    return cases


def spread(replicates: np.ndarray, difference: float) -> dict:
    """Symmetric about the difference; its size has so many above it that their p-value is a tenth."""
    sizes = np.sort(np.abs(replicates - replicates.mean()))
    count = len(sizes)
    return {
        "difference": difference,
        "half_width": sizes[round(0.9 * (count + 1))],
        "p": (1 + (sizes >= abs(difference)).sum()) / (1 + count),
    }


def drawdown(logs: np.ndarray) -> float:
    equity = np.exp(np.r_[0.0, logs.cumsum()])
    return float((equity / np.maximum.accumulate(equity) - 1).min())


def resampled() -> dict:
    rows, replicates, size = 320, 99, 6
    base = 0.02 * uniform(62, rows) + 0.0004
    head = 0.8 * base + 0.01 * uniform(63, rows)
    figures = {
        "annual_return": lambda x: np.expm1(YEAR * x.mean()),
        "mean": lambda x: x.mean(),
        "max_drawdown": drawdown,
    }
    drawn, found = [], {name: [] for name in figures}
    bootstrap = StationaryBootstrap(size, np.arange(rows), seed=8)
    for (days,), _ in bootstrap.bootstrap(replicates):
        drawn.append(blocks(days))
        for name, figure in figures.items():
            found[name].append(figure(head[days]) - figure(base[days]))
    return {
        "rows": rows,
        "blocks": drawn,
        "figures": {
            name: spread(np.array(found[name]), figure(head) - figure(base))
            for name, figure in figures.items()
        },
    }


def spans() -> dict:
    """The means of fourteen spans of days, of which scipy tests that they are zero."""
    rows, count = 500, 14
    apart = uniform(64, rows)
    means = [apart[span * rows // count : (span + 1) * rows // count].mean() for span in range(count)]
    found = stats.ttest_1samp(means, 0.0)
    return {"rows": rows, "error": np.mean(means) / found.statistic, "degrees": found.df}


if __name__ == "__main__":
    figures = {"losses": losses(), "spans": spans(), "resampled": resampled()}
    path = Path(__file__).parent / "paired.json"
    path.write_text(json.dumps(figures, default=float) + "\n")
