"""Learners' code runs in a process of its own; whatever it does, a plain sentence comes back."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from exercise_helpers import cells, doubling, verdict_on

from coursekit.course.exercises import child, runner
from coursekit.course.exercises.extract import extract
from coursekit.course.exercises.runner import observe, run


def reply_to(source, cases=None, name="answer", **options):
    return run(
        extract(cells(source), name, called=cases is not None).program, name, cases, **options
    )


@pytest.mark.parametrize(
    "value",
    [None, True, 3, 2.5, "ü", [1, [2.0]], (1, "a"), {"a": 1}, np.array([[1.0, 2.0]]), np.array(3),
     np.zeros((0, 2)), np.array([True]), float("inf")],
    ids=repr,
)  # fmt: skip
def test_plain_data_crosses_unchanged(value):
    back = child.decode(json.loads(json.dumps(child.encode(value))))
    if isinstance(value, np.ndarray):
        assert (back.dtype.kind, back.shape) == (value.dtype.kind, value.shape)
        assert np.array_equal(back, value)
    else:
        assert (type(back), back) == (type(value), value)


@pytest.mark.parametrize(
    "value", [{1, 2}, object(), 1j, np.array(["a"]), np.array([None]), 10**5000, print], ids=type
)
def test_anything_else_crosses_as_its_description_only(value):
    assert isinstance(child.decode(child.encode(value)), child.Unsupported)


@pytest.mark.parametrize(
    "data",
    [[1], {"pickle": "gASV"}, {"array": ["x"], "kind": "f", "shape": [1]},
     {"array": [1.0], "kind": "f", "shape": [2]}, {"array": [1], "kind": "O", "shape": [1]},
     {"expression": [["Add"]] * 10_000}, {"list": 3}],
    ids=str,
)  # fmt: skip
def test_forged_data_is_refused(data):
    with pytest.raises((ValueError, KeyError)):
        child.decode(data)


def test_a_function_is_called_in_every_case_in_one_process():
    source = "import os\ndef answer(x): return (x + 1, os.getpid())"
    outcomes = reply_to(source, [(1,), (2,)]).outcomes
    assert [o.value[0] for o in outcomes] == [2, 3]
    assert len({o.value[1] for o in outcomes} - {os.getpid()}) == 1


def test_what_the_child_sees_is_what_the_trusted_process_sees():
    def in_place(w, x):
        w += x
        return w

    source = "def answer(w, x):\n    w += x\n    return w"
    args = (np.array([1.0, 2.0]), 3.0)
    theirs, ours = reply_to(source, [args]).outcomes[0], observe(in_place, args)
    assert theirs.mutated == ours.mutated == (0,)
    assert np.array_equal(theirs.value, ours.value)
    assert np.array_equal(args[0], [1.0, 2.0])


def test_errors_name_the_line_of_the_learners_own_code():
    source = "def helper(x):\n    return [][3]\n\ndef answer(x):\n    return helper(x)"
    [outcome] = reply_to(source, [(1,)]).outcomes
    assert outcome.error == ("IndexError: list index out of range (line 2 of cell 1: return [][3])")
    problem = reply_to("answer = 1 / 0").problem
    assert problem.startswith("your code stops with ZeroDivisionError: division by zero (line 1 of")


@pytest.mark.parametrize("source", ["import sys\nanswer = sys.exit(0)", "answer = input()"])
def test_exit_and_input_are_errors_like_others(source):
    assert reply_to(source).problem.startswith("your code stops with")


def test_an_endless_loop_is_ended():
    start = time.monotonic()
    problem = reply_to("def answer(x):\n    while True: pass", [(1,)], timeout=1.0).problem
    assert problem == "did not finish within 1 s: is there a loop that never ends?"
    assert time.monotonic() - start < 5


@pytest.mark.skipif(sys.platform == "win32", reason="process groups are POSIX")
def test_processes_that_the_code_starts_are_ended_too(tmp_path):
    source = (
        "import subprocess, sys, time\n"
        "def answer(x):\n"
        "    p = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        f"    open({str(tmp_path / 'pid')!r}, 'w').write(str(p.pid))\n"
        "    time.sleep(60)"
    )
    reply_to(source, [(1,)], timeout=2.0)
    pid = int((tmp_path / "pid").read_text())
    state = Path(f"/proc/{pid}/stat")
    time.sleep(0.2)
    assert not state.exists() or state.read_text().rsplit(")", 1)[1].split()[0] == "Z"


def test_an_interrupted_check_leaves_no_process(monkeypatch):
    started = []
    start = subprocess.Popen

    def noted(*args, **kwargs):
        started.append(start(*args, **kwargs))
        return started[-1]

    def interrupted(thread, timeout=None):
        if timeout == 60:
            raise KeyboardInterrupt

    monkeypatch.setattr(runner.subprocess, "Popen", noted)
    monkeypatch.setattr(runner.Thread, "join", interrupted)
    with pytest.raises(KeyboardInterrupt):
        reply_to("def answer(x):\n    while True: pass", [(1,)], timeout=60)
    assert started[0].poll() is not None
    for pipe in (started[0].stdin, started[0].stdout):
        pipe.close()


def test_what_would_steer_a_terminal_is_taken_out():
    problem = reply_to("answer = int('\\x1b[2J' + '\\x07')").problem
    assert "ValueError" in problem
    assert problem.isprintable()
    assert child.decode({"unsupported": "\x1b[2J\ud800"}) == "?[2J?"


def test_a_process_that_ends_early_is_reported():
    assert (
        "ended early (status 3)"
        in reply_to("import os\ndef answer(x): os._exit(3)", [(1,)]).problem
    )


def test_printing_a_lot_neither_disturbs_nor_fills_memory():
    source = (
        "import os\n"
        "def answer(x):\n"
        "    for _ in range(100_000): print('x' * 100)\n"
        "    os.write(1, b'{\"outcomes\": []}\\n')\n"
        "    return x"
    )
    reply = reply_to(source, [(1,)])
    assert reply.outcomes[0].value == 1
    assert len(reply.printed) <= child.MAX_PRINTED


@pytest.mark.parametrize(
    "line", [b"nonsense\n", b"[]\n", b'{"outcomes": []}\n', b"[" * 99_999 + b"\n"]
)
def test_a_reply_that_makes_no_sense_is_a_problem_not_a_crash(line):
    reply = run([], "answer", [(1,)], exchange=lambda *request: line)
    assert reply.problem == "what your code returns cannot be read"


@pytest.mark.parametrize(
    "statement",
    ["import coursekit", "from coursekit.penalties import soft_threshold",
     "import importlib; importlib.import_module('coursekit.losses')"],
)  # fmt: skip
def test_coursekit_is_hidden_where_its_function_is_the_answer(statement):
    source = f"def double(x):\n    {statement}\n    return 2 * x"
    assert "coursekit is not available here" in verdict_on(doubling(), source).failure
    # The control: without the block the same code passes, so it is the block that stops it.
    reply = run(extract(cells(source), "double", called=True).program, "double", [(1.0,)])
    assert reply.outcomes[0].value == 2.0


def test_the_child_needs_nothing_of_coursekit_and_ends_when_its_parent_does():
    command = [sys.executable, "-I", child.__file__]
    ended = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=10)
    assert ended.returncode != 0
    imports = [line for line in Path(child.__file__).read_text().splitlines() if "import" in line]
    assert not [line for line in imports if "from ." in line or "import coursekit" in line]
