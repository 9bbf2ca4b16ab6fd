"""Set 02: no correct variant is turned away; a wrong answer is met with its misunderstanding."""

import numpy as np
import pytest
from exercise_helpers import assert_holds, table_rows, task, verdict_on

from coursekit import datasets, solvers
from coursekit.course.exercises.feedback import text
from coursekit.losses import HalfSquaredError
from coursekit.objective import Objective
from coursekit.penalties import L1
from coursekit.preprocessing import Standardiser

IMPORT = "import numpy as np\n"
SLOPE = IMPORT + "def huber_slope(y, y_pred, delta):\n"
POOLED = IMPORT + "def pooled_rmse(rmses, sizes):\n"
SLOPE_VARIANTS = {
    "clipped": "    return np.clip(y_pred - y, -delta, delta)",
    "minus the clipped residual": "    return -(y - y_pred).clip(-delta, delta)",
    "cases": (
        "    r = y - y_pred\n    return np.where(np.abs(r) <= delta, -r, -delta * np.sign(r))"
    ),
    "the border on the other side": (
        "    e = y_pred - y\n    return np.where(abs(e) < delta, e, delta * np.sign(e))"
    ),
    "max and min": "    return np.maximum(-delta, np.minimum(delta, y_pred - y))",
    "two calls of where": (
        "    e = y_pred - y\n    return np.where(e > delta, delta, np.where(e < -delta, -delta, e))"
    ),
    "a factor": ("    e = y_pred - y\n    return e * delta / np.maximum(np.abs(e), delta)"),
    "a loop and a list": (
        "    slopes = []\n"
        "    for truth, guess in zip(y, y_pred):\n"
        "        e = float(guess - truth)\n"
        "        slopes.append(e if abs(e) <= delta else delta if e > 0 else -delta)\n"
        "    return slopes"
    ),
    "changed in place, but its own": (
        "    e = np.array(y_pred - y, dtype=float)\n"
        "    e[e > delta] = delta\n"
        "    e[e < -delta] = -delta\n"
        "    return e"
    ),
    "float32": (
        "    y, y_pred = y.astype(np.float32), y_pred.astype(np.float32)\n"
        "    return np.clip(y_pred - y, np.float32(-delta), np.float32(delta))"
    ),
}
POOLED_VARIANTS = {
    "vectorised": "    return np.sqrt(np.sum(sizes * rmses**2) / np.sum(sizes))",
    "an average": "    return np.average(rmses**2, weights=sizes) ** 0.5",
    "shares": "    return np.sqrt(np.dot(sizes / sizes.sum(), rmses * rmses))",
    "a norm": "    return np.linalg.norm(np.sqrt(sizes) * rmses) / np.sqrt(sizes.sum())",
    "all samples again": "    return np.sqrt(np.mean(np.repeat(rmses, sizes) ** 2))",
    "a loop": (
        "    total, n = 0.0, 0\n"
        "    for rmse, size in zip(rmses, sizes):\n"
        "        total += size * rmse**2\n"
        "        n += size\n"
        "    return (total / n) ** 0.5"
    ),
    "plain numbers": (
        "    import math\n"
        "    total = math.fsum(m * float(r) ** 2 for r, m in zip(rmses, sizes.tolist()))\n"
        "    return math.sqrt(total / sum(sizes.tolist()))"
    ),
    "float32": (
        "    rmses, sizes = rmses.astype(np.float32), sizes.astype(np.float32)\n"
        "    return np.sqrt((sizes * rmses**2).sum() / sizes.sum())"
    ),
}


@pytest.mark.parametrize("variant", SLOPE_VARIANTS)
def test_correct_slopes_pass(variant):
    assert_holds("huber_slope", SLOPE + SLOPE_VARIANTS[variant])


@pytest.mark.parametrize("variant", POOLED_VARIANTS)
def test_correct_pooled_errors_pass(variant):
    assert_holds("pooled_rmse", POOLED + POOLED_VARIANTS[variant])


@pytest.mark.parametrize("factor", ["1.01 *", "0.99 *"])
def test_answers_off_by_one_percent_fail(factor):
    body = f"    return {factor} np.clip(y_pred - y, -delta, delta)"
    assert verdict_on(task("huber_slope")[0], SLOPE + body).status == "fails"
    body = f"    return {factor} np.sqrt(np.average(rmses**2, weights=sizes))"
    assert verdict_on(task("pooled_rmse")[0], POOLED + body).status == "fails"


@pytest.mark.parametrize("part", ["{} * delta", "delta * {}"])
def test_a_border_off_by_one_percent_fails(part):
    body = f"    return np.clip(y_pred - y, -{part.format(1.01)}, {part.format(1.01)})"
    assert verdict_on(task("huber_slope")[0], SLOPE + body).status == "fails"


