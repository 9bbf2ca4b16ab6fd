"""Wrong answers people give in set 13, as code, with the diagnosis each must get."""

import numpy as np

from coursekit.course.exercises.tasks import Mistake


def waking(of_one, of_both=max):
    """The answer of one who takes of_one(x, y) for the critical λ of a feature."""

    def answer(x_1, x_2, y):
        found = [of_one(np.array(x), np.array(y)) for x in (x_1, x_2)]
        return of_both(found), 1 + int(np.argmax(found))

    return answer


def slope(x, y):
    return abs(np.mean(x * (y - y.mean())))


def soft(v, threshold):
    """The soft threshold; with abs() alone, so that it takes numbers of any precision."""
    return v - (abs(v + threshold) - abs(v - threshold)) / 2


def when(condition, yes, no):
    """Choose, for numbers; for symbols write the choice down."""
    if isinstance(condition, bool):
        return yes if condition else no
    import sympy as sp

    return sp.Piecewise((yes, condition), (no, True))


def violation(at_zero=None, elsewhere=None, of_all=np.max):
    """A KKT check in which one of the three parts is wrong."""

    def by_default(g, w, lam):
        return np.maximum(np.abs(g) - lam, 0)

    def by_slope(g, w, lam):
        return np.abs(g + lam * np.sign(w))

    def answer(gradient, w, lam):
        first = (at_zero or by_default)(gradient, w, lam)
        second = (elsewhere or by_slope)(gradient, w, lam)
        return of_all(np.where(w == 0, first, second))

    return answer


def on_both(rule):
    return violation(rule, rule)


def with_tolerance(gradient, w, lam):
    return violation()(gradient, np.where(np.abs(w) < 1e-4, 0, w), lam)


def with_isclose(gradient, w, lam):
    return violation()(gradient, np.where(np.isclose(w, 0), 0, w), lam)


def with_wide_tolerance(gradient, w, lam):
    return violation()(gradient, np.where(np.abs(w) < 0.05, 0, w), lam)


def largest_of_none(gradient, w, lam):
    excess = np.max(np.maximum(np.abs(gradient[w == 0]) - lam, 0))
    return max(excess, np.max(np.abs(gradient + lam * np.sign(w))[w != 0]))


def largest_of_none_of_the_others(gradient, w, lam):
    excess = np.maximum(np.abs(gradient[w == 0]) - lam, 0).max(initial=0)
    return max(excess, np.max(np.abs(gradient + lam * np.sign(w))[w != 0]))


def largest_of_no_zeros(gradient, w, lam):
    rest = np.abs(gradient + lam * np.sign(w))[w != 0].max(initial=0)
    return max(rest, np.max(np.maximum(np.abs(gradient[w == 0]) - lam, 0)))


def sweep(new, rest=lambda X, y, w, j: y - X @ w + X[:, j] * w[j], order=lambda j: j):
    """A sweep in which the new weight is new(a, c, lam, n, old), or the residuals are wrong."""

    def answer(X, y, w, lam):
        w = np.array(w, dtype=float)
        for j in order(list(range(len(w)))):
            x = X[:, j]
            a, c = np.mean(x**2), np.mean(x * rest(X, y, w, j))
            w[j] = new(a, c, lam, len(y), w[j])
        return w

    return answer


def right(a, c, lam, n, old):
    return soft(c, lam) / a


def all_at_once(X, y, w, lam):
    a = np.mean(X**2, axis=0)
    return soft(X.T @ (y - X @ w) / len(y) + a * w, lam) / a


def residuals_once(X, y, w, lam):
    w, residuals = np.array(w, dtype=float), y - X @ w
    for j in range(len(w)):
        a = np.mean(X[:, j] ** 2)
        w[j] = soft(np.mean(X[:, j] * residuals), lam) / a
    return w


def from_zero(X, y, w, lam):
    return sweep(right)(X, y, np.zeros(len(w)), lam)


def ista(X, y, w, lam):
    step = len(y) / np.linalg.norm(X, 2) ** 2
    return soft(w - step * X.T @ (X @ w - y) / len(y), step * lam)


def in_place(X, y, w, lam):
    for j in range(len(w)):
        x = X[:, j]
        w[j] = soft(np.mean(x * (y - X @ w + x * w[j])), lam) / np.mean(x**2)
    return w


