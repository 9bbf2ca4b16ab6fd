"""Set 15: no correct variant is turned away; a wrong answer is met with its misunderstanding."""

import json

import numpy as np
import pytest
from exercise_helpers import assert_holds, task, verdict_on

from coursekit import solvers
from coursekit.course.exercises.feedback import text
from coursekit.course.root import find_root
from coursekit.losses import HalfSquaredError
from coursekit.objective import Objective
from coursekit.penalties import L1, L2

IMPORT = "import numpy as np\n"
HEADS = {
    "mended_map": IMPORT + "def mended_map(X, y, sigma, tau):\n",
    "posterior_on_grid": IMPORT + "def posterior_on_grid(grid, readings, sigma, s):\n",
}
VARIANTS = {
    "mended_map": {
        "lambda divided by n": (
            "    n, p = X.shape\n"
            "    lam = sigma**2 / (n * tau**2)\n"
            "    return np.linalg.solve(X.T @ X / n + lam * np.eye(p), X.T @ y / n)"
        ),
        "precisions": (
            "    A = X.T @ X / sigma**2 + np.identity(X.shape[1]) / tau**2\n"
            "    return np.linalg.inv(A) @ (X.T @ y) / sigma**2"
        ),
        "more rows, a list": (
            "    p = X.shape[1]\n"
            "    rows = np.vstack([X / sigma, np.eye(p) / tau])\n"
            "    return list(np.linalg.lstsq(rows, np.append(y / sigma, np.zeros(p)))[0])"
        ),
        "by samples": (
            "    K = tau**2 * X @ X.T + sigma**2 * np.eye(len(y))\n"
            "    return tau**2 * X.T @ np.linalg.solve(K, y)"
        ),
        "a loop over the weights": (
            "    w = np.zeros(X.shape[1])\n"
            "    for _ in range(2000):\n"
            "        for j in range(len(w)):\n"
            "            rest = y - X @ w + X[:, j] * w[j]\n"
            "            w[j] = X[:, j] @ rest / (X[:, j] @ X[:, j] + sigma**2 / tau**2)\n"
            "    return w"
        ),
        "float32": (
            "    X, y = X.astype(np.float32), y.astype(np.float32)\n"
            "    ratio = np.float32(sigma / tau) ** 2\n"
            "    return np.linalg.solve(X.T @ X + ratio * np.eye(X.shape[1], dtype=X.dtype), "
            "X.T @ y)"
        ),
    },
    "posterior_on_grid": {
        "vectorised": (
            "    logs = -((readings - grid[:, None]) ** 2).sum(axis=1) / (2 * sigma**2)\n"
            "    logs -= np.abs(grid) / s\n"
            "    p = np.exp(logs - np.max(logs))\n"
            "    return p / np.sum(p)"
        ),
        "loops and a list": (
            "    import math\n"
            "    logs = []\n"
            "    for w in grid:\n"
            "        total = -abs(w) / s - math.log(2 * s)\n"
            "        for v in readings:\n"
            "            total -= (v - w) ** 2 / (2 * sigma**2) + math.log(2.5 * sigma)\n"
            "        logs.append(total)\n"
            "    heights = [math.exp(u - max(logs)) for u in logs]\n"
            "    return [h / sum(heights) for h in heights]"
        ),
        "mean of the readings alone": (
            "    n, v = len(readings), np.mean(readings)\n"
            "    logs = -n * (v - grid) ** 2 / (2 * sigma**2) - abs(grid) / s\n"
            "    heights = np.exp(logs - logs.max())\n"
            "    return heights / heights.sum()"
        ),
        "one reading after the other": (
            "    logs = -np.abs(grid) / s\n"
            "    for v in readings:\n"
            "        logs = logs - (v - grid) ** 2 / (2 * sigma**2)\n"
            "        logs = logs - logs.max()\n"
            "        logs = logs - np.log(np.exp(logs).sum())\n"
            "    return np.exp(logs)"
        ),
        "logaddexp": (
            "    squares = np.square(np.subtract.outer(grid, readings)).sum(1)\n"
            "    logs = -squares / 2 / sigma / sigma - np.abs(grid / s)\n"
            "    return np.exp(logs - np.logaddexp.reduce(logs))"
        ),
        "float32 at the end": (
            "    logs = -((readings - grid[:, None]) ** 2).sum(axis=1) / (2 * sigma**2)\n"
            "    logs = logs - abs(grid) / s\n"
            "    p = np.exp((logs - logs.max()).astype(np.float32))\n"
            "    return p / p.sum()"
        ),
    },
}
EACH_VARIANT = [(name, variant) for name, bodies in VARIANTS.items() for variant in bodies]


@pytest.mark.parametrize(("name", "variant"), EACH_VARIANT)
def test_correct_variants_pass(name, variant):
    assert_holds(name, HEADS[name] + VARIANTS[name][variant])


