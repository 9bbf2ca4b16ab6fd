"""What right answers of bug hunt 2 must satisfy: the five pieces of a network that learns."""

import numpy as np

from coursekit.course.exercises.tasks import Implement, Property


def starting_weights(draws):
    return draws * np.sqrt(2 / len(draws))


def loss_and_slopes(scores, y):
    soft = np.logaddexp(0, scores)
    return (soft - y * scores).mean(), (np.exp(scores - soft) - y) / len(y)


def sgd_step(X, slopes, W1, b1, w2, b2, learning_rate):
    sums = X @ W1 + b1
    by_sums = np.outer(slopes, w2) * (sums > 0)
    return (
        *(W1 - learning_rate * X.T @ by_sums, b1 - learning_rate * by_sums.sum(axis=0)),
        *(w2 - learning_rate * np.maximum(sums, 0).T @ slopes, b2 - learning_rate * slopes.sum()),
    )


def epoch_batches(X, y, order, size):
    parts = [order[k : k + size] for k in range(0, len(order), size)]
    return tuple((X[rows], y[rows]) for rows in parts)


def best_parameters(start, moves, losses):
    return start + moves[: np.argmin(losses) + 1].sum(axis=0)


def array(*entries):
    return np.array(entries, dtype=float)


def layers(*shapes):
    """Cases with a layer of plain numbers for each of these shapes, and drawn ones after them."""

    def cases(rng):
        plain = [(np.resize(array(1, -2, 0.5), shape),) for shape in shapes]
        return [*plain, *((rng.normal(size=shape),) for shape in shapes)]

    return cases


def moderate(rng):
    cases = [(array(0), array(1)), (array(2), array(0)), (array(-2), array(0))]
    return [*cases, (array(rng.normal()), array(1))]


def several(rng):
    cases = [(array(1, 1), array(1, 1)), (array(1, -2, 0.5), array(1, 0, 0))]
    return [*cases, *((rng.normal(size=n) * 3, rng.integers(0, 2, n) + 0.0) for n in (4, 7))]


def high(rng):
    return [(array(1000), array(1)), (array(1000), array(0)), (array(800, 2), array(0, 1))]


def low(rng):
    return [(array(-1000), array(0)), (array(-1000), array(1)), (array(-800, 2), array(1, 0))]


def sure_and_wrong(rng):
    cases = [(array(40), array(0)), (array(-40), array(1)), (array(20, -25), array(0, 1))]
    return [*cases, (rng.uniform(20, 60, size=3), np.zeros(3))]


def close(index):
    """Compare on the scale of the numbers here, so that single precision is right as well."""
    return lambda args, got, right: np.allclose(got[index], right[index], rtol=1e-4, atol=1e-5)


# One sample, one input, one unit.
CHAIN = (array([2]), array(0.5), array([1]), array(0), array(1), 0.0)


def problem(rng, n, inputs, units, rate):
    """Draw a case in which no sum is so close to the bend that single precision would tell."""
    while True:
        X, W1 = rng.normal(size=(n, inputs)), rng.normal(size=(inputs, units))
        b1 = rng.normal(size=units)
        if np.abs(X @ W1 + b1).min() > 1e-3:
            slopes, w2 = rng.uniform(-1, 1, size=n), rng.normal(size=units)
            return X, slopes, W1, b1, w2, rng.normal(), rate


def steps(rate):
    def cases(rng):
        two = (array([1], [2]), array(0.5, -0.25), array([1]), array(0), array(2), 0.0)
        wide = (array([1]), array(0.5), array([1, 2]), array(0, 1), array(2, -1), 0.0)
        sizes = (3, 2, 4), (5, 3, 2), (4, 4, 4)
        drawn = [problem(rng, *s, rate) for s in sizes]
        return [(*CHAIN, rate), (*two, rate), (*wide, rate), *drawn]

    return cases


def silent_unit(rng):
    cases = [(array([-2]), *CHAIN[1:], 0.5), (array([2], [-2]), array(0.5, 1), *CHAIN[2:], 0.5)]
    X, slopes, W1, b1, w2, b2, rate = problem(rng, 4, 2, 3, 0.3)
    return [*cases, (X, slopes, W1, b1 - array(0, 50, 0), w2, b2, rate)]


