"""Bug hunt 2: correct variants pass; each piece as it was found is met with its bug."""

import numpy as np
import pytest
from exercise_helpers import assert_holds, cells, task, verdict_on

from coursekit.course.exercises.feedback import text
from coursekit.course.exercises.judge import judge
from coursekit.course.exercises.notebook import code_cells
from coursekit.course.exercises.sets import all_sets, find_set
from coursekit.losses import BinaryCrossEntropy
from coursekit.networks import INITIALISATIONS, MLP
from coursekit.optimizers import SGD

IMPORT = "import math\nimport numpy as np\n"
WEIGHTS = IMPORT + "def starting_weights(draws):\n"
LOSS = IMPORT + "def loss_and_slopes(scores, y):\n"
STEP = IMPORT + "def sgd_step(X, slopes, W1, b1, w2, b2, learning_rate):\n"
BATCHES = IMPORT + "def epoch_batches(X, y, order, size):\n"
BEST = IMPORT + "def best_parameters(start, moves, losses):\n"
WEIGHTS_VARIANTS = {
    "divided": "    return draws / np.sqrt(draws.shape[0] / 2)",
    "a list": (
        "    c = math.sqrt(2 / len(draws))\n    return [[c * d for d in row] for row in draws]"
    ),
    "float32": "    return draws.astype(np.float32) * np.float32((2 / len(draws)) ** 0.5)",
}
LOSS_VARIANTS = {
    "log1p": (
        "    small = np.exp(-np.abs(scores))\n"
        "    loss = np.maximum(scores, 0) - y * scores + np.log1p(small)\n"
        "    p = np.where(scores >= 0, 1, small) / (1 + small)\n"
        "    return np.mean(loss), (p - y) / len(scores)"
    ),
    "margins": (
        "    signs = 2 * y - 1\n"
        "    losses = np.logaddexp(0, -signs * scores)\n"
        "    return losses.mean(), -signs * np.exp(-np.logaddexp(0, signs * scores)) / len(y)"
    ),
    "overflow that does no harm": (
        "    loss = np.mean(np.logaddexp(0, scores)) - np.mean(y * scores)\n"
        "    return [loss, (1 / (1 + np.exp(-scores)) - y) / len(y)]"
    ),
    "a loop over plain numbers": (
        "    loss, slopes = 0, []\n"
        "    for s, label in zip(scores, y):\n"
        "        e = math.exp(-abs(s))\n"
        "        loss += max(s, 0) - label * s + math.log(1 + e)\n"
        "        slopes.append(((1 if s > 0 else e) / (1 + e) - label) / len(y))\n"
        "    return loss / len(y), slopes"
    ),
    "float32": (
        "    scores, y = scores.astype(np.float32), y.astype(np.float32)\n"
        "    soft = np.logaddexp(0, scores)\n"
        "    return np.mean(soft - y * scores), (np.exp(scores - soft) - y) / len(y)"
    ),
}
STEP_VARIANTS = {
    "columns": (
        "    active = np.maximum(X @ W1 + b1, 0)\n"
        "    G = slopes[:, None]\n"
        "    by_sums = G @ w2[None, :] * (active > 0)\n"
        "    W1 = W1 - learning_rate * (X.T @ by_sums)\n"
        "    b1 = b1 - learning_rate * np.sum(by_sums, axis=0)\n"
        "    w2 = w2 - learning_rate * (active.T @ G)[:, 0]\n"
        "    return [W1, b1, w2, b2 - learning_rate * np.sum(slopes)]"
    ),
    "the moved one has another name": (
        "    sums = X @ W1 + b1\n"
        "    new_w2 = w2 - learning_rate * slopes @ np.maximum(sums, 0)\n"
        "    by_sums = np.where(sums > 0, slopes[:, None] * w2, 0)\n"
        "    new_W1 = W1 - learning_rate * X.T @ by_sums\n"
        "    return new_W1, b1 - learning_rate * by_sums.sum(0), new_w2, "
        "b2 - learning_rate * slopes.sum()"
    ),
    "a loop over copies": (
        "    new = [W1.copy(), b1.copy(), w2.copy(), b2]\n"
        "    for x, g in zip(X, slopes):\n"
        "        sums = x @ W1 + b1\n"
        "        down = g * w2 * (sums > 0)\n"
        "        new[0] -= learning_rate * np.outer(x, down)\n"
        "        new[1] -= learning_rate * down\n"
        "        new[2] -= learning_rate * g * np.maximum(sums, 0)\n"
        "        new[3] -= learning_rate * g\n"
        "    return tuple(new)"
    ),
    "float32": (
        "    X, slopes, W1, b1, w2 = (v.astype(np.float32) for v in (X, slopes, W1, b1, w2))\n"
        "    sums = X @ W1 + b1\n"
        "    down = np.outer(slopes, w2) * (sums > 0)\n"
        "    W1, b1 = W1 - learning_rate * X.T @ down, b1 - learning_rate * down.sum(axis=0)\n"
        "    w2 = w2 - learning_rate * np.maximum(sums, 0).T @ slopes\n"
        "    return W1, b1, w2, b2 - learning_rate * slopes.sum()"
    ),
}
BATCHES_VARIANTS = {
    "both in order, then slices": (
        "    X, y = X[order], y[order]\n"
        "    return [(X[k : k + size], y[k : k + size]) for k in range(0, len(y), size)]"
    ),
    "split": (
        "    parts = np.split(order, range(size, len(order), size))\n"
        "    return tuple([X[rows], y[rows]] for rows in parts)"
    ),
    "row by row, in lists": (
        "    batches = []\n"
        "    for k, row in enumerate(order):\n"
        "        if k % size == 0:\n"
        "            batches.append(([], []))\n"
        "        batches[-1][0].append(list(X[row]))\n"
        "        batches[-1][1].append(y[row])\n"
        "    return batches"
    ),
    "a generator, listed": (
        "    def pairs():\n"
        "        rest = list(order)\n"
        "        while rest:\n"
        "            rows, rest = rest[:size], rest[size:]\n"
        "            yield X[rows], y[rows]\n"
        "    return list(pairs())"
    ),
    "float32": (
        "    X = X.astype(np.float32)\n"
        "    starts = range(0, len(y), size)\n"
        "    return [(X[order[k : k + size]], y[order[k : k + size]]) for k in starts]"
    ),
}
BEST_VARIANTS = {
    "a new array each time": (
        "    theta, best, lowest = start, start, float('inf')\n"
        "    for move, loss in zip(moves, losses):\n"
        "        theta = theta + move\n"
        "        if loss < lowest:\n"
        "            best, lowest = theta, loss\n"
        "    return best"
    ),
    "without a loop": "    return start + moves[: np.argmin(losses) + 1].sum(axis=0)",
    "a history of copies": (
        "    theta, history = start.copy(), []\n"
        "    for move in moves:\n"
        "        theta += move\n"
        "        history.append(theta.copy())\n"
        "    return history[int(np.argmin(losses))]"
    ),
    "a list": (
        "    k = list(losses).index(min(losses))\n"
        "    return [s + sum(m[: k + 1]) for s, m in zip(start, moves.T)]"
    ),
    "float32": (
        "    path = start.astype(np.float32) + np.cumsum(moves.astype(np.float32), axis=0)\n"
        "    return path[np.argmin(losses)]"
    ),
}
VARIANTS = [
    *(("starting_weights", WEIGHTS + body) for body in WEIGHTS_VARIANTS.values()),
    *(("loss_and_slopes", LOSS + body) for body in LOSS_VARIANTS.values()),
    *(("sgd_step", STEP + body) for body in STEP_VARIANTS.values()),
    *(("epoch_batches", BATCHES + body) for body in BATCHES_VARIANTS.values()),
    *(("best_parameters", BEST + body) for body in BEST_VARIANTS.values()),
]


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(("name", "source"), VARIANTS)
def test_correct_variants_pass(name, source, seed):
    assert_holds(name, source, seed=seed)


