"""What right answers of set 19 must satisfy: dropout, early stopping and batch norm by hand."""

import numpy as np

from coursekit.course.exercises.tasks import Choose, Derive, Implement, Property, part


def dropout_layer(x, draws, drop, mode):
    return x * (draws >= drop) / (1 - drop) if mode == "training" else x.copy()


def stopping_epochs(losses, patience):
    best = 0
    for k, loss in enumerate(losses):
        if loss < losses[best]:
            best = k
        if k - best >= patience:
            break
    return best + 1, k + 1


def batch_norm_forward(x, gamma, beta, eps):
    return gamma * (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + eps) + beta


def array(*entries):
    return np.array(entries, dtype=float)


def drawn(rng, shape, drop, mode):
    """Draw a case in which no draw is close to drop."""
    draws = rng.random(size=shape)
    draws = np.where(np.abs(draws - drop) < 0.01, drop + 0.01, draws)
    return rng.normal(size=shape) * 3, draws, drop, mode


def all_kept(rng):
    draws = 0.5 + 0.5 * rng.random(size=(3, 2))
    return [
        (array([3.0]), array([0.9]), 0.25, "training"),
        (array([2.0, -4.0]), array([0.3, 0.8]), 0.2, "training"),
        (rng.normal(size=(3, 2)), draws, 0.4, "training"),
    ]


def all_dropped(rng):
    draws = 0.7 * rng.random(size=(2, 3))
    return [
        (array([3.0]), array([0.1]), 0.25, "training"),
        (rng.normal(size=(2, 3)), draws, 0.75, "training"),
    ]


def in_use(rng):
    one = (array([3.0, -2.0]), array([0.1, 0.9]), 0.25, "use")
    return [one, drawn(rng, (3, 4), 0.8, "use"), drawn(rng, (2, 2), 0.1, "use")]


def no_dropout(rng):
    one = (array([3.0, -2.0]), array([0.1, 0.9]), 0.0, "training")
    return [one, drawn(rng, (3, 2), 0.0, "training"), drawn(rng, (3, 2), 0.0, "use")]


def some_dropped(rng):
    one = (array([8.0, 6.0], [-4.0, 2.0]), array([0.1, 0.9], [0.7, 0.3]), 0.2, "training")
    two = (array([8.0, 6.0], [-4.0, 2.0]), array([0.1, 0.9], [0.7, 0.3]), 0.5, "training")
    return [one, two, *(drawn(rng, (4, 5), drop, "training") for drop in (0.1, 0.3, 0.6, 0.8))]


def curve(rng, n, patience):
    """Draw losses that fall and rise again, with noise and some equal values."""
    middle = rng.integers(2, n)
    return [round(float(v), 1) for v in np.abs(np.arange(n) - middle) / 3 + rng.random(n)], patience


def falling(rng):
    return [([3.0, 2.0, 1.0], 2), ([2.0, 1.0], 1), (list(np.sort(rng.random(6))[::-1]), 3)]


def one_rise(rng):
    return [([3.0, 2.0, 2.5, 1.0], 1), ([1.0, 2.0], 1), ([1.0, 0.5, *(0.6 + rng.random(4))], 1)]


def waiting(rng):
    return [([3.0, 1.0, 2.0, 1.5, 1.2, 0.5], 3), ([2.0, 3.0, 2.5, 2.2, 1.0], 2)]


def improving_again(rng):
    return [([3.0, 4.0, 2.0, 2.5, 1.0, 1.5, 1.2], 2), ([5.0, 6.0, 4.0, 5.0, 3.0, 4.0, 2.0, 3.0], 2)]


def equal_losses(rng):
    return [([2.0, 1.0, 1.0, 1.0, 0.5], 2), ([1.0, 1.0, 1.0, 1.0], 3)]


def too_short(rng):
    return [([3.0, 1.0, 2.0], 5), ([1.0, 2.0, 3.0], 10), (curve(rng, 6, 1)[0], 20)]


