"""Set 06: no correct variant is turned away; a wrong answer is met with its misunderstanding."""

import numpy as np
import pytest
from exercise_helpers import assert_holds, task, verdict_on

from coursekit.course.exercises.feedback import text

IMPORT = "import numpy as np\n"
SOFTMAX = IMPORT + "def softmax_rows(z):\n"
LOSS = IMPORT + "def mean_cross_entropy(y, z):\n"
SOFTMAX_VARIANTS = {
    "vectorised": (
        "    powers = np.exp(z - z.max(axis=1, keepdims=True))\n"
        "    return powers / powers.sum(axis=1, keepdims=True)"
    ),
    "new axes": (
        "    powers = np.exp(z - np.max(z, axis=-1)[:, None])\n"
        "    return powers / np.sum(powers, -1)[:, np.newaxis]"
    ),
    "transposed": (
        "    powers = np.exp(z.T - z.max(axis=1))\n    return (powers / powers.sum(axis=0)).T"
    ),
    "logarithms": (
        "    m = z.max(axis=1, keepdims=True)\n"
        "    return np.exp(z - m - np.log(np.exp(z - m).sum(axis=1, keepdims=True)))"
    ),
    "differences": (
        "    with np.errstate(over='ignore'):\n"
        "        return 1 / np.exp(z[:, None, :] - z[:, :, None]).sum(axis=2)"
    ),
    "logaddexp": "    return np.exp(z - np.logaddexp.reduce(z, axis=1, keepdims=True))",
    "a loop over rows": (
        "    shares = np.zeros(z.shape)\n"
        "    for i in range(len(z)):\n"
        "        powers = np.exp(z[i] - z[i].max())\n"
        "        shares[i] = powers / powers.sum()\n"
        "    return shares"
    ),
    "lists": (
        "    import math\n"
        "    rows = []\n"
        "    for row in z.tolist():\n"
        "        powers = [math.exp(v - max(row)) for v in row]\n"
        "        rows.append([v / sum(powers) for v in powers])\n"
        "    return rows"
    ),
    "a list of arrays": (
        "    rows = [np.exp(row - max(row)) for row in z]\n"
        "    return [row / sum(row) for row in rows]"
    ),
    "a copy": (
        "    z = z.astype(float)\n"
        "    z -= z.max(axis=1, keepdims=True)\n"
        "    z = np.exp(z)\n"
        "    z /= z.sum(axis=1, keepdims=True)\n"
        "    return z"
    ),
    "float32": (
        "    z = z.astype(np.float32)\n"
        "    powers = np.exp(z - z.max(axis=1, keepdims=True))\n"
        "    return powers / powers.sum(axis=1, keepdims=True)"
    ),
    "scipy": "    from scipy.special import softmax\n    return softmax(z, axis=1)",
}
LOSS_VARIANTS = {
    "vectorised": (
        "    m = z.max(axis=1)\n"
        "    sums = m + np.log(np.exp(z - m[:, None]).sum(axis=1))\n"
        "    return np.mean(sums - z[np.arange(len(y)), y])"
    ),
    "log-softmax": (
        "    s = z - z.max(axis=1, keepdims=True)\n"
        "    log_p = s - np.log(np.exp(s).sum(axis=1, keepdims=True))\n"
        "    return -log_p[np.arange(len(y)), y].mean()"
    ),
    "one-hot": (
        "    t = np.eye(z.shape[1])[y]\n"
        "    s = z - z.max(axis=1, keepdims=True)\n"
        "    log_p = s - np.log(np.sum(np.exp(s), axis=1, keepdims=True))\n"
        "    return -np.sum(t * log_p) / len(y)"
    ),
    "relative to the true class": (
        "    d = z - np.take_along_axis(z, y[:, None], axis=1)\n"
        "    return np.logaddexp.reduce(d, axis=1).mean()"
    ),
    "log1p": (
        "    losses = []\n"
        "    for label, row in zip(y, z):\n"
        "        best = np.argmax(row)\n"
        "        rest = np.exp(np.delete(row, best) - row[best]).sum()\n"
        "        losses.append(row[best] - row[label] + np.log1p(rest))\n"
        "    return np.mean(losses)"
    ),
    "plain numbers": (
        "    import math\n"
        "    total = 0\n"
        "    for label, row in zip(y.tolist(), z.tolist()):\n"
        "        m = max(row)\n"
        "        total += m + math.log(sum(math.exp(v - m) for v in row)) - row[label]\n"
        "    return total / len(y)"
    ),
    "float32": (
        "    z = z.astype(np.float32)\n"
        "    s = z - z.max(axis=1, keepdims=True)\n"
        "    return np.mean(np.log(np.exp(s).sum(axis=1)) - s[np.arange(len(y)), y])"
    ),
    "scipy": (
        "    from scipy.special import log_softmax\n"
        "    return -log_softmax(z, axis=1)[range(len(y)), y].mean()"
    ),
    "an array of no axes": (
        "    return np.array(np.mean(np.logaddexp.reduce(z, axis=1) - z[range(len(y)), y]))"
    ),
}
SLOPES = [
    "sp.exp(z_1) / (sp.exp(z_0) + sp.exp(z_1) + sp.exp(z_2))",
    "1 / (1 + sp.exp(z_0 - z_1) + sp.exp(z_2 - z_1))",
    "sp.diff(sp.log(sp.exp(z_0) + sp.exp(z_1) + sp.exp(z_2)) - z_0, z_1)",
    "sp.diff(-sp.log(sp.exp(z_0) / (sp.exp(z_0) + sp.exp(z_1) + sp.exp(z_2))), z_1)",
    "1 - (sp.exp(z_0) + sp.exp(z_2)) / (sp.exp(z_0) + sp.exp(z_1) + sp.exp(z_2))",
    "sp.E**z_1 / sum(sp.E**v for v in (z_0, z_1, z_2))",
    "sp.exp(z_1 - sp.log(sp.exp(z_0) + sp.exp(z_1) + sp.exp(z_2)))",
]


