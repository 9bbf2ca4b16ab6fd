"""README and CONTRIBUTING name only what is there."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from typer.main import get_command

from coursekit.course.commands import app

ROOT = Path(__file__).parents[1]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")])
LINK = re.compile(r"\]\(([^)#\s]+)\)")
COMMAND = re.compile(r"coursekit ([a-z]+)\b")


def missing_targets(text, folder=ROOT):
    """Return the relative links in a Markdown text that lead nowhere."""
    targets = [target for target in LINK.findall(text) if "://" not in target]
    return [target for target in targets if not (folder / target).exists()]


def unknown_commands(text):
    """Return the commands that code spans and blocks of a text name and the program lacks."""
    text = re.sub(r"```python\n.*?```", "", text, flags=re.DOTALL)
    code = " ".join(re.findall(r"```.*?```|`[^`]+`", text, re.DOTALL))
    return sorted(set(COMMAND.findall(code)) - set(get_command(app).commands))


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere_and_commands_exist(document):
    text = document.read_text("utf-8")
    assert missing_targets(text, document.parent) == []
    assert unknown_commands(text) == []


def test_a_dead_link_and_an_unknown_command_are_noticed():
    assert missing_targets("[a](lessons/99_none.ipynb)") == ["lessons/99_none.ipynb"]
    assert unknown_commands("`coursekit fly`") == ["fly"]


def test_readme_lists_every_lesson_and_every_folder():
    readme = (ROOT / "README.md").read_text("utf-8")
    for lesson in (ROOT / "lessons").glob("*.ipynb"):
        assert f"(lessons/{lesson.name})" in readme
    for folder in ("lessons", "exercises", "coursekit", "tests", "benchmarks", "docs"):
        assert f"`{folder}/`" in readme


def test_the_readmes_python_runs(tmp_path):
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)
    assert len(blocks) >= 2
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", "\n".join(blocks)],
        capture_output=True,
        text=True,
        cwd=tmp_path,
    )
    assert run.returncode == 0, run.stderr
    *_, twin, alpha, l2 = run.stdout.strip().splitlines()
    assert "duality gap" in run.stdout
    assert twin == "True"
    # What a line of the README says that it prints, it prints.
    said = re.findall(r"print\(.*\)  # (.*)", "\n".join(blocks))
    assert said == [alpha, l2]
