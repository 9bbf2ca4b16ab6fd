"""What right answers of set 24 must satisfy: how to try a claim, and what a verdict is worth."""

import numpy as np

from coursekit.course.exercises.tasks import Choose, Compute, Implement, Property, part


def cost_of_dropout(x, y, w, q):
    plain = (y - w * x) ** 2 / 2
    return plain, q * (y - w * x / q) ** 2 / 2 + (1 - q) * y**2 / 2


def own_cost_of_dropout(rng):
    """x/q is a whole number, and the errors with and without dropout differ in size."""
    pairs = [(2, 0.8), (4, 0.8), (3, 0.75), (3, 0.6), (2, 0.4), (4, 0.4), (1, 0.2), (2, 0.2)]
    while True:
        x, q = rng.choice(pairs).tolist()
        y, w = int(rng.integers(2, 10)), int(rng.integers(1, 4))
        sizes = [abs(round(y - w * factor, 6)) for factor in (x, x * q, x / q, 0)]
        if sizes[0] > 1 and sizes[2] > 0 and len(set(sizes)) == 4:
            return {"x": int(x), "y": y, "w": w, "q": q}


def paired_gain(errors_a, errors_b):
    gains = errors_a - errors_b
    mean, error = np.mean(gains), np.std(gains, ddof=1) / np.sqrt(len(gains))
    return mean, error, mean > 2 * error


def drawn(rng, n, ahead_by):
    """Draw n pairs of errors of which B is ahead by this many standard errors."""
    z = rng.normal(size=n)
    z = (z - z.mean()) / z.std(ddof=1)
    errors_b = rng.uniform(3, 9, size=n)
    return errors_b + rng.uniform(0.5, 2) * (ahead_by / np.sqrt(n) + z), errors_b


def few_pairs(rng):
    one = (np.array([3.0, 4.0, 8.0]), np.array([1.0, 3.0, 5.0]))
    return [one, drawn(rng, 4, 3.0), drawn(rng, 9, -1.0)]


def alike_but_for_the_gain(rng):
    """The data sets differ much more than the two methods do."""
    one = (np.array([10.0, 40.0, 90.0]), np.array([9.0, 38.0, 87.0]))
    shared = rng.uniform(10, 90, size=6)
    return [one, tuple(shared + errors for errors in drawn(rng, 6, 4.0))]


def ahead(rng):
    one = (np.array([3.0, 4.0, 8.0]), np.array([1.0, 3.0, 5.0]))
    return [one, drawn(rng, 5, 2.5), drawn(rng, 12, 2.5), drawn(rng, 12, 8.0)]


def within_chance(rng):
    one = (np.array([4.0, 3.0, 5.0]), np.array([1.0, 4.0, 4.0]))
    exactly_two = (np.array([6.0, 2.0, 2.0, 2.0]), np.ones(4))
    return [one, exactly_two, drawn(rng, 5, 1.6), drawn(rng, 12, 1.6), drawn(rng, 12, -0.5)]


def behind(rng):
    one = (np.array([1.0, 3.0, 5.0]), np.array([3.0, 4.0, 8.0]))
    return [one, drawn(rng, 8, -5.0)]


def many_pairs(rng):
    one = (np.array([4.0, 4.0, 6.0, 2.0]), np.array([3.0, 2.0, 3.0, 2.0]))
    return [one, drawn(rng, 7, 1.2), drawn(rng, 20, 3.5), drawn(rng, 50, -4.0)]


