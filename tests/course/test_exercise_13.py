"""Set 13: no correct variant is turned away; a wrong answer is met with its misunderstanding."""

import numpy as np
import pytest
from exercise_helpers import cells, task, verdict_on

from coursekit import datasets, solvers
from coursekit.course.exercises.feedback import text
from coursekit.course.exercises.judge import judge
from coursekit.losses import HalfSquaredError, Logistic
from coursekit.objective import Objective
from coursekit.penalties import L1, L2, soft_threshold
from coursekit.preprocessing import Standardiser

IMPORT = "import numpy as np\n"
VIOLATION = IMPORT + "def kkt_violation(gradient, w, lam):\n"
SWEEP = IMPORT + "def coordinate_sweep(X, y, w, lam):\n"
VIOLATION_VARIANTS = {
    "two cases": (
        "    at_zero = np.maximum(np.abs(gradient) - lam, 0)\n"
        "    return np.where(w == 0, at_zero, np.abs(gradient + lam * np.sign(w))).max()"
    ),
    "loop": (
        "    worst = 0\n"
        "    for g, weight in zip(gradient, w):\n"
        "        if weight > 0:\n"
        "            found = abs(g + lam)\n"
        "        elif weight < 0:\n"
        "            found = abs(g - lam)\n"
        "        else:\n"
        "            found = max(abs(g) - lam, 0)\n"
        "        worst = max(worst, found)\n"
        "    return worst"
    ),
    "nearest slope": (
        "    slope = np.where(w == 0, np.clip(-gradient, -lam, lam), lam * np.sign(w))\n"
        "    return np.max(np.abs(gradient + slope))"
    ),
    "parts, with initial": (
        "    at_zero = (np.abs(gradient[w == 0]) - lam).max(initial=0)\n"
        "    rest = np.abs(gradient + lam * np.sign(w))[w != 0].max(initial=0)\n"
        "    return max(at_zero, rest)"
    ),
    "lists": (
        "    g, w = list(gradient), list(w)\n"
        "    kept = [abs(a + lam * np.sign(b)) for a, b in zip(g, w) if b]\n"
        "    rest = [max(abs(a) - lam, 0) for a, b in zip(g, w) if not b]\n"
        "    return max(kept + rest)"
    ),
    "float32": (
        "    g, lam = gradient.astype(np.float32), np.float32(lam)\n"
        "    at_zero = np.maximum(np.abs(g) - lam, 0)\n"
        "    return np.where(w == 0, at_zero, np.abs(g + lam * np.sign(w).astype(g.dtype))).max()"
    ),
}
SWEEP_VARIANTS = {
    "residuals anew": (
        "    w = np.array(w, dtype=float)\n"
        "    for j in range(len(w)):\n"
        "        x = X[:, j]\n"
        "        a, c = np.mean(x**2), np.mean(x * (y - X @ w + x * w[j]))\n"
        "        w[j] = np.sign(c) * max(abs(c) - lam, 0) / a\n"
        "    return w"
    ),
    "residuals kept": (
        "    w, residuals = w * 1.0, y - X @ w\n"
        "    for j, x in enumerate(X.T):\n"
        "        a, old = x @ x / len(y), w[j]\n"
        "        v = old + x @ residuals / len(y) / a\n"
        "        w[j] = np.sign(v) * np.maximum(np.abs(v) - lam / a, 0)\n"
        "        residuals = residuals - x * (w[j] - old)\n"
        "    return w"
    ),
    "a matrix of products": (
        "    n = len(y)\n"
        "    G, h, w = X.T @ X, X.T @ y, np.array(w, dtype=float)\n"
        "    for j in range(len(w)):\n"
        "        rho = h[j] - G[j] @ w + G[j, j] * w[j]\n"
        "        w[j] = (rho - np.clip(rho, -n * lam, n * lam)) / G[j, j]\n"
        "    return w"
    ),
    "others deleted, a list": (
        "    new = list(w)\n"
        "    for j in range(X.shape[1]):\n"
        "        others = [k for k in range(X.shape[1]) if k != j]\n"
        "        r = y - sum((X[:, k] * new[k] for k in others), np.zeros(len(y)))\n"
        "        a, c = np.mean(X[:, j] ** 2), np.mean(X[:, j] * r)\n"
        "        if c > lam:\n"
        "            new[j] = (c - lam) / a\n"
        "        elif c < -lam:\n"
        "            new[j] = (c + lam) / a\n"
        "        else:\n"
        "            new[j] = 0\n"
        "    return new"
    ),
    "an ISTA step in one weight": (
        "    w = np.asarray(w).astype(float)\n"
        "    for j in range(len(w)):\n"
        "        L = np.mean(X[:, j] ** 2)\n"
        "        v = w[j] - np.mean(X[:, j] * (X @ w - y)) / L\n"
        "        w[j] = max(v - lam / L, 0) - max(-v - lam / L, 0)\n"
        "    return w"
    ),
    "float32": (
        "    X, y, w = (np.array(v, dtype=np.float32) for v in (X, y, w))\n"
        "    lam = np.float32(lam)\n"
        "    for j in range(len(w)):\n"
        "        x = X[:, j]\n"
        "        a, c = np.mean(x**2), np.mean(x * (y - X @ w + x * w[j]))\n"
        "        w[j] = np.sign(c) * max(abs(c) - lam, np.float32(0)) / a\n"
        "    return w"
    ),
}


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("variant", VIOLATION_VARIANTS)
def test_correct_kkt_checks_pass(variant, seed):
    source = VIOLATION + VIOLATION_VARIANTS[variant]
    verdict = judge(task("kkt_violation")[0], (), cells(source), seed=seed)
    assert verdict.status == "holds", verdict


