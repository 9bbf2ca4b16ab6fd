"""Numeric differentiation, and a gradient checker that knows its own limits.

A coordinate next to a kink, or one whose derivative drowns in rounding, is reported as such and is
neither passed nor failed.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike

from ..validation import Array, finite_array, known_name, number

Scheme = Literal["forward", "central", "complex"]
SCHEMES = ["forward", "central", "complex"]
Function = Callable[[Array], Any]


def best_step(scheme: str, dtype: np.dtype[Any] | type = np.float64) -> float:
    """Return the step, relative to max(1, abs(x)), that balances truncation against rounding.

    √ε for forward and ∛ε for central differences; the complex step has no rounding to balance.
    Nocedal & Wright (2006), section 8.1; Squire & Trapp (1998).
    """
    known_name("scheme", scheme, SCHEMES)
    eps = float(np.finfo(dtype).eps)
    return {"forward": eps**0.5, "central": eps ** (1 / 3), "complex": 1e-100}[scheme]


def finite_difference(
    f: Function, x: ArrayLike, *, scheme: Scheme = "central", step: float | None = None
) -> Array:
    """Return the numeric gradient of the scalar function f at x, in the shape of x.

    forward: (f(x + h) − f(x))/h; central: (f(x + h) − f(x − h))/2h; complex: Im f(x + ih)/h, which
    is right for analytic functions only and refused where it disagrees with central differences.
    step: h relative to max(1, abs(x)). Raises ValueError for unknown schemes, step ≤ 0, and f that
    returns anything but one number.
    """
    x = finite_array("x", x)
    h = best_step(scheme, x.dtype) if step is None else step
    number("step", h, above=0)
    out = np.empty_like(x)
    for index in np.ndindex(x.shape):
        size = h * max(1.0, abs(float(x[index])))
        if scheme == "complex":
            out[index] = _at(f, x.astype(complex), index, 1j * size).imag / size
            continue
        # What is stored is x ± h after rounding: divide by the distance really stepped.
        right, left = x.copy(), x.copy()
        right[index] += x.dtype.type(size)
        if scheme == "central":
            left[index] -= x.dtype.type(size)
        out[index] = (_one(f(right)) - _one(f(left))) / (right[index] - left[index])
    if scheme == "complex":
        central = finite_difference(f, x)
        scale = np.maximum(1.0, np.abs(central))
        if (np.abs(out - central) > 1e-4 * scale).any():
            raise ValueError(
                f"complex step gives {out}, central differences {central}: f is not analytic there "
                "(abs, max, comparisons and conjugates are not)"
            )
    return out


def _at(f: Function, x: Array, index: tuple[int, ...], shift: complex) -> Any:
    x = x.copy()
    x[index] += shift
    return _one(f(x))


def _one(value: Any) -> Any:
    if np.size(value) != 1:
        raise ValueError(f"f must return one number, got shape {np.shape(value)}")
    return np.asarray(value).reshape(())[()]


@dataclass(frozen=True)
class GradientCheck:
    """What check_gradient found, coordinate by coordinate, in the shape of x.

    relative_error: abs(a − b)/max(abs(a), abs(b)); kink: slopes left and right differ by more than
    a smooth function's would; blind: too small for differences to see; passed: no other coordinate
    is off by more than tol.
    """

    gradient: Array
    numeric: Array
    relative_error: Array
    kink: Array
    blind: Array
    tol: float

    @property
    def judged(self) -> Array:
        """The coordinates that could be judged: neither at a kink nor blind."""
        return ~(self.kink | self.blind)

    @property
    def passed(self) -> bool:
        """True where every judged coordinate agrees and at least one was judged."""
        errors = self.relative_error[self.judged]
        return bool(errors.size) and bool((errors <= self.tol).all())

    @property
    def worst(self) -> tuple[int, ...]:
        """Index of the judged coordinate with the largest relative error."""
        masked = np.where(self.judged, self.relative_error, -1.0)
        return tuple(int(i) for i in np.unravel_index(int(np.argmax(masked)), masked.shape))

    def __str__(self) -> str:
        counts = (
            f"{self.judged.sum()} judged, {self.kink.sum()} at a kink, {self.blind.sum()} blind"
        )
        if not self.judged.any():
            return f"nothing could be judged: {counts}"
        error = self.relative_error[self.worst]
        verdict = "agrees" if self.passed else "WRONG"
        return (
            f"{verdict}: largest relative error {error:.0e} at {list(self.worst)} (tol "
            f"{self.tol:.0e}); {counts}"
        )


def check_gradient(
    f: Function,
    gradient: Function,
    x: ArrayLike,
    *,
    tol: float | None = None,
    step: float | None = None,
) -> GradientCheck:
    """Hold a gradient against central differences of f at x, kinks and blind spots set apart.

    tol: largest relative error that passes, by default 1e-6 in float64 and 1e-2 in float32.
    step: relative to max(1, abs(x)), by default for functions that change on the scale of 1: an
    error that vanishes with a smaller step is not the gradient's. Raises ValueError where
    gradient(x) has another shape than x.
    """
    x = finite_array("x", x)
    claimed = np.asarray(gradient(x.copy()))
    if claimed.shape != x.shape:
        raise ValueError(f"gradient(x) must have the shape of x, {x.shape}, got {claimed.shape}")
    number("tol", tol := (1e-6 if x.dtype == np.float64 else 1e-2) if tol is None else tol, above=0)
    h = best_step("central", x.dtype) if step is None else step
    central = finite_difference(f, x, step=h)
    size = np.maximum(np.abs(claimed), np.abs(central))

    def jump(step: float) -> Array:
        """Slope to the right minus slope to the left, both over one step."""
        right = finite_difference(f, x, scheme="forward", step=step)
        return 2 * (right - finite_difference(f, x, step=step))

    noise = 4 * float(np.finfo(x.dtype).eps) * abs(float(_one(f(x)))) / h
    wide = jump(h)
    # The jump of a smooth function shrinks with the step; a kink within reach breaks that rule.
    uneven = [np.abs(jump(h / k) - wide / k) > 0.1 * np.abs(wide) + 4 * k * noise for k in (3, 9)]
    kink = (np.abs(wide) > tol * size) & (uneven[0] | uneven[1])
    blind = ~kink & (tol * size < noise) & (np.abs(claimed - central) <= 16 * noise)
    error = np.abs(claimed - central) / np.where(size > 0, size, 1.0)
    return GradientCheck(claimed, central, error, kink, blind, tol)