def all_close(args, result, expected):
    return all(close(i)(args, result, expected) for i in range(len(expected)))


def table(rng, n, p):
    """Draw samples that differ, and labels that differ too, so that every pair is known again."""
    return rng.normal(size=(n, p)), rng.permutation(n) + 1.0


def as_it_is(rng):
    X, y = table(rng, 6, 2)
    return [(array([1], [2]), array(10, 20), np.arange(2), 1), (X, y, np.arange(6), 3)]


FOUR = array([1], [2], [3], [4]), array(10, 20, 30, 40)


def shuffled(rng):
    swapped, turned = np.array([1, 0, 3, 2]), np.array([2, 0, 3, 1])
    cases = [(array([1], [2]), array(10, 20), np.array([1, 0]), 2)]
    cases += [(*FOUR, order, 2) for order in (swapped, turned)]
    return [*cases, *((*table(rng, n, 3), rng.permutation(n), 4) for n in (8, 12))]


def left_over(rng):
    cases = [(array([1], [2], [3]), array(10, 20, 30), np.array([1, 2, 0]), 2)]
    cases.append((*FOUR, np.array([2, 0, 3, 1]), 3))
    return [*cases, *((*table(rng, n, 2), rng.permutation(n), 5) for n in (7, 13, 16))]


def one_batch(rng):
    cases = [(*FOUR, np.array([2, 0, 3, 1]), size) for size in (4, 9)]
    return [*cases, (*table(rng, 5, 2), rng.permutation(5), 7)]


def diary(rng, losses):
    n = int(rng.integers(2, 5))
    return rng.normal(size=n), rng.normal(size=(len(losses), n)), losses


def falling(rng):
    one = (array(0), array([1], [1], [1]), array(3, 2, 1))
    return [one, diary(rng, np.sort(rng.random(5))[::-1])]


def rising(rng):
    cases = [(array(0), array([1], [1], [1]), array(2, 1, 3))]
    cases.append((array(5, -1), array([1, 2], [-3, 0.5], [2, 2], [1, 1]), array(4, 3, 2, 6)))
    return [*cases, *(diary(rng, rng.permutation([1.0, 2, 3, 4, 5, 6, 7, 0, 8])) for _ in range(3))]


def at_once(rng):
    one = (array(10), array([1], [2]), array(1, 2))
    return [one, diary(rng, 1 + np.sort(rng.random(4)))]


def again(rng):
    one = (array(0), array([1], [1], [1], [1], [1]), array(3, 2, 4, 1, 2))
    return [one, diary(rng, array(5, 3, 4, 3.5, 2, 6, 1, 7))]


def ties(rng):
    one = (array(0), array([1], [1], [1]), array(2, 1, 1))
    return [one, diary(rng, array(3, 2, 4, 2, 5))]


