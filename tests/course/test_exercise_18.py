"""Set 18: no correct variant is turned away; a wrong answer is met with its misunderstanding."""

import pytest
from exercise_helpers import assert_holds, task, verdict_on

from coursekit.course.exercises.feedback import text

IMPORT = "import numpy as np\n"
SCORES = IMPORT + "def network_scores(X, W1, b1, W2, b2):\n"
GRADIENTS = IMPORT + "def network_gradients(X, y, W1, b1, W2, b2, lam):\n"
SCORES_VARIANTS = {
    "vectorised": "    return np.maximum(X @ W1 + b1, 0) @ W2 + b2",
    "a mask": "    s = X @ W1 + b1\n    return (s * (s > 0)).dot(W2) + b2",
    "where and einsum": (
        "    s = np.einsum('ni,iu->nu', X, W1) + b1\n"
        "    return np.matmul(np.where(s < 0, 0, s), W2) + b2[None, :]"
    ),
    "a loop over samples": (
        "    return np.array([np.maximum(x @ W1 + b1, 0) @ W2 + b2 for x in X])"
    ),
    "plain loops and lists": (
        "    scores = []\n"
        "    for x in X:\n"
        "        active = []\n"
        "        for j in range(len(b1)):\n"
        "            s = b1[j] + sum(x[i] * W1[i][j] for i in range(len(x)))\n"
        "            active.append(max(0, s))\n"
        "        row = []\n"
        "        for k in range(len(b2)):\n"
        "            row.append(b2[k] + sum(active[j] * W2[j][k] for j in range(len(active))))\n"
        "        scores.append(row)\n"
        "    return scores"
    ),
    "changed in place, but its own": (
        "    s = X @ W1\n    s += b1\n    s[s < 0] = 0\n    s = s @ W2\n    s += b2\n    return s"
    ),
    "columns of ones": (
        "    ones = np.ones((len(X), 1))\n"
        "    s = np.hstack([X, ones]) @ np.vstack([W1, b1])\n"
        "    return np.hstack([np.maximum(s, 0), ones]) @ np.vstack([W2, b2])"
    ),
    "float32": (
        "    X, W1, b1, W2, b2 = (a.astype(np.float32) for a in (X, W1, b1, W2, b2))\n"
        "    return np.maximum(X @ W1 + b1, 0) @ W2 + b2"
    ),
}
FORWARD = (
    "    s = X @ W1 + b1\n"
    "    a = np.maximum(s, 0)\n"
    "    g = (1 / (1 + np.exp(-(a @ W2 + b2))) - y[:, None]) / len(y)\n"
)
GRADIENTS_VARIANTS = {
    "as in the lesson": FORWARD
    + (
        "    h = g @ W2.T * (s > 0)\n"
        "    return X.T @ h + lam * W1, h.sum(0), a.T @ g + lam * W2, g.sum(0)"
    ),
    "a list, and the slope from the active numbers": FORWARD
    + (
        "    h = np.where(a > 0, np.outer(g, W2), 0)\n"
        "    return [X.T @ h + lam * W1, np.ones(len(y)) @ h, (g.T @ a).T + lam * W2, [g.sum()]]"
    ),
    "bend by np.heaviside, mean at the end": (
        "    s = X @ W1 + b1\n"
        "    a, n = np.maximum(s, 0), len(y)\n"
        "    g = 1 / (1 + np.exp(-(a @ W2 + b2))) - y.reshape(-1, 1)\n"
        "    h = (g @ W2.T) * np.heaviside(s, 0)\n"
        "    return X.T @ h / n + lam * W1, h.mean(axis=0), a.T @ g / n + lam * W2, g.mean(axis=0)"
    ),
    "scores as a flat array": (
        "    s = X @ W1 + b1\n"
        "    a = s * (s > 0)\n"
        "    z = (a @ W2).ravel() + b2[0]\n"
        "    g = (np.exp(z) / (1 + np.exp(z)) - y) / len(z)\n"
        "    h = g[:, None] * W2.ravel() * (s > 0)\n"
        "    by_W2 = (a * g[:, None]).sum(axis=0)[:, None]\n"
        "    return X.T @ h + lam * W1, h.sum(axis=0), by_W2 + lam * W2, np.array([g.sum()])"
    ),
    "through a clipped probability": (
        "    s = X @ W1 + b1\n"
        "    a, y = np.maximum(s, 0), y[:, None]\n"
        "    p = np.clip(1 / (1 + np.exp(-(a @ W2 + b2))), 1e-7, 1 - 1e-7)\n"
        "    g = ((1 - y) / (1 - p) - y / p) * p * (1 - p) / len(y)\n"
        "    h = g @ W2.T * (s > 0)\n"
        "    return X.T @ h + lam * W1, h.sum(0), a.T @ g + lam * W2, g.sum(0)"
    ),
    "a loop over the samples": (
        "    by_W1, by_b1 = lam * W1, np.zeros(len(b1))\n"
        "    by_W2, by_b2 = lam * W2, np.zeros(1)\n"
        "    for x, label in zip(X, y):\n"
        "        s = x @ W1 + b1\n"
        "        a = np.maximum(s, 0)\n"
        "        z = float(a @ W2[:, 0] + b2[0])\n"
        "        g = (1 / (1 + np.exp(-z)) - label) / len(y)\n"
        "        h = g * W2[:, 0] * (s > 0)\n"
        "        by_W1 = by_W1 + np.outer(x, h)\n"
        "        by_b1 += h\n"
        "        by_W2 = by_W2 + g * a[:, None]\n"
        "        by_b2 += g\n"
        "    return by_W1, by_b1, by_W2, by_b2"
    ),
    "a sigmoid that never overflows, and a penalty of its own": (
        "    def sigma(z):\n"
        "        e = np.exp(-np.abs(z))\n"
        "        return np.where(z >= 0, 1 / (1 + e), e / (1 + e))\n"
        "    s = X @ W1 + b1\n"
        "    a = np.maximum(0, s)\n"
        "    g = (sigma(a @ W2 + b2) - y[:, np.newaxis]) / X.shape[0]\n"
        "    parts = [a.T @ g, g.sum(axis=0)]\n"
        "    g = g @ W2.T\n"
        "    g[s <= 0] = 0\n"
        "    parts = [X.T @ g, g.sum(axis=0), *parts]\n"
        "    parts[0] += lam * W1\n"
        "    parts[2] += lam * W2\n"
        "    return tuple(parts)"
    ),
    "float32": (
        "    X, y, W1, b1, W2, b2 = (v.astype(np.float32) for v in (X, y, W1, b1, W2, b2))\n"
        + FORWARD
        + "    h, lam = g @ W2.T * (s > 0), np.float32(lam)\n"
        "    return X.T @ h + lam * W1, h.sum(0), a.T @ g + lam * W2, g.sum(0)"
    ),
}


