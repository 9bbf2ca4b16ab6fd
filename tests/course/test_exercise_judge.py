"""Verdicts: what is wrong with an answer is said in words that help, for every way to be wrong."""

import numpy as np
import pytest
from exercise_helpers import cells, common, doubling, verdict_on, verdict_on_function

from coursekit.course.exercises import expressions
from coursekit.course.exercises.feedback import text
from coursekit.course.exercises.judge import judge
from coursekit.course.exercises.tasks import (
    Choose,
    Compute,
    Derive,
    Implement,
    Mistake,
    Property,
    part,
)

SYMBOLS = "import sympy as sp\nx, lam = sp.symbols('x lambda', real=True)"
SOFT = Derive(
    name="formula",
    reference=lambda x, lam: max(abs(x) - lam, 0) * (1 if x > 0 else -1),
    symbols={"x": "real", "lambda": "positive"},
    **common(),
)
HALF_SQUARE = Compute(name="number", reference=lambda v: v**2 / 2, given={"v": 3.0}, **common())


def array_task():
    return Implement(
        name="shift",
        reference=lambda w, by: (w + by, by),
        properties=(
            Property(
                "adds by", lambda rng: [(np.zeros(2), 1.0), (rng.normal(size=3), 2.0)], part(0)
            ),
            Property("hands by back", lambda rng: [(np.zeros(2), 1.0)], part(1)),
        ),
        **common(),
    )


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("    x * 2", "you return None: is a return missing?"),
        ("    return 'four'", "you return a string where numbers are asked"),
        ("    return {1, 2}", "you return a set where numbers are asked"),
        ("    return [2 * x]", "you return an array of shape (1,) where a single number is asked"),
        (
            "    return x / 0",
            "it raises ZeroDivisionError: float division by zero (line 2 of cell 1",
        ),
        ("    return 2 * x + 1", "at x = 0 you return 1, not 0"),
        ("    return float('nan')", "at x = 0 you return nan, not 0"),
        ("    return x ^ 2", "(line 2 of cell 1: return x ^ 2) — Python's power is **"),
        ("    import numpy as np\n    return np.float64(x) ^ 2", "Python's power is **"),
        ("    return [[1], [2, 3]]", "you return a list where numbers are asked"),
        (
            "    def half(): pass\n    return 4 * half()",
            "a function returned None: is it unanswered",
        ),
        ("    return double(x)", "RecursionError"),
    ],
)
def test_each_wrong_turn_gets_a_sentence(body, words):
    verdict = verdict_on(doubling(), f"def double(x):\n{body}")
    assert verdict.status == "fails"
    assert words in verdict.failure


def test_a_wrong_signature_is_said_with_the_right_one():
    verdict = verdict_on(doubling(), "def double(): return 2")
    assert verdict.summary == "it takes (), but is called as double(x)"


def test_something_that_is_not_a_function_is_said():
    assert verdict_on(doubling(), "double = 4.0").summary == "double is float, not a function"


def test_changed_inputs_are_a_failure_of_their_own():
    verdict = verdict_on(array_task(), "def shift(w, by):\n    w += by\n    return w, by")
    assert verdict.summary == "2 of 3 properties hold"
    assert verdict.failure.startswith("leaves its inputs as they were — it changes w: x += … ")


@pytest.mark.parametrize(
    ("result", "words"),
    [
        ("w + by", "an array where 2 values are asked"),
        ("(w + by,)", "you return 1 value where 2 are asked"),
        ("(w, w, by)", "you return 3 values where 2 are asked"),
        ("(w, w)", "an array of shape (2,) where a single number is asked: only the final one"),
        ("(w + by, w)", "or a sum or mean of all? (value 2 of 2)"),
        ("np.float64(by)", "a number where 2 values are asked"),
        ("(w[0], by)", "a single number where an array of shape (2,) is asked"),
        ("(w, by)", "you return ([0, 0], 1), not ([1, 1], 1)"),
    ],
)
def test_wrong_shapes_are_said(result, words):
    source = f"import numpy as np\ndef shift(w, by): return {result}"
    assert words in verdict_on(array_task(), source).failure


