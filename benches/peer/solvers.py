"""What a Python user solves a lasso or elastic-net path with, each from one window's Gram matrix.

scikit-learn's `enet_path`, the compiled routine below it, and adelie's `gaussian_cov`; and how far
from optimal a path is, in double precision and the same for all, the engine among them.
"""

import math
import time

import numpy as np
from sklearn.linear_model import enet_path
from sklearn.linear_model._cd_fast import enet_coordinate_descent_gram

try:
    from adelie.matrix import dense
    from adelie.solver import gaussian_cov
except ImportError:  # it has no wheels for Python 3.13 and newer
    gaussian_cov = None

PENALISED = {"lasso": 1.0, "elastic_net": 0.5}  # name: l1_ratio
ENGINE_GAP = 0.5e-10  # duality gap that the engine certifies, of ||y||^2 as scikit-learn's `tol` (methods, section 2)
ENGINE_KKT = 1e-11  # KKT residual that the engine certifies, of the largest |x_j'y| / m
MAX_ITER = 1_000_000


# --- how far from optimal ----------------------------------------------------------------------------


def violations(gram, moment, l1_ratio, alphas, path):
    """Largest violation of the KKT conditions by penalty, relative to the largest |x_j'y| / m."""
    slope = moment - path @ gram
    l1, l2 = (alphas * l1_ratio)[:, None], (alphas * (1.0 - l1_ratio))[:, None]
    stationarity = np.abs(slope - l2 * path - l1 * np.sign(path))
    excess = np.maximum(np.abs(slope) - l1, 0.0)
    return np.where(path == 0.0, excess, stationarity).max(axis=1) / np.abs(moment).max()


def gaps(gram, moment, variance, l1_ratio, alphas, path):
    """Duality gap by penalty, relative to ||y||^2: what scikit-learn's `tol` bounds."""
    l1, l2 = alphas * l1_ratio, alphas * (1.0 - l1_ratio)
    image = path @ gram
    with_y, size = path @ moment, (path * path).sum(axis=1)
    residual = variance - 2.0 * with_y + (path * image).sum(axis=1)
    steepest = np.abs(moment - image - l2[:, None] * path).max(axis=1)
    scale = np.minimum(1.0, l1 / np.maximum(steepest, np.finfo(float).tiny))
    gap = 0.5 * (1.0 + scale**2) * (residual + l2 * size)
    gap += l1 * np.abs(path).sum(axis=1) - scale * (variance - with_y)
    return gap / variance


# --- scikit-learn ------------------------------------------------------------------------------------


class PublicPath:
    """`enet_path` on the Gram matrix.

    Only the shape of `X` and the norm of `y` are looked at once Gram and `Xy` are given; one row
    of them spares the function anything that grows with the window.
    """

    def __init__(self, grids, p, tol=1e-4):
        self.grids, self.tol = grids, tol
        self.row = np.zeros((1, p), order="F")

    def path(self, name, gram, moment, variance, alphas=None, start=None):
        """One model's coefficients: its whole grid, or `alphas` from `start`."""
        y = np.array([math.sqrt(variance)])
        return enet_path(
            self.row, y, l1_ratio=PENALISED[name], alphas=self.grids[name] if alphas is None else alphas,
            precompute=gram, Xy=moment, coef_init=start, check_input=False, tol=self.tol, max_iter=MAX_ITER,
        )[1].T  # fmt: skip

    def solve(self, gram, moment, variance):
        return [self.path(name, gram, moment, variance) for name in PENALISED]


