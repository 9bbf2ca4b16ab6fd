"""Set 10: no correct variant is turned away; a wrong answer is met with its misunderstanding."""

import numpy as np
import pytest
from exercise_helpers import assert_holds, task, verdict_on

from coursekit.course.exercises.feedback import text

IMPORT = "import numpy as np\n"
RIDGE = IMPORT + "def ridge(X, y, lam):\n"
MENDED = IMPORT + "def mended_ridge(A, y, lam):\n"
RIDGE_VARIANTS = {
    "centred": (
        "    Z, t = X - X.mean(axis=0), y - y.mean()\n"
        "    w = np.linalg.solve(Z.T @ Z + len(y) * lam * np.eye(X.shape[1]), Z.T @ t)\n"
        "    return w, y.mean() - X.mean(axis=0) @ w"
    ),
    "divided by n, y as it is": (
        "    n, p = X.shape\n"
        "    Z = X - X.mean(axis=0)\n"
        "    w = np.linalg.inv(Z.T @ Z / n + lam * np.identity(p)) @ (Z.T @ y / n)\n"
        "    return w, np.mean(y - X @ w)"
    ),
    "a column of ones and a list": (
        "    n, p = X.shape\n"
        "    A = np.hstack([X, np.ones((n, 1))])\n"
        "    penalty = n * lam * np.diag([1.0] * p + [0.0])\n"
        "    *w, b = np.linalg.solve(A.T @ A + penalty, A.T @ y)\n"
        "    return [w, b]"
    ),
    "more rows": (
        "    n, p = X.shape\n"
        "    Z, t = X - X.mean(axis=0), y - y.mean()\n"
        "    rows = np.vstack([Z, np.sqrt(n * lam) * np.eye(p)])\n"
        "    w = np.linalg.lstsq(rows, np.append(t, np.zeros(p)), rcond=None)[0]\n"
        "    return w, y.mean() - X.mean(axis=0) @ w"
    ),
    "singular values": (
        "    Z = X - X.mean(axis=0)\n"
        "    U, d, Vt = np.linalg.svd(Z, full_matrices=False)\n"
        "    w = Vt.T @ (d / (d**2 + len(y) * lam) * (U.T @ y))\n"
        "    return w, (y - X @ w).mean()"
    ),
    "by samples": (
        "    Z, t, n = X - X.mean(axis=0), y - y.mean(), len(y)\n"
        "    if lam == 0:\n"
        "        w = np.linalg.pinv(Z) @ t\n"
        "    else:\n"
        "        w = Z.T @ np.linalg.solve(Z @ Z.T + n * lam * np.eye(n), t)\n"
        "    return w, y.mean() - X.mean(axis=0) @ w"
    ),
    "loops over columns": (
        "    n, p = X.shape\n"
        "    w, b = np.zeros(p), 0.0\n"
        "    for _ in range(3000):\n"
        "        b = np.mean(y - X @ w)\n"
        "        for j in range(p):\n"
        "            z = X[:, j] - X[:, j].mean()\n"
        "            rest = y - b - X @ w + X[:, j] * w[j]\n"
        "            w[j] = z @ rest / (z @ z + n * lam)\n"
        "    return w, np.mean(y - X @ w)"
    ),
    "float32": (
        "    X, y = X.astype(np.float32), y.astype(np.float32)\n"
        "    Z, t = X - X.mean(axis=0), y - y.mean()\n"
        "    strength = np.float32(len(y) * lam) * np.eye(X.shape[1], dtype=np.float32)\n"
        "    w = np.linalg.solve(Z.T @ Z + strength, Z.T @ t)\n"
        "    return w, y.mean() - X.mean(axis=0) @ w"
    ),
}
MENDED_VARIANTS = {
    "one number": (
        "    n, p = A.shape\n"
        "    penalty = n * lam * np.eye(p)\n"
        "    penalty[0, 0] = 0\n"
        "    return np.linalg.solve(A.T @ A + penalty, A.T @ y)"
    ),
    "a diagonal and a list": (
        "    n, p = A.shape\n"
        "    penalty = np.diag([0] + [n * lam] * (p - 1))\n"
        "    return list(np.linalg.inv(A.T @ A + penalty) @ A.T @ y)"
    ),
    "ridge": ("    w, b = ridge(A[:, 1:], y, lam)\n    return np.concatenate([[b], w])"),
    "more rows": (
        "    n, p = A.shape\n"
        "    rows = np.vstack([A, np.sqrt(n * lam) * np.eye(p)[1:]])\n"
        "    return np.linalg.lstsq(rows, np.append(y, np.zeros(p - 1)), rcond=None)[0]"
    ),
    "float32": (
        "    A, y = A.astype(np.float32), y.astype(np.float32)\n"
        "    n, p = A.shape\n"
        "    Z = A[:, 1:] - A[:, 1:].mean(axis=0)\n"
        "    strength = np.float32(n * lam) * np.eye(p - 1, dtype=np.float32)\n"
        "    w = np.linalg.solve(Z.T @ Z + strength, Z.T @ (y - y.mean()))\n"
        "    return np.append(y.mean() - A[:, 1:].mean(axis=0) @ w, w)"
    ),
}


