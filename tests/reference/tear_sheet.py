"""Tear sheets, drawdowns, cost curves, calibration, rolling figures and the next forecast.

On the setting of `sample_baseline21.json`, with pandas and numpy, from the definitions of the methods
page. Writes `sample_tear_sheet.json` beside this file.

    python tear_sheet.py
"""

import hashlib
import json
import math
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pandas as pd

from figures import L1_RATIO, YEAR, account, grid, iso, panel, positions, supervise, walk_forward
from reference import SAMPLE, read_prices, rounded

HERE = Path(__file__).resolve().parent
PRICES = HERE.parents[1] / "data" / "sample" / "prices.csv"
Z = 1.6448536269514722  # half a 90 % interval, in standard errors
FEWEST_HELD = 240
COSTS = (0.0, 0.5, 1.0, 2.0, 3.0, 5.0, 7.5, 10.0, 15.0, 20.0)
SHARES = (0.05, 0.25, 0.5, 0.75, 0.95)


def extreme(series, pick):
    at = getattr(series, pick)()
    return [iso(at), series[at]]


def calendar(returns, frequency):
    """Compounded returns of months or years, dated by their first row."""
    keys = returns.index.to_period(frequency)
    compounded = (1.0 + returns).groupby(keys).prod() - 1.0
    compounded.index = pd.DatetimeIndex(returns.index.to_series().groupby(keys).min())
    return compounded


def of_held(returns, held, frequency):
    keys = returns.index.to_period(frequency)
    compounded = (1.0 + returns).groupby(keys).prod() - 1.0
    return (compounded[held.groupby(keys).any()] > 0.0).mean()


def sharpe(growth):
    g = np.log(growth)
    return g.mean() / g.std(ddof=1) * math.sqrt(YEAR)


def sharpe_interval(growth):
    """Mertens (2002)."""
    g = np.log(growth)
    daily = g.mean() / g.std(ddof=1)
    variance = (1.0 - g.skew() * daily + (g.kurt() + 2.0) / 4.0 * daily**2) / (len(g) - 1)
    half = Z * math.sqrt(variance * YEAR)
    return [sharpe(growth) - half, sharpe(growth) + half]


def annual(growth):
    return growth.prod() ** (YEAR / len(growth)) - 1.0


def sheet(weights, growth, hold):
    """`hold` is `None` for holding the target itself. No setting here has cash that earns anything."""
    returns, held = growth - 1.0, weights != 0.0
    at_risk = np.percentile(returns, 5)
    months, years = calendar(returns, "M"), calendar(returns, "Y")
    found = {
        "held": int(held.sum()),
        "value_at_risk": at_risk,
        "expected_shortfall": returns[returns <= at_risk].mean(),
        "best_period": extreme(returns, "idxmax"),
        "worst_period": extreme(returns, "idxmin"),
        "best_month": extreme(months, "idxmax"),
        "worst_month": extreme(months, "idxmin"),
        "best_year": extreme(years, "idxmax"),
        "worst_year": extreme(years, "idxmin"),
        "positive_periods": (returns[held] > 0.0).mean(),
        "positive_months": of_held(returns, held, "M"),
        "positive_years": of_held(returns, held, "Y"),
        "time_in_market": held.mean(),
        "mean_position": weights.mean(),
        "mean_absolute_position": weights.abs().mean(),
        "trailing": [],
    }
    for count in (1, 3, 5, 10):
        if len(growth) >= count * YEAR:
            last, enough = growth.iloc[-count * YEAR :], held.iloc[-count * YEAR :].sum() >= FEWEST_HELD
            found["trailing"].append([count, annual(last) if enough else None, sharpe(last) if enough else None])
    if hold is not None:
        of_hold = hold - 1.0
        design = np.column_stack([np.ones(len(hold)), of_hold])
        (alpha, _), (squares,), _, _ = np.linalg.lstsq(design, returns, rcond=None)
        risk = math.sqrt(squares / (len(returns) - 2))
        factor = returns.std() / of_hold.std()
        scaled = 1.0 + factor * of_hold
        found["correlation"] = returns.corr(of_hold)
        found["information_ratio"] = alpha / risk * math.sqrt(YEAR)
        found["matched_hold"] = [factor, scaled.prod() - 1.0, annual(scaled)]
    return found


def drawdowns(growth):
    """The ten deepest, from runs of days below the running maximum."""
    equity = growth.cumprod()
    peak = equity.cummax().clip(lower=1.0)
    below = equity < peak
    runs = (below != below.shift(fill_value=False)).cumsum()[below]
    found = []
    for _, days in runs.groupby(runs):
        first, last = growth.index.get_loc(days.index[0]), growth.index.get_loc(days.index[-1])
        depth = (equity / peak - 1.0).iloc[first : last + 1]
        trough = growth.index.get_loc(depth.idxmin())
        back = last + 1 if last + 1 < len(growth) else None
        found.append(
            {
                "depth": depth.min(),
                "first_day": iso(growth.index[first]),
                "trough": iso(growth.index[trough]),
                "recovery": None if back is None else iso(growth.index[back]),
                "to_trough": trough - first + 1,
                "to_recovery": None if back is None else back - trough,
            }
        )
    return sorted(found, key=lambda drawdown: drawdown["depth"])[:10]


