"""How often a criterion that is false, with its figures at the bound, is met: 4,000 simulated
samples of 2,000 days, by the rule of the methods page and apart from the program. The methods page
quotes what this prints; `src/engine/criteria/size.rs` holds the program to it on fewer runs.
"""

import numpy as np
from scipy.stats import norm

RUNS, DAYS, CHUNK = 4_000, 2_000, 250
LAGS = int(np.floor(4 * (DAYS / 100) ** (2 / 9)))
rng = np.random.default_rng(20)


def records(runs, count, daily_sharpe, correlation):
    """(count, runs, days) returns; a GARCH(1,1) moves the volatility of all."""
    shared = rng.standard_normal((runs, DAYS))
    own = rng.standard_normal((count, runs, DAYS))
    variance = np.ones(runs)
    deviation = np.empty((runs, DAYS))
    for day in range(DAYS):
        deviation[:, day] = np.sqrt(variance)
        variance = 0.015 + variance * (0.08 * shared[:, day] ** 2 + 0.905)
    shock = np.sqrt(correlation) * shared + np.sqrt(1 - correlation) * own
    return deviation * shock + daily_sharpe


def error(psi):
    psi = psi - psi.mean(axis=-1, keepdims=True)
    variance = (psi**2).mean(axis=-1)
    for lag in range(1, LAGS + 1):
        weight = 2 * (1 - lag / (LAGS + 1))
        variance += weight * (psi[..., lag:] * psi[..., :-lag]).sum(axis=-1) / DAYS
    return np.sqrt(variance / DAYS)


def sharpe(r):
    mean, sd = r.mean(axis=-1), r.std(axis=-1, ddof=1)
    z = (r - mean[..., None]) / r.std(axis=-1)[..., None]
    s = (mean / sd)[..., None]
    return mean / sd, z - 0.5 * s * (z**2 - 1)


def r2(model, benchmark):
    base = (benchmark**2).mean(axis=-1)
    value = 1 - (model**2).mean(axis=-1) / base
    psi = ((1 - value)[..., None] * benchmark**2 - model**2) / base[..., None]
    return value, psi


def one(runs):
    value, psi = sharpe(records(runs, 1, 0.05, 0.9)[0])
    return ((value - 0.05) / error(psi))[None]


def gain(runs):
    rest, forecast = records(runs, 2, 0.0, 0.0)
    value, psi = r2(rest - 0.05 * forecast, rest + 0.05 * forecast)
    return (value / error(psi))[None]


def noisy(runs):
    """The forecasts' volatility clusters by itself, not with the market's."""
    e0, u = records(runs, 1, 0.0, 0.9)[0], records(runs, 1, 0.0, 0.9)[0]
    value, psi = r2(0.995 * e0 + np.sqrt(1 - 0.995**2) * u, e0)
    return (value / error(psi))[None]


def differences(count):
    def of(runs):
        value, psi = sharpe(records(runs, count + 1, 0.03, 0.9))
        return (value[:-1] - value[-1]) / error(psi[:-1] - psi[-1])

    return of


def shares(name, scores, quantifier=None):
    met = refuted = 0
    for _ in range(RUNS // CHUNK):
        t = scores(CHUNK)
        one_sided, family = norm.ppf(0.95), norm.ppf(1 - 0.05 / len(t))
        if quantifier == "any":
            met += (t.max(axis=0) > family).sum()
            refuted += (t.max(axis=0) < -one_sided).sum()
        else:
            met += (t.min(axis=0) > one_sided).sum()
            refuted += (t.min(axis=0) < -family).sum()
    print(f"{name:36} met {met / RUNS:.3f}  not met {refuted / RUNS:.3f}")


shares("a Sharpe ratio", one)
shares("R2", gain)
shares("R2, forecasts with clusters of their own", noisy)
shares("a difference of Sharpe ratios", differences(1))
shares("all of three differences", differences(3), "all")
shares("any of three differences", differences(3), "any")
