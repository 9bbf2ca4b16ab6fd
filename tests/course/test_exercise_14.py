"""Set 14: no correct variant is turned away; a wrong answer is met with its misunderstanding."""

import json

import numpy as np
import pytest
from exercise_helpers import assert_holds, task, verdict_on

from coursekit import solvers
from coursekit.course.exercises.feedback import text
from coursekit.course.root import find_root
from coursekit.losses import HalfSquaredError
from coursekit.objective import Objective
from coursekit.penalties import L1, L2, ElasticNet

IMPORT = "import numpy as np\n"
HEADS = {
    "mended_update": IMPORT + "def mended_update(x, r, lam, rho):\n",
    "selection_table": IMPORT + "def selection_table(weights, full):\n",
}
VARIANTS = {
    "mended_update": {
        "threshold, then division": (
            "    c, a = np.mean(x * r), np.mean(x**2)\n"
            "    return np.sign(c) * max(abs(c) - lam * rho, 0) / (a + lam * (1 - rho))"
        ),
        "both divided": (
            "    n = len(x)\n"
            "    bottom = x @ x / n + lam * (1 - rho)\n"
            "    v, t = x @ r / n / bottom, lam * rho / bottom\n"
            "    return v - np.clip(v, -t, t)"
        ),
        "sums and n·lam": (
            "    n, c, a = len(r), np.dot(x, r), np.dot(x, x)\n"
            "    return np.sign(c) * np.maximum(abs(c) - n * lam * rho, 0) / (a + n*lam*(1-rho))"
        ),
        "three cases": (
            "    c, bottom = np.mean(x * r), np.mean(x * x) + lam - lam * rho\n"
            "    if c > lam * rho:\n"
            "        return (c - lam * rho) / bottom\n"
            "    if c < -lam * rho:\n"
            "        return (c + lam * rho) / bottom\n"
            "    return 0"
        ),
        "loops": (
            "    c = a = 0.0\n"
            "    for i in range(len(x)):\n"
            "        c += x[i] * r[i] / len(x)\n"
            "        a += x[i] ** 2 / len(x)\n"
            "    return (max(c - lam * rho, 0) - max(-c - lam * rho, 0)) / (a + lam * (1 - rho))"
        ),
        "float32": (
            "    x, r = x.astype(np.float32), r.astype(np.float32)\n"
            "    c, a, one = np.mean(x * r), np.mean(x**2), np.float32(1)\n"
            "    top = np.maximum(np.abs(c) - np.float32(lam * rho), 0)\n"
            "    return np.sign(c) * top / (a + np.float32(lam) * (one - np.float32(rho)))"
        ),
    },
    "selection_table": {
        "unique": (
            "    kept = weights != 0\n"
            "    same = (kept == (full != 0)).all(axis=1).sum()\n"
            "    return kept.mean(axis=0), len(np.unique(kept, axis=0)), same"
        ),
        "sets of tuples": (
            "    rows = [tuple(bool(w) for w in row) for row in weights]\n"
            "    shares = [sum(column) / len(rows) for column in zip(*rows)]\n"
            "    return [shares, len(set(rows)), rows.count(tuple(bool(w) for w in full))]"
        ),
        "counter of strings": (
            "    from collections import Counter\n"
            "    names = Counter(''.join(str(int(w != 0)) for w in row) for row in weights)\n"
            "    shares = np.count_nonzero(weights, axis=0) / len(weights)\n"
            "    return shares, len(names), names[''.join(str(int(w != 0)) for w in full)]"
        ),
        "sorted indices": (
            "    sets = [frozenset(np.flatnonzero(row)) for row in weights]\n"
            "    shares = np.array([np.mean([j in s for s in sets]) for j in range(len(full))])\n"
            "    return shares, len(set(sets)), sets.count(frozenset(np.flatnonzero(full)))"
        ),
        "float32": (
            "    kept = weights.astype(bool).astype(np.float32)\n"
            "    other = np.abs(kept - full.astype(bool)).sum(axis=1)\n"
            "    return kept.mean(axis=0), np.unique(kept, axis=0).shape[0], sum(other == 0)"
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
        "v / (k + lam)",
        "v / k / (1 + lam / k)",
        "v * (k + lam) ** -1",
        "v / k - lam * v / (k * (k + lam))",
    ],
)
@pytest.mark.parametrize("assumption", ["real=True", "positive=True", ""])
def test_any_equivalent_form_of_the_derivation_passes(answer, assumption):
    symbols = f"import sympy as sp\nv, k, lam = sp.symbols('v k lambda', {assumption})"
    found, _ = task("weight_of_each_copy")
    assert verdict_on(found, symbols, f"weight_of_each_copy = {answer}").status == "holds"
    off = verdict_on(found, symbols, f"weight_of_each_copy = 1.01 * ({answer})")
    assert off.status == "fails"


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        ("(5.5, 3.75, 4)", "holds"),
        ("np.array([5.5, 3.75, 4.0])", "holds"),
        ("[sp.Rational(11, 2), sp.Rational(15, 4), sp.Integer(4)]", "holds"),
        ("(5.5, 3.75, 4.04)", "fails"),
        ("(5.5, 3.79, 4)", "fails"),
    ],
)
def test_three_sums_of_any_kind_pass(answer, status):
    sources = "import numpy as np\nimport sympy as sp", f"twin_sums = {answer}"
    assert verdict_on(task("twin_sums")[0], *sources).status == status


