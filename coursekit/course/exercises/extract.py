"""An answer by its name, with the statements it depends on and nothing else.

The last definition wins. What is needed is decided as Python would: a name in a statement means its
last binding before that statement, a name inside a function its last binding before the call.
Whatever else the notebook does (slow experiments, plots, broken cells) is left alone.
"""

import ast
import re
import symtable
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

_MAGIC_LINE = re.compile(r"^(\s*)(?:[%!?].*|[\w.]+\?{1,2}\s*|[\w., ]+=\s*[%!].*)$")
_PYTHON_CELL_MAGICS = ("time", "timeit", "capture", "prun")
_COMPREHENSIONS = ("listcomp", "setcomp", "dictcomp", "genexpr")
_IMPORTS = (ast.Import, ast.ImportFrom)
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_FILLING = ("", "append", "extend", "insert", "sort", "reverse", "update", "fill")
_BLOCKS = (ast.For, ast.While, ast.If, ast.Try, ast.With, ast.Match)


class Cell(NamedTuple):
    """The source of a code cell, and what to call it in messages."""

    label: str
    source: str


@dataclass(frozen=True)
class Answer:
    """What was found of one name; `program` is [{label, source, keep: statement indices}, …]."""

    program: list[dict[str, object]]
    problem: str = ""


def extract(cells: Sequence[Cell], name: str, *, called: bool = False) -> Answer:
    """Return the program that defines `name`; see `Notebook.answer`."""
    return Notebook(cells).answer(name, called=called)


class Notebook:
    """Cells that have been parsed, once for all the names that are asked for."""

    def __init__(self, cells: Sequence[Cell]) -> None:
        self._cells: list[tuple[Cell, list[_Statement], str]] = []
        for cell in cells:
            try:
                self._cells.append((cell, _statements(cell), ""))
            except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
                line = getattr(error, "lineno", None)
                at = f" at line {line}" if line else ""
                broken = f"{cell.label} cannot be read{at}: {getattr(error, 'msg', error)}"
                self._cells.append((cell, [], broken))
        self._statements = [one for _, found, _ in self._cells for one in found]
        imports = [one for one in self._statements if isinstance(one.node, _IMPORTS)]
        self._modules = {name for one in imports for name in one.assigns}

    def answer(self, name: str, *, called: bool = False) -> Answer:
        """Return the program that defines `name`; empty when it is unbound or still a stub.

        `called` says that it is a function which will be called, so after the last cell.
        """
        broken, definition, count = "", -1, 0
        for cell, found, problem in self._cells:
            if problem and re.search(rf"\b{name}\b", cell.source):
                broken = problem
            for statement in found:
                # A value may be built step by step; a function is not.
                if name in statement.assigns or (not called and name in statement.fills):
                    definition, broken = count, ""
                count += 1
        if definition < 0 or _is_stub(self._statements[definition].node):
            return Answer([], broken)
        at = count if called else definition
        needed = _needed(self._statements, self._modules, definition, at)
        return Answer(_program(self._statements, needed), broken)


@dataclass(frozen=True)
class _Statement:
    label: str
    source: str
    index: int
    node: ast.stmt

    @cached_property
    def _table(self) -> symtable.SymbolTable:
        return symtable.symtable(ast.unparse(self.node), "cell", "exec")

    @cached_property
    def assigns(self) -> set[str]:
        """The names that it assigns, imports or defines."""
        symbols = self._table.get_symbols()
        return {s.get_name() for s in symbols if s.is_assigned() or s.is_imported()}

    @cached_property
    def needs_now(self) -> set[str]:
        """The names that must have a value when it is executed."""
        adds = isinstance(self.node, (ast.AugAssign, *_BLOCKS)) or _imports_submodule(self.node)
        read = {s.get_name() for s in self._table.get_symbols() if s.is_referenced()}
        return read | set(_free(self._table, deferred=False)) | (self.assigns if adds else set())

    @cached_property
    def needs_later(self) -> set[str]:
        """The names that the functions in it look up when they are called."""
        return set(_free(self._table, deferred=True))

    @cached_property
    def changes(self) -> set[str]:
        """The names that it changes in place, as by w[0] = 1, model.b = 2 or history.append(w)."""
        return {name for name, _ in _written_into(self.node)}

    @cached_property
    def fills(self) -> set[str]:
        """The names that it surely changes in place; any other method may only look."""
        return {name for name, how in _written_into(self.node) if how in _FILLING}


def _statements(cell: Cell) -> list[_Statement]:
    """Parse a cell, down to the scopes of its names, so that nothing can fail later."""
    source, tree = _parse(cell.source)
    found = [_Statement(cell.label, source, i, node) for i, node in enumerate(tree.body)]
    for statement in found:
        _ = statement.assigns, statement.changes, statement.needs_now, statement.needs_later
    return found


