"""The lasso's path is made of straight pieces: follow it from kink to kink, without iterating.

On a piece the active weights move along a straight line that keeps every active correlation at ±λ.
The piece ends where an inactive correlation reaches ±λ (its weight enters) or an active weight
reaches 0 (it leaves). Osborne, Presnell & Turlach (2000); Efron, Hastie, Johnstone & Tibshirani
(2004), section 3.1.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from ..validation import Array

DEPENDENT = 1e-10  # share of a column's square that its active companions must leave over
WORN = 1e-9  # error of the slopes at which the inverse is made afresh


class Piece(NamedTuple):
    """For start ≥ λ ≥ stop the active weights are weights + (start − λ)·slope, all others 0."""

    start: float
    stop: float
    active: Array
    weights: Array
    slope: Array

    def at(self, lam: float) -> Array:
        """Return the active weights at λ."""
        return self.weights + (self.start - lam) * self.slope


def straight_pieces(
    gram: Array, corr: Array, lam: float, w: Array, floor: float
) -> Iterator[Piece]:
    """Yield the pieces of argmin ½wᵀ·gram·w − corr·w + λ‖w‖₁, from its solution w at lam down.

    gram = XᵀX/n (p, p), corr = Xᵀy/n (p,), of centred data where there is an intercept.
    """
    w, signs, active = w.copy(), np.sign(w), np.flatnonzero(w)
    inverse = np.linalg.inv(gram[np.ix_(active, active)])
    c = corr - gram @ w  # correlations with the residual
    outside = signs == 0  # columns that may enter
    barred = np.zeros(len(corr))  # sign with which a weight has just left, at this very λ
    while lam > floor:
        slope = np.zeros(len(corr))
        slope[active] = inverse @ signs[active]
        pull = gram @ slope  # what each correlation loses while λ falls by 1
        if np.abs(pull - signs)[active].max(initial=0) > WORN:
            inverse = np.linalg.inv(gram[np.ix_(active, active)])
            slope[active] = inverse @ signs[active]
            pull = gram @ slope
        # The share c/λ of every column is monotone on a piece, so it can reach one side only.
        side = np.sign(c - lam * pull)
        closing = 1 - side * pull
        candidates = np.flatnonzero(outside & (side != barred) & (closing > 1e-12))
        until = (lam - (side * c)[candidates]) / closing[candidates]
        entry = int(until.argmin()) if until.size else -1
        until_entry = max(until[entry], 0.0) if until.size else np.inf
        rate = slope[active]
        until = np.divide(-w[active], rate, out=np.full(len(active), np.inf),
                          where=signs[active] * rate < 0)  # fmt: skip
        exit_ = int(until.argmin()) if until.size else -1
        until_exit = until[exit_] if until.size else np.inf
        fall = min(until_entry, until_exit, lam - floor)
        yield Piece(lam, lam - fall, active, w[active], rate)
        lam, c = lam - fall, c - fall * pull
        w[active] += fall * rate
        if fall > 0:
            barred[:] = 0
        if fall == until_exit:
            j = active[exit_]
            barred[j], w[j], signs[j] = signs[j], 0.0, 0.0
            inverse, active = _without(inverse, exit_), np.delete(active, exit_)
            outside = signs == 0
        elif fall == until_entry:
            j = candidates[entry]
            outside[j] = False
            share = inverse @ gram[active, j]
            rest = gram[j, j] - gram[j, active] @ share
            if rest > DEPENDENT * gram[j, j]:  # else a combination of active columns: kept out
                inverse, active = _with(inverse, share, rest), np.append(active, j)
                signs[j] = side[j]


def _with(inverse: Array, share: Array, rest: float) -> Array:
    """Return the inverse of the matrix with one more row and column."""
    edge = np.append(-share, 1.0)
    grown = np.outer(edge, edge / rest)
    grown[:-1, :-1] += inverse
    return grown


def _without(inverse: Array, i: int) -> Array:
    """Return the inverse of the matrix without row and column i."""
    rest = np.arange(len(inverse)) != i
    edge = inverse[rest, i]
    return inverse[np.ix_(rest, rest)] - np.outer(edge, edge / inverse[i, i])


def lasso_weights(gram: Array, corr: Array, lam: float, w: Array, lams: Array) -> Array:
    """Return the weights (m, p) at the falling lams (m,), from the solution w at lam ≥ lams[0]."""
    weights, k = np.zeros((len(lams), len(corr))), 0
    for piece in straight_pieces(gram, corr, lam, w, lams[-1]):
        while k < len(lams) and lams[k] >= piece.stop:
            weights[k, piece.active] = piece.at(lams[k])
            k += 1
    return weights
