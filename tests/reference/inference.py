"""Tests, standard errors and critical values by other people's code.

On the sample's returns: Diebold-Mariano by `dieboldmariano`, Clark-West and every HAC and White error
by statsmodels, the error of a Sharpe ratio by ffn, families by statsmodels and scipy, the relation of
the target to the features by least squares in numpy. Critical values by simulation, by statsmodels,
and from a table that others typed in.

    pip install -r requirements-packages.txt
    python inference.py      # writes sample_inference.json beside this file
"""

import ast
import hashlib
import json
from importlib.metadata import files, version

import ffn
import numpy as np
import pandas as pd
import scipy.stats
import statsmodels.api as sm
from dieboldmariano import dm_test
from statsmodels.regression.recursive_ls import RecursiveLS
from statsmodels.stats.multitest import multipletests

from reference import HERE, NINE, read_prices, rounded

PACKAGES = ("dieboldmariano", "ffn", "forecast_evaluation", "scipy", "statsmodels")
START = 750
P_VALUES = [0.004, 0.03, 0.2, 0.009, 0.6, 0.012]
CLIP = 3.0


def lags_of(rows):
    return int(np.floor(4.0 * (rows / 100.0) ** (2.0 / 9.0)))


def hac(y, x):
    """Least squares with the errors of Newey and West (1987)."""
    covariance = {"maxlags": lags_of(len(y)), "use_correction": False}
    return sm.OLS(y, x).fit(cov_type="HAC", cov_kwds=covariance)


def on_constant(values):
    return sm.OLS(values, np.ones(len(values)))


def ex_ante_variance(y):
    v = np.full(len(y), np.nan)
    v[63] = ((y[:63] - y[:63].mean()) ** 2).mean()
    for i in range(64, len(y)):
        v[i] = 0.94 * v[i - 1] + 0.06 * (y[i - 1] - y[: i - 1].mean()) ** 2
    return v


def compared(y, f, g, m):
    """Forecasts `f` against the benchmark `m` and against other forecasts `g`; all may be scaled."""
    rows = len(y)
    e, e0, other = y - f, y - m, y - g
    nested = on_constant(2.0 * e0 * (e0 - e)).fit()
    r2 = 1.0 - (e**2).sum() / (e0**2).sum()
    influence = ((1.0 - r2) * e0**2 - e**2) / (e0**2).mean()
    # Its horizon only sets the lags; the correction is that of one step.
    h = lags_of(rows) + 1
    raw, _ = dm_test(list(y), list(g), list(f), h=h, harvey_correction=False, variance_estimator="bartlett")
    statistic = raw * np.sqrt((rows - 1) / rows)
    gain = (other**2 - e**2) / (e0**2).mean()
    return {
        "oos_r2": r2,
        "oos_r2_error": hac(influence, np.ones(rows)).bse[0],
        "clark_west": nested.tvalues[0],
        "clark_west_p": scipy.stats.norm.sf(nested.tvalues[0]),
        "diebold_mariano": statistic,
        "diebold_mariano_p": scipy.stats.t.sf(statistic, rows - 1),
        "r2_gain": gain.mean(),
        "r2_gain_error": hac(gain, np.ones(rows)).bse[0],
    }


def pesaran_timmermann(y, f):
    """The paper's formula, and the p-value of the signs' independence in a two by two table."""
    n, up, right = len(y), (y > 0).mean(), ((y > 0) == (f > 0)).mean()
    long = (f > 0).mean()
    star = up * long + (1 - up) * (1 - long)
    of_right = star * (1 - star) / n
    of_star = ((2 * up - 1) ** 2 * long * (1 - long) + (2 * long - 1) ** 2 * up * (1 - up)) / n
    of_star += 4 * up * long * (1 - up) * (1 - long) / n**2
    statistic = (right - star) / np.sqrt(of_right - of_star)
    table = pd.crosstab(y > 0, f > 0).to_numpy()
    squared = scipy.stats.chi2_contingency(table, correction=False).statistic
    return {
        "p": scipy.stats.norm.sf(statistic),
        "p_of_independence": scipy.stats.norm.sf(np.sign(statistic) * np.sqrt(squared)),
    }


