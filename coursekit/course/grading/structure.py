"""What a program imports, and its shape: what is left without names, comments and docstrings.

Runs within the sandbox, since it parses what a stranger wrote; needs nothing but Python.
"""

import ast
import hashlib
from typing import Any


def shape(program: list[dict[str, Any]]) -> tuple[str, int]:
    """Return a digest of the program's normalised syntax tree, and the number of its nodes."""
    body = [s for s in _statements(program) if not isinstance(s, ast.Import | ast.ImportFrom)]
    if not body:
        return "", 0
    tree = _Nameless().visit(ast.Module(body, []))
    return hashlib.sha256(ast.dump(tree).encode()).hexdigest()[:32], sum(1 for _ in ast.walk(tree))


def imports(program: list[dict[str, Any]]) -> list[str]:
    """Return the packages that the program imports before anything is called."""
    found = set()
    for statement in _statements(program):
        if isinstance(statement, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in statement.names}
        elif isinstance(statement, ast.ImportFrom):
            found.add((statement.module or "").partition(".")[0])
    return sorted(found)


def _statements(program: list[dict[str, Any]]) -> list[ast.stmt]:
    parsed = [(ast.parse(cell["source"]).body, cell["keep"]) for cell in program]
    return [body[i] for body, keep in parsed for i in keep]


class _Nameless(ast.NodeTransformer):
    """Numbers names in the order in which they come, anew for what is a function's own.

    Attributes and constants stay as they are.
    """

    def __init__(self) -> None:
        self.scopes: list[tuple[set[str], dict[str, str]]] = [(set(), {})]

    def _number(self, name: str) -> str:
        inner = (numbers for own, numbers in reversed(self.scopes) if name in own)
        numbers = next(inner, self.scopes[0][1])
        return numbers.setdefault(name, f"{len(self.scopes)}.{len(numbers)}")

    def visit_Name(self, node: ast.Name) -> ast.AST:
        return ast.Name(self._number(node.id), node.ctx)

    def visit_arg(self, node: ast.arg) -> ast.AST:
        return ast.arg(self._number(node.arg))

    def visit_keyword(self, node: ast.keyword) -> ast.AST:
        return ast.keyword(node.arg, self.visit(node.value))

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.name = self._number(node.name)
        node.returns = None
        if ast.get_docstring(node) is not None:
            node.body = node.body[1:] or [ast.Pass()]
        inside = list(ast.walk(node))
        own = {n.id for n in inside if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
        own |= {n.arg for n in inside if isinstance(n, ast.arg)}
        self.scopes.append((own, {}))
        self.generic_visit(node)
        self.scopes.pop()
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        if node.value is None:
            return self.generic_visit(node)
        return self.visit(ast.Assign([node.target], node.value))
