"""Wrong answers people give in set 08, as code, with the diagnosis each must get."""

import numpy as np

from coursekit.course.exercises.tasks import Mistake


def overshoot(factor=None, n_steps=2, border=lambda L: 2 / L):
    """The answer of one who takes another factor, number of steps or border."""

    def answer(curvature, learning_rate, error):
        f = 1 - learning_rate * curvature if factor is None else factor(curvature, learning_rate)
        return f, error * f**n_steps, border(curvature)

    return answer


def walk(gradient=lambda H, c, w: H @ w - c, pace=lambda eta: eta, n_more=0, rows=slice(None)):
    """A walk in which only these pieces are wrong."""

    def answer(H, c, start, learning_rate, n_steps):
        trace = [start]
        for _ in range(n_steps + n_more):
            trace.append(trace[-1] - pace(learning_rate) * gradient(H, c, trace[-1]))
        return np.array(trace)[rows]

    return answer


def one_array(H, c, start, learning_rate, n_steps):
    w = start.copy()
    trace = [w]
    for _ in range(n_steps):
        w -= learning_rate * (H @ w - c)
        trace.append(w)
    return np.array(trace)


def callers_array(H, c, start, learning_rate, n_steps):
    w, trace = start, [start]
    for _ in range(n_steps):
        w -= learning_rate * (H @ w - c)
        trace.append(w)
    return np.array(trace)


def copies_of_callers_array(H, c, start, learning_rate, n_steps):
    w, trace = start, [start.copy()]
    for _ in range(n_steps):
        w -= learning_rate * (H @ w - c)
        trace.append(w.copy())
    return np.array(trace)


def c_outside_the_brackets(H, c, start, learning_rate, n_steps):
    trace = [start]
    for _ in range(n_steps):
        trace.append(trace[-1] - learning_rate * H @ trace[-1] - c)
    return np.array(trace)


def copied_once(H, c, start, learning_rate, n_steps):
    """The first row is safe, but the others are still one array."""
    w, trace = start.copy(), [start.copy()]
    for _ in range(n_steps):
        w -= learning_rate * (H @ w - c)
        trace.append(w)
    return np.array(trace)


def appended_after_the_loop(H, c, start, learning_rate, n_steps):
    w, trace = start, [start]
    for _ in range(n_steps):
        w = w - learning_rate * (H @ w - c)
    trace.append(w)
    return np.array(trace)


def returned_within_the_loop(H, c, start, learning_rate, n_steps):
    w, trace = start, [start]
    for _ in range(n_steps):
        w = w - learning_rate * (H @ w - c)
        trace.append(w)
        return np.array(trace)


def last_row_left_out(H, c, start, learning_rate, n_steps):
    w, trace = start, np.zeros((n_steps + 1, len(start)))
    for i in range(n_steps):
        trace[i] = w
        w = w - learning_rate * (H @ w - c)
    return trace


def without_the_start(H, c, start, learning_rate, n_steps):
    """The rows from 1 on; without a step the list is empty, and has no columns."""
    return np.array(list(walk()(H, c, start, learning_rate, n_steps))[1:])


def start_itself_in_front(H, c, start, learning_rate, n_steps):
    w, trace = start, [start]
    for _ in range(n_steps):
        w -= learning_rate * (H @ w - c)
        trace.append(w.copy())
    return np.array(trace)


def first_slope_for_ever(H, c, start, learning_rate, n_steps):
    slope = H @ start - c
    return np.array([start - k * learning_rate * slope for k in range(n_steps + 1)])


def always_from_start(H, c, start, learning_rate, n_steps):
    trace = [start]
    for _ in range(n_steps):
        trace.append(start - learning_rate * (H @ start - c))
    return np.array(trace)


def one_after_the_other(H, c, start, learning_rate, n_steps):
    w, trace = start.copy(), [start]
    for _ in range(n_steps):
        for i in range(len(w)):
            w[i] -= learning_rate * (H[i] @ w - c[i])
        trace.append(w.copy())
    return np.array(trace)


def curvatures(X, ones=True, divide_by=len):
    A = np.column_stack([X, np.ones(len(X))]) if ones else X
    return np.linalg.eigvalsh(A.T @ A / divide_by(X))