def skill(y, f):
    target = np.expm1(y)
    strategy = np.sign(f) * target
    fit = hac(strategy, sm.add_constant(target))
    (alpha, beta), (alpha_error, beta_error) = fit.params, fit.bse
    growth = np.log1p(strategy)
    sharpe = growth.mean() / growth.std(ddof=1)
    # Of two equal trials the best is expected at zero: what is left is the probabilistic Sharpe ratio.
    probability = ffn.calc_deflated_sharpe_ratio(pd.Series(growth), [0.0, 0.0], nperiods=252)
    return {
        "alpha": 252 * alpha,
        "alpha_error": 252 * alpha_error,
        "beta": beta,
        "beta_error": beta_error,
        "sharpe": sharpe * np.sqrt(252),
        "sharpe_error": sharpe / scipy.stats.norm.ppf(probability) * np.sqrt(252),
    }


class Relation:
    def __init__(self, y, x, v):
        w = 1.0 / np.sqrt(v[63:])
        out = lambda values: sm.OLS(values * w, w).fit().resid
        self.a = out(y[63:])
        z = np.column_stack([out(column) for column in x[63:].T])
        self.z = z / z.std(axis=0)

    def index(self, fitted, unit, rows):
        b = np.linalg.lstsq(self.z[fitted], self.a[fitted], rcond=None)[0]
        return self.z[rows] @ b / (self.z[unit] @ b).std()


def clip(values):
    return np.clip(values, -CLIP, CLIP)


def fall(relation, rows):
    a, u = relation.a[rows], relation.index(rows, rows, rows)
    n = len(a)
    scores = clip(a - sm.OLS(a, u).fit().params[0] * u) * clip(u)
    scores -= scores.mean()
    ks = np.arange(int(0.15 * n), n - int(0.15 * n) + 1)
    t = np.array([scores[:k].mean() - scores[k:].mean() for k in ks])
    t /= np.sqrt((scores**2).mean() * (1.0 / ks + 1.0 / (n - ks)))
    k = ks[t.argmax()]
    inside = ks[(t > 0) & (t**2 >= t.max() ** 2 - 7.35)]
    before, after = slice(rows.start, rows.start + k), slice(rows.start + k, rows.stop)
    left = sm.OLS(clip(relation.a[after]), sm.add_constant(clip(relation.index(before, before, after))))
    slow = on_constant(scores).fit(cov_type="HAC", cov_kwds={"maxlags": 252, "use_correction": False})
    return {
        "rows": [rows.start, rows.stop],
        "statistic": t.max(),
        "at": rows.start + k,
        "range": [rows.start + inside[0], rows.start + inside[-1] + 1],
        "left": left.fit(cov_type="HC0").tvalues[1],
        "slow_statistic": t.max() * np.sqrt((scores**2).mean() / n) / slow.bse[0],
    }


def contrast(relation, states):
    everything = slice(0, len(relation.a))
    u, a = clip(relation.index(everything, everything, everything)), clip(relation.a)
    count = states.max() + 1
    dummies = np.column_stack([states == state for state in range(count)]).astype(float)
    fit = sm.OLS(a, np.hstack([dummies, dummies * u[:, None]])).fit(cov_type="HC0")
    equal = np.zeros((count - 1, 2 * count))
    for state in range(1, count):
        equal[state - 1, count], equal[state - 1, count + state] = 1.0, -1.0
    test = fit.wald_test(equal, scalar=True)
    return {
        "slopes": list(fit.params[count:]),
        "errors": list(fit.bse[count:]),
        "statistic": float(test.statistic),
        "p": float(test.pvalue),
    }


