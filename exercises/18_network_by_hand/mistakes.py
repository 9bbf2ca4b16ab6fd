"""Wrong answers people give in set 18, as code, with the diagnosis each must get."""

import itertools

import numpy as np

from coursekit.course.exercises.tasks import Mistake


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def relu(s):
    return np.maximum(s, 0)


def count(rule):
    """The answer of one who counts by a rule over the sizes of the layers."""

    def answer(inputs, hidden_1, hidden_2, outputs):
        return rule([inputs, hidden_1, hidden_2, outputs])

    return answer


def weights(sizes):
    return sum(p * q for p, q in itertools.pairwise(sizes))


def scores(bend=relu, end=lambda s: s, use_b1=1, use_b2=1):
    """A forward pass in which only these pieces are wrong."""

    def answer(X, W1, b1, W2, b2):
        return end(bend(X @ W1 + use_b1 * b1) @ W2 + use_b2 * b2)

    return answer


def entry_by_entry(X, W1, b1, W2, b2):
    return relu(X * W1 + b1) * W2 + b2


def weights_first(X, W1, b1, W2, b2):
    return W2 @ relu(W1 @ X + b1) + b2


def biases_as_column(X, W1, b1, W2, b2):
    return relu(X @ W1 + b1[:, None]) @ W2 + b2[:, None]


def bend_before_bias(X, W1, b1, W2, b2):
    return (relu(X @ W1) + b1) @ W2 + b2


def plain_max(X, W1, b1, W2, b2):
    return max(X @ W1 + b1, 0) @ W2 + b2


def largest_of_column(X, W1, b1, W2, b2):
    return np.max(X @ W1 + b1, 0) @ W2 + b2


def with_if(X, W1, b1, W2, b2):
    sums = X @ W1 + b1
    return sums @ W2 + b2 if sums > 0 else np.zeros_like(sums) @ W2 + b2


def gradients(
    bend=relu,
    by_score=lambda z, y: sigmoid(z) - y,
    mean=lambda g: g / len(g),
    through_bend=lambda by_active, sums: by_active * (sums > 0),
    bias=lambda g: g.sum(axis=0),
    at_first_bias=lambda by_active, by_sums: by_sums,
    penalty=lambda W1, b1, W2, b2, n: (W1, 0, W2, 0),
    use_b1=1,
    use_b2=1,
    column=lambda y: y[:, None],
    order=lambda parts: parts,
    down=lambda by_scores, W2: by_scores @ W2.T,
    product=lambda A, G: A.T @ G,
    into_W2=lambda active, X: active,
):
    """A backward pass in which only these pieces are wrong."""

    def answer(X, y, W1, b1, W2, b2, lam):
        sums = X @ W1 + use_b1 * b1
        active = bend(sums)
        by_scores = mean(by_score(active @ W2 + use_b2 * b2, column(y)))
        by_active = down(by_scores, W2)
        by_sums = through_bend(by_active, sums)
        by_loss = (
            *(product(X, by_sums), bias(at_first_bias(by_active, by_sums))),
            *(product(into_W2(active, X), by_scores), bias(by_scores)),
        )
        pulls = penalty(W1, b1, W2, b2, len(y))
        return order(tuple(g + lam * pull for g, pull in zip(by_loss, pulls, strict=True)))

    return answer


def through_probability(z, y):
    p = sigmoid(z)
    with np.errstate(all="ignore"):
        return (p - y) / (p * (1 - p)) * (p * (1 - p))


def tiny_added(z, y):
    p = sigmoid(z)
    return (p - y) / (p * (1 - p) + 1e-12) * (p * (1 - p))


def own_sigmoid(a):
    """The sigmoid of a number of any precision, or of a symbol."""
    import mpmath
    import sympy as sp

    return 1 / (1 + (mpmath if isinstance(a, mpmath.mpf) else sp).exp(-a))


def sums_into_W2(X, y, W1, b1, W2, b2, lam):
    return gradients(into_W2=lambda active, X: X @ W1 + b1)(X, y, W1, b1, W2, b2, lam)


