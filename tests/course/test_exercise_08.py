"""Set 08: no correct variant is turned away; a wrong answer is met with its misunderstanding."""

import numpy as np
import pytest
from exercise_helpers import assert_holds, table_rows, task, verdict_on

from coursekit import datasets, solvers
from coursekit.course.exercises.feedback import text
from coursekit.losses import HalfSquaredError
from coursekit.objective import Objective
from coursekit.penalties import L2
from coursekit.preprocessing import Standardiser

IMPORT = "import numpy as np\n"
WALK = IMPORT + "def walk_downhill(H, c, start, learning_rate, n_steps):\n"
CONDITION = IMPORT + "def rate_and_condition(X):\n"
WALK_VARIANTS = {
    "a new array in each step": (
        "    w, trace = start, [start]\n"
        "    for _ in range(n_steps):\n"
        "        w = w - learning_rate * (H @ w - c)\n"
        "        trace.append(w)\n"
        "    return np.array(trace)"
    ),
    "copies": (
        "    w = start.copy()\n"
        "    trace = [w.copy()]\n"
        "    for _ in range(n_steps):\n"
        "        w -= learning_rate * (H @ w - c)\n"
        "        trace.append(w.copy())\n"
        "    return np.stack(trace)"
    ),
    "a table": (
        "    trace = np.zeros((n_steps + 1, len(start)))\n"
        "    trace[0] = start\n"
        "    for k in range(n_steps):\n"
        "        trace[k + 1] = trace[k] - learning_rate * (trace[k] @ H - c)\n"
        "    return trace"
    ),
    "a list of arrays": (
        "    trace = [start]\n"
        "    while len(trace) <= n_steps:\n"
        "        w = trace[-1]\n"
        "        trace.append(w + learning_rate * (c - H.dot(w)))\n"
        "    return trace"
    ),
    "plain numbers": (
        "    w, trace = start.tolist(), [start.tolist()]\n"
        "    for _ in range(n_steps):\n"
        "        slopes = [sum(h * v for h, v in zip(row, w)) - g for row, g in zip(H, c)]\n"
        "        w = [float(v - learning_rate * s) for v, s in zip(w, slopes)]\n"
        "        trace.append(w)\n"
        "    return trace"
    ),
    "the formula of the error": (
        "    best = np.linalg.solve(H, c)\n"
        "    M = np.eye(len(c)) - learning_rate * H\n"
        "    powers = [np.linalg.matrix_power(M, k) for k in range(n_steps + 1)]\n"
        "    return np.array([best + P @ (start - best) for P in powers])"
    ),
    "float32": (
        "    H, c, w = (v.astype(np.float32) for v in (H, c, start))\n"
        "    trace = [w]\n"
        "    for _ in range(n_steps):\n"
        "        w = w - np.float32(learning_rate) * (H @ w - c)\n"
        "        trace.append(w)\n"
        "    return np.array(trace)"
    ),
}
A = "    A = np.column_stack([X, np.ones(len(X))])\n"
CONDITION_VARIANTS = {
    "eigenvalues": A
    + ("    h = np.linalg.eigvalsh(A.T @ A / len(X))\n    return 1 / h[-1], h[-1] / h[0]"),
    "eigenvalues of any matrix": (
        "    A = np.hstack([np.ones((X.shape[0], 1)), X])\n"
        "    h = np.linalg.eigvals(A.T @ A).real / len(A)\n"
        "    return [1 / max(h), max(h) / min(h)]"
    ),
    "singular values": A
    + (
        "    d = np.linalg.svd(A / np.sqrt(len(A)), compute_uv=False)\n"
        "    return d[0] ** -2, (d[0] / d[-1]) ** 2"
    ),
    "norm and cond": A + "    return len(A) / np.linalg.norm(A, 2) ** 2, np.linalg.cond(A) ** 2",
    "cond of the Hessian": A
    + (
        "    H = np.einsum('ij,ik->jk', A, A) / A.shape[0]\n"
        "    return float(1 / np.linalg.norm(H, 2)), float(np.linalg.cond(H))"
    ),
    "a sum over samples": (
        "    H = 0\n"
        "    for row in X:\n"
        "        a = np.append(row, 1)\n"
        "        H = H + np.outer(a, a) / len(X)\n"
        "    h = np.sort(np.linalg.eigh(H)[0])\n"
        "    return 1 / h[-1], h[-1] / h[0]"
    ),
    "float32": A.replace("    A = ", "    X = X.astype(np.float32)\n    A = ").replace(
        "np.ones(len(X))", "np.ones(len(X), dtype=np.float32)"
    )
    + (
        "    d = np.linalg.svd(A, compute_uv=False)\n"
        "    return np.float32(len(X)) / d[0] ** 2, (d[0] / d[-1]) ** 2"
    ),
}


