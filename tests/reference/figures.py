"""The figures of one experiment, from prices to a dictionary, section by section of the methods page."""

import math
import warnings
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.lib.stride_tricks import sliding_window_view
from scipy.linalg import cho_factor, cho_solve
from scipy.optimize import brentq
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import enet_path

YEAR = 252  # trading days
WARM_UP = 63  # forecasts before the proportional and quartile rules leave 0
PREQUENTIAL_MIN = 252  # forecasts before the prequential rule leaves the strongest penalty
L1_RATIO = {"ridge": 0.0, "lasso": 1.0, "elastic_net": 0.5}
STATES = {"+": 1, "-": -1}


@dataclass(frozen=True)
class Setting:
    """One experiment; the defaults are those of a spec, but for the size of the grid."""

    features: tuple
    alphas: int  # size of the grid; 1 under `fixed`
    refit_every: int = 21
    target: str = "SPY"
    start: str | None = None
    end: str | None = None
    lags: tuple = (1,)
    min_train: int = 750
    window: int | str = "expanding"  # or a number of rows: rolling
    purge: int = 0
    selection: str = "prequential"  # or "holdout", "fixed"
    holdout_rows: int | None = None
    fixed_alpha: float | None = None
    trade_bps: float = 0.0
    borrow_rate: float = 0.0
    cash_rate: float = 0.0
    long_only: bool = False
    pair: tuple = ("XLE", "XLU")
    rolling_days: int = 63
    threshold: float = 0.1


# --- section 1: panel and supervised rows --------------------------------------------------------


def panel(prices, s):
    """Log returns of target and features on the days that have all prices, and the days dropped."""
    wide = prices.loc[s.start : s.end, [s.target, *s.features]]
    complete = wide.notna().all(axis=1)
    wide = wide.loc[complete.idxmax() :]
    kept = wide.dropna()
    returns = np.log(kept).diff().iloc[1:]
    return returns, len(wide) - len(kept)


def supervise(returns, s):
    """Targets `y`, features `x`, their column names and days, of the rows that have every lag."""
    longest = max(s.lags)
    days = returns.index[longest:]
    columns = {}
    for ticker in s.features:
        for lag in s.lags:
            name = ticker if len(s.lags) == 1 else f"{ticker}@{lag}"
            columns[name] = returns[ticker].shift(lag).iloc[longest:]
    x = np.column_stack([column.to_numpy() for column in columns.values()])
    return returns[s.target].to_numpy()[longest:], x, list(columns), days


# --- section 2: fits, grids, walk-forward --------------------------------------------------------


def standardise(x, y):
    """Standardised features, centred target, and the three statistics that a forecast needs."""
    mean, scale = x.mean(axis=0), x.std(axis=0)
    scale[np.ptp(x, axis=0) == 0.0] = 1.0
    return (x - mean) / scale, y - y.mean(), (mean, scale, y.mean())


def polish(gram, moment, b, alpha, rho):
    """The exact minimiser near `b`: solves the KKT system on its support and checks all of it.

    Where the support of `b` turns out wrong, a coefficient of the wrong sign leaves it or the worst
    violator enters, and the system is solved again.
    """
    scale = np.abs(moment).max()
    sign = np.where(np.abs(b) > 1e-10 * scale, np.sign(b), 0.0)
    for _ in range(100):
        on = sign != 0.0
        b = np.zeros_like(moment)
        if on.any():
            system = gram[np.ix_(on, on)] + alpha * (1.0 - rho) * np.eye(on.sum())
            b[on] = cho_solve(cho_factor(system), moment[on] - alpha * rho * sign[on])
        wrong = on & (np.sign(b) != sign)
        gradient = moment - gram @ b - alpha * (1.0 - rho) * b
        excess = np.where(on, 0.0, np.abs(gradient) - alpha * rho)
        if wrong.any():
            sign[wrong] = 0.0
        elif excess.max() > 1e-13 * scale:
            worst = excess.argmax()
            sign[worst] = np.sign(gradient[worst])
        else:
            assert np.abs(gradient - alpha * rho * sign)[on].max(initial=0.0) <= 1e-12 * scale
            return b
    raise ArithmeticError(f"no support satisfies the KKT conditions at alpha {alpha}")


