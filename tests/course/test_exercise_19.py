"""Set 19: no correct variant is turned away; a wrong answer is met with its misunderstanding."""

import pytest
from exercise_helpers import assert_holds, task, verdict_on

from coursekit.course.exercises.feedback import text

IMPORT = "import numpy as np\n"
HEADS = {
    "dropout_layer": IMPORT + "def dropout_layer(x, draws, drop, mode):\n",
    "stopping_epochs": IMPORT + "def stopping_epochs(losses, patience):\n",
    "batch_norm_forward": IMPORT + "def batch_norm_forward(x, gamma, beta, eps):\n",
}
VARIANTS = {
    "dropout_layer": {
        "a product with a factor": (
            "    factors = (draws >= drop) / (1 - drop)\n"
            "    return x * factors if mode == 'training' else x"
        ),
        "where, and > for >=": "    return np.where(draws > drop, x / (1 - drop), 0) "
        "if mode == 'training' else x",
        "a copy": (
            "    new = x.copy()\n"
            "    if mode == 'training':\n"
            "        new[draws < drop] = 0\n"
            "        new /= 1 - drop\n"
            "    return new"
        ),
        "loops and lists": (
            "    if mode != 'training':\n"
            "        return x.tolist()\n"
            "    rows = []\n"
            "    for row, numbers in zip(x, draws):\n"
            "        both = zip(row, numbers)\n"
            "        rows.append([0 if d < drop else v / (1 - drop) for v, d in both])\n"
            "    return rows"
        ),
        "float32": (
            "    if mode != 'training':\n"
            "        return x.astype(np.float32)\n"
            "    return np.float32(x) * (draws >= drop) / np.float32(1 - drop)"
        ),
    },
    "stopping_epochs": {
        "a counter": (
            "    best, best_loss, waited = 0, float('inf'), 0\n"
            "    for epoch, loss in enumerate(losses, 1):\n"
            "        if loss < best_loss:\n"
            "            best, best_loss, waited = epoch, loss, 0\n"
            "        else:\n"
            "            waited += 1\n"
            "            if waited == patience:\n"
            "                return best, epoch\n"
            "    return best, epoch"
        ),
        "while": (
            "    best, k = 1, 1\n"
            "    while k < len(losses) and k - best < patience:\n"
            "        k += 1\n"
            "        if losses[k - 1] < min(losses[: k - 1]):\n"
            "            best = k\n"
            "    return [best, k]"
        ),
        "argmin of what was seen": (
            "    for k in range(len(losses)):\n"
            "        best = np.argmin(losses[: k + 1])\n"
            "        if k - best == patience:\n"
            "            break\n"
            "    return best + 1, k + 1"
        ),
        "vectorised": (
            "    losses = np.asarray(losses)\n"
            "    n = len(losses)\n"
            "    before = np.minimum.accumulate(np.append(np.inf, losses[:-1]))\n"
            "    best = np.maximum.accumulate(np.where(losses < before, np.arange(n), 0))\n"
            "    ends = np.flatnonzero(np.arange(n) - best >= patience)\n"
            "    last = ends[0] if len(ends) else n - 1\n"
            "    return int(best[last]) + 1, int(last) + 1"
        ),
        "whole numbers as floats": (
            "    best = 0\n"
            "    for k, loss in enumerate(losses):\n"
            "        best = k if loss < losses[best] else best\n"
            "        if k - best >= patience:\n"
            "            break\n"
            "    return best + 1.0, k + 1.0"
        ),
    },
    "batch_norm_forward": {
        "std of numpy": (
            "    return (x - np.mean(x, 0)) / np.sqrt(np.var(x, 0) + eps) * gamma + beta"
        ),
        "power": (
            "    c = x - x.mean(axis=0, keepdims=True)\n"
            "    return gamma * c * ((c * c).mean(axis=0) + eps) ** -0.5 + beta"
        ),
        "scale and shift in one": (
            "    scale = gamma / np.hypot(x.std(axis=0), np.sqrt(eps))\n"
            "    return x * scale + (beta - x.mean(axis=0) * scale)"
        ),
        "a loop over the features": (
            "    out = np.zeros(x.shape)\n"
            "    for j in range(x.shape[1]):\n"
            "        column = x[:, j]\n"
            "        c = column - sum(column) / len(column)\n"
            "        v = sum(c**2) / len(column)\n"
            "        out[:, j] = gamma[j] * c / (v + eps) ** 0.5 + beta[j]\n"
            "    return out"
        ),
        "transposed, and a list": (
            "    rows = []\n"
            "    for column, g, b in zip(x.T, gamma, beta):\n"
            "        rows.append(g * (column - column.mean()) / np.sqrt(column.var() + eps) + b)\n"
            "    return np.array(rows).T.tolist()"
        ),
        "float32": (
            "    x, gamma, beta = (v.astype(np.float32) for v in (x, gamma, beta))\n"
            "    c = x - x.mean(axis=0)\n"
            "    return gamma * c / np.sqrt((c**2).mean(axis=0) + np.float32(eps)) + beta"
        ),
    },
}