def test_the_references_agree_with_the_package():
    column = np.array([1.0, -1.0, 1.0, -1.0])
    penalties = L1(2.0), L2(2.0), ElasticNet(2.0, 0.25)
    fits = [
        solvers.fista(
            Objective(np.column_stack([column, column]), 7.5 * column, HalfSquaredError(), omega),
            tol=1e-12,
        )
        for omega in penalties
    ]
    found = task("twin_sums")[0]
    assert np.allclose([fit.w.sum() for fit in fits], found.reference(**found.given))
    three = Objective(np.column_stack([column] * 3), 7.5 * column, HalfSquaredError(), L2(2.0))
    each = task("weight_of_each_copy")[0].reference(7.5, 3, 2.0)
    assert np.allclose(solvers.fista(three, tol=1e-12).w, each)
    rng = np.random.default_rng(14)
    x, r = rng.normal(size=(2, 8))
    one = Objective(x[:, None], 3 * r, HalfSquaredError(), ElasticNet(0.4, 0.3), False)
    updated = task("mended_update")[0].reference(x, 3 * r, 0.4, 0.3)
    assert np.allclose(solvers.fista(one, tol=1e-12).w, updated)


def test_the_faulty_function_is_named():
    found, mistakes = task("mended_update")
    body = (
        "    w = np.mean(x * r) / (np.mean(x**2) + lam * (1 - rho))\n"
        "    return np.sign(w) * max(abs(w) - lam * rho, 0)"
    )
    verdict = verdict_on(found, HEADS["mended_update"] + body, mistakes=mistakes)
    assert text(verdict).splitlines()[1:3] == [
        "  fails: it is right for a column of mean square 1 — at x = [1, −1, 1, −1], r = "
        "[3, −3, 3, −3], lam = 0.5, rho = 0.25 you return 2.05682, not 2.09091",
        "  looks like: the threshold still comes after the division; λρ must be taken off c itself",
    ]


def test_the_table_of_studies_is_that_of_the_lesson():
    lesson = json.loads((find_root() / "lessons/14_elastic_net.ipynb").read_text(encoding="utf-8"))
    printed = [
        line.split()
        for cell in lesson["cells"]
        for output in cell.get("outputs", ())
        for line in output.get("text", ())
    ]
    rows = ["0.9 133 0 67 181", "0.99 113 22 65 200", "0.999 105 69 26 200"]
    assert all(row.split() in printed for row in rows)
    assert "the second alone: in 10".split() in printed


@pytest.mark.parametrize("letter", "acde")
def test_a_wrong_option_says_why(letter):
    found, _ = task("which_twin_stays")
    verdict = verdict_on(found, f"which_twin_stays = '{letter}'")
    assert verdict.failure == f"{letter}: {found.wrong[letter]}"
