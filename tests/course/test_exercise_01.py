"""Set 01: no correct variant is turned away; a wrong answer is met with its misunderstanding."""

import numpy as np
import pytest
from exercise_helpers import assert_holds, task, verdict_on

from coursekit.course.exercises.feedback import text

IMPORT = "import numpy as np\n"
PINBALL = IMPORT + "def pinball_loss(y_true, y_pred, quantile):\n"
BEST = IMPORT + "def best_constant(y_true, candidates, quantile):\n"
PINBALL_VARIANTS = {
    "two branches": (
        "    r = y_true - y_pred\n    return np.where(r >= 0, quantile * r, (quantile - 1) * r)"
    ),
    "the larger line": (
        "    r = y_true - y_pred\n    return np.maximum(quantile * r, (quantile - 1) * r)"
    ),
    "half the size and a tilt": (
        "    r = y_pred - y_true\n    return np.abs(r) / 2 + (0.5 - quantile) * r"
    ),
    "masks": (
        "    r = y_true - y_pred\n    return quantile * r * (r > 0) - (1 - quantile) * r * (r < 0)"
    ),
    "a loop and a list": (
        "    losses = []\n"
        "    for y, p in zip(y_true, y_pred):\n"
        "        if p < y:\n"
        "            losses.append(quantile * (y - p))\n"
        "        else:\n"
        "            losses.append((1 - quantile) * (p - y))\n"
        "    return losses"
    ),
    "float32": (
        "    r = y_true.astype(np.float32) - y_pred.astype(np.float32)\n"
        "    return np.maximum(np.float32(quantile) * r, np.float32(quantile - 1) * r)"
    ),
}
BEST_VARIANTS = {
    "a list of costs": (
        "    costs = [np.mean(np.maximum(quantile * (y_true - c), (quantile - 1) * (y_true - c)))\n"
        "             for c in candidates]\n"
        "    return candidates[np.argmin(costs)]"
    ),
    "a running best": (
        "    best, smallest = None, float('inf')\n"
        "    for c in candidates:\n"
        "        cost = 0.0\n"
        "        for y in y_true:\n"
        "            cost += quantile * (y - c) if y > c else (1 - quantile) * (c - y)\n"
        "        if cost < smallest:\n"
        "            best, smallest = c, cost\n"
        "    return float(best)"
    ),
    "a table": (
        "    r = y_true[:, None] - candidates[None, :]\n"
        "    cost = np.where(r > 0, quantile * r, (quantile - 1) * r).sum(axis=0)\n"
        "    return candidates[cost.argmin()]"
    ),
    "min with a key": (
        "    def cost(c):\n"
        "        r = np.float32(y_true - c)\n"
        "        return np.maximum(quantile * r, (quantile - 1) * r).mean()\n"
        "    return min(sorted(candidates), key=cost)"
    ),
}


@pytest.mark.parametrize("variant", PINBALL_VARIANTS)
def test_correct_pinball_losses_pass(variant):
    assert_holds("pinball_loss", PINBALL + PINBALL_VARIANTS[variant])


@pytest.mark.parametrize("variant", BEST_VARIANTS)
def test_correct_best_constants_pass(variant):
    assert_holds("best_constant", BEST + BEST_VARIANTS[variant])


@pytest.mark.parametrize("variant", PINBALL_VARIANTS)
def test_any_pinball_loss_may_be_called_in_the_next_task(variant):
    body = "    costs = []\n    for c in candidates:\n"
    body += "        everywhere = np.full(len(y_true), c)\n"
    body += "        costs.append(np.mean(pinball_loss(y_true, everywhere, quantile)))\n"
    body += "    return candidates[np.argmin(costs)]"
    own = PINBALL + PINBALL_VARIANTS[variant]
    assert verdict_on(task("best_constant")[0], own, BEST + body).status == "holds"


@pytest.mark.parametrize(
    "answer",
    [
        "(0.375, 0.6124, 0.5)",
        "[3 / 8, 0.375**0.5, np.float32(0.5)]",
        "(sp.Rational(3, 8), sp.sqrt(6) / 4, 0.5)",
    ],
)
def test_equal_numbers_of_any_kind_pass(answer):
    sources = "import numpy as np\nimport sympy as sp", f"mse_rmse_mae = {answer}"
    assert verdict_on(task("mse_rmse_mae")[0], *sources).status == "holds"


def test_no_two_candidates_are_equally_good():
    found, _ = task("best_constant")
    rng = np.random.default_rng(0)
    for y_true, candidates, quantile in (c for p in found.properties for c in p.cases(rng)):
        r = y_true - candidates[:, None]
        costs = np.sort(np.maximum(quantile * r, (quantile - 1) * r).mean(axis=1))
        assert np.all(np.diff(costs[:2]) > 1e-3 * costs[0])


def test_coursekit_is_not_at_hand():
    body = "    from coursekit.losses import Pinball\n"
    body += "    return Pinball(quantile).value(y_true, y_pred)"
    verdict = verdict_on(task("pinball_loss")[0], PINBALL + body)
    assert "write the function yourself" in verdict.failure


def test_a_wrong_answer_is_met_with_its_misunderstanding():
    found, mistakes = task("pinball_loss")
    body = "    r = y_pred - y_true\n    return np.maximum(quantile * r, (quantile - 1) * r)"
    assert text(verdict_on(found, PINBALL + body, mistakes=mistakes)).splitlines() == [
        "✗ pinball_loss: 3 of 7 properties hold",
        "  fails: each unit too low costs quantile — at y_true = [3], y_pred = [1], "
        "quantile = 0.25 you return [1.5], not [0.5]",
        "  looks like: the two sides are swapped: r = y_true − y_pred is positive where you "
        "predict too low",
        "  hint 1 of 3: coursekit hint pinball_loss",
    ]


def test_a_root_rounded_too_early_is_said():
    verdict = verdict_on(task("mse_rmse_mae")[0], "mse_rmse_mae = (0.375, 0.61, 0.5)")
    assert "is close: was it rounded too early?" in verdict.failure
    assert "right so far: values 1, 3" in verdict.failure


def test_a_wrong_option_says_why():
    verdict = verdict_on(task("loss_objective_metric")[0], "loss_objective_metric = 'B'")
    assert verdict.failure.startswith("b: the penalty steers training")
