"""Set 03: no correct variant is turned away; a wrong answer is met with its misunderstanding."""

import numpy as np
import pytest
from exercise_helpers import assert_holds, cells, task, verdict_on

from coursekit.course.exercises.feedback import text
from coursekit.course.exercises.judge import judge
from coursekit.losses import Logistic
from coursekit.objective import Objective

IMPORT = "import math\nimport numpy as np\n"
LOSSES = IMPORT + "def logistic_losses(m):\n"
GRADIENT = IMPORT + "def logistic_gradient(X, y, w, b):\n"
WALK = IMPORT + "def walk_back(links):\n"
LOSSES_VARIANTS = {
    "one line": "    return np.maximum(0, -m) + np.log1p(np.exp(-np.abs(m)))",
    "numpy's own": "    return np.logaddexp(0, -m)",
    "both forms, one chosen": (
        "    with np.errstate(over='ignore', invalid='ignore'):\n"
        "        return np.where(m >= 0, np.log1p(np.exp(-m)), -m + np.log1p(np.exp(m)))"
    ),
    "both forms, with masks": (
        "    losses = np.zeros(len(m))\n"
        "    losses[m >= 0] = np.log1p(np.exp(-m[m >= 0]))\n"
        "    losses[m < 0] = -m[m < 0] + np.log1p(np.exp(m[m < 0]))\n"
        "    return losses"
    ),
    "a loop over plain numbers": (
        "    def one(v):\n"
        "        if v >= 0:\n"
        "            return math.log1p(math.exp(-v))\n"
        "        return -v + math.log1p(math.exp(v))\n"
        "    return [one(v) for v in m]"
    ),
    "float32": (
        "    m = m.astype(np.float32)\n"
        "    return np.maximum(np.float32(0), -m) + np.log1p(np.exp(-np.abs(m)))"
    ),
}
GRADIENT_VARIANTS = {
    "mended": (
        "    slopes = -y / (1 + np.exp(y * (X @ w + b)))\n"
        "    return X.T @ slopes / len(y), slopes.mean()"
    ),
    "a loop": (
        "    by_w, by_b = [0.0] * len(w), 0.0\n"
        "    for row, label in zip(X, y):\n"
        "        margin = min(label * (sum(a * v for a, v in zip(row, w)) + b), 700)\n"
        "        slope = -label / (1 + math.exp(margin)) / len(y)\n"
        "        by_b += slope\n"
        "        by_w = [old + slope * a for old, a in zip(by_w, row)]\n"
        "    return [by_w, by_b]"
    ),
    "p − y with labels 0 and 1": (
        "    slopes = 1 / (1 + np.exp(-(X @ w + b))) - (y + 1) / 2\n"
        "    return (X * slopes[:, None]).mean(axis=0), np.mean(slopes)"
    ),
    "tanh": (
        "    slopes = y * (np.tanh(y * (X @ w + b) / 2) - 1) / 2\n"
        "    return np.array([np.mean(slopes * x) for x in X.T]), np.mean(slopes)"
    ),
    "float32": (
        "    X, y, w = (np.array(v, dtype=np.float32) for v in (X, y, w))\n"
        "    slopes = -y / (1 + np.exp(y * (X @ w + np.float32(b))))\n"
        "    return X.T @ slopes / np.float32(len(y)), slopes.mean()"
    ),
}
WALK_VARIANTS = {
    "array": (
        "    slopes = np.zeros(len(links))\n"
        "    slopes[-1] = 1\n"
        "    for k in reversed(range(len(links))):\n"
        "        for i, slope in links[k]:\n"
        "            slopes[i] += slope * slopes[k]\n"
        "    return slopes"
    ),
    "list": (
        "    slopes = [0] * (len(links) - 1) + [1]\n"
        "    k = len(links)\n"
        "    while k:\n"
        "        k -= 1\n"
        "        for pair in links[k]:\n"
        "            slopes[pair[0]] = slopes[pair[0]] + pair[1] * slopes[k]\n"
        "    return slopes"
    ),
    "every path": (
        "    def along(k, so_far):\n"
        "        slopes[k] += so_far\n"
        "        for i, slope in links[k]:\n"
        "            along(i, so_far * slope)\n"
        "    slopes = np.zeros(len(links))\n"
        "    along(len(links) - 1, 1.0)\n"
        "    return slopes"
    ),
    "one run forwards for each": (
        "    result = []\n"
        "    for j in range(len(links)):\n"
        "        d = [0.0] * len(links)\n"
        "        for k, found in enumerate(links):\n"
        "            d[k] = 1.0 if k == j else sum(s * d[i] for i, s in found)\n"
        "        result.append(d[-1])\n"
        "    return result"
    ),
    "matrix": (
        "    A = np.eye(len(links))\n"
        "    for k, found in enumerate(links):\n"
        "        for i, slope in found:\n"
        "            A[i, k] -= slope\n"
        "    return np.linalg.solve(A, np.eye(len(links))[-1])"
    ),
}
VARIANTS = [
    *(("logistic_losses", LOSSES + body) for body in LOSSES_VARIANTS.values()),
    *(("logistic_gradient", GRADIENT + body) for body in GRADIENT_VARIANTS.values()),
    *(("walk_back", WALK + body) for body in WALK_VARIANTS.values()),
]


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize(("name", "source"), VARIANTS)
def test_correct_variants_pass(name, source, seed):
    assert_holds(name, source, seed=seed)


