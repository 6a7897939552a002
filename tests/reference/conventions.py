"""One track record as QuantStats, empyrical, pyfolio and ffn measure it.

Daily simple returns of two tickers of the sample (one held, the other its target) go into each
package as its documentation says, with every argument at its default; `engine/metrics/conventions.rs`
does each convention again, and a test there compares.

    pip install -r requirements-packages.txt
    python conventions.py      # writes sample_conventions.json beside this file
"""

import hashlib
import json
import warnings
from importlib.metadata import version

import empyrical
import ffn
import pandas as pd
import pyfolio
import quantstats.stats as quantstats

from reference import HERE, read_prices, rounded

PACKAGES = ("quantstats", "empyrical-reloaded", "pyfolio-reloaded", "ffn")
# The whole sample, which begins with a loss; and a year that is one long loss from its first day on.
CASES = [
    {"held": "XLE", "target": "SPY", "first": 0, "rows": None},
    {"held": "XLK", "target": "SPY", "first": 5297, "rows": 250},
]


def of_quantstats(returns, target):
    greeks = quantstats.greeks(returns, target)
    return {
        "total_return": quantstats.comp(returns),
        "annual_return": quantstats.cagr(returns),
        "annual_volatility": quantstats.volatility(returns),
        "sharpe": quantstats.sharpe(returns),
        "alpha": greeks["alpha"],
        "beta": greeks["beta"],
        "max_drawdown": quantstats.max_drawdown(returns),
        "calmar": quantstats.calmar(returns),
        "skewness": quantstats.skew(returns),
        "excess_kurtosis": quantstats.kurtosis(returns),
    }


def of_empyrical(returns, target):
    return {
        "total_return": empyrical.cum_returns_final(returns),
        "annual_return": empyrical.annual_return(returns),
        "annual_volatility": empyrical.annual_volatility(returns),
        "sharpe": empyrical.sharpe_ratio(returns),
        "alpha": empyrical.alpha(returns, target),
        "beta": empyrical.beta(returns, target),
        "max_drawdown": empyrical.max_drawdown(returns),
        "calmar": empyrical.calmar_ratio(returns),
    }


def of_pyfolio(returns, target):
    stats = pyfolio.timeseries.perf_stats(returns, factor_returns=target)
    return {
        "total_return": stats["Cumulative returns"],
        "annual_return": stats["Annual return"],
        "annual_volatility": stats["Annual volatility"],
        "sharpe": stats["Sharpe ratio"],
        "alpha": stats["Alpha"],
        "beta": stats["Beta"],
        "max_drawdown": stats["Max drawdown"],
        "calmar": stats["Calmar ratio"],
        "skewness": stats["Skew"],
        "excess_kurtosis": stats["Kurtosis"],
    }


def of_ffn(equity):
    stats = ffn.PerformanceStats(equity)
    return {
        "total_return": stats.total_return,
        "annual_return": stats.cagr,
        "annual_volatility": stats.daily_vol,
        "sharpe": stats.daily_sharpe,
        "max_drawdown": stats.max_drawdown,
        "calmar": stats.calmar,
        "skewness": stats.daily_skew,
        "excess_kurtosis": stats.daily_kurt,
    }


def figures(prices, case):
    rows = len(prices) - 1 if case["rows"] is None else case["rows"]
    part = prices[[case["held"], case["target"]]].iloc[case["first"] : case["first"] + rows + 1]
    returns = part.pct_change(fill_method=None).iloc[1:]
    held, target = returns[case["held"]], returns[case["target"]]
    # ffn takes prices: the equity, with the day at whose close it was put in.
    equity = pd.Series(1.0, index=part.index)
    equity.iloc[1:] = (1.0 + held).cumprod()
    return {
        **case,
        "rows": rows,
        "quantstats": of_quantstats(held, target),
        "empyrical": of_empyrical(held, target),
        "pyfolio": of_pyfolio(held, target),
        "ffn": of_ffn(equity),
    }


def plain(value):
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return value if isinstance(value, int | str) else float(value)


def main():
    warnings.simplefilter("ignore")
    path = HERE.parents[1] / "data" / "sample" / "prices.csv"
    prices = read_prices(path)
    whole = {
        "prices_sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "versions": {name: version(name) for name in PACKAGES},
        "cases": [plain(figures(prices, case)) for case in CASES],
    }
    text = json.dumps(rounded(whole), indent=1, allow_nan=False) + "\n"
    (HERE / "sample_conventions.json").write_text(text)


if __name__ == "__main__":
    main()
