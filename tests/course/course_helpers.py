"""A small course in a folder of its own, for the tests of the commands."""

import json
import shutil

from coursekit.course.root import find_root

ABOUT = {"minutes": 35, "builds_on": ["10"], "exercises": "11_updates"}
OPENING = "# 11 · Steps\n\n*What does a penalty do\nto a weight?*\n\n**Minutes** 35"


def markdown(source, name="title"):
    return {"cell_type": "markdown", "id": name, "metadata": {}, "source": [source]}


def code(source, name, **output):
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": name,
        "metadata": {},
        "outputs": [],
        "source": [source],
        **output,
    }


def write_notebook(path, *cells, **metadata):
    notebook = {"cells": list(cells), "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(notebook), encoding="utf-8")
    return path


def make_course(folder):
    """Write a course with one lesson and one exercise set, in a folder with a difficult name."""
    root = folder / "mein Kurs – ü"
    write_notebook(
        root / "lessons" / "11_updates.ipynb", markdown(OPENING), code("1 + 1", "sum"),
        coursekit=ABOUT,
    )  # fmt: skip
    for name in ("exercise", "solution"):
        write_notebook(root / "exercises" / "11_updates" / f"{name}.ipynb", markdown(name))
    (root / "exercises" / "11_updates" / "checks.py").write_text("TASKS = []\n")
    shutil.copy(find_root() / "pyproject.toml", root)
    return root.resolve()
