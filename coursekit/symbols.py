"""The sympy symbols that the course shares, all real, and what every symbolic definition needs.

Only sympy is imported here. A parameter of a loss or penalty (a dataclass field) is written in
formulas with the symbol `parameter(field name)`, so that a definition can be shown in letters and
evaluated with the object's own values.
"""

import re
from dataclasses import dataclass, fields
from typing import Any

import sympy as sp

y = sp.Symbol("y", real=True)
y_hat = sp.Symbol("yhat", real=True)
w = sp.Symbol("w", real=True)
v = sp.Symbol("v", real=True)

_LETTERS = {"lam": "lambda", "l1_ratio": "rho", "quantile": "gamma", "radius": "r"}


def parameter(name: str) -> sp.Symbol:
    """Return the real symbol that stands for the parameter called `name` (lam is written λ)."""
    return sp.Symbol(_LETTERS.get(name, name), real=True)


def weights(n_weights: int) -> tuple[sp.Symbol, ...]:
    """Return (w,) for one weight, else (w_1, …, w_n)."""
    if n_weights < 1:
        raise ValueError(f"n_weights must be >= 1, got {n_weights}")
    return (w,) if n_weights == 1 else sp.symbols(f"w_1:{n_weights + 1}", real=True)


def scores(n_classes: int) -> tuple[sp.Symbol, ...]:
    """Return (z_0, …, z_{K−1}), the raw scores of K classes."""
    if n_classes < 2:
        raise ValueError(f"n_classes must be >= 2, got {n_classes}")
    return sp.symbols(f"z_0:{n_classes}", real=True)


def positive_part(x: sp.Expr) -> sp.Expr:
    """Return max(0, x) as a Piecewise, whose derivative sympy writes down branch by branch."""
    return sp.Piecewise((x, x > 0), (0, True))


def exact(value: float) -> sp.Expr:
    """Return the number as the exact rational that the float holds (integers stay integers)."""
    return sp.oo if value == float("inf") else sp.Rational(value)


def values(obj: Any) -> dict[sp.Symbol, sp.Expr]:
    """Return {symbol: exact value} for the numeric fields of a loss or penalty and its parts."""
    found = {}
    for field in fields(obj):
        value = getattr(obj, field.name)
        if isinstance(value, int | float):
            found[parameter(field.name)] = exact(value)
        elif hasattr(value, "symbol"):
            found |= values(value)
    return found


@dataclass(frozen=True)
class Formula:
    """An equation to look at: `left`, a relation, and `right`, written in the usual order.

    Notebooks render it as mathematics; print it for plain text.
    """

    left: str
    right: sp.Expr
    relation: str = "="

    def _repr_latex_(self) -> str:
        # The order in which sympy keeps the terms reads w − ηλ and 1 − yŷ; its default for printing
        # puts the minus first.
        return rf"$\displaystyle {self.left} {self.relation} {sp.latex(self.right, order='none')}$"

    def __repr__(self) -> str:
        plain = f"{self.left} {self.relation} {sp.sstr(self.right, order='none')}"
        return _plain(plain)


def _plain(text: str) -> str:
    """Replace the LaTeX commands that the course's left-hand sides use by plain signs."""
    signs = {"ell": "ℓ", "Omega": "Ω", "leftarrow": "←", "partial": "∂", "hat{y}": "ŷ"}
    for command, sign in signs.items():
        text = text.replace("\\" + command, sign)
    return re.sub(r"\\text\{([^}]*)\}", r"\1", text)


def definition(obj: Any, *args: int) -> Formula:
    """Return the formula that defines a loss, ℓ(y, ŷ) = …, or a penalty, Ω(w) = ….

    Extra arguments go to `symbol()`: the number of weights or of classes.
    """
    expression = obj.symbol(*args)
    names = {symbol.name for symbol in expression.free_symbols}
    if names & {"y", "yhat"}:
        return Formula(r"\ell(y, z)" if "z_0" in names else r"\ell(y, \hat{y})", expression)
    return Formula(r"\Omega(w)", expression)