@pytest.mark.parametrize("seed", [0, 11, 12])
@pytest.mark.parametrize("variant", SWEEP_VARIANTS)
def test_correct_sweeps_pass(variant, seed):
    source = SWEEP + SWEEP_VARIANTS[variant]
    verdict = judge(task("coordinate_sweep")[0], (), cells(source), seed=seed)
    assert verdict.status == "holds", verdict


@pytest.mark.parametrize(
    "answer",
    [
        "sp.Piecewise(((c - lam) / a, c > lam), ((c + lam) / a, c < -lam), (0, True))",
        "sp.Piecewise((0, sp.Abs(c) <= lam), (c / a - lam / a * sp.sign(c), True))",
        "sp.sign(c) * sp.Max(sp.Abs(c) - lam, 0) / a",
        "sp.Max(c / a - lam / a, 0) + sp.Min(c / a + lam / a, 0)",
        "(c - sp.Max(-lam, sp.Min(c, lam))) / a",
        "(c - (sp.Abs(c + lam) - sp.Abs(c - lam)) / 2) / a",
    ],
)
def test_any_equivalent_form_of_the_minimiser_passes(answer):
    symbols = "import sympy as sp\na, lam, c = sp.symbols('a lambda c', real=True)"
    found = task("one_weight_minimiser")[0]
    verdict = verdict_on(found, symbols, f"one_weight_minimiser = {answer}")
    assert verdict.status == "holds", verdict


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        ("(1.75, 1)", "holds"),
        ("[sp.Rational(7, 4), np.int64(1)]", "holds"),
        ("np.array([1.75, 1]).tolist()", "holds"),
        ("(1.7675, 1)", "fails"),
        ("(1.75, 2)", "fails"),
        ("(-1.75, 1)", "fails"),
    ],
)
def test_two_numbers_of_any_kind_pass(answer, status):
    sources = "import numpy as np\nimport sympy as sp", f"wake_up = {answer}"
    assert verdict_on(task("wake_up")[0], *sources).status == status


def test_the_slopes_of_old_weights_are_met_with_their_misunderstanding():
    found, mistakes = task("coordinate_sweep")
    body = (
        "    a = np.mean(X**2, axis=0)\n"
        "    c = X.T @ (y - X @ w) / len(y) + a * w\n"
        "    return np.sign(c) * np.maximum(np.abs(c) - lam, 0) / a"
    )
    verdict = verdict_on(found, SWEEP + body, mistakes=mistakes)
    assert verdict.diagnosis.startswith("all weights are updated from the old ones")


