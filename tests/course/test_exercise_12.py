"""Set 12: no correct variant is turned away; a wrong answer is met with its misunderstanding."""

import pytest
from exercise_helpers import assert_holds, task, verdict_on

from coursekit.course.exercises.feedback import text

IMPORT = "import numpy as np\n"
SOFT = IMPORT + "def soft_threshold(v, threshold):\n"
ISTA = IMPORT + "def ista_step(X, y, w, b, lam, step_size):\n"
SOFT_VARIANTS = {
    "sign and size": "    return np.sign(v) * np.maximum(np.abs(v) - threshold, 0)",
    "what is taken off": "    return v - np.clip(v, -threshold, threshold)",
    "two sides": "    return np.maximum(v - threshold, 0) - np.maximum(-v - threshold, 0)",
    "cases": (
        "    low = np.where(v < -threshold, v + threshold, 0)\n"
        "    return np.where(v > threshold, v - threshold, low)"
    ),
    "a loop and a list": (
        "    new = []\n"
        "    for x in v:\n"
        "        size = max(abs(x) - threshold, 0)\n"
        "        new.append(size if x > 0 else -size)\n"
        "    return new"
    ),
    "a loop over floats": (
        "    new = np.zeros(len(v))\n"
        "    for i, x in enumerate(v):\n"
        "        if abs(x) > threshold:\n"
        "            new[i] = x - threshold if x > 0 else x + threshold\n"
        "    return new"
    ),
    "float32": (
        "    v = v.astype(np.float32)\n"
        "    return v - np.clip(v, -np.float32(threshold), np.float32(threshold))"
    ),
}
ISTA_VARIANTS = {
    "vectorised": (
        "    r = X @ w + b - y\n"
        "    v, t = w - step_size * X.T @ r / len(y), step_size * lam\n"
        "    return v - np.clip(v, -t, t), b - step_size * np.mean(r)"
    ),
    "loops": (
        "    n, p = X.shape\n"
        "    grad, grad_b = [0.0] * p, 0.0\n"
        "    for i in range(n):\n"
        "        r = sum(X[i][j] * w[j] for j in range(p)) + b - y[i]\n"
        "        grad_b += r / n\n"
        "        for j in range(p):\n"
        "            grad[j] += r * X[i][j] / n\n"
        "    moved = [w[j] - step_size * grad[j] for j in range(p)]\n"
        "    t = step_size * lam\n"
        "    new = [m - t if m > t else m + t if m < -t else 0 for m in moved]\n"
        "    return [new, b - step_size * grad_b]"
    ),
    "a column of ones": (
        "    n = len(y)\n"
        "    with_ones = np.hstack([X, np.ones((n, 1))])\n"
        "    both = np.append(w, b)\n"
        "    both = both - step_size * with_ones.T @ (with_ones @ both - y) / n\n"
        "    v = both[:-1]\n"
        "    return np.sign(v) * np.maximum(abs(v) - step_size * lam, 0), both[-1]"
    ),
    "residuals the other way round": (
        "    r = y - X @ w - b\n"
        "    v, t = w + step_size * (X * r[:, None]).mean(axis=0), step_size * lam\n"
        "    return np.where(v > t, v - t, np.where(v < -t, v + t, 0)), b + step_size * r.mean()"
    ),
    "float32": (
        "    X, y, w = (a.astype(np.float32) for a in (X, y, w))\n"
        "    r = X @ w + np.float32(b) - y\n"
        "    v, t = w - np.float32(step_size) * (X.T @ r / len(y)), np.float32(step_size * lam)\n"
        "    return v - np.clip(v, -t, t), np.float32(b - step_size * r.mean())"
    ),
}


@pytest.mark.parametrize("variant", SOFT_VARIANTS)
def test_correct_soft_thresholds_pass(variant):
    assert_holds("soft_threshold", SOFT + SOFT_VARIANTS[variant])


@pytest.mark.parametrize("variant", ISTA_VARIANTS)
def test_correct_ista_steps_pass(variant):
    assert_holds("ista_step", ISTA + ISTA_VARIANTS[variant])


