"""The process that runs a learner's code, and the plain data that crosses its border.

Started by path with `python -I`: it needs nothing of coursekit and knows nothing that is expected.
One line of JSON comes in, one goes out. `encode`, `decode` and `observe` serve both sides.
"""

import ast
import inspect
import io
import json
import linecache
import os
import sys
import traceback
import types
import warnings
from collections.abc import Callable
from typing import Any, NoReturn

MAX_NUMBERS = 250_000
MAX_NODES = 2_000
MAX_PRINTED = 2_000
# What an error's own words leave a beginner to guess.
ADVICE = {
    "truth value of an array": (
        "`if`, `and`, max and min decide once; for each entry of an array: np.where, np.sign, "
        "np.maximum or np.clip, for all of them np.all"
    ),
    "truth value of Relational": (
        "which symbol is larger is not known yet: sp.Piecewise, sp.Max and sp.Abs decide later"
    ),
    "object is not callable": "a product needs its *",
    "for ^": "Python's power is **",
    "'bitwise_xor' not supported": "Python's power is **",
    "does not support argument": "NumPy takes numbers; for symbols there is sp.sqrt, sp.exp, …",
    "convert expression to float": "math takes numbers; for symbols there is sp.sqrt, sp.exp, …",
    "NoneType": "a function returned None: is it unanswered, or is its return missing?",
    "Errno 27]": "limit hit: file size",
    "No space left": "limit hit: disk space",
    "Errno 11]": "limit hit: number of processes",
    "start new thread": "limit hit: number of processes",
    "fork new": "limit hit: number of processes",
    "Errno 24]": "limit hit: open files",
}


class Unsupported(str):
    """Stands for a value that may not cross: its description in words."""


class Expression(list[Any]):
    """A formula as nested lists: [type name, *arguments]."""


def encode(value: Any) -> Any:
    """Return plain JSON data for numbers, strings, lists, dicts, arrays and expressions."""
    if value is None or isinstance(value, bool | str):
        return value if not isinstance(value, str) else str(value[:MAX_NUMBERS])
    if isinstance(value, int):
        return int(value) if value.bit_length() < 10_000 else {"unsupported": "a huge integer"}
    if isinstance(value, float):
        return float(value)
    if isinstance(value, list | tuple):
        if len(value) > MAX_NUMBERS:
            return {"unsupported": f"a list of {len(value)} entries"}
        return {"tuple" if isinstance(value, tuple) else "list": [encode(v) for v in value]}
    if isinstance(value, dict) and all(isinstance(k, str | int | float) for k in value):
        return {"dict": [[encode(k), encode(v)] for k, v in list(value.items())[:MAX_NUMBERS]]}
    numpy, sympy = sys.modules.get("numpy"), sys.modules.get("sympy")
    if numpy and isinstance(value, numpy.ndarray | numpy.generic) and value.dtype.kind in "biuf":
        if value.size > MAX_NUMBERS:
            return {"unsupported": f"an array of {value.size} numbers"}
        kind, shape = value.dtype.kind, list(value.shape)
        plain = value.astype(float) if kind == "f" else value
        return {"array": plain.ravel().tolist(), "kind": kind, "shape": shape}
    if sympy and isinstance(value, sympy.Basic):
        try:
            return {"expression": _tree(value, [MAX_NODES])}
        except (ValueError, RecursionError):
            return {"unsupported": f"an expression of more than {MAX_NODES} parts"}
    name = type(value).__name__
    return {"unsupported": f"{'an' if name[0].lower() in 'aeiou' else 'a'} {name}"}


def decode(data: Any) -> Any:
    """Return the value that `encode` wrote; ValueError for anything that it never writes."""
    if data is None or isinstance(data, bool | int | float | str):
        return data
    if not isinstance(data, dict):
        raise ValueError(f"unknown data of type {type(data).__name__}")
    match data:
        case {"list": list(entries)}:
            return [decode(v) for v in entries]
        case {"tuple": list(entries)}:
            return tuple(decode(v) for v in entries)
        case {"dict": list(pairs)}:
            return {decode(k): decode(v) for k, v in pairs}
        case {"array": list(entries), "kind": str(kind), "shape": list(shape)}:
            import numpy as np

            dtype = {"b": bool, "i": np.int64, "u": np.uint64, "f": np.float64}[kind]
            return np.array(entries, dtype=dtype).reshape(shape)
        case {"expression": list(tree)}:
            return Expression(_limited(tree))
        case {"unsupported": str(what)}:
            return Unsupported(printable(what))
    raise ValueError(f"unknown data with keys {list(data)[:3]}")


def printable(text: Any, limit: int = 1000) -> str:
    """Return the beginning of a stranger's text without what would steer a terminal."""
    return "".join(c if c.isprintable() or c.isspace() else "?" for c in str(text)[:limit])