@pytest.mark.parametrize("variant", SCORES_VARIANTS)
def test_correct_forward_passes_pass(variant):
    assert_holds("network_scores", SCORES + SCORES_VARIANTS[variant])


@pytest.mark.parametrize("variant", GRADIENTS_VARIANTS)
def test_correct_backward_passes_pass(variant):
    assert_holds("network_gradients", GRADIENTS + GRADIENTS_VARIANTS[variant])


@pytest.mark.parametrize("index", range(4))
def test_one_slope_off_by_one_percent_fails(index):
    right = GRADIENTS_VARIANTS["as in the lesson"].replace("return ", "parts = ")
    factors = [1.01 if i == index else 1 for i in range(4)]
    body = f"{right}\n    return [f * p for f, p in zip({factors}, parts)]"
    assert verdict_on(task("network_gradients")[0], GRADIENTS + body).status == "fails"


@pytest.mark.parametrize("factor", ["1.01 *", "0.99 *"])
def test_scores_off_by_one_percent_fail(factor):
    body = f"    return {factor} (np.maximum(X @ W1 + b1, 0) @ W2 + b2)"
    assert verdict_on(task("network_scores")[0], SCORES + body).status == "fails"


@pytest.mark.parametrize(
    "answer",
    [
        "(a - y) * a * (1 - a)",
        "a * (a - y) - a**2 * (a - y)",
        "sp.expand(-(y - a) * (a - a**2))",
        "sp.diff((a - y)**2 / 2, a) * (sp.Rational(1, 4) - (a - sp.Rational(1, 2))**2)",
        "(a - y) * (1 / (1 + sp.exp(-sp.log(a / (1 - a))))) * (1 - a)",
    ],
)
@pytest.mark.parametrize("assumption", ["real=True", "positive=True", ""])
def test_any_equivalent_form_of_the_derivation_passes(answer, assumption):
    symbols = f"import sympy as sp\na, y = sp.symbols('a y', {assumption})"
    assert_holds(
        "squared_error_through_sigmoid", symbols, f"squared_error_through_sigmoid = {answer}"
    )