def landscape(rate=lambda h: 1 / h.max(), condition=lambda h: h.max() / h.min(), of=curvatures):
    """The two numbers from other curvatures, or by another rule."""
    return lambda X: (rate(of(X)), condition(of(X)))


def unsorted(X):
    A = np.column_stack([X, np.ones(len(X))])
    found = np.linalg.eigvals(A.T @ A / len(X))
    return 1 / found[0], found[0] / found[-1]


def standardised(X):
    return (X - X.mean(axis=0)) / X.std(axis=0)


def mean_squares(X):
    return np.append(np.mean(X**2, axis=0), 1)


MISTAKES = {
    "overshooting": [
        Mistake(
            "the sign of the factor is lost: each step lands on the other side",
            overshoot(lambda L, eta: eta * L - 1),
        ),
        Mistake(
            "this is ηL; the factor is what is left of the error, 1 − ηL",
            overshoot(lambda L, eta: eta * L),
        ),
        Mistake(
            "the curvature is missing: the factor is 1 − ηL, not 1 − η",
            overshoot(lambda L, eta: 1 - eta),
        ),
        Mistake(
            "the slope of (L/2)(w − 3)² is L(w − 3); the ½ has cancelled the 2 of the square",
            overshoot(lambda L, eta: 1 - eta * L / 2),
        ),
        Mistake(
            "a factor 2 too much: the ½ before the square cancels it",
            overshoot(lambda L, eta: 1 - 2 * eta * L),
        ),
        Mistake(
            "a plus where a minus belongs: the step goes against the slope",
            overshoot(lambda L, eta: 1 + eta * L),
        ),
        Mistake(
            "two changes of side lead back: the second number has the sign of the start",
            lambda curvature, learning_rate, error: (
                1 - learning_rate * curvature,
                -error * (1 - learning_rate * curvature) ** 2,
                2 / curvature,
            ),
        ),
        Mistake(
            "two steps multiply by the factor twice, not by twice the factor",
            lambda curvature, learning_rate, error: (
                1 - learning_rate * curvature,
                2 * error * (1 - learning_rate * curvature),
                2 / curvature,
            ),
        ),
        Mistake("this is the error after one step; two are asked", overshoot(n_steps=1)),
        Mistake("this is the error after three steps; two are asked", overshoot(n_steps=3)),
        Mistake(
            "the second number is where w is; asked is the error, the distance from 3",
            lambda curvature, learning_rate, error: (
                1 - learning_rate * curvature,
                3 + error * (1 - learning_rate * curvature) ** 2,
                2 / curvature,
            ),
        ),
        Mistake(
            "1/L arrives in one step; between it and 2/L the walk overshoots, and converges still",
            overshoot(border=lambda L: 1 / L),
        ),
        Mistake(
            "this is the border for ηL; asked is the one for η",
            overshoot(border=lambda L: 2),
        ),
    ],
    "walk_downhill": [
        Mistake(
            "this is the faulty function itself: `w -= …` writes into the one array that all rows "
            "are; `w = w - …` makes a new one",
            one_array,
        ),
        Mistake(
            "`w -= …` writes into the one array that all rows are, and that is the caller's too",
            callers_array,
        ),
        Mistake(
            "the rows are right, but `w -= …` writes into the caller's start: begin with a copy",
            copies_of_callers_array,
        ),
        Mistake(
            "the first row is a copy now, but all others are still one array: append w.copy(), or "
            "write `w = w - …`",
            copied_once,
        ),
        Mistake(
            "only the start and the last point are kept: append within the loop",
            appended_after_the_loop,
        ),
        Mistake(
            "the function returns after the first step: `return` belongs after the loop",
            returned_within_the_loop,
        ),
        Mistake(
            "the last row is never filled: there are n_steps + 1 points for n_steps steps",
            last_row_left_out,
        ),
        Mistake(
            "the list begins empty: the start is the first row, also without a step",
            without_the_start,
        ),
        Mistake(
            "the first row is the caller's start itself, which `w -= …` then overwrites: begin "
            "with a copy",
            start_itself_in_front,
        ),
        Mistake(
            "`H * w` multiplies entry by entry; `H @ w` is the product of matrix and vector",
            walk(lambda H, c, w: H * w - c),
        ),
        Mistake(
            "this is the last point only; asked are all of them, one in each row",
            walk(rows=-1),
        ),
        Mistake("the start is missing: it is the first row", walk(rows=slice(1, None))),
        Mistake("this is one step too many", walk(n_more=1)),
        Mistake(
            "the walk goes uphill: the gradient must be subtracted", walk(pace=lambda eta: -eta)
        ),
        Mistake("the learning rate is missing", walk(pace=lambda eta: 1)),
        Mistake("c is missing in the gradient", walk(lambda H, c, w: H @ w)),
        Mistake(
            "the sign of c is flipped: the gradient is Hw − c", walk(lambda H, c, w: H @ w + c)
        ),
        Mistake(
            "a factor 2 too much: the gradient of ½ w·Hw is Hw", walk(lambda H, c, w: 2 * H @ w - c)
        ),
        Mistake(
            "the ½ is kept: the gradient of ½ w·Hw is Hw, because the product brings a 2",
            walk(lambda H, c, w: H @ w / 2 - c),
        ),
        Mistake(
            "a ½ too much: it cancels in the gradient, which is Hw − c",
            walk(lambda H, c, w: (H @ w - c) / 2),
        ),
        Mistake(
            "brackets are missing: the learning rate multiplies the whole gradient, Hw − c",
            c_outside_the_brackets,
        ),
        Mistake(
            "this subtracts the objective, one number; its gradient Hw − c has an entry for each "
            "weight",
            walk(lambda H, c, w: w @ H @ w / 2 - c @ w),
        ),
        Mistake(
            "this is one step too few: range(n_steps) goes round n_steps times",
            walk(n_more=-1),
        ),
        Mistake(
            "only the diagonal of H is used; H @ w mixes the directions",
            walk(lambda H, c, w: np.diag(H) * w - c),
        ),
        Mistake(
            "the gradient is taken at the start once and for all; it changes with every step",
            first_slope_for_ever,
        ),
        Mistake(
            "every step sets out from the start again: compute it from the last point",
            always_from_start,
        ),
        Mistake(
            "the entries of w are moved one after the other, and the later ones see the new values "
            "already",
            one_after_the_other,
        ),
    ],
    "walk_from_zero": [
        Mistake(
            "this is the error without its start: at k = 0 it must give 0, and for k → ∞ c/a",
            lambda a, eta, c, k: (1 - eta * a) ** k,
        ),
        Mistake(
            "this is what is missing to the minimum, with the sign turned round; add the minimum "
            "c/a",
            lambda a, eta, c, k: c / a * (1 - eta * a) ** k,
        ),
        Mistake(
            "this is the error w − c/a; asked is w itself",
            lambda a, eta, c, k: -c / a * (1 - eta * a) ** k,
        ),
        Mistake(
            "the error at the start is −c/a, not c/a: the walk begins below its goal",
            lambda a, eta, c, k: c / a * (1 + (1 - eta * a) ** k),
        ),
        Mistake(
            "this is the minimum, which is reached after infinitely many steps",
            lambda a, eta, c, k: c / a,
        ),
        Mistake(
            "k times the first step; but the slope changes on the way",
            lambda a, eta, c, k: k * eta * c,
        ),
        Mistake("this is one step, not k of them", lambda a, eta, c, k: eta * c + 0 * k),
        Mistake(
            "a plus where a minus belongs: the factor of each step is 1 − ηa",
            lambda a, eta, c, k: c / a * (1 - (1 + eta * a) ** k),
        ),
        Mistake(
            "the curvature is missing in the factor, which is 1 − ηa",
            lambda a, eta, c, k: c / a * (1 - (1 - eta) ** k),
        ),
        Mistake(
            "the curvature is missing in the minimum: a w − c is 0 at c/a",
            lambda a, eta, c, k: c * (1 - (1 - eta * a) ** k),
        ),
        Mistake(
            "brackets are missing: the power takes the whole factor, (1 − ηa) to the k",
            lambda a, eta, c, k: c / a * (1 - eta * a**k),
        ),
        Mistake(
            "the factor is raised to k − 1; the first step has it once already",
            lambda a, eta, c, k: c / a * (1 - (1 - eta * a) ** (k - 1)),
        ),
        Mistake(
            "the sign of the minimum is turned round: a w − c is 0 at +c/a",
            lambda a, eta, c, k: -c / a * (1 - (1 - eta * a) ** k),
        ),
    ],
    "rate_and_condition": [
        Mistake(
            "the intercept is missing: it is a weight of a column of ones",
            landscape(of=lambda X: curvatures(X, ones=False)),
        ),
        Mistake(
            "the 1/n is missing: the loss is a mean over the samples",
            landscape(of=lambda X: curvatures(X, divide_by=lambda X: 1)),
        ),
        Mistake(
            "it is divided by the number of columns; the mean is over the samples",
            landscape(of=lambda X: curvatures(X, divide_by=lambda X: X.shape[1])),
        ),
        Mistake(
            "the columns are centred first; they are to be taken as they are",
            landscape(of=lambda X: curvatures(X - X.mean(axis=0))),
        ),
        Mistake(
            "centring does not do the work of the intercept: it has a column of ones and a "
            "curvature of its own",
            landscape(of=lambda X: curvatures(X - X.mean(axis=0), ones=False)),
        ),
        Mistake(
            "the columns are standardised first; they are to be taken as they are",
            landscape(of=lambda X: curvatures(standardised(X))),
        ),
        Mistake(
            "the curvatures are the squares of these singular values",
            landscape(of=lambda X: np.sqrt(curvatures(X))),
        ),
        Mistake(
            "these are the mean squares of the columns; with correlations the curvatures are the "
            "eigenvalues",
            landscape(of=mean_squares),
        ),
        Mistake(
            "this is the border 2/L, beyond which it diverges; asked is the safe rate 1/L",
            landscape(rate=lambda h: 2 / h.max()),
        ),
        Mistake("this is L; the learning rate is 1/L", landscape(rate=lambda h: h.max())),
        Mistake(
            "this is 1/μ: the flattest direction allows it, and the steepest diverges",
            landscape(rate=lambda h: 1 / h.min()),
        ),
        Mistake(
            "this is the best rate 2/(μ + L) for the slowest direction; asked is the safe one, 1/L",
            landscape(rate=lambda h: 2 / (h.min() + h.max())),
        ),
        Mistake(
            "np.linalg.norm of a matrix takes the root of all squares; with ord=2 it is the "
            "largest curvature",
            landscape(rate=lambda h: 1 / np.sqrt(np.sum(h**2))),
        ),
        Mistake(
            "all curvatures are added up; L is the largest of them",
            landscape(rate=lambda h: 1 / h.sum()),
        ),
        Mistake(
            "a factor 2: the loss is ½r², so the curvatures are those of AᵀA/n itself",
            landscape(of=lambda X: 2 * curvatures(X)),
        ),
        Mistake(
            "the ¼ belongs to the logistic loss; the slope of ½r² changes by 1 per unit",
            landscape(of=lambda X: curvatures(X) / 4),
        ),
        Mistake(
            "the condition number is upside down: the largest curvature is above",
            landscape(condition=lambda h: h.min() / h.max()),
        ),
        Mistake(
            "the order is the other way round: first 1/L, then κ",
            lambda X: landscape()(X)[::-1],
        ),
        Mistake(
            "np.linalg.eigvals does not sort, so its first and last entry need not be the largest "
            "and the smallest; np.linalg.eigvalsh sorts",
            unsorted,
        ),
        Mistake(
            "this is the condition number of the data; that of the curvatures is its square",
            landscape(condition=lambda h: np.sqrt(h.max() / h.min())),
        ),
    ],
}

# Changes of the solution that change no answer, and why.
HARMLESS = {
    "walk_downhill": {
        "return np.array(trace) → return trace": (
            "A list of equally long arrays holds the same rows, and is taken for an array."
        ),
    },
}