TASKS = [
    Compute(
        name="cost_of_dropout",
        points=2,
        minutes=6,
        reference=cost_of_dropout,
        given={"x": 2, "y": 3, "w": 1, "q": 0.8},
        draw=own_cost_of_dropout,
        yours=(
            "The sample has x = {x} and y = {y}, the weight is w = {w}, and the input is kept "
            "with the probability q = {q}."
        ),
        hints=(
            "What is the prediction if the input is kept, and what if it is dropped? Compute the "
            "cost of each.",
            "Kept, the input is 2/0.8 = 2.5. Dropped, it is 0.",
            "The two costs are ½ · 0.5² and ½ · 3². Weigh them with 0.8 and 0.2.",
        ),
        explanation="Without dropout ½(3 − 2)² = 0.5. With it 0.8 · 0.125 + 0.2 · 4.5 = 1. The "
        "expected prediction is 2 in both cases, but the expected cost is not the same: it grew "
        "by (1 − q)/(2q) · x²w² = 0.5, a weighted L2 penalty. So dropout does change the cost.",
    ),
    Implement(
        name="paired_gain",
        points=3,
        minutes=10,
        reference=paired_gain,
        properties=(
            Property("the mean gain is that of A's errors minus B's", few_pairs, part(0)),
            Property("the standard error is that of the gains", few_pairs, part(1)),
            Property("what both errors of a data set share drops out", alike_but_for_the_gain),
            Property("a mean gain above two standard errors is ahead", ahead, part(2)),
            Property("a mean gain within two standard errors is not", within_chance, part(2)),
            Property("a clear loss is not ahead either", behind, part(2)),
            Property("all three are right for any pairs", many_pairs),
        ),
        hints=(
            "Compare in pairs: first one gain for each data set. Everything else is computed from "
            "these n gains.",
            "np.std(gains, ddof=1) has n − 1 below the sum. A mean of n gains scatters √n times "
            "less than a single one.",
            "The third is a comparison: mean > 2 * standard_error is True or False by itself.",
        ),
        explanation="Easy and hard data sets make both errors small or large together. That drops "
        "out of the pairs, and the standard error gets smaller. Another way to write it: "
        "np.sqrt(np.var(gains, ddof=1) / len(gains)) for the standard error.",
    ),
    Choose(
        name="mean_or_median",
        points=1,
        minutes=6,
        right="b",
        wrong={
            "a": "that gain is −0.0340 with a standard error of 0.0265: within two standard errors "
            "of 0, so it may well be chance. With 400 data sets the mean is ahead.",
            "c": "one case in favour does not prove a sentence that speaks of all noise. Under "
            "Laplace's, with 400 data sets, the median is ahead by more than four standard errors.",
            "d": "to be within two standard errors means that 10 data sets cannot tell, not that "
            "there is nothing to tell. 400 can, and they show a difference for both kinds of "
            "noise.",
        },
        hints=(
            "Divide each gain by its standard error. Which of the four are clearly away from 0?",
            "Two of the lines are, and they have different signs. What does the rule of the court "
            "say to that?",
        ),
        explanation="Gauss, 400 data sets: 0.0254 ± 0.0034, the mean is ahead. Laplace, 400: "
        "−0.0221 ± 0.0052, the median is. As claimed in one case and not in the other: true "
        "if the noise is like Gauss's. The two lines with 10 data sets decide nothing.",
    ),
    Choose(
        name="every_coefficient",
        points=1,
        minutes=5,
        right="d",
        wrong={
            "a": "a sum of squares can fall while one of its terms grows. Look at s6: 3.2, 3.4, "
            "4.1, 5.3.",
            "b": "some do shrink: s1 goes from −37.7 to 0.3. The claim fails because it says "
            "every, and “none” would be just as wrong.",
            "c": "there is no solver with steps here: the equations of the minimum are solved "
            "directly.",
        },
        hints=(
            "Read each column by itself, and compare the sizes.",
            "How many counterexamples does a sentence with “every” survive?",
        ),
        explanation="s6 grows from 3.2 to 5.3, and s3 goes from 4.8 to −9.0 at λ = 0.1. These "
        "features are correlated with others: when s1 shrinks, they take over part of its work. "
        "The norm falls from 65.5 to 24.3, and that is what the penalty promises.",
    ),
    Choose(
        name="what_cases_prove",
        points=1,
        minutes=5,
        right="b",
        wrong={
            "a": "no number of cases proves “never”; and special or not, one counterexample is "
            "enough to refute it.",
            "c": "the large step sets all weights to 0, and the weight of a feature that says "
            "nothing is 0 without a penalty as well. Neither is a selection.",
            "d": "sparse means exactly 0. All 100,000 weights are smaller than 0.00000001, and a "
            "count of exact zeros finds none.",
        },
        hints=(
            "Take the word “never” literally. Which of the three cases speak against it?",
            "Ask of each zero: was it the penalty that chose this weight among others?",
        ),
        explanation="One counterexample refutes “never”, and here are two. What remains is a "
        "better sentence: from a general start, with small steps, L2 reaches no zero in exact "
        "numbers; and where it does, it does not select.",
    ),
]
