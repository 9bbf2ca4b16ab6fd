"""Set 07: no correct variant is turned away; a wrong answer is met with its misunderstanding."""

import numpy as np
import pytest
from exercise_helpers import assert_holds, table_rows, task, verdict_on

from coursekit import datasets
from coursekit.course.exercises.feedback import text
from coursekit.networks import MLP
from coursekit.optimizers import Adam
from coursekit.similarity import Triplet

IMPORT = "import numpy as np\n"
TRIPLET = IMPORT + "def triplet_loss(a, p, n, margin):\n"
CONTRASTIVE = IMPORT + "def contrastive_loss(a, b, same, margin):\n"
TRIPLET_VARIANTS = {
    "norms": (
        "    gap = np.linalg.norm(a - p, axis=1) - np.linalg.norm(a - n, axis=1)\n"
        "    return np.maximum(0, gap + margin)"
    ),
    "roots of sums": (
        "    d_p = np.sqrt(((a - p) ** 2).sum(axis=1))\n"
        "    d_n = np.sqrt(np.sum(np.square(n - a), axis=-1))\n"
        "    return (d_p - d_n + margin).clip(0)"
    ),
    "einsum and a mask": (
        "    d_p, d_n = (np.einsum('ij,ij->i', a - b, a - b) ** 0.5 for b in (p, n))\n"
        "    loss = d_p - d_n + margin\n"
        "    loss[loss < 0] = 0\n"
        "    return loss"
    ),
    "cases": (
        "    gap = np.linalg.norm(a - p, axis=1) + margin - np.linalg.norm(a - n, axis=1)\n"
        "    return np.where(gap > 0, gap, 0)"
    ),
    "a loop over triplets": (
        "    losses = []\n"
        "    for x, y, z in zip(a, p, n):\n"
        "        losses.append(max(0, np.linalg.norm(x - y) - np.linalg.norm(x - z) + margin))\n"
        "    return losses"
    ),
    "plain numbers": (
        "    import math\n"
        "    rows = zip(a.tolist(), p.tolist(), n.tolist())\n"
        "    return [max(0.0, math.dist(x, y) - math.dist(x, z) + margin) for x, y, z in rows]"
    ),
    "float32": (
        "    a, p, n = (points.astype(np.float32) for points in (a, p, n))\n"
        "    d_p, d_n = np.linalg.norm(a - p, axis=1), np.linalg.norm(a - n, axis=1)\n"
        "    return np.maximum(np.float32(0), d_p - d_n + np.float32(margin))"
    ),
}
CONTRASTIVE_VARIANTS = {
    "cases": (
        "    d = np.linalg.norm(a - b, axis=1)\n"
        "    return np.where(same == 1, d**2 / 2, np.maximum(0, margin - d) ** 2 / 2)"
    ),
    "marks as factors": (
        "    d = np.sqrt(((b - a) ** 2).sum(axis=1))\n"
        "    return 0.5 * (same * d**2 + (1 - same) * np.clip(margin - d, 0, None) ** 2)"
    ),
    "another condition": (
        "    d = np.linalg.norm(a - b, axis=1)\n"
        "    pushed = (same == 0) & (d < margin)\n"
        "    return ((same == 1) * d**2 + pushed * (margin - d) ** 2) / 2"
    ),
    "marks as truth values": (
        "    d = np.linalg.norm(a - b, axis=1)\n"
        "    loss = np.maximum(margin - d, 0) ** 2 / 2\n"
        "    alike = same.astype(bool)\n"
        "    loss[alike] = d[alike] ** 2 / 2\n"
        "    return loss"
    ),
    "a loop and a list": (
        "    losses = []\n"
        "    for x, y, s in zip(a, b, same):\n"
        "        d = float(np.linalg.norm(x - y))\n"
        "        losses.append(d**2 / 2 if s else max(0, margin - d) ** 2 / 2)\n"
        "    return losses"
    ),
    "float32": (
        "    a, b = a.astype(np.float32), b.astype(np.float32)\n"
        "    d = np.linalg.norm(a - b, axis=1)\n"
        "    return np.where(same == 1, d, np.maximum(0, np.float32(margin) - d)) ** 2 / 2"
    ),
}


@pytest.mark.parametrize("variant", TRIPLET_VARIANTS)
def test_correct_triplet_losses_pass(variant):
    assert_holds("triplet_loss", TRIPLET + TRIPLET_VARIANTS[variant])


