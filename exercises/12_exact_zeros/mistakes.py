"""Wrong answers people give in set 12, as code, with the diagnosis each must get."""

import numpy as np

from coursekit.course.exercises.tasks import Mistake


def soft(v, threshold):
    return np.sign(v) * np.maximum(np.abs(v) - threshold, 0)


def each(by_l1, by_l2):
    """The answer of one who takes these for the minimisers under L1 and under L2."""

    def answer(small, large, lam):
        return by_l1(small, lam), by_l2(small, lam), by_l1(large, lam), by_l2(large, lam)

    return answer


def ridge(v, lam):
    return v / (1 + lam)


def hard(v, threshold):
    return np.where(np.abs(v) > threshold, v, 0)


def into_whole_numbers(v, threshold):
    w = np.zeros_like(v)
    for i, value in enumerate(v):
        w[i] = soft(value, threshold)
    return w


def soft_in_place(v, threshold):
    v -= np.clip(v, -threshold, threshold)
    return v


def with_max(v, threshold):
    return np.sign(v) * max(np.abs(v) - threshold, 0)


def with_if(v, threshold):
    if v > threshold:
        return v - threshold
    if v < -threshold:
        return v + threshold
    return 0


def step(new_w=None, new_b=None):
    """An ISTA step in which one of the two updates is wrong; both see the old w and b."""

    def answer(X, y, w, b, lam, step_size):
        residuals = X @ w + b - y
        grad_w, grad_b = X.T @ residuals / len(y), residuals.mean()
        by_w = soft(w - step_size * grad_w, step_size * lam)
        by_b = b - step_size * grad_b
        if new_w:
            by_w = new_w(w, grad_w, step_size, lam)
        if new_b:
            by_b = new_b(b, grad_b, step_size, lam)
        return by_w, by_b

    return answer


def scaled(factor):
    """A step whose gradients are wrong by factor(n, p)."""

    def answer(X, y, w, b, lam, step_size):
        c = factor(*X.shape) * step_size
        residuals = X @ w + b - y
        moved = w - c * X.T @ residuals / len(y)
        return soft(moved, step_size * lam), b - c * residuals.mean()

    return answer


def threshold(t):
    """A step whose threshold is t(lam, step_size, n)."""

    def answer(X, y, w, b, lam, step_size):
        residuals = X @ w + b - y
        moved = w - step_size * X.T @ residuals / len(y)
        return soft(moved, t(lam, step_size, len(y))), b - step_size * residuals.mean()

    return answer


def without_intercept(X, y, w, b, lam, step_size):
    residuals = X @ w - y
    moved = w - step_size * X.T @ residuals / len(y)
    return soft(moved, step_size * lam), b - step_size * residuals.mean()


def intercept_after_weights(X, y, w, b, lam, step_size):
    new_w = soft(w - step_size * X.T @ (X @ w + b - y) / len(y), step_size * lam)
    return new_w, b - step_size * (X @ new_w + b - y).mean()


def weights_after_intercept(X, y, w, b, lam, step_size):
    new_b = b - step_size * (X @ w + b - y).mean()
    return soft(w - step_size * X.T @ (X @ w + new_b - y) / len(y), step_size * lam), new_b


def step_in_place(X, y, w, b, lam, step_size):
    residuals = X @ w + b - y
    w -= step_size * X.T @ residuals / len(y)
    return soft(w, step_size * lam), b - step_size * residuals.mean()


def when(condition, yes, no):
    """Choose, for numbers; for symbols write the choice down."""
    if isinstance(condition, bool):
        return yes if condition else no
    import sympy as sp

    return sp.Piecewise((yes, condition), (no, True))


def exact(v, lam):
    return v - (abs(v + lam) - abs(v - lam)) / 2


