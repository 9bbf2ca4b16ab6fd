"""Set 05: no correct variant is turned away; a wrong answer is met with its misunderstanding."""

import numpy as np
import pytest
from exercise_helpers import assert_holds, task, verdict_on

from coursekit.course.exercises.feedback import text

IMPORT = "import numpy as np\n"
HINGE = IMPORT + "def hinge_loss(y, scores):\n"
DATA = IMPORT + "def hinge_on_data(X, y, w, b):\n"
HINGE_VARIANTS = {
    "vectorised": "    return np.maximum(0, 1 - y * scores)",
    "cases": "    m = y * scores\n    return np.where(m < 1, 1 - m, 0)",
    "an indicator": "    m = scores * y\n    return (1 - m) * (m < 1)",
    "clipped": "    return (1 - y * scores).clip(0)",
    "sizes": "    m = y * scores\n    return (np.abs(1 - m) + 1 - m) / 2",
    "two labels": (
        "    return np.where(y == 1, np.maximum(0, 1 - scores), np.maximum(0, 1 + scores))"
    ),
    "a loop and a list": (
        "    losses = []\n"
        "    for label, score in zip(y, scores):\n"
        "        losses.append(max(0, 1 - label * score))\n"
        "    return losses"
    ),
    "plain numbers": "    return [max(0.0, 1 - float(a * b)) for a, b in zip(y.tolist(), scores)]",
    "a loop over floats": (
        "    losses = np.zeros(len(y))\n"
        "    for i in range(len(y)):\n"
        "        if y[i] * scores[i] < 1:\n"
        "            losses[i] = 1 - y[i] * scores[i]\n"
        "    return losses"
    ),
    "float32": (
        "    y, scores = y.astype(np.float32), scores.astype(np.float32)\n"
        "    return np.maximum(np.float32(0), 1 - y * scores)"
    ),
}
DATA_VARIANTS = {
    "vectorised": (
        "    m = y * (X @ w + b)\n"
        "    return np.maximum(0, 1 - m).mean(), (m <= 0).mean(), (m < 1).mean()"
    ),
    "counts": (
        "    m = y * (np.dot(X, w) + b)\n"
        "    n = len(y)\n"
        "    return [np.clip(1 - m, 0, None).sum() / n, np.sum(m <= 0) / n, 1 - np.sum(m >= 1) / n]"
    ),
    "loops": (
        "    n, p = X.shape\n"
        "    total, wrong, pulling = 0.0, 0, 0\n"
        "    for i in range(n):\n"
        "        score = b\n"
        "        for j in range(p):\n"
        "            score += X[i, j] * w[j]\n"
        "        margin = y[i] * score\n"
        "        total += max(0, 1 - margin)\n"
        "        wrong += margin <= 0\n"
        "        pulling += margin < 1\n"
        "    return total / n, wrong / n, pulling / n"
    ),
    "by losses": (
        "    losses = hinge_loss(y, X @ w + b)\n"
        "    return np.array([losses.mean(), np.mean(losses >= 1), np.mean(losses > 0)]).tolist()"
    ),
    "by sign": (
        "    scores = (X * w).sum(axis=1) + b\n"
        "    return np.mean(hinge_loss(y, scores)), np.mean(np.sign(scores) != y), "
        "np.mean(hinge_loss(y, scores) > 0)"
    ),
    "float32": (
        "    X, y, w = (a.astype(np.float32) for a in (X, y, w))\n"
        "    m = y * (X @ w + np.float32(b))\n"
        "    return np.maximum(0, 1 - m).mean(), np.mean(m <= 0), np.mean(m < 1)"
    ),
}


@pytest.mark.parametrize("variant", HINGE_VARIANTS)
def test_correct_hinge_losses_pass(variant):
    assert_holds("hinge_loss", HINGE + HINGE_VARIANTS[variant])


@pytest.mark.parametrize("variant", DATA_VARIANTS)
def test_correct_counts_on_data_pass(variant):
    sources = HINGE + HINGE_VARIANTS["vectorised"], DATA + DATA_VARIANTS[variant]
    assert_holds("hinge_on_data", *sources)


