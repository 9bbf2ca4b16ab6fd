"""Set 20: no correct variant is turned away; a wrong answer is met with its misunderstanding."""

import pytest
from exercise_helpers import assert_holds, task, verdict_on

from coursekit.course.exercises.feedback import text

IMPORT = "import numpy as np\n"
SLOPE = IMPORT + "def norm_slope(W, lam):\n"
LEFT_OUT = IMPORT + "def leave_one_out(x, y, degree):\n"
SLOPE_VARIANTS = {
    "two cases": (
        "    norm = np.linalg.norm(W)\n"
        "    if norm == 0:\n"
        "        return np.zeros_like(W)\n"
        "    return lam * W / norm"
    ),
    "as in the lesson": (
        "    norm = np.sqrt((W * W).sum())\n    return W * (lam / np.where(norm > 0, norm, 1.0))"
    ),
    "Frobenius by name": (
        "    norm = np.linalg.norm(W, 'fro')\n    return lam * W / max(norm, 1e-300)"
    ),
    "nan to 0": (
        "    with np.errstate(invalid='ignore'):\n"
        "        return np.nan_to_num(lam * W / np.sqrt(np.sum(W**2)))"
    ),
    "loops and lists": (
        "    norm = sum(w**2 for row in W for w in row) ** 0.5\n"
        "    return [[lam * w / norm if norm > 0 else 0.0 for w in row] for row in W]"
    ),
    "float32": (
        "    W = W.astype(np.float32)\n"
        "    norm = np.sqrt(np.sum(W**2))\n"
        "    return np.float32(lam) * W / norm if norm > 0 else W * 0"
    ),
}
LEFT_OUT_VARIANTS = {
    "np.delete": (
        "    errors = []\n"
        "    for i in range(len(x)):\n"
        "        fit = np.polyfit(np.delete(x, i), np.delete(y, i), degree)\n"
        "        errors.append((np.polyval(fit, x[i]) - y[i]) ** 2)\n"
        "    return np.mean(errors)"
    ),
    "a mask": (
        "    n, total = len(x), 0.0\n"
        "    for i in range(n):\n"
        "        rest = np.arange(n) != i\n"
        "        fit = np.polyfit(x[rest], y[rest], degree)\n"
        "        total += (y[i] - np.polyval(fit, x[i])) ** 2\n"
        "    return total / n"
    ),
    "least squares by hand": (
        "    A = np.vander(x, degree + 1)\n"
        "    errors = []\n"
        "    for i in range(len(x)):\n"
        "        rest = [j for j in range(len(x)) if j != i]\n"
        "        w = np.linalg.lstsq(A[rest], y[rest], rcond=None)[0]\n"
        "        errors.append(float((A[i] @ w - y[i]) ** 2))\n"
        "    return sum(errors) / len(errors)"
    ),
    "a Polynomial": (
        "    from numpy.polynomial import Polynomial\n"
        "    errors = np.zeros(len(x))\n"
        "    for i in range(len(x)):\n"
        "        others = np.r_[0:i, i + 1 : len(x)]\n"
        "        errors[i] = Polynomial.fit(x[others], y[others], degree)(x[i]) - y[i]\n"
        "    return np.mean(errors**2)"
    ),
    "the leverages": (
        "    Q = np.linalg.qr(np.vander(x, degree + 1))[0]\n"
        "    left = y - Q @ (Q.T @ y)\n"
        "    return np.mean((left / (1 - np.sum(Q**2, axis=1))) ** 2)"
    ),
}


@pytest.mark.parametrize("variant", SLOPE_VARIANTS)
def test_correct_slopes_pass(variant):
    assert_holds("norm_slope", SLOPE + SLOPE_VARIANTS[variant])


@pytest.mark.parametrize("variant", LEFT_OUT_VARIANTS)
def test_correct_errors_pass(variant):
    assert_holds("leave_one_out", LEFT_OUT + LEFT_OUT_VARIANTS[variant])


@pytest.mark.parametrize("factor", ["1.01", "0.99"])
def test_answers_off_by_one_percent_fail(factor):
    body = SLOPE_VARIANTS["two cases"].replace("lam * W", f"{factor} * lam * W")
    assert verdict_on(task("norm_slope")[0], SLOPE + body).status == "fails"
    body = LEFT_OUT_VARIANTS["a mask"].replace("total / n", f"{factor} * total / n")
    assert verdict_on(task("leave_one_out")[0], LEFT_OUT + body).status == "fails"


@pytest.mark.parametrize(
    "answer",
    [
        "t_1 * t_2 * (t_1 + t_2) / (t_1**2 + t_2**2)",
        "(1/t_1 + 1/t_2) / (1/t_1**2 + 1/t_2**2)",
        "t_1 * (t_2**2 + t_1*t_2) / (t_1**2 + t_2**2)",
        "sp.solve(sp.diff((1 - c/t_1)**2 + (1 - c/t_2)**2, c), c)[0]",
    ],
)
@pytest.mark.parametrize("assumption", ["real=True", "positive=True", ""])
def test_any_equivalent_form_of_the_derivation_passes(answer, assumption):
    symbols = f"import sympy as sp\nt_1, t_2, c = sp.symbols('t_1 t_2 c', {assumption})"
    assert_holds("best_by_relative_error", symbols, f"best_by_relative_error = {answer}")


@pytest.mark.parametrize("factor", ["1.01", "0.99"])
def test_a_derivation_off_by_one_percent_fails(factor):
    symbols = "import sympy as sp\nt_1, t_2 = sp.symbols('t_1 t_2')"
    answer = f"best_by_relative_error = {factor} * t_1 * t_2 * (t_1 + t_2) / (t_1**2 + t_2**2)"
    verdict = verdict_on(task("best_by_relative_error")[0], symbols, answer)
    assert verdict.status == "fails"


def test_all_solutions_in_a_list_are_refused_in_words():
    symbols = "import sympy as sp\nt_1, t_2 = sp.symbols('t_1 t_2')"
    verdict = verdict_on(
        task("best_by_relative_error")[0], symbols, "best_by_relative_error = [t_1 + t_2]"
    )
    assert verdict.summary == "not an expression"


@pytest.mark.parametrize("answer", ["(14 / 3, 7)", "[4.667, np.float32(7)]"])
def test_equal_numbers_of_any_kind_pass(answer):
    sources = "import numpy as np", f"two_best_constants = {answer}"
    assert verdict_on(task("two_best_constants")[0], *sources).status == "holds"


def test_a_wrong_answer_is_met_with_its_misunderstanding():
    found, mistakes = task("leave_one_out")
    body = "    fit = np.polyfit(x, y, degree)\n    return np.mean((np.polyval(fit, x) - y) ** 2)"
    verdict = verdict_on(found, LEFT_OUT + body, mistakes=mistakes)
    assert text(verdict).splitlines() == [
        "✗ leave_one_out: 1 of 5 properties hold",
        "  fails: with degree 0 a point is predicted by the mean of the others — at x = [1, 2, 3], "
        "y = [1, 2, 6], degree = 0 you return 4.66667, not 10.5",
        "  looks like: as in the faulty function, the point to be predicted is among those that "
        "are fitted (np.delete returns a new array, and leaves x as it is)",
        "  hint 1 of 3: coursekit hint leave_one_out",
    ]


def test_a_wrong_option_says_why():
    found, _ = task("seeds_and_coins")
    assert verdict_on(found, "seeds_and_coins = 'C'").status == "holds"
    assert verdict_on(found, "seeds_and_coins = 'a'").failure.startswith("a: look at the second")
