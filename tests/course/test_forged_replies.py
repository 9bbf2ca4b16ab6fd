"""Whatever comes back from where a stranger's code ran: no crash, and no unearned mark."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coursekit.course.exercises.extract import Answer
from coursekit.course.exercises.judge import AnswerKey, judge_answer
from coursekit.course.exercises.runner import Reply, run
from coursekit.course.exercises.sets import all_sets
from coursekit.course.exercises.tasks import Choose, Implement
from coursekit.course.root import find_root

TASKS = [(one, task) for one in all_sets(find_root()) for task in one.tasks]
ANSWER = Answer([{"label": "cell 1", "source": "", "keep": []}])
HUGE = 10**400


def array(entries, kind="f", shape=None):
    return {"array": entries, "kind": kind, "shape": [len(entries)] if shape is None else shape}


VALUES = [
    True, 0, -1, HUGE, 1e308, float("nan"), float("inf"), "", "z", "\x1b[2J", "x" * 10_000,
    {"list": []}, {"list": [{"list": [{"list": []}]}]}, {"tuple": [1, "a", None]},
    {"list": [HUGE, 1.5]}, {"dict": [[1, 2]]}, {"dict": [["a", {"list": [1]}]]},
    array([]), array([1.0]), array([[1.0], [2.0, 3.0]]), array(["1", "2"]), array([HUGE], "i"),
    array([float("nan")] * 3), array([1.0], shape=[]), array([1.0] * 4, shape=[2, 2]),
    array([], shape=[0, 10**9]), array([1.0], shape=[-1]), array([True], "b"), array([1.0], "O"),
    {"unsupported": "<script>"}, {"unsupported": 3}, {"eval": "1"}, {"expression": []},
    {"expression": ["Symbol", "x"]}, {"expression": ["Symbol", "__import__('os')"]},
    {"expression": ["Pow", ["Float", "1e300"], ["Float", "1e300"]]}, {"expression": ["Add"] * 3},
    {"expression": ["Rational", "1", "0"]}, {"expression": ["Float", "9" * 5000]},
    {"expression": ["Piecewise"]}, {"expression": ["Piecewise", ["ExprCondPair", 1]]},
    {"expression": ["Equality", ["Float", "1"], ["Float", "1"]]}, {"expression": ["eval", "1"]},
    {"expression": ["Max"]}, {"expression": ["Heaviside", ["BooleanTrue"]]}, {"expression": [1, 2]},
]  # fmt: skip


def forged(task, value):
    """Return the reply of a child that gives this value, in every case."""

    def exchange(request, blocked, timeout):
        n_cases = len(json.loads(request)["cases"] or [])
        outcome = {"value": value, "error": "", "mutated": []}
        reply = (
            {"outcomes": [outcome] * n_cases} if isinstance(task, Implement) else {"value": value}
        )
        return json.dumps({**reply, "printed": ""}).encode() + b"\n"

    return exchange


@pytest.mark.parametrize(("one", "task"), TASKS, ids=lambda x: x.name)
def test_no_value_crashes_the_judge_or_earns_a_mark(one, task):
    key = AnswerKey(task, one.mistakes.get(task.name, ())[:2])
    for value in VALUES:
        verdict = judge_answer(key, ANSWER, exchange=forged(task, value))
        assert verdict.status != "holds", value
        for words in (verdict.summary, verdict.failure, verdict.note):
            assert "\x1b" not in words


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(
        st.sampled_from(["list", "tuple", "dict", "array", "kind", "shape", "expression", "value",
                         "outcomes", "printed", "problem", "error", "mutated", "unsupported"]),
        inner, max_size=4,
    ),
    max_leaves=12,
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(JSON, st.sampled_from([None, [(1,)]]))
def test_no_line_of_json_is_more_than_an_unreadable_answer(line, cases):
    reply = run([], "f", cases, exchange=lambda *request: json.dumps(line).encode() + b"\n")
    assert isinstance(reply, Reply)
    assert isinstance(reply.problem, str)


def test_the_right_value_would_earn_a_mark_so_the_test_can_fail():
    _, task = next((o, t) for o, t in TASKS if isinstance(t, Choose))
    verdict = judge_answer(AnswerKey(task, ()), ANSWER, exchange=forged(task, task.right))
    assert verdict.status == "holds"