def fit(x, y, alphas, rho):
    """Coefficients on standardised features, one row an alpha, and the statistics to forecast with."""
    z, centred, statistics = standardise(x, y)
    gram, moment = z.T @ z / len(y), z.T @ centred / len(y)
    if rho == 0.0:
        eye = np.eye(len(moment))
        rows = [cho_solve(cho_factor(gram + alpha * eye), moment) for alpha in alphas]
        return np.array(rows), statistics
    with warnings.catch_warnings():
        # Precision is the business of the polish.
        warnings.simplefilter("ignore", ConvergenceWarning)
        _, path, _ = enet_path(
            np.asfortranarray(z), centred, l1_ratio=rho, alphas=alphas, precompute=gram * len(y), Xy=moment * len(y),
            tol=1e-14, max_iter=100_000,
        )  # fmt: skip
    return np.array([polish(gram, moment, b, a, rho) for b, a in zip(path.T, alphas, strict=True)]), statistics


def predict(x, coefficients, statistics):
    """Forecasts, one column an alpha."""
    mean, scale, intercept = statistics
    return intercept + (x - mean) / scale @ coefficients.T


def training(s, f):
    """Training rows of the fit at row `f`."""
    end = f - s.purge
    return slice(0 if s.window == "expanding" else max(0, end - s.window), end)


def grid(s, x, y, rho):
    """Penalties, strongest first, anchored on the whole first training window."""
    if s.selection == "fixed":
        return np.array([s.fixed_alpha])
    if rho == 0.0:
        return np.logspace(4, -3, s.alphas)
    rows = training(s, s.min_train)
    z, centred, _ = standardise(x[rows], y[rows])
    strongest = np.abs(z.T @ centred).max() / (len(centred) * rho)
    return strongest * np.logspace(0, -3, s.alphas)


def walk_forward(s, x, y, rho, alphas):
    """Forecasts of every alpha (rows from `min_train` on), the choice per row, the last coefficients.

    `margin` is the relative gap between the best and the next alpha at the closest choice: a small one
    would mean that rounding alone could turn it.
    """
    n, start = len(y), s.min_train
    forecasts = np.full((n - start, len(alphas)), np.nan)
    chosen = np.zeros(n - start, dtype=int)
    margin = np.inf
    for f in range(start, n, s.refit_every):
        past, rows = training(s, f), slice(f, min(f + s.refit_every, n))
        loss = None
        if s.selection == "prequential" and f - start >= PREQUENTIAL_MIN:
            loss = ((y[start:f, None] - forecasts[: f - start]) ** 2).sum(axis=0)
        elif s.selection == "holdout":
            cut = past.stop - s.holdout_rows
            held = fit(x[past.start : cut], y[past.start : cut], alphas, rho)
            loss = ((y[cut : past.stop, None] - predict(x[cut : past.stop], *held)) ** 2).sum(axis=0)
        if loss is not None:
            chosen[rows.start - start : rows.stop - start] = loss.argmin()  # the first: the stronger penalty
            others = loss[loss != loss.min()]
            margin = min(margin, (others.min() / loss.min() - 1.0) if len(others) else np.inf)
        coefficients, statistics = fit(x[past], y[past], alphas, rho)
        forecasts[rows.start - start : rows.stop - start] = predict(x[rows], coefficients, statistics)
    return forecasts, chosen, coefficients, margin


# --- section 3: forecast metrics -----------------------------------------------------------------


def clark_west(e, e0):
    """Statistic and one-sided normal p-value."""
    c = 2.0 * e0 * (e0 - e)
    statistic = c.mean() / (c.std(ddof=1) / math.sqrt(len(c)))
    return statistic, 0.5 * math.erfc(statistic / math.sqrt(2.0))


