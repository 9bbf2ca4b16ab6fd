"""What right answers of set 18 must satisfy: a network by hand, forward and backward."""

import numpy as np

from coursekit.course.exercises.tasks import Choose, Derive, Implement, Predict, Property


def network_parameters(inputs, hidden_1, hidden_2, outputs):
    weights = inputs * hidden_1 + hidden_1 * hidden_2 + hidden_2 * outputs
    return weights, hidden_1 + hidden_2 + outputs


def own_network_parameters(rng):
    """Fewer units from layer to layer, so that no two layers are the same by chance."""
    names = ("inputs", "hidden_1", "hidden_2", "outputs")
    while True:
        sizes = sorted(rng.choice(range(2, 11), size=4, replace=False).tolist(), reverse=True)
        weights, biases = network_parameters(*sizes)
        if weights != 58 and biases != 11:
            return dict(zip(names, sizes, strict=True))


def network_scores(X, W1, b1, W2, b2):
    return np.maximum(X @ W1 + b1, 0) @ W2 + b2


def network_gradients(X, y, W1, b1, W2, b2, lam):
    sums = X @ W1 + b1
    active = np.maximum(sums, 0)
    by_scores = (1 / (1 + np.exp(-(active @ W2 + b2))) - y[:, None]) / len(y)
    by_sums = by_scores @ W2.T * (sums > 0)
    return (
        *(X.T @ by_sums + lam * W1, by_sums.sum(axis=0)),
        *(active.T @ by_scores + lam * W2, by_scores.sum(axis=0)),
    )


def array(*entries):
    return np.array(entries, dtype=float)


# One sample, one input, one unit, one output; the weights are 2 and 3, the biases −1 and 0.5.
CHAIN = (array([2]), array(-1), array([3]), array(0.5))


def network(rng, inputs, units, outputs):
    return (
        *(rng.normal(size=(inputs, units)), rng.normal(size=units)),
        *(rng.normal(size=(units, outputs)), rng.normal(size=outputs)),
    )


def positive_sum(rng):
    b1, w2, b2 = rng.normal(size=3)
    return [
        (array([1]), *CHAIN),
        (array([1.5]), array([2]), array(b1 + 3), array([w2]), array(b2)),
    ]


def negative_sum(rng):
    b1, w2, b2 = rng.normal(size=3)
    return [
        (array([-2]), *CHAIN),
        (array([-1.5]), array([2]), array(b1 - 3), array([w2]), array(b2)),
    ]


def negative_score(rng):
    w1, *_, b2 = CHAIN
    case = (array([1]), w1, array(-1), array([-3]), b2)
    return [case, (array([2]), w1, array(rng.random()), array([-1 - rng.random()]), b2)]


def different_coordinates(rng):
    corners = array([0, 0], [0, 1], [1, 0], [1, 1])
    return [(corners, array([1, 1], [1, 1]), array(0, -1), array([1], [-2]), array(0))]


def any_sizes(rng):
    one = (array([1, 2], [3, -1]), array([1, -1], [2, 0]), array(0, 1))
    cases = [(*one, array([1, 2], [-1, 1]), array(0.5, -0.5))]
    for n, inputs, units, outputs in ((3, 2, 4, 1), (4, 3, 2, 5), (6, 5, 7, 3)):
        cases.append((rng.normal(size=(n, inputs)), *network(rng, inputs, units, outputs)))
    return cases


# Chosen so that the score is 0 and half of the loss's slope is to be seen everywhere.
HALF = (array([2]), array(-1), array([0.5]), array(-1))


def one_sample(rng):
    cases = [(array([1.5]), array(y), *HALF, 0.0) for y in (1, 0)]
    w1, w2 = 1 + rng.random(size=2)
    return [*cases, (array([2]), array(0), array([w1]), array(0.5), array([-w2]), array(1), 0.0)]


def twice(rng):
    cases = [(array([1.5], [1.5]), array(1, 1), *HALF, 0.0)]
    for n in (2, 3):
        x, w = rng.random(size=2) + 0.5
        chain = (array([w]), array(1), array([-w]), array(0.5))
        cases.append((np.full((n, 1), x), np.zeros(n), *chain, 0.0))
    return cases


def silent(rng):
    """Draw units that are silent for one sample, or for all."""
    cases = [(array([-1]), array(1), *HALF, 0.0), (array([1.5], [-1]), array(1, 0), *HALF, 0.0)]
    one = (array([1, 2], [3, -1]), array(1, 0), array([1, 1], [2, 0]), array(0, -20))
    cases.append((*one, array([1], [-2]), array(0.5), 0.0))
    W1, b1, W2, b2 = network(rng, 2, 3, 1)
    b1[1] = -20
    return [*cases, (rng.normal(size=(4, 2)), array(0, 1, 1, 0), W1, b1, W2, b2, 0.0)]