@pytest.mark.parametrize("variant", CONTRASTIVE_VARIANTS)
def test_correct_contrastive_losses_pass(variant):
    assert_holds("contrastive_loss", CONTRASTIVE + CONTRASTIVE_VARIANTS[variant])


@pytest.mark.parametrize("factor", ["1.01", "0.99"])
def test_a_margin_off_by_one_percent_fails(factor):
    body = TRIPLET_VARIANTS["norms"].replace("+ margin", f"+ {factor} * margin")
    assert verdict_on(task("triplet_loss")[0], TRIPLET + body).status == "fails"
    body = CONTRASTIVE_VARIANTS["cases"].replace("margin - d", f"{factor} * margin - d")
    assert verdict_on(task("contrastive_loss")[0], CONTRASTIVE + body).status == "fails"


@pytest.mark.parametrize("piece", ["d**2 / 2", "np.maximum(0, margin - d) ** 2 / 2"])
def test_a_piece_off_by_one_percent_fails(piece):
    body = CONTRASTIVE_VARIANTS["cases"].replace(piece, f"1.01 * {piece}")
    assert verdict_on(task("contrastive_loss")[0], CONTRASTIVE + body).status == "fails"


@pytest.mark.parametrize(
    "answer",
    [
        "(sp.sqrt(x**2 + q**2) - m) * x / sp.sqrt(x**2 + q**2)",
        "x - m * x / sp.sqrt(x**2 + q**2)",
        "x * (1 - m * (x**2 + q**2) ** sp.Rational(-1, 2))",
        "sp.diff((m - sp.sqrt(x**2 + q**2)) ** 2 / 2, x)",
        "-(m - (x**2 + q**2) ** 0.5) * x * (x**2 + q**2) ** -0.5",
    ],
)
@pytest.mark.parametrize("assumption", ["real=True", "positive=True", ""])
def test_any_equivalent_form_of_the_derivation_passes(answer, assumption):
    symbols = f"import sympy as sp\nx, q, m = sp.symbols('x q m', {assumption})"
    assert_holds("push_slope", symbols, f"push_slope = {answer}")


@pytest.mark.parametrize("answer", ["1.01 * (d - m) * x / d", "(d - 0.99 * m) * x / d"])
def test_a_derivation_off_by_one_percent_fails(answer):
    symbols = "import sympy as sp\nx, q, m = sp.symbols('x q m')\nd = sp.sqrt(x**2 + q**2)"
    assert verdict_on(task("push_slope")[0], symbols, f"push_slope = {answer}").status == "fails"


def test_a_derivation_in_d_is_told_which_symbols_are_asked():
    symbols = "import sympy as sp\nx, d, m = sp.symbols('x d m')"
    verdict = verdict_on(task("push_slope")[0], symbols, "push_slope = (d - m) * x / d")
    assert verdict.failure == "it uses the symbol d; the answer is asked in x, q, m"


@pytest.mark.parametrize(
    "answer", ["(5, 10**0.5, 0, 0.2)", "[5.0, 3.1623, 1 - np.float64(1), sp.Rational(1, 5)]"]
)
def test_equal_numbers_of_any_kind_pass(answer):
    sources = "import numpy as np\nimport sympy as sp", f"distance_and_direction = {answer}"
    assert verdict_on(task("distance_and_direction")[0], *sources).status == "holds"


def test_a_wrong_answer_is_met_with_its_misunderstanding():
    found, mistakes = task("contrastive_loss")
    body = CONTRASTIVE_VARIANTS["cases"].replace("np.maximum(0, margin - d)", "(margin - d)")
    verdict = verdict_on(found, CONTRASTIVE + body, mistakes=mistakes)
    assert text(verdict).splitlines() == [
        "✗ contrastive_loss: 4 of 6 properties hold",
        "  fails: another pair beyond the margin costs nothing — at a = [[0, 0]], b = [[3, 4]], "
        "same = [0], margin = 1.5 you return [6.125], not [0]",
        "  looks like: max(0, ·) is missing inside the square: beyond the margin (margin − d)² "
        "grows again and pulls what it should leave alone",
        "  hint 1 of 3: coursekit hint contrastive_loss",
    ]


def test_a_wrong_option_says_why():
    found, _ = task("stuck_at_the_margin")
    assert verdict_on(found, "stuck_at_the_margin = 'B'").status == "holds"
    failure = verdict_on(found, "stuck_at_the_margin = 'c'").failure
    assert failure.startswith("c: then the loss would be")


