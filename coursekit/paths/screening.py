"""A working set: solve on the few columns that are likely to matter, look at the others afterwards.

A column outside the set is right to have weight 0 as long as its correlation with the residual
stays within ±λ. That is checked for all columns at the end of each block of λs; what fails joins
the set and the block is solved again. Tibshirani et al. (2012), section 7.
"""

from collections.abc import Callable

import numpy as np

from ..validation import Array

BLOCK = 10  # λs that are solved between two looks at all columns
ROUNDING = 1e-12  # of the largest correlation

# (gram, corr, λ, solution at λ, falling λs) → solutions at these λs, on the columns of the set
Solver = Callable[[Array, Array, float, Array, Array], Array]


def screened(
    X: Array,
    y: Array,
    corr: Array,
    lam: float,
    lams: Array,
    l1_ratio: float,
    solve: Solver,
    always: Array,
) -> Array:
    """Return the weights (m, p) that `solve` finds at falling lams, for centred X and y.

    corr = Xᵀy/n (p,); at lam, the first value, all weights are 0. always (p,) marks columns that
    never leave the working set.
    """
    n, p = X.shape
    w, c, largest = np.zeros(p), corr, float(np.abs(corr).max())
    weights = np.zeros((len(lams), p))
    kept, gram = np.zeros(0, int), np.zeros((0, 0))
    for first in range(0, len(lams), BLOCK):
        part = lams[first : first + BLOCK]
        stays = (w != 0) | always | (np.abs(c) > 0.7 * l1_ratio * lam)
        if len(kept) > 1.5 * np.count_nonzero(stays) + 50:
            gram, kept = gram[np.ix_(stays[kept], stays[kept])], kept[stays[kept]]
        new = _nearest(c, kept, always, 20 + int(np.count_nonzero(w)) // 2)
        while True:
            gram, kept = _grown(gram, X, kept, new), np.append(kept, new)
            found = solve(gram, corr[kept], lam, w[kept], part)
            on = found[-1] != 0
            c = X.T @ (y - X[:, kept[on]] @ found[-1, on]) / n
            over = np.abs(c) > l1_ratio * part[-1] + ROUNDING * largest
            over[kept] = False
            new = np.flatnonzero(over)
            if not new.size:
                break
        weights[first : first + len(part), kept] = found
        lam, w = part[-1], weights[first + len(part) - 1]
    return weights


def _grown(gram: Array, X: Array, kept: Array, new: Array) -> Array:
    """Return the Gram matrix of the columns `kept`, which is known, and `new`."""
    k = len(kept)
    grown = np.empty((k + len(new), k + len(new)))
    grown[:k, :k] = gram
    grown[k:, :] = X[:, new].T @ X[:, np.append(kept, new)] / len(X)
    grown[:k, k:] = grown[k:, :k].T
    return grown


def _nearest(c: Array, kept: Array, always: Array, count: int) -> Array:
    """Return the `count` columns outside the set that are nearest to entering, and `always`."""
    size = np.where(always, np.inf, np.abs(c))
    size[kept] = -1.0
    count = min(max(count, int((size == np.inf).sum())), int((size >= 0).sum()))
    return np.argpartition(-size, max(count - 1, 0))[:count]