BROKEN = {
    "starting_weights": "broken_weights",
    "loss_and_slopes": "broken_loss",
    "sgd_step": "broken_step",
    "epoch_batches": "broken_batches",
    "best_parameters": "broken_best",
}


@pytest.mark.parametrize(("name", "broken"), BROKEN.items())
def test_the_piece_as_it_was_found_is_met_with_its_bug(name, broken):
    found = code_cells(find_set("hunt2", all_sets()).exercise)
    task_, mistakes = task(name)
    verdict = judge(task_, mistakes, [*found, *cells(f"{name} = {broken}")])
    assert verdict.status == "fails"
    assert verdict.diagnosis.startswith("this is the broken function: ")


def test_the_references_are_those_of_the_package():
    rng = np.random.default_rng(0)
    draws = rng.normal(size=(6, 4))
    weights = task("starting_weights")[0].reference(draws)
    assert np.allclose(weights**2, draws**2 * INITIALISATIONS["he"](6, 4))

    loss = BinaryCrossEntropy()
    scores, y = np.array([-900.0, -3, 0, 0.5, 900]), np.array([1.0, 0, 1, 0, 0])
    value, slopes = task("loss_and_slopes")[0].reference(scores, y)
    assert np.isclose(value, loss.value(y, scores).mean())
    assert np.allclose(slopes, loss.gradient(y, scores) / 5)

    network = MLP((6, 4, 1))
    theta, X, y = network.init(rng), rng.normal(size=(5, 6)), np.array([1.0, 0, 1, 1, 0])
    _, gradient, _ = network.loss_and_gradient(theta, X, y, loss)
    rule = SGD(0.7)
    stepped, _ = rule.step(theta, gradient, rule.init(theta))
    (W1, b1), (W2, b2) = network.layers(theta)
    by_scores = loss.gradient(y, network.forward(theta, X)[0][:, 0]) / 5
    ours = task("sgd_step")[0].reference(X, by_scores, W1, b1, W2[:, 0], b2[0], 0.7)
    assert np.allclose(np.concatenate([np.ravel(part) for part in ours]), stepped)


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("starting_weights", "* np.float32(", "* np.float32(1.01 * "),
        ("loss_and_slopes", "np.log1p", "1.01 * np.log1p"),
        ("loss_and_slopes", "(p - y)", "1.01 * (p - y)"),
        ("sgd_step", "w2 - learning_rate", "w2 - 1.01 * learning_rate"),
        ("sgd_step", "b2 - learning_rate", "b2 - 1.01 * learning_rate"),
        ("sgd_step", "G @ w2", "1.01 * G @ w2"),
        ("epoch_batches", "y[order]\n", "1.01 * y[order]\n"),
        ("best_parameters", "+ moves", "+ 1.01 * moves"),
    ],
)
def test_answers_off_by_one_percent_fail(name, old, new):
    answers = {
        "starting_weights": WEIGHTS + WEIGHTS_VARIANTS["float32"],
        "loss_and_slopes": LOSS + LOSS_VARIANTS["log1p"],
        "sgd_step": STEP + STEP_VARIANTS["columns"],
        "epoch_batches": BATCHES + BATCHES_VARIANTS["both in order, then slices"],
        "best_parameters": BEST + BEST_VARIANTS["without a loop"],
    }
    assert old in answers[name]
    assert verdict_on(task(name)[0], answers[name].replace(old, new)).status == "fails"