@pytest.mark.parametrize("variant", WALK_VARIANTS)
def test_correct_walks_pass(variant):
    assert_holds("walk_downhill", WALK + WALK_VARIANTS[variant])


@pytest.mark.parametrize("variant", CONDITION_VARIANTS)
def test_correct_rates_and_conditions_pass(variant):
    assert_holds("rate_and_condition", CONDITION + CONDITION_VARIANTS[variant])


@pytest.mark.parametrize("piece", ["learning_rate", "H @", "- c"])
def test_a_walk_off_by_one_percent_fails(piece):
    changed = {"learning_rate": "1.01 * learning_rate", "H @": "1.01 * H @", "- c": "- 0.99 * c"}
    right = WALK_VARIANTS["a new array in each step"]
    body = right.replace(f"{piece}", changed[piece])
    assert body != right
    assert verdict_on(task("walk_downhill")[0], WALK + body).status == "fails"


@pytest.mark.parametrize("pair", ["1.01 / h[-1], h[-1] / h[0]", "1 / h[-1], 0.99 * h[-1] / h[0]"])
def test_one_number_off_by_one_percent_fails(pair):
    body = CONDITION_VARIANTS["eigenvalues"].replace("1 / h[-1], h[-1] / h[0]", pair)
    assert verdict_on(task("rate_and_condition")[0], CONDITION + body).status == "fails"


@pytest.mark.parametrize(
    "answer",
    [
        "c / a * (1 - (1 - eta * a) ** k)",
        "c / a - c / a * (1 - a * eta) ** k",
        "(c - c * sp.exp(k * sp.log(1 - eta * a))) / a",
        "-c * ((1 - eta * a) ** k - 1) / a",
        "eta * c * (1 - (1 - eta * a) ** k) / (1 - (1 - eta * a))",
    ],
)
@pytest.mark.parametrize("assumption", ["real=True", "positive=True", ""])
def test_any_equivalent_form_of_the_derivation_passes(answer, assumption):
    symbols = f"import sympy as sp\na, eta, c, k = sp.symbols('a eta c k', {assumption})"
    assert_holds("walk_from_zero", symbols, f"walk_from_zero = {answer}")


@pytest.mark.parametrize(
    "answer", ["1.01 * c / a * (1 - (1 - eta * a) ** k)", "c / a * (1 - (1 - 0.99 * eta * a) ** k)"]
)
def test_a_derivation_off_by_one_percent_fails(answer):
    symbols = "import sympy as sp\na, eta, c, k = sp.symbols('a eta c k')"
    verdict = verdict_on(task("walk_from_zero")[0], symbols, f"walk_from_zero = {answer}")
    assert verdict.status == "fails"


@pytest.mark.parametrize("answer", ["(-0.8, 6.4, 0.5)", "[-4/5, np.float32(6.4), 1/2]"])
def test_equal_numbers_of_any_kind_pass(answer):
    sources = "import numpy as np", f"overshooting = {answer}"
    assert verdict_on(task("overshooting")[0], *sources).status == "holds"


def test_a_wrong_answer_is_met_with_its_misunderstanding():
    found, mistakes = task("walk_downhill")
    body = WALK_VARIANTS["copies"].replace("w.copy()", "w")
    verdict = verdict_on(found, WALK + body, mistakes=mistakes)
    assert text(verdict).splitlines() == [
        "✗ walk_downhill: 3 of 7 properties hold",
        "  fails: one step goes against the gradient — at H = [[2]], c = [3], start = [1], "
        "learning_rate = 0.25, n_steps = 1 you return [[1.25], [1.25]], not [[1], [1.25]]",
        "  looks like: this is the faulty function itself: `w -= …` writes into the one array that "
        "all rows are; `w = w - …` makes a new one",
        "  hint 1 of 3: coursekit hint walk_downhill",
    ]


def test_a_wrong_option_says_why():
    found, _ = task("other_units")
    assert verdict_on(found, "other_units = 'C'").status == "holds"
    assert verdict_on(found, "other_units = 'd'").failure.startswith("d: look at the last column")


def diabetes_objective(bmi_factor, lam):
    data = datasets.diabetes()
    Z = Standardiser.fit(data.X).transform(data.X)
    Z[:, data.feature_names.index("bmi")] *= bmi_factor
    return Objective(Z, data.y, HalfSquaredError(), L2(lam))