def forecast_metrics(y, f, benchmark):
    e, e0 = y - f, y - benchmark
    statistic, p = clark_west(e, e0)
    return {
        "rmse": math.sqrt((e**2).mean()),
        "mae": np.abs(e).mean(),
        "oos_r2": 1.0 - (e**2).sum() / (e0**2).sum(),
        "oos_r2_zero": 1.0 - (e**2).sum() / (y**2).sum(),
        "hit_rate": (np.sign(f) == np.sign(y)).mean(),
        "clark_west": statistic,
        "clark_west_p": p,
        "cumulative_sse_difference_last": (e0**2 - e**2).sum(),
    }


# --- sections 4 to 6: positions, accounting, strategy metrics ------------------------------------


def positions(f, rule, long_only):
    """Weights decided before each row, from the forecasts up to and including its own."""
    w = np.zeros(len(f))
    if rule == "binary":
        w = np.sign(f)
    for i in range(WARM_UP, len(f)) if rule != "binary" else ():
        if rule == "proportional":
            s = f[:i].std(ddof=1)
            # No variance yet: the limit of the clipped ratio.
            w[i] = np.clip(f[i] / s, -1.0, 1.0) if s > 0.0 else np.sign(f[i])
        else:
            w[i] = (-1.0, -0.5, 0.5, 1.0)[(np.quantile(f[:i], (0.25, 0.5, 0.75)) < f[i]).sum()]
    return np.maximum(w, 0.0) if long_only else w


def account(s, w, simple):
    """Growth before trading costs, and the fraction traded, on each row."""
    cash = s.cash_rate / YEAR
    held = 1.0 + w * simple + (1.0 - w) * cash
    drifted = np.concatenate([[0.0], (w * (1.0 + simple) / held)[:-1]])
    return held - np.maximum(-w, 0.0) * s.borrow_rate / YEAR, np.abs(w - drifted)


def break_even(gross, traded):
    """The cost per unit traded, in basis points, at which the total return is zero, if there is one."""
    if np.log(gross).sum() <= 0.0 or traded.max() == 0.0:
        return None
    total = lambda k: np.log1p(-k * traded).sum() + np.log(gross).sum()
    return 1e4 * brentq(total, 0.0, (1.0 - 1e-12) / traded.max(), xtol=1e-17, rtol=1e-15)


def sharpe(excess):
    return excess.mean() / excess.std(ddof=1) * math.sqrt(YEAR)


def strategy_metrics(s, growth, traded, gross):
    """`traded` and `gross` are `None` for a benchmark, which bears no costs and has no turnover."""
    assert (growth > 0.0).all(), "no setting here is ruined"
    days, g, cash = len(growth), np.log(growth), s.cash_rate / YEAR
    excess = g - math.log1p(cash)
    equity = np.concatenate([[1.0], np.exp(np.cumsum(g))])
    annual = math.exp(g.sum() * YEAR / days) - 1.0
    drawdown = (equity / np.maximum.accumulate(equity) - 1.0).min()
    skewness, kurtosis = pd.Series(g).skew(), pd.Series(g).kurt()
    daily = excess.mean() / excess.std(ddof=1)
    variance = (1.0 - skewness * daily + (kurtosis + 2.0) / 4.0 * daily**2) / (days - 1)
    return {
        "total_return": math.expm1(g.sum()),
        "annual_return": annual,
        "annual_volatility": g.std(ddof=1) * math.sqrt(YEAR),
        "sharpe": sharpe(excess),
        "sharpe_standard_error": math.sqrt(variance * YEAR),
        "sharpe_arithmetic": sharpe(growth - 1.0 - cash),
        "max_drawdown": drawdown,
        "calmar": annual / abs(drawdown) if drawdown < 0.0 else None,
        "skewness": skewness,
        "excess_kurtosis": kurtosis,
        "annual_turnover": None if traded is None else traded.sum() / days * YEAR,
        "break_even_cost_bps": None if traded is None else break_even(gross, traded),
    }


# --- section 7: geometry and regimes -------------------------------------------------------------


def rolling_correlations(values, window):
    """Pearson correlation matrices of the `window` rows up to and including each row that has them."""
    blocks = sliding_window_view(values, window, axis=0)  # days x tickers x window
    centred = blocks - blocks.mean(axis=2, keepdims=True)
    covariance = centred @ centred.transpose(0, 2, 1)
    scale = np.sqrt(np.einsum("dii->di", covariance))
    return covariance / scale[:, :, None] / scale[:, None, :]