def problem(rng, n, inputs, units, lam):
    """Draw a case in which no sum is so close to the bend that single precision would tell."""
    while True:
        X, parts = rng.normal(size=(n, inputs)), network(rng, inputs, units, 1)
        if np.abs(X @ parts[0] + parts[1]).min() > 1e-3:
            return X, rng.integers(0, 2, size=n) + 0.0, *parts, lam


def several_units(rng):
    one = (array([1, 2], [3, -1]), array(1, 0), array([1, -1], [2, 0]), array(0, 2))
    plain = (*one, array([1], [-2]), array(0.5), 0.0)
    return [plain, *(problem(rng, *sizes, 0.0) for sizes in ((3, 2, 4), (5, 3, 2), (8, 4, 4)))]


def penalty_alone(rng):
    """Every sample is right with a score so large that only the penalty is left."""
    cases = [(array([1]), array(1), array([2]), array(1), array([20]), array(-20), 0.5)]
    for lam in (0.1, 2.0):
        w = 5 + rng.random()
        chain = (array([w, w]), array(0.5, 0), array([10], [10]), array(-45))
        cases.append((array([1], [-1]), array(1, 0), *chain, lam))
    return cases


def sure_and_wrong(rng):
    cases = [(array([1]), array(0), array([2]), array(0), array([20]), array(0), 0.0)]
    w = 60 + 10 * rng.random()
    return [*cases, (array([1], [0.5]), array(0, 1), array([1]), array(0), array([w]), array(0), 0)]


def close(result, expected):
    """Compare on the scale of the numbers here, so that single precision is right as well."""
    return np.allclose(result, expected, rtol=1e-4, atol=1e-5)


def close_scores(args, result, expected):
    return close(result, expected)


def all_close(args, result, expected):
    """Compare four slopes; who keeps p away from 0 and 1 by 10⁻⁷ is right as well."""
    return all(close(*pair) for pair in zip(result, expected, strict=True))


def slope(index):
    return lambda args, result, expected: close(result[index], expected[index])


def all_at_once(rng):
    one = (array([1, 2], [3, -1]), array(1, 0), array([1, -1], [2, 0]), array(0, 2))
    plain = (*one, array([1], [-2]), array(0.5), 0.5)
    return [plain, *(problem(rng, *sizes, 0.3) for sizes in ((4, 1, 3), (3, 5, 2), (7, 3, 4)))]


def numbers(values):
    return ", ".join(f"{v:.4g}" for v in np.ravel(values)).replace("-", "−")


def chain(X, y, W1, b1, W2, b2, lam):
    """Name a case with one unit, or with few numbers, in which the matrices need no brackets."""
    given = {"x": X, "y": y, "W1": W1, "b1": b1, "W2": W2, "b2": b2}
    words = [f"{name} = {numbers(values)}" for name, values in given.items()]
    return "; ".join([*words, f"lam = {lam:g}"])


