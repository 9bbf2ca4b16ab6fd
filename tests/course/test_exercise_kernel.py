"""check() in a real kernel, whether or not the front end stores its history (nbval does not)."""

import nbformat
import pytest
from jupyter_client.manager import start_new_kernel

from coursekit.course.exercises import check
from coursekit.course.exercises.sets import all_sets
from coursekit.course.root import find_root

SETS = all_sets(find_root())


@pytest.fixture
def execute(tmp_path):
    """Execute a cell in a new kernel; return what it writes to stdout, and its result."""
    manager, client = start_new_kernel(cwd=str(find_root() / "exercises" / SETS[0].name))

    def run(source, store_history):
        seen = {"stream": "", "execute_result": ""}

        def note(message):
            content = message["content"]
            assert message["msg_type"] != "error", content
            if message["msg_type"] == "stream":
                assert content["name"] == "stdout", content
                seen["stream"] += content["text"]
            elif message["msg_type"] == "execute_result":
                seen["execute_result"] = content["data"]["text/plain"]

        client.execute_interactive(
            source, store_history=store_history, output_hook=note, timeout=60
        )
        return seen["stream"], seen["execute_result"]

    yield run
    client.stop_channels()
    manager.shutdown_kernel(now=True)


@pytest.mark.parametrize(
    ("exercises", "store_history"),
    [(one, False) for one in SETS] + [(SETS[0], True)],
    ids=lambda value: getattr(value, "name", str(value)),
)
def test_every_check_answers(execute, exercises, store_history):
    stored = {
        cell.id: "".join(o.text for o in cell.outputs if o.output_type == "stream")
        for cell in nbformat.read(exercises.solution, as_version=4).cells
        if cell.cell_type == "code"
    }
    for path, mark in [(exercises.exercise, "–"), (exercises.solution, "✓")]:
        said = []
        for cell in nbformat.read(path, as_version=4).cells:
            if cell.cell_type == "code":
                output, result = execute(cell.source, store_history)
                if cell.source.startswith("check("):
                    said.append(output.split(":")[0])
                    assert float(result) == (0 if mark == "–" else cell.metadata.nbgrader.points)
                else:  # a demonstration prints what is stored, or waits for the answer it shows
                    waits = mark == "–" and not output
                    assert output == stored[cell.id] or waits
                    assert result == ""
        assert said == [f"{mark} {task.name}" for task in exercises.tasks]


def test_a_cell_executed_before_the_import_is_known(execute):
    execute("near_zero = 'c'", store_history=True)
    output, _ = execute(
        "from coursekit.course.exercises import check\ncheck('near_zero')", store_history=True
    )
    assert output.startswith("✓ near_zero")


def test_in_the_browser_it_says_where_answers_are_checked(monkeypatch, capsys):
    monkeypatch.setattr("sys.platform", "emscripten")
    assert check("l1_step") is None
    assert "cannot be checked in the browser" in capsys.readouterr().out
