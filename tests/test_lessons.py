"""Hygiene of every stored notebook, and for each rule a notebook that breaks it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hygiene import LESSON_RULES, MAX_BYTES, RULES, SECTIONS, Notebook, Rule

ROOT = Path(__file__).parents[1]
LESSONS = sorted((ROOT / "lessons").glob("*.ipynb"))
HOME = "/".join(["", "home", "ada"])
EXERCISES = sorted((ROOT / "exercises").glob("*/*.ipynb"))


def by_name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_there_are_lessons() -> None:
    assert LESSONS


@pytest.mark.parametrize("path", LESSONS + EXERCISES, ids=by_name)
def test_notebooks_are_clean(path: Path) -> None:
    notebook = Notebook.read(path)
    rules = RULES + LESSON_RULES if path in LESSONS else RULES
    broken = {rule.__name__: found for rule in rules if (found := rule(notebook))}
    assert not broken, json.dumps(broken, indent=1, ensure_ascii=False)


# A clean notebook, and what breaks each rule


def markdown(name: str, source: str, **metadata: Any) -> dict[str, Any]:
    return {"cell_type": "markdown", "id": name, "metadata": metadata, "source": source}


def lesson() -> dict[str, Any]:
    html = f'<img alt="A line." src="data:image/png;base64,\nAA{HOME}/\n" width="1" height="1">'
    code = {
        "cell_type": "code",
        "id": "first-figure",
        "metadata": {},
        "source": "from coursekit.plots import figure\nbehavior = figure()",
        "execution_count": 1,
        "outputs": [
            {
                "output_type": "display_data",
                "metadata": {},
                "data": {"text/html": html, "text/plain": "A line."},
            }
        ],
    }
    title = (
        "# 11 · A clean lesson\n\n**Minutes** 40\n\n"
        'A normalised `color` of $center$ in [how they analyze](other.md#part), "Optimization".\n\n'
        "Read [11 · A clean lesson](11_clean.ipynb) again.\n\n"
        "```\ncolor = 1  # no title\n```"
    )
    parts = [markdown(f"{tag}-1", f"## The {tag}", tags=[tag]) for tag in SECTIONS]
    return {
        "cells": [markdown("title", title), *parts, code],
        "metadata": {
            "coursekit": {"minutes": 40},
            "kernelspec": {"name": "p", "display_name": "P"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }


@pytest.fixture
def written(tmp_path: Path) -> Callable[[dict[str, Any]], Notebook]:
    """Write a notebook beside the file that the clean one links to, and read it."""

    def write(node: dict[str, Any]) -> Notebook:
        (tmp_path / "other.md").write_text("", encoding="utf-8")
        path = tmp_path / "11_clean.ipynb"
        path.write_text(json.dumps(node), encoding="utf-8")
        return Notebook.read(path)

    return write


def source(text: str, cell: int = 1) -> Callable[[dict[str, Any]], None]:
    return lambda node: node["cells"][cell].update(source=text)


def output(**fields: Any) -> Callable[[dict[str, Any]], None]:
    return lambda node: node["cells"][-1]["outputs"].append(fields)


def display(kind: str, text: str) -> Callable[[dict[str, Any]], None]:
    return output(output_type="display_data", metadata={}, data={kind: text})


def field(cell: int, **fields: Any) -> Callable[[dict[str, Any]], None]:
    return lambda node: node["cells"][cell].update(fields)


BREAKERS: list[tuple[str, Callable[[dict[str, Any]], Any]]] = [
    ("is_valid", lambda node: node["cells"][0].pop("source") and node["cells"][0].update(source=1)),
    ("ends_well", output(output_type="error", ename="E", evalue="", traceback=[])),
    ("ends_well", output(output_type="stream", name="stderr", text="oh")),
    ("names_no_machine", source(f"open('{HOME}/data.csv')", -1)),
    ("names_no_machine", source("See C:\\Users\\ada.")),
    ("names_no_machine", source("See ~/course.")),
    ("names_no_machine", output(output_type="stream", name="stdout", text=["in\n", HOME])),
    ("has_stable_ids", field(1, id="idea-1")),
    ("has_stable_ids", field(1, id="8f3a9c1e")),
    ("has_stable_ids", field(1, id="Predict")),
    ("describes_images", display("image/png", "AAAA")),
    ("describes_images", display("text/html", '<img src="x.png">')),
    ("describes_images", display("text/html", '<p><img alt="" src="x.png"></p>')),
    ("describes_images", source("![](other.md)")),
    ("describes_images", source("<img src='other.md'>")),
    ("links_to_files", source("[set](../exercises/none.ipynb)")),
    ("links_to_files", source("<a href='none.ipynb#top'>set</a>")),
    ("has_short_code", source("x = 1\n" * 25 + "x", -1)),
    ("has_clean_lines", source("a \nb")),
    ("has_clean_lines", source("a\n")),
    ("is_small", output(output_type="stream", name="stdout", text="a" * MAX_BYTES)),
    ("is_compared", field(-1, metadata={"tags": ["nbval-ignore-output"]})),
    ("is_compared", field(-1, metadata={"tags": ["raises-exception"]})),
    ("is_compared", source("# NBVAL_SKIP\nx", -1)),
    ("has_only_our_metadata", lambda node: node["metadata"].update(widgets={})),
    ("imports_known_packages", source("import numpy, pandas.io", -1)),
    ("imports_known_packages", source("def f():\n    from requests import get", -1)),
    ("imports_known_packages", source("%matplotlib inline", -1)),
    ("spells_british", source("A regularization.")),
    ("spells_british", source("Minimizing it changes the *behavior*.")),
    ("spells_british", source("The colors of the center.")),
    ("leaves_nothing_to_do", source("TODO: say why")),
    ("leaves_nothing_to_do", source("x = 1  # FIXME", -1)),
    ("was_run_once_in_order", field(-1, execution_count=2)),
    ("was_run_once_in_order", field(-1, execution_count=None)),
    ("has_one_title", source("# Another title")),
    ("has_one_title", source("# 12 · Wrong number\n\n**Minutes** 40", 0)),
    ("has_one_title", source("## 11 · No title\n\n**Minutes** 40", 0)),
    ("states_its_minutes", source("# 11 · A lesson", 0)),
    ("states_its_minutes", lambda node: node["metadata"]["coursekit"].update(minutes=45)),
    ("states_its_minutes", lambda node: node["metadata"].pop("coursekit")),
    ("calls_lessons_by_their_titles", source("## See [11 · A dirty lesson](11_clean.ipynb)")),
    ("follows_the_anatomy", field(1, metadata={})),
    ("follows_the_anatomy", lambda node: node["cells"].insert(1, node["cells"].pop(3))),
    ("follows_the_anatomy", source("no heading")),
]


@pytest.mark.parametrize("rule", RULES + LESSON_RULES, ids=lambda rule: rule.__name__)
def test_a_clean_notebook_breaks_no_rule(rule: Rule, written: Callable) -> None:
    assert rule(written(lesson())) == []


@pytest.mark.parametrize(
    ("name", "spoil"), BREAKERS, ids=[f"{name}-{k}" for k, (name, _) in enumerate(BREAKERS)]
)
def test_a_rule_notices_what_breaks_it(name: str, spoil: Callable, written: Callable) -> None:
    (rule,) = [rule for rule in RULES + LESSON_RULES if rule.__name__ == name]
    node = lesson()
    spoil(node)
    assert rule(written(node)) != []


def test_each_rule_has_a_notebook_that_breaks_it() -> None:
    assert {rule.__name__ for rule in RULES + LESSON_RULES} == {name for name, _ in BREAKERS}
