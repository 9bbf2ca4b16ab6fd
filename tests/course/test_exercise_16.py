"""Set 16: no correct variant is turned away; a wrong answer is met with its misunderstanding."""

import numpy as np
import pytest
from exercise_helpers import assert_holds, task, verdict_on

from coursekit.course.exercises.feedback import text
from coursekit.penalties import L0, L2, GroupL2, Lq

IMPORT = "import itertools\nimport numpy as np\n"
HEADS = {
    "mended_group_prox": IMPORT + "def mended_group_prox(v, groups, lam, step):\n",
    "best_subset": IMPORT + "def best_subset(X, y, k):\n",
}
VARIANTS = {
    "mended_group_prox": {
        "one factor": (
            "    w = np.zeros(len(v))\n"
            "    for group in groups:\n"
            "        g = list(group)\n"
            "        length = np.linalg.norm(v[g])\n"
            "        if length > 0:\n"
            "            w[g] = max(0, 1 - step * lam * len(g) ** 0.5 / length) * v[g]\n"
            "    return w"
        ),
        "unit vector times length": (
            "    w = v.astype(float)\n"
            "    for group in groups:\n"
            "        g = np.array(group)\n"
            "        length = np.sqrt(np.sum(v[g] ** 2))\n"
            "        new = np.maximum(length - step * lam * np.sqrt(g.size), 0)\n"
            "        w[g] = v[g] / length * new if length else 0\n"
            "    return w"
        ),
        "loops and a list": (
            "    import math\n"
            "    w = [0.0] * len(v)\n"
            "    for group in groups:\n"
            "        length = math.sqrt(sum(v[j] ** 2 for j in group))\n"
            "        kappa = step * lam * math.sqrt(len(group))\n"
            "        for j in group:\n"
            "            w[j] = v[j] - v[j] * min(1, kappa / length) if length else v[j]\n"
            "    return w"
        ),
        "a number for each group": (
            "    label = np.zeros(len(v), dtype=int)\n"
            "    for k, group in enumerate(groups):\n"
            "        label[list(group)] = k\n"
            "    length = np.sqrt(np.bincount(label, weights=v**2))\n"
            "    kappa = step * lam * np.sqrt(np.bincount(label))\n"
            "    factor = np.maximum(length - kappa, 0) / np.where(length > 0, length, 1)\n"
            "    return factor[label] * v"
        ),
        "float32": (
            "    v = v.astype(np.float32)\n"
            "    w = np.zeros_like(v)\n"
            "    for group in groups:\n"
            "        g = list(group)\n"
            "        length = np.linalg.norm(v[g])\n"
            "        kappa = np.float32(step * lam * np.sqrt(len(g)))\n"
            "        if length > kappa:\n"
            "            w[g] = v[g] * ((length - kappa) / length)\n"
            "    return w"
        ),
    },
    "best_subset": {
        "least squares": (
            "    best, smallest = None, np.inf\n"
            "    for subset in itertools.combinations(range(X.shape[1]), k):\n"
            "        A = X[:, subset]\n"
            "        fit = np.linalg.lstsq(A, y, rcond=None)[0]\n"
            "        error = np.mean((y - A @ fit) ** 2)\n"
            "        if error < smallest:\n"
            "            smallest, best = error, np.zeros(X.shape[1])\n"
            "            best[list(subset)] = fit\n"
            "    return best"
        ),
        "what is explained": (
            "    G, h, p = X.T @ X, X.T @ y, X.shape[1]\n"
            "    fits = {}\n"
            "    for s in itertools.combinations(range(p), k):\n"
            "        s = list(s)\n"
            "        w = np.linalg.solve(G[np.ix_(s, s)], h[s])\n"
            "        fits[h[s] @ w] = s, w\n"
            "    s, w = fits[max(fits)]\n"
            "    return np.bincount(s, weights=w, minlength=p)"
        ),
        "bits, and a list": (
            "    p, found = X.shape[1], []\n"
            "    for number in range(2**p):\n"
            "        mask = np.array([number >> j & 1 for j in range(p)])\n"
            "        if mask.sum() == k:\n"
            "            w = np.linalg.pinv(X * mask) @ y\n"
            "            found.append((((y - X @ w) ** 2).sum(), list(w)))\n"
            "    return sorted(found)[0][1]"
        ),
        "recursion": (
            "    def search(kept, first):\n"
            "        if len(kept) == k:\n"
            "            w = np.zeros(X.shape[1])\n"
            "            w[kept] = np.linalg.lstsq(X[:, kept], y, rcond=None)[0]\n"
            "            return np.linalg.norm(X @ w - y), w\n"
            "        rest = range(first, X.shape[1] - k + len(kept) + 1)\n"
            "        return min((search(kept + [j], j + 1) for j in rest), key=lambda f: f[0])\n"
            "    return search([], 0)[1]"
        ),
        "float32 to choose": (
            "    A, b = X.astype(np.float32), y.astype(np.float32)\n"
            "    def error(s):\n"
            "        return np.linalg.norm(b - A[:, s] @ np.linalg.lstsq(A[:, s], b)[0])\n"
            "    s = min(itertools.combinations(range(X.shape[1]), k), key=error)\n"
            "    w = np.zeros(X.shape[1])\n"
            "    w[list(s)] = np.linalg.lstsq(X[:, s], y)[0]\n"
            "    return w"
        ),
    },
}
EACH_VARIANT = [(name, variant) for name, bodies in VARIANTS.items() for variant in bodies]


@pytest.mark.parametrize("seed", [0, 7])
@pytest.mark.parametrize(("name", "variant"), EACH_VARIANT)
def test_correct_variants_pass(name, variant, seed):
    assert_holds(name, HEADS[name] + VARIANTS[name][variant], seed=seed)


