"""Writes `ar1.csv`: a first-order autoregression of SPY's daily log returns on the sample market.

Each forecast uses the returns before its day and nothing else: the regression of a return on the one
before it, over all pairs so far. Plain Python, the same digits everywhere.

    python experiments/forecasts/ar1.py     # from the root of the repository
"""

import csv
import math
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FIRST = "2009-12-01"  # forecasts are written from here on; the regression uses every day before
LEAST_PAIRS = 250


def main():
    with (ROOT / "data/sample/prices.csv").open(newline="") as file:
        rows = [(row["date"], float(row["SPY"])) for row in csv.DictReader(file)]
    days = [day for day, _ in rows[1:]]
    returns = [math.log(new / old) for (_, old), (_, new) in zip(rows, rows[1:])]
    # Over pairs (x, y) of a return and the next one: their number, sums, squares, products.
    n = sum_x = sum_y = sum_xx = sum_xy = 0.0
    lines = ["date,forecast"]
    for t in range(1, len(returns)):
        if n >= LEAST_PAIRS and days[t] >= FIRST:
            mean_x, mean_y = sum_x / n, sum_y / n
            slope = (sum_xy / n - mean_x * mean_y) / (sum_xx / n - mean_x * mean_x)
            lines.append(f"{days[t]},{mean_y + slope * (returns[t - 1] - mean_x):.7f}")
        x, y = returns[t - 1], returns[t]
        n, sum_x, sum_y, sum_xx, sum_xy = n + 1, sum_x + x, sum_y + y, sum_xx + x * x, sum_xy + x * y
    (Path(__file__).with_suffix(".csv")).write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