def test_an_endless_loop_is_a_failed_task():
    source = "def double(x):\n    while True: pass"
    verdict = verdict_on(doubling(), source, timeout=1.0)
    assert "is there a loop that never ends?" in verdict.summary


def test_printing_is_shown_when_the_answer_fails_only():
    source = "def double(x):\n    print('x is', x)\n    return {}"
    assert "your code printed: x is 0.0" in verdict_on(doubling(), source.format(1)).note
    assert verdict_on(doubling(), source.format("2 * x")).note == ""


def test_warnings_are_not_the_learners_printing():
    for line in ("np.float64(x) / 0", "np.polyfit([x] * 3, [x] * 3, 2)[0]"):
        verdict = verdict_on(doubling(), f"import numpy as np\ndef double(x): return {line}")
        assert verdict.status == "fails"
        assert verdict.note == ""


PAIR = Compute(name="pair", reference=lambda: (2.0, 0.5), **common())
ROW = Compute(name="row", reference=lambda: np.array([2.0, 0.5, 4.0]), **common())


@pytest.mark.parametrize("answer", ["(2, 0.5)", "[2, 0.5]", "np.array([2, 0.5])", "2, 1 / 2"])
def test_several_numbers_may_come_in_any_list(answer):
    assert verdict_on(PAIR, f"import numpy as np\npair = {answer}").status == "holds"


@pytest.mark.parametrize("answer", ["None", "(None, None)", "None, None", "[None, ...]"])
def test_placeholders_are_not_answered_yet(answer):
    assert verdict_on(PAIR, f"pair = {answer}").status == "unanswered"


@pytest.mark.parametrize(
    ("task", "answer", "words"),
    [
        (PAIR, "(2, None)", "it is None (value 2 of 2)"),
        (PAIR, "(2, 1)", "(2, 1) is not right (right so far: value 1)"),
        (ROW, "[2, 1, 4]", "[2, 1, 4] is not right (right so far: values 1, 3)"),
        (ROW, "[2, 1]", "it is an array of shape (2,) where an array of shape (3,) is asked"),
    ],
)
def test_what_is_right_so_far_is_said(task, answer, words):
    assert words in verdict_on(task, f"{task.name} = {answer}").failure


def test_rounding_is_suspected_of_no_whole_number():
    whole = Compute(name="count", reference=lambda: 81, **common())
    assert "rounded" not in verdict_on(whole, "count = 80").failure
    assert "rounded too early?" in verdict_on(HALF_SQUARE, "number = 4.49").failure


def test_a_wrong_part_is_diagnosed_though_some_cases_raise(monkeypatch):
    def right(x):
        return (2 * x, 1 / x)

    def wrong(x):
        return (3 * x, 7 / x)

    task = Implement(
        name="two",
        reference=lambda x: (2 * x, 1 / x if x else 0.0),
        properties=(Property("two", lambda rng: [(1.0,), (0.0,), (2.0,)]),),
        **common(),
    )
    mistakes = [Mistake("three times", lambda x: (3 * x, 1 / x))]
    assert verdict_on_function(monkeypatch, task, wrong, mistakes).diagnosis == "three times"
    assert verdict_on_function(monkeypatch, task, right, mistakes).diagnosis == ""


def test_a_diagnosis_needs_the_same_result_in_every_case(monkeypatch):
    mistakes = [Mistake("three times", lambda x: 3 * x), Mistake("squares", lambda x: x**2)]
    seen = [
        verdict_on_function(monkeypatch, doubling(), answer, mistakes).diagnosis
        for answer in (lambda x: x + x + x, lambda x: x * x, lambda x: 3 * abs(x))
    ]
    assert seen == ["three times", "squares", ""]


