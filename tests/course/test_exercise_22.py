"""Set 22: no correct variant is turned away; a wrong answer is met with its misunderstanding."""

import numpy as np
import pytest
from exercise_helpers import assert_holds, task, verdict_on

from coursekit.course.exercises.feedback import text
from coursekit.optimizers import SGD, Adam, AdamW, Grouped, Momentum

IMPORT = "import math\nimport numpy as np\n"
MOMENTUM = IMPORT + "def momentum_step(w, m, gradient, learning_rate, beta, strength, decoupled):\n"
ADAMW = IMPORT + "def adamw_step(theta, gradient, m, s, k, learning_rate, decay, penalised):\n"
MOMENTUM_VARIANTS = {
    "two branches": (
        "    if decoupled:\n"
        "        m = beta * m + gradient\n"
        "        return (1 - learning_rate * strength) * w - learning_rate * m, m\n"
        "    m = beta * m + gradient + strength * w\n"
        "    return w - learning_rate * m, m"
    ),
    "one line less": (
        "    pull = strength * w\n"
        "    m = beta * m + gradient + (0 if decoupled else pull)\n"
        "    return w - learning_rate * (m + (pull if decoupled else 0)), m"
    ),
    "a loop over plain numbers": (
        "    new_w, new_m = [], []\n"
        "    for v, old, g in zip(w, m, gradient):\n"
        "        if not decoupled:\n"
        "            g += strength * v\n"
        "        old = beta * old + g\n"
        "        if decoupled:\n"
        "            v -= learning_rate * strength * v\n"
        "        new_w.append(v - learning_rate * old)\n"
        "        new_m.append(old)\n"
        "    return [new_w, new_m]"
    ),
    "velocity": (
        "    v = -learning_rate * m\n"
        "    v = beta * v - learning_rate * (gradient + (not decoupled) * strength * w)\n"
        "    return w * (1 - decoupled * learning_rate * strength) + v, -v / learning_rate"
    ),
    "float32": (
        "    w, m, gradient = (np.array(v, dtype=np.float32) for v in (w, m, gradient))\n"
        "    m = beta * m + gradient + strength * w * (not decoupled)\n"
        "    w = w - learning_rate * strength * w * decoupled\n"
        "    return w - learning_rate * m, m"
    ),
}
ADAMW_VARIANTS = {
    "one factor": (
        "    m = 0.9 * m + 0.1 * gradient\n"
        "    s = 0.99 * s + 0.01 * gradient**2\n"
        "    move = learning_rate * m / (1 - 0.9**k) / np.sqrt(s / (1 - 0.99**k))\n"
        "    return (1 - learning_rate * decay * penalised) * theta - move, m, s"
    ),
    "mask": (
        "    theta = theta.copy()\n"
        "    theta[penalised] *= 1 - learning_rate * decay\n"
        "    m = m + 0.1 * (gradient - m)\n"
        "    s = s + (1 - 0.99) * (gradient**2 - s)\n"
        "    m_hat, s_hat = m / (1 - 0.9**k), s / (1 - 0.99**k)\n"
        "    return theta - learning_rate * m_hat / (np.sqrt(s_hat) + 1e-8), m, s"
    ),
    "both from the old theta": (
        "    m, s = 0.9 * m + 0.1 * gradient, 0.99 * s + 0.01 * gradient**2\n"
        "    direction = m / (1 - 0.9**k) / np.sqrt(s / (1 - 0.99**k))\n"
        "    direction = direction + np.where(penalised, decay * theta, 0)\n"
        "    return [theta - learning_rate * direction, m, s]"
    ),
    "a loop over plain numbers": (
        "    new = []\n"
        "    for t, g, a, b, is_weight in zip(theta, gradient, m, s, penalised):\n"
        "        a, b = 0.9 * a + 0.1 * g, 0.99 * b + 0.01 * g * g\n"
        "        root = math.sqrt(b / (1 - 0.99**k))\n"
        "        if is_weight:\n"
        "            t *= 1 - learning_rate * decay\n"
        "        new.append((t - learning_rate * a / (1 - 0.9**k) / root, a, b))\n"
        "    return [list(column) for column in zip(*new)]"
    ),
    "float32": (
        "    single = [v.astype(np.float32) for v in (theta, gradient, m, s)]\n"
        "    theta, gradient, m, s = single\n"
        "    m, s = 0.9 * m + 0.1 * gradient, 0.99 * s + 0.01 * gradient**2\n"
        "    move = learning_rate * m / (1 - 0.9**k) / np.sqrt(s / (1 - 0.99**k))\n"
        "    return theta - np.float32(learning_rate * decay) * penalised * theta - move, m, s"
    ),
}
VARIANTS = [
    *(("momentum_step", MOMENTUM + body) for body in MOMENTUM_VARIANTS.values()),
    *(("adamw_step", ADAMW + body) for body in ADAMW_VARIANTS.values()),
]


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(("name", "source"), VARIANTS)
def test_correct_variants_pass(name, source, seed):
    assert_holds(name, source, seed=seed)


