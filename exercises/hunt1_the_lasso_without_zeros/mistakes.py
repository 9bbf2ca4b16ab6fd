"""Wrong answers people give in bug hunt 1, as code, with the diagnosis each must get."""

import numpy as np

from coursekit.course.exercises.tasks import Mistake


def centred(X):
    return X - X.mean(axis=0)


def scaled_by(measure):
    """A standardiser with this measure of the centred columns; constant columns are seen to."""

    def answer(X):
        scales = measure(centred(X))
        return centred(X) / np.where(scales == 0, 1, scales)

    return answer


def scale_before_shift(X):
    return centred(X) / np.sqrt(np.mean(X**2, axis=0))


def scale_before_shift_guarded(X):
    scales = np.sqrt(np.mean(X**2, axis=0))
    return centred(X) / np.where(scales == 0, 1, scales)


def not_shifted(X):
    scales = X.std(axis=0)
    return X / np.where(scales == 0, 1, scales)


def whole_table(X):
    return (X - X.mean()) / (X.std() or 1)


def standardise_in_place(X):
    X -= X.mean(axis=0)
    scales = X.std(axis=0)
    X /= np.where(scales == 0, 1, scales)
    return X


def gradient(rule=None, residuals=None):
    """A gradient of one who makes this of X and the residuals, or takes these for residuals."""

    def answer(X, y, theta):
        w, b = theta[:-1], theta[-1]
        r = residuals(X, y, w, b) if residuals else X @ w + b - y
        by_w, by_b = (rule or both_means)(X, r)
        return np.append(by_w, by_b)

    return answer


def both_means(X, r):
    return X.T @ r / len(r), r.mean()


def bias_first(X, y, theta):
    r = X @ theta[:-1] + theta[-1] - y
    return np.append(r.mean(), X.T @ r / len(r))


def bias_without_weights(X, y, theta):
    r = X @ theta[:-1] + theta[-1] - y
    return np.append(X.T @ r / len(r), np.mean(theta[-1] - y))


def with_ones(X):
    return np.column_stack([X, np.ones(len(X))])


def curvature(X):
    return np.linalg.norm(X, 2) ** 2 / len(X)


def step(threshold=None, shrink=None, bias=None):
    """A proximal step of which these parts are wrong."""

    def answer(theta, gradient, step, lam):
        moved = downhill(theta, gradient, step)
        t = threshold(step, lam) if threshold else step * lam
        w = (shrink or soft)(moved[:-1], t)
        return np.append(w, bias(theta, moved, t) if bias else moved[-1])

    return answer


def downhill(theta, gradient, step):
    return theta - step * gradient


def soft(v, t):
    return np.sign(v) * np.maximum(np.abs(v) - t, 0)


def threshold_first(theta, gradient, step, lam):
    return np.append(soft(theta[:-1], step * lam), theta[-1]) - step * gradient


def first_is_free(theta, gradient, step, lam):
    moved = downhill(theta, gradient, step)
    return np.append(moved[0], soft(moved[1:], step * lam))


def step_in_place(theta, gradient, step, lam):
    theta -= step * gradient
    theta[:-1] = soft(theta[:-1], step * lam)
    return theta


def conditions(at_zero=None, elsewhere=None, with_bias=True, is_zero=None, together=np.max):
    """A stopping rule with these misses: of zeros, of other weights, and of the bias."""

    def answer(theta, gradient, lam, tol):
        w, g = theta[:-1], gradient[:-1]
        zero = is_zero(w, tol) if is_zero else w == 0
        misses = np.where(
            zero,
            at_zero(g, w, lam) if at_zero else np.maximum(np.abs(g) - lam, 0),
            elsewhere(g, w, lam) if elsewhere else np.abs(g + lam * np.sign(w)),
        )
        of_bias = abs(gradient[-1]) if with_bias else 0
        return bool(together([*misses, of_bias]) <= tol)

    return answer


def only_bound(theta, gradient, lam, tol):
    held = np.abs(gradient[:-1]) <= lam + tol
    return bool(held.all() and abs(gradient[-1]) <= tol)


def all_as_weights(theta, gradient, lam, tol):
    misses = np.where(theta == 0, np.abs(gradient) - lam, np.abs(gradient + lam * np.sign(theta)))
    return bool(misses.max() <= tol)