@pytest.mark.parametrize("answer", ["1.01 * (a - y) * a * (1 - a)", "(a - y) * a * (1 - 0.99 * a)"])
def test_a_derivation_off_by_one_percent_fails(answer):
    symbols = "import sympy as sp\na, y = sp.symbols('a y')"
    found, _ = task("squared_error_through_sigmoid")
    verdict = verdict_on(found, symbols, f"squared_error_through_sigmoid = {answer}")
    assert verdict.status == "fails"


def test_a_derivation_in_z_is_told_which_symbols_are_asked():
    symbols = "import sympy as sp\nz, y = sp.symbols('z y')\nsigma = 1 / (1 + sp.exp(-z))"
    found, _ = task("squared_error_through_sigmoid")
    answer = "squared_error_through_sigmoid = sp.diff((sigma - y)**2 / 2, z)"
    verdict = verdict_on(found, symbols, answer)
    assert verdict.failure == "it uses the symbol z; the answer is asked in a, y"


@pytest.mark.parametrize("answer", ["(58, 11)", "[58.0, 11]", "6*5 + 5*4 + 4*2, np.int64(11)"])
def test_equal_numbers_of_any_kind_pass(answer):
    sources = "import numpy as np", f"network_parameters = {answer}"
    assert verdict_on(task("network_parameters")[0], *sources).status == "holds"


def test_the_forward_pass_may_be_called_in_the_backward_pass():
    body = FORWARD.replace("a @ W2 + b2", "network_scores(X, W1, b1, W2, b2)")
    body += "    h = g @ W2.T * (s > 0)\n"
    body += "    return X.T @ h + lam * W1, h.sum(0), a.T @ g + lam * W2, g.sum(0)"
    own = SCORES + SCORES_VARIANTS["a mask"]
    assert verdict_on(task("network_gradients")[0], own, GRADIENTS + body).status == "holds"


def test_coursekit_is_not_at_hand():
    body = "    from coursekit.networks import MLP\n    return MLP((1, 1, 1))"
    verdict = verdict_on(task("network_scores")[0], SCORES + body)
    assert "write the function yourself" in verdict.failure


def test_of_two_mistakes_failure_and_diagnosis_speak_of_one():
    found, mistakes = task("network_gradients")
    body = FORWARD + "    h = g @ W2.T\n"
    body += "    return X.T @ h + lam * W1, h.sum(0), a.T @ g, g.sum(0)"
    verdict = verdict_on(found, GRADIENTS + body, mistakes=mistakes)
    assert verdict.failure.startswith("a unit that is silent for a sample gets no slope from it")
    assert verdict.diagnosis.startswith("the slope of the bend is missing")


def test_a_wrong_answer_is_met_with_its_misunderstanding():
    found, mistakes = task("network_gradients")
    body = FORWARD + "    h = g @ W2.T * (s > 0)\n"
    body += "    return X.T @ h + lam * W1, h.mean(0), a.T @ g + lam * W2, g.mean(0)"
    verdict = verdict_on(found, GRADIENTS + body, mistakes=mistakes)
    assert text(verdict).splitlines() == [
        "✗ network_gradients: 5 of 11 properties hold",
        "  fails: a sample that is there twice counts as once — at x = 1.5, 1.5; y = 1, 1; W1 = 2; "
        "b1 = −1; W2 = 0.5; b2 = −1; lam = 0 you return ([[−0.375]], [−0.125], [[−1]], [−0.25]), "
        "not ([[−0.375]], [−0.25], [[−1]], [−0.5])",
        "  looks like: the slopes by the biases are averaged once more; the 1/n is in already, so "
        "sum them",
        "  hint 1 of 3: coursekit hint network_gradients",
    ]


def test_a_wrong_option_says_why():
    found, _ = task("division_by_zero")
    assert verdict_on(found, "division_by_zero = 'D'").status == "holds"
    assert verdict_on(found, "division_by_zero = 'b'").failure.startswith("b: in exact arithmetic")