@pytest.mark.parametrize(
    ("result", "diagnosis"),
    [
        ("(3 * x, x - 7)", "three times"),
        ("(2 * x, x)", "forgot one"),
        ("(9 * x, x)", "forgot one"),
        ("(9 * x, 7)", ""),
        ("9", ""),
    ],
)
def test_two_mistakes_at_a_time_do_not_hide_each_other(result, diagnosis):
    task = Implement(
        name="pair",
        reference=lambda x: (2 * x, x + 1),
        properties=(Property("is right", lambda rng: [(1.0,), (4.0,)]),),
        **common(),
    )
    mistakes = [
        Mistake("three times", lambda x: (3 * x, x + 1)),
        Mistake("forgot one", lambda x: (2 * x, x)),
    ]
    verdict = verdict_on(task, f"def pair(x): return {result}", mistakes=mistakes)
    assert (verdict.status, verdict.diagnosis) == ("fails", diagnosis)


def test_the_failure_that_is_shown_is_the_one_diagnosed():
    parts = (
        Property("the second is right", lambda rng: [(1.0,), (4.0,)], part(1)),
        Property("the first is right", lambda rng: [(3.0,)], part(0)),
    )
    task = Implement(name="pair", reference=lambda x: (2 * x, x + 1), properties=parts, **common())
    first = Mistake("three times", lambda x: (3 * x, x + 1))
    second = Mistake("forgot one", lambda x: (2 * x, x))
    for mistakes in ([first, second], [second, first]):
        verdict = verdict_on(task, "def pair(x): return 3 * x, x", mistakes=mistakes)
        assert verdict.failure.startswith("the second is right")
        assert verdict.diagnosis == "forgot one"
    verdict = verdict_on(task, "def pair(x): return 3 * x, x - 7", mistakes=[first, second])
    assert verdict.failure.startswith("the first is right")
    assert verdict.diagnosis == "three times"


def test_if_on_an_array_gets_advice():
    source = "def shift(w, by):\n    if w > 0:\n        w = w + by\n    return w, by"
    failure = verdict_on(array_task(), source).failure
    assert failure.endswith("np.where, np.sign, np.maximum or np.clip, for all of them np.all")


def test_a_fix_that_was_typed_wrong_is_not_silently_passed_over():
    verdict = verdict_on(doubling(), "def double(x): return 2 * x", "def double(x: return 3")
    assert verdict.note.startswith("cell 2 cannot be read at line 1")
    assert verdict_on(doubling(), "def double(x: return 3").status == "fails"


@pytest.mark.parametrize("answer", ["4.5", "9 / 2", "np.float32(4.5)", "np.array(4.5)", "4.501"])
def test_numbers_within_tolerance_pass(answer):
    assert verdict_on(HALF_SQUARE, f"import numpy as np\nnumber = {answer}").status == "holds"


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("9", "9 is not right"),
        ("4.545", "is close"),
        ("'4.5'", "it is a string where numbers are asked"),
        ("[4.5]", "it is an array of shape (1,) where a single number is asked"),
        ("True", "True is not right"),
    ],
)
def test_other_values_fail(answer, words):
    assert words in verdict_on(HALF_SQUARE, f"number = {answer}").failure


def test_a_value_that_turns_out_to_be_none_is_unanswered():
    assert verdict_on(HALF_SQUARE, "number = print()").status == "unanswered"