@pytest.mark.parametrize("variant", SOFTMAX_VARIANTS)
def test_correct_softmaxes_pass(variant):
    assert_holds("softmax_rows", SOFTMAX + SOFTMAX_VARIANTS[variant])


@pytest.mark.parametrize("variant", LOSS_VARIANTS)
def test_correct_cross_entropies_pass(variant):
    assert_holds("mean_cross_entropy", LOSS + LOSS_VARIANTS[variant])


@pytest.mark.parametrize("answer", SLOPES)
@pytest.mark.parametrize("assumption", ["real=True", ""])
def test_any_equivalent_form_of_the_slope_passes(answer, assumption):
    symbols = f"import sympy as sp\nz_0, z_1, z_2 = sp.symbols('z_0 z_1 z_2', {assumption})"
    assert_holds("slope_of_rival", symbols, f"slope_of_rival = {answer}")


@pytest.mark.parametrize("factor", ["1.01", "0.99"])
@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("softmax_rows", SOFTMAX + SOFTMAX_VARIANTS["logaddexp"]),
        ("mean_cross_entropy", LOSS + LOSS_VARIANTS["an array of no axes"]),
    ],
)
def test_one_percent_off_fails(name, source, factor):
    off = source.replace("return ", f"return {factor} * ")
    assert verdict_on(task(name)[0], off).status == "fails"


def test_a_slope_one_percent_off_fails():
    symbols = "import sympy as sp\nz_0, z_1, z_2 = sp.symbols('z_0 z_1 z_2')"
    for factor in ("1.01", "0.99"):
        answer = f"slope_of_rival = {factor} * {SLOPES[1]}"
        assert verdict_on(task("slope_of_rival")[0], symbols, answer).status == "fails"


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        ("(5/9, 10/9, 10/3)", "holds"),
        ("[0.5556, 1.111, 3.333]", "holds"),
        ("200 / (3 * np.array([120, 60, 20]))", "holds"),
        ("np.float32(200) / (3 * np.array([120, 60, 20], dtype=np.float32))", "holds"),
        ("sp.Rational(5, 9), sp.Rational(10, 9), sp.Rational(10, 3)", "holds"),
        ("(0.561, 1.111, 3.333)", "fails"),
        ("(0.5556, 1.111, 3.3)", "fails"),
    ],
)
def test_the_weights_are_met_to_three_digits(answer, status):
    sources = "import numpy as np\nimport sympy as sp", f"class_weights = {answer}"
    verdict = verdict_on(task("class_weights")[0], *sources)
    assert verdict.status == status, verdict