@pytest.mark.parametrize(
    "answer",
    [
        "a * c / (a + (1 - beta) * delta)",
        "c / (1 + (1 - beta) * delta / a)",
        "c - c * delta * (1 - beta) / (a + delta - beta * delta)",
        "sp.solve(a * (w - c) + (1 - beta) * delta * w, w)[0]",
    ],
)
def test_any_equivalent_form_of_the_derivation_passes(answer):
    symbols = "import sympy as sp\na, c, delta, beta, w = sp.symbols('a c delta beta w')"
    assert_holds("momentum_with_decay_at_rest", symbols, f"momentum_with_decay_at_rest = {answer}")


def test_equal_numbers_of_any_kind_pass():
    for answer in ("(-1.95, -1.95, -1.5, -2.2)", "np.array([-1.95, -1.95, -1.5, -2.2])"):
        sources = ("import numpy as np", f"four_first_steps = {answer}")
        assert verdict_on(task("four_first_steps")[0], *sources).status == "holds"


def test_the_references_are_those_of_the_package():
    start, gradient = np.array([-2.0]), np.array([0.5])
    steps = []
    for optimiser, g in (
        (SGD(0.5), gradient + 0.3 * start),
        (Adam(0.5), gradient + 0.3 * start),
        (AdamW(0.5, weight_decay=0.3), gradient),
    ):
        steps.append(optimiser.step(start, g, optimiser.init(start))[0][0])
    found = task("four_first_steps")[0]
    assert np.allclose(found.reference(**found.given), [steps[0], *steps], rtol=1e-6)

    rule = Momentum(0.1, momentum=0.9)
    w, state = np.array([3.0]), rule.init(np.array([3.0]))
    for _ in range(2000):
        w, state = rule.step((1 - 0.1 * 0.5) * w, 2 * (w - 4), state)
    assert task("momentum_with_decay_at_rest")[0].reference(2, 4, 0.5, 0.9) == pytest.approx(w[0])

    marks, rng = np.array([True, False, True]), np.random.default_rng(0)
    settings = {"beta1": 0.9, "beta2": 0.99, "eps": 1e-12}
    grouped = Grouped(marks, AdamW(0.1, weight_decay=0.4, **settings), Adam(0.1, **settings))
    theta = ours = rng.normal(size=3)
    state, m, s = grouped.init(theta), np.zeros(3), np.zeros(3)
    for k, g in enumerate(rng.normal(size=(3, 3)), start=1):
        theta, state = grouped.step(theta, g, state)
        ours, m, s = task("adamw_step")[0].reference(ours, g, m, s, k, 0.1, 0.4, marks)
    assert np.allclose(ours, theta, rtol=1e-9)


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("momentum_step", "+ strength", "+ 1.01 * strength"),
        ("momentum_step", "(1 - ", "(1 - 1.01 * "),
        ("adamw_step", "(1 - learning", "(1 - 1.01 * learning"),
        ("adamw_step", "* theta - move", "* theta - 1.01 * move"),
        ("adamw_step", "0.01 * grad", "0.0101 * grad"),
    ],
)
def test_answers_off_by_one_percent_fail(name, old, new):
    source = {
        "momentum_step": MOMENTUM + MOMENTUM_VARIANTS["two branches"],
        "adamw_step": ADAMW + ADAMW_VARIANTS["one factor"],
    }[name]
    assert old in source
    assert verdict_on(task(name)[0], source.replace(old, new)).status == "fails"


def test_decay_through_the_gradient_is_met_with_its_name():
    found, mistakes = task("adamw_step")
    source = ADAMW + "    gradient = gradient + decay * penalised * theta\n"
    source += ADAMW_VARIANTS["one factor"].replace("* decay * penalised", "* 0")
    lines = text(verdict_on(found, source, mistakes=mistakes)).splitlines()
    assert lines[1].startswith(
        "  fails: the memories hear nothing of the decay — at theta = [2, −4]"
    )
    assert lines[2].startswith("  looks like: this is the broken function")
    assert lines[2].endswith("which makes it Adam with L2")


def test_of_two_ways_only_one_wrong_is_named():
    found, mistakes = task("momentum_step")
    source = MOMENTUM + (
        "    m = beta * m + gradient + strength * w\n    return w - learning_rate * m, m"
    )
    verdict = verdict_on(found, source, mistakes=mistakes)
    assert verdict.failure.startswith("decay leaves the memory alone — at w = [2], m = [3]")
    assert verdict.diagnosis.startswith("decay is done as L2")