def sign_states(correlation, threshold):
    """+1 above the threshold, -1 below its negative, else unchanged; 0 before the first of these."""
    states, state = [], 0
    for value in correlation:
        state = 1 if value > threshold else -1 if value < -threshold else state
        states.append(state)
    return np.array(states)


def geometry(s, returns):
    """The `geometry` figures, and the state of the pair on each day of `returns`."""
    values = returns[list(s.features)].to_numpy()
    off = ~np.eye(values.shape[1], dtype=bool)
    correlation = np.corrcoef(values, rowvar=False)
    eigenvalues = np.linalg.eigvalsh(correlation)[::-1]
    share = eigenvalues / eigenvalues.sum()
    coupling = rolling_correlations(values, s.rolling_days)[:, off].mean(axis=1)
    pair = rolling_correlations(returns[list(s.pair)].to_numpy(), s.rolling_days)[:, 0, 1]
    states = np.concatenate([np.zeros(s.rolling_days - 1, dtype=int), sign_states(pair, s.threshold)])
    flips = np.flatnonzero((states[1:] != states[:-1]) & (states[:-1] != 0)) + 1
    return {
        "mean_correlation": correlation[off].mean(),
        "eigenvalues": eigenvalues.tolist(),
        "participation_ratio": eigenvalues.sum() ** 2 / (eigenvalues**2).sum(),
        "effective_rank": math.exp(-(share * np.log(share)).sum()),
        "absorption_ratio": share[: math.ceil(len(share) / 5)].sum(),
        "coupling_last": coupling[-1],
        "coupling_mean": coupling.mean(),
        "coupling_min": coupling.min(),
        "coupling_max": coupling.max(),
        "xle_xlu_flips": [iso(returns.index[t]) for t in flips],
        "xle_xlu_corr_last": pair[-1],
    }, states


def state_summary(states):
    """Per state: days in it, runs of it, and their mean length; the first and last run count as they are."""
    out = {}
    for name, code in STATES.items():
        inside = states == code
        runs = int((inside & ~np.concatenate([[False], inside[:-1]])).sum())
        days = int(inside.sum())
        share = days / int((states != 0).sum())
        out[name] = {"days": days, "share": share, "runs": runs, "mean_dwell": days / runs if runs else None}
    return out


def by_state(decided, y, f, benchmark):
    """Forecast figures over the rows decided in each state; the benchmark stays the global one."""
    out = {}
    for name, code in STATES.items():
        rows = decided == code
        figures = forecast_metrics(y[rows], f[rows], benchmark[rows]) if rows.sum() > 1 else {}
        keys = ("oos_r2", "hit_rate", "clark_west", "clark_west_p")
        out[name] = {"rows": int(rows.sum()), **{key: figures.get(key) for key in keys}}
    return out


def strategy_by_state(s, decided, growth):
    out = {}
    for name, code in STATES.items():
        g = np.log(growth[decided == code])
        figures = len(g) > 1 and g.std() > 0.0
        out[name] = {
            "rows": len(g),
            "annual_log_growth": g.mean() * YEAR if len(g) else None,
            "sharpe": sharpe(g - math.log1p(s.cash_rate / YEAR)) if figures else None,
        }
    return out


# --- calendar and volatility ---------------------------------------------------------------------


def terciles(target):
    """0, 1, 2 by the thirds of trailing volatility up to each row; -1 before a year of them."""
    volatility = target.rolling(21).std()
    past = volatility.dropna().expanding(YEAR)
    cuts = [past.quantile(share).reindex(target.index) for share in (1 / 3, 2 / 3)]
    part = sum((volatility > cut).astype(int) for cut in cuts)
    return part.where(cuts[0].notna(), -1).to_numpy()


def splits(days, volatility):
    """Part of each forecast row, and the number of parts, by name of the split."""
    blocks = days.year // 5
    first = blocks - blocks[0]
    return {"five_years": (first.to_numpy(), first[-1] + 1), "volatility_tercile": (volatility, 3)}


