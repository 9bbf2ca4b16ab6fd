"""Wrong answers people give in set 01, as code, with the diagnosis each must get."""

import numpy as np

from coursekit.course.exercises.tasks import Mistake


def scores(mse, mae, rmse=np.sqrt):
    """The answer of one who computes the three like this from the residuals."""

    def answer(y_true, y_pred):
        residuals = np.subtract(y_true, y_pred)
        return mse(residuals), rmse(mse(residuals)), mae(residuals)

    return answer


def mean_square(r):
    return np.mean(r**2)


def mean_size(r):
    return np.mean(np.abs(r))


def after(mean, median):
    """The answer of one who computes the two like this from the changed values."""

    def answer(values, slipped):
        changed = [*values[:-1], slipped]
        return mean(changed, values), median(changed, values)

    return answer


def new_mean(changed, values):
    return np.mean(changed)


def new_median(changed, values):
    return np.median(changed)


def loss(low, high=None):
    """A pinball loss that charges low(r, q) for r ≥ 0 and high(r, q) else."""

    def answer(y_true, y_pred, quantile):
        r = y_true - y_pred
        return np.where(r >= 0, low(r, quantile), (high or low)(r, quantile))

    return answer


def right(r, q):
    return np.maximum(q * r, (q - 1) * r)


def pinball_in_place(y_true, y_pred, quantile):
    y_true -= y_pred
    return right(y_true, quantile)


def cheapest(cost=right, choose=np.argmin):
    """The candidate that is chosen by these costs of the residuals."""

    def answer(y_true, candidates, quantile):
        costs = [np.mean(cost(y_true - c, quantile)) for c in candidates]
        return candidates[choose(costs)]

    return answer


def place(y_true, candidates, quantile):
    return np.argmin([np.mean(right(y_true - c, quantile)) for c in candidates])


def price(y_true, candidates, quantile):
    return np.min([np.mean(right(y_true - c, quantile)) for c in candidates])


def sort_in_place(y_true, candidates, quantile):
    candidates.sort()
    return cheapest()(y_true, candidates, quantile)


def larger_of_two(y_true, y_pred, quantile):
    r = y_true - y_pred
    return max(quantile * r, (quantile - 1) * r)


def pair_by_pair(y_true, candidates, quantile):
    return candidates[np.argmin(right(y_true - candidates, quantile))]


def against_the_candidate(y_true, candidates, quantile):
    best = candidates[0]
    for c in candidates:
        if np.mean(right(y_true - c, quantile)) < best:
            best = c
    return best


def nearest_to_the_quantile(y_true, candidates, quantile):
    return candidates[np.argmin(np.abs(candidates - np.quantile(y_true, quantile)))]


SWAPPED = "the two sides are swapped: r = y_true − y_pred is positive where you predict too low"
NEGATIVE = "errors on one side earn money: a loss is never negative, so mind the sign of r there"
HALF_BLIND = "predictions that are too high cost nothing here; they cost 1 − quantile a unit"
SYMMETRIC = "both sides cost the same: too high must cost 1 − quantile a unit"
SQUARES = "the errors are squared; the pinball loss is made of straight lines"


def in_order(*places):
    """The three right numbers in another order."""

    def answer(y_true, y_pred):
        right_order = scores(mean_square, mean_size)(y_true, y_pred)
        return tuple(right_order[place] for place in places)

    return answer


def line_by_line(y_true, y_pred, quantile):
    r = y_true - y_pred
    r[r < 0] *= quantile - 1
    r[r > 0] *= quantile
    return r


def below_zero(y_true, candidates, quantile):
    best, smallest = None, 0
    for c in candidates:
        cost = np.mean(right(y_true - c, quantile))
        if cost < smallest:
            best, smallest = c, cost
    return best


