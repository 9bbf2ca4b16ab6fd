"""The course in a browser: built, served from this machine alone, opened and run.

Pyodide's compiled numpy can be had from its own distribution only. So the cells that run here are
those of a lesson that need the standard library, sympy and coursekit.symbols alone; a whole lesson
is seen to lack numpy and nothing before it.
"""

import json
import os
import shutil
import tomllib
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from jupyterlite_pyodide_kernel.constants import PYODIDE_VERSION
from lite_helpers import (
    complete,
    pack_pyodide,
    refusing_proxy,
    said,
    served,
    shortened,
    without_numpy,
)
from packaging.requirements import Requirement

from coursekit.course.errors import CourseError
from coursekit.course.site import lite

ROOT = Path(__file__).resolve().parents[2]
LESSON = "15_priors"
SHORT = "short"
# What the lessons import; ipywidgets are not in Pyodide, and figures then come without a slider.
USED = {"matplotlib", "numpy", "scikit-learn", "sympy"}
MILLISECONDS = 60_000
CELLS = "window.jupyterapp.shell.currentWidget.content.model.toJSON().cells"
IMAGES = "[...document.querySelectorAll('.jp-OutputArea img')]"
FINISHED = (
    f"{CELLS}.every(cell => cell.execution_count) || "
    f"{CELLS}.some(cell => cell.outputs.some(output => output.output_type == 'error'))"
)


def build(root, out, **options):
    lite.build(root, out, **options)
    # So that a test can read the outputs; the reader's site is the same without it.
    settings = json.loads((out / "jupyter-lite.json").read_text())
    settings["jupyter-config-data"]["exposeAppInBrowser"] = "true"
    (out / "jupyter-lite.json").write_text(json.dumps(settings))
    return out


@pytest.fixture(scope="module")
def lesson():
    return json.loads((ROOT / "lessons" / f"{LESSON}.ipynb").read_text("utf-8"))


@pytest.fixture(scope="module")
def pyodide(tmp_path_factory):
    """The interpreter that the kernel asks for, as npm has it."""
    return pack_pyodide(PYODIDE_VERSION, tmp_path_factory.mktemp("npm"))


@pytest.fixture(scope="module")
def site(lesson, pyodide, tmp_path_factory):
    """The site with a Pyodide of its own, and one lesson in addition without what needs numpy."""
    root = tmp_path_factory.mktemp("course")
    for name in ("pyproject.toml", "README.md", "LICENSE", "LICENSE-TEXT"):
        shutil.copy(ROOT / name, root)
    for name in ("coursekit", "lessons", "exercises"):
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
    (root / "lessons" / f"{SHORT}.ipynb").write_text(json.dumps(shortened(lesson)[0]))
    out = build(root, tmp_path_factory.mktemp("site"), pyodide_url="./pyodide/pyodide.mjs")
    shutil.copytree(pyodide, out / "pyodide")
    complete(out / "pyodide", tmp_path_factory.mktemp("wheels"))
    return out


@pytest.fixture(scope="module")
def standard_site(tmp_path_factory):
    """The site as readers get it."""
    return build(ROOT, tmp_path_factory.mktemp("standard") / "new")


@pytest.fixture(scope="module")
def offline_browser(launch):
    """A browser that reaches this machine only."""
    with refusing_proxy() as address:
        running = launch(proxy={"server": address, "bypass": "127.0.0.1"})
        yield running
        running.close()


@pytest.fixture
def page(offline_browser):
    """A new page, and in `elsewhere` what it and its workers asked of another machine."""
    with offline_browser.new_context() as context:
        page = context.new_page()
        page.set_default_timeout(MILLISECONDS)
        page.elsewhere = []

        def note(asked):
            # data: and blob: have no host; they stay within the browser.
            if urlsplit(asked.url).hostname not in ("127.0.0.1", None):
                page.elsewhere.append(asked.url)

        context.on("request", note)
        yield page


def open_notebook(page, address, name):
    page.goto(f"{address}lab/index.html?path=lessons/{name}.ipynb")
    page.locator(".jp-Notebook .jp-CodeCell").first.wait_for()


def run_all(page):
    # A cell that is run before the kernel is there is not run later.
    page.get_by_text("Python (Pyodide) | Idle").wait_for()
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()


