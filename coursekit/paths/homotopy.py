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
    active = np.flatnonzero(w)
    c = corr - gram @ w  # correlations with the residual
    w, signs = w[active], np.sign(w[active])  # of the active columns only, in their order
    inverse = np.linalg.inv(gram[np.ix_(active, active)])
    rows = np.empty_like(gram)  # of the active columns: a product reads no others
    rows[: len(active)] = gram[active]
    outside = np.ones(len(corr), bool)  # columns that may enter
    outside[active] = False
    barred = np.zeros(len(corr))  # sign with which a weight has just left, at this very λ
    while lam > floor:
        slope = inverse @ signs
        pull = slope @ rows[: len(active)]  # what each correlation loses while λ falls by 1
        error = pull[active] - signs
        if error @ error > WORN**2:
            inverse = np.linalg.inv(gram[np.ix_(active, active)])
            slope = inverse @ signs
            pull = slope @ rows[: len(active)]
        # The share c/λ of every column is monotone on a piece, so it can reach one side only.
        side = np.sign(c - lam * pull)
        closing = 1 - side * pull
        candidates = np.flatnonzero(outside & (side != barred) & (closing > 1e-12))
        until_entry, entry = _first((lam - side * c)[candidates], closing[candidates])
        shrinking = np.flatnonzero(signs * slope < 0)
        until_exit, exit_ = _first(w[shrinking], -slope[shrinking])
        fall = min(until_entry, until_exit, lam - floor)
        yield Piece(lam, lam - fall, active, w, slope)
        lam, w, c = lam - fall, w + fall * slope, c - fall * pull
        if fall > 0:
            barred[:] = 0
        if fall == until_exit:
            i = shrinking[exit_]
            barred[active[i]] = signs[i]
            inverse, rows[i : len(active) - 1] = _without(inverse, i), rows[i + 1 : len(active)]
            active, w, signs = np.delete(active, i), np.delete(w, i), np.delete(signs, i)
            outside[:] = True
            outside[active] = False
        elif fall == until_entry:
            j = candidates[entry]
            outside[j] = False
            share = inverse @ gram[j, active]
            rest = gram[j, j] - gram[j, active] @ share
            if rest > DEPENDENT * gram[j, j]:  # else a combination of active columns: kept out
                inverse, rows[len(active)] = _with(inverse, share, rest), gram[j]
                active, w, signs = (
                    np.append(active, j),
                    np.append(w, 0.0),
                    np.append(signs, side[j]),
                )


def _first(distance: Array, speed: Array) -> tuple[float, int]:
    """Return the smallest distance/speed, at least 0, and its place; inf where there is none."""
    if not distance.size:
        return np.inf, -1
    until = distance / speed
    place = int(until.argmin())
    return max(float(until[place]), 0.0), place


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