def by_part(split, y, f, benchmark):
    out = {}
    for name, (part, count) in split.items():
        keep = [part == k for k in range(count)]
        out[name] = [{"rows": int(k.sum()), **forecast_metrics(y[k], f[k], benchmark[k])} for k in keep]
    return out


def strategy_by_part(s, split, growth, traded):
    """Track records of rows set one after another."""
    keys = ("sharpe", "annual_volatility", "total_return", "max_drawdown", "annual_turnover")
    out = {}
    for name, (part, count) in split.items():
        out[name] = []
        for k in (part == k for k in range(count)):
            figures = strategy_metrics(s, growth[k], traded[k], growth[k])
            mean = np.log(growth[k]).mean() * YEAR
            kept = {key: figures[key] for key in keys}
            out[name].append({"rows": int(k.sum()), "annual_log_growth": mean, **kept})
    return out


# --- one experiment, whole -----------------------------------------------------------------------


def iso(day):
    return day.strftime("%Y-%m-%d")


def run_model(s, name, data, alphas):
    """The `models.<name>` entry, and the closest choice of alpha."""
    x, y_all, columns, days, benchmark, decided, split = data
    forecasts, chosen, coefficients, margin = walk_forward(s, x, y_all, L1_RATIO[name], alphas)
    y, days = y_all[s.min_train :], days[s.min_train :]
    f = forecasts[np.arange(len(y)), chosen]
    strategies = {}
    for rule in ("binary", "proportional", "quartile"):
        gross, traded = account(s, positions(f, rule, s.long_only), np.expm1(y))
        growth = (1.0 - s.trade_bps / 1e4 * traded) * gross
        strategies[rule] = strategy_metrics(s, growth, traded, gross)
        strategies[rule]["by_state"] = strategy_by_state(s, decided, growth)
        strategies[rule]["by_part"] = strategy_by_part(s, split, growth, traded)
    shown = [{"day": iso(days[i]), "forecast": f[i], "alpha": alphas[chosen[i]]} for i in (0, 1, 2, -3, -2, -1)]
    return {
        "forecast": forecast_metrics(y, f, benchmark),
        "by_state": by_state(decided, y, f, benchmark),
        "by_part": by_part(split, y, f, benchmark),
        "first_forecasts": shown[:3],
        "last_forecasts": shown[3:],
        "by_alpha": [
            {
                "alpha": alpha,
                "oos_r2": forecast_metrics(y, forecasts[:, j], benchmark)["oos_r2"],
                "nonzero": int((coefficients[j] != 0.0).sum()),
                "last_coefficients": dict(zip(columns, coefficients[j], strict=True)),
            }
            for j, alpha in enumerate(alphas)
        ],
        "selected_last": alphas[chosen[-1]],
        "strategies": strategies,
    }, margin


def run(prices, s):
    """All figures of one setting, and the closest choice of alpha."""
    returns, dropped = panel(prices, s)
    y, x, columns, days = supervise(returns, s)
    shape, states = geometry(s, returns)
    oos = slice(s.min_train, len(y))
    benchmark = (np.cumsum(y) / np.arange(1, len(y) + 1))[s.min_train - 1 : -1]
    # Row i is earned over d[i] and decided at d[i-1]: one return earlier.
    at_decision = slice(max(s.lags) - 1, -1)
    decided = states[at_decision][oos]
    split = splits(days[oos], terciles(returns[s.target])[at_decision][oos])
    data = (x, y, columns, days, benchmark, decided, split)
    models, grids, margins = {}, {}, []
    for name, rho in L1_RATIO.items():
        grids[name] = grid(s, x, y, rho)
        models[name], margin = run_model(s, name, data, grids[name])
        margins.append(margin)
    return {
        "rows": len(y),
        "dropped_days": dropped,
        "oos_rows": len(y) - s.min_train,
        "first_oos": iso(days[s.min_train]),
        "last_oos": iso(days[-1]),
        "grids": {name: alphas.tolist() for name, alphas in grids.items()},
        "models": models,
        "benchmark": {"buy_and_hold": strategy_metrics(s, np.exp(y[oos]), None, None)},
        "geometry": shape,
        "regime": {"states": state_summary(states)},
    }, min(margins)
