"""Set 25: no correct variant is turned away; a wrong answer is met with its misunderstanding."""

import json

import numpy as np
import pytest
from exercise_helpers import assert_holds, task, verdict_on

from coursekit.course.exercises.feedback import text
from coursekit.course.root import find_root

IMPORT = "import numpy as np\n"
HEADS = {
    "mended_evaluation": (
        IMPORT + "def mended_evaluation(p_valid, y_valid, p_test, y_test, cuts, ratio):\n"
    ),
    "paired_comparison": IMPORT + "def paired_comparison(one, other):\n",
}
VARIANTS = {
    "mended_evaluation": {
        "an inner function": (
            "    def cost(p, y, cut):\n"
            "        return np.mean(np.where(p >= cut, 1 - y, ratio * y))\n"
            "    best = min(cuts, key=lambda cut: cost(p_valid, y_valid, cut))\n"
            "    return best, cost(p_test, y_test, best)"
        ),
        "vectorised": (
            "    refer = p_valid >= cuts[:, None]\n"
            "    costs = np.where(refer, 1 - y_valid, ratio * y_valid).sum(axis=1)\n"
            "    cut = cuts[costs.argmin()]\n"
            "    refer = p_test >= cut\n"
            "    missed = ~refer & (y_test == 1)\n"
            "    return cut, (refer & (y_test == 0)).mean() + ratio * missed.mean()"
        ),
        "loops and a list": (
            "    def cost(p, y, cut):\n"
            "        total = 0\n"
            "        for q, ill in zip(p, y):\n"
            "            if q >= cut and not ill:\n"
            "                total += 1\n"
            "            elif q < cut and ill:\n"
            "                total += ratio\n"
            "        return total / len(p)\n"
            "    best, lowest = None, float('inf')\n"
            "    for cut in cuts:\n"
            "        found = cost(p_valid, y_valid, cut)\n"
            "        if found < lowest:\n"
            "            best, lowest = cut, found\n"
            "    return [best, cost(p_test, y_test, best)]"
        ),
        "counts": (
            "    def cost(p, y, cut):\n"
            "        alarms = np.count_nonzero((p >= cut) & (y == 0))\n"
            "        return (alarms + ratio * np.sum(y[p < cut])) / y.size\n"
            "    costs = np.array([cost(p_valid, y_valid, c) for c in cuts])\n"
            "    best = float(cuts[np.flatnonzero(costs == costs.min())[0]])\n"
            "    return best, float(cost(p_test, y_test, best))"
        ),
        "float32 to average": (
            "    def cost(p, y, cut):\n"
            "        each = np.where(p >= cut, 1 - y, ratio * y)\n"
            "        return each.astype(np.float32).mean()\n"
            "    best = cuts[np.argmin([cost(p_valid, y_valid, c) for c in cuts])]\n"
            "    return np.float32(best), cost(p_test, y_test, best)"
        ),
    },
    "paired_comparison": {
        "numpy": (
            "    n, d = len(one), one - other\n"
            "    both = np.var(one, ddof=1) / n + np.var(other, ddof=1) / n\n"
            "    return d.mean(), np.std(d, ddof=1) / np.sqrt(n), both**0.5"
        ),
        "difference of means, dof by hand": (
            "    n = one.size\n"
            "    def se(x):\n"
            "        return np.std(x) / np.sqrt(n - 1)\n"
            "    return one.mean() - other.mean(), se(other - one), (se(one)**2 + se(other)**2)**.5"
        ),
        "loops and lists": (
            "    def parts(x):\n"
            "        m = sum(x) / len(x)\n"
            "        return m, sum((v - m) ** 2 for v in x) / (len(x) - 1) / len(x)\n"
            "    m, v = parts([a - b for a, b in zip(one, other)])\n"
            "    return [m, v**0.5, (parts(list(one))[1] + parts(list(other))[1]) ** 0.5]"
        ),
        "covariance": (
            "    (a, c), (_, b) = np.cov(one, other) / len(one)\n"
            "    return np.mean(one) - np.mean(other), max(a + b - 2 * c, 0) ** 0.5, (a + b) ** 0.5"
        ),
        "scipy": (
            "    from scipy.stats import sem\n"
            "    return np.mean(one - other), sem(one - other), np.hypot(sem(one), sem(other))"
        ),
        "float32": (
            "    one, other = one.astype(np.float32), other.astype(np.float32)\n"
            "    a, b, d = (x.std(ddof=1) / np.sqrt(len(x)) for x in (one, other, one - other))\n"
            "    return (one - other).mean(), np.float32(d), np.float32(np.hypot(a, b))"
        ),
    },
}
EACH_VARIANT = [(name, variant) for name, bodies in VARIANTS.items() for variant in bodies]


@pytest.mark.parametrize("seed", [0, 7])
@pytest.mark.parametrize(("name", "variant"), EACH_VARIANT)
def test_correct_variants_pass(name, variant, seed):
    assert_holds(name, HEADS[name] + VARIANTS[name][variant], seed=seed)


