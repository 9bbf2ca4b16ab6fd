"""Wrong answers people give in set 20, as code, with the diagnosis each must get."""

import numpy as np

from coursekit.course.exercises.tasks import Mistake


def constants(by_ruler, by_distance=np.mean):
    """The answer of one who takes these for the two best constants."""

    def answer(t):
        t = np.array(t)
        return by_distance(t), by_ruler(t)

    return answer


def ruled(t):
    return np.sum(t**2) / np.sum(t)


def norms(norm, slope=lambda W, norm: W / norm):
    """A slope from another norm; zeros where it is 0."""

    def answer(W, lam):
        with np.errstate(all="ignore"):
            return lam * np.nan_to_num(slope(W, norm(W)))

    return answer


def whole(W):
    return np.sqrt(np.sum(W**2))


def without_a_case_for_zero(W, lam):
    with np.errstate(all="ignore"):
        return lam * W / whole(W)


def zero_for_a_matrix(W, lam):
    return lam * W / whole(W) if whole(W) else 0.0


def callers_array(W, lam):
    if whole(W):
        W *= lam / whole(W)
    return W


@np.errstate(all="ignore")
def rows_without_a_case_for_zero(W, lam):
    norm = np.linalg.norm(W, axis=1, keepdims=True)
    return lam * W / norm if norm.any() else np.zeros(W.shape)


def entry_by_entry(W, lam):
    with np.errstate(all="ignore"):
        return lam * W / np.abs(W)


def value(W, lam):
    return lam * whole(W)


def over_points(
    error=lambda predicted, y: (predicted - y) ** 2, end=np.mean, more_degrees=0, kept=np.delete
):
    """Points left out one by one, in which only these pieces are wrong."""

    def answer(x, y, degree):
        errors = []
        for i in range(len(x)):
            fit = np.polyfit(kept(x, i), kept(y, i), degree + more_degrees)
            errors.append(error(np.polyval(fit, x[i]), y[i]))
        return end(errors)

    return answer


def by_value(x, y, degree):
    errors = []
    for i in range(len(x)):
        fit = np.polyfit(x[x != i], y[x != i], degree)
        errors.append((np.polyval(fit, x[i]) - y[i]) ** 2)
    return np.mean(errors)


def some_points_only(first, beyond_last):
    """Only some of the points have their turn."""

    def answer(x, y, degree):
        errors = []
        for i in range(first, len(x) + beyond_last):
            fit = np.polyfit(np.delete(x, i), np.delete(y, i), degree)
            errors.append((np.polyval(fit, x[i]) - y[i]) ** 2)
        return np.mean(errors)

    return answer


def judged_on_the_others(x, y, degree):
    errors = []
    for i in range(len(x)):
        rest, values = np.delete(x, i), np.delete(y, i)
        fit = np.polyfit(rest, values, degree)
        errors.append(np.mean((np.polyval(fit, rest) - values) ** 2))
    return np.mean(errors)


def number_for_place(x, y, degree):
    errors = []
    for i in range(len(x)):
        fit = np.polyfit(np.delete(x, i), np.delete(y, i), degree)
        errors.append((np.polyval(fit, i) - y[i]) ** 2)
    return np.mean(errors)


def one_point_only(index):
    def answer(x, y, degree):
        fit = np.polyfit(np.delete(x, index), np.delete(y, index), degree)
        return (np.polyval(fit, x[index]) - y[index]) ** 2

    return answer


def judged_on_all(x, y, degree):
    fits = [np.polyfit(np.delete(x, i), np.delete(y, i), degree) for i in range(len(x))]
    return np.mean([np.mean((np.polyval(fit, x) - y) ** 2) for fit in fits])


