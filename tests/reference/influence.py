"""Standard errors of figures and of their differences, apart from the program.

Moments of the daily series, their Newey-West covariance matrix (statsmodels), and the gradient of
the figure by central differences: no influence series is formed. The program's tests of
`src/engine/metrics/influence.rs` quote what this prints.
"""

import numpy as np
import statsmodels.api as sm
from statsmodels.stats.sandwich_covariance import S_hac_simple

N, LAGS = 640, int(np.floor(4 * (640 / 100) ** (2 / 9)))
t = np.arange(N)
# Whole numbers, so that both sides have the same series to the last bit.
x = (t * t % 11) / 100 - 0.04
y = 0.5 * x + (t * 7 % 5) / 1000
z = 0.3 * x + (t * t % 13) / 900 - 0.005


def error(function, *columns):
    """Value and standard error of a function of means of daily columns."""
    moments = np.column_stack(columns)
    mean = moments.mean(axis=0)
    covariance = S_hac_simple(moments - mean, nlags=LAGS) / N
    steps = 1e-6 * np.maximum(np.abs(mean), 1e-3)
    gradient = [
        (function(mean + h * e) - function(mean - h * e)) / (2 * h)
        for h, e in zip(steps, np.eye(len(mean)))
    ]
    gradient = np.array(gradient)
    return function(mean), np.sqrt(gradient @ covariance @ gradient / N)


def ratio(mean, square):
    """Sharpe ratio a year from the first two moments, deviation with ddof 1."""
    return mean / np.sqrt((square - mean**2) * N / (N - 1)) * np.sqrt(252)


def show(name, found):
    print(f"{name:24} {found[0]:.15g} {found[1]:.12g}")


print(f"{N} rows, {LAGS} lags")
ols = sm.OLS(y, sm.add_constant(x)).fit(
    cov_type="HAC", cov_kwds={"maxlags": LAGS, "use_correction": False}
)
show("alpha, a day", (ols.params[0], ols.bse[0]))
show("beta", (ols.params[1], ols.bse[1]))
constant = sm.OLS(y, np.ones(N)).fit(
    cov_type="HAC", cov_kwds={"maxlags": LAGS, "use_correction": False}
)
show("mean", (constant.params[0], constant.bse[0]))
show("sharpe", error(lambda m: ratio(m[0], m[1]), y, y**2))
show("sharpe, y less z", error(lambda m: ratio(m[0], m[1]) - ratio(m[2], m[3]), y, y**2, z, z**2))
# Two models with errors z and y - 0.4 x on the benchmark's errors x.
e = y - 0.4 * x
show("R2 of z", error(lambda m: 1 - m[0] / m[1], z**2, x**2))
show("R2 of z less that of e", error(lambda m: (m[2] - m[0]) / m[1], z**2, x**2, e**2))
deviation = lambda m: np.sqrt((m[1] - m[0] ** 2) * N / (N - 1) * 252)
show("volatility", error(deviation, y, y**2))