TASKS = [
    Implement(
        name="starting_weights",
        points=1,
        minutes=7,
        reference=starting_weights,
        properties=(
            Property("with two inputs the draws stay as they are", layers((2, 1), (2, 4))),
            Property("with eight inputs they are halved", layers((8, 1), (8, 3))),
            Property(
                "the variance of a weight is 2/p times that of its draw, for any p",
                layers((1, 1), (3, 2), (18, 2), (5, 5), (4, 7)),
            ),
        ),
        hints=(
            "The demonstration should print about 1 in all three lines. How does what it prints "
            "depend on p?",
            "2/p is to be the variance of a weight. What happens to the variance of a draw when "
            "you multiply the draw by c?",
            "It is multiplied by c². So c is the root of 2/p, and p is the number of rows.",
        ),
        explanation="draws * np.sqrt(2 / len(draws)). 2/p is a variance and np.sqrt(2/p) the "
        "deviation; for p = 2 they are the same number, for p = 784 the weights were about 20 "
        "times too small. With one hidden layer that costs epochs; with ten layers nothing "
        "arrives at the end.",
    ),
    Implement(
        name="loss_and_slopes",
        points=2,
        minutes=10,
        reference=loss_and_slopes,
        rtol=1e-4,
        properties=(
            Property("loss and slope of one sample are right", moderate, all_close),
            Property("over several samples the loss is a mean", several, close(0)),
            Property("the slopes are those of the mean", several, close(1)),
            Property(
                "a sample that is wrong for sure costs about |score|", sure_and_wrong, all_close
            ),
            Property("scores far above 0 do no harm", high, all_close),
            Property("scores far below 0 do no harm", low, all_close),
        ),
        hints=(
            "Which of the numbers inside the function is the first that a computer cannot hold?",
            "log(1 + eˢ) is about s for large s. np.logaddexp(a, b) returns log(eᵃ + eᵇ) without "
            "computing either power; which a and b do you need?",
            "np.logaddexp(0, scores) mends the loss. For the slope, write eˢ/(1 + eˢ) with an "
            "exponent that is never positive: eˢ/(1 + eˢ) = exp(s − log(1 + eˢ)).",
        ),
        explanation="Large numbers may cancel on paper, but the computer meets them one by one: "
        "e⁷¹⁰ is too large already, and inf/inf is nan. soft = np.logaddexp(0, scores) holds both "
        "answers: soft − y · score and exp(score − soft) − y. Another way: "
        "maximum(s, 0) + log1p(exp(−|s|)).",
    ),
    Implement(
        name="sgd_step",
        points=3,
        minutes=11,
        reference=sgd_step,
        rtol=1e-4,
        properties=(
            Property("a silent unit passes no slope on", silent_unit, all_close),
            Property("a small step is right", steps(0.01), all_close),
            Property("a large step moves b2 and w2 against their slopes", steps(1.0), close(2)),
            Property(
                "a large step moves W1 and b1 by slopes at the old weights", steps(1.0), all_close
            ),
        ),
        hints=(
            "The number that is printed should not depend on the learning rate. Which line makes "
            "it depend?",
            "All four slopes belong to one point: the weights with which the scores were computed. "
            "Follow w2 from line to line.",
            "Compute by_sums before w2 moves, or give the moved weights another name.",
        ),
        explanation="Go all the way back first, then move. With a small learning rate the moved w2 "
        "is nearly the old one, so the bug looks like a network that can only be trained slowly. "
        "It is no gradient of anything, and a checker of gradients that never takes a step "
        "passes by it.",
    ),
    Implement(
        name="epoch_batches",
        points=2,
        minutes=8,
        reference=epoch_batches,
        properties=(
            Property("without shuffling the rows come in turn", as_it_is),
            Property("every sample keeps its label when they are shuffled", shuffled),
            Property("the last batch has what is left over", left_over),
            Property("a batch may hold all samples", one_batch),
        ),
        hints=(
            "Take four samples and the order 2, 0, 3, 1, and write the first batch by hand. Which "
            "X does the function give, and which y?",
            "order says which rows come next. How many times is X put in order, and how many "
            "times y?",
            "Either put both in order once and then cut slices, or leave both as they are and take "
            "X[rows] and y[rows].",
        ),
        explanation="X was put in order twice and y once, so each sample got a stranger's label. "
        "Without shuffling nothing happens. The training loss hardly falls then, since there is "
        "nothing left to learn: check a few pairs by eye.",
    ),
    Implement(
        name="best_parameters",
        points=2,
        minutes=9,
        reference=best_parameters,
        properties=(
            Property("while the loss falls, the last parameters are the best", falling),
            Property("when the loss rises in the end, earlier ones are the best", rising),
            Property("the first epoch may be the best", at_once),
            Property("after a rise it may get better again", again),
            Property("of equal losses the first counts", ties),
        ),
        hints=(
            "The loop finds the right epoch. What does best hold when the loop is at its end?",
            "theta += move writes into the array that theta names. How many arrays are there, and "
            "how many names?",
            "best must be an array of its own: keep theta.copy(), or make a new one each time with "
            "theta = theta + move.",
        ),
        explanation="best = theta gives the same array a second name, and theta += move goes on "
        "writing into it. best, lowest = theta.copy(), loss keeps what it was. Without a loop: "
        "start + moves[: k + 1].sum(axis=0) with k = np.argmin(losses).",
    ),
]