def simulated(paths=40_000, steps=2_000, batch=2_000):
    """How often functionals of Brownian motion, on a grid of `steps`, exceed the critical values."""
    random, bridges, windows = np.random.default_rng(1), [], []
    s = np.arange(1, steps + 1) / steps
    inside = (s >= 0.15) & (s <= 0.85)
    width = int(0.3 * steps)
    for _ in range(paths // batch):
        w = random.standard_normal((batch, steps)).cumsum(axis=1) / np.sqrt(steps)
        t = (w - s * w[:, -1:])[:, inside] / np.sqrt(s * (1 - s))[inside]
        bridges.append(t.max(axis=1))
        moving = np.concatenate([w[:, width - 1 : width], w[:, width:] - w[:, :-width]], axis=1) / np.sqrt(0.3)
        windows.append(np.stack([moving.max(axis=1), np.abs(moving).max(axis=1)]))
    bridges, windows = np.concatenate(bridges), np.concatenate(windows, axis=1)
    two, one = windows[1], windows[0]
    return {
        "sup_t": {"2.67": (bridges > 2.67).mean(), "2.64": (bridges > 2.64).mean(), "3.24": (bridges > 3.24).mean()},
        # In the order of the table.
        "fluctuation_0.3": [(two > 3.012).mean(), (two > 2.766).mean(), (one > 2.770).mean(), (one > 2.482).mean()],
    }


def fluctuation_table():
    """The table as the authors of `forecast_evaluation` (Bank of England) typed it in; read from the
    source, since the package itself wants a web server."""
    name = "fluctuation_tests.py"
    source = next(file for file in files("forecast_evaluation") if file.name == name)
    for node in ast.parse(source.read_text()).body:
        if isinstance(node, ast.Assign) and node.targets[0].id == "GR_CRITICAL_VALUES":
            return ast.literal_eval(node.value.args[0])
    raise LookupError(f"no table in {name}")


def critical_values():
    recursive = RecursiveLS(np.arange(100.0) % 7, np.ones(100)).fit()
    # The band of the last day is three times its coefficient, in units of the root of the rows.
    _, upper = recursive._cusum_significance_bounds(alpha=0.05)
    free = recursive.nobs - max(recursive.nobs_diffuse, recursive.loglikelihood_burn)
    return {
        "fluctuation": fluctuation_table(),
        "cusum": float(upper[-1] / 3.0 / np.sqrt(free)),
        # Hansen (2000), Econometrica 68: the confidence set of a threshold.
        "range_of_a_break": -2.0 * np.log(1.0 - np.sqrt(0.95)),
        "simulated": simulated(),
    }


def plain(value):
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return int(value) if isinstance(value, np.integer) else value


def main():
    path = HERE.parents[1] / "data" / "sample" / "prices.csv"
    returns = np.log(read_prices(path)).diff().iloc[1:]
    y, x = returns["SPY"].to_numpy()[1:], returns[list(NINE)].to_numpy()[:-1]
    lagged = dict(zip(NINE, x.T, strict=True))
    f, g = 0.1 * lagged["XLF"][START:], 0.1 * (lagged["XLU"] + lagged["XLE"])[START:]
    m = np.array([y[:i].mean() for i in range(START, len(y))])
    v = ex_ante_variance(y)
    root, out = np.sqrt(v[START:]), y[START:]
    relation = Relation(y, x, v)
    n = len(relation.a)
    whole = {
        "prices_sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "versions": {name: version(name) for name in PACKAGES},
        "ex_ante_variance": {str(i): v[i] for i in (63, 64, 1000, len(v) - 1)},
        "raw": compared(out, f, g, m),
        "scaled": compared(out / root, f / root, g / root, m / root),
        "pesaran_timmermann": pesaran_timmermann(out, f),
        "skill": skill(out, f),
        "falls": [fall(relation, slice(0, n)), fall(relation, slice(1_000, 3_500))],
        "contrasts": [contrast(relation, np.arange(n) // 400 % count) for count in (2, 3)],
        "families": {
            "p_values": P_VALUES,
            "cauchy": scipy.stats.cauchy.sf(scipy.stats.cauchy.isf(P_VALUES).mean()),
            "holm": multipletests(P_VALUES, 0.05, "holm")[0].tolist(),
        },
        "critical_values": critical_values(),
    }
    text = json.dumps(rounded(plain(whole)), indent=1, allow_nan=False) + "\n"
    (HERE / "sample_inference.json").write_text(text)


if __name__ == "__main__":
    main()