@pytest.mark.parametrize(
    "answer",
    [
        "(n * v * tau**2 + m * sigma**2) / (n * tau**2 + sigma**2)",
        "m + (v - m) / (1 + sigma**2 / (n * tau**2))",
        "(v * n / sigma**2 + m / tau**2) / (n / sigma**2 + 1 / tau**2)",
        "v - (v - m) * sigma**2 / (sigma**2 + n * tau**2)",
    ],
)
@pytest.mark.parametrize("assumption", ["real=True", "positive=True", ""])
def test_any_equivalent_form_of_the_derivation_passes(answer, assumption):
    symbols = f"v, m, n, sigma, tau = sp.symbols('v m n sigma tau', {assumption})"
    found, _ = task("map_with_prior_mean")
    for factor, status in (("1", "holds"), ("1.01", "fails")):
        source = f"map_with_prior_mean = {factor} * ({answer})"
        assert verdict_on(found, "import sympy as sp\n" + symbols, source).status == status


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        ("(0.5, 0.2, 0.125, 25)", "holds"),
        ("np.array([9 / 18, 9 / 45, 9 / 72, 9 / 0.36])", "holds"),
        ("[sp.Rational(1, 2), sp.Rational(1, 5), sp.Rational(1, 8), sp.Integer(25)]", "holds"),
        ("(0.5, 0.202, 0.125, 25)", "fails"),
        ("(0.5, 0.2, 0.125, 24.75)", "fails"),
    ],
)
def test_four_strengths_of_any_kind_pass(answer, status):
    sources = "import numpy as np\nimport sympy as sp", f"strengths_from_beliefs = {answer}"
    assert verdict_on(task("strengths_from_beliefs")[0], *sources).status == status


def test_the_references_agree_with_the_package():
    rng = np.random.default_rng(15)
    X, y = rng.normal(size=(12, 3)), rng.normal(size=12) * 2
    sigma, tau = 1.3, 0.6
    ours = Objective(X, y, HalfSquaredError(), L2(sigma**2 / (12 * tau**2)), fit_intercept=False)
    w = task("mended_map")[0].reference(X, y, sigma, tau)
    assert ours.certificate(w).relative_gap < 1e-12
    posterior = task("posterior_on_grid")[0].reference
    grid, readings = np.arange(-400, 401) / 100, rng.normal(size=4) + 0.9
    for s in (0.1, 1.0):
        mode = grid[np.argmax(posterior(grid, readings, sigma, s))]
        lam = sigma**2 / (4 * s)
        one = Objective(np.ones((4, 1)), readings, HalfSquaredError(), L1(lam), fit_intercept=False)
        assert abs(solvers.fista(one, tol=1e-12).w[0] - mode) <= 0.005
    fine = np.arange(-4000, 4001) / 100
    assert np.isclose(fine @ posterior(fine, np.array([0.5]), 1.0, 1.0), 0.241, atol=5e-4)


def test_the_faulty_function_is_named():
    found, mistakes = task("mended_map")
    body = (
        "    n, p = X.shape\n"
        "    lam = sigma**2 / tau**2\n"
        "    return np.linalg.solve(X.T @ X + n * lam * np.eye(p), X.T @ y)"
    )
    verdict = verdict_on(found, HEADS["mended_map"] + body, mistakes=mistakes)
    assert verdict.diagnosis.startswith("n is still counted twice")


def test_heights_that_underflow_are_met_with_the_reason():
    found, mistakes = task("posterior_on_grid")
    body = (
        "    each = np.exp(-((readings - grid[:, None]) ** 2) / (2 * sigma**2))\n"
        "    heights = each.prod(axis=1) * np.exp(-np.abs(grid) / s)\n"
        "    return heights / heights.sum()"
    )
    verdict = verdict_on(found, HEADS["posterior_on_grid"] + body, mistakes=mistakes)
    assert text(verdict).splitlines()[:3] == [
        "✗ posterior_on_grid: 6 of 7 properties hold",
        "  fails: tiny likelihoods do not end in 0/0 — at grid = [0, 1, 2], readings: 3000 "
        "readings of mean 1.5, sigma = 0.5, s = 1 you return [nan, nan, nan], not "
        "[0, 0.731059, 0.268941]",
        "  looks like: the likelihood underflows: where all heights become 0, 0/0 is nan; "
        "subtract the largest logarithm first",
    ]


def test_the_tables_are_those_of_the_lesson():
    lesson = json.loads((find_root() / "lessons/15_priors.ipynb").read_text(encoding="utf-8"))
    printed = [
        line.split()
        for cell in lesson["cells"]
        for output in cell.get("outputs", ())
        for line in output.get("text", ())
    ]
    rows = [
        "Laplace 0 1.4% 70562 0",
        "Gaussian 0 0.8% 68451 0",
        "0.5 0.00 0.190 0.241",
        "2 1.00 1.107 1.161",
    ]
    assert all(row.split() in printed for row in rows)


@pytest.mark.parametrize("letter", "abce")
def test_a_wrong_option_says_why(letter):
    found, _ = task("zeros_come_from")
    verdict = verdict_on(found, f"zeros_come_from = '{letter}'")
    assert verdict.failure == f"{letter}: {found.wrong[letter]}"