MISTAKES = {
    "network_parameters": [
        Mistake(
            "the two are swapped: weights come first", count(lambda s: (sum(s[1:]), weights(s)))
        ),
        Mistake(
            "the inputs are counted as units with biases; they are given numbers and have none",
            count(lambda s: (weights(s), sum(s))),
        ),
        Mistake(
            "one bias for each layer is counted; every unit has a bias of its own",
            count(lambda s: (weights(s), len(s) - 1)),
        ),
        Mistake(
            "the outputs have biases too: c in the smallest network of the lesson",
            count(lambda s: (weights(s), sum(s[1:-1]))),
        ),
        Mistake(
            "the biases are counted among the weights as well",
            count(lambda s: (weights(s) + sum(s[1:]), sum(s[1:]))),
        ),
        Mistake(
            "the sizes of all layers are multiplied with each other; only neighbours are joined, "
            "and the layers add up",
            count(lambda s: (int(np.prod(s)), sum(s[1:]))),
        ),
        Mistake(
            "the weights from the inputs to the first hidden layer are missing",
            count(lambda s: (weights(s[1:]), sum(s[1:]))),
        ),
        Mistake(
            "the weights into the outputs are missing",
            count(lambda s: (weights(s[:-1]), sum(s[1:]))),
        ),
        Mistake(
            "one weight for each unit is counted; a unit has a weight for each of its inputs",
            count(lambda s: (sum(s[1:]), sum(s[1:]))),
        ),
    ],
    "network_scores": [
        Mistake(
            "max() wants to know which of two numbers is larger, but an array has many answers: "
            "np.maximum compares entry by entry",
            plain_max,
        ),
        Mistake(
            "np.max(…, 0) is the largest number of each column; np.maximum compares entry by entry",
            largest_of_column,
        ),
        Mistake(
            "`if` wants one answer, but an array has many: np.maximum(sums, 0) treats each entry "
            "by itself",
            with_if,
        ),
        Mistake(
            "these are the outputs of the hidden units; the second layer is missing",
            lambda X, W1, b1, W2, b2: relu(X @ W1 + b1),
        ),
        Mistake(
            "these are the sums of the hidden units; the bend and the second layer are missing",
            lambda X, W1, b1, W2, b2: X @ W1 + b1,
        ),
        Mistake("the bend is missing, so that the two layers are one", scores(bend=lambda s: s)),
        Mistake(
            "the bend acts on the scores as well; only the hidden units have one",
            scores(end=relu),
        ),
        Mistake(
            "the bend acts on the scores in place of the hidden sums",
            scores(bend=lambda s: s, end=relu),
        ),
        Mistake("the biases b1 are missing", scores(use_b1=0)),
        Mistake("the bias b2 is missing", scores(use_b2=0)),
        Mistake("both biases are missing", scores(use_b1=0, use_b2=0)),
        Mistake("a sign is flipped: b1 is added", scores(use_b1=-1)),
        Mistake("the bend comes before b1; it acts on the whole sum", bend_before_bias),
        Mistake("the bend is a sigmoid; here it is ReLU", scores(bend=sigmoid)),
        Mistake("the bend is tanh; here it is ReLU", scores(bend=np.tanh)),
        Mistake(
            "this says whether a unit is on, 1 or 0; ReLU lets the positive sum itself through",
            scores(bend=lambda s: 1.0 * (s > 0)),
        ),
        Mistake(
            "negative sums become positive ones: that is |s| and not max(0, s)",
            scores(bend=np.abs),
        ),
        Mistake(
            "negative sums are let through and positive ones cut: max and min are swapped",
            scores(bend=lambda s: np.minimum(s, 0)),
        ),
        Mistake(
            "these are probabilities: a sigmoid of the scores, which are asked as they are",
            scores(end=sigmoid),
        ),
        Mistake(
            "these are classes, 0 or 1; asked are the scores themselves",
            scores(end=lambda s: 1 * (s > 0)),
        ),
        Mistake("* multiplies entry by entry; a matrix product is @", entry_by_entry),
        Mistake(
            "the weights stand on the left; a sample is a row here, so it is X @ W1",
            weights_first,
        ),
        Mistake(
            "the biases are added as a column, one for each sample; each unit has its own",
            biases_as_column,
        ),
        Mistake(
            "np.max(0, …) takes its second argument for an axis; np.maximum compares the entries",
            lambda X, W1, b1, W2, b2: np.max(0, X @ W1 + b1) @ W2 + b2,
        ),
        Mistake(
            "W1 stands on the left; a sample is a row here, so it is X @ W1",
            lambda X, W1, b1, W2, b2: relu(W1 @ X + b1) @ W2 + b2,
        ),
    ],
    "squared_error_through_sigmoid": [
        Mistake(
            "the slope of the sigmoid is missing; a − y alone is the slope of the cross-entropy",
            lambda a, y: a - y,
        ),
        Mistake(
            "a sign is flipped: mind the order in a − y and in 1 − a",
            lambda a, y: (y - a) * a * (1 - a),
        ),
        Mistake(
            "a factor 2 too much: the ½ cancels the 2 of the square",
            lambda a, y: 2 * (a - y) * a * (1 - a),
        ),
        Mistake(
            "the ½ is kept, but the 2 of the square cancels it",
            lambda a, y: (a - y) * a * (1 - a) / 2,
        ),
        Mistake(
            "this is the slope of the sigmoid alone; the one of the loss is missing",
            lambda a, y: a * (1 - a) + 0 * y,
        ),
        Mistake(
            "the value of the loss is multiplied, not its slope",
            lambda a, y: (a - y) ** 2 / 2 * a * (1 - a),
        ),
        Mistake(
            "1 − a² is the slope of tanh; the sigmoid's is a(1 − a)",
            lambda a, y: (a - y) * (1 - a**2),
        ),
        Mistake(
            "the slope of the sigmoid is divided by; that leads from z to a, and you go back by "
            "multiplying",
            lambda a, y: (a - y) / (a * (1 - a)),
        ),
        Mistake(
            "a is σ(z) already; the sigmoid is taken of it once more",
            lambda a, y: (a - y) * own_sigmoid(a) * (1 - own_sigmoid(a)),
        ),
        Mistake("the factor 1 − a of the sigmoid's slope is missing", lambda a, y: (a - y) * a),
        Mistake("the factor a of the sigmoid's slope is missing", lambda a, y: (a - y) * (1 - a)),
        Mistake(
            "the slopes of the two links are added; along a chain they are multiplied",
            lambda a, y: a - y + a * (1 - a),
        ),
        Mistake(
            "the slope of the sigmoid is there twice; only one sigmoid lies between z and L",
            lambda a, y: (a - y) * (a * (1 - a)) ** 2,
        ),
        Mistake(
            "the slope of the sigmoid is taken at the label y; it belongs to the output a",
            lambda a, y: (a - y) * y * (1 - y),
        ),
    ],
    "network_gradients": [
        Mistake(
            "the slope of the bend is missing: a silent unit must get no slope",
            gradients(through_bend=lambda by_active, sums: by_active),
        ),
        Mistake(
            "the bend itself is applied to the slopes; they are multiplied by the slope of the "
            "bend, taken at the sums",
            gradients(through_bend=lambda by_active, sums: relu(by_active)),
        ),
        Mistake(
            "the slopes are multiplied by the bend's values; they need its slope, 1 or 0",
            gradients(through_bend=lambda by_active, sums: by_active * relu(sums)),
        ),
        Mistake(
            "a(1 − a) is the slope of a sigmoid; the hidden units are ReLU",
            gradients(
                through_bend=lambda by_active, sums: by_active * relu(sums) * (1 - relu(sums))
            ),
        ),
        Mistake(
            "the slope of the bend is missing in ∂J/∂b1",
            gradients(at_first_bias=lambda by_active, by_sums: by_active),
        ),
        Mistake(
            "the 1/n is missing: the loss is a mean over the n samples",
            gradients(mean=lambda g: g),
        ),
        Mistake(
            "the mean is taken twice: 1/n at the scores is handed down to all the rest",
            gradients(mean=lambda g: g / len(g) ** 2),
        ),
        Mistake(
            "the slopes by the biases are averaged once more; the 1/n is in already, so sum them",
            gradients(bias=lambda g: g.mean(axis=0)),
        ),
        Mistake(
            "the biases are penalised as if they were weights",
            gradients(penalty=lambda W1, b1, W2, b2, n: (W1, b1, W2, b2)),
        ),
        Mistake(
            "the penalty is missing", gradients(penalty=lambda W1, b1, W2, b2, n: (0, 0, 0, 0))
        ),
        Mistake(
            "the penalty is divided by n; only the loss is a mean",
            gradients(penalty=lambda W1, b1, W2, b2, n: (W1 / n, 0, W2 / n, 0)),
        ),
        Mistake(
            "a factor 2 too much in the penalty: the slope of ½λw² is λw",
            gradients(penalty=lambda W1, b1, W2, b2, n: (2 * W1, 0, 2 * W2, 0)),
        ),
        Mistake(
            "the ½ of the penalty is kept; the slope of ½λw² is λw",
            gradients(penalty=lambda W1, b1, W2, b2, n: (W1 / 2, 0, W2 / 2, 0)),
        ),
        Mistake(
            "the value of the penalty is added, not its slope",
            gradients(
                penalty=lambda W1, b1, W2, b2, n: (
                    *((W1**2).sum() / 2, 0),
                    *((W2**2).sum() / 2, 0),
                )
            ),
        ),
        Mistake(
            "the penalty is on W2 alone; W1 holds weights as well",
            gradients(penalty=lambda W1, b1, W2, b2, n: (0, 0, W2, 0)),
        ),
        Mistake(
            "the penalty is on W1 alone; W2 holds weights as well",
            gradients(penalty=lambda W1, b1, W2, b2, n: (W1, 0, 0, 0)),
        ),
        Mistake(
            "this is the slope of L1, λ·sign(w); the penalty here is L2",
            gradients(penalty=lambda W1, b1, W2, b2, n: (np.sign(W1), 0, np.sign(W2), 0)),
        ),
        Mistake(
            "the penalty's sign is flipped: it drives the weights away from 0",
            gradients(penalty=lambda W1, b1, W2, b2, n: (-W1, 0, -W2, 0)),
        ),
        Mistake(
            "scores of shape (n, 1) minus y of shape (n,) is a table of n × n: make y a column, "
            "y[:, None]",
            gradients(column=lambda y: y),
        ),
        Mistake(
            "`by_scores @ W2` does not fit: (n, 1) times (units, 1); going down is G @ W.T",
            gradients(down=lambda by_scores, W2: by_scores @ W2),
        ),
        Mistake(
            "`by_scores * W2` goes through entry by entry where the shapes happen to fit, and "
            "mixes samples with units; going down is G @ W.T",
            gradients(down=lambda by_scores, W2: by_scores * W2),
        ),
        Mistake(
            "the transpose is missing: the slope by the weights is A.T @ G, a sum over samples",
            gradients(product=lambda A, G: A @ G),
        ),
        Mistake(
            "what goes into W2 are the active numbers of the hidden units, not X",
            gradients(into_W2=lambda active, X: X),
        ),
        Mistake(
            "this is the slope of the squared error; the loss is the cross-entropy of the scores",
            gradients(by_score=lambda z, y: z - y),
        ),
        Mistake(
            "σ'(z) is there once too often: for the cross-entropy it cancels, and σ(z) − y is all",
            gradients(by_score=lambda z, y: (sigmoid(z) - y) * sigmoid(z) * (1 - sigmoid(z))),
        ),
        Mistake(
            "it goes through the probability and divides by p(1 − p), which is rounded to 0 for "
            "large scores; σ(z) − y needs no division",
            gradients(by_score=through_probability),
        ),
        Mistake(
            "a tiny number in the divisor p(1 − p) avoids nan, but the slope of a badly wrong "
            "sample is lost; σ(z) − y needs no division",
            gradients(by_score=tiny_added),
        ),
        Mistake(
            "all signs are flipped: the slope by the score is σ(z) − y",
            gradients(by_score=lambda z, y: y - sigmoid(z)),
        ),
        Mistake(
            "y is missing: the slope by the score is σ(z) − y",
            gradients(by_score=lambda z, y: sigmoid(z)),
        ),
        Mistake(
            "the bend is missing on the way forward, so what goes into W2 is wrong",
            gradients(bend=lambda s: s),
        ),
        Mistake("b1 is missing on the way forward", gradients(use_b1=0)),
        Mistake("b2 is missing on the way forward", gradients(use_b2=0)),
        Mistake(
            "the order is that of the way back; asked is (W1, b1, W2, b2)",
            gradients(order=lambda g: (g[2], g[3], g[0], g[1])),
        ),
        Mistake(
            "both weights come first here; the order is W1, b1, W2, b2",
            gradients(order=lambda g: (g[0], g[2], g[1], g[3])),
        ),
        Mistake(
            "the sums go into W2 here; what goes in are the active numbers, after the bend",
            sums_into_W2,
        ),
        Mistake(
            "a slope by the biases is added up over everything; each unit has its own, so sum over "
            "the samples: axis=0",
            gradients(bias=np.sum),
        ),
        Mistake(
            "the slopes by the biases are added up over the units; sum over the samples: axis=0",
            gradients(bias=lambda g: g.sum(axis=1)),
        ),
    ],
}

# Changes of the solution that change no answer, and why.
HARMLESS = {
    "network_gradients": {
        "by_sums = by_scores @ W2.T * (sums > 0) → by_sums = by_scores * W2.T * (sums > 0)": (
            "With one output the matrix product of a column and a row is their product by "
            "broadcasting."
        ),
        "by_sums = by_scores @ W2.T * (sums > 0) → by_sums = by_scores @ W2.T * (sums >= 0)": (
            "A sum that is exactly 0 is at the kink of ReLU, where either slope may be taken."
        ),
    },
}