MISTAKES = {
    "mse_rmse_mae": [
        Mistake("MAE comes first here; the order is MSE, RMSE, MAE", in_order(2, 0, 1)),
        Mistake("the order is turned round: it is MSE, RMSE, MAE", in_order(2, 1, 0)),
        Mistake("RMSE comes first here; the order is MSE, RMSE, MAE", in_order(1, 0, 2)),
        Mistake(
            "the root is taken of the MAE; RMSE is the root of MSE",
            lambda y_true, y_pred: (
                mean_square(np.subtract(y_true, y_pred)),
                np.sqrt(mean_size(np.subtract(y_true, y_pred))),
                mean_size(np.subtract(y_true, y_pred)),
            ),
        ),
        Mistake(
            "these are sums: divide by the number of samples",
            scores(lambda r: np.sum(r**2), lambda r: np.sum(np.abs(r))),
        ),
        Mistake(
            "the mean is over all four samples; a residual of 0 counts as well",
            scores(
                lambda r: np.sum(r**2) / (len(r) - 1), lambda r: np.sum(np.abs(r)) / (len(r) - 1)
            ),
        ),
        Mistake(
            "this is the mean of the half squared errors; MSE has no ½",
            scores(lambda r: mean_square(r) / 2, mean_size),
        ),
        Mistake(
            "the residuals are averaged with their signs, so that errors cancel",
            scores(lambda r: np.mean(r) ** 2, lambda r: abs(np.mean(r))),
        ),
        Mistake(
            "an absolute error has no sign: the mean of the residuals is another thing",
            scores(mean_square, np.mean),
        ),
        Mistake(
            "an absolute error has no sign: this is the mean of ŷ − y",
            scores(mean_square, lambda r: -np.mean(r)),
        ),
        Mistake(
            "the root is taken before the mean: that gives the MAE again",
            lambda y_true, y_pred: scores(mean_square, mean_size, lambda m: 0.5)(y_true, y_pred),
        ),
        Mistake(
            "the root of the sum is divided by n; take the mean first, then the root",
            scores(mean_square, mean_size, lambda m: np.sqrt(4 * m) / 4),
        ),
        Mistake(
            "the mean comes before the root: this is the root of the sum",
            scores(mean_square, mean_size, lambda m: np.sqrt(4 * m)),
        ),
        Mistake(
            "RMSE is the root of MSE, not its square", scores(mean_square, mean_size, np.square)
        ),
        Mistake(
            "RMSE is the root of MSE, not its half", scores(mean_square, mean_size, lambda m: m / 2)
        ),
        Mistake(
            "the squares of y and ŷ are subtracted; subtract first, then square",
            lambda y_true, y_pred: (
                np.mean(np.square(y_true) - np.square(y_pred)),
                np.sqrt(abs(np.mean(np.square(y_true) - np.square(y_pred)))),
                mean_size(np.subtract(y_true, y_pred)),
            ),
        ),
        Mistake(
            "the order is MSE, RMSE, MAE",
            lambda y_true, y_pred: (
                mean_square(np.subtract(y_true, y_pred)),
                mean_size(np.subtract(y_true, y_pred)),
                np.sqrt(mean_square(np.subtract(y_true, y_pred))),
            ),
        ),
    ],
    "after_the_slip": [
        Mistake(
            "the middle one of five sorted values is the third; it is where it was",
            after(new_mean, lambda c, v: sorted(c)[3]),
        ),
        Mistake("the two are swapped: the mean comes first", after(new_median, new_mean)),
        Mistake(
            "the median moves only when a value changes its side, and the 59 is still above it",
            after(new_mean, new_mean),
        ),
        Mistake(
            "the mean feels the size of every value; it is the median that does not",
            after(new_median, new_median),
        ),
        Mistake(
            "the sum grows by 50, but the mean shares that among all five values",
            after(lambda c, v: np.mean(v) + c[-1] - v[-1], new_median),
        ),
        Mistake(
            "the new value is left out; it is wrong, but it is there",
            after(lambda c, v: np.mean(v[:-1]), lambda c, v: np.median(v[:-1])),
        ),
        Mistake(
            "the growth of the mean is given, not the mean",
            after(lambda c, v: np.mean(c) - np.mean(v), new_median),
        ),
        Mistake(
            "these are the changes, not the new values",
            after(lambda c, v: np.mean(c) - np.mean(v), lambda c, v: np.median(c) - np.median(v)),
        ),
        Mistake(
            "the sum is divided by 4, but there are five values",
            after(lambda c, v: np.sum(c) / (len(c) - 1), new_median),
        ),
        Mistake(
            "the median is a place in the sorted list, not halfway between smallest and largest",
            after(new_mean, lambda c, v: (min(c) + max(c)) / 2),
        ),
        Mistake(
            "9 is replaced by 59, not joined by it: there are still five values",
            after(lambda c, v: np.mean([*v, c[-1]]), lambda c, v: np.median([*v, c[-1]])),
        ),
        Mistake(
            "this is the sum; the mean divides it by 5", after(lambda c, v: sum(c), new_median)
        ),
    ],
    "pinball_loss": [
        Mistake(
            "`if` and max() want one answer, but an array has many: np.where and np.maximum choose "
            "entry by entry, or go through the samples in a loop",
            larger_of_two,
        ),
        Mistake(SWAPPED, loss(lambda r, q: (1 - q) * r, lambda r, q: -q * r)),
        Mistake(NEGATIVE, loss(lambda r, q: q * r, lambda r, q: (1 - q) * r)),
        Mistake(
            "quantile times r on both sides: too high must cost 1 − quantile a unit, and no loss "
            "is negative",
            loss(lambda r, q: q * r),
        ),
        Mistake(SYMMETRIC, loss(lambda r, q: q * np.abs(r))),
        Mistake(
            "this is the absolute error; the quantile has no say", loss(lambda r, q: np.abs(r))
        ),
        Mistake(HALF_BLIND, loss(lambda r, q: q * r, lambda r, q: 0 * r)),
        Mistake(
            "predictions that are too low cost nothing here; they cost quantile a unit",
            loss(lambda r, q: 0 * r, lambda r, q: (q - 1) * r),
        ),
        Mistake(
            "this is twice the loss; at quantile 0.5 it must be half the absolute error",
            loss(lambda r, q: 2 * right(r, q)),
        ),
        Mistake(SQUARES, loss(lambda r, q: q * r**2, lambda r, q: (1 - q) * r**2)),
        Mistake(
            "the smaller of the two lines is taken; the loss is the larger one",
            loss(lambda r, q: np.minimum(q * r, (q - 1) * r)),
        ),
        Mistake(
            "this is the slope of the loss; the loss is that slope times the error",
            loss(lambda r, q: -q + 0 * r, lambda r, q: 1 - q + 0 * r),
        ),
        Mistake(
            "these are the prices for one unit; multiply by the size of the error",
            loss(lambda r, q: q + 0 * r, lambda r, q: 1 - q + 0 * r),
        ),
        Mistake(
            "this is the mean; asked is one loss for each sample",
            lambda y_true, y_pred, quantile: np.mean(right(y_true - y_pred, quantile)),
        ),
        Mistake(
            "this is the sum; asked is one loss for each sample",
            lambda y_true, y_pred, quantile: np.sum(right(y_true - y_pred, quantile)),
        ),
        Mistake(
            "the quantile is a share between 0 and 1, not a percentage",
            loss(lambda r, q: q / 100 * r, lambda r, q: (q / 100 - 1) * r),
        ),
        Mistake(
            "`y_true -= …` writes into the caller's array; `r = y_true - y_pred` makes a new one",
            pinball_in_place,
        ),
        Mistake(
            "the sides are swapped and a sign is lost: r = y_true − y_pred is negative where you "
            "predict too high",
            loss(lambda r, q: (1 - q) * r, lambda r, q: q * r),
        ),
        Mistake(
            "both lines rise with r: the second must fall, with quantile − 1 as its slope",
            lambda y_true, y_pred, quantile: np.maximum(
                quantile * (y_true - y_pred), (1 - quantile) * (y_true - y_pred)
            ),
        ),
        Mistake(
            "this is the price of one unit; multiply it by the distance",
            lambda y_true, y_pred, quantile: (
                quantile * (y_pred < y_true) + (1 - quantile) * (y_pred > y_true)
            ),
        ),
        Mistake(
            "the first line turns negative entries positive, and the second finds them again: "
            "choose both sides before you change any",
            line_by_line,
        ),
    ],
    "best_constant": [
        Mistake(
            "sample and candidate are paired one by one; every candidate must be tried on all "
            "samples",
            pair_by_pair,
        ),
        Mistake(
            "a cost is compared with a candidate; remember the smallest cost so far as well",
            against_the_candidate,
        ),
        Mistake(
            "the candidate nearest to the quantile is often the cheapest, but not always: compare "
            "the costs",
            nearest_to_the_quantile,
        ),
        Mistake(
            "this is the median of the data, whatever the quantile; asked is one of the candidates",
            lambda y_true, candidates, quantile: np.median(y_true),
        ),
        Mistake("the place of the best candidate is returned, not the candidate", place),
        Mistake("the smallest cost is returned, not the candidate that has it", price),
        Mistake("the dearest candidate is chosen, not the cheapest", cheapest(choose=np.argmax)),
        Mistake(
            "the two sides of the loss are swapped, so a small quantile chooses a high constant",
            cheapest(lambda r, q: right(-r, q)),
        ),
        Mistake(
            "the quantile has no say: this is the absolute error, which chooses the median",
            cheapest(lambda r, q: np.abs(r)),
        ),
        Mistake(
            "the costs are squared errors, which choose a candidate near the mean",
            cheapest(lambda r, q: r**2),
        ),
        Mistake(
            "this is the quantile of the data; asked is one of the candidates",
            lambda y_true, candidates, quantile: np.quantile(y_true, quantile),
        ),
        Mistake(
            "this is the quantile of the candidates; the data y_true must decide",
            lambda y_true, candidates, quantile: np.quantile(candidates, quantile),
        ),
        Mistake(
            "this is the mean of the data; asked is one of the candidates",
            lambda y_true, candidates, quantile: np.mean(y_true),
        ),
        Mistake(
            "only the first sample is looked at; the cost is the mean over all",
            lambda y_true, candidates, quantile: candidates[
                np.argmin([right(y_true[0] - c, quantile) for c in candidates])
            ],
        ),
        Mistake(
            "the residuals are averaged before the loss is taken, so that errors cancel",
            lambda y_true, candidates, quantile: candidates[
                np.argmin([right(np.mean(y_true) - c, quantile) for c in candidates])
            ],
        ),
        Mistake(
            "the costs are negative on one side, so a far candidate looks cheap",
            cheapest(lambda r, q: np.where(r >= 0, q * r, (1 - q) * r)),
        ),
        Mistake(
            "`candidates.sort()` changes the caller's array; sorted(candidates) makes a new one",
            sort_in_place,
        ),
        Mistake(
            "all costs are returned; asked is the one candidate with the smallest",
            lambda y_true, candidates, quantile: np.array(
                [np.mean(right(y_true - c, quantile)) for c in candidates]
            ),
        ),
        Mistake(
            "no cost is below 0, so nothing is ever chosen: begin with np.inf as the smallest cost",
            below_zero,
        ),
        Mistake(
            "the mean runs over the candidates; average over the samples, once for each candidate",
            lambda y_true, candidates, quantile: candidates[
                np.argmin(right(y_true[:, None] - candidates, quantile).mean(axis=1))
            ],
        ),
        Mistake(
            "this is the last candidate: is the smallest cost so far kept?",
            lambda y_true, candidates, quantile: candidates[-1],
        ),
    ],
}

# Changes of the solution that change no answer, and why.
HARMLESS = {
    "pinball_loss": {
        (
            "return np.where(r >= 0, quantile * r, (quantile - 1) * r) → return np.where(r > 0, "
            "quantile * r, (quantile - 1) * r)"
        ): "At r = 0 both branches are 0.",
    },
    "best_constant": {
        (
            "costs = [np.mean(pinball_loss(y_true, c, quantile)) for c in candidates] → costs = "
            "[np.sum(pinball_loss(y_true, c, quantile)) for c in candidates]"
        ): ("The sum is n times the mean, so it is smallest at the same candidate."),
    },
}