@pytest.mark.parametrize(
    "answer",
    [
        "-sp.tanh(k * r) / k",
        "-sp.sinh(k * r) / (k * sp.cosh(k * r))",
        "-(sp.exp(k*r) - sp.exp(-k*r)) / (sp.exp(k*r) + sp.exp(-k*r)) / k",
        "(2 / (1 + sp.exp(2*k*r)) - 1) / k",
        "sp.tanh(-k * r) / k",
        "-sp.diff(sp.log(sp.cosh(k * r)), r) / k**2",
    ],
)
@pytest.mark.parametrize("assumption", ["real=True", "positive=True", ""])
def test_any_equivalent_form_of_the_derivation_passes(answer, assumption):
    symbols = f"import sympy as sp\nr, k = sp.symbols('r k', {assumption})"
    assert_holds("scaled_log_cosh_slope", symbols, f"scaled_log_cosh_slope = {answer}")


@pytest.mark.parametrize("answer", ["-1.01 * sp.tanh(k * r) / k", "-sp.tanh(0.99 * k * r) / k"])
def test_a_derivation_off_by_one_percent_fails(answer):
    symbols = "import sympy as sp\nr, k = sp.symbols('r k')"
    found, _ = task("scaled_log_cosh_slope")
    assert verdict_on(found, symbols, f"scaled_log_cosh_slope = {answer}").status == "fails"


def test_a_derivation_in_y_is_told_which_symbols_are_asked():
    symbols = "import sympy as sp\ny, y_hat, k = sp.symbols('y y_hat k')"
    answer = "scaled_log_cosh_slope = -sp.tanh(k * (y - y_hat)) / k"
    verdict = verdict_on(task("scaled_log_cosh_slope")[0], symbols, answer)
    assert verdict.failure.endswith("the answer is asked in r, k")


@pytest.mark.parametrize("answer", ["(0.125, 4, 2000)", "[1/8, 4.0, np.int64(2000)]"])
def test_equal_numbers_of_any_kind_pass(answer):
    sources = "import numpy as np", f"huber_prices = {answer}"
    assert verdict_on(task("huber_prices")[0], *sources).status == "holds"


def test_one_wrong_price_of_three_gets_its_own_diagnosis():
    found, mistakes = task("huber_prices")
    verdict = verdict_on(found, "huber_prices = (0.25, 4, 2000)", mistakes=mistakes)
    assert verdict.diagnosis == "the ½ of the parabola is missing"
    assert verdict.failure.endswith("(right so far: values 2, 3)")


def test_a_wrong_answer_is_met_with_its_misunderstanding():
    found, mistakes = task("huber_slope")
    body = "    e = y_pred - y\n    return np.where(np.abs(e) <= delta, e, np.sign(e))"
    verdict = verdict_on(found, SLOPE + body, mistakes=mistakes)
    assert text(verdict).splitlines() == [
        "✗ huber_slope: 3 of 7 properties hold",
        "  fails: of a prediction far too low the slope is −delta, however far — at y = [9], "
        "y_pred = [1], delta = 2 you return [−1], not [−2]",
        "  looks like: the straight piece is taken with slope 1; it is δ|r| − ½δ², with slope δ",
        "  hint 1 of 3: coursekit hint huber_slope",
    ]


def test_a_wrong_option_says_why():
    found, _ = task("a_tenth_of_the_error")
    assert verdict_on(found, "a_tenth_of_the_error = 'C'").status == "holds"
    failure = verdict_on(found, "a_tenth_of_the_error = 'b'").failure
    assert failure.startswith("b: row C tries it")


def diabetes_fit(divisor, lam):
    """Return the weights of the lasso whose errors are divided, and its largest violation."""
    data = datasets.diabetes()
    Z = Standardiser.fit(data.X).transform(data.X)
    objective = Objective(Z / divisor, data.y / divisor, HalfSquaredError(), L1(lam))
    fit = solvers.fista(objective, tol=1e-12)
    bmi = data.feature_names.index("bmi")
    return fit.w, objective.certificate(fit.w, fit.b).largest_violation, bmi


def test_the_table_of_the_advice_is_what_the_package_computes():
    rows = table_rows("a_tenth_of_the_error")
    assert [(row[0], row[2]) for row in rows] == [("A", "5"), ("B", "5"), ("C", "0.5")]
    for _, loss, lam, solved, zeros, weight in rows:
        divisor = {r"$\tfrac12 r^2$": 1, r"$\tfrac12 (r/10)^2$": 10}[loss]
        w, violation, bmi = diabetes_fit(divisor, float(lam))
        assert solved == "yes"
        assert violation < 1e-6
        assert zeros == f"{np.sum(w == 0)} of {len(w)}"
        decimals = len(weight.partition(".")[2])
        assert weight == f"{w[bmi]:.{decimals}f}"


def test_the_strengths_of_the_explanation_give_one_fit():
    """A hundredth of the loss asks for a hundredth of λ; without a penalty nothing changes."""
    (of_a, _, _), (of_c, _, _) = diabetes_fit(1, 5), diabetes_fit(10, 0.05)
    assert np.allclose(of_a, of_c, atol=1e-6)
    assert not diabetes_fit(1, 500)[0].any()
    assert np.allclose(diabetes_fit(1, 0)[0], diabetes_fit(10, 0)[0], rtol=1e-4)