def first_alone(X, y, w, lam):
    return np.append(sweep(right)(X, y, w, lam)[:1], w[1:])


def many_sweeps(X, y, w, lam):
    for _ in range(200):
        w = sweep(right)(X, y, w, lam)
    return w


NO_N = "the 1/n is missing: the loss is a mean over the samples"
TWICE = "twice the slope: the ½ before the square cancels the 2"
HALVED = "half the slope: the ½ before the square has cancelled its 2 already"
NO_STOP = (
    "it moves by λ and does not stop at 0: where c is small the weight comes out on the other "
)
NO_STOP += "side"
ONE_SIDED = "only positive weights are found; for c below −λ the minimiser is negative, not 0"
HARD = "this is the hard threshold: weights that stay are shrunk as well, by λ/a"
RIDGE = "this is the L2 minimiser, which divides by a + λ; L1 subtracts λ"
NO_A = "the division by a is missing: the parabola is ½aw², and a is 1 only for standardised "
NO_A += "features"
THRESHOLD = "c/a is right, but then the threshold must be divided by a too: it is λ/a"
TWICE_A = "a is in it twice: with threshold λ/a the value must be c/a, and no division afterwards"


def by_rows(X, y, w, lam):
    new = w.astype(float)
    for j in range(len(w)):
        x = X[j]
        r = y - X @ new + x * new[j]
        new[j] = soft(x @ r / len(y), lam) / (x @ x / len(y))
    return new


