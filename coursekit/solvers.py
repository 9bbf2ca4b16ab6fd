"""Minimisers of an Objective, from plain gradient steps to coordinate descent.

All share one loop: advance, measure, stop when the largest KKT violation has fallen to `tol` times
the largest gradient at w = 0. `tol=0` runs exactly `max_iter` steps. A solver that stops short of
`tol` says so: `converged` is False and a ConvergenceWarning is given.
"""

import warnings
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .objective import Objective
from .penalties import HasSubgradient
from .progress import Ticker
from .validation import Array, number, whole_number

Point = tuple[Array, Array]
Callback = Callable[[int, Array, Array], None]
Solver = Callable[..., "Result"]


class ConvergenceWarning(UserWarning):
    """A solver stopped before it reached the tolerance."""


@dataclass(frozen=True)
class Result:
    """Where a solver ended: w, b, and for every iteration the objective and largest violation.

    trace: {"value": (n_iter,), "violation": (n_iter,)}. Certify it with
    `objective.certificate(result.w, result.b)`.
    """

    w: Array
    b: Array
    trace: dict[str, Array]
    converged: bool
    n_iter: int

    def __repr__(self) -> str:
        state = "converged" if self.converged else "NOT converged"
        return (
            f"Result({state} after {self.n_iter} iterations, "
            f"objective {self.trace['value'][-1]:.6g}, "
            f"{np.count_nonzero(self.w)} of {self.w.size} weights not 0)"
        )


def _iterate(
    name: str,
    objective: Objective,
    advance: Callable[[int, Array, Array], Point],
    tol: float,
    max_iter: int,
    start: Point | None,
    callback: Callback | None,
) -> Result:
    number("tol", tol, at_least=0)
    whole_number("max_iter", max_iter, at_least=1)
    w, b = objective.zeros() if start is None else (np.array(start[0]), np.array(start[1]))
    zero_w, zero_b = objective.zeros()
    scale = max(float(np.abs(g).max()) for g in objective.gradient(zero_w, zero_b)) or 1.0
    values, violations = np.empty(max_iter), np.empty(max_iter)
    ticker = Ticker(name, max_iter)
    k, converged = 0, False
    # A step size that is too large ends in inf, which is reported below in words.
    with np.errstate(over="ignore", invalid="ignore"):
        while k < max_iter and not converged:
            w, b = advance(k + 1, w, b)
            by_w, by_b = objective.violation(w, b)
            values[k] = objective.value(w, b)
            violations[k] = max(by_w.max(), by_b.max())
            converged = bool(violations[k] <= tol * scale)
            k += 1
            ticker.tick(k, f"largest violation {violations[k - 1]:.1e}")
            if callback is not None:
                callback(k, w, b)
            if not np.isfinite(values[k - 1]):
                break
    ticker.close()
    result = Result(w, b, {"value": values[:k], "violation": violations[:k]}, converged, k)
    if not np.isfinite(values[k - 1]):
        warnings.warn(
            f"{name} diverged: the objective is {values[k - 1]} after {k} steps; "
            "take a smaller learning_rate",
            ConvergenceWarning,
            stacklevel=3,
        )
    elif not converged and tol > 0:
        warnings.warn(
            f"{name} did not converge in {max_iter} steps: largest violation "
            f"{violations[-1] / scale:.1e} of the starting gradient, tol {tol:.1e}; "
            "raise max_iter or tol",
            ConvergenceWarning,
            stacklevel=3,
        )
    return result


def _subgradient_step(
    objective: Objective, penalty: HasSubgradient, rate: Callable[[int], float]
) -> Callable[[int, Array, Array], Point]:
    def advance(k: int, w: Array, b: Array) -> Point:
        by_w, by_b = objective.gradient(w, b)
        return w - rate(k) * (by_w + penalty.subgradient(w)), b - rate(k) * by_b

    return advance


def gradient_descent(
    objective: Objective,
    *,
    learning_rate: float | None = None,
    tol: float = 1e-8,
    max_iter: int = 10_000,
    start: Point | None = None,
    callback: Callback | None = None,
) -> Result:
    """Step along −(gradient of loss + penalty); both must be smooth. Cauchy (1847).

    learning_rate: 1/(lipschitz of loss and penalty) where it is None. Raises ValueError for
    penalties or losses with a kink.
    """
    objective.require_smooth_loss("gradient_descent")
    penalty = objective.penalty
    if not (penalty.smooth and isinstance(penalty, HasSubgradient)):
        raise ValueError(f"{penalty!r} has a kink: use ista, fista or coordinate_descent")
    if learning_rate is None:
        if not np.isfinite(penalty.lipschitz):
            raise ValueError(f"{penalty!r} has no Lipschitz constant: give a learning_rate")
        learning_rate = 1 / (objective.lipschitz + penalty.lipschitz)
    number("learning_rate", learning_rate, above=0)
    advance = _subgradient_step(objective, penalty, lambda k: learning_rate)
    return _iterate("gradient_descent", objective, advance, tol, max_iter, start, callback)


