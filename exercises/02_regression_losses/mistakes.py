"""Wrong answers people give in set 02, as code, with the diagnosis each must get."""

import numpy as np

from coursekit.course.exercises.tasks import Mistake

e = np.e


def prices(inner=lambda r: r**2 / 2, outer=lambda d, delta: delta * d - delta**2 / 2, growth=None):
    """The answer of one who takes these for the two pieces; sizes, not residuals, are given."""

    def answer(small, large, further, delta):
        first, second = outer(abs(large), delta), outer(abs(large) + further, delta)
        grown = growth(second, delta) if growth else second - first
        return inner(small), first, grown

    return answer


def slope(of_error):
    """A slope from the errors ŷ − y."""
    return lambda y, y_pred, delta: of_error(y_pred - y, delta)


def cases(inner, outer):
    return slope(
        lambda error, delta: np.where(
            np.abs(error) <= delta, inner(error, delta), outer(error, delta)
        )
    )


def itself(error, delta):
    return error


def cut(error, delta):
    return delta * np.sign(error)


def with_if(y, y_pred, delta):
    error = y_pred - y
    if abs(error) <= delta:
        return error
    return delta * np.sign(error)


def in_place(y, y_pred, delta):
    y_pred -= y
    return np.clip(y_pred, -delta, delta)


def clipped_in_place(y, y_pred, delta):
    y_pred -= y
    y_pred[y_pred > delta] = delta
    y_pred[y_pred < -delta] = -delta
    return y_pred


def into_whole_numbers(y, y_pred, delta):
    slopes = np.zeros_like(y)
    slopes[:] = np.clip(y_pred - y, -delta, delta)
    return slopes


def first_only(y, y_pred, delta):
    for truth, predicted in zip(y, y_pred, strict=True):
        return np.clip(predicted - truth, -delta, delta)


def tanh(x):
    return (e**x - e**-x) / (e**x + e**-x)


