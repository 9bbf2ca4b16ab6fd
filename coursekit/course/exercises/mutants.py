"""Mechanical changes of the functions in the solutions, which the checks must catch.

It is a test of the checks, after DeMillo, Lipton and Sayward (1978), "Hints on test data
selection": a check that lets a changed function pass has not looked at what was changed. Values and
formulas need none of it: a change of how they were found leads to the same answer or to another.
The known tools for Python change files of a package and run a test command for each change; here
the functions stand in notebook cells, and are judged as a learner's are.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from .extract import Cell
from .judge import judge
from .notebook import answer_cells, code_cells
from .sets import ExerciseSet
from .tasks import Implement

# Enough for every solution; what takes longer has a loop that never ends, and is caught so.
TIMEOUT = 5.0

_OPERATORS: dict[type[ast.AST], list[Any]] = {
    ast.Add: [ast.Sub], ast.Sub: [ast.Add], ast.Mult: [ast.Div], ast.Div: [ast.Mult],
    ast.Pow: [ast.Mult], ast.MatMult: [ast.Mult], ast.FloorDiv: [ast.Div], ast.Mod: [ast.Mult],
    ast.Lt: [ast.LtE, ast.Gt], ast.LtE: [ast.Lt, ast.Gt], ast.Gt: [ast.GtE, ast.Lt],
    ast.GtE: [ast.Gt, ast.Lt], ast.Eq: [ast.NotEq], ast.NotEq: [ast.Eq], ast.Is: [ast.IsNot],
    ast.IsNot: [ast.Is], ast.In: [ast.NotIn], ast.NotIn: [ast.In], ast.And: [ast.Or],
    ast.Or: [ast.And],
}  # fmt: skip
_PAIRS = (
    "maximum minimum", "max min", "Max Min", "argmax argmin", "mean sum", "zeros ones",
    "zeros_like ones_like", "any all", "floor ceil", "sin cos", "exp log", "log1p log",
    "expm1 exp", "cumsum cumprod", "sum prod", "append insert", "hstack vstack", "less greater",
)  # fmt: skip
_NAMES: dict[str, list[str]] = {}
for _one, _other in map(str.split, _PAIRS):
    _NAMES.setdefault(_one, []).append(_other)
    _NAMES.setdefault(_other, []).append(_one)


@dataclass(frozen=True)
class Mutant:
    """A changed solution: the statement before and after, and the source of the whole cell."""

    change: str
    source: str


@dataclass(frozen=True)
class Tally:
    """What became of a task's mutants. `survivors` are listed nowhere; `harmless` with a reason."""

    task: str
    caught: int
    harmless: tuple[str, ...]
    survivors: tuple[str, ...]


def mutants(source: str) -> list[Mutant]:
    """Return every change of one place in the source, each once."""
    tree = ast.parse(source)
    found = {ast.unparse(tree): Mutant("", "")}
    for statement, holder, key, node in list(_places(tree, tree)):
        before = _headline(statement)
        for other in _changes(node):
            _put(holder, key, other)
            changed = ast.unparse(tree)
            after = _headline(other if node is statement else statement)
            found.setdefault(changed, Mutant(f"{before} → {after}", changed))
        _put(holder, key, node)
    return [mutant for mutant in found.values() if mutant.change]


def tally(
    exercises: ExerciseSet, *, sample: int | None = None, seed: int = 0, each: Any = map
) -> list[Tally]:
    """Judge the mutants of a set, all of them or `sample` drawn over its tasks; count task by task.

    `each` is the map that calls the judge: a process pool's, to work on all processors.
    """
    jobs = [
        (task.name, mutant)
        for task in exercises.tasks
        if isinstance(task, Implement)
        for mutant in mutants(answer_cells(exercises.solution)[task.name].source)
    ]
    if sample is not None and sample < len(jobs):
        chosen = np.random.default_rng(seed).choice(len(jobs), size=sample, replace=False)
        jobs = [jobs[i] for i in sorted(chosen)]
    outcomes = list(each(partial(is_caught, exercises.folder), jobs))
    tallies = []
    for name in dict.fromkeys(name for name, _ in jobs):
        results = [(m.change, ok) for (n, m), ok in zip(jobs, outcomes, strict=True) if n == name]
        missed = [change for change, caught in results if not caught]
        listed = exercises.harmless.get(name, {})
        harmless = tuple(change for change in missed if change in listed)
        survivors = tuple(change for change in missed if change not in listed)
        tallies.append(Tally(name, len(results) - len(missed), harmless, survivors))
    return tallies