TASKS = [
    Predict(
        name="network_parameters",
        points=1,
        minutes=3,
        reference=network_parameters,
        given={"inputs": 6, "hidden_1": 5, "hidden_2": 4, "outputs": 2},
        draw=own_network_parameters,
        yours=(
            "The network has {inputs} inputs, a hidden layer of {hidden_1} units, a second hidden "
            "layer of {hidden_2} units, and {outputs} outputs."
        ),
        hints=(
            "A layer that turns 6 numbers into 5 is a matrix and a list of biases. What shapes "
            "do they have?",
            "The first layer has a matrix of shape (6, 5) and a bias for each of its 5 units. "
            "There are two more layers; the inputs have no biases.",
        ),
        explanation="6·5 + 5·4 + 4·2 = 58 weights, and 5 + 4 + 2 = 11 biases: one weight for each "
        "pair of neighbours, one bias for each unit.",
    ),
    Implement(
        name="network_scores",
        points=2,
        minutes=7,
        reference=network_scores,
        properties=(
            Property("a positive sum goes on as it is", positive_sum),
            Property("a negative sum goes on as 0, which leaves b2", negative_sum),
            Property("a score may be negative", negative_score),
            Property(
                "two units tell whether the coordinates of a corner differ", different_coordinates
            ),
            Property(
                "it works for any number of samples, inputs, units and outputs",
                any_sizes,
                close_scores,
            ),
        ),
        hints=(
            "Three things in a row: the sums of the hidden units, their bend, the second layer.",
            "X @ W1 has shape (n, units); b1 has one number for each unit and is added to every "
            "row. np.maximum compares entry by entry.",
            "The second layer is again a product with a matrix plus biases, but there is no bend "
            "after it.",
        ),
        explanation="sums = X @ W1 + b1, active = np.maximum(sums, 0), scores = active @ W2 + b2. "
        "The output has no bend, so that a score can be anything. Another way to write the bend: "
        "sums * (sums > 0).",
    ),
    Derive(
        name="squared_error_through_sigmoid",
        points=2,
        minutes=6,
        reference=lambda a, y: (a - y) * a * (1 - a),
        symbols={"a": "positive", "y": "real"},
        hints=(
            "It is a chain of two links: z → a → L. Write down the slope of each link.",
            "The slope of ½(a − y)² by a is a − y. Lesson 18 writes the slope of the sigmoid with "
            "a alone.",
            "Multiply the two: the second one is largest at a = ½ and is 0 at a = 0 and a = 1.",
        ),
        explanation="(a − y) a (1 − a). At y = 1 and a = 0.01 this is about −0.01: a sample that "
        "is badly wrong is hardly corrected. With the cross-entropy the slope by z is a − y = "
        "−0.99.",
    ),
    Implement(
        name="network_gradients",
        points=4,
        minutes=16,
        reference=network_gradients,
        rtol=1e-4,
        properties=(
            Property(
                "with one sample and one unit the four slopes are products of the links",
                one_sample,
                describe=chain,
            ),
            Property("a sample that is there twice counts as once", twice, describe=chain),
            Property("a unit that is silent for a sample gets no slope from it", silent),
            Property(
                "where every sample is right for sure, only the penalty is left, "
                "on W1 and W2 and not on the biases",
                penalty_alone,
                all_close,
                chain,
            ),
            Property(
                "a sample that is wrong for sure still has a slope",
                sure_and_wrong,
                all_close,
                chain,
            ),
            Property("∂J/∂b2 is right for several units", several_units, slope(3)),
            Property("∂J/∂W2 is right for several units", several_units, slope(2)),
            Property("∂J/∂b1 is right for several units", several_units, slope(1)),
            Property("∂J/∂W1 is right for several units", several_units, slope(0)),
            Property("all four are right when data and penalty both pull", all_at_once, all_close),
        ),
        hints=(
            "Go forward first and keep the sums, the active numbers and the scores. Then start at "
            "the end: what is the slope of the mean loss by each score? Mind its shape, (n, 1).",
            "by_scores is (σ(scores) − y) / n with y as a column, y[:, None]. A layer needs three "
            "products of the slope G by its sums and of its input A: A.T @ G, the column sums of "
            "G, and G @ W.T, which goes down.",
            "What goes down to the hidden layer must pass the bend: multiply entry by entry by its "
            "slope, which is 1 where the sum is positive and else 0. At the very end add lam · W "
            "to the two matrices only.",
        ),
        explanation="Forward three lines, backward the same three in the opposite order. The 1/n "
        "is put in once, at the top, and every sum below inherits it. Since σ(z) − y has no "
        "division, large scores do no harm. Another way: a loop over the samples that adds up "
        "np.outer(active_i, by_score_i).",
    ),
    Choose(
        name="division_by_zero",
        points=1,
        minutes=4,
        right="d",
        wrong={
            "a": "in the last rows every network died, penalty or not. It helps only while it "
            "keeps the scores small, and there they were large before the first step.",
            "b": "in exact arithmetic p is below 1, but a computer has no number between 1 and its "
            "neighbour: in float32 1 − σ(z) is exactly 0 from z = 16.6 on.",
            "c": "where p is rounded to 1 it divides by 10⁻¹² and then multiplies by p(1 − p) = 0: "
            "the slope is 0 where it should be 1, and a badly wrong sample is never corrected.",
            "e": "with the features times 30 the first scores are above 16.6 already. No step has "
            "been taken by then, whatever its length.",
        },
        hints=(
            "Which proposals change what happens at the first step, when the features are large?",
            "Work the chain out by hand for y = 0 and p = 1: (p − y)/(p(1 − p)), times p(1 − p). "
            "What is it in exact arithmetic, before p is rounded?",
        ),
        explanation="The two factors p(1 − p) cancel on paper; so cancel them on paper, and let "
        "the computer see only σ(z) − y. The lesson trains the same networks with this slope: "
        "none of them dies.",
    ),
]
