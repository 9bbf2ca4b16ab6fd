"""Set 24: no correct variant is turned away; a wrong answer is met with its misunderstanding."""

import pytest
from exercise_helpers import assert_holds, task, verdict_on

from coursekit.course.exercises.feedback import text

GAIN = "import numpy as np\ndef paired_gain(errors_a, errors_b):\n"
GAIN_VARIANTS = {
    "vectorised": (
        "    g = errors_a - errors_b\n"
        "    error = g.std(ddof=1) / len(g) ** 0.5\n"
        "    return g.mean(), error, g.mean() > 2 * error"
    ),
    "a list and a bool": (
        "    g = np.subtract(errors_a, errors_b)\n"
        "    m, e = float(g.mean()), float(np.sqrt(np.var(g, ddof=1) / g.size))\n"
        "    return [m, e, bool(m / e > 2)]"
    ),
    "a difference of means": (
        "    n = len(errors_a)\n"
        "    m = errors_a.mean() - errors_b.mean()\n"
        "    e = np.sqrt(np.sum((errors_a - errors_b - m) ** 2) / (n * (n - 1)))\n"
        "    return m, e, m - 2 * e > 0"
    ),
    "covariances": (
        "    c = np.cov(errors_a, errors_b)\n"
        "    e = np.sqrt((c[0, 0] + c[1, 1] - 2 * c[0, 1]) / len(errors_a))\n"
        "    m = np.mean(errors_a) - np.mean(errors_b)\n"
        "    return m, e, True if m > 2 * e else False"
    ),
    "a loop": (
        "    gains = [float(a) - float(b) for a, b in zip(errors_a, errors_b)]\n"
        "    m = sum(gains) / len(gains)\n"
        "    s = sum((g - m) ** 2 for g in gains) / (len(gains) - 1)\n"
        "    e = (s / len(gains)) ** 0.5\n"
        "    return m, e, m > 2 * e"
    ),
    "the module statistics": (
        "    import statistics\n"
        "    gains = (errors_a - errors_b).tolist()\n"
        "    m, e = statistics.mean(gains), statistics.stdev(gains) / len(gains) ** 0.5\n"
        "    return m, e, int(m > 2 * e)"
    ),
    "float32": (
        "    g = errors_a.astype(np.float32) - errors_b.astype(np.float32)\n"
        "    e = np.std(g, ddof=1) / np.sqrt(np.float32(len(g)))\n"
        "    return np.mean(g), e, np.mean(g) > 2 * e"
    ),
}


@pytest.mark.parametrize("variant", GAIN_VARIANTS)
def test_correct_gains_pass(variant):
    assert_holds("paired_gain", GAIN + GAIN_VARIANTS[variant])


@pytest.mark.parametrize("factor", ["1.01", "0.99"])
@pytest.mark.parametrize("piece", ["g.mean(), error", "error, g"])
def test_one_number_off_by_one_percent_fails(factor, piece):
    body = GAIN_VARIANTS["vectorised"].replace(piece, f"{factor} * {piece}")
    assert verdict_on(task("paired_gain")[0], GAIN + body).status == "fails"


@pytest.mark.parametrize("answer", ["(0.5, 1)", "[1/2, np.float32(1)]", "0.5, 0.8*0.125 + 0.2*4.5"])
def test_equal_numbers_of_any_kind_pass(answer):
    sources = "import numpy as np", f"cost_of_dropout = {answer}"
    assert verdict_on(task("cost_of_dropout")[0], *sources).status == "holds"


def test_a_wrong_answer_is_met_with_its_misunderstanding():
    found, mistakes = task("paired_gain")
    body = GAIN_VARIANTS["vectorised"].replace("ddof=1", "")
    verdict = verdict_on(found, GAIN + body, mistakes=mistakes)
    lines = text(verdict).splitlines()
    assert lines[0] == "✗ paired_gain: 4 of 8 properties hold"
    assert lines[1].startswith(
        "  fails: the standard error is that of the gains — at errors_a = [3, 4, 8], "
        "errors_b = [1, 3, 5] you return (2, 0.471405, "
    )
    assert lines[2:] == [
        "  looks like: np.std has n below the sum unless it is told ddof=1",
        "  hint 1 of 3: coursekit hint paired_gain",
    ]


def test_only_the_third_value_may_be_wrong():
    found, mistakes = task("paired_gain")
    for rule, words in (
        ("> error", "one standard error is too"),
        (">= 2 * error", "a gain of exactly"),
    ):
        body = GAIN_VARIANTS["vectorised"].replace("> 2 * error", rule)
        verdict = verdict_on(found, GAIN + body, mistakes=mistakes)
        assert verdict.diagnosis.startswith(words)


@pytest.mark.parametrize(
    ("name", "right", "wrong", "reason"),
    [
        ("mean_or_median", "B", "d", "to be within two standard errors means"),
        ("every_coefficient", "D", "a", "a sum of squares can fall"),
        ("what_cases_prove", "B", "c", "the large step sets all weights to 0"),
    ],
)
def test_a_wrong_option_says_why(name, right, wrong, reason):
    found, _ = task(name)
    assert verdict_on(found, f"{name} = {right!r}").status == "holds"
    assert verdict_on(found, f"{name} = {wrong!r}").failure.startswith(f"{wrong}: {reason}")
