"""Reference figures of weighted estimation: rows weighted by one over their ex-ante variance.

Writes `sample_weighted.json`: single fits by scikit-learn's own `sample_weight`, and whole walk-forwards
from the definitions of the methods page ("Weighted models") with numpy.

    python weighted.py
"""

import hashlib
import json
import warnings

import numpy as np
from scipy.linalg import cho_factor, cho_solve
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import ElasticNet, Lasso, Ridge

from figures import L1_RATIO, PREQUENTIAL_MIN, Setting, clark_west, panel, polish, supervise, training
from reference import HERE, rounded
import pandas as pd

KNOWN = 63  # first row whose variance is known
SHOWN = 97  # every so many forecasts are kept
FEATURES = ("XLE", "XLU", "XLK")
SETTINGS = {
    "prequential": Setting(FEATURES, 8, 63),
    "rolling_holdout": Setting(FEATURES, 8, 63, window=1000, purge=5, selection="holdout", holdout_rows=250),
}


def ex_ante_variance(y):
    """v[i] = 0.94 v[i-1] + 0.06 e0[i-1]^2 from row 63 on; nan before."""
    v = np.full(len(y), np.nan)
    v[KNOWN] = ((y[:KNOWN] - y[:KNOWN].mean()) ** 2).mean()
    for i in range(KNOWN + 1, len(y)):
        v[i] = 0.94 * v[i - 1] + 0.06 * (y[i - 1] - y[: i - 1].mean()) ** 2
    return v


def weighted_means(y, v, first):
    """Mean of the rows before each row from `first` on, each over its variance; early rows left out."""
    w = 1.0 / v[KNOWN:]
    return np.array([np.average(y[KNOWN:i], weights=w[: i - KNOWN]) for i in range(first, len(y))])


def standardise(x, y, v):
    """Rows with a weight: standardised features, target, weights of mean one, and the statistics."""
    known = ~np.isnan(v)
    x, y, u = x[known], y[known], 1.0 / v[known]
    u = u / u.mean()
    mean = np.average(x, axis=0, weights=u)
    scale = np.sqrt(np.average((x - mean) ** 2, axis=0, weights=u))
    return (x - mean) / scale, y, u, (mean, scale, np.average(y, weights=u))


def by_scikit_learn(z, y, u, alpha, rho):
    """Coefficients and intercept by the package's own weights."""
    if rho == 0.0:
        model = Ridge(alpha=alpha * len(y), solver="cholesky")
    elif rho == 1.0:
        model = Lasso(alpha=alpha, tol=1e-14, max_iter=200_000)
    else:
        model = ElasticNet(alpha=alpha, l1_ratio=rho, tol=1e-14, max_iter=200_000)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(z, y, sample_weight=u)
    return model.coef_, model.intercept_


def fit(x, y, v, alphas, rho):
    """Coefficients, one row an alpha, exact: the package's, polished."""
    z, y, u, statistics = standardise(x, y, v)
    gram, moment = (z * u[:, None]).T @ z / len(y), (z * u[:, None]).T @ (y - statistics[2]) / len(y)
    if rho == 0.0:
        rows = [cho_solve(cho_factor(gram + alpha * np.eye(len(moment))), moment) for alpha in alphas]
    else:
        rows = [polish(gram, moment, by_scikit_learn(z, y, u, a, rho)[0], a, rho) for a in alphas]
    return np.array(rows), statistics


def predict(x, coefficients, statistics):
    mean, scale, intercept = statistics
    return intercept + (x - mean) / scale @ coefficients.T


def grid(s, x, y, v, rho):
    if rho == 0.0:
        return np.logspace(4, -3, s.alphas)
    rows = training(s, s.min_train)
    z, y, u, statistics = standardise(x[rows], y[rows], v[rows])
    strongest = np.abs(z.T @ (u * (y - statistics[2]))).max() / (len(y) * rho)
    return strongest * np.logspace(0, -3, s.alphas)


