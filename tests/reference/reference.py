"""Reference figures for the tests, computed apart from the program.

From a wide `prices.csv`, this script computes the figures that the methods page defines (walk-forward
forecasts, positions, self-financing accounting, geometry, regimes) with numpy, pandas and
scikit-learn, and writes them as `sample_*.json`. It shares no code with the program.

    python reference.py                                    # writes sample_*.json beside this file
    python reference.py --verify GOLDEN_DIR --prices FILE  # compares with earlier golden figures
"""

import argparse
import hashlib
import json
import math
import sys
import time
from dataclasses import asdict
from pathlib import Path

import pandas as pd

from figures import Setting, run

HERE = Path(__file__).resolve().parent
NINE = ("XLB", "XLE", "XLF", "XLI", "XLK", "XLP", "XLU", "XLV", "XLY")

SAMPLE = {
    "sample_baseline21": Setting(NINE, 12, trade_bps=1.0),
    "sample_rolling": Setting(
        ("XLE", "XLU", "XLK"), 8, 63, window=1000, purge=5, trade_bps=1.0, borrow_rate=0.005, cash_rate=0.02
    ),
    "sample_lags_holdout": Setting(
        ("XLE", "XLU", "XLP", "XLY"), 10, 63, lags=(1, 2, 5), selection="holdout", holdout_rows=250
    ),
    "sample_fixed": Setting(
        ("XLE", "XLU"), 1, start="2010-01-01", end="2018-12-31", selection="fixed", fixed_alpha=1e-4, long_only=True
    ),
}
GOLDEN = {
    "spdr_refit21_alphas12": Setting(NINE, 12),
    "spdr_refit63_alphas24_cost1": Setting(NINE, 24, 63, trade_bps=1.0),
    "spdr_daily_three_features_2015": Setting(("XLE", "XLU", "XLK"), 6, 1, start="2015-01-01"),
}


def rounded(value):
    """Plain JSON values; floats to 15 significant digits, and no negative zero."""
    if isinstance(value, dict):
        return {key: rounded(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [rounded(item) for item in value]
    if isinstance(value, float):  # numpy's too
        if not math.isfinite(value):
            raise ValueError("a figure is not finite")
        return float(f"{value:.15g}") + 0.0
    return value


def differences(expected, found, path=""):
    """Relative differences of all numbers of `expected`; `inf` where anything else differs."""
    if isinstance(expected, dict):
        for key, item in expected.items():
            yield from differences(item, found[key], f"{path}/{key}")
    elif isinstance(expected, list):
        if len(expected) != len(found):
            yield math.inf, path
        for i, pair in enumerate(zip(expected, found, strict=False)):
            yield from differences(*pair, f"{path}/{i}")
    elif isinstance(expected, float) and isinstance(found, float):
        size = max(abs(expected), abs(found))
        yield (abs(expected - found) / size if size else 0.0), path
    else:
        yield (0.0 if expected == found else math.inf), path


def read_prices(path):
    return pd.read_csv(path, index_col="date", parse_dates=True)


def verify(golden, prices):
    """Prints the largest relative difference to each golden file; 0 where all agree to 1e-8."""
    worst = 0.0
    for name, setting in GOLDEN.items():
        found, _ = run(prices, setting)
        expected = json.loads((golden / f"{name}.json").read_text())
        values = list(differences(expected, rounded(found)))
        largest, path = max(values)
        print(f"{name}: {len(values)} values, largest relative difference {largest:.2e} at {path}")
        worst = max(worst, largest)
    return 0 if worst <= 1e-8 else 1


def write(out, prices_path):
    prices = read_prices(prices_path)
    digest = hashlib.sha256(prices_path.read_bytes()).hexdigest()
    for name, setting in SAMPLE.items():
        begun = time.monotonic()
        figures, margin = run(prices, setting)
        whole = {"prices_sha256": digest, "setting": asdict(setting), **figures}
        text = json.dumps(rounded(whole), indent=1, allow_nan=False) + "\n"
        (out / f"{name}.json").write_text(text)
        took = time.monotonic() - begun
        print(f"{name}: {len(text)} bytes, {took:.0f} s; closest choice of alpha by a relative {margin:.1e}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--prices", type=Path, default=HERE.parents[1] / "data" / "sample" / "prices.csv")
    parser.add_argument("--out", type=Path, default=HERE, help="where the JSON files go")
    parser.add_argument("--verify", type=Path, metavar="GOLDEN_DIR", help="compare instead of writing")
    arguments = parser.parse_args()
    if arguments.verify:
        return verify(arguments.verify, read_prices(arguments.prices))
    write(arguments.out, arguments.prices)
    return 0


if __name__ == "__main__":
    sys.exit(main())