def subgradient_descent(
    objective: Objective,
    *,
    learning_rate: float | Callable[[int], float],
    tol: float = 0.0,
    max_iter: int = 1_000,
    start: Point | None = None,
    callback: Callback | None = None,
) -> Result:
    """Step along minus a subgradient, with sign(0) = 0, as automatic differentiation does.

    learning_rate: a number, or a function of the step's number 1, 2, …. Shor (1985), chapter 2.
    Raises ValueError for penalties that have no subgradient.
    """
    penalty = objective.penalty
    if not isinstance(penalty, HasSubgradient):
        raise ValueError(f"{penalty!r} has no subgradient: use ista")
    if callable(learning_rate):
        advance = _subgradient_step(objective, penalty, learning_rate)
    else:
        number("learning_rate", learning_rate, above=0)
        advance = _subgradient_step(objective, penalty, lambda k: learning_rate)
    return _iterate("subgradient_descent", objective, advance, tol, max_iter, start, callback)


def _proximal_step(objective: Objective, w: Array, b: Array) -> Point:
    """One gradient step on the mean loss, then the prox of the penalty on the weights alone."""
    step_size = 1 / objective.lipschitz
    by_w, by_b = objective.gradient(w, b)
    return objective.penalty.prox(w - step_size * by_w, step_size), b - step_size * by_b


def ista(
    objective: Objective,
    *,
    tol: float = 1e-8,
    max_iter: int = 10_000,
    start: Point | None = None,
    callback: Callback | None = None,
) -> Result:
    """Proximal gradient descent with step 1/lipschitz. Beck & Teboulle (2009), section 2.

    Raises ValueError for losses whose gradient jumps.
    """
    objective.require_smooth_loss("ista")

    def advance(k: int, w: Array, b: Array) -> Point:
        return _proximal_step(objective, w, b)

    return _iterate("ista", objective, advance, tol, max_iter, start, callback)


def fista(
    objective: Objective,
    *,
    tol: float = 1e-8,
    max_iter: int = 10_000,
    start: Point | None = None,
    callback: Callback | None = None,
) -> Result:
    """ISTA from a point extrapolated along the last step. Beck & Teboulle (2009), section 4.

    The momentum restarts where it points uphill: O'Donoghue & Candès (2015), section 3.2.
    Raises ValueError for losses whose gradient jumps.
    """
    objective.require_smooth_loss("fista")
    ahead: Point | None = None
    t = 1.0

    def advance(k: int, w: Array, b: Array) -> Point:
        nonlocal ahead, t
        from_w, from_b = (w, b) if ahead is None else ahead
        new_w, new_b = _proximal_step(objective, from_w, from_b)
        step_w, step_b = new_w - w, new_b - b
        if ((from_w - new_w) * step_w).sum() + ((from_b - new_b) * step_b).sum() > 0:
            t, ahead = 1.0, (new_w, new_b)
        else:
            t_new = (1 + (1 + 4 * t**2) ** 0.5) / 2
            ahead = new_w + (t - 1) / t_new * step_w, new_b + (t - 1) / t_new * step_b
            t = t_new
        return new_w, new_b

    return _iterate("fista", objective, advance, tol, max_iter, start, callback)


def coordinate_descent(
    objective: Objective,
    *,
    tol: float = 1e-8,
    max_iter: int = 10_000,
    start: Point | None = None,
    callback: Callback | None = None,
) -> Result:
    """Minimise over one weight at a time, the others fixed; a step is one sweep over all.

    Each weight takes a proximal step of length 1/lipschitz of its own column, which for the
    squared error is the exact minimiser. Friedman, Hastie & Tibshirani (2010), section 2.
    Raises ValueError for losses whose gradient jumps and for penalties that are not separable.
    """
    objective.require_smooth_loss("coordinate_descent")
    loss, penalty = objective.loss, objective.penalty
    if not penalty.separable:
        raise ValueError(f"{penalty!r} ties weights together: use ista or fista")
    y, n, columns = objective.y, len(objective.y), np.asfortranarray(objective.X)
    curvatures = loss.lipschitz * np.square(columns).sum(axis=0) / n

    def advance(k: int, w: Array, b: Array) -> Point:
        w, scores = w.copy(), objective.scores(w, b)
        for j, curvature in enumerate(curvatures):
            old = w[j].copy()
            if curvature > 0:
                target = old - columns[:, j] @ loss.slope(y, scores) / (n * curvature)
                w[j] = penalty.shrink(target, 1 / curvature)
            else:  # a column of zeros: only the penalty has a say
                w[j] = 0.0
            if np.any(w[j] != old):
                scores = scores + np.multiply.outer(columns[:, j], w[j] - old)
        if objective.fit_intercept:
            b = b - loss.slope(y, scores).mean(axis=0) / loss.lipschitz
        return w, b

    return _iterate("coordinate_descent", objective, advance, tol, max_iter, start, callback)