@pytest.mark.parametrize(
    "answer",
    [
        "sp.sign(x) * sp.Max(sp.Abs(x) - lam, 0)",
        "sp.Piecewise((x - lam, x > lam), (x + lam, x < -lam), (0, True))",
        "x - sp.Min(sp.Max(x, -lam), lam)",
        "(sp.Abs(x + lam) - sp.Abs(x - lam)) / -2 + x",
    ],
)
def test_equivalent_formulas_pass(answer):
    assert verdict_on(SOFT, SYMBOLS, f"formula = {answer}").status == "holds"


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("x - lam", "they differ at x = "),
        ("sp.Symbol('z') - lam", "it uses the symbol z; the answer is asked in x, lambda"),
        ("sp.Eq(x, lam)", "it is an equation or condition"),
        ("[x, lam]", "it is [a formula, a formula], not a sympy expression"),
        ("sp.diff(sp.Function('f')(x), x)", "it contains Derivative"),
        ("sp.Function('exec')(x)", "it contains exec, which is not known here, or not"),
        ("sp.Function('__import__')(x)", "it contains __import__"),
        ("sp.Integer(10)**200 * x", "a number of more than 100 digits"),
        ("x^lam", "Python's power is **"),
        ("sp.exp(sp.exp(sp.exp(sp.exp(x + 9))))", "numbers above a million"),
        ("sp.Add(*sp.symbols('s:2500'))", "an expression of more than 2000 parts"),
        ("sp.Piecewise((x, x > 100))", "no branch of the Piecewise holds"),
        ("1 / (x - x.subs(lam, 0))", "it contains ComplexInfinity"),
        ("sp.sqrt(-1) * x > 0", "it has no value there"),
        ("'x - lam'", "it is a string: take the quotes away"),
        ("0.5", "they differ at"),
        ("sp.solve(x - 2 * lam, x)", "it is [a formula], not a sympy expression: take its entry"),
        ("np.sqrt(x * lam)", "for symbols there is sp.sqrt, sp.exp, …"),
        ("math.sqrt(x * lam)", "for symbols there is sp.sqrt, sp.exp, …"),
        ("max(x, lam)", "which symbol is larger is not known yet: sp.Piecewise"),
        ("(x + lam)(x)", "a product needs its *"),
        ("sp.solve(x - 2 * lam)", "it is [a dict], not a sympy expression"),
    ],
)
def test_other_formulas_fail_with_a_reason(answer, words):
    verdict = verdict_on(SOFT, "import math, numpy as np", SYMBOLS, f"formula = {answer}")
    assert verdict.status == "fails"
    assert words in f"{verdict.summary} {verdict.failure}"


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (
            "x",
            "they differ at x = 1, lambda = 0.5: yours is 1, the right one 0.5; yours lacks lambda",
        ),
        ("x - lam", "they differ at x = 1, lambda = 2: yours is −1, the right one 0"),
        ("1 / (x - 1)", "they differ at x = 2, lambda = 0.5: yours is 1, the right one 1.5; yours"),
        (
            "sp.I * x * lam",
            "they differ at x = 1, lambda = 0.5: yours is complex, the right one 0.5",
        ),
        ("7", "yours is 7, the right one 0.5; yours lacks x, lambda"),
    ],
)
def test_formulas_differ_at_the_simplest_point_that_shows_it(answer, words):
    failure = verdict_on(SOFT, SYMBOLS, f"formula = {answer}").failure
    assert failure.startswith(words) or failure.endswith(words)


def test_formulas_that_agree_at_all_simple_points_differ_at_another():
    task = Derive(name="f", reference=lambda x: x, symbols={"x": "real"}, **common())
    answer = "f = x + (x - 1) * (x - 2) * (x + 1) * (2 * x - 1)"
    verdict = verdict_on(task, SYMBOLS, answer)
    assert verdict.status == "fails"
    assert verdict.failure.startswith("they differ at x = ")


ODDS = Derive(
    name="odds", reference=lambda p: p / (1 - p), symbols={"p": "probability"}, **common()
)
P = "import sympy as sp\np = sp.Symbol('p')"


def test_where_neither_side_has_a_value_nothing_is_compared():
    pole = Derive(name="pole", reference=lambda x: 1 / (x - 1), symbols={"x": "real"}, **common())
    for seed in range(20):
        answer = cells(SYMBOLS, "pole = -1 / (1 - x)")
        assert judge(pole, (), answer, seed=seed).status == "holds"


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (
            "p / (p - sp.Rational(1, 2))",
            "they differ at p = 0.25: yours is −1, the right one 0.333",
        ),
        ("p / (p - p**1.0 + sp.Rational(0))", "it has no value (ZeroDivisionError); the right one"),
        ("sp.log(p) / (1 - p)", "they differ at p = 0.5: yours is −1.38629, the right one 1"),
    ],
)
def test_a_pole_does_not_hide_the_difference(answer, words):
    assert words in verdict_on(ODDS, P, f"odds = {answer}").failure