def _limited(tree: list[Any]) -> list[Any]:
    """Refuse a tree that `_tree` would not have written, before anyone walks it."""
    waiting, n_items = [tree], 0
    while waiting:
        node = waiting.pop()
        n_items += len(node)
        if n_items > 4 * MAX_NODES:
            raise ValueError(f"an expression of more than {MAX_NODES} parts")
        waiting += [item for item in node if isinstance(item, list)]
    return tree


def _tree(node: Any, budget: list[int]) -> Any:
    """Return a sympy object as nested lists [type name, *arguments]; numbers as strings."""
    budget[0] -= 1
    if budget[0] < 0:
        raise ValueError(f"more than {MAX_NODES} parts")
    if not hasattr(node, "args"):
        return ["Unknown", type(node).__name__]
    if getattr(node, "is_Symbol", False):
        return ["Symbol", node.name]
    if getattr(node, "is_Rational", False):
        return ["Rational", str(node.p), str(node.q)]
    if getattr(node, "is_Float", False):
        return ["Float", str(node)]
    return [type(node).__name__, *(_tree(argument, budget) for argument in node.args)]


def observe(function: Callable[..., Any], args: Any) -> dict[str, Any]:
    """Call `function` on a fresh copy of the encoded arguments and note all that it did."""
    values = [decode(a) for a in args]
    try:
        outcome: dict[str, Any] = {"value": encode(function(*values)), "error": ""}
    # Whatever the learner's code raises, sys.exit() included, is a finding and not our failure.
    except BaseException as error:
        outcome = {"value": None, "error": _explain(error)}
    changed = [json.dumps(encode(v)) != json.dumps(a) for v, a in zip(values, args, strict=True)]
    return {**outcome, "mutated": [i for i, is_changed in enumerate(changed) if is_changed]}


def _explain(error: BaseException) -> str:
    """Say what was raised, on which line of the learner's own code, and what may help."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if "cell" in frame.filename and frame.line]
    where = f" (line {own[-1].lineno} of {own[-1].filename}: {own[-1].line})" if own else ""
    message = str(error)[:300]
    if isinstance(error, MemoryError):
        message = f"limit hit: memory. {message}".strip()
    advice = next((f" — {help}" for words, help in ADVICE.items() if words in message), "")
    return f"{type(error).__name__}: {message}{where}{advice}".replace("\n", " ")


class _NoCoursekit:
    """An import hook that hides coursekit."""

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> None:
        if name.partition(".")[0] == "coursekit":
            raise ImportError("coursekit is not available here: write the function yourself")


class _Printed(io.StringIO):
    """Keeps the beginning of what is printed and forgets the rest."""

    def write(self, text: str) -> int:
        room = MAX_PRINTED - self.tell()
        super().write(text[: max(room, 0)])
        return len(text)


def _answer(request: dict[str, Any]) -> dict[str, Any]:
    """Execute the program, then return its value, or its function's outcomes in every case."""
    if request["blocked"]:
        sys.meta_path.insert(0, _NoCoursekit())
    # dataclasses and others look their module up by name.
    notebook = sys.modules["__main__"] = types.ModuleType("__main__")
    for cell in request["program"]:
        tree = ast.parse(cell["source"])
        tree.body = [tree.body[i] for i in cell["keep"]]
        lines = cell["source"].splitlines(keepends=True)
        linecache.cache[cell["label"]] = (len(cell["source"]), None, lines, cell["label"])
        exec(compile(tree, cell["label"], "exec"), notebook.__dict__)
    value, cases = getattr(notebook, request["name"], None), request["cases"]
    if cases is None:
        return {"value": encode(value)}
    if not callable(value):
        return {"problem": f"{request['name']} is {type(value).__name__}, not a function"}
    if takes := _signature_that_refuses(value, cases[0]):
        return {"problem": f"it takes {takes}, but is called as {request['name']}{request['call']}"}
    return {"outcomes": [observe(value, args) for args in cases]}


def _signature_that_refuses(function: Callable[..., Any], args: list[Any]) -> str:
    try:
        signature = inspect.signature(function)
    except ValueError:
        return ""
    try:
        signature.bind(*args)
    except TypeError:
        return str(signature)
    return ""


def respond(line: bytes, reply_to: int) -> NoReturn:
    """Answer one request on a descriptor that printing cannot disturb, and end the process."""
    request = json.loads(line)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nowhere, descriptor)
    sys.stdout = sys.stderr = printed = _Printed()
    # The learner did not print them, and has met them in the notebook.
    warnings.showwarning = lambda *message, **about: None
    try:
        reply = _answer(request)
    except BaseException as error:
        reply = {"problem": f"your code stops with {_explain(error)}"}
    with os.fdopen(reply_to, "w", encoding="ascii") as pipe:
        pipe.write(json.dumps({**reply, "printed": printed.getvalue()}) + "\n")
        pipe.flush()
        # Threads that the learner's code left running must not keep the process alive.
        os._exit(0)


if __name__ == "__main__":
    respond(sys.stdin.buffer.readline(), os.dup(1))