def test_a_missing_shift_is_met_with_its_misunderstanding():
    found, mistakes = task("softmax_rows")
    body = "    return np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)"
    verdict = verdict_on(found, SOFTMAX + body, mistakes=mistakes)
    assert text(verdict).splitlines()[:3] == [
        "✗ softmax_rows: 7 of 10 properties hold",
        "  fails: large scores do not overflow — at z = [[1000, 1001]] you return [[nan, nan]], "
        "not [[0.268941, 0.731059]]",
        "  looks like: no shift: e^1000 overflows to ∞, and ∞/∞ is nan; subtract the largest "
        "score of the row first",
    ]


def test_a_safe_softmax_is_not_yet_a_safe_loss():
    found, mistakes = task("mean_cross_entropy")
    body = (
        "    p = np.exp(z - z.max(axis=1, keepdims=True))\n"
        "    p = p / p.sum(axis=1, keepdims=True)\n"
        "    return -np.log(p[np.arange(len(y)), y]).mean()"
    )
    verdict = verdict_on(found, LOSS + body, mistakes=mistakes)
    assert verdict.failure.startswith("a true class 1000 too low costs about 1000")
    assert verdict.diagnosis.startswith("the softmax is safe, its logarithm is not")


def test_the_loss_may_call_the_softmax_of_the_task_before():
    found, mistakes = task("mean_cross_entropy")
    sources = (
        SOFTMAX + SOFTMAX_VARIANTS["vectorised"],
        LOSS + "    return -np.mean(np.log(softmax_rows(z)[np.arange(len(y)), y]))",
    )
    verdict = verdict_on(found, *sources, mistakes=mistakes)
    assert verdict.diagnosis.startswith("the softmax is safe, its logarithm is not")


def test_another_class_is_named():
    found, mistakes = task("slope_of_rival")
    symbols = "import sympy as sp\nz_0, z_1, z_2 = sp.symbols('z_0 z_1 z_2')"
    answer = "slope_of_rival = sp.exp(z_1) / (sp.exp(z_0) + sp.exp(z_1))"
    verdict = verdict_on(found, symbols, answer, mistakes=mistakes)
    assert "yours lacks z_2" in verdict.failure
    assert verdict.diagnosis.startswith("z_2 is left out")


@pytest.mark.parametrize("letter", "abd")
def test_a_wrong_option_says_why(letter):
    found, _ = task("after_weighting")
    verdict = verdict_on(found, f"after_weighting = '{letter}'")
    assert verdict.failure == f"{letter}: {found.wrong[letter]}"


def test_the_evidence_about_the_weights_is_true():
    from sklearn.metrics import roc_auc_score

    from coursekit import solvers
    from coursekit.losses import BinaryCrossEntropy, balanced_weights, class_weighted, sigmoid
    from coursekit.objective import Objective

    def patients(rng, n):
        y = (rng.random(n) < 0.05).astype(float)
        return rng.normal(size=(n, 2)) + np.outer(y, [1.5, 1.0]), y

    rng = np.random.default_rng([66, 4])
    (X, y), (X_new, y_new) = patients(rng, 4000), patients(rng, 4000)
    weights = balanced_weights(y)
    ratio = weights[1.0] / weights[0.0]
    assert round(ratio) == 18
    assert round(np.log(ratio), 1) == 2.9
    assert y_new.sum() == 205
    assert round(1 / (1 + ratio), 3) == 0.053
    losses = {
        "plain": BinaryCrossEntropy(),
        "weighted": class_weighted(BinaryCrossEntropy(), weights),
    }
    scores = {}
    for name, loss in losses.items():
        fit = solvers.fista(Objective(X, y, loss), tol=1e-6)
        scores[name] = X_new @ fit.w + fit.b
    for name, threshold, row in (
        ("plain", 0.0, (86, 0.29, 0.70, 0.908, 0.05, 0.77)),
        ("weighted", 0.0, (856, 0.84, 0.20, 0.908, 0.27, 0.11)),
        ("plain", -np.log(ratio), (850, 0.84, 0.20, 0.908, 0.05, 0.77)),
    ):
        z, alarm = scores[name], scores[name] > threshold
        found, p = np.sum(alarm & (y_new == 1)), sigmoid(z)
        between = (p >= 0.6) & (p <= 0.8)
        assert row == (
            alarm.sum(),
            round(found / y_new.sum(), 2),
            round(found / alarm.sum(), 2),
            round(roc_auc_score(y_new, z), 3),
            round(p.mean(), 2),
            round(y_new[between].mean(), 2),
        )
