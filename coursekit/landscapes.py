"""Slices through a function of many parameters, to look at."""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from .networks import Network
from .validation import Array, finite_array


def plane(
    f: Callable[[Array], float],
    centre: ArrayLike,
    first: ArrayLike,
    second: ArrayLike,
    steps: ArrayLike,
) -> Array:
    """Return f(centre + s·first + t·second) for all s and t in steps (k,), shape (k, k).

    Rows belong to t, columns to s, as contour plots have it. Raises ValueError where centre, first
    and second differ in shape.
    """
    centre, first, second = (
        finite_array(name, array)
        for name, array in (("centre", centre), ("first", first), ("second", second))
    )
    if not centre.shape == first.shape == second.shape:
        raise ValueError(
            "centre, first and second must have one shape, got "
            f"{centre.shape}, {first.shape} and {second.shape}"
        )
    steps = finite_array("steps", steps, 1)
    return np.array([[f(centre + s * first + t * second) for s in steps] for t in steps])


def filter_normalised(network: Network, theta: Array, rng: np.random.Generator) -> Array:
    """Return a random direction in which each unit's weights have the norm they have in theta.

    Without this a network of large weights looks flat, although it computes the same. Biases stay.
    Li, Xu, Taylor, Studer & Goldstein (2018), section 4.
    """
    direction = np.zeros_like(theta)
    for W, D in zip(network.weights(theta), network.weights(direction), strict=True):
        others = tuple(range(W.ndim - 1))  # the last axis counts the units
        D[:] = rng.standard_normal(D.shape)
        D *= np.sqrt((W**2).sum(axis=others) / (D**2).sum(axis=others))
    return direction
