"""Wrong answers people give in set 04, as code, with the diagnosis each must get."""

import numpy as np

from coursekit.course.exercises.tasks import Mistake


def cost(w, X, y):
    return np.mean(np.logaddexp(0, -y * (X @ w)))


def silently(answer):
    """The same function, without NumPy's warnings about divisions by 0."""
    return np.errstate(all="ignore")(answer)


def scaled(h, v):
    return h * max(1, abs(v))


def slopes(difference, step=scaled):
    """A gradient from difference(f, t), where f(t) is the cost with one weight moved by t."""

    def answer(w, X, y, h):
        found = []
        for j in range(len(w)):
            direction = np.eye(len(w))[j]

            def moved(t, direction=direction):
                return cost(w + t * direction, X, y)

            found.append(difference(moved, step(h, w[j])))
        return np.array(found)

    return answer


def central(f, t):
    return (f(t) - f(-t)) / (2 * t)


def all_at_once(w, X, y, h):
    step = h * np.maximum(1, np.abs(w))
    return (cost(w + step, X, y) - cost(w - step, X, y)) / (2 * step)


def in_place(w, X, y, h):
    found = np.zeros(len(w))
    for j in range(len(w)):
        t = scaled(h, w[j])
        w[j] += t
        above = cost(w, X, y)
        w[j] -= 2 * t
        found[j] = (above - cost(w, X, y)) / (2 * t)
    return found


def one_array_by_two_names(w, X, y, h):
    found = np.zeros(len(w))
    for j in range(len(w)):
        t = scaled(h, w[j])
        above = w
        above[j] += t
        below = w
        below[j] -= t
        found[j] = (cost(above, X, y) - cost(below, X, y)) / (2 * t)
    return found


def never_put_back(w, X, y, h):
    """One copy for all weights, which stay where they were moved to."""
    found, moved = np.zeros(len(w)), w.astype(float)
    for j in range(len(w)):
        t = scaled(h, w[j])
        moved[j] += t
        above = cost(moved, X, y)
        moved[j] -= 2 * t
        found[j] = (above - cost(moved, X, y)) / (2 * t)
    return found


def into_whole_numbers(w, X, y, h):
    found = np.zeros(len(w))
    for j in range(len(w)):
        t = scaled(h, w[j])
        above, below = w.copy(), w.copy()
        above[j] = w[j] + t
        below[j] = w[j] - t
        found[j] = (cost(above, X, y) - cost(below, X, y)) / (2 * t)
    return found


def formula(w, X, y, h):
    return X.T @ (-y / (1 + np.exp(y * (X @ w)))) / len(y)


def errors(size):
    """The worst of the errors relative to size(a, b), and 0 where that is 0."""

    def answer(claimed, numeric):
        by = size(np.abs(claimed), np.abs(numeric))
        return np.max(np.abs(claimed - numeric) / np.where(by == 0, 1, by))

    return answer


def entries(claimed, numeric):
    by = np.maximum(np.abs(claimed), np.abs(numeric))
    return np.abs(claimed - numeric) / np.where(by == 0, 1, by)


@silently
def unguarded(claimed, numeric):
    return np.max(np.abs(claimed - numeric) / np.maximum(np.abs(claimed), np.abs(numeric)))


def of_two_numbers(number):
    """The relative error of two numbers made from the gradients."""

    def answer(claimed, numeric):
        a, b = number(claimed), number(numeric)
        size = max(abs(a), abs(b))
        return abs(a - b) / size if size else 0.0

    return answer


def of_norms(claimed, numeric):
    size = max(np.linalg.norm(claimed), np.linalg.norm(numeric))
    return np.linalg.norm(claimed - numeric) / size if size else 0.0


@silently
def of_norms_unguarded(claimed, numeric):
    return np.linalg.norm(claimed - numeric) / max(np.linalg.norm(claimed), np.linalg.norm(numeric))


