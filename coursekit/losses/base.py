"""What every loss of one sample shares: the checked door and the facts it declares about itself."""

from abc import ABC, abstractmethod
from typing import ClassVar, Protocol, runtime_checkable

import numpy as np
import sympy as sp
from numpy.typing import ArrayLike

from ..validation import Array, finite_array

CODES = {"signs": [-1, 1], "binary": [0, 1]}


def check_codes(y_true: Array, codes: list[int]) -> None:
    """Refuse targets that are not among the codes that a loss is defined for."""
    bad = y_true[~np.isin(y_true, codes)]
    if bad.size:
        text = " or ".join(map(str, codes)) if len(codes) < 4 else f"0, 1, …, {codes[-1]}"
        raise ValueError(f"y_true must hold only {text}, got {bad[0]:g}")


@runtime_checkable
class HasConjugate(Protocol):
    """A loss with a dual at hand."""

    def conjugate(self, y: Array, u: Array) -> Array:
        """Return ℓ*(u) = sup over z of uz − ℓ(y, z), sample by sample, for slopes u."""


class Loss(ABC):
    """What all pointwise losses share: the checked door, and the facts they declare.

    targets: "real", "signs" (−1, +1), "binary" (0, 1) or "labels" (0 … K−1);
    lipschitz: Lipschitz constant of ∂ℓ/∂ŷ, inf where the gradient jumps; convex: in ŷ.
    """

    targets: ClassVar[str] = "real"
    lipschitz: ClassVar[float] = np.inf
    convex: ClassVar[bool] = True

    @abstractmethod
    def symbol(self) -> sp.Expr:
        """Return the definition ℓ(y, ŷ), exact, in the symbols of `coursekit.symbols`."""

    @abstractmethod
    def formula(self, y: Array, z: Array) -> Array:
        """Return ℓ(y, z) sample by sample, for checked arrays."""

    @abstractmethod
    def slope(self, y: Array, z: Array) -> Array:
        """Return ∂ℓ/∂z sample by sample, for checked arrays."""

    def kinks(self, y_true: Array) -> tuple[Array, ...]:
        """Return the scores at which the formula changes its branch, each of shape (n,)."""
        return ()

    def at_kink(self, y: Array, z: Array) -> Array:
        """Return for each sample, shape (n,), whether its score stands exactly on a kink."""
        return np.any([z == kink for kink in self.kinks(y)] or [np.zeros(len(y), bool)], axis=0)

    def sample_weight(self, y: Array) -> Array:
        """Return the factor on each sample, shape (n,): 1 unless the loss is weighted."""
        return np.ones(len(y))

    def value(self, y_true: ArrayLike, y_pred: ArrayLike) -> Array:
        """Return one loss per sample, shape (n,), for targets (n,) and raw scores y_pred.

        Raises ValueError for shapes that differ, non-finite numbers, targets outside the set.
        """
        return self.formula(*self.checked(y_true, y_pred))

    def gradient(self, y_true: ArrayLike, y_pred: ArrayLike) -> Array:
        """Return ∂ℓ/∂y_pred, in the shape of y_pred; raises as `value` does."""
        return self.slope(*self.checked(y_true, y_pred))

    def checked(self, y_true: ArrayLike, y_pred: ArrayLike) -> tuple[Array, Array]:
        """Return both as float arrays of equal shape (n,), or raise ValueError."""
        y, z = finite_array("y_true", y_true, 1), finite_array("y_pred", y_pred, 1)
        if y.shape != z.shape:
            raise ValueError(f"y_true and y_pred must match, got shapes {y.shape} and {z.shape}")
        if self.targets in CODES:
            check_codes(y, CODES[self.targets])
        return y, z
