"""The deflated Sharpe ratio and the probability of backtest overfitting by ffn.

Series are those of search.py's generator. Needs requirements-packages.txt:

    python search_ffn.py

rewrites search_ffn.json in this folder.
"""

import json
from pathlib import Path

import ffn
import numpy as np
import pandas as pd

from search import uniform


def deflated() -> list[dict]:
    cases = []
    for seed, rows, mean, trials in [(60, 500, 0.05, 7), (61, 2_000, 0.02, 40), (62, 300, -0.02, 3)]:
        # Skewed and with fat tails.
        noise = uniform(seed, rows)
        returns = pd.Series(noise + noise**3 + mean)
        ratios = 0.1 * uniform(seed + 100, trials) + 0.03
        found = ffn.core.calc_deflated_sharpe_ratio(
            returns, ratios, nperiods=252, annualized_trials=False
        )
        hurdle = ffn.core.calc_expected_max_sharpe(trials, ratios.std(ddof=1))
        cases.append(
            {"seed": seed, "rows": rows, "mean": mean, "trials": trials, "hurdle": hurdle, "deflated": found}
        )
    return cases


def overfitting() -> dict:
    rows, means = 16 * 63, [0.0, 0.01, 0.02, 0.03, -0.01]
    returns = pd.DataFrame({k: uniform(30 + k, rows) + m for k, m in enumerate(means)})
    return {"rows": rows, "means": means, "probability": ffn.core.calc_prob_backtest_overfitting(returns)}


if __name__ == "__main__":
    found = {"ffn": ffn.__version__, "deflated": deflated(), "overfitting": overfitting()}
    Path(__file__).with_name("search_ffn.json").write_text(json.dumps(found, indent=1) + "\n")
