"""Resampling and multiple testing, computed apart from the program.

Block lengths, the stationary bootstrap, Hansen's test and the step-down test come from the arch
package; the difference of Sharpe ratios (Ledoit and Wolf 2008) and the probability of backtest
overfitting (Bailey et al. 2017) from numpy, straight from the papers. The random days are drawn here
and written beside the figures, so that the program can be given the same. Series are made from a
small generator that both sides have.

    pip install arch numpy && python search.py

rewrites search.json in this folder.
"""

import itertools
import json
from pathlib import Path

import numpy as np
from arch.bootstrap import SPA, StationaryBootstrap, StepM, optimal_block_length


def uniform(seed: int, count: int) -> np.ndarray:
    """Numbers from -1/2 to 1/2: the top 53 bits of a linear congruential generator."""
    state, values = seed, []
    for _ in range(count):
        state = (state * 6364136223846793005 + 1) % 2**64
        values.append((state >> 11) / 2.0**53 - 0.5)
    return np.array(values)


def autoregression(noise: np.ndarray, factor: float) -> np.ndarray:
    path = [noise[0]]
    for shock in noise[1:]:
        path.append(factor * path[-1] + shock)
    return np.array(path)


def blocks(indices: np.ndarray) -> list[list[int]]:
    """Consecutive days as (first, length)."""
    found: list[list[int]] = []
    for previous, day in zip(np.r_[-9, indices[:-1]], indices):
        if found and day == previous + 1:
            found[-1][1] += 1
        else:
            found.append([int(day), 1])
    return found


def block_lengths() -> list[dict]:
    cases = []
    for seed, rows, factor in [(1, 600, 0.0), (2, 600, 0.5), (3, 1500, 0.9), (4, 250, -0.6), (5, 2000, 0.2)]:
        series = autoregression(uniform(seed, rows), factor)
        length = float(optimal_block_length(series)["stationary"].iloc[0])
        cases.append({"seed": seed, "rows": rows, "factor": factor, "length": length})
    return cases


def superior() -> dict:
    """Five models whose gains over the benchmark have means from bad to good."""
    rows, reps, size = 300, 60, 5
    means = [-0.2, -0.02, 0.0, 0.01, 0.012]
    gains = np.stack([uniform(10 + k, rows) + m for k, m in enumerate(means)], axis=1)
    zero = np.zeros(rows)
    spa = SPA(zero, -gains, block_size=size, reps=reps, bootstrap="stationary", seed=7)
    spa.compute()
    drawn = StationaryBootstrap(size, np.arange(rows), seed=7)
    days = [data[0][0].copy() for data, in zip(drawn.bootstrap(reps))]
    observed = gains.mean(0)
    resampled = np.array([gains[d].mean(0) for d in days])
    deviations = np.sqrt(spa._loss_diff_var)  # noqa: SLF001
    # arch counts strictly larger maxima and sets no unit; Hansen's statistic is studentised.
    counted = {}
    limit = -np.sqrt(deviations**2 / rows * 2 * np.log(np.log(rows)))
    centres = {
        "lower": np.maximum(observed, 0),
        "consistent": np.where(observed >= limit, observed, 0),
        "upper": observed,
    }
    for name, centre in centres.items():
        plain = ((resampled - centre).max(1) > observed.max()).mean()
        assert abs(plain - spa.pvalues[name]) < 1e-12, (name, plain, spa.pvalues[name])
        best = ((resampled - centre) / deviations).max(1) >= (observed / deviations).max()
        counted[name] = {"plain": float(spa.pvalues[name]), "studentised": int(best.sum())}
    step = StepM(zero, -gains, size=0.4, block_size=size, reps=reps, bootstrap="stationary", seed=7)
    step.compute()
    return {
        "rows": rows,
        "means": means,
        "mean_block": size,
        "blocks": [blocks(d) for d in days],
        "deviations": deviations.tolist(),
        "resampled_first": resampled[0].tolist(),
        "spa": counted,
        "better_at_40": [int(k) for k in step.superior_models],
    }


def overfitting() -> dict:
    parts, rows = 16, 16 * 63 + 5
    means = [0.0, 0.01, 0.02, 0.03, -0.01]
    returns = np.stack([uniform(30 + k, rows) + m for k, m in enumerate(means)], axis=1)
    chunks = returns[rows % parts :].reshape(parts, -1, len(means))
    below = lost = splits = 0
    for chosen in itertools.combinations(range(parts), parts // 2):
        rest = [p for p in range(parts) if p not in chosen]
        inside, outside = (np.concatenate(chunks[list(p)]) for p in (chosen, rest))
        sharpe = [part.mean(0) / part.std(0) for part in (inside, outside)]
        best = sharpe[0].argmax()
        rank = (sharpe[1] < sharpe[1][best]).sum() + 1
        share = rank / (len(means) + 1)
        below += np.log(share / (1 - share)) <= 0
        lost += sharpe[1][best] < 0
        splits += 1
    return {
        "rows": rows,
        "means": means,
        "splits": splits,
        "probability": below / splits,
        "loss_probability": lost / splits,
    }


def sharpe_difference() -> dict:
    rows, length, reps = 400, 7, 40
    hold = uniform(50, rows) + 0.03
    own = 0.5 * hold + uniform(51, rows) + 0.01
    lags = int(np.floor(4 * (rows / 100) ** (2 / 9)))

    def moments(pair: np.ndarray) -> np.ndarray:
        return np.r_[pair.mean(0), (pair**2).mean(0)]

    def difference(m: np.ndarray) -> float:
        return m[0] / np.sqrt(m[2] - m[0] ** 2) - m[1] / np.sqrt(m[3] - m[1] ** 2)

    def gradient(m: np.ndarray) -> np.ndarray:
        own_cubed, hold_cubed = (m[2] - m[0] ** 2) ** 1.5, (m[3] - m[1] ** 2) ** 1.5
        return np.array([m[2] / own_cubed, -m[3] / hold_cubed, -0.5 * m[0] / own_cubed, 0.5 * m[1] / hold_cubed])

    def parts(pair: np.ndarray, m: np.ndarray) -> np.ndarray:
        return np.c_[pair, pair**2] - m

    pair = np.c_[own, hold]
    observed = moments(pair)
    centred = parts(pair, observed)
    covariance = centred.T @ centred / rows
    for lag in range(1, lags + 1):
        gamma = centred[lag:].T @ centred[:-lag] / rows
        covariance += (1 - lag / (lags + 1)) * (gamma + gamma.T)
    slope = gradient(observed)
    error = np.sqrt(slope @ covariance @ slope / rows)
    generator, count = np.random.default_rng(3), rows // length
    starts = generator.integers(0, rows, (reps, count))
    found = []
    for first in starts:
        days = (first[:, None] + np.arange(length)).ravel() % rows
        sample = pair[days]
        m = moments(sample)
        zeta = parts(sample, m).reshape(count, length, 4).sum(1) / np.sqrt(length)
        psi = zeta.T @ zeta / count
        slope = gradient(m)
        found.append([difference(m), float(np.sqrt(slope @ psi @ slope / (count * length)))])
    return {
        "rows": rows,
        "length": length,
        "value": difference(observed),
        "error": float(error),
        "starts": starts.tolist(),
        "resampled": found,
    }


if __name__ == "__main__":
    figures = {
        "block_lengths": block_lengths(),
        "superior": superior(),
        "overfitting": overfitting(),
        "sharpe_difference": sharpe_difference(),
    }
    path = Path(__file__).parent / "search.json"
    path.write_text(json.dumps(figures, default=float) + "\n")