MISTAKES = {
    "wake_up": [
        Mistake(  # the first, so that it is also the word on any other λ with the wrong feature
            "the wrong feature: compare the sizes of the two slopes at w = 0, whatever their signs",
            lambda x_1, x_2, y: (waking(slope)(x_1, x_2, y)[0], 2),
        ),
        Mistake(
            "b is not fitted: with all weights 0 it is the mean of y, and the slopes belong to "
            "y − 13",
            waking(lambda x, y: abs(np.mean(x * y))),
        ),
        Mistake(NO_N, waking(lambda x, y: len(y) * slope(x, y))),
        Mistake(TWICE, waking(lambda x, y: 2 * slope(x, y))),
        Mistake(HALVED, waking(lambda x, y: slope(x, y) / 2)),
        Mistake(
            "the slope that is larger in size decides, whatever its sign: a weight may also wake "
            "up towards negative values",
            waking(lambda x, y: np.mean(x * (y - y.mean()))),
        ),
        Mistake(
            "the slopes of both are added up; each weight is held by a λ of its own, so the "
            "largest decides",
            waking(slope, sum),
        ),
        Mistake(
            "this is the length of the gradient, which belongs to L2; for L1 the largest slope "
            "decides",
            waking(slope, lambda both: np.hypot(*both)),
        ),
        Mistake(
            "these are the least-squares weights; what λ must hold is the slope at w = 0",
            waking(lambda x, y: slope(x, y) / np.var(x)),
        ),
        Mistake(
            "the slope is divided by the mean square of x, as for a weight; λ is compared with the "
            "slope itself",
            waking(lambda x, y: slope(x, y) / np.mean(x**2)),
        ),
        Mistake(
            "the features were standardised; here they are taken as they are",
            waking(lambda x, y: slope(x, y) / x.std()),
        ),
        Mistake(
            "divided by n − 1, as in a sample covariance; the mean loss divides by n",
            waking(lambda x, y: slope(x, y) * len(y) / (len(y) - 1)),
        ),
        Mistake(
            "this is the correlation; a slope is not divided by the spreads of x and y",
            waking(lambda x, y: abs(np.corrcoef(x, y)[0, 1])),
        ),
        Mistake(
            "the features are called 1 and 2; Python counts from 0",
            lambda x_1, x_2, y: (waking(slope)(x_1, x_2, y)[0], waking(slope)(x_1, x_2, y)[1] - 1),
        ),
        Mistake(
            "this is the slope with its sign; λ holds against its size",
            lambda x_1, x_2, y: (-waking(slope)(x_1, x_2, y)[0], waking(slope)(x_1, x_2, y)[1]),
        ),
    ],
    "one_weight_minimiser": [
        Mistake(
            "this is the case w > 0 alone; there are two more", lambda a, c, lam: (c - lam) / a
        ),
        Mistake(
            "this is the case w < 0 alone; there are two more", lambda a, c, lam: (c + lam) / a
        ),
        Mistake("this is c/a, the least-squares weight without a penalty", lambda a, c, lam: c / a),
        Mistake(NO_STOP, lambda a, c, lam: (c - lam * c / abs(c)) / a),
        Mistake(ONE_SIDED, lambda a, c, lam: (c - lam + abs(c - lam)) / 2 / a),
        Mistake(
            "the sign is lost: for c below −λ the weight is negative",
            lambda a, c, lam: abs(soft(c, lam)) / a,
        ),
        Mistake(HARD, lambda a, c, lam: when(abs(c) > lam, c / a, 0 * c)),
        Mistake(
            "the middle case is missing: for −λ ≤ c ≤ λ neither branch has its minimum on its own "
            "side",
            lambda a, c, lam: when(c > lam, (c - lam) / a, (c + lam) / a),
        ),
        Mistake(
            "the negative case is wrong: there |w| = −w, so the minimiser is (c + λ)/a",
            lambda a, c, lam: when(abs(c) > lam, (c - lam) / a, 0 * c),
        ),
        Mistake(
            "between −λ and λ the weight is left at c/a; there it must be 0",
            lambda a, c, lam: when(abs(c) > lam, soft(c, lam), c) / a,
        ),
        Mistake(NO_A, lambda a, c, lam: soft(c, lam)),
        Mistake(THRESHOLD, lambda a, c, lam: soft(c / a, lam)),
        Mistake(TWICE_A, lambda a, c, lam: soft(c, lam / a) / a),
        Mistake(
            "this is c − λ/a with its stop: c must be divided by a too",
            lambda a, c, lam: soft(c, lam / a),
        ),
        Mistake("multiplied by a instead of divided", lambda a, c, lam: a * soft(c, lam)),
        Mistake(RIDGE, lambda a, c, lam: c / (a + lam)),
        Mistake(
            "the slope of ½aw² is aw: the ½ has cancelled the 2",
            lambda a, c, lam: soft(c, lam) / (2 * a),
        ),
        Mistake(
            "λ is halved: the ½ stands at the square alone, and the slope of λ|w| is ±λ",
            lambda a, c, lam: soft(c, lam / 2) / a,
        ),
        Mistake(
            "the sign of c is flipped: the slope is aw − c, so without a penalty w is +c/a",
            lambda a, c, lam: soft(-c, lam) / a,
        ),
        Mistake(
            "this is the smallest value of the sum; asked is the w at which it is taken",
            lambda a, c, lam: -(soft(c, lam) ** 2) / (2 * a),
        ),
    ],
    "kkt_violation": [
        Mistake(
            "this is autograd's slope, which takes 0 for the slope of the penalty at w = 0; there "
            "it may be anything from −lam to lam",
            on_both(lambda g, w, lam: np.abs(g + lam * np.sign(w))),
        ),
        Mistake(
            "every weight is treated as if it were 0; where it is not, the slope of the penalty is "
            "lam·sign(w) and nothing else",
            on_both(lambda g, w, lam: np.maximum(np.abs(g) - lam, 0)),
        ),
        Mistake(
            "the excess is negative where a zero is held with slack; a condition that holds has "
            "violation 0",
            violation(at_zero=lambda g, w, lam: np.abs(g) - lam),
        ),
        Mistake(
            "the distance from |gradient| to lam is taken; at w = 0 a slope below lam is no "
            "violation",
            on_both(lambda g, w, lam: np.abs(np.abs(g) - lam)),
        ),
        Mistake(
            "at w = 0 the distance from |gradient| to lam is taken; a slope below lam is no "
            "violation there",
            violation(at_zero=lambda g, w, lam: np.abs(np.abs(g) - lam)),
        ),
        Mistake(
            "where w is not 0 the sign of w is ignored: the loss must pull against the penalty, "
            "and not along with it",
            violation(elsewhere=lambda g, w, lam: np.abs(np.abs(g) - lam)),
        ),
        Mistake(
            "the sign is flipped: gradient + lam·sign(w) is 0 at a minimiser, since the slopes "
            "cancel",
            violation(elsewhere=lambda g, w, lam: np.abs(g - lam * np.sign(w))),
        ),
        Mistake(
            "the slope of the penalty is −lam where w is negative: use np.sign(w)",
            violation(elsewhere=lambda g, w, lam: np.abs(g + lam)),
        ),
        Mistake(
            "the size is not taken: a slope that is far below 0 is as bad as one above",
            violation(elsewhere=lambda g, w, lam: g + lam * np.sign(w)),
        ),
        Mistake(
            "at w = 0 negative slopes are left out; one below −lam violates too",
            violation(at_zero=lambda g, w, lam: np.maximum(g - lam, 0)),
        ),
        Mistake(
            "at w = 0 the whole slope is counted if it exceeds lam; the violation is the excess",
            violation(at_zero=lambda g, w, lam: np.where(np.abs(g) > lam, np.abs(g), 0)),
        ),
        Mistake(
            "the penalty is left out where w is not 0: its slope there is lam·sign(w)",
            violation(elsewhere=lambda g, w, lam: np.abs(g)),
        ),
        Mistake(
            "this is the gradient of the loss alone; with a penalty it is not 0 at the minimum",
            on_both(lambda g, w, lam: np.abs(g)),
        ),
        Mistake(
            "this is the length of the loss's gradient; with a penalty it is not 0 at the minimum",
            lambda gradient, w, lam: np.linalg.norm(gradient),
        ),
        Mistake(
            "this looks at the largest slope of the loss alone; each weight has a condition of its "
            "own, which depends on w",
            lambda gradient, w, lam: np.max(np.abs(gradient)) - lam,
        ),
        Mistake(
            "the weights that are 0 are left out; one of them may want to leave",
            violation(at_zero=lambda g, w, lam: 0 * g),
        ),
        Mistake(
            "the weights that are not 0 are left out; their slopes must be 0",
            violation(elsewhere=lambda g, w, lam: 0 * g),
        ),
        Mistake(
            "the slope of L2, lam·w, is used; that of lam·|w| is lam·sign(w)",
            violation(elsewhere=lambda g, w, lam: np.abs(g + lam * w)),
        ),
        Mistake("the sum of all is returned; asked is the largest", violation(of_all=np.sum)),
        Mistake("the mean of all is returned; asked is the largest", violation(of_all=np.mean)),
        Mistake(
            "the smallest of all is returned; one weight that fails is enough",
            violation(of_all=np.min),
        ),
        Mistake(
            "this is the length of all violations together; asked is the largest",
            violation(of_all=np.linalg.norm),
        ),
        Mistake(
            "one violation for each weight is returned; asked is the largest, one number",
            violation(of_all=np.array),
        ),
        Mistake(
            "small weights are taken for zeros; a zero is exactly 0, which is the whole point of "
            "the check",
            with_wide_tolerance,
        ),
        Mistake(
            "weights below a tolerance are taken for zeros; a zero is exactly 0, so w == 0",
            with_tolerance,
        ),
        Mistake(
            "np.isclose takes tiny weights for zeros; a zero is exactly 0, so w == 0", with_isclose
        ),
        Mistake(
            "there may be no weight that is 0, or none that is not, and max() of nothing is an "
            "error; np.where needs no such cases",
            largest_of_none,
        ),
        Mistake(
            "all weights may be 0, and max() of nothing is an error; np.where needs no such case",
            largest_of_none_of_the_others,
        ),
        Mistake(
            "it may be that no weight is 0, and max() of nothing is an error; np.where needs no "
            "such case",
            largest_of_no_zeros,
        ),
        Mistake(
            "the place of the largest violation is returned; asked is its size",
            violation(of_all=np.argmax),
        ),
        Mistake(
            "the difference is the wrong way round: at w = 0 what exceeds lam is the violation",
            violation(at_zero=lambda g, w, lam: np.maximum(lam - np.abs(g), 0)),
        ),
    ],
    "coordinate_sweep": [
        Mistake(
            "all weights are updated from the old ones; each must see those changed before it in "
            "the same sweep",
            all_at_once,
        ),
        Mistake(
            "the residuals are those of the start and contain the part of weight j: compute them "
            "anew for every weight, and add x_j·w_j back",
            residuals_once,
        ),
        Mistake(
            "the part of weight j is still in the residuals: add x_j·w_j back, so that they are "
            "what the others leave",
            sweep(right, lambda X, y, w, j: y - X @ w),
        ),
        Mistake(
            "the part of weight j is subtracted twice; it must be added back",
            sweep(right, lambda X, y, w, j: y - X @ w - X[:, j] * w[j]),
        ),
        Mistake(
            "the other weights are not taken into account: each is fitted to y itself",
            sweep(right, lambda X, y, w, j: y),
        ),
        Mistake(
            "the residuals are prediction minus y; the best weight follows y minus prediction",
            sweep(right, lambda X, y, w, j: X @ w - X[:, j] * w[j] - y),
        ),
        Mistake("it starts from 0; the sweep begins at the weights that it is given", from_zero),
        Mistake(THRESHOLD, sweep(lambda a, c, lam, n, old: soft(c / a, lam))),
        Mistake(NO_A, sweep(lambda a, c, lam, n, old: soft(c, lam))),
        Mistake(TWICE_A, sweep(lambda a, c, lam, n, old: soft(c, lam / a) / a)),
        Mistake(
            "the sums are not divided by n, but lam is meant for means: divide both by n, or use "
            "n·lam",
            sweep(lambda a, c, lam, n, old: soft(n * c, lam) / (n * a)),
        ),
        Mistake(
            "only one of the two is a mean: divide both x·residuals and x·x by n",
            sweep(lambda a, c, lam, n, old: soft(c, lam) / (n * a)),
        ),
        Mistake(
            "n·lam belongs to sums; with means of x² and x·residuals it is lam",
            sweep(lambda a, c, lam, n, old: soft(c, n * lam) / a),
        ),
        Mistake(
            "half of lam is subtracted; the loss has a ½, so nothing is halved after the slope",
            sweep(lambda a, c, lam, n, old: soft(c, lam / 2) / a),
        ),
        Mistake(
            "twice lam is subtracted: the ½ stands at the loss, and has cancelled its 2 already",
            sweep(lambda a, c, lam, n, old: soft(c, 2 * lam) / a),
        ),
        Mistake(
            "the penalty is missing: this is least squares, one weight at a time",
            sweep(lambda a, c, lam, n, old: c / a),
        ),
        Mistake(RIDGE, sweep(lambda a, c, lam, n, old: c / (a + lam))),
        Mistake(HARD, sweep(lambda a, c, lam, n, old: c / a if abs(c) > lam else 0.0)),
        Mistake(
            "the sign is lost: for c below −λ the weight is negative",
            sweep(lambda a, c, lam, n, old: abs(soft(c, lam)) / a),
        ),
        Mistake(ONE_SIDED, sweep(lambda a, c, lam, n, old: max(c - lam, 0) / a)),
        Mistake(NO_STOP, sweep(lambda a, c, lam, n, old: (c - lam * np.sign(c)) / a)),
        Mistake(
            "the penalty takes the sign of the old weight, and nothing stops the new one at 0",
            sweep(lambda a, c, lam, n, old: (c - lam * np.sign(old)) / a),
        ),
        Mistake(
            "weights that are 0 are skipped; they must be able to wake up again",
            sweep(lambda a, c, lam, n, old: right(a, c, lam, n, old) if old else old),
        ),
        Mistake("the order is reversed: begin with the first weight", sweep(right, order=reversed)),
        Mistake("only the first weight is updated: is the return inside the loop?", first_alone),
        Mistake("this is the end of many sweeps; asked is one", many_sweeps),
        Mistake(
            "this is a step of ISTA, which moves all weights at once, with one L for all", ista
        ),
        Mistake(
            "writing into w[j] changes the caller's w: begin with a copy, w = w.copy()",
            in_place,
        ),
        Mistake(
            "the first weight is left out: Python counts from 0",
            lambda X, y, w, lam: sweep(right, order=lambda places: list(places)[1:])(X, y, w, lam),
        ),
        Mistake("X[j] is sample j; feature j is the column X[:, j]", by_rows),
    ],
}

# Changes of the solution that change no answer, and why.
HARMLESS = {
    "kkt_violation": {
        (
            "elsewhere = np.abs(gradient + lam * np.sign(w)) → elsewhere = np.abs(gradient + lam "
            "/ np.sign(w))"
        ): ("A sign of ±1 divides as it multiplies, and where it is 0 this value is not used."),
    },
}