def test_autograds_slope_is_met_with_its_misunderstanding():
    found, mistakes = task("kkt_violation")
    body = "    return np.abs(gradient + lam * np.sign(w)).max()"
    verdict = verdict_on(found, VIOLATION + body, mistakes=mistakes)
    assert text(verdict).splitlines() == [
        "✗ kkt_violation: 4 of 7 properties hold",
        "  fails: 0 where all weights are 0 and no slope exceeds lam in size — at gradient = "
        "[0.25, −0.25], w = [0, 0], lam = 0.5 you return 0.25, not 0",
        "  looks like: this is autograd's slope, which takes 0 for the slope of the penalty at "
        "w = 0; there it may be anything from −lam to lam",
        "  hint 1 of 3: coursekit hint kkt_violation",
    ]


def test_the_references_agree_with_the_package():
    data = datasets.diabetes()
    X, y = Standardiser.fit(data.X).transform(data.X)[:, :5] * 2, data.y - data.y.mean()
    objective = Objective(X, y, HalfSquaredError(), L1(3.0), fit_intercept=False)
    start = np.array([1.0, 0.0, -2.0, 0.0, 3.0])
    swept = solvers.coordinate_descent(objective, tol=0, max_iter=1, start=(start, 0.0)).w
    assert np.allclose(task("coordinate_sweep")[0].reference(X, y, start, 3.0), swept)
    found = task("kkt_violation")[0].reference(objective.gradient(start)[0], start, 3.0)
    assert np.isclose(found, objective.violation(start)[0].max())
    given = task("wake_up")[0].given
    small = Objective(
        np.column_stack([given["x_1"], given["x_2"]]), given["y"], HalfSquaredError(), L1(1.0)
    )
    assert np.isclose(small.lambda_max(), 1.75)


def test_the_table_of_three_runs_is_true():
    data = datasets.breast_cancer()
    X, y = Standardiser.fit(data.X).transform(data.X), datasets.as_signs(data.y)
    objective = Objective(X, y, Logistic(), L1(0.02))
    ridge = solvers.gradient_descent(Objective(X, y, Logistic(), L2(0.02)), tol=1e-9)
    start, rate = (ridge.w, ridge.b), 1 / objective.lipschitz
    best = solvers.fista(objective, tol=1e-12, max_iter=50_000)
    assert (best.w == 0).sum() == 23
    settings = {"tol": 0, "start": start}
    steps = solvers.subgradient_descent(objective, max_iter=2000, learning_rate=rate, **settings)
    fista = solvers.fista(objective, max_iter=600, **settings)
    (w, b), values = start, []
    for _ in range(200):
        values.append(objective.value(w, b))
        by_w, by_b = objective.gradient(w, b)
        w = soft_threshold(w - 0.001 * rate * by_w, 0.001 * rate * 0.02)
        b = b - 0.001 * rate * by_b
    runs = {
        "A": (steps.w, steps.b, steps.trace["value"][-2]),
        "B": (w, b, values[-1]),
        "C": (fista.w, fista.b, fista.trace["value"][-2]),
    }
    shown = {
        "A": ("0.2181", 3e-4, 0, 3e-3, 0.8),
        "B": ("0.2648", 2e-6, 0, 0.1, 1.6),
        "C": ("0.2171", 0.0, 23, 4e-7, 4e-5),
    }
    for name, (w, b, before) in runs.items():
        value, change, zeros, gap, distance = shown[name]
        assert f"{objective.value(w, b):.4f}" == value
        last = abs(before - objective.value(w, b))
        assert last < 1e-11 if name == "C" else np.isclose(last, change, rtol=0.15)
        assert (w == 0).sum() == zeros
        assert np.isclose(objective.duality_gap(w, b), gap, rtol=0.12)
        assert np.isclose(np.abs(w - best.w).max(), distance, rtol=0.1)
    assert round(runs["B"][2] - runs["C"][2], 4) == 0.0477


@pytest.mark.parametrize("letter", "abd")
def test_a_wrong_option_says_why(letter):
    found, _ = task("who_has_arrived")
    verdict = verdict_on(found, f"who_has_arrived = '{letter}'")
    assert verdict.failure == f"{letter}: {found.wrong[letter]}"