@pytest.mark.parametrize(
    "answer",
    [
        "-1 / (1 + sp.exp(m))",
        "-sp.exp(-m) / (1 + sp.exp(-m))",
        "sp.diff(sp.log(1 + sp.exp(-m)), m)",
        "1 / (1 + sp.exp(-m)) - 1",
        "(sp.tanh(m / 2) - 1) / 2",
        "-1 / (1 + sp.E**m)",
    ],
)
@pytest.mark.parametrize("assumption", ["real=True", ""])
def test_any_equivalent_form_of_the_slope_passes(answer, assumption):
    symbols = f"import sympy as sp\nm = sp.Symbol('m', {assumption})"
    assert_holds("log_loss_slope", symbols, f"log_loss_slope = {answer}")


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        ("0.4389", "holds"),
        ("0.439", "holds"),
        ("float(np.float32(0.438905))", "holds"),
        ("-np.log([0.9, 0.8, 0.6, 0.4]).sum() / 4", "holds"),
        ("0.4433", "fails"),
        ("0.4345", "fails"),
    ],
)
def test_the_cross_entropy_is_met_to_three_digits(answer, status):
    found, _ = task("binary_cross_entropy")
    verdict = verdict_on(found, "import numpy as np", f"binary_cross_entropy = {answer}")
    assert verdict.status == status


def test_a_missing_max_is_met_with_its_misunderstanding():
    found, mistakes = task("hinge_loss")
    verdict = verdict_on(found, HINGE + "    return 1 - y * scores", mistakes=mistakes)
    assert text(verdict).splitlines() == [
        "✗ hinge_loss: 4 of 7 properties hold",
        "  fails: zero once the margin is at least 1 — at margin 2 you return [−1], not [0]",
        "  looks like: the max(0, ·) is missing, so confident right answers earn a reward",
        "  hint 1 of 3: coursekit hint hinge_loss",
    ]


def test_of_several_wrong_numbers_one_is_explained():
    found, mistakes = task("hinge_on_data")
    body = (
        "    m = y * (X @ w + b)\n"
        "    return np.sum(1 - m) / X.shape[1] + 3, np.mean(m <= 0), np.mean(m <= 1)"
    )
    verdict = verdict_on(found, DATA + body, mistakes=mistakes)
    assert verdict.diagnosis.startswith("a margin of exactly 1 pulls no more")
    assert verdict.failure.startswith("at a margin of exactly 1 a sample pulls no more")


def test_a_list_of_slopes_and_a_wrong_symbol_are_understood():
    found, mistakes = task("log_loss_slope")
    symbols = "import sympy as sp\nm, y = sp.symbols('m y')"
    other = verdict_on(found, symbols, "log_loss_slope = -y / (1 + sp.exp(y * m))")
    assert "it uses the symbol y; the answer is asked in m" in other.failure
    flipped = verdict_on(found, symbols, "log_loss_slope = 1 / (1 + sp.exp(m))", mistakes=mistakes)
    assert flipped.diagnosis.startswith("the sign is flipped")


@pytest.mark.parametrize("letter", "acd")
def test_a_wrong_option_says_why(letter):
    found, _ = task("distant_point")
    verdict = verdict_on(found, f"distant_point = '{letter}'")
    assert verdict.failure == f"{letter}: {found.wrong[letter]}"


@pytest.mark.parametrize(
    ("far", "label", "line", "logistic", "mistakes"),
    [
        (None, 1, 4.50, 4.50, 0),
        (9, 1, 4.67, 4.50, 0),
        (40, 1, 5.73, 4.50, 1),
        (40, 0, None, None, 4),
    ],
)
def test_the_evidence_about_the_distant_point_is_true(far, label, line, logistic, mistakes):
    from coursekit import solvers
    from coursekit.losses import BinaryCrossEntropy
    from coursekit.objective import Objective
    from coursekit.penalties import L2

    x, y = np.arange(1.0, 9.0), np.repeat([0.0, 1.0], 4)
    w_8, b_8 = np.polyfit(x, y, 1)
    places, labels = (x, y) if far is None else (np.append(x, far), np.append(y, label))
    w, b = np.polyfit(places, labels, 1)
    shifted = Objective((places - 4.5)[:, None], labels, BinaryCrossEntropy(), L2(0.01))
    fit = solvers.fista(shifted, tol=1e-9)
    scores = fit.w[0] * (x - 4.5) + fit.b
    assert np.sum((w * x + b > 0.5) != (y == 1)) == mistakes
    assert np.sum((scores > 0) != (y == 1)) == (4 if label == 0 else 0)
    if far:
        assert round(w_8 * far + b_8, 2) == {9: 1.36, 40: 7.26}[far]
    if label == 0:
        assert w < 0
        assert fit.w[0] < 0
    else:
        assert (0.5 - b) / w == pytest.approx(line, abs=0.005)
        assert 4.5 - fit.b / fit.w[0] == pytest.approx(logistic, abs=0.005)
