"""Bug hunt 1: no correct variant is turned away; what is found is named; the program is mended."""

import ast
import json
import textwrap

import numpy as np
import pytest
from exercise_helpers import assert_holds, task, verdict_on

from coursekit import datasets, solvers
from coursekit.course.exercises.feedback import text
from coursekit.course.exercises.notebook import code_cells
from coursekit.course.root import find_root
from coursekit.losses import HalfSquaredError
from coursekit.objective import Objective
from coursekit.penalties import L1
from coursekit.preprocessing import Standardiser

FOLDER = find_root() / "exercises" / "hunt1_the_lasso_without_zeros"
FAULTY = {
    "standardise": "broken_standardise",
    "mean_gradient": "broken_gradient",
    "safe_step": "broken_step",
    "proximal_step": "broken_proximal_step",
    "arrived": "broken_arrived",
}
HEADS = {
    "standardise": "def standardise(X):\n",
    "mean_gradient": "def mean_gradient(X, y, theta):\n",
    "safe_step": "def safe_step(X):\n",
    "proximal_step": "def proximal_step(theta, gradient, step, lam):\n",
    "arrived": "def arrived(theta, gradient, lam, tol):\n",
}
VARIANTS = {
    "standardise": {
        "std": """
            s = np.std(X, axis=0)
            return (X - X.mean(axis=0)) / np.where(s > 0, s, 1)
            """,
        "a loop over columns": """
            Z = np.zeros(X.shape)
            for j in range(X.shape[1]):
                x = X[:, j] - sum(X[:, j]) / len(X)
                size = np.sqrt(sum(x**2) / len(x))
                if size > 0:
                    Z[:, j] = x / size
            return Z
            """,
        "lists": """
            columns = []
            for x in X.T:
                x = x - x.mean()
                size = float(np.sqrt(x @ x / len(x)))
                columns.append([float(v) / size if size else 0 for v in x])
            return [list(row) for row in zip(*columns)]
            """,
        "the mean square minus the squared mean": """
            m, square = X.mean(axis=0), (X**2).mean(axis=0)
            s = np.sqrt(square - m**2)
            s[np.ptp(X, axis=0) == 0] = 1
            return (X - m) / s
            """,
        "float32 scales": """
            s = X.std(axis=0).astype(np.float32)
            return ((X - X.mean(axis=0)) / np.where(s == 0, np.float32(1), s)).astype(np.float32)
            """,
        "nan_to_num": """
            Z = X - X.mean(axis=0)
            return np.nan_to_num(Z / np.sqrt(np.mean(Z * Z, axis=0)))
            """,
    },
    "mean_gradient": {
        "two means": """
            r = X @ theta[:-1] + theta[-1] - y
            return np.append(X.T @ r / len(r), np.mean(r))
            """,
        "a column of ones": """
            A = np.hstack([X, np.ones((len(y), 1))])
            return A.T @ (A @ theta - y) / X.shape[0]
            """,
        "the mean over rows": """
            A = np.column_stack([X, np.ones_like(y)])
            return (A * (A @ theta - y)[:, None]).mean(axis=0)
            """,
        "loops and a list": """
            n, p = X.shape
            slopes = [0.0] * (p + 1)
            for i in range(n):
                r = sum(X[i, j] * theta[j] for j in range(p)) + theta[p] - y[i]
                for j in range(p):
                    slopes[j] += r * X[i, j] / n
                slopes[p] += r / n
            return slopes
            """,
        "float32": """
            X, y, theta = (a.astype(np.float32) for a in (X, y, theta))
            r = X @ theta[:-1] + theta[-1] - y
            return np.append(X.T @ r, r.sum()) / np.float32(len(r))
            """,
    },
    "safe_step": {
        "spectral norm": """
            A = np.column_stack([X, np.ones(len(X))])
            return len(A) / np.linalg.norm(A, ord=2) ** 2
            """,
        "eigenvalues": """
            A = np.hstack([np.ones((len(X), 1)), X])
            return 1 / np.linalg.eigvalsh(A.T @ A / len(X)).max()
            """,
        "eigenvalues by samples": """
            n = len(X)
            return n / np.linalg.eigvalsh(X @ X.T + 1).max()
            """,
        "singular values": """
            A = np.c_[X, np.ones(X.shape[0])]
            return 1 / (np.linalg.svd(A, compute_uv=False)[0] ** 2 / X.shape[0])
            """,
        "power iteration": """
            A = np.column_stack([X, np.ones(len(X))])
            H, v = A.T @ A / len(A), np.arange(1.0, A.shape[1] + 1)
            for _ in range(5000):
                v = H @ v
                v = v / np.sqrt(v @ v)
            return 1 / (v @ H @ v)
            """,
        "float32": """
            A = np.column_stack([X, np.ones(len(X))]).astype(np.float32)
            return np.float32(len(X)) / np.linalg.norm(A, 2) ** 2
            """,
    },
    "proximal_step": {
        "sign and size": """
            moved = theta - step * gradient
            w = moved[:-1]
            shrunk = np.sign(w) * np.maximum(np.abs(w) - step * lam, 0)
            return np.append(shrunk, moved[-1])
            """,
        "a threshold for each": """
            t = np.full(len(theta), step * lam)
            t[-1] = 0
            v = theta - step * gradient
            return v - np.clip(v, -t, t)
            """,
        "a loop and a list": """
            new = []
            for value, slope in zip(theta[:-1], gradient[:-1]):
                v = value - step * slope
                size = max(abs(v) - step * lam, 0)
                new.append(size if v > 0 else -size)
            return new + [theta[-1] - step * gradient[-1]]
            """,
        "a copy": """
            new = theta - step * gradient
            w = new[:-1]
            t = lam * step
            new[:-1] = np.where(w > t, w - t, np.where(w < -t, w + t, 0))
            return new
            """,
        "float32": """
            s, t = np.float32(step), np.float32(step * lam)
            new = theta.astype(np.float32) - s * gradient.astype(np.float32)
            new[:-1] -= np.clip(new[:-1], -t, t)
            return new
            """,
    },
    "arrived": {
        "two masks": """
            w, g = theta[:-1], gradient[:-1]
            zeros = np.all(np.abs(g[w == 0]) <= lam + tol)
            others = np.all(np.abs(g[w != 0] + lam * np.sign(w[w != 0])) <= tol)
            return zeros and others and abs(gradient[-1]) <= tol
            """,
        "a loop": """
            for w, g in zip(theta[:-1], gradient[:-1]):
                if w == 0 and abs(g) > lam + tol:
                    return False
                if w != 0 and abs(g + (lam if w > 0 else -lam)) > tol:
                    return False
            return bool(abs(gradient[-1]) <= tol)
            """,
        "the largest miss": """
            w, g = theta[:-1], gradient[:-1]
            miss = np.where(w == 0, np.maximum(abs(g) - lam, 0), abs(g + lam * np.sign(w)))
            return np.append(miss, abs(gradient[-1])).max() <= tol
            """,
        "an interval for each": """
            low = np.append(np.where(theta[:-1] > 0, lam, -lam), 0)
            high = np.append(np.where(theta[:-1] < 0, -lam, lam), 0)
            return bool(np.all((-gradient >= low - tol) & (-gradient <= high + tol)))
            """,
        "1 and 0": """
            w, g = theta[:-1], gradient[:-1]
            miss = np.where(w == 0, abs(g) - lam, abs(g + lam * np.sign(w)))
            return int(miss.max() <= tol and abs(gradient[-1]) <= tol)
            """,
    },
}
EACH_VARIANT = [(name, variant) for name, bodies in VARIANTS.items() for variant in bodies]


