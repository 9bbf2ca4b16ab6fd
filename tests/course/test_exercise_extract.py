"""An answer is found by name wherever it stands, with what it needs and no more."""

import pytest
from exercise_helpers import cells

from coursekit.course.exercises.extract import extract
from coursekit.course.exercises.runner import run


def run_extracted(*sources, name="answer", called=False):
    """Execute the extracted program here and return its namespace."""
    import ast

    found = extract(cells(*sources), name, called=called)
    namespace = {}
    for cell in found.program:
        tree = ast.parse(cell["source"])
        tree.body = [tree.body[i] for i in cell["keep"]]
        exec(compile(tree, cell["label"], "exec"), namespace)
    return namespace


@pytest.mark.parametrize(
    ("sources", "expected"),
    [
        (["answer = 1", "answer = 2"], 2),
        (["import math", "answer = math.floor(2.5)"], 2),
        (["from math import *", "answer = floor(2.5)"], 2),
        (["import os.path", "import os", "answer = os.path.basename('a/b')"], "b"),
        (["scale = 2", "def helper(x): return scale * x", "answer = helper(3)", "scale = 5"], 6),
        (["scale = 2", "f = lambda x: scale * x", "answer = f(3)"], 6),
        (["s = 2\ndef f(x): return s * x", "a = f(1)", "s = 5", "answer = a + f(1)"], 7),
        (["w = 8", "w -= 3", "w = w * 2", "answer = w"], 10),
        (["w = 8.0\nfor _ in range(3):\n    w = w / 2", "answer = w"], 1.0),
        (["seen = []", "seen.append(4)", "seen[0] += 1", "answer = seen[-1]"], 5),
        (["x = 0\nif True:\n    x = 3", "answer = x"], 3),
        (["k = 2", "answer = [k * i for i in range(3)][-1]"], 4),
        (["def base(): return 1", "class C:\n    v = base()", "answer = C().v"], 1),
        (["import math as m\n@staticmethod\ndef f(x=m.pi): return x", "answer = f()"], 3.14159265),
        (["%matplotlib inline\nanswer = 3\n!ls\nanswer?"], 3),
        (["%%time\nanswer = 3"], 3),
        (["f = 7\nn = !ls", "answer = f"], 7),
        (["text = '''\n%not magic\n'''\nanswer = len(text)"], 12),
        (["a, answer = 1, 2"], 2),
        (["answer: float = 2"], 2),
    ],
)  # fmt: skip
def test_a_value_is_what_it_was_when_it_was_computed(sources, expected):
    value = run_extracted(*sources)["answer"]
    assert value == pytest.approx(expected) if isinstance(expected, float) else value == expected


def test_a_function_is_called_after_the_last_cell():
    namespace = run_extracted(
        "scale = 2", "def answer(x): return scale * helper(x)", "def helper(x): return x",
        "scale = 5",
        called=True,
    )  # fmt: skip
    assert namespace["answer"](3) == 15


def test_experiments_plots_and_earlier_attempts_are_left_alone():
    namespace = run_extracted(
        "import math as plt",
        "raise RuntimeError('an experiment')",
        "def answer(): return 1 / 0",
        "slow = sum(range(10**12))",
        "plt.plot(1)",
        "def answer(x): return plt.floor(x)",
        "print(answer(slow))",
        called=True,
    )
    assert namespace["answer"](2.5) == 2
    assert "slow" not in namespace


@pytest.mark.parametrize(
    "source",
    [
        "",
        "other = 1",
        "answer = None",
        "answer = ...",
        "def answer(x):\n    'doc'\n    ...",
        "def answer(x):\n    pass",
        "def answer(x):\n    raise NotImplementedError()",
        "%%bash\nanswer = 3",
        "print(answer)",
    ],
)
def test_what_is_not_answered_is_not_found(source):
    found = extract(cells(source), "answer")
    assert (found.program, found.problem) == ([], "")


def test_a_broken_cell_is_reported_only_if_it_may_hold_the_answer():
    assert extract(cells("other = (", "answer = 3"), "answer").problem == ""
    assert extract(cells("answer = (", "answer = 3"), "answer").problem == ""
    assert extract(cells("answer = 3", "answer = (4"), "answer").problem.startswith(
        "cell 2 cannot be read at line 1: '(' was never closed"
    )
    assert extract(cells("def answer(x)\n    return 1"), "answer").program == []


def test_line_numbers_survive():
    [cell] = extract(cells("a = 1\n\n\nanswer = 3"), "answer").program
    assert cell["keep"] == [1]
    assert cell["source"].splitlines()[3] == "answer = 3"


@pytest.mark.parametrize(
    ("filling", "value"),
    [
        ("answer = []\nfor k in (1, 2):\n    answer.append(k)", [1, 2]),
        ("answer = [None, None]\nanswer[0] = 3\nanswer[1] = 4", [3, 4]),
        ("answer = [2, 1]\nanswer.sort()", [1, 2]),
        ("answer = []", []),
        ("answer = [7]\nanswer.index(8)", [7]),
        ("answer = [7]\nlen(answer[0])", [7]),
    ],
)
def test_a_value_may_be_built_step_by_step(filling, value):
    """Whatever only looks at it afterwards is not run: the last two would raise."""
    assert run(extract(cells(filling), "answer").program, "answer").value == value


def test_placeholders_in_a_list_count_as_answered_once_one_is_filled():
    assert extract(cells("answer = [None, None]"), "answer").program == []
    assert extract(cells("answer = [None, None]", "answer[0] = 1"), "answer").program != []