@pytest.mark.parametrize(
    "answer",
    [
        "-2 * v / a",
        "sp.diff((a / (a + t)) ** 2 * v, t).subs(t, 0)",
        "-v * (1 / a + a**-1)",
        "sp.diff((t * alpha / (a + t)) ** 2 + v * a**2 / (a + t) ** 2, t).subs(t, 0)",
        "sp.limit(((a / (a + t)) ** 2 * v - v) / t, t, 0)",
    ],
)
@pytest.mark.parametrize("assumption", ["real=True", "positive=True", ""])
def test_any_equivalent_form_of_the_slope_passes(answer, assumption):
    symbols = f"v, a, alpha, t = sp.symbols('v a alpha t', {assumption})"
    found, _ = task("slope_at_no_penalty")
    for factor, status in (("1", "holds"), ("1.01", "fails")):
        source = f"slope_at_no_penalty = {factor} * ({answer})"
        verdict = verdict_on(found, "import sympy as sp\n" + symbols, source)
        assert verdict.status == status, verdict


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        ("(1 / 17, 4, 850, 0.0876)", "holds"),
        ("np.array([0.05882, 4, 850, 1 - 40 / 43.8416])", "holds"),
        ("[sp.Rational(1, 17), sp.Integer(4), 850, 0.08762]", "holds"),
        ("(0.0594, 4, 850, 0.0876)", "fails"),
        ("(0.0588, 4, 850, 0.0885)", "fails"),
    ],
)
def test_four_numbers_of_any_kind_pass(answer, status):
    sources = "import numpy as np\nimport sympy as sp", f"four_decisions = {answer}"
    assert verdict_on(task("four_decisions")[0], *sources).status == status


def test_the_numbers_are_true():
    found = task("four_decisions")[0]
    threshold, ratio, _, missed = found.reference(**found.given)
    assert np.isclose(25 * (1 - threshold), 400 * threshold)
    assert np.isclose(1 - 0.2, ratio * 0.2)
    share, z = 1 - missed, 1.96
    assert np.isclose((1 - share) ** 2, z**2 * share * (1 - share) / 40)
    a, v, alpha, step = 0.8, 0.3, 1.7, 1e-6
    errors = [(t * alpha / (a + t)) ** 2 + v * (a / (a + t)) ** 2 for t in (0, step)]
    slope = task("slope_at_no_penalty")[0].reference(v, a, alpha)
    assert np.isclose((errors[1] - errors[0]) / step, slope, rtol=1e-4)
    best, around = v * a / alpha**2, np.linspace(0, 1, 100_001)
    error = (around * alpha / (a + around)) ** 2 + v * (a / (a + around)) ** 2
    assert np.isclose(around[error.argmin()], best, atol=1e-4)


def test_the_faulty_function_is_named():
    found, mistakes = task("mended_evaluation")
    body = (
        "    def cost(p, y, cut):\n"
        "        return np.mean(np.where(p >= cut, 1 - y, ratio * y))\n"
        "    costs = [cost(p_test, y_test, cut) for cut in cuts]\n"
        "    return cuts[np.argmin(costs)], min(costs)"
    )
    verdict = verdict_on(found, HEADS["mended_evaluation"] + body, mistakes=mistakes)
    lines = text(verdict).splitlines()
    assert lines[1].startswith("  fails: the test rows have no say in the cut")
    assert lines[2].startswith("  looks like: the test rows still choose the cut")


def test_unpaired_errors_are_told_from_paired_ones():
    found, mistakes = task("paired_comparison")
    body = (
        "    def se(x):\n"
        "        return x.std(ddof=1) / np.sqrt(len(x))\n"
        "    both = np.hypot(se(one), se(other))\n"
        "    return np.mean(one - other), both, both"
    )
    verdict = verdict_on(found, HEADS["paired_comparison"] + body, mistakes=mistakes)
    assert text(verdict).splitlines()[1:3] == [
        "  fails: a constant lead has no standard error when paired — at one = [1, 3, 2], other = "
        "[0.5, 2.5, 1.5] you return (0.5, 0.816497, 0.816497), not (0.5, 0, 0.816497)",
        "  looks like: this is the unpaired standard error; take the differences row by row first",
    ]


def test_the_table_is_that_of_the_lesson():
    lesson = json.loads((find_root() / "lessons/25_capstone.ipynb").read_text(encoding="utf-8"))
    printed = [
        " ".join(line.split())
        for cell in lesson["cells"]
        for output in cell.get("outputs", ())
        for line in output.get("text", ())
    ]
    for start in (
        "all 30 features 0.070 ±",
        "those that L1 lists 0.080 ±",
        "those that L1 drops 0.089 ±",
        "one feature 0.218 ±",
        "exactly this list: 2 times of 60",
        "L1: features of the list whose sign ever changes: 0",
    ):
        assert any(line.startswith(start) for line in printed), start


@pytest.mark.parametrize("letter", "abde")
def test_a_wrong_option_says_why(letter):
    found, _ = task("eleven_features")
    verdict = verdict_on(found, f"eleven_features = '{letter}'")
    assert verdict.failure == f"{letter}: {found.wrong[letter]}"
