"""Comparing what a learner returned with what is right, and saying both in words."""

from typing import Any

import numpy as np

from .child import Expression, Unsupported


def misfit(answer: Any, expected: Any) -> str:
    """Say how `answer` differs in type or shape from `expected`; "" when it does not."""
    if answer is None:
        return "None"
    if isinstance(expected, tuple):
        given, n = entries(answer), len(expected)
        # An array does for several numbers, but not for several arrays.
        if given is None or (isinstance(answer, np.ndarray) and any(map(_has_parts, expected))):
            return f"{_what(answer)} where {n} values are asked, with commas between them"
        if len(given) != n:
            return f"{len(given)} value{'s' * (len(given) != 1)} where {n} are asked"
        problems = [misfit(a, e) for a, e in zip(given, expected, strict=True)]
        return next((f"{p} (value {i} of {n})" for i, p in enumerate(problems, 1) if p), "")
    if isinstance(expected, str):
        return "" if type(answer) is str else f"{_what(answer)} where a string is asked"
    array = _numbers(answer)
    if array.dtype.kind not in "biuf":
        return f"{_what(answer)} where numbers are asked"
    if array.shape != np.shape(expected):
        problem = f"{_shape(array.shape)} where {_shape(np.shape(expected))} is asked"
        many = array.size > 1 and not np.shape(expected)
        return f"{problem}: only the final one, or a sum or mean of all?" if many else problem
    return ""


def equal(answer: Any, expected: Any, rtol: float) -> bool:
    """Tell whether shapes agree and |answer − expected| ≤ rtol · |expected| + 1e-9 everywhere."""
    if answer is None or expected is None:
        return answer is expected
    if misfit(answer, expected):
        return False
    if isinstance(expected, tuple):
        given = entries(answer) or ()
        return all(equal(a, e, rtol) for a, e in zip(given, expected, strict=True))
    if isinstance(expected, str):
        return bool(answer == expected)
    return bool(np.allclose(_numbers(answer), expected, rtol=rtol, atol=1e-9, equal_nan=True))


def entries(value: Any) -> tuple[Any, ...] | None:
    """Return the values that several are given as: a tuple, a list or an array; None for one."""
    is_array = isinstance(value, np.ndarray) and value.ndim > 0
    return tuple(value) if is_array or isinstance(value, list | tuple) else None


def is_whole(value: Any) -> bool:
    """Tell whether all numbers of a right answer are whole, so that none can have been rounded."""
    parts = value if isinstance(value, tuple) else (value,)
    return not any(isinstance(p, str) or np.any(np.mod(p, 1)) for p in parts)


def show(value: Any) -> str:
    """Write a value shortly: six digits, a real minus sign, at most six entries of a list."""
    if isinstance(value, np.ndarray | np.generic) and value.ndim == 0:
        value = value.item()
    if isinstance(value, bool) or value is None:
        return str(value)
    if isinstance(value, Expression | Unsupported):
        return _what(value)
    if isinstance(value, str):
        return repr(value if len(value) <= 40 else value[:39] + "…")
    if isinstance(value, tuple):
        entries = [*map(show, value[:12])] + ["…"] * (len(value) > 12)
        return f"({', '.join(entries)}{',' * (len(value) == 1)})"
    if isinstance(value, list | np.ndarray):
        entries = [show(v) for v in value[:6]] + ["…"] * (len(value) > 6)
        return f"[{', '.join(entries)}]"
    if isinstance(value, int) and value.bit_length() > 1000:
        return "a huge number"
    if isinstance(value, int | float | np.number):
        # Adding 0 takes the sign of −0.0 away.
        return f"{value + 0:.6g}".replace("-", "−")
    return _what(value)


def _numbers(value: Any) -> np.ndarray[Any, Any]:
    """Return a number, or lists of numbers, as an array; anything else as an array of objects."""
    if _holds_text(value):
        # NumPy would give every entry the room of the longest.
        return np.asarray(None)
    try:
        return np.asarray(value)
    except ValueError:
        return np.asarray(None)


def _has_parts(expected: Any) -> bool:
    return isinstance(expected, tuple) or bool(np.shape(expected))


def _holds_text(value: Any) -> bool:
    if isinstance(value, list | tuple):
        return any(map(_holds_text, value))
    return isinstance(value, str | dict)


def _what(value: Any) -> str:
    if isinstance(value, Unsupported):
        return str(value)
    if isinstance(value, np.ndarray) and not value.ndim:
        return "a number"
    name = "formula" if isinstance(value, Expression) else type(value).__name__
    name = {"float": "number", "int": "number", "str": "string", "ndarray": "array"}.get(name, name)
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name}"


def _shape(shape: tuple[int, ...]) -> str:
    return f"an array of shape {shape}" if shape else "a single number"