@pytest.mark.parametrize(
    "answer",
    [
        "sp.sqrt(2 * lam * (1 + mu))",
        "(2 * lam + 2 * lam * mu) ** sp.Rational(1, 2)",
        "sp.sqrt(2) * sp.sqrt(lam) * sp.sqrt(mu + 1)",
        "sp.sqrt(2 * lam) / sp.sqrt(1 - mu / (1 + mu))",
    ],
)
@pytest.mark.parametrize("assumption", ["real=True", "positive=True", ""])
def test_any_equivalent_form_of_the_derivation_passes(answer, assumption):
    symbols = f"import sympy as sp\nlam, mu = sp.symbols('lambda mu', {assumption})"
    found, _ = task("switch_with_l2")
    for factor, status in (("1", "holds"), ("1.01", "fails")):
        source = f"switch_with_l2 = {factor} * ({answer})"
        assert verdict_on(found, symbols, source).status == status


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        ("(3, 5.5, 13.25, 97.0625, 9)", "holds"),
        ("np.array([3, 5.5, 13.25, 97.06, 9])", "holds"),
        ("[3, sp.Rational(11, 2), sp.Rational(53, 4), 97.0625, 9.0]", "holds"),
        ("(3, 5.555, 13.25, 97.0625, 9)", "fails"),
        ("(4, 5.5, 13.25, 97.0625, 9)", "fails"),
    ],
)
def test_five_numbers_of_any_kind_pass(answer, status):
    sources = "import numpy as np\nimport sympy as sp", f"five_sizes = {answer}"
    assert verdict_on(task("five_sizes")[0], *sources).status == status


def test_the_references_agree_with_the_package():
    found = task("five_sizes")[0]
    w = np.array(found.given["w"])
    count, *powers, largest = found.reference(w)
    assert (count, largest) == (L0(1.0).value(w), np.abs(w).max())
    assert np.allclose(powers, [Lq(1.0, q).value(w) for q in (0.5, 1, 2)])
    v = np.random.default_rng(16).normal(size=7) * 2
    groups = ((0, 3), (5, 1, 2, 6), (4,))
    by_package = GroupL2(0.7, groups).prox(v, 0.6)
    assert np.allclose(task("mended_group_prox")[0].reference(v, groups, 0.7, 0.6), by_package)
    switch, grid = task("switch_with_l2")[0].reference(0.8, 0.5), np.linspace(-1, 4, 50_001)
    charges = L0(0.8).value, L2(0.5).value
    penalty = np.array([sum(charge(np.array([x])) for charge in charges) for x in grid])
    below, above = (
        grid[np.argmin((grid - v) ** 2 / 2 + penalty)] for v in (switch - 0.01, switch + 0.01)
    )
    assert abs(below) < 1e-9
    assert above > 0.9


def test_the_faulty_function_is_named():
    found, mistakes = task("mended_group_prox")
    body = (
        "    w = np.zeros(len(v))\n"
        "    for group in groups:\n"
        "        g = list(group)\n"
        "        kappa = step * lam * np.sqrt(len(g))\n"
        "        w[g] = np.sign(v[g]) * np.maximum(np.abs(v[g]) - kappa, 0)\n"
        "    return w"
    )
    verdict = verdict_on(found, HEADS["mended_group_prox"] + body, mistakes=mistakes)
    assert text(verdict).splitlines()[1:3] == [
        "  fails: a group keeps its direction, and its length loses κ — at v = [3, 4, 0, 0], "
        "groups = ((0, 1, 2, 3),), lam = 2, step = 0.5 you return [1, 2, 0, 0], not "
        "[1.8, 2.4, 0, 0]",
        "  looks like: every entry is soft-thresholded by itself; a group loses κ of its length "
        "as a whole",
    ]


def test_a_greedy_search_is_told_from_the_best_subset():
    found, mistakes = task("best_subset")
    body = (
        "    kept = []\n"
        "    for _ in range(k):\n"
        "        def error(j):\n"
        "            A = X[:, kept + [j]]\n"
        "            return np.linalg.norm(y - A @ np.linalg.lstsq(A, y)[0])\n"
        "        kept.append(min(set(range(X.shape[1])) - set(kept), key=error))\n"
        "    w = np.zeros(X.shape[1])\n"
        "    w[kept] = np.linalg.lstsq(X[:, kept], y)[0]\n"
        "    return w"
    )
    verdict = verdict_on(found, HEADS["best_subset"] + body, mistakes=mistakes)
    assert verdict.failure.startswith("the best two need not contain the best one")
    assert verdict.diagnosis.startswith("this adds one column at a time")


def test_the_table_of_five_measures_is_true():
    measures = {
        (1, 2, 2, 3, 2, 1): np.count_nonzero,
        (1.41, 2, 2.41, 3, 1.41, 1): lambda w: np.sum(np.sqrt(w)),
        (2, 2, 5.83, 5, 2, 1): lambda w: np.sum(np.sqrt(w)) ** 2,
        (2, 1, 2.5, 1.5, 0.25, 0.5): lambda w: np.sum(w**2) / 2,
        (2, 2, 2.24, 2.41, 0.71, 1): np.linalg.norm,
    }
    a, b, c = np.array([[1.0, 0], [1, 1], [0, 1]])
    for row, f in measures.items():
        values = f(2 * a), 2 * f(a), f(a + b), f(a) + f(b), f((a + c) / 2), (f(a) + f(c)) / 2
        assert np.allclose(np.round(values, 2), row)


@pytest.mark.parametrize("letter", "abde")
def test_a_wrong_option_says_why(letter):
    found, _ = task("which_are_norms")
    verdict = verdict_on(found, f"which_are_norms = '{letter}'")
    assert verdict.failure == f"{letter}: {found.wrong[letter]}"