def test_only_symbols_that_matter_are_missed():
    task = Derive(
        name="twice", reference=lambda x, n: 2 * x, symbols={"x": "real", "n": "real"}, **common()
    )
    assert verdict_on(task, SYMBOLS, "twice = lam * 0").failure.endswith("; yours lacks x")


def test_a_zero_has_no_sign():
    assert (
        "you return 1, not 0"
        in verdict_on(doubling(cases=lambda rng: [(-0.0,)]), "def double(x): return 1").failure
    )


def test_another_error_of_the_same_type_is_another_mistake(monkeypatch):
    def raises(words):
        def answer(x):
            raise ValueError(words)

        return answer

    mistakes = [Mistake("shapes", raises("shapes (3,) and (2,) do not fit"))]
    seen = [
        verdict_on_function(monkeypatch, doubling(), raises(words), mistakes).diagnosis
        for words in ("shapes (5,) and (4,) do not fit", "no such axis")
    ]
    assert seen == ["shapes", ""]


def test_a_diagnosis_needs_no_advice_on_rounding():
    mistakes = [Mistake("the last digit was cut off", lambda v: 4.49)]
    verdict = verdict_on(HALF_SQUARE, "number = 4.49", mistakes=mistakes)
    assert verdict.failure == "4.49 is not right"


def test_a_steep_sigmoid_is_no_large_exponent():
    steep = Derive(
        name="steep",
        reference=lambda z, t: 1 / (1 + expressions.mp.exp(-z / t)),
        symbols={"z": "real", "t": "positive"},
        **common(),
    )
    source = "z, t = sp.symbols('z t')\nsteep = 1 / (1 + sp.exp(-z / t))"
    for seed in range(10):
        answer = cells("import sympy as sp", source)
        assert judge(steep, (), answer, seed=seed).status == "holds"


def test_a_known_mistake_with_a_pole_is_named():
    mistakes = [Mistake("turned round", lambda p: p / (p - 0.5))]
    source = "odds = p / (p - sp.Rational(1, 2))"
    assert verdict_on(ODDS, P, source, mistakes=mistakes).diagnosis == "turned round"


@pytest.mark.parametrize("domain", expressions.DOMAINS)
def test_points_lie_in_their_domain(domain):
    drawn = {
        float(expressions.points({"x": domain}, np.random.default_rng(i))[0]["x"])
        for i in range(99)
    }
    simple = {float(x) for x in expressions.SIMPLE[domain]}
    inside = {
        "real": lambda x: x != 0,
        "positive": lambda x: x > 0,
        "positive integer": lambda x: x > 0 and x == int(x),
        "probability": lambda x: 0 < x < 1,
        "label −1 or 1": lambda x: x in (-1, 1),
        "label 0 or 1": lambda x: x in (0, 1),
    }[domain]
    assert all(map(inside, drawn | simple))
    assert len(drawn) > 1


def test_every_domain_has_simple_points():
    assert set(expressions.SIMPLE) == set(expressions.DOMAINS)
    points = expressions.simple_points({"x": "real", "n": "positive integer"})
    assert len(points) == 12
    assert points[:3] == [{"x": 1, "n": 1}, {"x": 1, "n": 2}, {"x": 2, "n": 1}]


@pytest.mark.parametrize(
    "tree",
    [
        ["Pow", ["Rational", "9", "1"], ["Pow", ["Rational", "9", "1"], ["Rational", "9", "1"]]],
        ["exec", ["Symbol", "x"]],
        ["Symbol", 3],
        ["Rational", "1", "0"],
        ["Rational", "__import__('os')", "1"],
        ["Pow", ["Symbol", "x"]],
        ["Symbol", "y"],
        "x",
        [],
    ],
    ids=str,
)
def test_forged_trees_are_refused(tree):
    with pytest.raises(expressions.ExpressionError):
        expressions.evaluate(tree, {"x": 2})


def test_deep_trees_are_refused():
    tree = ["Symbol", "x"]
    for _ in range(200):
        tree = ["exp", tree]
    with pytest.raises(expressions.ExpressionError, match="nested"):
        expressions.evaluate(tree, {"x": 2})


