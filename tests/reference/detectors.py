"""Reference labels of the regime detectors on the sample, apart from the program.

Rolling statistics come from pandas, eigenvectors from numpy, the jump model from `jumpmodels`
(Shu, Yu and Mulvey), the authors' implementation of the statistical jump model, and the mixture
from scikit-learn, with a filter and a smoother in numpy. No code is shared with the program. Run `python detectors.py`; it rewrites `sample_detectors.json`.
"""

import hashlib
import json
import pathlib

import numpy as np
import pandas as pd
from jumpmodels.jump import JumpModel
from scipy.stats import multivariate_normal
from sklearn.cluster import KMeans
from sklearn.mixture import GaussianMixture

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


def em(x, states, ridge=1e-3):
    """EM from k-means, the components in the order of the first feature's mean."""
    labels = KMeans(states, n_init=10, random_state=0).fit(x).labels_
    groups = [x[labels == k] for k in range(states)]
    spread = [np.cov(group.T, ddof=0) + ridge * np.eye(x.shape[1]) for group in groups]
    model = GaussianMixture(
        states,
        reg_covar=ridge,
        tol=1e-5,
        max_iter=500,
        weights_init=[len(group) / len(x) for group in groups],
        means_init=[group.mean(axis=0) for group in groups],
        precisions_init=np.linalg.inv(spread),
    ).fit(x)
    order = np.argsort(model.means_[:, 0])
    fitted = (model.weights_[order], model.means_[order], model.covariances_[order])
    return fitted, float(model.score(x))


def densities(z, means, covariances):
    pairs = zip(means, covariances)
    return np.exp(np.column_stack([multivariate_normal.logpdf(z, m, c) for m, c in pairs]))


def counted(classes, states):
    """Transition probabilities from counted moves, one added to each."""
    moves = np.ones((states, states))
    np.add.at(moves, (classes[:-1], classes[1:]), 1.0)
    return moves / moves.sum(axis=1, keepdims=True)


def forward(weights, density, moves):
    """Hamilton's filter; also the prediction of each row from the rows before it."""
    filtered, predicted = np.empty_like(density), np.empty_like(density)
    for t, f in enumerate(density):
        predicted[t] = weights if t == 0 else filtered[t - 1] @ moves
        joint = predicted[t] * f
        filtered[t] = joint / joint.sum()
    return filtered, predicted


def backward(filtered, predicted, moves):
    """Kim's smoother."""
    smoothed = filtered.copy()
    for t in range(len(filtered) - 2, -1, -1):
        smoothed[t] = filtered[t] * (moves @ (smoothed[t + 1] / predicted[t + 1]))
    return smoothed


def chain(z, train, states):
    """Mixture and transitions of the first `train` rows, every fifth of them for the mixture."""
    (weights, means, covariances), likelihood = em(z[:train:5], states)
    density = densities(z, means, covariances)
    moves = counted((weights * density[:train]).argmax(axis=1), states)
    filtered, predicted = forward(weights, density, moves)
    fit = {
        "train": train,
        "mean_log_likelihood": likelihood,
        "weights": weights.tolist(),
        "means": means.ravel().tolist(),
        "covariances": covariances.ravel().tolist(),
    }
    return fit, filtered, backward(filtered, predicted, moves)


def mixture(features, states=2, refit_every=252, min_history=504):
    x = features.to_numpy()
    standardised = lambda train: (x - x[:train].mean(axis=0)) / x[:train].std(axis=0, ddof=1)
    real = pd.Series(np.nan, index=features.index)
    fits = []
    for train in range(min_history, len(x) + 1, refit_every):
        until = min(train - 1 + refit_every, len(x))
        fit, filtered, _ = chain(standardised(train)[:until], train, states)
        real.iloc[train - 1 : until] = filtered[train - 1 :].argmax(axis=1)
        fits.append(fit)
    _, _, smoothed = chain(standardised(len(x)), len(x), states)
    hindsight = pd.Series(smoothed.argmax(axis=1), features.index)
    return {
        "real_time": changes(real),
        "hindsight": changes(hindsight),
        "fits": [fits[0], fits[len(fits) // 2], fits[-1]],
    }


def small_chain(rows=60):
    """Filter and smoother of a given chain, on numbers that both sides make up alike."""
    weights = np.array([0.5, 0.3, 0.2])
    means = np.array([[-1.0, 0.0], [0.5, 0.5], [1.0, -1.0]])
    covariances = np.array([[[0.5, 0.1], [0.1, 0.4]], [[1.0, -0.3], [-0.3, 0.8]], [[2.0, 0.0], [0.0, 1.5]]])
    moves = np.array([[0.9, 0.07, 0.03], [0.1, 0.85, 0.05], [0.02, 0.08, 0.9]])
    t, j = np.arange(rows)[:, None], np.arange(2)[None, :]
    z = 4.0 * (((t * 7919 + (j + 1) * t * t * 31) % 1009) / 1009.0 - 0.5)
    filtered, predicted = forward(weights, densities(z, means, covariances), moves)
    return {
        "weights": weights.tolist(),
        "means": means.ravel().tolist(),
        "covariances": covariances.ravel().tolist(),
        "transitions": moves.ravel().tolist(),
        "rows": rows,
        "filtered": filtered.ravel().tolist(),
        "smoothed": backward(filtered, predicted, moves).ravel().tolist(),
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
        "mixture.XLE.XLU": mixture(jump_features(returns, coupling)),
        "small_chain": small_chain(),
    }
    text = json.dumps(reference, separators=(",", ":")).replace('],["', '],\n["')
    (HERE / "sample_detectors.json").write_text(text + "\n")
    for name, figures in reference.items():
        if isinstance(figures, dict) and "real_time" in figures:
            print(name, len(figures["real_time"]), len(figures["hindsight"]))


if __name__ == "__main__":
    main()