@pytest.mark.parametrize("variant", RIDGE_VARIANTS)
def test_correct_ridges_pass(variant):
    assert_holds("ridge", RIDGE + RIDGE_VARIANTS[variant])


@pytest.mark.parametrize("variant", MENDED_VARIANTS)
def test_correct_mended_ridges_pass(variant):
    sources = RIDGE + RIDGE_VARIANTS["centred"], MENDED + MENDED_VARIANTS[variant]
    assert_holds("mended_ridge", *sources)


def test_scikit_learn_would_pass():
    body = (
        "    from sklearn.linear_model import Ridge\n"
        "    fit = Ridge(alpha=len(y) * lam).fit(X, y)\n"
        "    return fit.coef_, fit.intercept_"
    )
    assert verdict_on(task("ridge")[0], RIDGE + body, timeout=60).status == "holds"


@pytest.mark.parametrize(
    "answer",
    [
        "d**2 / (d**2 + n * lam)",
        "1 / (1 + n * lam / d**2)",
        "1 - n * lam / (d**2 + n * lam)",
        "(d**2 / n) / (d**2 / n + lam)",
        "d * sp.solve(d * (d * a - 1) / n + lam * a, a)[0]",
    ],
)
@pytest.mark.parametrize("assumption", ["positive=True", "real=True", ""])
def test_any_equivalent_form_of_the_factor_passes(answer, assumption):
    symbols = f"import sympy as sp\nd, n, lam, a = sp.symbols('d n lambda a', {assumption})"
    assert_holds("shrinking_factor", symbols, f"shrinking_factor = {answer}")


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        ("(10, 0.05, 0.025, 5)", "holds"),
        ("[10.0, sp.Rational(1, 20), np.float32(0.025), 5]", "holds"),
        ("np.array([10, 0.05, 0.025, 5]).tolist()", "holds"),
        ("(10, 0.05, 0.02525, 5)", "fails"),
        ("(10.1, 0.05, 0.025, 5)", "fails"),
    ],
)
def test_four_numbers_of_any_kind_pass(answer, status):
    sources = "import numpy as np\nimport sympy as sp", f"four_strengths = {answer}"
    assert verdict_on(task("four_strengths")[0], *sources).status == status


def test_of_four_strengths_the_wrong_one_is_explained():
    found, mistakes = task("four_strengths")
    verdict = verdict_on(found, "four_strengths = (10, 0.05, 0.1, 7)", mistakes=mistakes)
    assert verdict.failure.endswith("is not right (right so far: values 1, 2)")
    assert verdict.diagnosis.startswith("third text: without a ½ at the penalty")


def test_a_missing_n_is_met_with_its_misunderstanding():
    found, mistakes = task("ridge")
    body = RIDGE_VARIANTS["centred"].replace("len(y) * lam", "lam")
    verdict = verdict_on(found, RIDGE + body, mistakes=mistakes)
    assert text(verdict).splitlines() == [
        "✗ ridge: 3 of 8 properties hold",
        "  fails: a centred feature: its weight is half of the least-squares one where lam equals "
        "its mean square — at X = [[−1], [1]], y = [1, 5], lam = 1 you return ([1.33333], 3), not "
        "([1], 3)",
        "  looks like: the n is missing: the loss is a mean, so after multiplying by n the matrix "
        "is XᵀX + nλI",
        "  hint 1 of 3: coursekit hint ridge",
    ]


def test_the_function_with_the_bug_is_recognised_and_does_what_the_prompt_shows():
    found, mistakes = task("mended_ridge")
    body = "    n, p = A.shape\n    return np.linalg.solve(A.T @ A + n * lam * np.eye(p), A.T @ y)"
    verdict = verdict_on(found, MENDED + body, mistakes=mistakes)
    assert verdict.diagnosis.startswith("θ₀ is still penalised")
    A, y = np.column_stack([np.ones(4), np.arange(4)]), np.array([1, 3, 3, 5])
    for offset, shown in ((0, (1.05, 1.23)), (10, (8.95, 2.11)), (100, (80.00, 10.00))):
        theta = np.linalg.solve(A.T @ A + 4 * 0.1 * np.eye(2), A.T @ (y + offset))
        assert tuple(theta.round(2)) == shown
    assert tuple(found.reference(A, y + 10, 0.1).round(2)) == (11.33, 1.11)


def test_the_table_of_weights_is_true():
    gram, least_squares, truth = np.array([[1, 0.9], [0.9, 1]]), [2.0, -0.1], [1.2, 0.6]
    rows = []
    for lam in (0, 0.1, 1, 10):
        w = np.linalg.solve(gram + lam * np.eye(2), gram @ least_squares)
        error = 1 + (w - truth) @ gram @ (w - truth)
        rows.append((*w.round(2).tolist(), round(np.linalg.norm(w), 2), round(error, 2)))
    assert rows == [
        (2.00, -0.10, 2.00, 1.12),
        (1.43, 0.38, 1.48, 1.01),
        (0.72, 0.53, 0.89, 1.30),
        (0.16, 0.14, 0.22, 3.14),
    ]


@pytest.mark.parametrize("letter", "acd")
def test_a_wrong_option_says_why(letter):
    found, _ = task("longer_or_shorter")
    verdict = verdict_on(found, f"longer_or_shorter = '{letter}'")
    assert verdict.failure == f"{letter}: {found.wrong[letter]}"