def function(name, body):
    return "import numpy as np\n" + HEADS[name] + textwrap.indent(textwrap.dedent(body), "    ")


def faulty(name):
    """Return the faulty function of the notebook under the name of its task."""
    found = FAULTY[name]
    [source] = [
        c.source for c in code_cells(FOLDER / "solution.ipynb") if f"def {found}(" in c.source
    ]
    [node] = [n for n in ast.parse(source).body if getattr(n, "name", "") == found]
    node.name = name
    return "import numpy as np\n" + ast.unparse(node)


def called(source, name):
    namespace = {}
    exec(source, namespace)
    return namespace[name]


def printed(cell_id):
    notebook = json.loads((FOLDER / "solution.ipynb").read_text(encoding="utf-8"))
    [cell] = [c for c in notebook["cells"] if c["id"] == cell_id]
    return "".join("".join(output["text"]) for output in cell["outputs"])


@pytest.mark.parametrize(("name", "variant"), EACH_VARIANT)
def test_correct_variants_pass(name, variant):
    assert_holds(name, function(name, VARIANTS[name][variant]))


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("standardise", "np.std(X, axis=0)", "1.01 * np.std(X, axis=0)"),
        ("standardise", "X.mean(axis=0)", "1.01 * X.mean(axis=0)"),
        ("mean_gradient", "len(r)", "(1.01 * len(r))"),
        ("mean_gradient", "np.mean(r)", "1.01 * np.mean(r)"),
        ("safe_step", "** 2", "** 2.02"),
        ("safe_step", "np.ones(len(X))", "1.01 * np.ones(len(X))"),
        ("proximal_step", "- step * lam", "- 1.01 * step * lam"),
        ("proximal_step", "moved[-1]", "1.01 * moved[-1]"),
    ],
)
def test_a_piece_off_by_one_percent_fails(name, old, new):
    body = next(iter(VARIANTS[name].values()))
    assert old in body
    assert verdict_on(task(name)[0], function(name, body.replace(old, new))).status == "fails"


@pytest.mark.parametrize("new", ["1.01 * tol", "0.99 * tol"])
def test_a_tolerance_off_by_one_percent_fails(new):
    body = VARIANTS["arrived"]["two masks"].replace("tol", new)
    assert verdict_on(task("arrived")[0], function("arrived", body)).status == "fails"