def random_triplets(y, size, rng):
    by_class, counts = np.argsort(y, kind="stable"), np.bincount(y)
    anchor = rng.integers(len(y), size=size)
    start, count = (np.cumsum(counts) - counts)[y[anchor]], counts[y[anchor]]
    inside = start + (rng.random(size) * count).astype(int)
    outside = (rng.random(size) * (len(y) - count)).astype(int)
    outside += count * (outside >= start)
    return anchor, by_class[inside], by_class[outside]


def hardest_triplets(points, y, rng):
    """Return the rows of the hardest triplets among eight images of each digit."""
    each = [rng.choice(np.flatnonzero(y == digit), 8, replace=False) for digit in range(10)]
    rows = np.concatenate(each)
    Z = points(rows)
    distance = np.linalg.norm(Z[:, None] - Z[None], axis=2)
    same = y[rows][:, None] == y[rows][None]
    farthest = np.where(same, distance, -1).argmax(axis=1)
    closest = np.where(same, np.inf, distance).argmin(axis=1)
    return rows, rows[farthest], rows[closest]


def run_on_the_hardest(steps):
    """Return for each of these steps what the table shows before it, as the lesson trains."""
    data = datasets.digits()
    order = np.random.default_rng(7).permutation(len(data.y))[:1200]
    X, y = data.X[order] / 16, data.y[order].astype(int)
    net, loss, adam, rng = (
        MLP((64, 32, 2), "tanh"),
        Triplet(1.0),
        Adam(0.01),
        np.random.default_rng(0),
    )
    theta = net.init(rng)
    state, measured = adam.init(theta), []
    for k in range(1, max(steps) + 1):
        if k in steps:
            Z = net.forward(theta, X)[0]
            hard = hardest_triplets(lambda rows, Z=Z: Z[rows], y, np.random.default_rng(99))
            easy = random_triplets(y, 4000, np.random.default_rng(8))
            apart = [np.linalg.norm(Z[easy[0]] - Z[other], axis=1).mean() for other in easy[1:]]
            losses = [loss.value(*(Z[i] for i in rows)).mean() for rows in (hard, easy)]
            measured.append([*losses, *apart])
        rows = hardest_triplets(lambda rows, t=theta: net.forward(t, X[rows])[0], y, rng)
        passes = [net.forward(theta, X[index]) for index in rows]
        slopes = loss.gradient(*(point for point, _ in passes))
        pairs = zip(passes, slopes, strict=True)
        gradient = sum(net.backward(theta, way, slope / 80) for (_, way), slope in pairs)
        theta, state = adam.step(theta, gradient, state)
    return np.array(measured)


# The mean distance of the same digit before step 50, where this processor rounds as ours did.
SAME_ROUNDING = 0.04461266017828544


def test_the_table_of_the_collapse_is_what_the_lesson_s_network_does():
    """Rounding in the last digit grows: by step 50 it has changed the second digit of a distance.

    So the first row must agree everywhere, the next two roughly, and all of them to the digits
    shown where the run is the very same.
    """
    rows = table_rows("stuck_at_the_margin")
    steps = [int(row[0]) for row in rows]
    assert steps == [1, 50, 150, 300]
    table = np.array([[float(cell) for cell in row[1:]] for row in rows])
    measured = run_on_the_hardest(steps)
    same_run = bool(np.isclose(measured[1, 2], SAME_ROUNDING, rtol=1e-9, atol=0))
    for k, row in enumerate(rows if same_run else rows[:1]):
        decimals = [len(cell.partition(".")[2]) for cell in row[1:]]
        assert row[1:] == [f"{m:.{d}f}" for m, d in zip(measured[k], decimals, strict=True)]
    assert np.allclose(measured[1:3, :2], table[1:3, :2], rtol=0, atol=0.03)
    assert np.allclose(measured[1:3, 2:], table[1:3, 2:], rtol=0.4)


def test_the_numbers_of_its_answers_are_those_of_the_table():
    found, _ = task("stuck_at_the_margin")
    first, *_, last = ([float(cell) for cell in row[1:]] for row in table_rows(found.name))
    assert [round(100 * b / a) for a, b in zip(first[2:], last[2:], strict=True)] == [1, 2]
    assert f"{first[3]:g} apart" in found.wrong["a"]
    assert f"{last[3]:g} at the end" in found.wrong["a"]
    for before, after in zip(first[:2], last[:2], strict=True):
        assert f"from {before:.2f} to {after:.2f}" in found.explanation