@pytest.mark.parametrize(
    "answer",
    [
        "sp.sign(v) * sp.Max(sp.Abs(v) - lam, 0)",
        "sp.Piecewise((v - lam, v > lam), (v + lam, v < -lam), (0, True))",
        "sp.Piecewise((0, sp.Abs(v) <= lam), (v - lam * sp.sign(v), True))",
        "sp.Max(v - lam, 0) - sp.Max(-v - lam, 0)",
        "v - sp.Min(sp.Max(v, -lam), lam)",
        "(v - lam) * sp.Heaviside(v - lam) + (v + lam) * sp.Heaviside(-v - lam)",
        "v * sp.Max(1 - lam / sp.Abs(v), 0)",
    ],
)
@pytest.mark.parametrize("assumption", ["real=True", "positive=True", ""])
def test_any_equivalent_form_of_the_derivation_passes(answer, assumption):
    symbols = (
        f"import sympy as sp\nv, lam = sp.Symbol('v', real=True), sp.Symbol('lambda', {assumption})"
    )
    assert_holds("l1_minimiser", symbols, f"l1_minimiser = {answer}")


@pytest.mark.parametrize(
    "answer", ["(0, 0.16, -1.75, -1.6)", "[0.0, sp.Rational(4, 25), -sp.Rational(7, 4), -1.6]"]
)
def test_equal_numbers_of_any_kind_pass(answer):
    sources = "import sympy as sp", f"four_minimisers = {answer}"
    assert verdict_on(task("four_minimisers")[0], *sources).status == "holds"


def test_soft_threshold_may_be_called_in_the_next_task():
    body = "    r = X @ w + b - y\n    v = w - step_size * X.T @ r / len(y)\n"
    body += "    return soft_threshold(v, step_size * lam), b - step_size * r.mean()"
    own = SOFT + SOFT_VARIANTS["cases"]
    assert verdict_on(task("ista_step")[0], own, ISTA + body).status == "holds"


def test_coursekit_is_not_at_hand():
    body = "    from coursekit.penalties import soft_threshold as s\n    return s(v, threshold)"
    verdict = verdict_on(task("soft_threshold")[0], SOFT + body)
    assert "write the function yourself" in verdict.failure


def test_a_wrong_answer_is_met_with_its_misunderstanding():
    found, mistakes = task("ista_step")
    body = "    r = X @ w + b - y\n    v = w - step_size * X.T @ r / len(y)\n"
    body += "    new = np.sign(v) * np.maximum(np.abs(v) - lam, 0)\n"
    body += "    return new, b - step_size * r.mean()"
    verdict = verdict_on(found, ISTA + body, mistakes=mistakes)
    assert text(verdict).splitlines() == [
        "✗ ista_step: 4 of 7 properties hold",
        "  fails: where the residuals are 0, each weight moves by step_size · lam towards 0 and "
        "stops there — at w = [2, −3], lam = 0.8, step_size = 0.5, residuals 0 you return "
        "([1.2, −2.2], 1), not ([1.6, −2.6], 1)",
        "  looks like: the threshold is lam without step_size, so a short step takes as much off "
        "as a long one",
        "  hint 1 of 3: coursekit hint ista_step",
    ]


def test_two_mistakes_at_a_time_do_not_hide_each_other():
    found, mistakes = task("ista_step")
    body = "    r = X @ w + b - y\n    v, t = w - step_size * X.T @ r, step_size * lam\n"
    body += "    b = b - step_size * r.mean()\n"
    body += "    return v - np.clip(v, -t, t), np.sign(b) * max(abs(b) - t, 0)"
    verdict = verdict_on(found, ISTA + body, mistakes=mistakes)
    assert verdict.diagnosis.startswith("the 1/n is missing")


def test_a_wrong_option_says_why():
    verdict = verdict_on(task("exact_zeros_because")[0], "exact_zeros_because = 'a'")
    assert verdict.failure.startswith("a: w² − |w| is a sum of such terms")
