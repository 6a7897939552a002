"""Reference figures of geometry and breaks, computed apart from the program.

The rolling spectrum, the models in the eigen-directions of their training windows, and the break
statistics, on the nine sectors of the sample, with numpy, scipy, statsmodels and ruptures.

    python geometry.py      # writes sample_geometry.json beside this file, in about a minute
"""

import argparse
import hashlib
import json
from pathlib import Path

import numpy as np
import ruptures
from statsmodels.stats.sandwich_covariance import S_hac_simple

import figures
from reference import HERE, NINE, read_prices, rounded

SETTING = figures.Setting(NINE, 12)
WINDOW, MODE_WINDOW, MODE_EVERY, RECENT = 63, 252, 5, 63
MIN_SEGMENT, STEP = 126, 5


def descending(correlation):
    values, vectors = np.linalg.eigh(correlation)
    return values[::-1], vectors[:, ::-1].T


def shape(values):
    share = values / values.sum()
    return {
        "absorption": share[: -(-len(share) // 5)].sum(),
        "effective_rank": float(np.exp(-(share * np.log(share)).sum())),
        "participation_ratio": 1.0 / (share**2).sum(),
        "eigenvalue.1": share[0],
        "eigenvalue.2": share[1],
        "eigenvalue.3": share[2],
    }


def follow(known, vectors):
    """The vectors in the order, and with the signs, of the ones known."""
    free, out = list(range(len(vectors))), []
    for vector in known:
        best = max(free, key=lambda i: abs(vector @ vectors[i]))
        free.remove(best)
        out.append((best, vectors[best] * np.sign(vector @ vectors[best])))
    return [rank for rank, _ in out], np.array([vector for _, vector in out])


def rolling(returns, days):
    """Figures of some panel days. Panel day `t` has the returns `0..t` behind it; day 0 has none."""
    values = returns[list(NINE)].to_numpy()
    correlation = lambda day, window: np.corrcoef(values[day - window : day], rowvar=False)
    dates, known, looks, out = [None, *returns.index], None, [], {}
    previous = None
    for day in range(MODE_WINDOW, len(values) + 1):
        quarter = (dates[day].year, dates[day].quarter)
        turn, previous = previous not in (None, quarter), quarter
        look = (day - MODE_WINDOW) % MODE_EVERY == 0
        if look or turn:
            vectors = descending(correlation(day, MODE_WINDOW))[1]
            known = follow(known, vectors)[1] if known is not None else vectors
        if look:
            looks.append(known[:2])
        if day in days:
            now, then = looks[-1], looks[-1 - -(-MODE_WINDOW // MODE_EVERY)]
            cosine = np.abs((now * then).sum(axis=1))
            angle = float(np.degrees(np.arccos(cosine[1])))
            spectrum = shape(descending(correlation(day, WINDOW))[0])
            out[figures.iso(dates[day])] = spectrum | {
                "market_mode_stability": cosine[0],
                "second_mode_angle": angle,
            }
    return out


def shift_band(returns, replicates=2000):
    """5 % and 95 % quantiles of the ordered eigenvalues of independently rotated series."""
    values = returns[list(NINE)].to_numpy()
    z = (values - values.mean(axis=0)) / values.std(axis=0)
    random, drawn = np.random.default_rng(1), []
    for _ in range(replicates):
        rotated = np.column_stack([np.roll(z[:, j], random.integers(len(z))) for j in range(z.shape[1])])
        drawn.append(np.linalg.eigvalsh(rotated.T @ rotated / len(z))[::-1])
    lower, upper = np.quantile(drawn, (0.05, 0.95), axis=0)
    return {"lower": list(lower), "upper": list(upper)}


def cosine(a, b):
    product = np.linalg.norm(a) * np.linalg.norm(b)
    return float(a @ b / product) if product > 0.0 else None


def effective_degrees(z, coefficients, alphas, rho):
    """Trace of the hat matrix of each penalty on its active columns."""
    m, out = len(z), []
    for b, alpha in zip(coefficients, alphas, strict=True):
        on = z[:, (b != 0.0) | (rho == 0.0)]
        inner = on.T @ on / m
        out.append(float(np.trace(np.linalg.solve(inner + alpha * (1.0 - rho) * np.eye(on.shape[1]), inner))))
    return out


def directions(y, x, model, alphas, chosen, benchmark):
    """The selected coefficients and forecasts in the eigen-directions of the training windows."""
    rho, start, n = figures.L1_RATIO[model], SETTING.min_train, len(y)
    known, rows, terms, history = None, [], np.zeros((n - start, x.shape[1] + 1)), []
    for f in range(start, n, SETTING.refit_every):
        past, now = figures.training(SETTING, f), slice(f, min(f + SETTING.refit_every, n))
        coefficients, (mean, scale, intercept) = figures.fit(x[past], y[past], alphas, rho)
        b = coefficients[chosen[f - start]]
        z = (x[past] - mean) / scale
        vectors = descending(z.T @ z / len(z))[1]
        if known is None:
            # The largest loading positive.
            known = np.array([v * np.sign(v[np.abs(v).argmax()]) for v in vectors])
        known = follow(known, vectors)[1]
        part = slice(now.start - start, now.stop - start)
        terms[part, 0] = intercept - benchmark[part]
        terms[part, 1:] = ((x[now] - mean) / scale @ vectors.T) * (vectors @ b)
        history.append(b)
        back = max(1, round(252 / SETTING.refit_every))
        drift = cosine(b, history[-1 - back]) if len(history) > back else None
        rows.append({"cosine_market": cosine(b, known[0]), "cosine_second": cosine(b, known[1]), "drift": drift})
    e0 = y[start:] - benchmark
    # Covariances with the benchmark's error, less half of every interaction, twice.
    parts = 2.0 * terms.T @ e0 - (terms.T @ terms).sum(axis=1)
    parts /= (e0**2).sum()
    recent = z[-RECENT:]
    return {
        "r2_intercept": parts[0],
        "r2_by_direction": list(parts[1:]),
        "refits": {str(i): rows[i] for i in (40, 150, len(rows) - 1)},
        "eigen_shares": [list((vectors[:3] @ c) ** 2 / (c @ c)) if c.any() else [] for c in coefficients],
        "effective_degrees_last": effective_degrees(z, coefficients, alphas, rho),
        "drift.mean": float(np.sqrt((recent.mean(axis=0) ** 2 * RECENT).mean())),
        "drift.volatility": float(np.log(recent.std(axis=0)).mean()),
    }


def long_run_variance(values):
    lags = int(np.floor(4.0 * (len(values) / 100.0) ** (2.0 / 9.0)))
    return float(S_hac_simple((values - values.mean())[:, None], nlags=lags)[0, 0] / len(values))


def breaks(y, f, benchmark, days):
    e, e0 = y - f, y - benchmark
    gain = e0**2 - e**2
    rows = len(gain)
    m = round(0.3 * rows)
    path = np.convolve(gain, np.ones(m), "valid") / np.sqrt(long_run_variance(gain) * m)
    walk = np.cumsum(e) / (e.std(ddof=1) * np.sqrt(rows))
    height = np.abs(walk) / (1.0 + 2.0 * np.arange(1, rows + 1) / rows)
    clipped = np.clip(gain, *np.quantile(gain, (0.01, 0.99)))
    search = ruptures.Pelt(model="l2", min_size=MIN_SEGMENT, jump=STEP).fit(clipped)
    ends = search.predict(pen=2.0 * np.log(rows) * long_run_variance(clipped))
    starts = [0, *ends[:-1]]
    r2 = lambda part: 1.0 - (e[part] ** 2).sum() / (e0[part] ** 2).sum()
    return {
        "fluctuation": {
            "window": m,
            "max": path.max(),
            "max_day": figures.iso(days[m - 1 + path.argmax()]),
            "min": path.min(),
            "min_day": figures.iso(days[m - 1 + path.argmin()]),
        },
        "cusum": {"statistic": height.max(), "day": figures.iso(days[height.argmax()])},
        "segments": [
            {
                "from": figures.iso(days[a]),
                "to": figures.iso(days[b - 1]),
                "rows": b - a,
                "mean_gain": gain[a:b].mean(),
                "oos_r2": r2(slice(a, b)),
            }
            for a, b in zip(starts, ends, strict=True)
        ],
        "rolling_r2": {figures.iso(days[t]): r2(slice(t - 251, t + 1)) for t in (300, 2500, 5000)},
    }


def run(prices):
    returns, _ = figures.panel(prices, SETTING)
    y, x, _, days = figures.supervise(returns, SETTING)
    start = SETTING.min_train
    benchmark = np.array([y[:i].mean() for i in range(start, len(y))])
    p, rows = len(NINE), len(returns)
    out = {
        "rolling": rolling(returns, (600, 2500, 4801, 6001, rows)),
        "marchenko_pastur": {"lower": (1 - np.sqrt(p / rows)) ** 2, "upper": (1 + np.sqrt(p / rows)) ** 2},
        "shift_band": shift_band(returns),
        "models": {},
    }
    for model, rho in figures.L1_RATIO.items():
        alphas = figures.grid(SETTING, x, y, rho)
        forecasts, chosen, _, _ = figures.walk_forward(SETTING, x, y, rho, alphas)
        f = forecasts[np.arange(len(chosen)), chosen]
        errors = (y[start:] - benchmark)[:, None] ** 2 - (y[start:, None] - forecasts) ** 2
        out["models"][model] = directions(y, x, model, alphas, chosen, benchmark) | {
            "breaks": breaks(y[start:], f, benchmark, days[start:]),
            "gain_last": list(1e4 * errors.sum(axis=0)),
        }
    return out


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--prices", type=Path, default=HERE.parents[1] / "data" / "sample" / "prices.csv")
    parser.add_argument("--out", type=Path, default=HERE)
    arguments = parser.parse_args()
    digest = hashlib.sha256(arguments.prices.read_bytes()).hexdigest()
    whole = {"prices_sha256": digest} | run(read_prices(arguments.prices))
    text = json.dumps(rounded(whole), indent=1, allow_nan=False) + "\n"
    (arguments.out / "sample_geometry.json").write_text(text)


if __name__ == "__main__":
    main()