@silently
def over_largest_unguarded(claimed, numeric):
    return np.max(np.abs(claimed - numeric)) / max(np.abs(claimed).max(), np.abs(numeric).max())


@silently
def without_sizes(claimed, numeric):
    by = np.maximum(claimed, numeric)
    return np.max(np.where(by == 0, 0, np.abs(claimed - numeric) / by))


@silently
def by_numeric_unguarded(claimed, numeric):
    return np.max(np.abs(claimed - numeric) / np.abs(numeric))


def only_where_neither_is_zero(claimed, numeric):
    pairs = [(a, b) for a, b in zip(claimed, numeric, strict=True) if a and b]
    return max(abs(a - b) / max(abs(a), abs(b)) for a, b in pairs)


@silently
def nan_skipped(claimed, numeric):
    errors = np.abs(claimed - numeric) / np.maximum(np.abs(claimed), np.abs(numeric))
    return np.fmax.reduce(errors)


def with_signs(claimed, numeric):
    by = np.maximum(np.abs(claimed), np.abs(numeric))
    return np.max((claimed - numeric) / np.where(by == 0, 1, by))


def of_the_largest_difference(claimed, numeric):
    return entries(claimed, numeric)[np.argmax(np.abs(claimed - numeric))]


def of_agreeing_zeros_at_once(claimed, numeric):
    worst = 0.0
    for a, b in zip(claimed, numeric, strict=True):
        if a == 0 and b == 0:
            return 0.0
        worst = max(worst, abs(a - b) / max(abs(a), abs(b)))
    return worst


def sizes_only(claimed, numeric):
    return np.max(entries(np.abs(claimed), np.abs(numeric)))


def largest_over_largest(claimed, numeric):
    size = max(np.abs(claimed).max(), np.abs(numeric).max())
    return np.abs(claimed - numeric).max() / size if size else 0.0


