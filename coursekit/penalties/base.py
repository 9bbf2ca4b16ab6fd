"""What all penalties share: the checked door and the facts they declare about themselves."""

from abc import ABC, abstractmethod
from typing import ClassVar, Protocol, runtime_checkable

import numpy as np
import sympy as sp
from numpy.typing import ArrayLike

from ..validation import Array, finite_array, number


@runtime_checkable
class HasSubgradient(Protocol):
    """A penalty with a finite subgradient everywhere."""

    def subgradient(self, w: ArrayLike) -> Array:
        """Return one subgradient at w, in the shape of w."""


@runtime_checkable
class HasDual(Protocol):
    """A penalty whose conjugate the duality gap can use."""

    def conjugate(self, c: Array) -> float:
        """Return Ω*(c) = sup over w of c·w − Ω(w) at a feasible c."""

    def dual_scale(self, c: Array) -> float:
        """Return the largest factor up to 1 that makes c feasible."""


@runtime_checkable
class HasCriticalLam(Protocol):
    """A penalty that sets all weights to exactly 0 once its λ is large enough."""

    def critical_lam(self, grad: Array) -> float:
        """Return the smallest such λ, given the gradient of the mean loss at w = 0."""


class Penalty(ABC):
    """What all penalties share: the checked door, and the facts they declare.

    convex, separable (a sum over coordinates), smooth (differentiable everywhere). What only some
    of them have is named by HasSubgradient, HasDual and HasCriticalLam.
    """

    convex: ClassVar[bool] = True
    separable: ClassVar[bool] = True
    smooth: ClassVar[bool] = False

    @property
    def lipschitz(self) -> float:
        """Lipschitz constant of the gradient, inf where the penalty has a kink or no constant."""
        return np.inf

    @abstractmethod
    def symbol(self, n_weights: int = 2) -> sp.Expr:
        """Return the definition Ω(w_1, …, w_n), exact, in the symbols of `coursekit.symbols`."""

    @abstractmethod
    def value(self, w: ArrayLike) -> float:
        """Return Ω(w), for a constraint 0 inside and inf outside."""

    @abstractmethod
    def shrink(self, v: Array, t: float) -> Array:
        """Return the minimiser of ½‖w − v‖² + t·Ω(w), for checked input."""

    @abstractmethod
    def subdiff_distance(self, w: Array, grad: Array) -> Array:
        """Return the distance of −grad to ∂Ω(w), coordinate by coordinate, in the shape of w."""

    def prox(self, v: ArrayLike, step_size: float = 1.0) -> Array:
        """Return the minimiser of ½‖w − v‖² + step_size·Ω(w), in the shape of v.

        Parikh & Boyd (2014), section 1.1. Raises ValueError for step_size ≤ 0 or non-finite v.
        """
        number("step_size", step_size, above=0)
        return self.shrink(finite_array("v", v), step_size)
