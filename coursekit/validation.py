"""The checks at the public door: each quotes the bad value and says what is allowed."""

from difflib import get_close_matches
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[Any]


def finite_array(name: str, values: ArrayLike, *ndim: int) -> Array:
    """Return `values` as a float array; refuse other dtypes, NaN, ±inf, emptiness, wrong ndim."""
    try:
        array = np.asarray(values)
    except ValueError:
        raise ValueError(f"{name} must be a rectangular array of numbers, got {values!r}") from None
    if array.dtype.kind not in "iuf" and not (array.dtype.kind == "b" and array.size):
        raise ValueError(f"{name} must hold real numbers, got dtype {array.dtype}")
    if array.dtype.kind != "f":
        array = array.astype(np.float64)
    if ndim and array.ndim not in ndim:
        allowed = " or ".join(str(k) for k in ndim)
        raise ValueError(f"{name} must have {allowed} dimension(s), got shape {array.shape}")
    if array.size == 0:
        raise ValueError(f"{name} must not be empty, got shape {array.shape}")
    bad = ~np.isfinite(array)
    if bad.any():
        where = tuple(int(i) for i in np.argwhere(bad)[0])
        raise ValueError(f"{name} must be finite, got {array[where]} at index {where}")
    return array


def number(
    name: str, value: float, *, above: float | None = None, at_least: float | None = None,
    below: float | None = None, at_most: float | None = None,
) -> None:  # fmt: skip
    """Refuse what is not a finite real number within the stated bounds."""
    rules = [
        (above, ">", lambda bound: value > bound),
        (at_least, ">=", lambda bound: value >= bound),
        (below, "<", lambda bound: value < bound),
        (at_most, "<=", lambda bound: value <= bound),
    ]
    stated = [(bound, sign, holds) for bound, sign, holds in rules if bound is not None]
    real = isinstance(value, int | float | np.number) and not isinstance(value, bool)
    if not real or not np.isfinite(value) or not all(h(b) for b, _, h in stated):
        allowed = " and ".join(f"{sign} {bound:g}" for bound, sign, _ in stated)
        raise ValueError(f"{name} must be {allowed or 'a finite number'}, got {value!r}")


def whole_number(name: str, value: int, *, at_least: int) -> None:
    """Refuse what is not an integer of at least `at_least`."""
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < at_least:
        raise ValueError(f"{name} must be a whole number >= {at_least}, got {value!r}")


def generator(name: str, value: np.random.Generator) -> None:
    """Refuse seeds: one Generator, made where the reader sees it, decides all random numbers."""
    if not isinstance(value, np.random.Generator):
        raise ValueError(
            f"{name} must be a Generator, numpy.random.default_rng(seed), got {value!r}"
        )


def known_name(kind: str, name: str, names: list[str]) -> None:
    """Refuse a name that is not in `names`, with the nearest one as a suggestion."""
    if name not in names:
        near = get_close_matches(str(name), names, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(names)}"
        raise ValueError(f"unknown {kind} {name!r}; {hint}")
