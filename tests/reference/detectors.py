"""Reference labels of the regime detectors on the sample, apart from the program.

Rolling statistics come from pandas, eigenvectors from numpy, and the jump model from `jumpmodels`
(Shu, Yu and Mulvey), the authors' implementation of the statistical jump model. No code is shared
with the program. Run `python detectors.py`; it rewrites `sample_detectors.json`.
"""

import hashlib
import json
import pathlib

import numpy as np
import pandas as pd
from jumpmodels.jump import JumpModel

HERE = pathlib.Path(__file__).parent
PRICES = HERE / "../../data/sample/prices.csv"
SECTORS = ["XLB", "XLE", "XLF", "XLI", "XLK", "XLP", "XLU", "XLV", "XLY"]
WINDOW, MONTH, YEAR = 63, 21, 252
LEAST_DEVIATION = 1e-4


def changes(labels):
    """`[day, state]` wherever the state changes, the first known one included; NaN is unknown."""
    known = labels.dropna().astype(int)
    moved = known[known != known.shift()]
    return [[day, int(state)] for day, state in moved.items()]


def trigger(values, low, high):
    """1 from above `high`, 0 from below `low`, in between unchanged; bounds may vary by day."""
    raised = pd.Series(np.nan, index=values.index)
    raised[values > high] = 1.0
    raised[values < low] = 0.0
    return raised.ffill()


def level(values, low, high, window):
    """Real-time labels by expanding quantiles, hindsight labels by a centred window."""
    past = values.dropna().expanding(YEAR)
    real = trigger(values.dropna(), past.quantile(low), past.quantile(high))
    middle = values.shift(-(window // 2))
    hindsight = trigger(middle, middle.quantile(low), middle.quantile(high))
    return {
        "real_time": changes(real),
        "hindsight": changes(hindsight.where(middle.notna())),
    }


def mean_correlation(returns):
    columns = [
        returns[a].rolling(WINDOW).corr(returns[b])
        for i, a in enumerate(SECTORS)
        for b in SECTORS[:i]
    ]
    return pd.concat(columns, axis=1).mean(axis=1, skipna=False)


def turning(returns, factors):
    """One less the mean squared cosine between leading eigenvectors now and in the year before."""
    x = returns[SECTORS].to_numpy()
    leading = lambda rows: np.linalg.eigh(np.corrcoef(rows.T))[1][:, -factors:]
    statistic = pd.Series(np.nan, index=returns.index)
    # Row 0 has no return: row t ends the window of rows t - 62 .. t.
    for t in range(WINDOW + YEAR, len(x)):
        now = leading(x[t - WINDOW + 1 : t + 1])
        before = leading(x[t - WINDOW - YEAR + 1 : t - WINDOW + 1])
        statistic.iloc[t] = 1.0 - np.sum((now.T @ before) ** 2) / factors
    return statistic


def jump_features(returns, coupling):
    spy = returns["SPY"]
    downside = np.sqrt((spy.clip(upper=0.0) ** 2).rolling(MONTH).mean())
    return pd.DataFrame(
        {
            "downside": np.log(downside.clip(lower=LEAST_DEVIATION)),
            "mean": spy.rolling(MONTH).mean(),
            "coupling": coupling,
            "pair": returns["XLE"].rolling(WINDOW).corr(returns["XLU"]),
        }
    ).dropna()


def fitted(train, penalty):
    # Short samples have several local minima close to each other, and fits on them cost little.
    starts = 30 if len(train) < 2000 else 5
    model = JumpModel(n_components=2, jump_penalty=penalty, n_init=starts, random_state=0)
    return model.fit(train, sort_by=None)


def calm_first(model):
    """The new number of each state: 0 is the one with the smaller downside deviation."""
    centres = np.asarray(model.centers_)
    return np.argsort(np.argsort(centres[:, 0]))


def jump(features, penalty=50.0, refit_every=126, min_history=504):
    real = pd.Series(np.nan, index=features.index)
    for train in range(min_history, len(features) + 1, refit_every):
        until = min(train - 1 + refit_every, len(features))
        past = features.iloc[:train]
        z = (features.iloc[:until] - past.mean()) / past.std()
        model = fitted(z.iloc[:train], penalty)
        states = np.asarray(model.predict_online(z)).astype(int)
        real.iloc[train - 1 : until] = calm_first(model)[states[train - 1 : until]]
    z = (features - features.mean()) / features.std()
    model = fitted(z, penalty)
    hindsight = pd.Series(calm_first(model)[np.asarray(model.labels_).astype(int)], features.index)
    return {
        "real_time": changes(real),
        "hindsight": changes(hindsight),
        "objective": float(model.val_),
    }


def small_problem(rows=300, penalty=6.0):
    """One fit on numbers that both sides make up by the same whole-number arithmetic."""
    t, j = np.arange(rows)[:, None], np.arange(3)[None, :]
    noise = ((t * 7919 + (j + 1) * t * t * 31) % 1009) / 1009.0 - 0.5
    z = 3.0 * noise + np.where(t // 50 % 2 == 0, -0.6, 0.6)
    model = fitted(z, penalty)
    order = np.argsort(np.asarray(model.centers_)[:, 0])
    states = pd.Series(np.argsort(order)[np.asarray(model.labels_).astype(int)])
    return {
        "rows": rows,
        "penalty": penalty,
        "objective": float(model.val_),
        "centroids": np.asarray(model.centers_)[order].ravel().tolist(),
        "changes": changes(states),
    }


def main():
    prices = pd.read_csv(PRICES, index_col="date")
    returns = np.log(prices).diff()
    coupling = mean_correlation(returns)
    pair = returns["XLE"].rolling(WINDOW).corr(returns["XLU"])
    middle = pair.shift(-(WINDOW // 2))
    flip = lambda values: changes(1.0 - trigger(values, -0.1, 0.1).where(values.notna()))
    reference = {
        "prices_sha256": hashlib.sha256(PRICES.read_bytes()).hexdigest(),
        "sign_flip.XLE.XLU": {"real_time": flip(pair), "hindsight": flip(middle)},
        "coupling": level(coupling, 0.33, 0.67, WINDOW),
        "volatility": level(returns["SPY"].rolling(MONTH).std(), 0.33, 0.67, MONTH),
        "eigen": level(turning(returns, 1), 0.6, 0.8, WINDOW),
        "jump.XLE.XLU": jump(jump_features(returns, coupling)),
        "small_jump_problem": small_problem(),
    }
    text = json.dumps(reference, separators=(",", ":")).replace('],["', '],\n["')
    (HERE / "sample_detectors.json").write_text(text + "\n")
    for name, figures in reference.items():
        if isinstance(figures, dict) and "real_time" in figures:
            print(name, len(figures["real_time"]), len(figures["hindsight"]))


if __name__ == "__main__":
    main()