def landscape(objective):
    """Return the Hessian by all parameters, b last, and the minimiser."""
    n, p = objective.X.shape
    A = np.column_stack([objective.X, np.ones(n)])
    H = A.T @ A / n + np.diag([objective.penalty.lipschitz] * p + [0.0])
    return H, np.linalg.solve(H, A.T @ objective.y / n)


def steps_needed(objective):
    """Count steps of 1/L from 0 until the objective is within 0.1 %, along the eigenvectors."""
    H, best = landscape(objective)
    curvatures, directions = np.linalg.eigh(H)
    share, goal = directions.T @ best, 0.001 * objective.value(best[:-1], best[-1])
    few, many = 0, 10**12
    while many - few > 1:
        k = (few + many) // 2
        with np.errstate(divide="ignore"):
            left = np.exp(2 * k * np.log1p(-curvatures / curvatures[-1]))
        few, many = (few, k) if curvatures @ (share**2 * left) / 2 <= goal else (k, many)
    return many


OBJECTIVES = {"A": (1, 0.0), "B": (1000, 0.0), "C": (1, 0.1)}


def test_the_table_of_units_is_what_the_package_computes():
    rows = table_rows("other_units")
    assert [row[0] for row in rows] == list(OBJECTIVES)
    _, best = landscape(diabetes_objective(*OBJECTIVES["A"]))
    of_a = diabetes_objective(*OBJECTIVES["A"]).scores(best[:-1], best[-1])
    for name, _, penalty, kappa, steps, off in rows:
        factor, lam = OBJECTIVES[name]
        assert penalty == (rf"$\tfrac12 \cdot {lam:g} \sum w^2$" if lam else "none")
        objective = diabetes_objective(factor, lam)
        H, best = landscape(objective)
        assert objective.certificate(best[:-1], best[-1]).largest_violation < 1e-6
        curvatures = np.linalg.eigvalsh(H)
        assert curvatures[-1] == pytest.approx(objective.lipschitz + lam, rel=1e-3)
        for value, text_ in (
            (curvatures[-1] / curvatures[0], kappa),
            (steps_needed(objective), steps),
        ):
            number = text_.strip("$").replace(",", "")
            digits = len(number.rstrip("0")) if len(number) > 6 else len(number)
            assert float(f"{value:.{digits - 1}e}") == float(number)
        difference = np.sqrt(np.mean((objective.scores(best[:-1], best[-1]) - of_a) ** 2))
        assert off.strip("$") == f"{difference:.{len(off.strip('$').partition('.')[2])}f}"


@pytest.mark.parametrize("name", ["A", "C"])
def test_the_counted_steps_are_those_of_gradient_descent(name):
    """The steps of B are too many to take; its formula is that of the other two."""
    objective = diabetes_objective(*OBJECTIVES[name])
    H, best = landscape(objective)
    rate, needed = 1 / np.linalg.eigvalsh(H)[-1], steps_needed(objective)
    walk = solvers.gradient_descent(objective, learning_rate=rate, tol=0, max_iter=needed)
    close = walk.trace["value"] <= 1.001 * objective.value(best[:-1], best[-1])
    assert np.flatnonzero(close).tolist() == [needed - 1]


def test_the_other_numbers_of_the_answers():
    """1/L and 2/L, a weight 1000 times smaller, a curvature 1,000,000 times as large."""
    (of_a, best_a), (of_b, best_b) = (
        landscape(diabetes_objective(*OBJECTIVES[name])) for name in "AB"
    )
    bmi = datasets.diabetes().feature_names.index("bmi")
    assert best_b[bmi] == pytest.approx(best_a[bmi] / 1000)
    assert of_b[bmi, bmi] == pytest.approx(1e6 * of_a[bmi, bmi])
    flat, steep = np.linalg.eigvalsh(of_a)[[0, -1]], np.linalg.eigvalsh(of_b)[[0, -1]]
    assert (round(flat[1]), round(1 / flat[1], 2)) == (4, 0.25)
    assert round(steep[1] / 1e6, 2) == 1
    assert f"{2 / steep[1]:.6f}" == "0.000002"
    assert steep[0] == pytest.approx(flat[0], rel=0.01)
    assert 1 / flat[1] > 2 / steep[1]
    answers = task("other_units")[0].wrong
    assert f"predictions are {table_rows('other_units')[2][5]} off" in answers["d"]
    assert "1/L is about 0.25 for A, and 2/L is about 0.000002 for B" in answers["b"]