class Kernel:
    """The compiled routine below `enet_path`, called directly.

    Each fit starts from the previous penalty's solution, or (`from_refit`) from that of the same
    penalty at the previous refit.
    """

    class NoRandom:
        """Coordinates are taken in turn; the routine draws a seed all the same, which takes a while."""

        def randint(self, low, high):
            return low

    def __init__(self, grids, p, from_refit, screening, tol=1e-4):
        self.from_refit, self.screening, self.tol = from_refit, screening, tol
        self.penalties = [
            list(zip((grids[name] * rho).tolist(), (grids[name] * (1.0 - rho)).tolist()))
            for name, rho in PENALISED.items()
        ]
        self.paths = [np.zeros((len(grid), p)) for grid in self.penalties]

    def solve(self, gram, moment, variance):
        y, random = np.array([math.sqrt(variance)]), self.NoRandom()
        for path, penalties in zip(self.paths, self.penalties):
            for k, (l1, l2) in enumerate(penalties):
                b = path[k]
                if not self.from_refit:
                    b[:] = path[k - 1] if k > 0 else 0.0
                enet_coordinate_descent_gram(
                    b, l1, l2, gram, moment, y, MAX_ITER, self.tol, random, False, False, self.screening
                )
        return self.paths


# --- adelie ------------------------------------------------------------------------------------------


class Adelie:
    """adelie's `gaussian_cov`: a whole path at a call, from zero, screened by its pivot rule.

    Its `tol` bounds the largest squared step of a coordinate, in the units of `y`. Its front end
    for rows, `grpnet`, multiplies `tol` by the variance of `y`; so does `scaled`. Early exit is off,
    as it would leave penalties out. One matrix object serves all windows: only its values are
    written anew.
    """

    TOL = 1e-7  # its default

    def __init__(self, grids, p, tol=TOL, scaled=False):
        self.grids, self.scaled = grids, scaled
        self.tol = dict.fromkeys(PENALISED, tol)
        self.gram = np.zeros((p, p), order="F")
        self.matrix = dense(self.gram, method="cov", n_threads=1)

    def __deepcopy__(self, memo):
        return self  # nothing that a solution depends on is kept from one to the next

    def load(self, gram):
        self.gram[:] = gram

    def run(self, name, moment, variance, exit_cond=None):
        """adelie's state after the path of one model, on the matrix loaded before."""
        return gaussian_cov(
            self.matrix, moment, alpha=PENALISED[name], lmda_path=self.grids[name],
            tol=self.tol[name] * (variance if self.scaled else 1.0), early_exit=False, n_threads=1,
            max_iters=MAX_ITER, progress_bar=False, exit_cond=exit_cond,
        )  # fmt: skip

    def solve(self, gram, moment, variance):
        self.load(gram)
        return [self.run(name, moment, variance).betas.toarray() for name in PENALISED]

    def tighten(self, name, moment, variance, error, bar, seconds):
        """Sets the largest `tol`, nearly, at which `error` of a path is at most `bar`.

        Whether one was found whose run takes no more than `seconds`, with the time and the path of
        the tightest run that was quick enough. `error` falls with the root of `tol` or faster.
        """
        found, self.tol[name] = None, self.TOL
        while True:
            start = time.perf_counter()
            state = self.run(name, moment, variance, lambda _: time.perf_counter() - start > seconds)
            elapsed = time.perf_counter() - start
            path = state.betas.toarray()
            if len(path) < len(self.grids[name]) or elapsed > seconds:
                if found:
                    self.tol[name] = found[1]
                return (False, *found[2:]) if found else (False, elapsed, None)
            worst = error(path)
            found = (worst, self.tol[name], elapsed, path)
            if worst <= bar:
                return True, elapsed, path
            self.tol[name] *= min(0.5, max(1e-3, (bar / worst / 1.2) ** 2))


FORMULATIONS = {
    "enet_path on the Gram matrix": PublicPath,
    "its kernel, from the previous penalty": lambda grids, p: Kernel(grids, p, False, False),
    "its kernel, from the previous penalty, screened": lambda grids, p: Kernel(grids, p, False, True),
    "its kernel, from the previous refit": lambda grids, p: Kernel(grids, p, True, False),
    "its kernel, from the previous refit, screened": lambda grids, p: Kernel(grids, p, True, True),
}
ADELIE = {
    "adelie": Adelie,
    "adelie, y scaled": lambda grids, p: Adelie(grids, p, scaled=True),
} if gaussian_cov else {}  # fmt: skip