def curves(rng):
    one = ([3.0, 2.0, 2.5, 1.5, 1.8, 1.6, 1.7, 1.0], 3)
    return [one, *(curve(rng, n, patience) for n in (6, 10, 15) for patience in (1, 2, 3, 4))]


ONE, ZERO = array(1), array(0)


def plain_norm(rng):
    cases = [(array([1], [5]), ONE, ZERO, 0.0), (array([400], [-5]), ONE, ZERO, 0.0)]
    return [*cases, (rng.normal(size=(5, 1)) * 9 + 50, ONE, ZERO, 0.0)]


def eps_inside(rng):
    cases = [(array([1], [3]), ONE, ZERO, 3.0), (array([0], [6], [0], [6]), ONE, ZERO, 16.0)]
    return [*cases, (rng.normal(size=(4, 1)), ONE, ZERO, 0.3)]


def constant_feature(rng):
    return [
        (array([2], [2]), ONE, array(5), 0.01),
        (np.full((3, 1), 7.0), array(2), array(-1), 0.1),
    ]


def scale_and_shift(rng):
    one = (array([1], [3]), array(2), array(5), 0.0)
    return [one, (rng.normal(size=(4, 1)), array(rng.normal()), array(rng.normal() * 3), 0.1)]


def several_features(rng):
    one = (array([1, 10], [3, 50]), array(1, 1), array(0, 0), 0.0)
    two = (array([1, 10], [3, 50]), array(2, 1), array(0, 5), 3.0)
    cases = [one, two]
    for n, p in ((3, 2), (4, 4), (8, 5)):
        x = rng.normal(size=(n, p)) * 4 + rng.normal(size=p) * 9
        cases.append((x, 0.5 + rng.random(size=p), rng.normal(size=p), 0.2))
    return cases


def close(args, result, expected):
    """Compare on the scale of the numbers here, so that single precision is right as well."""
    return np.allclose(result, expected, rtol=1e-4, atol=1e-5)


def batch(x, gamma, beta, eps):
    """Name a case with one feature; a column needs no brackets."""
    words = [", ".join(f"{v:.4g}" for v in column[:6]) for column in x.T]
    named = f"x = {words[0]}; gamma = {gamma[0]:.4g}; beta = {beta[0]:.4g}; eps = {eps:g}"
    return named.replace("-", "−")