@pytest.mark.parametrize(
    "answer",
    [
        "(1 / (1 + sp.exp(-z / T)) - y) / T",
        "sp.diff(-y * sp.log(p) - (1 - y) * sp.log(1 - p), z)",
        "sp.Piecewise((-1 / (1 + sp.exp(z / T)) / T, sp.Eq(y, 1)), (p / T, True))",
        "((sp.tanh(z / T / 2) + 1) / 2 - y) / T",
        "sp.expand(sp.together((p - y) / T))",
    ],
)
@pytest.mark.parametrize("assumption", ["real=True", ""])
def test_any_equivalent_form_of_the_derivation_passes(answer, assumption):
    symbols = f"import sympy as sp\nz, y, T = sp.symbols('z y T', {assumption})\n"
    symbols += "p = 1 / (1 + sp.exp(-z / T))"
    for seed in range(4):
        source = cells(symbols, f"slope_with_temperature = {answer}")
        verdict = judge(task("slope_with_temperature")[0], (), source, seed=seed)
        assert verdict.status == "holds", verdict


def test_equal_numbers_of_any_kind_pass():
    for answer in ("(-5, 0.5, -0.8, 0.3)", "[-5.0, np.float32(0.5), -4 / 5, 0.3]"):
        sources = ("import numpy as np", f"slopes_at_one_point = {answer}")
        assert verdict_on(task("slopes_at_one_point")[0], *sources).status == "holds"


def test_the_references_are_those_of_the_package():
    rng = np.random.default_rng(0)
    X, y, w = rng.normal(size=(7, 3)), rng.choice([-1.0, 1.0], size=7), rng.normal(size=3)
    by_w, by_b = task("logistic_gradient")[0].reference(X, y, w, 0.3)
    expected = Objective(X, y, Logistic()).gradient(w, 0.3)
    assert np.allclose([*by_w, by_b], [*expected[0], expected[1]], rtol=1e-12)
    margins = np.array([-1000.0, -2.0, 40.0])
    losses = task("logistic_losses")[0].reference(margins)
    assert np.allclose(losses, Logistic().value(np.ones(3), margins), rtol=1e-12, atol=0)


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("logistic_losses", LOSSES + "    return 1.01 * np.logaddexp(0, -m)"),
        ("logistic_losses", LOSSES + "    return np.logaddexp(0, -m) * (1 + 0.01 * (m > 30))"),
        (
            "logistic_gradient",
            GRADIENT + GRADIENT_VARIANTS["mended"].replace("len(y)", "len(y) * 1.01"),
        ),
        ("walk_back", WALK + WALK_VARIANTS["array"].replace("return slopes", "return slopes*1.01")),
    ],
)
def test_answers_off_by_one_percent_fail(name, source):
    assert verdict_on(task(name)[0], source).status == "fails"


def test_the_formula_as_typed_is_met_with_its_overflow():
    found, mistakes = task("logistic_losses")
    source = LOSSES + "    return np.log(1 + np.exp(-m))"
    verdict = verdict_on(found, source, mistakes=mistakes)
    lines = text(verdict).splitlines()
    assert lines[0] == "✗ logistic_losses: 2 of 5 properties hold"
    assert lines[1].endswith("at m = [−1000] you return [inf], not [1000]")
    assert lines[2].startswith("  looks like: e⁻ᵐ is formed for negative margins too")


def test_a_part_that_overwrites_is_shown_in_the_smallest_program():
    found, mistakes = task("walk_back")
    source = WALK + WALK_VARIANTS["array"].replace("+=", "=")
    verdict = verdict_on(found, source, mistakes=mistakes)
    assert "at links = [[], [(0, 3), (0, 3)]] you return [3, 1], not [6, 1]" in verdict.failure
    assert verdict.diagnosis.startswith("a second part overwrites the first")