MISTAKES = {
    "standardise": [
        Mistake(
            "this is the faulty function itself: the root mean square is taken before the mean is "
            "off, so a large mean makes the column tiny",
            scale_before_shift,
        ),
        Mistake(
            "constant columns are seen to, but the root mean square is still taken before the mean "
            "is off",
            scale_before_shift_guarded,
        ),
        Mistake(
            "a constant column is divided by 0: divide by 1 where the scale is 0",
            lambda X: centred(X) / X.std(axis=0),
        ),
        Mistake(
            "the shift is missing: the columns are scaled, but keep a mean",
            not_shifted,
        ),
        Mistake(
            "one mean and one scale for the whole table: axis=0 is missing",
            whole_table,
        ),
        Mistake(
            "divided by the variance: its root is missing",
            scaled_by(lambda Z: Z.var(axis=0)),
        ),
        Mistake(
            "divided by the length of the column, not its root mean square: the mean square "
            "becomes 1/n",
            scaled_by(lambda Z: np.linalg.norm(Z, axis=0)),
        ),
        Mistake(
            "ddof=1 divides by n − 1, and the mean square is not quite 1; here it is divided by n",
            scaled_by(lambda Z: Z.std(axis=0, ddof=1)),
        ),
        Mistake(
            "`X -= …` writes into the caller's array; `Z = X - …` makes a new one",
            standardise_in_place,
        ),
    ],
    "mean_gradient": [
        Mistake(
            "this is the faulty function itself: the 1/n is missing, and the penalty is n times "
            "too weak against such slopes",
            gradient(lambda X, r: (X.T @ r, r.sum())),
        ),
        Mistake(
            "the slope of b is a mean now, but those of the weights are sums still",
            gradient(lambda X, r: (X.T @ r, r.mean())),
        ),
        Mistake(
            "the slopes of the weights are means now, but that of b is a sum still",
            gradient(lambda X, r: (X.T @ r / len(r), r.sum())),
        ),
        Mistake(
            "divided by the number of features; the mean is over the samples",
            gradient(lambda X, r: (X.T @ r / X.shape[1], r.sum() / X.shape[1])),
        ),
        Mistake(
            "divided by 2n: the ½ before the square has cancelled its 2 already",
            gradient(lambda X, r: (X.T @ r / len(r) / 2, r.mean() / 2)),
        ),
        Mistake(
            "a factor 2 too much: the loss is ½r², whose slope is r",
            gradient(lambda X, r: (2 * X.T @ r / len(r), 2 * r.mean())),
        ),
        Mistake(
            "the residuals have the wrong sign: prediction minus target",
            gradient(residuals=lambda X, y, w, b: y - X @ w - b),
        ),
        Mistake(
            "the bias is missing in the residuals",
            gradient(residuals=lambda X, y, w, b: X @ w - y),
        ),
        Mistake(
            "the slope of b leaves the weights out; that is right for centred columns only",
            bias_without_weights,
        ),
        Mistake("the slope of b stands first; theta has b last", bias_first),
    ],
    "safe_step": [
        Mistake(
            "this is the faulty function itself: the bias has a curvature too, and its column of "
            "ones is missing",
            lambda X: 1 / curvature(X),
        ),
        Mistake(
            "np.linalg.norm of a matrix, without the 2, is the root of the sum of all squares; the "
            "largest curvature needs the largest singular value",
            lambda X: len(X) / np.linalg.norm(with_ones(X)) ** 2,
        ),
        Mistake(
            "the norm is not squared: curvature goes with the square of the columns",
            lambda X: len(X) / np.linalg.norm(with_ones(X), 2),
        ),
        Mistake(
            "n is missing: this is the step for the sum, n times too short for the mean",
            lambda X: 1 / np.linalg.norm(with_ones(X), 2) ** 2,
        ),
        Mistake("this is L; the step is 1/L", lambda X: curvature(with_ones(X))),
        Mistake(
            "2/L is the edge: the steepest direction jumps to and fro and gains nothing",
            lambda X: 2 / curvature(with_ones(X)),
        ),
        Mistake(
            "the bias is looked at by itself; a column with a mean is steeper together with it",
            lambda X: 1 / max(curvature(X), 1),
        ),
        Mistake(
            "the curvatures of weights and bias are added; that is safe, but L is smaller in "
            "general",
            lambda X: 1 / (curvature(X) + 1),
        ),
        Mistake(
            "each column is looked at by itself; columns that resemble each other are steeper "
            "together",
            lambda X: 1 / np.mean(with_ones(X) ** 2, axis=0).max(),
        ),
        Mistake(
            "this is the smallest singular value; the steepest direction sets the step",
            lambda X: len(X) / np.linalg.norm(with_ones(X), -2) ** 2,
        ),
    ],
    "proximal_step": [
        Mistake(
            "this is the faulty function itself: the threshold is lam without the step, so a short "
            "step takes off as much as a long one",
            step(threshold=lambda step, lam: lam),
        ),
        Mistake(
            "the threshold is lam / step; a shorter step must take less off, not more",
            step(threshold=lambda step, lam: lam / step),
        ),
        Mistake(
            "the bias is soft-thresholded as if it were a weight",
            step(bias=lambda theta, moved, t: soft(moved[-1], t)),
        ),
        Mistake(
            "the first entry is spared; the bias is the last",
            first_is_free,
        ),
        Mistake(
            "the bias is not moved: it has no penalty, but a gradient",
            step(bias=lambda theta, moved, t: theta[-1]),
        ),
        Mistake(
            "the signs of the weights are lost",
            step(shrink=lambda v, t: np.maximum(np.abs(v) - t, 0)),
        ),
        Mistake(
            "nothing stops the weights at 0: they cross it",
            step(shrink=lambda v, t: v - t * np.sign(v)),
        ),
        Mistake(
            "this is the hard threshold: large weights are not shrunk",
            step(shrink=lambda v, t: np.where(np.abs(v) > t, v, 0)),
        ),
        Mistake(
            "the threshold comes before the gradient step, which then moves the zeros away again",
            threshold_first,
        ),
        Mistake(
            "`theta -= …` writes into the caller's array; `moved = theta - …` makes a new one",
            step_in_place,
        ),
    ],
    "arrived": [
        Mistake(
            "this is the faulty function itself: |g| ≤ lam is the condition of zeros; a weight "
            "that is not 0 needs g = −lam · sign(w)",
            only_bound,
        ),
        Mistake(
            "the sign is flipped: at rest the slope of the loss and that of the penalty cancel, "
            "g + lam · sign(w) = 0",
            conditions(elsewhere=lambda g, w, lam: np.abs(g - lam * np.sign(w))),
        ),
        Mistake(
            "only the size of the slope is compared with lam; its sign must be against that of w",
            conditions(elsewhere=lambda g, w, lam: np.abs(np.abs(g) - lam)),
        ),
        Mistake(
            "the condition of the other weights is asked of zeros too; there any slope up to lam "
            "will do",
            conditions(at_zero=lambda g, w, lam: np.abs(g + lam * np.sign(w))),
        ),
        Mistake(
            "this waits until no slope is left: that is the condition of least squares, where no "
            "penalty pulls",
            lambda theta, gradient, lam, tol: bool(np.abs(gradient).max() <= tol),
        ),
        Mistake(
            "the bias is not looked at: its slope must be 0",
            conditions(with_bias=False),
        ),
        Mistake(
            "the bias is treated as a weight; it has no penalty, so its slope must be 0",
            all_as_weights,
        ),
        Mistake(
            "zeros are let off: their slope must be at most lam in size",
            conditions(at_zero=lambda g, w, lam: 0 * g),
        ),
        Mistake(
            "the size is missing: a slope that misses on the negative side passes",
            conditions(elsewhere=lambda g, w, lam: g + lam * np.sign(w)),
        ),
        Mistake(
            "at zeros the size is missing: a slope far below −lam passes",
            conditions(at_zero=lambda g, w, lam: g - lam),
        ),
        Mistake(
            "the mean of the misses is compared: many small ones hide one that is too large",
            conditions(together=np.mean),
        ),
        Mistake(
            "weights up to tol are taken for zeros; only an exact 0 is one",
            conditions(is_zero=lambda w, tol: np.abs(w) <= tol),
        ),
    ],
}

# Changes of the solution that change no answer, and why.
HARMLESS = {
    "standardise": {
        "scales[scales == 0] = 1 → scales[scales == 0] = 2": (
            "A shifted constant column is all zeros, whatever it is divided by."
        ),
    },
    "arrived": {
        (
            "misses = np.where(w == 0, np.abs(slopes) - lam, np.abs(slopes + lam * np.sign(w))) → "
            "misses = np.where(w == 0, np.abs(slopes) - lam, np.abs(slopes + lam / np.sign(w)))"
        ): "A sign of ±1 divides as it multiplies, and where it is 0 this value is not used.",
    },
}