MISTAKES = {
    "huber_prices": [
        Mistake(
            "this is half the squared error throughout; beyond δ the Huber loss is straight",
            lambda small, large, further, delta: (
                small**2 / 2,
                large**2 / 2,
                ((abs(large) + further) ** 2 - large**2) / 2,
            ),
        ),
        Mistake(
            "the ½δ² is not taken off, so the straight piece does not meet the parabola",
            prices(outer=lambda d, delta: delta * d),
        ),
        Mistake(
            "this is the Huber loss with δ = 1; here δ is 2",
            prices(outer=lambda d, delta: d - 0.5),
        ),
        Mistake(
            "δ² is taken off the straight piece; with ½δ² it meets the parabola",
            prices(outer=lambda d, delta: delta * d - delta**2),
        ),
        Mistake("the ½ of the parabola is missing", prices(inner=lambda r: r**2)),
        Mistake(
            "this is the absolute error; within δ the Huber loss is a parabola",
            prices(lambda r: abs(r), lambda d, delta: d),
        ),
        Mistake(
            "the last number is the loss at −1003; asked is by how much it grew",
            prices(growth=lambda second, delta: second),
        ),
        Mistake(
            "the slope stays the same beyond δ, but the loss itself goes on growing",
            prices(growth=lambda second, delta: 0),
        ),
        Mistake(
            "the last number is what one further unit costs; the point was moved by 1000",
            prices(growth=lambda second, delta: delta),
        ),
        Mistake(
            "the last number takes the slope beyond δ for 1; it is δ",
            lambda small, large, further, delta: (
                small**2 / 2,
                delta * abs(large) - delta**2 / 2,
                further,
            ),
        ),
        Mistake(
            "the size of the residual counts: |−3| is 3, and no loss is negative",
            lambda small, large, further, delta: (
                small**2 / 2,
                delta * large - delta**2 / 2,
                delta * further,
            ),
        ),
        Mistake(
            "the loss is taken as cut off at its value at δ; beyond δ it goes on as a straight "
            "line",
            lambda small, large, further, delta: (small**2 / 2, delta**2 / 2, 0),
        ),
    ],
    "huber_slope": [
        Mistake(
            "this is the slope in the residual; raising ŷ lowers r, so in ŷ it has the other sign",
            slope(lambda error, delta: np.clip(-error, -delta, delta)),
        ),
        Mistake(
            "this is the loss; asked is its slope",
            cases(
                lambda error, delta: error**2 / 2,
                lambda error, delta: delta * np.abs(error) - delta**2 / 2,
            ),
        ),
        Mistake(
            "the straight piece is taken with slope 1; it is δ|r| − ½δ², with slope δ",
            cases(itself, lambda error, delta: np.sign(error)),
        ),
        Mistake(
            "beyond delta the sign is lost: far too low and far too high pull opposite ways",
            cases(itself, lambda error, delta: delta),
        ),
        Mistake(
            "beyond delta every slope is −delta; of a prediction far too high it is +delta",
            cases(itself, lambda error, delta: -delta),
        ),
        Mistake(
            "these are sizes without signs: the slope must say which way",
            slope(lambda error, delta: np.minimum(np.abs(error), delta)),
        ),
        Mistake(
            "beyond delta the slope still grows with the error; the slope of δ|r| is δ, not δ|r|",
            cases(itself, lambda error, delta: delta * error),
        ),
        Mistake(
            "beyond delta the point is thrown out; Huber lets it pull, with delta",
            cases(itself, lambda error, delta: 0),
        ),
        Mistake(
            "this is the slope of half the squared error; beyond delta it must stay at delta",
            slope(itself),
        ),
        Mistake(
            "the two pieces are swapped: the pull is constant far out, not near 0",
            cases(cut, itself),
        ),
        Mistake(
            "the error is compared with delta without its size, so a prediction far too low counts "
            "as within delta",
            slope(lambda error, delta: np.minimum(error, delta)),
        ),
        Mistake(
            "the error is compared with delta without its size, so a prediction far too high "
            "counts as within delta",
            slope(lambda error, delta: np.maximum(error, -delta)),
        ),
        Mistake(
            "this is the residual y − ŷ; the slope in ŷ has the other sign, and stops at delta",
            slope(lambda error, delta: -error),
        ),
        Mistake(
            "a factor 2 too much within delta: the ½ cancels the 2 of the square",
            cases(lambda error, delta: 2 * error, cut),
        ),
        Mistake(
            "the ½ is kept within delta; the slope of ½r² is r in size",
            cases(lambda error, delta: error / 2, cut),
        ),
        Mistake(
            "it is divided by the number of samples; each sample's own slope is asked, no mean",
            slope(lambda error, delta: np.clip(error, -delta, delta) / len(error)),
        ),
        Mistake(
            "this is the mean slope; one for each sample is asked",
            slope(lambda error, delta: np.clip(error, -delta, delta).mean()),
        ),
        Mistake(
            "`if` wants one answer, but an array has many: np.where(condition, a, b) chooses entry "
            "by entry, or go through the samples in a loop",
            with_if,
        ),
        Mistake(
            "`y_pred -= …` writes into the caller's array; `error = y_pred - y` makes a new one",
            in_place,
        ),
        Mistake(
            "the ends are cut off within the caller's array, and an array of whole numbers rounds "
            "delta; begin with a new one, `error = y_pred - y`",
            clipped_in_place,
        ),
        Mistake(
            "np.zeros_like(y) of whole numbers holds whole numbers only, and cuts the slopes off; "
            "np.zeros(len(y)) holds floats",
            into_whole_numbers,
        ),
        Mistake(
            "the loop returns at its first sample; collect the slopes, and return after the loop",
            first_only,
        ),
    ],
    "pooled_rmse": [
        Mistake(
            "this is the faulty function itself: a mean of roots is not the root of a mean",
            lambda rmses, sizes: np.mean(rmses),
        ),
        Mistake(
            "the batches are weighted now, but it is still a mean of roots: square them first",
            lambda rmses, sizes: np.sum(sizes * rmses) / np.sum(sizes),
        ),
        Mistake(
            "every batch counts the same; a larger one must count for more",
            lambda rmses, sizes: np.sqrt(np.mean(rmses**2)),
        ),
        Mistake(
            "the root at the end is missing: this is the MSE",
            lambda rmses, sizes: np.sum(sizes * rmses**2) / np.sum(sizes),
        ),
        Mistake(
            "the sum of squared errors is not divided by the number of samples",
            lambda rmses, sizes: np.sqrt(np.sum(sizes * rmses**2)),
        ),
        Mistake(
            "it is divided by the number of batches; divide by the number of samples",
            lambda rmses, sizes: np.sqrt(np.sum(sizes * rmses**2) / len(sizes)),
        ),
        Mistake(
            "the squares are not multiplied by the sizes, only divided by them",
            lambda rmses, sizes: np.sqrt(np.sum(rmses**2) / np.sum(sizes)),
        ),
        Mistake(
            "the RMSEs are not squared, though a root is taken",
            lambda rmses, sizes: np.sqrt(np.sum(sizes * rmses) / np.sum(sizes)),
        ),
        Mistake(
            "the sizes are squared as well: (m·RMSE)² is not the m·RMSE² that is meant",
            lambda rmses, sizes: np.sqrt(np.sum((sizes * rmses) ** 2) / np.sum(sizes)),
        ),
        Mistake(
            "only the sum is under the root: the number of samples belongs there too",
            lambda rmses, sizes: np.sqrt(np.sum(sizes * rmses**2)) / np.sum(sizes),
        ),
        Mistake(
            "the squares are divided by the sizes; a batch of m samples brings m·RMSE²",
            lambda rmses, sizes: np.sqrt(np.sum(rmses**2 / sizes) / np.sum(sizes)),
        ),
        Mistake(
            "the sizes are squared under the root: a batch of m samples brings m·RMSE²",
            lambda rmses, sizes: np.sqrt(np.sum((sizes * rmses) ** 2)) / np.sum(sizes),
        ),
        Mistake(
            "each batch has its own root; add up first, then take one root of the whole",
            lambda rmses, sizes: np.sum(np.sqrt(sizes * rmses**2 / np.sum(sizes))),
        ),
        Mistake("this is the largest RMSE of any batch", lambda rmses, sizes: np.max(rmses)),
    ],
    "scaled_log_cosh_slope": [
        Mistake(
            "this is the slope in r; raising ŷ lowers r, so the sign turns",
            lambda r, k: tanh(k * r) / k,
        ),
        Mistake(
            "the inside is k r, and its slope k must multiply the rest",
            lambda r, k: -tanh(k * r) / k**2,
        ),
        Mistake(
            "both the sign and the slope of the inside, k, are missing",
            lambda r, k: tanh(k * r) / k**2,
        ),
        Mistake(
            "a factor 1/k is missing: 1/k² times the k from the inside leaves 1/k",
            lambda r, k: -tanh(k * r),
        ),
        Mistake(
            "the factor 1/k² is lost; only the k from the inside is left",
            lambda r, k: -k * tanh(k * r),
        ),
        Mistake(
            "the k inside tanh is lost: the chain rule leaves the inside as it is",
            lambda r, k: -tanh(r) / k,
        ),
        Mistake(
            "this is the slope of cosh alone; the log brings a division by cosh(k r)",
            lambda r, k: -(e ** (k * r) - e ** (-k * r)) / 2 / k,
        ),
        Mistake(
            "this is 1/u for u = cosh(k r); the slope of u must multiply it",
            lambda r, k: -2 / (e ** (k * r) + e ** (-k * r)) / k,
        ),
        Mistake(
            "cosh and sinh are swapped: the slope of log cosh is sinh/cosh, not cosh/sinh",
            lambda r, k: -1 / tanh(k * r) / k,
        ),
        Mistake(
            "this is the strongest pull there can be; asked is the slope at every r",
            lambda r, k: 1 / k + 0 * r,
        ),
        Mistake(
            "this is the strongest pull with a sign; asked is the slope at every r",
            lambda r, k: -1 / k + 0 * r,
        ),
        Mistake(
            "k has dropped out: 1/k² times the k of the chain rule leaves 1/k, and the k inside "
            "tanh stays",
            lambda r, k: -tanh(r) + 0 * k,
        ),
        Mistake(
            "this is the slope of the slope, the curvature",
            lambda r, k: 1 - tanh(k * r) ** 2,
        ),
    ],
}