def cost_curve(gross, traded):
    found = []
    for cost in COSTS:
        growth = gross * (1.0 - cost / 1e4 * traded)
        found.append([cost, annual(growth), sharpe(growth), *sharpe_interval(growth)])
    return found


def long_run_variance(series):
    """Newey and West (1987): Bartlett kernel, lag floor(4 (n/100)^(2/9))."""
    n, centred = len(series), series - series.mean()
    lags = math.floor(4.0 * (n / 100.0) ** (2.0 / 9.0))
    total = (centred**2).sum() / n
    for lag in range(1, lags + 1):
        total += 2.0 * (1.0 - lag / (lags + 1)) * (centred[lag:] * centred[:-lag]).sum() / n
    return total


def calibration(y, f, benchmark):
    apart, outcome = f - benchmark, y - benchmark
    gain, base = outcome**2 - (y - f) ** 2, (outcome**2).sum()
    edges = np.quantile(apart, np.arange(1, 10) / 10)
    decile = np.searchsorted(edges, apart, side="left")  # edges strictly below
    found = []
    for k in range(10):
        inside = decile == k
        if not inside.any():
            continue
        mean = outcome[inside].mean()
        influence = np.where(inside, outcome - mean, 0.0) / inside.mean()
        error = math.sqrt(long_run_variance(influence) / len(y))
        found.append(
            {
                "decile": k + 1,
                "rows": int(inside.sum()),
                "forecast": apart[inside].mean(),
                "outcome": mean,
                "outcome_interval": [mean - Z * error, mean + Z * error],
                "r2": gain[inside].sum() / base,
            }
        )
    return found


def rolling(growth, hold):
    """The last row, and every 500th from the first full window on."""
    g = np.log(growth).rolling(YEAR)
    figures = pd.DataFrame(
        {
            "sharpe": g.mean() / g.std() * math.sqrt(YEAR),
            "volatility": g.std() * math.sqrt(YEAR),
            "beta": growth.rolling(YEAR).cov(hold) / hold.rolling(YEAR).var(),
        }
    )
    # Proportional positions begin at forecast 63: the first windows hold too few.
    full = figures.iloc[YEAR - 1 + 63 :]
    shown = pd.concat([full.iloc[::500], full.iloc[-1:]])
    return [{"day": iso(day), **row} for day, row in shown.to_dict("index").items()]


def main():
    s = SAMPLE["sample_baseline21"]
    returns, _ = panel(read_prices(PRICES), s)
    y, x, _, days = supervise(returns, s)
    n, first = len(y), s.min_train
    oos = slice(first, n)
    means = np.cumsum(y) / np.arange(1, n + 1)
    benchmark = means[first - 1 : -1]
    simple = np.expm1(y[oos])
    hold = pd.Series(1.0 + simple, index=days[oos])
    always = pd.Series(1.0, index=days[oos])
    # One more row, whose return is not known and whose features are the last returns.
    longer = np.append(y, 0.0), np.vstack([x, returns[list(s.features)].to_numpy()[-1]])
    models, following = {}, {}
    for name, rho in L1_RATIO.items():
        alphas = grid(s, x, y, rho)
        forecasts, chosen, _, _ = walk_forward(s, longer[1], longer[0], rho, alphas)
        every = forecasts[np.arange(len(forecasts)), chosen]
        f = every[:-1]
        following[name] = {"forecast": every[-1], "benchmark": means[-1], "positions": {}}
        models[name] = {"calibration": calibration(y[oos], f, benchmark), "sheets": {}}
        for rule in ("binary", "proportional", "quartile"):
            w = positions(every, rule, s.long_only)
            following[name]["positions"][rule] = w[-1]
            gross, traded = (pd.Series(v, index=days[oos]) for v in account(s, w[:-1], simple))
            growth = gross * (1.0 - s.trade_bps / 1e4 * traded)
            models[name]["sheets"][rule] = sheet(pd.Series(w[:-1], index=days[oos]), growth, hold)
            if rule == "proportional":
                models[name]["drawdowns"] = drawdowns(growth)
                models[name]["cost_curve"] = cost_curve(gross, traded)
                models[name]["rolling"] = rolling(growth, hold)
                months = calendar(growth - 1.0, "M")
                models[name]["months"] = {"count": len(months), "quantiles": list(months.quantile(SHARES))}
    refits = range(first, n + 1, s.refit_every)
    whole = {
        "prices_sha256": hashlib.sha256(PRICES.read_bytes()).hexdigest(),
        "setting": asdict(s),
        "models": models,
        "buy_and_hold": {"sheet": sheet(always, hold, None), "drawdowns": drawdowns(hold)},
        "next": {
            "decided": iso(returns.index[-1]),
            "fitted_until": iso(days[refits[-1] - 1]),
            "refitted": refits[-1] == n,
            "models": following,
        },
    }
    text = json.dumps(rounded(whole), indent=1, allow_nan=False) + "\n"
    (HERE / "sample_tear_sheet.json").write_text(text)
    print(f"{len(text)} bytes")


if __name__ == "__main__":
    main()