@pytest.mark.parametrize("name", FAULTY)
def test_the_faulty_function_gets_its_own_diagnosis(name):
    found, mistakes = task(name)
    verdict = verdict_on(found, faulty(name), mistakes=mistakes)
    assert verdict.status == "fails"
    assert verdict.diagnosis == mistakes[0].diagnosis
    assert verdict.diagnosis.startswith("this is the faulty function itself: ")


@pytest.mark.parametrize(
    ("name", "silent", "loud"),
    [
        ("standardise", [[1.0], [-1.0]], [[1.0], [3.0]]),
        ("safe_step", [[1.0], [-1.0]], [[0.5], [-0.5]]),
    ],
)
def test_a_bug_of_the_columns_is_silent_for_some_and_loud_for_others(name, silent, loud):
    right, wrong = task(name)[0].reference, called(faulty(name), name)
    assert np.allclose(right(np.array(silent)), wrong(np.array(silent)))
    assert not np.allclose(right(np.array(loud)), wrong(np.array(loud)), rtol=0.1)


def test_the_references_agree_with_the_package():
    rng = np.random.default_rng(1)
    X, y, theta = rng.normal(size=(8, 3)) + 1, rng.normal(size=8), rng.normal(size=4)
    objective = Objective(X, y, HalfSquaredError(), L1(0.3))
    assert np.allclose(task("standardise")[0].reference(X), Standardiser.fit(X).transform(X))
    slopes = np.append(*objective.gradient(theta[:-1], theta[-1]))
    assert np.allclose(task("mean_gradient")[0].reference(X, y, theta), slopes)
    step = task("safe_step")[0].reference(X)
    assert np.isclose(step, 1 / objective.lipschitz)
    one = solvers.ista(objective, tol=0, max_iter=1, start=(theta[:-1], theta[-1]))
    moved = task("proximal_step")[0].reference(theta, slopes, step, 0.3)
    assert np.allclose(moved, np.append(one.w, one.b))


def test_the_program_as_found_has_no_zeros_and_as_mended_the_right_ones():
    table = printed("whole-program")
    rows = [(line[:18].strip(), line[18:-12].strip(), int(line[-2:]))
            for line in table.splitlines()[1:8]]  # fmt: skip
    assert rows == [
        ("as found", "arrived without a step", 0),
        ("all but arrived", "arrived without a step", 0),
        ("+ arrived", "overflow", 0),
        ("+ mean_gradient", "overflow", 0),
        ("+ safe_step", "arrived", 8),
        ("+ standardise", "2000 steps", 7),
        ("+ proximal_step", "arrived", 5),
    ]
    data = datasets.diabetes()
    Z = Standardiser.fit(data.X).transform(data.X)
    best = solvers.fista(Objective(Z, data.y, HalfSquaredError(), L1(5.0)), tol=1e-12)
    kept = [name for name, w in zip(data.feature_names, best.w, strict=True) if w]
    assert printed("its-proof").splitlines() == [
        "largest KKT violation, by coursekit, below 1e-6: True",
        "relative duality gap below 1e-6: True",
        "features that stay: " + ", ".join(kept),
    ]
    assert len(data.y) == 442


def test_with_the_wrong_scales_the_step_happens_to_be_1():
    """What the last cell says: so the missing factor of the threshold was silent."""
    X = datasets.diabetes().X
    safe_step = task("safe_step")[0].reference
    assert np.isclose(safe_step(called(faulty("standardise"), "standardise")(X)), 1)
    assert safe_step(task("standardise")[0].reference(X)) < 0.3


def test_the_faulty_stopping_rule_is_silent_from_a_start_at_zeros():
    """What its explanation says: from there the slopes come down to lam from above."""
    data, lam, theta = datasets.diabetes(), 5, np.zeros(11)
    X, gradient, move = (task(n)[0].reference for n in FAULTY if n not in ("safe_step", "arrived"))
    Z = X(data.X)
    step, stop = task("safe_step")[0].reference(Z), called(faulty("arrived"), "arrived")
    for _ in range(2000):
        slopes = gradient(Z, data.y, theta)
        if stop(theta, slopes, lam, 1e-8):
            break
        theta = move(theta, slopes, step, lam)
    assert task("arrived")[0].reference(theta, slopes, lam, 1e-6)
    assert np.count_nonzero(theta[:-1]) == 5


def test_a_wrong_answer_is_met_with_its_misunderstanding():
    found, mistakes = task("proximal_step")
    verdict = verdict_on(found, faulty("proximal_step"), mistakes=mistakes)
    assert text(verdict).splitlines() == [
        "✗ proximal_step: 5 of 8 properties hold",
        "  fails: with gradient 0 each weight moves by step · lam towards 0 — at theta = "
        "[2, −3, 1], gradient = [0, 0, 0], step = 0.5, lam = 0.8 you return [1.2, −2.2, 1], not "
        "[1.6, −2.6, 1]",
        "  looks like: this is the faulty function itself: the threshold is lam without the step, "
        "so a short step takes off as much as a long one",
        "  hint 1 of 3: coursekit hint proximal_step",
    ]
