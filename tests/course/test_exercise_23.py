"""Set 23: no correct variant is turned away, and a slip in one library is named."""

import pytest
from exercise_helpers import assert_holds, task, verdict_on

OUR_LAM = {
    "a dictionary of functions": """
rules = {"Ridge": lambda t, n: t / n, "LogisticRegression": lambda t, n: 1 / (n * t)}
def our_lam(number, n, library):
    return rules.get(library, lambda t, n: 2 * t if library == "keras L2" else t)(number, n)
""",
    "match": """
def our_lam(number, n, library):
    match library:
        case "Ridge":
            return number / n
        case "LogisticRegression":
            return n ** -1 / number
        case "keras L2":
            return number + number
        case "Lasso" | "weight_decay":
            return number
""",
    "float32": """
import numpy as np
def our_lam(number, n, library):
    number = np.float32(number)
    if library == "LogisticRegression":
        return np.float32(1) / (np.float32(n) * number)
    return number * {"Ridge": np.float32(1 / n), "keras L2": np.float32(2)}.get(library, 1)
""",
}
KERAS = """
def keras_elastic_net(lam, l1_ratio):
    l1 = lam * l1_ratio
    return [l1, (lam - l1) / 2]
"""
SLIP = """
def our_lam(number, n, library):
    if library == "Ridge":
        return number / n
    if library == "LogisticRegression":
        return {wrong}
    return 2 * number if library == "keras L2" else number
"""


VARIANTS = [
    *(("our_lam", source) for source in OUR_LAM.values()),
    ("keras_elastic_net", KERAS),
    ("alpha_for_ridge", "alpha_for_ridge = 0.05 * 442"),
    ("alpha_for_ridge", "alpha_for_ridge = 22.1"),
]


@pytest.mark.parametrize(("name", "source"), VARIANTS)
def test_correct_variants_pass(name, source):
    assert_holds(name, source)


@pytest.mark.parametrize(
    "answer", ["2 * lam", "lam + lam", "n * lam * 2 / n", "sp.sqrt(4 * lam**2)"]
)
def test_any_equivalent_form_of_the_derivation_passes(answer):
    symbols = "import sympy as sp\nlam, n = sp.symbols('lambda n', positive=True)"
    assert_holds("decay_for_mse_loss", symbols, f"decay_for_mse_loss = {answer}")


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ("number", "1/(nC), not C"),
        ("1 / number", "n is missing in 1/(nC)"),
        ("n / number", "n is on the wrong side"),
        ("number / n", "λ falls when C rises"),
    ],
)
def test_a_slip_in_one_library_is_named(wrong, words):
    found, mistakes = task("our_lam")
    verdict = verdict_on(found, SLIP.format(wrong=wrong), mistakes=mistakes)
    assert verdict.status == "fails"
    assert words in verdict.diagnosis


@pytest.mark.parametrize("factor", [0.99, 1.01])
def test_an_answer_off_by_one_per_cent_fails(factor):
    source = SLIP.format(wrong=f"{factor} / (n * number)")
    assert verdict_on(task("our_lam")[0], source).status == "fails"