@pytest.mark.parametrize(
    ("name", "variant"), [(name, variant) for name in VARIANTS for variant in VARIANTS[name]]
)
def test_correct_variants_pass(name, variant):
    assert_holds(name, HEADS[name] + VARIANTS[name][variant])


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("dropout_layer", "(1 - drop)", "(1 - drop) * 1.01"),
        ("dropout_layer", "else x", "else 1.01 * x"),
        ("batch_norm_forward", "x * scale", "1.01 * x * scale"),
        ("batch_norm_forward", "(beta", "(1.01 * beta"),
        ("batch_norm_forward", "np.sqrt(eps)", "np.sqrt(1.01 * eps)"),
    ],
)
def test_answers_off_by_one_percent_fail(name, old, new):
    variants = VARIANTS[name]
    body = variants.get("scale and shift in one") or variants["a product with a factor"]
    assert old in body
    assert verdict_on(task(name)[0], HEADS[name] + body.replace(old, new)).status == "fails"


@pytest.mark.parametrize(
    "answer",
    [
        "lam / (lam + m)",
        "1 - m / (m + lam)",
        "1 / (1 + m / lam)",
        "sp.solve(sp.Eq(lam, m * p / (1 - p)), p)[0]",
        "(lam / m) / (1 + lam / m)",
        "1 / (1 + sp.exp(sp.log(m) - sp.log(lam)))",
    ],
)
@pytest.mark.parametrize("assumption", ["positive=True", "real=True", ""])
def test_any_equivalent_form_of_the_derivation_passes(answer, assumption):
    symbols = f"import sympy as sp\nlam, m, p = sp.symbols('lambda m p', {assumption})"
    assert_holds("drop_for_lambda", symbols, f"drop_for_lambda = {answer}")


@pytest.mark.parametrize(
    "answer", ["1.01 * lam / (lam + m)", "lam / (lam + 1.01 * m)", "0.01 + lam / (lam + m)"]
)
def test_a_derivation_off_by_one_percent_fails(answer):
    symbols = "import sympy as sp\nlam, m = sp.symbols('lambda m')"
    verdict = verdict_on(task("drop_for_lambda")[0], symbols, f"drop_for_lambda = {answer}")
    assert verdict.status == "fails"


def test_p_is_not_a_symbol_of_the_answer():
    symbols = "import sympy as sp\np, m = sp.symbols('p m')"
    verdict = verdict_on(task("drop_for_lambda")[0], symbols, "drop_for_lambda = m * p / (1 - p)")
    assert verdict.failure == "it uses the symbol p; the answer is asked in lambda, m"


def test_coursekit_is_not_at_hand():
    body = "    from coursekit.networks import BatchNorm\n    return BatchNorm(1)"
    verdict = verdict_on(task("batch_norm_forward")[0], HEADS["batch_norm_forward"] + body)
    assert "write the function yourself" in verdict.failure


def test_a_wrong_answer_is_met_with_its_misunderstanding():
    found, mistakes = task("stopping_epochs")
    body = (
        "    best, waited = 0, 0\n"
        "    for k in range(1, len(losses)):\n"
        "        waited = 0 if losses[k] < losses[k - 1] else waited + 1\n"
        "        best = k if losses[k] < losses[best] else best\n"
        "        if waited >= patience:\n"
        "            break\n"
        "    return best + 1, k + 1"
    )
    verdict = verdict_on(found, HEADS["stopping_epochs"] + body, mistakes=mistakes)
    assert text(verdict).splitlines() == [
        "✗ stopping_epochs: 6 of 9 properties hold",
        "  fails: improvement means: lower than the best so far — at losses = [3, 1, 2, 1.5, 1.2, "
        "0.5], patience = 3 you return (6, 6), not (2, 5)",
        "  looks like: each loss is compared with the one before; improvement means lower than "
        "the best so far",
        "  hint 1 of 3: coursekit hint stopping_epochs",
    ]


def test_of_two_mistakes_failure_and_diagnosis_speak_of_one():
    found, mistakes = task("stopping_epochs")
    body = VARIANTS["stopping_epochs"]["while"].replace("[best, k]", "[best - 1, k + 1]")
    verdict = verdict_on(found, HEADS["stopping_epochs"] + body, mistakes=mistakes)
    assert verdict.failure.startswith("while the loss falls, every epoch is run")
    assert verdict.diagnosis == "the epochs are counted from 0; the first one is 1"


def test_a_wrong_option_says_why():
    found, _ = task("after_batch_norm")
    assert verdict_on(found, "after_batch_norm = '(c)'").status == "holds"
    assert verdict_on(found, "after_batch_norm = 'a'").failure.startswith("a: a bell has skewness")
