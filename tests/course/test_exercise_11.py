"""Set 11: no correct variant is turned away, and a wrong answer is met as exercises.md shows."""

import pytest
from exercise_helpers import assert_holds, task, verdict_on

from coursekit.course.exercises.feedback import text

HEAD = "import numpy as np\ndef {name}(w, b, grad_w, grad_b, learning_rate, lam):\n"
SLOPES = {"l1_step": "np.sign(w)", "l2_step": "w"}
LOOP_SLOPES = {"l1_step": "float(v > 0) - float(v < 0)", "l2_step": "v"}
VARIANTS = {
    "vectorised": "    return w - learning_rate * (grad_w + lam * {s}), b - learning_rate * grad_b",
    "a list and numbers of its own": (
        "    new = [float(v - learning_rate * (g + lam * ({loop}))) for v, g in zip(w, grad_w)]\n"
        "    return [new, b - learning_rate * grad_b]"
    ),
    "a loop over a copy": (
        "    new = w.copy()\n"
        "    for i, v in enumerate(w):\n"
        "        new[i] -= learning_rate * grad_w[i]\n"
        "        new[i] -= learning_rate * lam * ({loop})\n"
        "    b -= learning_rate * grad_b\n"
        "    return new, b"
    ),
    "float32": (
        "    w, grad_w = w.astype(np.float32), grad_w.astype(np.float32)\n"
        "    new = w - np.float32(learning_rate) * (grad_w + np.float32(lam) * {s})\n"
        "    return new, np.float32(b - learning_rate * grad_b)"
    ),
    "two moves": (
        "    moved = w - learning_rate * grad_w\n"
        "    return moved - learning_rate * lam * {s}, b - learning_rate * grad_b"
    ),
}


@pytest.mark.parametrize("name", SLOPES)
@pytest.mark.parametrize("variant", VARIANTS)
def test_correct_variants_pass(name, variant):
    body = VARIANTS[variant].format(s=SLOPES[name], loop=LOOP_SLOPES[name])
    assert_holds(name, HEAD.format(name=name) + body)


@pytest.mark.parametrize(
    "answer",
    [
        "w_0 * (1 - eta * lam) ** k",
        "w_0 * sp.exp(k * sp.log(1 - eta * lam))",
        "sp.expand(w_0 * (1 - eta * lam)**2) * (1 - eta * lam) ** (k - 2)",
        "sp.Piecewise((w_0, sp.Eq(k, 0)), (w_0 * (1 - lam * eta) ** k, True))",
    ],
)
@pytest.mark.parametrize("assumption", ["real=True", "positive=True", ""])
def test_any_equivalent_form_of_the_derivation_passes(answer, assumption):
    symbols = f"import sympy as sp\nw_0, k, eta, lam = sp.symbols('w_0 k eta lambda', {assumption})"
    found, _ = task("l2_after_k_steps")
    assert verdict_on(found, symbols, f"l2_after_k_steps = {answer}").status == "holds"


@pytest.mark.parametrize(
    "answer", ["(1.2, 1.0935)", "[1.2, 1.094]", "sp.Rational(6, 5), np.float32(1.0935)"]
)
def test_equal_numbers_of_any_kind_pass(answer):
    sources = "import numpy as np\nimport sympy as sp", f"three_steps = {answer}"
    assert verdict_on(task("three_steps")[0], *sources).status == "holds"


def test_what_is_right_in_a_pair_is_said():
    verdict = verdict_on(task("three_steps")[0], "three_steps = (1.2, 1.5)")
    assert verdict.failure == "(1.2, 1.5) is not right (right so far: value 1)"


def test_rounding_too_early_is_said():
    verdict = verdict_on(task("three_steps")[0], "three_steps = (1.2, 1.1)")
    assert "is close: was it rounded too early?" in verdict.failure


