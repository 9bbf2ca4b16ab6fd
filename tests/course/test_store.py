"""Stored outputs: what a notebook prints, the same on every run, or nothing at all."""

import json

import pytest
from course_helpers import code, make_course, markdown, write_notebook

from coursekit.course import store
from coursekit.course.errors import CourseError


def test_a_second_run_changes_no_byte(tmp_path):
    path = write_notebook(
        tmp_path / "ein Heft ü.ipynb",
        markdown("# Title"),
        code("print('a')\nprint('b')\n1 + 1", "first", metadata={"execution": {"x": "y"}}),
        code("import os\nos.environ['OPENBLAS_NUM_THREADS']", "second", execution_count=7),
        widgets={"state": {}},
        kernelspec={"name": "elsewhere", "display_name": "Elsewhere"},
        coursekit={"minutes": 1},
    )
    assert store.store(path)
    stored = path.read_bytes()
    assert not store.store(path)
    assert path.read_bytes() == stored

    notebook = json.loads(stored)
    first, second = notebook["cells"][1:]
    assert [cell["id"] for cell in notebook["cells"]] == ["title", "first", "second"]
    assert [first["execution_count"], second["execution_count"]] == [1, 2]
    assert first["outputs"][0]["text"] == ["a\n", "b\n"]
    assert second["outputs"][0]["data"]["text/plain"] == ["'1'"]
    assert first["metadata"] == {}
    assert set(notebook["metadata"]) == {"coursekit", "kernelspec", "language_info"}
    assert notebook["metadata"]["language_info"] == {"name": "python"}
    assert stored.startswith(b'{\n "cells": [\n')
    assert stored.endswith(b"}\n")


def test_a_slider_is_stored_as_its_figure_alone(tmp_path):
    draw = (
        "from coursekit import plots\n"
        "def draw(x):\n    fig, ax = plots.figure()\n    ax.plot([0, x])\n"
        "    return fig, f'up to {x}'\n"
        "plots.slider_figure(draw, values=[1, 2], initial=1, description='x')"
    )
    path = write_notebook(tmp_path / "slider.ipynb", code(draw, "slider"))
    store.store(path)
    [output] = json.loads(path.read_bytes())["cells"][0]["outputs"]
    assert set(output["data"]) == {"text/html", "text/plain"}
    assert not store.store(path)


def test_new_cells_are_named_after_their_first_words_and_others_keep_their_names(tmp_path):
    path = write_notebook(
        tmp_path / "new.ipynb",
        {**markdown("## The idea, again"), "id": "2844b4c3"},
        {**markdown("## The idea, again\nmore"), "id": "b9e7c1f0-3c0a-4f36-9f4e-0c6d7a1f2b3c"},
        code("print(1)", "deadbeef"),
        code("2", "decade"),
    )
    store.store(path)
    names = [cell["id"] for cell in json.loads(path.read_bytes())["cells"]]
    assert names == ["the-idea-again", "the-idea-again-2", "code-print", "decade"]


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("1 / 0", "fails with ZeroDivisionError: division by zero"),
        ("import sys\nprint('beware', file=sys.stderr)", "writes to stderr: beware"),
        ("import os\nos._exit(1)", "the kernel died"),
    ],
)
def test_refuses_and_leaves_the_file_alone(tmp_path, source, reason):
    path = write_notebook(tmp_path / "bad.ipynb", code("1", "good"), code(source, "culprit"))
    before = path.read_bytes()
    with pytest.raises(CourseError, match=reason) as error:
        store.store(path)
    assert "died" in reason or "bad.ipynb, cell 1 (culprit)" in str(error.value)
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["bad.ipynb"]


@pytest.mark.parametrize("content", ["", "{", "[]", '{"cells": 3}', "\ufeff%PDF"])
def test_what_is_no_notebook_is_refused(tmp_path, content):
    path = tmp_path / "bad.ipynb"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(CourseError, match="is not a notebook"):
        store.store(path)


def test_names_stand_for_lessons_and_solutions(tmp_path, monkeypatch):
    root = make_course(tmp_path)
    both = [root / "lessons/11_updates.ipynb", root / "exercises/11_updates/solution.ipynb"]
    assert store.chosen(root, [], every=True) == both
    assert store.chosen(root, ["11"], every=False) == both
    monkeypatch.chdir(root / "lessons")
    assert store.chosen(root, ["11_updates.ipynb"], every=False) == both[:1]


@pytest.mark.parametrize(("names", "every"), [([], False), (["11"], True), (["12"], False)])
def test_unclear_choices_are_refused(tmp_path, names, every):
    with pytest.raises(CourseError, match=r"11|--all"):
        store.chosen(make_course(tmp_path), names, every=every)
