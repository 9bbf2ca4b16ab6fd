"""Set 09: no correct variant is turned away; a wrong answer is met with its misunderstanding."""

import numpy as np
import pytest
from exercise_helpers import assert_holds, cells, task, verdict_on

from coursekit.course.exercises.feedback import text
from coursekit.course.exercises.judge import judge
from coursekit.optimizers import Adam, Momentum, RMSprop

IMPORT = "import math\nimport numpy as np\n"
ADAM = IMPORT + "def adam_step(w, gradient, m, s, k, learning_rate, beta1, beta2, eps):\n"
EPOCH = IMPORT + "def epoch_gradients(gradients, order, size):\n"
ADAM_VARIANTS = {
    "five lines": (
        "    m = beta1 * m + (1 - beta1) * gradient\n"
        "    s = beta2 * s + (1 - beta2) * gradient**2\n"
        "    m_hat, s_hat = m / (1 - beta1**k), s / (1 - beta2**k)\n"
        "    return w - learning_rate * m_hat / (np.sqrt(s_hat) + eps), m, s"
    ),
    "a loop over plain numbers": (
        "    new = []\n"
        "    for v, g, a, b in zip(w, gradient, m, s):\n"
        "        a += (1 - beta1) * (g - a)\n"
        "        b += (1 - beta2) * (g * g - b)\n"
        "        root = math.sqrt(b / (1 - beta2**k)) + eps\n"
        "        new.append((v - learning_rate * a / (1 - beta1**k) / root, a, b))\n"
        "    return [list(column) for column in zip(*new)]"
    ),
    "correction in the learning rate": (
        "    m, s = m.copy(), s.copy()\n"
        "    m *= beta1\n"
        "    m += (1 - beta1) * gradient\n"
        "    s *= beta2\n"
        "    s += (1 - beta2) * np.square(gradient)\n"
        "    grown = np.sqrt(1 - beta2**k)\n"
        "    rate = learning_rate * grown / (1 - beta1**k)\n"
        "    return w - rate * m / (np.sqrt(s) + eps * grown), m, s"
    ),
    "float32": (
        "    w, gradient, m, s = (np.array(v, dtype=np.float32) for v in (w, gradient, m, s))\n"
        "    m = beta1 * m + (1 - beta1) * gradient\n"
        "    s = beta2 * s + (1 - beta2) * gradient**2\n"
        "    m_hat, s_hat = m / (1 - beta1**k), s / (1 - beta2**k)\n"
        "    return w - learning_rate * m_hat / (np.sqrt(s_hat) + eps), m, s"
    ),
}
EPOCH_VARIANTS = {
    "mended": (
        "    means = []\n"
        "    for first in range(0, len(order) - size + 1, size):\n"
        "        means.append(gradients[order[first : first + size]].mean(axis=0))\n"
        "    return np.array(means)"
    ),
    "reshaped": (
        "    n = len(order) // size\n"
        "    return gradients[order[: n * size]].reshape(n, size, -1).mean(axis=1)"
    ),
    "a list of arrays, while": (
        "    order, means = list(order), []\n"
        "    while len(order) >= size:\n"
        "        means.append(sum(gradients[i] for i in order[:size]) / size)\n"
        "        order = order[size:]\n"
        "    return means"
    ),
    "plain lists": (
        "    means = []\n"
        "    for b in range(len(order) // size):\n"
        "        rows = [gradients[order[b * size + i]] for i in range(size)]\n"
        "        means.append([float(sum(column)) / size for column in zip(*rows)])\n"
        "    return means"
    ),
    "float32": (
        "    n = len(order) // size\n"
        "    batches = np.split(gradients[order[: n * size]].astype(np.float32), n)\n"
        "    return np.stack([np.mean(batch, axis=0) for batch in batches])"
    ),
}
VARIANTS = [
    *(("adam_step", ADAM + body) for body in ADAM_VARIANTS.values()),
    *(("epoch_gradients", EPOCH + body) for body in EPOCH_VARIANTS.values()),
]


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(("name", "source"), VARIANTS)
def test_correct_variants_pass(name, source, seed):
    assert_holds(name, source, seed=seed)


