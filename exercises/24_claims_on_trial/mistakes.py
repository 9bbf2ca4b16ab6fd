"""Wrong answers people give in set 24, as code, with the diagnosis each must get."""

import numpy as np

from coursekit.course.exercises.tasks import Mistake


def costs(with_dropout, price=lambda r: r**2 / 2):
    """The answer of one who takes this for the expected cost."""
    return lambda x, y, w, q: (price(y - w * x), with_dropout(x, y, w, q))


def half_square(r):
    return r**2 / 2


def gain(
    mean=np.mean,
    error=lambda gains: np.std(gains, ddof=1) / len(gains) ** 0.5,
    ahead=lambda m, e: m > 2 * e,
    gains=lambda a, b: a - b,
):
    """A paired comparison in which only these pieces are wrong."""

    def answer(errors_a, errors_b):
        found = gains(errors_a, errors_b)
        return mean(found), error(found), ahead(mean(found), error(found))

    return answer


def as_two_samples(errors_a, errors_b):
    mean = np.mean(errors_a) - np.mean(errors_b)
    variances = np.var(errors_a, ddof=1) + np.var(errors_b, ddof=1)
    error = np.sqrt(variances / len(errors_a))
    return mean, error, mean > 2 * error


def difference_of_spreads(errors_a, errors_b):
    mean = np.mean(errors_a) - np.mean(errors_b)
    spreads = [np.std(errors, ddof=1) / len(errors) ** 0.5 for errors in (errors_a, errors_b)]
    error = spreads[0] - spreads[1]
    return mean, error, mean > 2 * error


def ahead_as_two_values(errors_a, errors_b):
    mean, error, _ = gain()(errors_a, errors_b)
    return mean, error


def in_place(errors_a, errors_b):
    errors_a -= errors_b
    mean, error = np.mean(errors_a), np.std(errors_a, ddof=1) / len(errors_a) ** 0.5
    return mean, error, mean > 2 * error


def nothing_unless_ahead(errors_a, errors_b):
    answer = gain()(errors_a, errors_b)
    return answer if answer[2] else None


MISTAKES = {
    "cost_of_dropout": [
        Mistake(
            "the expected prediction is the same as without dropout, but the expected cost is not: "
            "take the mean of the costs",
            costs(lambda x, y, w, q: half_square(y - w * x)),
        ),
        Mistake(
            "the kept input is not divided by q",
            costs(lambda x, y, w, q: q * half_square(y - w * x) + (1 - q) * half_square(y)),
        ),
        Mistake(
            "the kept input is multiplied by q; it is divided by q",
            costs(lambda x, y, w, q: q * half_square(y - w * x * q) + (1 - q) * half_square(y)),
        ),
        Mistake(
            "the two probabilities are swapped: kept with 0.8, dropped with 0.2",
            costs(lambda x, y, w, q: (1 - q) * half_square(y - w * x / q) + q * half_square(y)),
        ),
        Mistake(
            "both possibilities count the same here; they have the probabilities 0.8 and 0.2",
            costs(lambda x, y, w, q: (half_square(y - w * x / q) + half_square(y)) / 2),
        ),
        Mistake(
            "this is the cost if the input is kept; the case in which it is dropped is missing",
            costs(lambda x, y, w, q: half_square(y - w * x / q)),
        ),
        Mistake(
            "a dropped input costs something too: the prediction is 0 then, and y is 3",
            costs(lambda x, y, w, q: q * half_square(y - w * x / q)),
        ),
        Mistake(
            "the two costs are added up without their probabilities",
            costs(lambda x, y, w, q: half_square(y - w * x / q) + half_square(y)),
        ),
        Mistake(
            "the ½ of the cost is missing",
            costs(
                lambda x, y, w, q: q * (y - w * x / q) ** 2 + (1 - q) * y**2,
                lambda r: r**2,
            ),
        ),
    ],
    "paired_gain": [
        Mistake(
            "a gain of exactly two standard errors counts as ahead here; it must be more than two",
            gain(ahead=lambda m, e: m >= 2 * e),
        ),
        Mistake(
            "this is the gain of A over B: take A's errors minus B's",
            gain(gains=lambda a, b: b - a),
        ),
        Mistake(
            "the two methods are treated as if they had seen different data sets: the standard "
            "error must come from the gains",
            as_two_samples,
        ),
        Mistake(
            "the difference of two standard errors is not the standard error of the difference",
            difference_of_spreads,
        ),
        Mistake(
            "this is the standard deviation of one gain; that of their mean is √n times smaller",
            gain(error=lambda gains: np.std(gains, ddof=1)),
        ),
        Mistake(
            "it is divided by n; a mean of n gains scatters √n times less, not n times",
            gain(error=lambda gains: np.std(gains, ddof=1) / len(gains)),
        ),
        Mistake(
            "np.std has n below the sum unless it is told ddof=1",
            gain(error=lambda gains: np.std(gains) / len(gains) ** 0.5),
        ),
        Mistake(
            "n − 1 is below the root as well; it belongs into the standard deviation only",
            gain(error=lambda gains: np.std(gains, ddof=1) / (len(gains) - 1) ** 0.5),
        ),
        Mistake(
            "the variance is divided by √n: take its root first",
            gain(error=lambda gains: np.var(gains, ddof=1) / len(gains) ** 0.5),
        ),
        Mistake(
            "the variance is divided by n, and the root is missing",
            gain(error=lambda gains: np.var(gains, ddof=1) / len(gains)),
        ),
        Mistake(
            "the gains are taken without their signs, so losses count as gains",
            gain(gains=lambda a, b: np.abs(a - b)),
        ),
        Mistake("this is the median of the gains; asked is their mean", gain(mean=np.median)),
        Mistake("this is the sum of the gains; asked is their mean", gain(mean=np.sum)),
        Mistake(
            "the gains are divided by A's errors; asked are plain differences",
            gain(gains=lambda a, b: (a - b) / a),
        ),
        Mistake(
            "one standard error is too little: the rule asks for more than two",
            gain(ahead=lambda m, e: m > e),
        ),
        Mistake(
            "any mean gain above 0 counts as ahead here; chance makes those too",
            gain(ahead=lambda m, e: m > 0),
        ),
        Mistake(
            "a clear loss is counted as ahead: the sign of the mean gain matters",
            gain(ahead=lambda m, e: abs(m) > 2 * e),
        ),
        Mistake(
            "the comparison is turned round: ahead means more than two standard errors",
            gain(ahead=lambda m, e: m < 2 * e),
        ),
        Mistake(
            "the third value is missing: whether B is ahead",
            ahead_as_two_values,
        ),
        Mistake(
            "`errors_a -= …` writes into the caller's array; `gains = errors_a - errors_b` makes a "
            "new one",
            in_place,
        ),
        Mistake(
            "True and False are written without quotes",
            gain(ahead=lambda m, e: str(bool(m > 2 * e))),
        ),
        Mistake(
            "the gains are returned one by one; asked is their mean",
            gain(mean=lambda gains: gains),
        ),
        Mistake(
            "the comparison is turned round: the mean must be more than two standard errors",
            gain(ahead=lambda m, e: e > 2 * m),
        ),
        Mistake(
            "nothing is returned where B is not ahead; then the third value is False",
            nothing_unless_ahead,
        ),
    ],
}