def test_a_lesson_says_in_the_browser_what_it_says_here(site, page, lesson):
    short, expected = shortened(lesson)
    assert "from coursekit.symbols import" in short["cells"][0]["source"]
    assert sum(any(o["output_type"] == "stream" for o in outputs) for outputs in expected) >= 5
    with served(site) as address:
        open_notebook(page, address, SHORT)
        run_all(page)
        page.wait_for_function(FINISHED)
        imports, *found = [cell["outputs"] for cell in page.evaluate(CELLS)]
        if "LITE_SCREENSHOT" in os.environ:
            page.screenshot(path=os.environ["LITE_SCREENSHOT"])
    assert said(imports) == ""
    assert [said(outputs) for outputs in found] == [said(outputs) for outputs in expected]
    assert page.elsewhere == []


def test_a_whole_lesson_runs_unchanged_up_to_the_numpy_that_is_missing_here(site, page):
    with served(site) as address:
        open_notebook(page, address, LESSON)
        run_all(page)
        page.wait_for_function(f"{CELLS}.some(c => c.outputs?.some(o => o.ename))")
        cells = page.evaluate(CELLS)
    errors = [o["evalue"] for cell in cells for o in cell.get("outputs", ()) if "ename" in o]
    assert len(errors) == 1
    assert errors[0].startswith("No module named 'numpy'")
    assert page.elsewhere == []


def test_without_a_network_the_lesson_can_be_read(standard_site, page, lesson):
    """What is stored is shown, figures included; the kernel asks for Pyodide, once it is wanted."""
    with served(standard_site) as address:
        open_notebook(page, address, LESSON)
        page.get_by_text("Python (Pyodide) | Unknown").wait_for()
        cells = page.evaluate(CELLS)
        page.wait_for_function(f"{IMAGES}.length > 0 && {IMAGES}.every(image => image.complete)")
        widths = page.evaluate(f"{IMAGES}.map(image => image.naturalWidth)")
    assert {urlsplit(url).path.rpartition("/")[2] for url in page.elsewhere} == {"pyodide.mjs"}
    assert [said(c.get("outputs", [])) for c in cells] == [
        said(c.get("outputs", [])) for c in lesson["cells"]
    ]
    assert min(widths) > 0


def test_the_site_holds_what_is_handed_out_and_nothing_else(standard_site):
    files = standard_site / "files"
    found = {path.relative_to(files).as_posix() for path in files.rglob("*") if path.is_file()}
    assert found == set(lite.originals(ROOT))
    assert not any("solution" in name or name.endswith(".py") for name in found)


def test_pyodide_has_the_versions_that_the_course_needs(pyodide):
    """The browser does not look: it loads what there is."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    needed = [*project["dependencies"], *project["optional-dependencies"]["course"]]
    there = json.loads((pyodide / "pyodide-lock.json").read_text())["packages"]
    compared = [r for r in map(Requirement, needed) if r.name in there and r.name in USED]
    assert {r.name for r in compared} == USED
    assert [str(r) for r in compared if there[r.name]["version"] not in r.specifier] == []


def test_a_cell_is_taken_only_if_all_it_reads_does_without_numpy():
    sources = [
        "import numpy as np\nimport sympy as sp\nfrom coursekit import plots, symbols",
        "a = sp.Symbol('a')",
        "b = np.zeros(3)",
        "print(a, symbols.y)",
        "print(b)",
        "a = b.sum()",
        "print(a)",
        "f = sp.lambdify((), 1)",
        "def g():\n    import numpy",
        "import numpy\nh = 1",
        "print(h)",
        "b = 1",
        "print(b, [c for c in range(b)])",
    ]
    lines, taken = without_numpy([{"cell_type": "code", "source": s} for s in sources])
    assert lines == ["import sympy as sp", "from coursekit import symbols"]
    assert [sources.index(cell["source"]) for cell in taken] == [1, 3, 11, 12]


def test_a_folder_in_use_is_left_alone(tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(CourseError, match="is not an empty folder"):
        lite.build(ROOT, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_build_that_fails_says_why(tmp_path):
    for name in ("lessons", "exercises"):
        (tmp_path / name).mkdir()
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 3\n")
    with pytest.raises(CourseError, match=r"the site cannot be built, .*uv.* says: .*"):
        lite.build(tmp_path, tmp_path / "out")