@pytest.mark.parametrize(
    "answer",
    [
        "eta / sp.sqrt(1 - rho**k)",
        "eta * (1 - rho**k) ** sp.Rational(-1, 2)",
        "eta * sp.sqrt(1 / (1 - sp.exp(k * sp.log(rho))))",
        "sp.simplify(eta * g / sp.sqrt((1 - rho**k) * g**2))",
    ],
)
def test_any_equivalent_form_of_the_derivation_passes(answer):
    symbols = "import sympy as sp\neta, rho, g = sp.symbols('eta rho g', positive=True)\n"
    symbols += "k = sp.Symbol('k', integer=True, positive=True)"
    for seed in range(3):
        source = cells(symbols, f"rmsprop_step_k = {answer}")
        verdict = judge(task("rmsprop_step_k")[0], (), source, seed=seed)
        assert verdict.status == "holds", verdict


def test_equal_numbers_of_any_kind_pass():
    for answer in ("(1.4, 0.5)", "[7 / 5, np.float32(0.5)]", "np.array([1.4, 0.5])"):
        sources = ("import numpy as np", f"two_momentum_steps = {answer}")
        assert verdict_on(task("two_momentum_steps")[0], *sources).status == "holds"


def test_the_references_are_those_of_the_package():
    adam, w = Adam(0.1, beta1=0.8, beta2=0.9, eps=0.3), np.array([1.0, -2.0])
    state, m, s, ours = adam.init(w), np.zeros(2), np.zeros(2), w
    for k, gradient in enumerate(np.random.default_rng(0).normal(size=(4, 2)), start=1):
        w, state = adam.step(w, gradient, state)
        ours, m, s = task("adam_step")[0].reference(ours, gradient, m, s, k, 0.1, 0.8, 0.9, 0.3)
        assert np.allclose(ours, w, rtol=1e-12)
        assert np.allclose(s, state.second, rtol=1e-12)

    momentum, w, trace = Momentum(0.1, momentum=0.8), np.array([2.0]), []
    state = momentum.init(w)
    for _ in range(2):
        w, state = momentum.step(w, 3 * w, state)
        trace.append(w[0])
    found = task("two_momentum_steps")[0]
    assert np.allclose(found.reference(**found.given), trace)

    rmsprop, w = RMSprop(0.1, decay=0.7), np.array([0.0])
    state = rmsprop.init(w)
    for k in (1, 2, 3):
        before = w
        w, state = rmsprop.step(w, np.array([5.0]), state)
        expected = task("rmsprop_step_k")[0].reference(0.1, 0.7, k)
        assert np.allclose(before - w, expected, rtol=1e-7)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("beta2) * gradient", "beta2) * 1.01 * gradient"),
        ("- learning_rate", "- 1.01 * learning_rate"),
        ("+ eps", "+ 1.01 * eps"),
        ("beta1**k", "beta1**(1.01 * k)"),
    ],
)
def test_a_step_off_by_one_percent_fails(old, new):
    source = ADAM + ADAM_VARIANTS["five lines"].replace(old, new)
    assert verdict_on(task("adam_step")[0], source).status == "fails"


def test_gradients_off_by_one_percent_fail():
    source = EPOCH + EPOCH_VARIANTS["reshaped"] + " * 1.01"
    assert verdict_on(task("epoch_gradients")[0], source).status == "fails"


def test_eps_in_the_root_is_met_with_its_misunderstanding():
    found, mistakes = task("adam_step")
    source = ADAM + ADAM_VARIANTS["five lines"].replace(
        "(np.sqrt(s_hat) + eps)", "np.sqrt(s_hat + eps)"
    )
    lines = text(verdict_on(found, source, mistakes=mistakes)).splitlines()
    assert lines[1].startswith("  fails: eps is added to the root — at w = [1], gradient = [2]")
    assert lines[2] == "  looks like: eps stands inside the root; it is added to the root"


def test_a_lost_batch_is_shown_with_four_samples():
    found, mistakes = task("epoch_gradients")
    source = EPOCH + EPOCH_VARIANTS["mended"].replace("size + 1", "size")
    verdict = verdict_on(found, source, mistakes=mistakes)
    assert verdict.diagnosis.startswith("this is the broken function")