def test_known_wrong_formulas_are_named():
    mistakes = [Mistake("the sign is flipped", lambda x, lam: -SOFT.reference(x, lam))]
    source = "formula = -sp.sign(x) * sp.Max(sp.Abs(x) - lam, 0)"
    assert verdict_on(SOFT, SYMBOLS, source, mistakes=mistakes).diagnosis == "the sign is flipped"


@pytest.mark.parametrize(
    ("factor", "words"), [("-1", "−1"), ("2", "2"), ("sp.Rational(1, 2)", "0.5")]
)
def test_a_wrong_sign_or_factor_is_named_without_being_listed(factor, words):
    source = f"formula = {factor} * sp.sign(x) * sp.Max(sp.Abs(x) - lam, 0)"
    diagnosis = verdict_on(SOFT, SYMBOLS, source).diagnosis
    assert diagnosis == f"it is {words} times the right answer"


def test_the_seed_draws_other_cases_but_the_same_verdict():
    task = doubling(cases=lambda rng: [(float(x),) for x in rng.normal(size=3)])
    wrong = cells("def double(x): return 3 * x")
    failures = {judge(task, (), wrong, seed=seed).failure for seed in (1, 2)}
    assert len(failures) == 2


@pytest.mark.parametrize("answer", ["b", " B ", "(b)", "b.", "b)", "**b**"])
def test_a_choice_may_be_typed_in_many_ways(answer):
    task = Choose(name="pick", right="b", wrong={"a": "no"}, **common())
    assert verdict_on(task, f"pick = {answer!r}").status == "holds"
    task = Choose(name="pick", right="a", wrong={"b": "no"}, **common())
    assert verdict_on(task, f"pick = {answer!r}").failure == "b: no"


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("'(e)'", "'(e)' is none of a, b"),
        ("'ab'", "'ab' is none of a, b"),
        ("''", "'' is none of a, b"),
        ("['b']", 'it is a list where a string is asked: one letter in quotes, such as "a"'),
        ("{'b'}", "it is a set where a string is asked"),
        ("2", "it is a number where a string is asked"),
        ("b", "name 'b' is not defined (line 1 of cell 1: pick = b) — put the letter in quotes"),
        ("solve()", "name 'solve' is not defined (line 1 of cell 1: pick = solve())"),
    ],
)
def test_what_is_not_a_letter_is_said(answer, words):
    task = Choose(name="pick", right="b", wrong={"a": "no"}, **common())
    verdict = verdict_on(task, f"pick = {answer}")
    assert verdict.status == "fails"
    said = verdict.failure or verdict.summary
    assert words in said
    assert ("put the letter" in said) == (answer == "b")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"hints": ("only one",)}, "at least two hints"),
        ({"hints": ("one", "")}, "at least two hints"),
        ({"explanation": ""}, "an explanation"),
        ({"points": 0}, "points and minutes must be >= 1"),
        ({"minutes": 0}, "points and minutes must be >= 1"),
        ({"name": "two words"}, "name must be a Python name, got 'two words'"),
    ],
)
def test_a_task_without_what_it_needs_is_refused(changes, words):
    with pytest.raises(ValueError, match=words):
        Choose(**{"name": "x", "right": "a", "wrong": {"b": "no"}, **common(), **changes})


def test_a_symbol_needs_a_known_domain():
    with pytest.raises(ValueError, match=r"domain must be one of real, .*; got 'natural'"):
        Derive(name="f", reference=abs, symbols={"x": "natural"}, **common())


def test_the_words_of_a_verdict():
    unanswered = verdict_on(doubling(), "")
    assert text(unanswered) == "– double: not answered yet"
    right = verdict_on(doubling(), "double = lambda x: x + x")
    assert text(right) == "✓ double: 2 of 2 properties hold\n  because"
    wrong = verdict_on(doubling(), "double = lambda x: x + x + x")
    assert text(wrong, hints_open=1).splitlines()[-1] == "  hint 2 of 2: coursekit hint double"
    assert text(wrong, hints_open=2).splitlines()[-1] == "  hint 2 of 2: coursekit hint double"
