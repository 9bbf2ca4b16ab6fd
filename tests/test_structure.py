"""The package's structure: imports go one way, modules stay short, importing stays light."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import coursekit

ROOT = Path(coursekit.__file__).parent
# Each unit may import only from those before it; a package counts as one unit.
ORDER = [
    "validation",
    "progress",
    "symbols",
    "losses",
    "similarity",
    "penalties",
    "objective",
    "optimizers",
    "networks",
    "landscapes",
    "solvers",
    "paths",
    "preprocessing",
    "selection",
    "datasets",
    "verify",
    "figure_text",
    "plots",
    "estimators",
    "conversions",
]
LIGHT = {"numpy", "sympy", "mpmath", "matplotlib", "mpl_toolkits", "cycler", "PIL", "coursekit"}
# Each is imported inside a function, and its absence is met with a sentence.
OPTIONAL = {"sklearn", "IPython", "ipywidgets"}


def units():
    names = [p for p in ROOT.iterdir() if p.name not in ("course", "data", "__pycache__")]
    return {p.stem: p for p in names if p.stem != "__init__"}


def files_of(unit):
    return sorted(unit.rglob("*.py")) if unit.is_dir() else [unit]


def imported(source, package):
    """Return (absolute module names, is top-level) of every import in the source."""
    tree = ast.parse(source)
    top = set(map(id, tree.body))
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, id(node) in top) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package.split(".")[: len(package.split(".")) - node.level + 1]
            stem = ".".join([*base, node.module] if node.module else base) if node.level else ""
            module = stem or node.module
            if module == "coursekit":
                yield from ((f"coursekit.{a.name}", id(node) in top) for a in node.names)
            else:
                yield module, id(node) in top


def imports_upwards(source, unit, package):
    """Return what a unit imports although it does not stand before it in ORDER."""
    allowed = ORDER[: ORDER.index(unit) + 1]
    ours = (m.split(".")[1] for m, _ in imported(source, package) if m.startswith("coursekit."))
    return sorted(name for name in ours if name not in allowed)


def test_every_unit_has_its_place_in_the_order():
    assert set(units()) == set(ORDER)
    assert set(coursekit.__all__) == set(ORDER) - {"validation", "progress", "figure_text"}


@pytest.mark.parametrize("unit", ORDER)
def test_imports_go_in_one_direction(unit):
    for file in files_of(units()[unit]):
        package = "coursekit" if units()[unit].is_file() else f"coursekit.{unit}"
        assert imports_upwards(file.read_text("utf-8"), unit, package) == []


def test_an_upward_import_is_noticed():
    assert imports_upwards("from .solvers import ista", "losses", "coursekit") == ["solvers"]
    assert imports_upwards("from ..plots import show", "losses", "coursekit.losses") == ["plots"]
    assert imports_upwards("import coursekit.course.cli", "plots", "coursekit") == ["course"]
    assert imports_upwards("from coursekit import paths", "losses", "coursekit") == ["paths"]


@pytest.mark.parametrize("unit", ORDER)
def test_teaching_layer_needs_only_numpy_sympy_matplotlib(unit):
    for file in files_of(units()[unit]):
        for module, at_top in imported(file.read_text("utf-8"), "coursekit.x"):
            name = module.split(".")[0]
            if name == "sklearn" and unit == "estimators":
                continue  # it is made of scikit-learn's classes, and loads only when asked for
            if name in OPTIONAL:
                assert not at_top, f"{file.name} imports {name} at its top"
            else:
                assert name in LIGHT or name in sys.stdlib_module_names, f"{file.name}: {name}"


def test_modules_can_be_read_in_a_sitting():
    lengths = {
        file: len(file.read_text("utf-8").splitlines())
        for unit in units().values()
        for file in files_of(unit)
    }
    assert max(lengths.values()) <= 300, max(lengths, key=lengths.get)
    # The whole layer can be read in an evening or two; a third of it is documentation.
    assert sum(lengths.values()) <= 5650


def loaded_by(code):
    run = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys\nprint(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    )
    return set(run.stdout.split())


def test_importing_coursekit_loads_nothing_heavy():
    heavy = {"numpy", "sympy", "matplotlib", "sklearn"}
    assert not heavy & loaded_by("import coursekit")
    assert not (heavy - {"sympy"}) & loaded_by("import coursekit.symbols")
    assert {"numpy", "sympy"} <= loaded_by("import coursekit; coursekit.losses")


def test_an_unknown_part_is_refused_with_the_known_ones():
    with pytest.raises(AttributeError, match=r"no attribute 'loses'; it has .*losses"):
        coursekit.loses  # noqa: B018
    assert "losses" in dir(coursekit)
