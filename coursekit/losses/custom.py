"""A loss of your own, from a sympy expression or two functions, for every solver and figure."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import sympy as sp

from .. import symbols as s
from ..validation import Array, known_name
from .base import Loss

Pointwise = Callable[[Array, Array], Array]


@dataclass(frozen=True)
class CustomLoss(Loss):
    """A loss of one score, ℓ(y, z), made of two functions that take arrays (n,) and return (n,).

    of, slope_of: the loss and ∂ℓ/∂z. expression: its definition in `symbols.y` and `symbols.y_hat`,
    if you have one: `verify.check_twin` holds the functions to it, `verify.check_gradient` needs
    none. targets, lipschitz, convex: the facts that `Loss` explains; ista, fista and
    coordinate_descent need a finite lipschitz. kinks_at: expressions in y of the scores at which
    the slope jumps. Raises ValueError for unknown targets, lipschitz ≤ 0, and, when used, for a
    function that returns another shape.
    """

    of: Pointwise
    slope_of: Pointwise
    expression: sp.Expr | None = None
    targets: str = "real"  # type: ignore[misc]
    lipschitz: float = np.inf  # type: ignore[misc]
    convex: bool = True  # type: ignore[misc]
    kinks_at: tuple[sp.Expr, ...] = ()

    def __post_init__(self) -> None:
        known_name("targets", self.targets, ["real", "signs", "binary"])
        if not self.lipschitz > 0:
            raise ValueError(f"lipschitz must be > 0, got {self.lipschitz!r}")

    @classmethod
    def from_expression(
        cls,
        expression: sp.Expr,
        *,
        targets: str = "real",
        lipschitz: float = np.inf,
        convex: bool = True,
        kinks_at: tuple[sp.Expr, ...] = (),
    ) -> "CustomLoss":
        """Return the loss that a sympy expression in `symbols.y` and `symbols.y_hat` defines.

        sympy differentiates it, and both are translated to numpy term by term. That translation may
        overflow where a careful implementation does not: ask `verify.check_twin` on your range.
        Raises ValueError where other symbols are left in the expression.
        """
        expression = sp.sympify(expression)
        foreign = expression.free_symbols - {s.y, s.y_hat}
        if foreign:
            names = ", ".join(sorted(map(str, foreign)))
            raise ValueError(
                f"expression may hold symbols.y and symbols.y_hat only, got {names}: "
                "put numbers in with .subs(…)"
            )
        letters = (s.y, s.y_hat)
        of = sp.lambdify(letters, expression, "numpy")
        slope_of = sp.lambdify(letters, sp.diff(expression, s.y_hat), "numpy")
        return cls(of, slope_of, expression, targets, lipschitz, convex, kinks_at)

    def __repr__(self) -> str:
        name = getattr(self.of, "__name__", "function")
        return f"CustomLoss({self.expression if self.expression is not None else name})"

    def symbol(self) -> sp.Expr:
        if self.expression is None:
            raise ValueError(f"{self!r} was given as functions, without an expression")
        return self.expression

    def formula(self, y: Array, z: Array) -> Array:
        return self._apply("of", self.of, y, z)

    def slope(self, y: Array, z: Array) -> Array:
        return self._apply("slope_of", self.slope_of, y, z)

    def kinks(self, y_true: Array) -> tuple[Array, ...]:
        at = [sp.lambdify(s.y, kink, "numpy") for kink in self.kinks_at]
        return tuple(np.broadcast_to(f(y_true), y_true.shape) for f in at)

    def _apply(self, name: str, function: Pointwise, y: Array, z: Array) -> Array:
        result = np.asarray(function(y, z))
        if result.shape not in ((), z.shape):
            raise ValueError(f"{name} must return shape {z.shape}, got {result.shape}")
        # A constant expression comes out of sympy as one number.
        return np.broadcast_to(result, z.shape).astype(z.dtype)