TASKS = [
    Implement(
        name="dropout_layer",
        points=2,
        minutes=7,
        reference=dropout_layer,
        properties=(
            Property("in training a kept number is divided by 1 − drop", all_kept),
            Property("in training a dropped number is 0", all_dropped),
            Property("in use nothing happens", in_use),
            Property("with drop = 0 nothing happens", no_dropout),
            Property("in training every number is dropped or kept by its own draw", some_dropped),
        ),
        hints=(
            "In use there is nothing to do. In training every number is multiplied by a factor of "
            "its own. Which two values can the factor have?",
            "draws >= drop is an array of True and False; True counts as 1 in a product. How "
            "large must a kept number be made, so that the mean over the draws stays x?",
            "The mean of a number that is kept with probability 1 − drop and then divided by q is "
            "(1 − drop) x / q. Choose q so that this is x.",
        ),
        explanation="The division in training keeps the mean, so that in use, where nothing is "
        "dropped, the next layer meets what it has learned to expect. Another way to write it: "
        "np.where(draws < drop, 0, x / (1 - drop)).",
    ),
    Derive(
        name="drop_for_lambda",
        points=2,
        minutes=9,
        reference=lambda lam, m: lam / (lam + m),
        symbols={"lambda": "positive", "m": "positive"},
        hints=(
            "First go the other way: which λ does a given p amount to? The division keeps the "
            "mean of ŷ, so the mean of (y − ŷ)² grows by the variance of ŷ and by nothing else.",
            "A number x that is dropped with probability p, and else divided by 1 − p, has the "
            "variance x² p/(1 − p). So a weight adds w² x² p/(1 − p) for a sample. Take the mean "
            "over the samples and compare ½ of it with ½ λ w².",
            "That gives λ = m p/(1 − p). Multiply by 1 − p and collect the p.",
        ),
        explanation="λ = m p/(1 − p), and so p = λ/(λ + m). With standardised features, m = 1, "
        "λ = 1 is p = ½. A feature in a unit 10 times as small has m 100 times as large: the same "
        "p then stands for a λ 100 times as large.",
    ),
    Implement(
        name="stopping_epochs",
        points=3,
        minutes=10,
        reference=stopping_epochs,
        properties=(
            Property("while the loss falls, every epoch is run and the last is the best", falling),
            Property("with patience 1 the first epoch without improvement ends it", one_rise),
            Property("improvement means: lower than the best so far", waiting),
            Property("after an improvement the patience starts anew", improving_again),
            Property("an equal loss is no improvement", equal_losses),
            Property("where the losses end first, the last epoch is the last one there", too_short),
            Property("the best epoch is right on noisy curves", curves, part(0)),
            Property("the last epoch is right on noisy curves", curves, part(1)),
        ),
        hints=(
            "Walk through the losses one by one and remember the number of the best epoch so far. "
            "What must be true for the training to end?",
            "The epochs in a row without improvement are those since the best one: k − best. Stop "
            "when this reaches the patience. What comes later must not be looked at.",
            "for k, loss in enumerate(losses, start=1) counts from 1. If the loop runs to its end "
            "without a break, k is the last epoch.",
        ),
        explanation="Both numbers follow from the best epoch so far; k − best counts the epochs "
        "without improvement and needs no counter of its own. The training ends at the last "
        "epoch, and the parameters of the best one are used.",
    ),
    Implement(
        name="batch_norm_forward",
        points=2,
        minutes=8,
        reference=batch_norm_forward,
        rtol=1e-4,
        properties=(
            Property(
                "with eps = 0, gamma = 1, beta = 0 the mean is 0 and the mean square 1",
                plain_norm,
                describe=batch,
            ),
            Property("eps is added to the variance, under the root", eps_inside, describe=batch),
            Property("gamma scales and then beta shifts", scale_and_shift, describe=batch),
            Property("a feature that is constant becomes beta", constant_feature, describe=batch),
            Property("each feature has a mean and a spread of its own", several_features, close),
        ),
        hints=(
            "Three steps: subtract the mean of the batch, divide by its spread, then scale and "
            "shift. Over which axis of x are the samples?",
            "x.mean(axis=0) has one entry for each feature. The variance is the mean of the "
            "squares of what is left after the subtraction, divided by n and not by n − 1.",
            "The spread is np.sqrt(variance + eps). gamma and beta have one entry for each "
            "feature and come last.",
        ),
        explanation="Mean and variance over the batch, axis 0, give z = (x − mean) / sqrt(variance "
        "+ eps); the output is gamma · z + beta. x.var(axis=0) is the same variance; a loop "
        "over the features would do as well.",
    ),
    Choose(
        name="after_batch_norm",
        points=1,
        minutes=4,
        right="c",
        wrong={
            "a": "a bell has skewness 0. Mean 0 and deviation 1 are two numbers; the third column "
            "shows that the long tail is still there.",
            "b": "these are all rows in one batch, and the skewness has not moved in the first "
            "digit. A batch of any size is shifted and scaled by a straight line, which bends "
            "nothing.",
            "d": "in use there is no batch: the mean and the variance that were followed during "
            "training are taken, so a single image keeps what is particular about it.",
            "e": "γ and β can set another mean and deviation, but they are learned. The layer "
            "before can no longer change them by the size of its weights, and with batch norm the "
            "lesson's networks train from starts between 0.01 and 3 times the usual size.",
        },
        hints=(
            "What does (x − mean) / spread do to the shape of a histogram? It is one straight "
            "line, the same for all values.",
            "Compare the column of the skewness over the three rows.",
        ),
        explanation="Two numbers of each feature are set, the mean and the deviation; then γ and β "
        "set them to whatever is learned. The skewness, and all the rest of the shape, is what it "
        "was.",
    ),
]
