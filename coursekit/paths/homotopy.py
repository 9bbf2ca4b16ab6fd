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
    # Of the k active columns: rows[:k] of the Gram matrix, inverse[:k, :k] of their own part of it.
    rows, inverse = np.empty_like(gram), np.empty_like(gram)
    rows[: len(active)] = gram[active]
    outside = np.ones(len(corr), bool)  # columns that may enter
    outside[active] = False
    left: list[tuple[int, float]] = []  # who has just left, with which sign, at this very λ
    never = np.full(len(corr), np.inf)
    worn = True
    while lam > floor:
        k = len(active)
        if worn:
            inverse[:k, :k] = np.linalg.inv(rows[:k, active])
        slope = inverse[:k, :k] @ signs
        pull = slope @ rows[:k]  # what each correlation loses while λ falls by 1
        error = pull[active] - signs
        if not worn and error @ error > WORN**2:
            worn = True
            continue
        worn = False
        # The share c/λ of every column is monotone on a piece, so it can reach one side only.
        side = np.sign(c - lam * pull)
        closing = 1 - side * pull
        may_enter = outside & (closing > 1e-12)
        for j, sign in left:
            may_enter[j] &= side[j] != sign
        until = np.divide(lam - side * c, closing, out=never.copy(), where=may_enter)
        j = int(until.argmin())
        until_entry = max(until[j], 0.0)
        until = np.divide(w, -slope, out=never[:k].copy(), where=signs * slope < 0)
        until_exit = until.min(initial=np.inf)
        fall = min(until_entry, until_exit, lam - floor)
        yield Piece(lam, lam - fall, active, w, slope)
        lam, w, c = lam - fall, w + fall * slope, c - fall * pull
        if fall > 0:
            left = []
        if fall == until_exit:
            i = int(until.argmin())
            left.append((int(active[i]), float(signs[i])))
            _remove(inverse, k, i)
            rows[i : k - 1] = rows[i + 1 : k]
            active, w, signs = np.delete(active, i), np.delete(w, i), np.delete(signs, i)
            outside[:] = True
            outside[active] = False
        elif fall == until_entry:
            outside[j] = False
            along = rows[:k, j]
            share = inverse[:k, :k] @ along
            rest = gram[j, j] - along @ share
            if rest > DEPENDENT * gram[j, j]:  # else a combination of active columns: kept out
                _add(inverse, k, share, rest)
                rows[k] = gram[j]
                active, w = np.append(active, j), np.append(w, 0.0)
                signs = np.append(signs, side[j])


def _add(inverse: Array, k: int, share: Array, rest: float) -> None:
    """Turn the inverse of k columns, in place, into that of k + 1."""
    edge = share / rest
    inverse[:k, :k] += share[:, None] * edge
    inverse[:k, k] = inverse[k, :k] = -edge
    inverse[k, k] = 1 / rest


def _remove(inverse: Array, k: int, i: int) -> None:
    """Turn the inverse of k columns, in place, into that without column i."""
    edge = inverse[:k, i].copy()
    inverse[:k, :k] -= edge[:, None] * (edge / edge[i])
    inverse[i : k - 1, :k] = inverse[i + 1 : k, :k]
    inverse[: k - 1, i : k - 1] = inverse[: k - 1, i + 1 : k]


def lasso_weights(gram: Array, corr: Array, lam: float, w: Array, lams: Array) -> Array:
    """Return the weights (m, p) at the falling lams (m,), from the solution w at lam ≥ lams[0]."""
    weights, k = np.zeros((len(lams), len(corr))), 0
    for piece in straight_pieces(gram, corr, lam, w, lams[-1]):
        while k < len(lams) and lams[k] >= piece.stop:
            weights[k, piece.active] = piece.at(lams[k])
            k += 1
    return weights