MISTAKES = {
    "after_a_quarter_step": [
        Mistake(
            "the error of central differences goes with h², so a quarter of the step leaves a "
            "sixteenth",
            lambda forward, central, rounded: (forward / 4, central / 4, 4 * rounded),
        ),
        Mistake(
            "forward differences have an error that goes with h, not with h²",
            lambda forward, central, rounded: (forward / 16, central / 16, 4 * rounded),
        ),
        Mistake(
            "the two schemes are swapped: forward goes with h, central with h²",
            lambda forward, central, rounded: (forward / 16, central / 4, 4 * rounded),
        ),
        Mistake(
            "where rounding rules, a smaller step makes the error larger: the same rounding is "
            "divided by less",
            lambda forward, central, rounded: (forward / 4, central / 16, rounded / 16),
        ),
        Mistake(
            "in the third case the error falls with the step; but rounding goes with 1/h and rises",
            lambda forward, central, rounded: (forward / 4, central / 16, rounded / 4),
        ),
        Mistake(
            "rounding goes with 1/h, also for central differences, and not with 1/h²",
            lambda forward, central, rounded: (forward / 4, central / 16, 16 * rounded),
        ),
        Mistake(
            "rounding does depend on the step: it is divided by h",
            lambda forward, central, rounded: (forward / 4, central / 16, rounded),
        ),
        Mistake(
            "these are the errors after halving the step once; a quarter is halving twice",
            lambda forward, central, rounded: (forward / 2, central / 4, 2 * rounded),
        ),
        Mistake(
            "on the right arm, where truncation rules, a smaller step makes the error smaller",
            lambda forward, central, rounded: (4 * forward, 16 * central, 4 * rounded),
        ),
        Mistake(
            "both arms are taken the wrong way round: with the step truncation falls, and rounding "
            "rises",
            lambda forward, central, rounded: (4 * forward, 16 * central, rounded / 4),
        ),
    ],
    "complex_step_of_cube": [
        Mistake(
            "this is the true slope; the complex step has an error too, it begins with h²",
            lambda x, h: 3 * x**2,
        ),
        Mistake(
            "this is the central difference; i³ is −i, so the last term changes its sign",
            lambda x, h: 3 * x**2 + h**2,
        ),
        Mistake(
            "this is the forward difference; the term with h to the first power is real here",
            lambda x, h: 3 * x**2 + 3 * x * h + h**2,
        ),
        Mistake(
            "the real part is added; take the imaginary part alone",
            lambda x, h: (x**3 - 3 * x * h**2 + 3 * x**2 * h - h**3) / h,
        ),
        Mistake(
            "this is the real part; the slope is in the imaginary one",
            lambda x, h: x**3 - 3 * x * h**2,
        ),
        Mistake("the imaginary part must still be divided by h", lambda x, h: 3 * x**2 * h - h**3),
        Mistake(
            "the imaginary part is divided by 2h; there is one step here, not one to each side",
            lambda x, h: (3 * x**2 - h**2) / 2,
        ),
        Mistake("(ih)³ has the factor 1, not 3", lambda x, h: 3 * x**2 - 3 * h**2),
        Mistake(
            "both terms must be divided by h: h³ leaves h²",
            lambda x, h: 3 * x**2 - h**3,
        ),
        Mistake(
            "the real part is still there: take Im, sp.im(…), before you divide by h",
            lambda x, h: (x + 1j * h) ** 3 / h,
        ),
    ],
    "central_gradient": [
        Mistake(
            "this is the forward difference: it looks to one side only",
            slopes(lambda f, t: (f(t) - f(0)) / t),
        ),
        Mistake(
            "this is the backward difference: it looks to one side only",
            slopes(lambda f, t: (f(0) - f(-t)) / t),
        ),
        Mistake(
            "the two points are twice the step apart, so divide by 2h, not by h",
            slopes(lambda f, t: (f(t) - f(-t)) / t),
        ),
        Mistake(
            "the sign is flipped: the cost above minus the cost below",
            slopes(lambda f, t: (f(-t) - f(t)) / (2 * t)),
        ),
        Mistake(
            "the rise is not divided by the distance of the two points",
            slopes(lambda f, t: f(t) - f(-t)),
        ),
        Mistake(
            "all weights are moved at once; move one at a time, the others stay",
            all_at_once,
        ),
        Mistake(
            "`up = w` is no copy: both names are the caller's one array, so nothing differs; "
            "w.copy() is another array",
            one_array_by_two_names,
        ),
        Mistake(
            "brackets are missing: / 2 * step divides by 2 and multiplies by the step",
            slopes(lambda f, t: (f(t) - f(-t)) / 2 * t),
        ),
        Mistake(
            "only the last slope is kept: each needs a place of its own in an array",
            lambda w, X, y, h: slopes(central)(w, X, y, h)[-1],
        ),
        Mistake(
            "a weight that was moved is not put back before the next one is moved", never_put_back
        ),
        Mistake("the weights are moved in the caller's array; move a copy", in_place),
        Mistake(
            "an array of whole numbers cuts the step off; move a copy of floats, w.astype(float)",
            into_whole_numbers,
        ),
        Mistake(
            "the slopes are put into an array of whole numbers, which cuts them off; "
            "np.zeros(len(w)) is one of floats",
            lambda w, X, y, h: slopes(central)(w, X, y, h).astype(w.dtype),
        ),
        Mistake(
            "the step is h · |w| here, which is 0 for a weight of 0; it must be at least h",
            silently(slopes(central, lambda h, v: h * abs(v))),
        ),
        Mistake(
            "every weight is moved by h; beyond 1 the step is h · |w|",
            slopes(central, lambda h, v: h),
        ),
        Mistake(
            "the size of the weight counts, not its sign: max(1, |w|)",
            slopes(central, lambda h, v: h * max(1, v)),
        ),
        Mistake(
            "the step is h · (1 + |w|) here; asked is h times the larger of 1 and |w|",
            slopes(central, lambda h, v: h * (1 + abs(v))),
        ),
        Mistake(
            "all weights are moved as far as the largest needs; each has a step of its own",
            lambda w, X, y, h: slopes(central, lambda h, v: h * max(1, np.abs(w).max()))(
                w, X, y, h
            ),
        ),
        Mistake(
            "the step is scaled, but the rise is divided by 2h without the scale",
            lambda w, X, y, h: slopes(central)(w, X, y, h) * np.maximum(1, np.abs(w)),
        ),
        Mistake(
            "this is the gradient by formula; the second witness must know the cost only",
            formula,
        ),
    ],
    "worst_error": [
        Mistake(
            "this is the broken function: two norms are compared, and they know neither signs nor "
            "places",
            of_two_numbers(np.linalg.norm),
        ),
        Mistake(
            "two sums are compared; errors of unlike sign cancel in them",
            of_two_numbers(np.sum),
        ),
        Mistake(
            "|a| and |b| are compared, so a flipped sign is not seen",
            sizes_only,
        ),
        Mistake(
            "the norm of the difference over the larger norm: a small slope drowns in it; take "
            "each slope by itself",
            of_norms,
        ),
        Mistake(
            "the largest difference over the largest slope: a small slope drowns in it; divide "
            "slope by slope",
            largest_over_largest,
        ),
        Mistake(
            "the norm of the difference over the larger norm: a small slope drowns in it, and two "
            "gradients of zeros give 0/0; take each slope by itself",
            of_norms_unguarded,
        ),
        Mistake(
            "all differences are divided by the largest slope of all, so a small slope drowns; "
            "divide slope by slope",
            over_largest_unguarded,
        ),
        Mistake(
            "the larger of a and b is not the larger of |a| and |b|",
            without_sizes,
        ),
        Mistake(
            "divided by the numeric slope alone, which may be 0; the larger of the two sizes is "
            "asked",
            by_numeric_unguarded,
        ),
        Mistake(
            "slopes of 0 are left out; only where both are 0 the error is 0, and one 0 beside "
            "another number is an error of 1",
            only_where_neither_is_zero,
        ),
        Mistake(
            "where two zeros agree the function returns at once; the other slopes still count",
            of_agreeing_zeros_at_once,
        ),
        Mistake(
            "the sign of a − b is kept, so a slope that is claimed too small never counts; take "
            "|a − b|",
            with_signs,
        ),
        Mistake(
            "the slope with the largest difference need not have the largest relative error",
            of_the_largest_difference,
        ),
        Mistake(
            "this is the absolute error; divide by the larger of |a| and |b|",
            lambda claimed, numeric: np.max(np.abs(claimed - numeric)),
        ),
        Mistake(
            "np.nanmax skips 0/0, and is left with nothing where all slopes are 0; the error is 0 "
            "there",
            nan_skipped,
        ),
        Mistake(
            "where both slopes are 0, 0/0 is not a number; the error is 0 there",
            unguarded,
        ),
        Mistake(
            "divided by |a| + |b|; the larger of the two is asked",
            errors(lambda a, b: a + b),
        ),
        Mistake(
            "divided by the numeric slope alone; the larger of the two sizes is asked",
            errors(lambda a, b: b),
        ),
        Mistake(
            "divided by the claimed slope alone; the larger of the two sizes is asked",
            errors(lambda a, b: a),
        ),
        Mistake(
            "this is the mean of the errors: one bad slope among many good ones is hardly seen",
            lambda claimed, numeric: np.mean(entries(claimed, numeric)),
        ),
        Mistake("these are all the errors; asked is the largest", entries),
    ],
}

HARMLESS = {
    "central_gradient": {
        "slopes = np.zeros(len(w)) → slopes = np.ones(len(w))": "Every slope is overwritten.",
    },
    "worst_error": {
        (
            "return np.max(np.abs(claimed - numeric) / np.where(sizes == 0, 1, sizes)) → "
            "return np.max(np.abs(claimed - numeric) / np.where(sizes == 0, 2, sizes))"
        ): ("Where both slopes are 0 their difference is 0, whatever it is divided by."),
    },
}
