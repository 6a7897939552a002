"""The models that a referee compares with, out of sample on the sample, by scikit-learn.

Least squares (`LinearRegression`), principal components regression (`PCA`, then `LinearRegression`),
partial least squares (`PLSRegression`) and the mean of forecasts from one feature each (Rapach,
Strauss and Zhou 2010), on standardised features, in the walk-forward of `figures.py`. Writes
`sample_benchmarks.json`.

    python benchmarks.py
"""

import hashlib
import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
from sklearn.cross_decomposition import PLSRegression
from sklearn.decomposition import PCA
from sklearn.linear_model import LinearRegression

from figures import PREQUENTIAL_MIN, Setting, clark_west, panel, predict, standardise, supervise, training
from reference import HERE, NINE, read_prices, rounded

SETTINGS = {
    "expanding": Setting(NINE, 9, 63),
    "rolling_holdout": Setting(
        ("XLE", "XLU", "XLP", "XLY"), 8, 63, lags=(1, 2), window=1000, purge=5, selection="holdout", holdout_rows=250
    ),
}


def ols(z, y, _):
    return LinearRegression().fit(z, y).coef_[None, :]


def pcr(z, y, components):
    pca = PCA(svd_solver="full").fit(z)
    scores = pca.transform(z)
    fits = [LinearRegression().fit(scores[:, :k], y).coef_ @ pca.components_[:k] for k in components]
    return np.array(fits)


def pls(z, y, components):
    model = PLSRegression(n_components=max(components), scale=False, tol=1e-15).fit(z, y)
    rotations, loadings = model.x_rotations_, model.y_loadings_[0]
    fits = np.array([rotations[:, :k] @ loadings[:k] for k in components])
    # What the class itself says of all of them.
    assert np.allclose(fits[-1], model.coef_[0], rtol=1e-9, atol=1e-12)
    return fits


def combination(z, y, _):
    return np.array([LinearRegression().fit(z[:, [j]], y).coef_[0] for j in range(z.shape[1])])[None, :] / z.shape[1]


MODELS = {"ols": ols, "pcr": pcr, "pls": pls, "combination": combination}


def fit(model, x, y, components):
    z, centred, statistics = standardise(x, y)
    return MODELS[model](z, centred, components), statistics


def walk_forward(model, s, x, y, components):
    n, start = len(y), s.min_train
    count = len(components) if model in ("pcr", "pls") else 1
    forecasts = np.full((n - start, count), np.nan)
    chosen = np.zeros(n - start, dtype=int)
    margin = np.inf
    for f in range(start, n, s.refit_every):
        past, rows = training(s, f), slice(f - start, min(f + s.refit_every, n) - start)
        loss = None
        if s.selection == "prequential" and f - start >= PREQUENTIAL_MIN:
            loss = ((y[start:f, None] - forecasts[: f - start]) ** 2).sum(axis=0)
        elif s.selection == "holdout":
            cut = past.stop - s.holdout_rows
            held = fit(model, x[past.start : cut], y[past.start : cut], components)
            loss = ((y[cut : past.stop, None] - predict(x[cut : past.stop], *held)) ** 2).sum(axis=0)
        if loss is not None and count > 1:
            chosen[rows] = loss.argmin()
            ordered = np.sort(loss)
            margin = min(margin, ordered[1] / ordered[0] - 1.0)
        coefficients, statistics = fit(model, x[past], y[past], components)
        forecasts[rows] = predict(x[start:][rows], coefficients, statistics)
    return forecasts, chosen, coefficients, margin


def run(prices, s):
    returns, _ = panel(prices, s)
    y, x, names, days = supervise(returns, s)
    start = s.min_train
    benchmark = (np.cumsum(y) / np.arange(1, len(y) + 1))[start - 1 : -1]
    actual = y[start:]
    components = list(range(1, s.alphas + 1))
    models = {}
    for model in MODELS:
        forecasts, chosen, coefficients, margin = walk_forward(model, s, x, y, components)
        print(f"  {model}: closest choice by a relative {margin:.1e}")
        f = forecasts[np.arange(len(actual)), chosen]
        e, e0 = actual - f, actual - benchmark
        statistic, p = clark_west(e, e0)
        sampled = np.linspace(0, len(actual) - 1, 40).astype(int)
        r2 = 1.0 - ((actual[:, None] - forecasts) ** 2).sum(axis=0) / (e0**2).sum()
        models[model] = {
            "forecast": {"oos_r2": 1.0 - (e**2).sum() / (e0**2).sum(), "clark_west": statistic, "clark_west_p": p},
            "by_position": [
                {"oos_r2": float(r2[k]), "coefficients_last": dict(zip(names, coefficients[k].tolist(), strict=True))}
                for k in range(forecasts.shape[1])
            ],
            "sampled": [
                {"day": str(days[start + i].date()), "forecast": float(f[i]), "components": int(components[chosen[i]])}
                for i in sampled
            ],
        }
    return {"setting": asdict(s), "models": models}


def main():
    path = Path(HERE).parents[1] / "data" / "sample" / "prices.csv"
    prices = read_prices(path)
    whole = {"prices_sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
    for name, setting in SETTINGS.items():
        print(name)
        whole[name] = run(prices, setting)
    text = json.dumps(rounded(whole), indent=1, allow_nan=False) + "\n"
    (HERE / "sample_benchmarks.json").write_text(text)
    print(len(text), "bytes")


if __name__ == "__main__":
    main()