def test_a_step_out_of_order_fails_only_where_it_is_large():
    found, mistakes = task("sgd_step")
    body = (
        "    sums = X @ W1 + b1\n"
        "    w2 = w2 - learning_rate * np.maximum(sums, 0).T @ slopes\n"
        "    G = np.outer(slopes, w2) * (sums > 0)\n"
        "    return W1 - learning_rate * X.T @ G, b1 - learning_rate * G.sum(axis=0), w2, "
        "b2 - learning_rate * slopes.sum()"
    )
    lines = text(verdict_on(found, STEP + body, mistakes=mistakes)).splitlines()
    assert lines[2].startswith("  looks like: this is the broken function: w2 has moved before")


def test_a_label_of_another_sample_is_met_with_its_smallest_case():
    found, mistakes = task("epoch_batches")
    body = (
        "    X = X[order]\n"
        "    starts = range(0, len(y), size)\n"
        "    return [(X[order[k : k + size]], y[order[k : k + size]]) for k in starts]"
    )
    verdict = verdict_on(found, BATCHES + body, mistakes=mistakes)
    assert verdict.failure.startswith(
        "every sample keeps its label when they are shuffled — at X = [[1], [2]], y = [10, 20]"
    )
    assert verdict.diagnosis.startswith("this is the broken function: X is put in order twice")


def test_the_program_is_silent_until_all_five_are_answered(capsys):
    exercises = find_set("hunt2", all_sets())
    own = [c.source for c in code_cells(exercises.exercise) if "check(" not in c.source]
    exec("\n".join(s.replace("import check", "import check as _") for s in own), {})
    assert "mended" not in capsys.readouterr().out


def test_what_the_closing_words_say_of_the_loss():
    """Scores stay small in the mended program; in the one that was found the loss becomes nan."""
    exercises = find_set("hunt2", all_sets())
    own = [c.source for c in code_cells(exercises.solution) if "check(" not in c.source]
    program = [s for s in own if not s.startswith("found = ")]
    names: dict = {}
    exec("\n".join(s.replace("import check", "import check as _") for s in program), names)
    seen = []

    def watched(loss):
        def watching(scores, y):
            result = loss(scores, y)
            seen.append((np.abs(scores).max(), result[0]))
            return result

        return watching

    mended = ("starting_weights", "loss_and_slopes", "sgd_step", "epoch_batches", "best_parameters")
    found = [f"broken_{name}" for name in ("weights", "loss", "step", "batches", "best")]
    ends = []
    for pieces in (mended, found):
        weights, loss, *others = (names[name] for name in pieces)
        seen.clear()
        with np.errstate(all="ignore"):
            names["accuracy"](0, weights, watched(loss), *others)
        ends.append((np.nanmax([score for score, _ in seen]), np.isnan([v for _, v in seen]).any()))
    (largest, nan_when_mended), (_, nan_as_found) = ends
    assert largest < 40
    assert (nan_when_mended, nan_as_found) == (False, True)