NO_STOP = "it moves by λ and does not stop at 0: small values come out on the other side"
NO_SIGN = "the sign is lost: a negative value must come out negative or 0"
ONE_SIDED = "only positive values are shrunk; every negative one becomes 0, however large it is"
HARD = "this is the hard threshold: it drops the small and leaves the large as they are, but L1 "
HARD += "takes the same amount off those too"
OUTWARDS = "a sign is flipped: large values are moved away from 0"
IS_L2 = "this is the L2 minimiser, which divides; L1 subtracts"
HALVED = "the ½ before the square is overlooked: its slope is w − v and not 2(w − v)"
WRONG_BRANCH = "the negative case is wrong: there |w| = −w, so the minimiser is v + λ"
TAKEN_OFF = "this is what is taken off v; the minimiser is what is left"
KEPT = "values within the threshold are kept as they are; they must become 0"

MISTAKES = {
    "four_minimisers": [
        Mistake("L1 and L2 are swapped: L1 comes first", each(ridge, soft)),
        Mistake(NO_STOP, each(lambda v, lam: v - lam * np.sign(v), ridge)),
        Mistake(HARD, each(hard, ridge)),
        Mistake(ONE_SIDED, each(lambda v, lam: max(v - lam, 0), ridge)),
        Mistake(NO_SIGN, each(lambda v, lam: max(abs(v) - lam, 0), ridge)),
        Mistake(
            "λ is subtracted in both cases; from the left, towards 0, means adding",
            each(lambda v, lam: v - lam, ridge),
        ),
        Mistake(OUTWARDS, each(lambda v, lam: v + lam * np.sign(v), ridge)),
        Mistake("L1 is treated as L2: L1 subtracts, only L2 divides", each(ridge, ridge)),
        Mistake(
            "L2 is treated as L1: with L2 there is no threshold, and only v = 0 gives 0",
            each(soft, soft),
        ),
        Mistake(
            "L2 is taken as λw²; here it is ½λw², so the slope of the penalty is λw",
            each(soft, lambda v, lam: v / (1 + 2 * lam)),
        ),
        Mistake(
            "this is one gradient step with L2, a factor 1 − λ; the minimiser divides by 1 + λ",
            each(soft, lambda v, lam: v * (1 - lam)),
        ),
        Mistake(HALVED, each(lambda v, lam: soft(v, lam / 2), lambda v, lam: v / (1 + lam / 2))),
        Mistake(
            "the small L2 weight is set to 0 as if there were a threshold; L2 only divides",
            each(soft, lambda v, lam: 0.0 if abs(v) <= lam else v / (1 + lam)),
        ),
        Mistake("L2 divides by 1 + λ, which is 2 only for λ = 1", each(soft, lambda v, lam: v / 2)),
        Mistake(
            "the order is another: L1 and L2 for 0.2 come first, then both for −2",
            lambda small, large, lam: (
                soft(small, lam),
                soft(large, lam),
                ridge(small, lam),
                ridge(large, lam),
            ),
        ),
        Mistake(
            "these are the smallest values of the sum; asked is the w at which they are taken",
            each(
                lambda v, lam: (soft(v, lam) - v) ** 2 / 2 + lam * abs(soft(v, lam)),
                lambda v, lam: (ridge(v, lam) - v) ** 2 / 2 + lam * ridge(v, lam) ** 2 / 2,
            ),
        ),
    ],
    "soft_threshold": [
        Mistake(
            "max() wants to know which of two numbers is larger, but an array has many answers: "
            "np.maximum compares entry by entry",
            with_max,
        ),
        Mistake(
            "`if` wants one answer, but an array has many: np.where(condition, a, b) chooses entry "
            "by entry, or go through the entries in a loop",
            with_if,
        ),
        Mistake(NO_SIGN, lambda v, threshold: np.maximum(np.abs(v) - threshold, 0)),
        Mistake(ONE_SIDED, lambda v, threshold: np.maximum(v - threshold, 0)),
        Mistake(HARD, hard),
        Mistake(NO_STOP, lambda v, threshold: v - threshold * np.sign(v)),
        Mistake(
            "the threshold is subtracted from every value: negative ones are driven away from 0",
            lambda v, threshold: v - threshold,
        ),
        Mistake(IS_L2, lambda v, threshold: v / (1 + threshold)),
        Mistake(
            "this multiplies by 1 − threshold, as a step of L2 does; L1 subtracts",
            lambda v, threshold: v * (1 - threshold),
        ),
        Mistake(
            OUTWARDS,
            lambda v, threshold: np.where(np.abs(v) > threshold, v + threshold * np.sign(v), 0),
        ),
        Mistake(TAKEN_OFF, lambda v, threshold: np.clip(v, -threshold, threshold)),
        Mistake(
            WRONG_BRANCH,
            lambda v, threshold: np.where(np.abs(v) > threshold, v - threshold, 0),
        ),
        Mistake(
            "the middle case is missing: within the threshold the value is 0, not v + threshold",
            lambda v, threshold: np.where(v > threshold, v - threshold, v + threshold),
        ),
        Mistake(
            KEPT,
            lambda v, threshold: np.where(np.abs(v) > threshold, v - threshold * np.sign(v), v),
        ),
        Mistake(
            "half the threshold is taken off: that belongs to (w − v)² without the ½",
            lambda v, threshold: soft(v, threshold / 2),
        ),
        Mistake(
            "`np.zeros_like(v)` of whole numbers holds whole numbers, and what you put in is cut "
            "off; np.zeros(len(v)) holds any",
            into_whole_numbers,
        ),
        Mistake(
            "`v -= …` writes into the caller's array; `v = v - …` makes a new one", soft_in_place
        ),
        Mistake(
            "the signs are returned without the sizes",
            lambda v, threshold: np.sign(v) * (np.abs(v) > threshold),
        ),
        Mistake(
            "the negative case needs the smaller of v + threshold and 0: np.minimum there",
            lambda v, threshold: np.maximum(v - threshold, 0) + np.maximum(v + threshold, 0),
        ),
    ],
    "ista_step": [
        Mistake(
            "the penalty pushes the weights away from 0, and nothing stops them at 0",
            step(lambda w, g, s, lam: w - s * (g - lam * np.sign(w))),
        ),
        Mistake(
            "the 1/n is missing: the loss is a mean over the n samples", scaled(lambda n, p: n)
        ),
        Mistake("a factor 2 too much: the loss is ½r², whose slope is r", scaled(lambda n, p: 2)),
        Mistake(
            "the gradient is divided by the number of weights; the mean is over the samples",
            scaled(lambda n, p: n / p),
        ),
        Mistake(
            "the gradient is halved: the ½ before the square has cancelled its 2 already",
            scaled(lambda n, p: 0.5),
        ),
        Mistake(
            "the step goes uphill: is the sign of the residual flipped?", scaled(lambda n, p: -1)
        ),
        Mistake(
            "the gradient is not multiplied by step_size",
            step(lambda w, g, s, lam: soft(w - g, s * lam), lambda b, g, s, lam: b - g),
        ),
        Mistake(
            "the gradient of the data is missing; only the penalty acts",
            step(lambda w, g, s, lam: soft(w, s * lam)),
        ),
        Mistake(
            "the threshold is lam without step_size, so a short step takes as much off as a long "
            "one",
            threshold(lambda lam, s, n: lam),
        ),
        Mistake(
            "the threshold is lam / step_size; that is right only for a step_size that stands for "
            "L, the inverse of the step",
            threshold(lambda lam, s, n: lam / s),
        ),
        Mistake(
            "the penalty is divided by n; only the loss is a mean",
            threshold(lambda lam, s, n: s * lam / n),
        ),
        Mistake(
            "the penalty is missing: this is plain gradient descent", threshold(lambda lam, s, n: 0)
        ),
        Mistake(
            "the intercept is soft-thresholded as if it were a weight",
            step(new_b=lambda b, g, s, lam: soft(b - s * g, s * lam)),
        ),
        Mistake("the intercept is not moved", step(new_b=lambda b, g, s, lam: b)),
        Mistake("the intercept is missing in the residuals", without_intercept),
        Mistake(
            "the order is reversed: first the gradient step, then the soft threshold",
            step(lambda w, g, s, lam: soft(w, s * lam) - s * g),
        ),
        Mistake(
            "this is the subgradient step of lesson 11, which crosses 0; ISTA stops there",
            step(lambda w, g, s, lam: w - s * (g + lam * np.sign(w))),
        ),
        Mistake(
            "a constant is subtracted after the gradient step, but nothing stops it at 0",
            step(lambda w, g, s, lam: w - s * g - s * lam * np.sign(w - s * g)),
        ),
        Mistake(
            "the penalty is counted twice: as a slope in the gradient and as a threshold",
            step(lambda w, g, s, lam: soft(w - s * (g + lam * np.sign(w)), s * lam)),
        ),
        Mistake(
            "this is L2's proximal step, which divides; L1's is the soft threshold",
            step(lambda w, g, s, lam: (w - s * g) / (1 + s * lam)),
        ),
        Mistake(
            "this is the hard threshold: large weights are not shrunk",
            step(lambda w, g, s, lam: hard(w - s * g, s * lam)),
        ),
        Mistake(
            "the sign of the moved weights is lost",
            step(lambda w, g, s, lam: np.maximum(np.abs(w - s * g) - s * lam, 0)),
        ),
        Mistake(
            "only positive weights survive: the soft threshold works on both sides of 0",
            step(lambda w, g, s, lam: np.maximum(w - s * g - s * lam, 0)),
        ),
        Mistake(
            "b is moved with the new weights; both gradients belong to the old w and b",
            intercept_after_weights,
        ),
        Mistake(
            "w is moved with the new intercept; both gradients belong to the old w and b",
            weights_after_intercept,
        ),
        Mistake(
            "`w -= …` writes into the caller's array; `w = w - …` makes a new one", step_in_place
        ),
    ],
    "l1_minimiser": [
        Mistake("this is the case w > 0 alone; there are two more", lambda v, lam: v - lam),
        Mistake("this is the case w < 0 alone; there are two more", lambda v, lam: v + lam),
        Mistake(NO_STOP, lambda v, lam: v - lam * v / abs(v)),
        Mistake(ONE_SIDED, lambda v, lam: (v - lam + abs(v - lam)) / 2),
        Mistake(NO_SIGN, lambda v, lam: abs(exact(v, lam))),
        Mistake(HARD, lambda v, lam: when(abs(v) > lam, v, 0 * v)),
        Mistake(OUTWARDS, lambda v, lam: when(abs(v) > lam, v + lam * v / abs(v), 0 * v)),
        Mistake(WRONG_BRANCH, lambda v, lam: when(abs(v) > lam, v - lam, 0 * v)),
        Mistake(KEPT, lambda v, lam: when(abs(v) > lam, v - lam * v / abs(v), v)),
        Mistake(
            "the middle case is missing: for −λ ≤ v ≤ λ neither branch has a stationary point of "
            "its own sign",
            lambda v, lam: when(v > lam, v - lam, v + lam),
        ),
        Mistake(IS_L2, lambda v, lam: v / (1 + lam)),
        Mistake(HALVED, lambda v, lam: exact(v, lam / 2)),
        Mistake(TAKEN_OFF, lambda v, lam: v - exact(v, lam)),
        Mistake(
            "this is the smallest value of the sum; asked is the w at which it is taken",
            lambda v, lam: (exact(v, lam) - v) ** 2 / 2 + lam * abs(exact(v, lam)),
        ),
        Mistake("this is v itself, the minimiser without a penalty", lambda v, lam: v),
    ],
}
