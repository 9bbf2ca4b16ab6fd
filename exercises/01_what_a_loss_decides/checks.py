"""What right answers of set 01 must satisfy: losses of predictions, and what they choose."""

import numpy as np

from coursekit.course.exercises.tasks import Choose, Compute, Implement, Predict, Property


def mse_rmse_mae(y_true, y_pred):
    residuals = np.subtract(y_true, y_pred)
    mse = np.mean(residuals**2)
    return mse, np.sqrt(mse), np.mean(np.abs(residuals))


def own_mse_rmse_mae(rng):
    """Halves; one residual is 0, and the others cancel in part, as in the public numbers."""
    while True:
        residuals = rng.permutation([*rng.integers(-6, 7, size=3) / 2, 0])
        y_pred = rng.choice(np.arange(-2, 9, 0.5), size=4, replace=False)
        mse, _, mae = scores = mse_rmse_mae(residuals, np.zeros(4))
        mixed = min(residuals) < 0 < max(residuals) and np.sum(residuals) != 0
        # Otherwise two different mistakes, or a mistake and the answer, give the same numbers.
        clear = len({*scores, 1, mse**2, mse / 2}) == 6
        clear = clear and residuals @ y_pred not in (0, -mse)
        if np.count_nonzero(residuals) == 3 and mixed and clear and mae != 0.5:
            y_true = y_pred + residuals
            return {"y_true": tuple(y_true.tolist()), "y_pred": tuple(y_pred.tolist())}


def after_the_slip(values, slipped):
    changed = [*values[:-1], slipped]
    return np.mean(changed), np.median(changed)


