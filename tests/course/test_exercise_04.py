"""Set 04: no correct variant is turned away; a wrong answer is met with its misunderstanding."""

import numpy as np
import pytest
from exercise_helpers import assert_holds, task, verdict_on

from coursekit.course.exercises.feedback import text
from coursekit.verify import finite_difference

COST = """import numpy as np
def cost(w, X, y):
    return np.mean(np.logaddexp(0, -y * (X @ w)))
"""
GRADIENT = COST + "def central_gradient(w, X, y, h):\n"
ERROR = "import numpy as np\ndef worst_error(claimed, numeric):\n"
GRADIENT_VARIANTS = {
    "moves": (
        "    slopes = np.zeros(len(w))\n"
        "    for j in range(len(w)):\n"
        "        move = np.zeros(len(w))\n"
        "        move[j] = h * max(1, abs(w[j]))\n"
        "        slopes[j] = (cost(w + move, X, y) - cost(w - move, X, y)) / (2 * move[j])\n"
        "    return slopes"
    ),
    "copies": (
        "    slopes = []\n"
        "    for j, v in enumerate(w):\n"
        "        step = h * abs(v) if abs(v) > 1 else h\n"
        "        up, down = w.astype(float), w.astype(float)\n"
        "        up[j] += step\n"
        "        down[j] -= step\n"
        "        slopes.append((cost(up, X, y) - cost(down, X, y)) / (up[j] - down[j]))\n"
        "    return slopes"
    ),
    "plain lists, put back": (
        "    w, slopes = list(w), []\n"
        "    for j in range(len(w)):\n"
        "        old, step = w[j], h * max(1, abs(w[j]))\n"
        "        w[j] = old + step\n"
        "        above = cost(np.array(w), X, y)\n"
        "        w[j] = old - step\n"
        "        below = cost(np.array(w), X, y)\n"
        "        w[j] = old\n"
        "        slopes.append((above - below) / step / 2)\n"
        "    return slopes"
    ),
    "rows of a matrix": (
        "    steps = np.diag(h * np.maximum(1.0, np.abs(w)))\n"
        "    rises = [cost(w + row, X, y) - cost(w - row, X, y) for row in steps]\n"
        "    return np.array(rises) / 2 / steps.diagonal()"
    ),
    "without calling cost": (
        "    def total(v):\n"
        "        return sum(np.log1p(np.exp(-a * (row @ v))) for row, a in zip(X, y)) / len(y)\n"
        "    unit = np.eye(len(w))\n"
        "    t = [h * max(1, abs(v)) for v in w]\n"
        "    return [(total(w + a * e) - total(w - a * e)) / (2 * a) for a, e in zip(t, unit)]"
    ),
}
ERROR_VARIANTS = {
    "where": (
        "    sizes = np.maximum(np.abs(claimed), np.abs(numeric))\n"
        "    return np.max(np.abs(claimed - numeric) / np.where(sizes == 0, 1, sizes))"
    ),
    "loop": (
        "    worst = 0\n"
        "    for a, b in zip(claimed, numeric):\n"
        "        if a != b:\n"
        "            worst = max(worst, abs(a - b) / max(abs(a), abs(b)))\n"
        "    return worst"
    ),
    "nan set to zero": (
        "    with np.errstate(invalid='ignore'):\n"
        "        errors = abs(claimed - numeric) / np.fmax(abs(claimed), abs(numeric))\n"
        "    return np.nan_to_num(errors).max()"
    ),
    "only where one is not zero": (
        "    some = (claimed != 0) | (numeric != 0)\n"
        "    a, b = claimed[some], numeric[some]\n"
        "    return np.max(abs(a - b) / np.where(abs(a) > abs(b), abs(a), abs(b)), initial=0)"
    ),
    "list": (
        "    sizes = [max(abs(a), abs(b)) or 1.0 for a, b in zip(claimed, numeric)]\n"
        "    return max(abs(a - b) / s for a, b, s in zip(claimed, numeric, sizes))"
    ),
    "float32": (
        "    a, b = claimed.astype(np.float32), numeric.astype(np.float32)\n"
        "    sizes = np.maximum(np.abs(a), np.abs(b))\n"
        "    return np.max(np.abs(a - b) / np.where(sizes == 0, np.float32(1), sizes))"
    ),
}
VARIANTS = [
    *(("central_gradient", GRADIENT + body) for body in GRADIENT_VARIANTS.values()),
    *(("worst_error", ERROR + body) for body in ERROR_VARIANTS.values()),
]


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize(("name", "source"), VARIANTS)
def test_correct_variants_pass(name, source, seed):
    assert_holds(name, source, seed=seed)