def is_caught(folder: Path, job: tuple[str, Mutant]) -> bool:
    """Tell whether the check of a task in this folder refuses a mutant of its solution."""
    name, mutant = job
    exercises = ExerciseSet(folder)
    [task] = [task for task in exercises.tasks if task.name == name]
    answer = answer_cells(exercises.solution)[name]
    cells = [
        Cell(cell.label, mutant.source) if cell == answer else cell
        for cell in code_cells(exercises.solution)
    ]
    return judge(task, (), cells, timeout=TIMEOUT).status != "holds"


def _changes(node: ast.AST) -> Iterator[ast.AST]:
    """Yield what may stand in the place of a node."""
    match node:
        case ast.BinOp(left=left, op=op, right=right):
            yield from (ast.BinOp(left, o(), right) for o in _OPERATORS.get(type(op), ()))
            yield left
            yield right
        case ast.AugAssign(target=target, op=op, value=value):
            yield from (ast.AugAssign(target, o(), value) for o in _OPERATORS.get(type(op), ()))
            yield ast.Pass()
        case ast.UnaryOp(op=ast.USub() | ast.Not(), operand=operand):
            yield operand
        case ast.Compare(left=left, ops=[op], comparators=rest):
            yield from (ast.Compare(left, [o()], rest) for o in _OPERATORS.get(type(op), ()))
        case ast.BoolOp(op=op, values=values):
            yield from (ast.BoolOp(o(), values) for o in _OPERATORS[type(op)])
            yield from values
        case ast.IfExp(body=body, orelse=orelse):
            yield body
            yield orelse
        case ast.Constant(value=bool(value)):
            yield ast.Constant(not value)
        case ast.Constant(value=int(value) | float(value)):
            yield ast.Constant(value + 1)
            yield ast.Constant(value - 1)
        case ast.Attribute(value=value, attr="T"):
            yield value
        case ast.Attribute(value=value, attr=attr) if attr in _NAMES:
            yield from (ast.Attribute(value, other, ast.Load()) for other in _NAMES[attr])
        case ast.Name(id=name) if name in _NAMES:
            yield from (ast.Name(other, ast.Load()) for other in _NAMES[name])
        case ast.Call():
            yield from _changed_calls(node)
        case ast.If(body=body, orelse=orelse):
            yield ast.If(ast.Constant(True), body, orelse)
            yield ast.If(ast.Constant(False), body, orelse)
        case ast.While(body=body, orelse=orelse):
            yield ast.While(ast.Constant(False), body, orelse)
        case ast.Expr(value=ast.Call()) | ast.Assign(targets=[ast.Subscript()]):
            yield ast.Pass()


def _changed_calls(call: ast.Call) -> Iterator[ast.AST]:
    """Yield a call's only argument, the call without a keyword, and with arguments changed."""
    match call.args:
        case [ast.expr() as only] if not isinstance(only, ast.GeneratorExp | ast.Starred):
            yield only
            if isinstance(call.func, ast.Name) and call.func.id == "range":
                one = ast.Constant(1)
                yield ast.Call(call.func, [ast.BinOp(only, ast.Sub(), one)], [])
                yield ast.Call(call.func, [one, only], [])
        case [first, second, third]:
            yield ast.Call(call.func, [first, third, second], call.keywords)
    for keyword in call.keywords:
        yield ast.Call(call.func, call.args, [k for k in call.keywords if k is not keyword])


def _places(node: ast.AST, statement: ast.AST) -> Iterator[tuple[ast.AST, Any, Any, ast.AST]]:
    """Yield (its statement, where it is held, under which key, the node) for all below a node."""
    for field, value in ast.iter_fields(node):
        if field in ("annotation", "returns", "decorator_list"):
            continue
        held = enumerate(value) if isinstance(value, list) else [(field, value)]
        for key, child in held:
            if isinstance(child, ast.AST) and not isinstance(child, ast.Import | ast.ImportFrom):
                within = child if isinstance(child, ast.stmt) else statement
                yield within, value if isinstance(value, list) else node, key, child
                yield from _places(child, within)


def _put(holder: Any, key: Any, node: ast.AST) -> None:
    if isinstance(holder, list):
        holder[key] = node
    else:
        setattr(holder, key, node)


def _headline(statement: ast.AST) -> str:
    """Return a statement on one line, of a block its first."""
    return ast.unparse(statement).partition("\n")[0]