MISTAKES = {
    "two_best_constants": [
        Mistake("the two are swapped: the squared distance comes first", constants(np.mean, ruled)),
        Mistake(
            "the mean is best by squared distance; this ruler divides by c², which favours more",
            constants(np.mean),
        ),
        Mistake(
            "this is the best constant for a ruler that divides by the truth; this one divides by "
            "the prediction",
            constants(lambda t: np.sum(1 / t) / np.sum(1 / t**2)),
        ),
        Mistake(
            "the fraction is upside down: c Σt = Σt²",
            constants(lambda t: np.sum(t) / np.sum(t**2)),
        ),
        Mistake(
            "this is the root of the mean square; the slope is zero at Σt²/Σt",
            constants(lambda t: np.sqrt(np.mean(t**2))),
        ),
        Mistake(
            "(Σt)² is not Σt²: square first, then add up",
            constants(lambda t: np.sum(t) ** 2 / np.sum(t)),
        ),
        Mistake(
            "the sum of squares is divided by n; from c Σt = Σt² it must be Σt",
            constants(lambda t: np.mean(t**2)),
        ),
        Mistake(
            "for a huge c the ruler tends to 3, one for each truth; at some c it is smaller",
            constants(lambda t: np.inf),
        ),
        Mistake(
            "the first number is the sum of the truths; their mean is best",
            constants(ruled, np.sum),
        ),
        Mistake(
            "the median is best by absolute distance; by squared distance it is the mean",
            constants(ruled, np.median),
        ),
    ],
    "norm_slope": [
        Mistake(
            "this is the slope of the squared norm with a ½; this norm is not squared",
            lambda W, lam: lam * W,
        ),
        Mistake(
            "this is the slope of the squared norm; this norm is not squared",
            lambda W, lam: 2 * lam * W,
        ),
        Mistake("this is the slope of L1, λ Σ|w|", lambda W, lam: lam * np.sign(W)),
        Mistake("this is the penalty itself; asked is its slope", value),
        Mistake(
            "every entry is divided by its own size; all of them share the norm of the matrix",
            entry_by_entry,
        ),
        Mistake(
            "0 is divided by 0 where W is all zero: that case must give zeros",
            without_a_case_for_zero,
        ),
        Mistake(
            "one 0 among the entries is enough here for zeros; all of them must be 0",
            lambda W, lam: lam * W / whole(W) if np.all(W) else np.zeros(W.shape),
        ),
        Mistake(
            "the sum is squared; square each entry first, then add up",
            norms(lambda W: np.abs(np.sum(W))),
        ),
        Mistake(
            "where W is all zero a single 0 is returned; asked are zeros in the shape of W",
            zero_for_a_matrix,
        ),
        Mistake(
            "`W *= …` writes into the caller's array; `W * …` makes a new one",
            callers_array,
        ),
        Mistake(
            "this is the norm in every entry; the slope is the entry over the norm",
            lambda W, lam: lam * whole(W) * np.ones(W.shape),
        ),
        Mistake(
            "every row has a norm of its own, and a row of zeros gives 0/0; one norm for all of W",
            rows_without_a_case_for_zero,
        ),
        Mistake(
            "ord=1 of np.linalg.norm is a sum of sizes; without it the squares are added up",
            norms(lambda W: np.linalg.norm(W, 1)),
        ),
        Mistake(
            "the 2 of the squares is kept; the ½ of the root cancels it",
            norms(whole, lambda W, norm: 2 * W / norm),
        ),
        Mistake(
            "a factor ½ is left over: the 2 of the squares cancels that of the root",
            norms(whole, lambda W, norm: W / norm / 2),
        ),
        Mistake(
            "it is divided by the squared norm: the root is missing",
            norms(lambda W: np.sum(W**2)),
        ),
        Mistake("lam is missing", lambda W, lam: norms(whole)(W, 1.0)),
        Mistake(
            "every row has a norm of its own here; the whole matrix is one group",
            norms(lambda W: np.linalg.norm(W, axis=1, keepdims=True)),
        ),
        Mistake(
            "every column has a norm of its own here; the whole matrix is one group",
            norms(lambda W: np.linalg.norm(W, axis=0)),
        ),
        Mistake(
            "this divides by the sum of the sizes; the norm is the root of the sum of squares",
            norms(lambda W: np.sum(np.abs(W))),
        ),
        Mistake(
            "this divides by the root of the mean square; the norm is the root of the sum",
            norms(lambda W: np.sqrt(np.mean(W**2))),
        ),
        Mistake(
            "a sign is flipped: the slope points away from 0, and the step goes against it",
            norms(lambda W: -whole(W)),
        ),
        Mistake(
            "ord=2 of np.linalg.norm is the largest singular value; without it all squares are "
            "added up",
            norms(lambda W: np.linalg.norm(W, 2)),
        ),
    ],
    "leave_one_out": [
        Mistake(
            "as in the faulty function, the point to be predicted is among those that are fitted "
            "(np.delete returns a new array, and leaves x as it is)",
            over_points(kept=lambda x, i: x),
        ),
        Mistake(
            "the point is left out of the fit, but the error is measured on the others",
            judged_on_the_others,
        ),
        Mistake(
            "the polynomial is evaluated at the number i of the point; x[i] is its place",
            number_for_place,
        ),
        Mistake(
            "each fit is judged on all points; only the one left out counts",
            judged_on_all,
        ),
        Mistake(
            "the first point never has its turn: i begins with 0",
            some_points_only(1, 0),
        ),
        Mistake(
            "the last point never has its turn: range(len(x)) goes up to len(x) − 1 by itself",
            some_points_only(0, -1),
        ),
        Mistake(
            "x != i compares the values of x with the number i; np.arange(len(x)) != i compares "
            "places",
            by_value,
        ),
        Mistake("only the first point is left out; every point has its turn", one_point_only(0)),
        Mistake("only the last point is left out; every point has its turn", one_point_only(-1)),
        Mistake("the errors are added up; asked is their mean", over_points(end=np.sum)),
        Mistake(
            "the root at the end is too much: the mean squared error is asked",
            over_points(end=lambda errors: np.sqrt(np.mean(errors))),
        ),
        Mistake(
            "these are sizes of errors; they must be squared",
            over_points(lambda predicted, y: np.abs(predicted - y)),
        ),
        Mistake(
            "the errors are neither squared nor taken by size, so they cancel",
            over_points(lambda predicted, y: predicted - y),
        ),
        Mistake(
            "the mean error is squared; square each error first, then take the mean",
            over_points(lambda predicted, y: predicted - y, lambda errors: np.mean(errors) ** 2),
        ),
        Mistake("there is no ½ in this error", over_points(end=lambda errors: np.mean(errors) / 2)),
        Mistake(
            "the sum is divided by n − 1; there are n errors, one for each point",
            over_points(end=lambda errors: np.sum(errors) / (len(errors) - 1)),
        ),
        Mistake("this is the median of the errors; asked is the mean", over_points(end=np.median)),
        Mistake("these are all errors; asked is their mean", over_points(end=np.array)),
    ],
    "best_by_relative_error": [
        Mistake(
            "this is the mean, which is best by squared distance",
            lambda t_1, t_2: (t_1 + t_2) / 2,
        ),
        Mistake(
            "this is the best constant of the ruler that divides by the prediction",
            lambda t_1, t_2: (t_1**2 + t_2**2) / (t_1 + t_2),
        ),
        Mistake(
            "the fraction is upside down",
            lambda t_1, t_2: (t_1**2 + t_2**2) / (t_1 * t_2 * (t_1 + t_2)),
        ),
        Mistake(
            "this is the harmonic mean; the weights are 1/t², not 1/t",
            lambda t_1, t_2: 2 * t_1 * t_2 / (t_1 + t_2),
        ),
        Mistake(
            "this is the mean of 1/t₁ and 1/t₂; c must have the unit of t",
            lambda t_1, t_2: (1 / t_1 + 1 / t_2) / 2,
        ),
        Mistake(
            "this is the geometric mean; set the slope of R to 0",
            lambda t_1, t_2: (t_1 * t_2) ** 0.5,
        ),
        Mistake(
            "(t₁ + t₂)² is not t₁² + t₂²",
            lambda t_1, t_2: t_1 * t_2 / (t_1 + t_2),
        ),
        Mistake(
            "this is twice c: both terms of the slope carry a 2, which cancels",
            lambda t_1, t_2: 2 * t_1 * t_2 * (t_1 + t_2) / (t_1**2 + t_2**2),
        ),
        Mistake(
            "this is half of c: both terms of the slope carry a 2, which cancels",
            lambda t_1, t_2: t_1 * t_2 * (t_1 + t_2) / (t_1**2 + t_2**2) / 2,
        ),
        Mistake(
            "a sign is wrong: the slope is 0 at a positive c",
            lambda t_1, t_2: -t_1 * t_2 * (t_1 + t_2) / (t_1**2 + t_2**2),
        ),
        Mistake(
            "this is the smallest value of R; asked is the c at which it is taken",
            lambda t_1, t_2: (t_1 - t_2) ** 2 / (t_1**2 + t_2**2),
        ),
        Mistake(
            "the divisors 1/t² have been lost on the way: this is 1/t₁ + 1/t₂",
            lambda t_1, t_2: 1 / t_1 + 1 / t_2,
        ),
    ],
}
