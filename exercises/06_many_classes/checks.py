"""What right answers of set 06 must satisfy: softmax and its loss as programs, class weights."""

import numpy as np

from coursekit.course.exercises.tasks import Choose, Compute, Derive, Implement, Property


def class_weights(counts):
    return sum(counts) / (len(counts) * np.array(counts))


def own_class_weights(rng):
    """200 samples as in the prompt, fewer from class to class, and no count is the public one."""
    counts = [
        (a, b, 200 - a - b)
        for a in range(70, 172, 2)
        for b in range(20, a, 2)
        if 10 <= 200 - a - b < b and abs(b**2 / (a * (200 - a - b)) - 1) > 0.01
        if a not in (100, 120) and b != 60 and a + b != 180
    ]
    return {"counts": tuple(rng.choice(counts).tolist())}


def softmax_rows(z):
    powers = np.exp(z - z.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def mean_cross_entropy(y, z):
    top = z.max(axis=1)
    log_sums = top + np.log(np.exp(z - top[:, None]).sum(axis=1))
    return np.mean(log_sums - z[np.arange(len(y)), y])


def slope_of_rival(z_0, z_1, z_2):
    # No exp(), so that it takes numbers of any precision and symbols.
    return np.e**z_1 / (np.e**z_0 + np.e**z_1 + np.e**z_2)


def equal_scores(rng):
    return [(np.zeros((1, 2)),), (np.full((2, 3), 1.5),), (np.full((3, 4), -2.0),)]


def two_scores(rng):
    return [(np.array([[0.0, 1.0]]),), (np.array([[2.0, -0.5]]),)]


def shifted_rows(rng):
    z = np.array([[1.0, 0.0, -0.5]])
    return [(z + c,) for c in (0.0, 2.0, -3.0)]


def rows(rng):
    """As many rows as classes too, so that a wrong axis does not always raise an error."""
    cases = [(np.array([[0.0, 1.0], [0.0, 2.0]]),)]
    return cases + [(2 * rng.normal(size=shape),) for shape in ((3, 3), (2, 4), (5, 3))]


def far_apart(rng):
    return [
        (np.array([[0.0, 1.0], [1000.0, 1001.0]]),),
        (np.array([[-2000.0, -2001.0, -2000.0], [3.0, 2.0, 1.0]]),),
    ]


def large(rng):
    return [(np.array([row]),) for row in ([1000.0, 1001.0], [1000.0, 0.0, 0.0], [2000.0, 0, 1])]


def far_below(rng):
    return [(np.array([[-1000.0, -1001.0]]),), (np.array([[-1000.0, -1000.0, -1000.0]]),)]


def whole_numbers(rng):
    return [(np.array([[1, 2, 3], [0, -1, 4]]),), (np.array([[2, 0], [5, 5]]),)]


def sums_to_one(args, result, expected):
    return bool(np.allclose(np.sum(result, axis=1), 1, rtol=1e-5))


def labels_and_equal_scores(rng):
    return [
        (np.array([0]), np.zeros((1, 2))),
        (np.array([1]), np.full((1, 3), 2.0)),
        (np.array([2, 0]), np.full((2, 4), -1.5)),
    ]


def one_sample(rng):
    return [
        (np.array([0]), np.array([[0.0, 1.0]])),
        (np.array([1]), np.array([[0.0, 1.0]])),
        (np.array([2]), np.array([[1.0, 2.0, -0.5]])),
    ]


def own_labels(rng):
    return [
        (np.array([0, 1]), np.array([[1.0, 0.0], [1.0, 0.0]])),
        (np.array([2, 0, 1]), np.array([[1.0, 0.0, 2.0], [-1.0, 0.5, 0.0], [0.0, 3.0, 1.0]])),
        (np.array([0, 2]), np.array([[1.0, 0.0, 2.0], [-1.0, 0.5, 0.0]])),
    ]


def labels_and_shifted_rows(rng):
    z = np.array([[1.0, 0.0, -0.5], [0.0, 0.25, 1.0]])
    return [(np.array([1, 2]), z + c) for c in (0.0, 2.0, -3.0)]


def sure_and_right(rng):
    return [
        (np.array([0]), np.array([[1000.0, 0.0, 0.0]])),
        (np.array([1, 0]), np.array([[0.0, 2000.0], [0.0, -1000.0]])),
    ]


def sure_and_wrong(rng):
    return [
        (np.array([0]), np.array([[-1000.0, 0.0, 0.0]])),
        (np.array([1]), np.array([[2000.0, 0.0]])),
    ]


def labels_and_far_apart(rng):
    return [
        (np.array([0, 0]), np.array([[0.0, 1.0], [1000.0, 1001.0]])),
        (np.array([1, 2]), np.array([[-2000.0, -2001.0, -2000.0], [3.0, 2.0, 1.0]])),
    ]


def labels_and_whole_numbers(rng):
    return [(np.array([0, 2]), np.array([[1, 2, 3], [0, -1, 4]]))]


def any_scores(rng):
    """Draw scores of moderate size, with as many samples as classes and with more."""
    cases = [(np.array([1, 0, 0]), np.array([[0.5, 1.0], [-1.0, 0.25], [2.0, 0.0]]))]
    for n, k in ((3, 3), (4, 3), (8, 5)):
        z = 2 * rng.normal(size=(n, k))
        y = rng.permutation(np.arange(n) % k)
        cases.append((y, z))
    return cases


TASKS = [
    Compute(
        name="class_weights",
        points=1,
        minutes=5,
        reference=class_weights,
        given={"counts": (120, 60, 20)},
        draw=own_class_weights,
        yours="The classes 0, 1 and 2 have {counts} samples, which makes 200 again.",
        hints=(
            "All three classes get the same total. What is that total, if the weights of all "
            "200 samples add up to 200?",
            "Each class gets 200/3 in all. How many samples share it in each class?",
            "Divide 200/3 by 120, by 60 and by 20: for class k that is n/(K n_k).",
        ),
        explanation="n/(K n_k) with n = 200 and K = 3: 0.556, 1.111 and 3.333. Twice as rare means "
        "twice the weight. Check: 120 · 0.556, 60 · 1.111 and 20 · 3.333 are all 66.7.",
    ),
    Implement(
        name="softmax_rows",
        points=2,
        minutes=9,
        reference=softmax_rows,
        properties=(
            Property("equal scores get equal probabilities", equal_scores),
            Property("of two scores the difference decides, as in a sigmoid", two_scores),
            Property("a number added to a whole row changes nothing", shifted_rows),
            Property("every row sums to 1", rows, sums_to_one),
            Property("every row is treated by itself", rows),
            Property("large scores do not overflow", large),
            Property("scores far below 0 do not all become 0", far_below),
            Property("rows may lie far from each other", far_apart),
            Property("whole numbers will do", whole_numbers),
        ),
        hints=(
            "e^1000 is too large for a floating-point number. What may you do to all scores of a "
            "row without a change in its probabilities?",
            "Subtract from each row its own largest score. Then the largest power is e^0 = 1, and "
            "the sum of the row is at least 1.",
            "axis=1 goes along each row; keepdims=True keeps the shape (n, 1), which can be "
            "subtracted from (n, K). You need both twice: for the maximum and for the sum.",
        ),
        explanation="Only differences of scores count, so each row may be moved to where its "
        "largest score is 0. Then nothing overflows, and no sum is 0. Another way: p_k is 1 over "
        "the sum of e^(z_j − z_k), which holds differences alone. Where such a power overflows, "
        "1/∞ = 0 is right, but NumPy warns.",
    ),
    Implement(
        name="mean_cross_entropy",
        points=3,
        minutes=12,
        reference=mean_cross_entropy,
        properties=(
            Property("K equal scores cost log K", labels_and_equal_scores),
            Property("one sample costs −log of the probability of its label", one_sample),
            Property("each sample takes the score of its own label", own_labels),
            Property("a number added to all scores changes nothing", labels_and_shifted_rows),
            Property("a sure right answer costs nothing, and is no nan", sure_and_right),
            Property("a true class 1000 too low costs about 1000, not more", sure_and_wrong),
            Property("samples may have scores far from each other's", labels_and_far_apart),
            Property("whole numbers will do", labels_and_whole_numbers),
            Property("the mean over samples is right on any scores", any_scores),
        ),
        hints=(
            "A probability that became 0 cannot be saved by its logarithm. So do not take the "
            "logarithm of a softmax: write −log p_y in terms of the scores first.",
            "−log p_y = log(Σ e^(z_k)) − z_y. Subtract the largest score m of the row inside the "
            "sum. What must you add outside?",
            "log Σ e^(z_k) = m + log Σ e^(z_k − m), row by row. The scores of the true classes "
            "are z[np.arange(n), y]. Then the mean.",
        ),
        explanation="Log-sum-exp with the largest score pulled out, minus the score of the true "
        "class. Even a safe softmax gives p = 0 for a score 1000 too low, and −log 0 = ∞ where "
        "1000 is right. The rest, log(1 + s) for a tiny s, is better still with np.log1p, as the "
        "lesson says.",
    ),
    Derive(
        name="slope_of_rival",
        points=2,
        minutes=7,
        reference=slope_of_rival,
        symbols={"z_0": "real", "z_1": "real", "z_2": "real"},
        hints=(
            "Write L = log S − z_0 with S = e^(z_0) + e^(z_1) + e^(z_2). Which of the two terms "
            "contains z_1?",
            "By the chain rule the slope of log S is 1/S times the slope of S in z_1.",
            "Test it: the three slopes of L must add up to 0. With equal scores the slope in z_0 "
            "is 1/3 − 1.",
        ),
        explanation="∂L/∂z_1 = e^(z_1)/S = p_1, which is p_1 − y_1 with y_1 = 0. A step against it "
        "lowers the score of every wrong class by its probability, and raises that of the true "
        "class by 1 − p_0: together 0.",
    ),
    Choose(
        name="after_weighting",
        points=1,
        minutes=5,
        right="c",
        wrong={
            "a": "recall belongs to a threshold. The AUC, which compares all pairs of an ill and a "
            "healthy patient, is 0.908 both times; and the third row finds as many ill without "
            "weights.",
            "b": "look at the last column: of the patients to whom the weighted model gives 0.6 to "
            "0.8 only 11 % are ill. Its mean probability is 0.27, and 5 % are ill.",
            "d": "the factor is not the same for all samples: it multiplies the loss of the ill "
            "alone 18 times as much. The second row shows how much changes at the threshold ½.",
        },
        hints=(
            "Compare the first two rows column by column: which columns depend on the threshold, "
            "and which on the order of the patients only?",
            "Now compare the second row with the third, where nothing was weighted and only the "
            "threshold moved.",
        ),
        explanation="Weights shift all log-odds by about log(a₁/a₀) = 2.9: the order stays, the "
        "threshold ½ means something else, and the probabilities are too large. If you want the "
        "alarms, move the threshold of the plain model and keep its probabilities.",
    ),
]