def _parse(source: str) -> tuple[str, ast.Module]:
    """Parse a cell; only if that fails, with IPython's magics taken out line by line."""
    try:
        return source, ast.parse(source)
    except SyntaxError:
        magic = re.match(r"\s*%%(\w+)", source)
        if magic and magic[1] not in _PYTHON_CELL_MAGICS:
            return "", ast.parse("")
        lines = [_MAGIC_LINE.sub(r"\1pass", line) for line in source.split("\n")]
        return "\n".join(lines), ast.parse("\n".join(lines))


def _needed(
    statements: list[_Statement], modules: set[str], target: int, called_at: int
) -> set[int]:
    """Return the indices of all statements that the target depends on, itself included."""
    seen: set[tuple[int, int]] = set()
    waiting = [(target, called_at)]
    while waiting:
        index, called_at = waiting.pop()
        if (index, called_at) in seen:
            continue
        seen.add((index, called_at))
        statement = statements[index]
        # What it uses may be called at once, or be kept and called later.
        for name in statement.needs_now:
            bindings = list(_bindings(statements, modules, name, index))
            waiting += [(i, at) for i in bindings for at in (index, called_at)]
        at_once = () if isinstance(statement.node, _DEFINITIONS) else (index,)
        for name in statement.needs_later:
            for at in (called_at, *at_once):
                waiting += [(i, at) for i in _bindings(statements, modules, name, at)]
    return {index for index, _ in seen}


def _bindings(
    statements: list[_Statement], modules: set[str], name: str, before: int
) -> Iterator[int]:
    """Yield the last binding of `name` before an index, and what changed it in place since."""
    for index in range(before - 1, -1, -1):
        statement = statements[index]
        # A call like plt.plot(x) leaves the module as it was.
        if name in statement.changes - modules:
            yield index
        elif name in statement.assigns:
            yield index
            if name not in statement.needs_now:
                return
    # `from x import *` may bind anything.
    yield from (i for i, s in enumerate(statements[:before]) if _is_star_import(s.node))


def _program(statements: list[_Statement], needed: set[int]) -> list[dict[str, object]]:
    """Group the needed statements by cell, in the order of the notebook."""
    program: list[dict[str, object]] = []
    keep: list[int] = []
    for index in sorted(needed):
        statement = statements[index]
        if not program or program[-1]["label"] != statement.label:
            keep = []
            program.append({"label": statement.label, "source": statement.source, "keep": keep})
        keep.append(statement.index)
    return program


def _free(table: symtable.SymbolTable, deferred: bool, called: bool = False) -> Iterator[str]:
    """Yield the global names that inner scopes read: functions if deferred, else the others."""
    for inner in table.get_children():
        later = called or (
            inner.get_type() == "function" and inner.get_name().strip("<>") not in _COMPREHENSIONS
        )
        if later == deferred:
            yield from (s.get_name() for s in inner.get_symbols() if s.is_global())
        yield from _free(inner, deferred, later)


def _outside_functions(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
        return
    yield node
    for child in ast.iter_child_nodes(node):
        yield from _outside_functions(child)


def _written_into(node: ast.stmt) -> Iterator[tuple[str, str]]:
    """Yield (name, "") for w[0] = 1 and model.b = 2, and (name, method) for history.append(w)."""
    for inner in _outside_functions(node):
        target: ast.AST | None = None
        how = ""
        if isinstance(getattr(inner, "ctx", None), ast.Store | ast.Del):
            target = inner
        elif isinstance(inner, ast.Expr) and isinstance(inner.value, ast.Call):
            target = inner.value.func
            how = target.attr if isinstance(target, ast.Attribute) else ""
        while isinstance(target, ast.Attribute | ast.Subscript):
            target = target.value
            if isinstance(target, ast.Name):
                yield target.id, how


def _imports_submodule(node: ast.stmt) -> bool:
    return isinstance(node, ast.Import) and any("." in a.name and not a.asname for a in node.names)


def _is_star_import(node: ast.stmt) -> bool:
    return isinstance(node, ast.ImportFrom) and node.names[0].name == "*"


def _is_stub(node: ast.stmt) -> bool:
    """Tell whether an answer is still as handed out: None, or a function that does nothing."""
    if isinstance(node, ast.Assign | ast.AnnAssign):
        parts = node.value.elts if isinstance(node.value, ast.Tuple | ast.List) else [node.value]
        return bool(parts) and all(
            isinstance(p, ast.Constant) and p.value in (None, ...) for p in parts
        )
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return all(_does_nothing(statement) for statement in node.body)
    return False


def _does_nothing(node: ast.stmt) -> bool:
    if isinstance(node, ast.Raise):
        return node.exc is not None and "NotImplemented" in ast.unparse(node.exc)
    constant = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    return constant or isinstance(node, ast.Pass)