def test_a_wrong_answer_is_met_with_its_misunderstanding():
    found, mistakes = task("l1_step")
    body = "    return w - learning_rate * (grad_w + lam * w), b - learning_rate * grad_b"
    verdict = verdict_on(found, HEAD.format(name="l1_step") + body, mistakes=mistakes)
    assert text(verdict).splitlines() == [
        "✗ l1_step: 4 of 7 properties hold",
        "  fails: the penalty alone moves a weight by learning_rate · lam towards zero, whatever "
        "its size — at w = 2, learning_rate = 0.5, lam = 0.2, gradient 0 you return "
        "([1.8], 0), not ([1.9], 0)",
        "  looks like: this is the L2 step: λw where λ·sign(w) is meant",
        "  hint 1 of 3: coursekit hint l1_step",
    ]


def test_if_on_the_weights_is_shown_in_plain_numbers():
    body = "    if w > 0:\n        w = w - learning_rate * (grad_w + lam)\n    return w, b"
    failure = verdict_on(task("l1_step")[0], HEAD.format(name="l1_step") + body).failure
    assert failure.startswith("with lam = 0 it is a plain gradient step — at w = [1], b = 0.5")
    body = body.replace("return w, b", "return w, b - learning_rate * grad_b")
    failure = verdict_on(task("l1_step")[0], HEAD.format(name="l1_step") + body).failure
    assert "at w = [1, −2], b = 0.5, grad_w = [0.3, 0.1]" in failure


@pytest.mark.parametrize(
    ("name", "slope", "bias", "property_name", "diagnosis"),
    [
        ("l1_step", "-lam * np.sign(w)", "grad_b", "with lam = 0", "the step of the bias is not"),
        ("l2_step", "-lam * w", "grad_b", "with lam = 0", "the step of the bias is not"),
        ("l2_step", "-lam * w", "7 * grad_b", "the penalty alone", "a sign is flipped"),
    ],
)
def test_of_two_mistakes_failure_and_diagnosis_speak_of_one(
    name, slope, bias, property_name, diagnosis
):
    found, mistakes = task(name)
    body = f"    return w - learning_rate * (grad_w + {slope}), b - {bias}"
    verdict = verdict_on(found, HEAD.format(name=name) + body, mistakes=mistakes)
    assert verdict.failure.startswith(property_name)
    assert verdict.diagnosis.startswith(diagnosis)


def test_the_answer_of_the_lesson_and_lists_of_all_steps_are_understood():
    found, mistakes = task("three_steps")
    verdict = verdict_on(found, "three_steps = (0, 3/16)", mistakes=mistakes)
    assert verdict.diagnosis.startswith("these are the weights for λ = 1, the example of lesson 11")
    every = "three_steps = ((1.4, 1.3, 1.2), (1.35, 1.215, 1.0935))"
    assert "where a single number is asked: only the final one" in verdict_on(found, every).failure


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("w_0 * (1 - 0.1) ** k", "yours lacks eta, lambda"),
        ("w_0 * (1 - eta * lam) ** 3", "yours lacks k"),
        ("w_0 * (1 - eta * lam)^k", "Python's power is **"),
        ("w_0 * (1 - k * eta * lam)", "at w_0 = 1, k = 2, eta = 0.5, lambda = 0.5: yours is 0.5"),
    ],
)
def test_a_wrong_derivation_is_met_with_a_reason(answer, words):
    symbols = "import sympy as sp\nw_0, k, eta, lam = sp.symbols('w_0 k eta lambda')"
    verdict = verdict_on(task("l2_after_k_steps")[0], symbols, f"l2_after_k_steps = {answer}")
    assert words in f"{verdict.summary} {verdict.failure}"


def test_a_wrong_option_says_why():
    verdict = verdict_on(task("near_zero")[0], "near_zero = 'a'")
    assert verdict.failure.startswith("a: an L1 step has a fixed length")
    assert "none of a, b, c, d" in verdict_on(task("near_zero")[0], "near_zero = 'e'").failure