def walk_forward(s, x, y, v, rho, alphas):
    """Forecasts of every alpha, and the choice by scaled squared errors, from `min_train` on."""
    n, start = len(y), s.min_train
    forecasts, chosen = np.full((n - start, len(alphas)), np.nan), np.zeros(n - start, dtype=int)
    for f in range(start, n, s.refit_every):
        past, rows = training(s, f), slice(f, min(f + s.refit_every, n))
        loss = None
        if s.selection == "prequential" and f - start >= PREQUENTIAL_MIN:
            loss = ((y[start:f, None] - forecasts[: f - start]) ** 2 / v[start:f, None]).sum(axis=0)
        elif s.selection == "holdout":
            cut = past.stop - s.holdout_rows
            fitted, held = slice(past.start, cut), slice(cut, past.stop)
            errors = y[held, None] - predict(x[held], *fit(x[fitted], y[fitted], v[fitted], alphas, rho))
            loss = (errors**2 / v[held, None]).sum(axis=0)
        if loss is not None:
            chosen[rows.start - start : rows.stop - start] = loss.argmin()
        coefficients, statistics = fit(x[past], y[past], v[past], alphas, rho)
        forecasts[rows.start - start : rows.stop - start] = predict(x[rows], coefficients, statistics)
    return forecasts, chosen, coefficients


def r2(e, e0):
    return 1.0 - (e**2).sum() / (e0**2).sum()


def of_model(s, x, y, v, rho):
    alphas = grid(s, x, y, v, rho)
    forecasts, chosen, coefficients = walk_forward(s, x, y, v, rho, alphas)
    oos = slice(s.min_train, len(y))
    f = forecasts[np.arange(len(chosen)), chosen]
    plain = (np.cumsum(y) / np.arange(1, len(y) + 1))[s.min_train - 1 : -1]
    e, e0, e_plain, d = y[oos] - f, y[oos] - weighted_means(y, v, s.min_train), y[oos] - plain, np.sqrt(v[oos])
    raw, scaled = clark_west(e, e0), clark_west(e / d, e0 / d)
    return {
        "alphas": alphas,
        "forecasts": f[::SHOWN],
        "selected": alphas[chosen][::SHOWN],
        "last_coefficients": coefficients,
        "forecast": {
            "oos_r2": r2(e, e0),
            "clark_west": raw[0],
            "clark_west_p": raw[1],
            "scaled": {"oos_r2": r2(e / d, e0 / d), "clark_west": scaled[0], "clark_west_p": scaled[1]},
        },
        "against_plain_mean": {"oos_r2": r2(e, e_plain), "scaled_oos_r2": r2(e / d, e_plain / d)},
        "oos_r2_by_alpha": [r2(y[oos] - forecasts[:, j], e0) for j in range(len(alphas))],
    }


def single_fits(x, y, v, rows):
    """By the package alone, on the first `rows` rows."""
    z, target, u, statistics = standardise(x[:rows], y[:rows], v[:rows])
    out = {}
    for name, rho in L1_RATIO.items():
        largest = np.abs(z.T @ (u * (target - statistics[2]))).max() / len(target)
        alphas = largest * np.array([0.5, 0.1, 0.01]) if rho else np.array([10.0, 0.1, 0.001])
        fits = [by_scikit_learn(z, target, u, alpha, rho) for alpha in alphas]
        out[name] = {
            "alphas": alphas,
            "coefficients": [coefficients for coefficients, _ in fits],
            "intercepts": [intercept for _, intercept in fits],
        }
    return {"rows": rows, "mean": statistics[0], "scale": statistics[1], "models": out}


def plain(value):
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value.tolist() if isinstance(value, np.ndarray) else value


def main():
    path = HERE.parents[1] / "data" / "sample" / "prices.csv"
    prices = pd.read_csv(path, index_col="date", parse_dates=True)
    whole = {"prices_sha256": hashlib.sha256(path.read_bytes()).hexdigest(), "every": SHOWN, "settings": {}}
    for name, s in SETTINGS.items():
        returns, _ = panel(prices, s)
        y, x, _, _ = supervise(returns, s)
        v = ex_ante_variance(y)
        mean = weighted_means(y, v, s.min_train)
        oos, d = slice(s.min_train, len(y)), np.sqrt(v[s.min_train :])
        e0 = y[oos] - (np.cumsum(y) / np.arange(1, len(y) + 1))[s.min_train - 1 : -1]
        whole["single_fits"] = single_fits(x, y, v, 750)
        whole["settings"][name] = {
            "benchmark": mean[::SHOWN],
            "weighted_mean": {"oos_r2": r2(y[oos] - mean, e0), "scaled_oos_r2": r2((y[oos] - mean) / d, e0 / d)},
            "models": {model: of_model(s, x, y, v, rho) for model, rho in L1_RATIO.items()},
        }
    text = json.dumps(rounded(plain(whole)), indent=1, allow_nan=False) + "\n"
    (HERE / "sample_weighted.json").write_text(text)
    print(f"sample_weighted: {len(text)} bytes")


if __name__ == "__main__":
    main()