@pytest.mark.parametrize(
    "answer",
    [
        "3 * x**2 - h**2",
        "sp.im(sp.expand((x + sp.I * h) ** 3)) / h",
        "((x + sp.I * h) ** 3 - (x - sp.I * h) ** 3) / (2 * sp.I * h)",
        "(sp.sqrt(3) * x - h) * (sp.sqrt(3) * x + h)",
    ],
)
def test_any_equivalent_form_of_the_derivation_passes(answer):
    symbols = "import sympy as sp\nx = sp.Symbol('x', real=True)\nh = sp.Symbol('h', positive=True)"
    assert_holds("complex_step_of_cube", symbols, f"complex_step_of_cube = {answer}")


def test_equal_numbers_of_any_kind_pass():
    for answer in ("(0.004, 0.001, 0.008)", "[0.016 / 4, 1e-3, np.float32(0.008)]"):
        sources = ("import numpy as np", f"after_a_quarter_step = {answer}")
        assert verdict_on(task("after_a_quarter_step")[0], *sources).status == "holds"


def test_the_reference_takes_the_steps_of_the_package():
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(5, 3)), np.array([1.0, -1, 1, 1, -1])
    w = np.array([0.3, -2.5, 4.0])

    def cost(v):
        return np.mean(np.logaddexp(0, -y * (X @ v)))

    expected = finite_difference(cost, w, step=0.1)
    assert np.allclose(task("central_gradient")[0].reference(w, X, y, 0.1), expected, rtol=1e-9)


@pytest.mark.parametrize(
    ("name", "source"),
    [
        (
            "central_gradient",
            GRADIENT + GRADIENT_VARIANTS["moves"].replace("2 * move[j]", "2.02 * move[j]"),
        ),
        ("worst_error", ERROR + ERROR_VARIANTS["where"] + " * 1.01"),
        ("worst_error", ERROR + ERROR_VARIANTS["where"] + " + 0.01"),
    ],
)
def test_answers_off_by_one_percent_fail(name, source):
    assert verdict_on(task(name)[0], source).status == "fails"


def test_the_broken_checker_is_met_with_what_it_forgets():
    found, mistakes = task("worst_error")
    source = ERROR + (
        "    a, b = np.linalg.norm(claimed), np.linalg.norm(numeric)\n"
        "    return abs(a - b) / max(a, b, 1e-300)"
    )
    lines = text(verdict_on(found, source, mistakes=mistakes)).splitlines()
    assert lines[1].endswith("at claimed = [3], numeric = [−3] you return 0, not 2")
    assert lines[2].startswith("  looks like: this is the broken function")


def test_moving_all_weights_is_shown_with_two():
    found, mistakes = task("central_gradient")
    source = GRADIENT + (
        "    t = h * np.maximum(1, np.abs(w))\n"
        "    return (cost(w + t, X, y) - cost(w - t, X, y)) / (2 * t)"
    )
    verdict = verdict_on(found, source, mistakes=mistakes)
    assert verdict.failure.startswith("each weight is moved by itself — at w = [0.5, −1], X = [[2")
    assert verdict.diagnosis.startswith("all weights are moved at once")