def own_after_the_slip(rng):
    """Mean and median agree before the slip; the last value is above the middle and stays there."""
    middle, reach = int(rng.choice([7, 9, 11, 13, 15])), int(rng.choice([5, 7]))
    a, b = rng.integers(1, (reach + 1) // 2, size=2).tolist()
    below, above = (middle - reach + a, middle - a), (middle + b, middle + reach - b)
    slipped = above[-1] + 10 * int(rng.integers(5, 10))
    return {"values": (*below, middle, *above), "slipped": slipped}


def pinball_loss(y_true, y_pred, quantile):
    residuals = y_true - y_pred
    return np.where(residuals >= 0, quantile * residuals, (quantile - 1) * residuals)


def best_constant(y_true, candidates, quantile):
    costs = [np.mean(pinball_loss(y_true, c, quantile)) for c in candidates]
    return candidates[np.argmin(costs)]


def too_low(rng):
    one = (np.array([3.0]), np.array([1.0]), 0.25)
    y_pred = rng.normal(size=4)
    return [one, (y_pred + rng.uniform(0.1, 4, size=4), y_pred, 0.9)]


def too_high(rng):
    one = (np.array([1.0]), np.array([3.0]), 0.25)
    y_true = rng.normal(size=4)
    return [one, (y_true, y_true + rng.uniform(0.1, 4, size=4), 0.9)]


def perfect(rng):
    y = rng.normal(size=3)
    return [(np.array([2.0]), np.array([2.0]), 0.25), (y, y.copy(), 0.6)]


def both_sides(rng):
    """Samples of both kinds; no error so small that single precision would tell."""
    cases = [(np.array([3.0, 1.0]), np.array([1.0, 3.0]), 0.25)]
    for n in (3, 7):
        y_pred = rng.normal(size=n)
        errors = rng.uniform(0.1, 4, size=n) * rng.choice([-1.0, 1.0], size=n)
        cases.append((y_pred + errors, y_pred, rng.uniform(0.05, 0.95)))
    return cases


def at_one_half(rng):
    return [(y_true, y_pred, 0.5) for y_true, y_pred, _ in both_sides(rng)]


def whole_numbers(rng):
    return [(np.array([3, 1, 2]), np.array([1, 3, 2]), 0.25)]


FEW = np.array([4.0, 1.0, 9.0, 2.0, 6.0])


def clear(y_true, candidates, quantile):
    """Tell whether the best candidate leads by enough not to be a matter of rounding."""
    costs = sorted(np.mean(pinball_loss(y_true, c, quantile)) for c in candidates)
    return costs[1] - costs[0] > 1e-3 * costs[0]


def drawn(rng, n, n_candidates):
    """Skewed values and candidates among which every loss has a clear winner."""
    while True:
        y_true = np.round(np.exp(rng.normal(size=n)) * 10, 2)
        candidates = np.round(rng.uniform(y_true.min(), y_true.max(), size=n_candidates), 2)
        quantile = rng.choice([0.1, 0.2, 0.35, 0.65, 0.8, 0.9])
        case = (y_true, candidates, quantile)
        if clear(*case):
            return case


def middle_one(rng):
    return [(FEW, FEW.copy(), 0.5), (np.append(FEW[:-1], 600.0), FEW.copy(), 0.5)]


def cautious(rng):
    return [(FEW, FEW.copy(), 0.1), (FEW, np.array([8.0, 5.0, 3.0, 1.5]), 0.3)]


def bold(rng):
    return [(FEW, FEW.copy(), 0.9), (FEW, np.array([8.0, 5.0, 2.5, 1.5]), 0.7)]


def only_what_is_offered(rng):
    return [(FEW, np.array([20.0]), 0.5), (FEW, np.array([-3.0, -1.0, -7.0]), 0.25)]


def any_data(rng):
    return [drawn(rng, 6, 3), drawn(rng, 9, 5), drawn(rng, 15, 8)]


TASKS = [
    Compute(
        name="mse_rmse_mae",
        points=1,
        minutes=5,
        reference=mse_rmse_mae,
        given={"y_true": (3, -0.5, 2, 7), "y_pred": (2.5, 0, 2, 8)},
        draw=own_mse_rmse_mae,
        yours="The truths are y = {y_true}, the predictions ŷ = {y_pred}.",
        hints=(
            "Write down the four residuals y − ŷ first. One of them is 0; it still counts as one "
            "of the four.",
            "MSE: square each residual, then take the mean. RMSE: the root of that. MAE: drop "
            "the signs, then take the mean.",
            "The residuals are 0.5, −0.5, 0 and −1. The sum of their squares is 1.5, the sum of "
            "their sizes is 2.",
        ),
        explanation="The squares are 0.25, 0.25, 0 and 1, so MSE = 1.5/4 = 0.375 and RMSE = "
        "√0.375 ≈ 0.612. The sizes are 0.5, 0.5, 0 and 1, so MAE = 2/4 = 0.5. RMSE is never below "
        "MAE: squaring gives the largest error more weight.",
    ),
    Predict(
        name="after_the_slip",
        points=1,
        minutes=4,
        reference=after_the_slip,
        given={"values": (2, 3, 5, 6, 9), "slipped": 59},
        draw=own_after_the_slip,
        yours=(
            "The five values are {values}, whose mean and median are both the one in the middle, "
            "and the last one is written {slipped} by mistake."
        ),
        hints=(
            "By how much does the sum of the five values grow? And which value stands in the "
            "middle after sorting?",
            "The mean shares the growth of the sum among all five values. The median only asks "
            "which side of it a value is on.",
        ),
        explanation="The sum grows by 50, so the mean grows by 50/5 = 10, from 5 to 15. The last "
        "value was above the median and still is, so the median stays at 5.",
    ),
    Implement(
        name="pinball_loss",
        points=2,
        minutes=8,
        reference=pinball_loss,
        properties=(
            Property("a perfect prediction costs nothing", perfect),
            Property("each unit too low costs quantile", too_low),
            Property("each unit too high costs 1 − quantile", too_high),
            Property("at quantile 0.5 it is half the absolute error", at_one_half),
            Property("every sample is treated by itself", both_sides),
            Property("whole numbers will do", whole_numbers),
        ),
        hints=(
            "Look at one sample. Is its prediction too low or too high? What does a unit cost "
            "in each case?",
            "With r = y_true − y_pred, a positive r means too low: the loss is quantile times r. "
            "What is it for a negative r? A loss is never negative.",
            "np.where(condition, a, b) chooses entry by entry. For a negative r, (quantile − 1) "
            "times r is positive.",
        ),
        explanation="Two slopes, one for each side. Another way to write it: "
        "np.maximum(quantile * r, (quantile - 1) * r), since the larger of the two lines is the "
        "right one on both sides.",
    ),
    Implement(
        name="best_constant",
        points=2,
        minutes=8,
        reference=best_constant,
        properties=(
            Property("at quantile 0.5 it is the median, whatever the largest value", middle_one),
            Property("a small quantile chooses a low constant", cautious),
            Property("a large quantile chooses a high constant", bold),
            Property("it chooses among the candidates and nothing else", only_what_is_offered),
            Property("it is the cheapest candidate on any data", any_data),
        ),
        hints=(
            "Take one candidate c. If you predict c for every sample, what is the mean pinball "
            "loss? Compute that number for every candidate.",
            "np.full(len(y_true), c) is an array that predicts c for every sample. Give it to your "
            "pinball_loss and take the mean; do so for every c in candidates.",
            "np.argmin(costs) is the place of the smallest cost, not the candidate itself.",
        ),
        explanation="Trying all candidates needs no formula and works for any loss. The winner "
        "lies near the quantile of the data: with 0.5 near the median, however far the largest "
        "value is away. Another way to write it: min(candidates, key=cost) with a function cost.",
    ),
    Choose(
        name="loss_objective_metric",
        points=1,
        minutes=4,
        right="c",
        wrong={
            "a": "only what training follows downhill needs a slope. MAE is used to judge here, "
            "and so it needs none. (It has one almost everywhere, by the way.)",
            "b": "the penalty steers training; nobody who uses the predictions pays for large "
            "weights. It belongs to the objective and not to the metric.",
            "d": "the objective is measured on the training data and contains the penalty. A "
            "lower one may well come with a higher MAE on new data.",
        },
        hints=(
            "Sort the three: what is the price of one error, what is made small in training, what "
            "is reported at the end?",
            "Three of the statements mix up what training needs with what the user needs.",
        ),
        explanation="Loss: squared error, the price of one error. Objective: its mean plus the "
        "penalty, which training makes small. Metric: MAE on new data, which is reported. They "
        "may differ, but a loss far from the metric serves it badly.",
    ),
]
