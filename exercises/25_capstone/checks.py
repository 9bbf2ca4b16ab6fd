"""What right answers of set 25 must satisfy: costs, a slope, an honest test, a paired view."""

import numpy as np

from coursekit.course.exercises.tasks import Choose, Compute, Derive, Implement, Property, part


def four_decisions(alarm, miss, cut, alarms, misses, n, found, z):
    return (
        alarm / (alarm + miss),
        1 / cut - 1,
        100 * (alarm * alarms + miss * misses) / n,
        z**2 / (found + z**2),
    )


def own_four_decisions(rng):
    """A miss is the dearer error; z stays, as the lesson's."""
    return {
        "alarm": float(rng.choice([10, 20, 30, 40, 50, 60])),
        "miss": float(rng.choice([300, 500, 600, 900, 1000])),
        "cut": float(rng.choice([0.04, 0.05, 0.1, 0.25, 0.4])),
        "alarms": int(rng.choice([10, 12, 18, 25, 30])),
        "misses": int(rng.choice([1, 2, 4, 5, 6])),
        "n": int(rng.choice([150, 250, 450])),
        "found": int(rng.choice([25, 30, 50, 60, 80, 100])),
        "z": 1.96,
    }


def slope_at_no_penalty(v, a, alpha):
    return -2 * v / a


def cost(p, y, cut, ratio):
    return np.mean(np.where(p >= cut, 1 - y, ratio * y))


def mended_evaluation(p_valid, y_valid, p_test, y_test, cuts, ratio):
    best = cuts[np.argmin([cost(p_valid, y_valid, cut, ratio) for cut in cuts])]
    return best, cost(p_test, y_test, best, ratio)


def paired_comparison(one, other):
    errors = [x.std(ddof=1) / len(one) ** 0.5 for x in (one - other, one, other)]
    return np.mean(one - other), errors[0], np.hypot(errors[1], errors[2])


def array(*entries):
    return np.array(entries, dtype=float)


P_VALID, Y_VALID = array(0.05, 0.25, 0.45, 0.65, 0.85), np.array([0, 0, 1, 0, 1])
P_TEST, Y_TEST = array(0.15, 0.35, 0.55, 0.75), np.array([0, 1, 0, 1])
CUTS = array(0.1, 0.4, 0.7)


def single_cut(rng):
    rows = P_VALID, Y_VALID, P_TEST, Y_TEST
    few = array(0.3, 0.8), np.array([0, 1]), array(0.2, 0.6), np.array([1, 1]), array(0.5), 3
    return [few] + [
        (*rows, array(c), ratio) for c, ratio in ((0.4, 1), (0.4, 10), (0.7, 5), (0.1, 5))
    ]


def chosen_cut(rng):
    """With other test rows the cut is the same; the test rows alone would choose another one."""
    valid = P_VALID, Y_VALID
    swapped = P_TEST, 1 - Y_TEST
    few = array(0.5), np.array([1])
    return [(*valid, *test, CUTS, 2) for test in ((P_TEST, Y_TEST), swapped, few)]


def ratios(rng):
    """The dearer a miss, the lower the cut that the validation rows choose."""
    return [(P_VALID, Y_VALID, P_TEST, Y_TEST, CUTS, r) for r in (0.25, 3, 20)]


def on_the_cut(rng):
    one = (array(0.1, 0.4), np.array([0, 1]), array(0.4, 0.4), np.array([0, 1]), array(0.4), 5)
    valid = array(0.4, 0.1, 0.7), np.array([1, 0, 1])
    return [one, (*valid, array(0.1, 0.4), np.array([0, 0]), array(0.7, 0.4), 3)]


def equally_good(rng):
    """Both cuts cost nothing on the validation rows, and not the same on the test rows."""
    p, y, few = array(0.2, 0.8), np.array([0, 1]), (array(0.5), np.array([1]))
    return [(p, y, *few, cuts, 2) for cuts in (array(0.4, 0.6), array(0.6, 0.4))]


def any_rows(rng):
    """Draw rows until one cut is clearly the best on the validation rows."""
    cases = [(P_VALID, Y_VALID, P_TEST, Y_TEST, CUTS, 3)]
    while len(cases) < 6:
        n, m, ratio = rng.integers(8, 15), rng.integers(5, 12), rng.choice([2, 5, 8])
        cuts = rng.permutation(np.linspace(0.05, 0.95, 7))
        p, y = rng.random(size=n + m), rng.integers(0, 2, size=n + m)
        p = np.where(y == 1, p**0.5, p)
        costs = np.sort([cost(p[:n], y[:n], cut, ratio) for cut in cuts])
        own = np.sort([cost(p[n:], y[n:], cut, ratio) for cut in cuts])
        if costs[1] - costs[0] > 0.05 and own[1] - own[0] > 0.05:
            cases.append((p[:n], y[:n], p[n:], y[n:], cuts, int(ratio)))
    return cases


def constant_lead(rng):
    one = (array(1, 3, 2), array(0.5, 2.5, 1.5))
    return [one, (array(1, 5, 3, 7), array(3, 7, 5, 9))]


def opposite(rng):
    """Where one is good the other is bad, so pairing does not help."""
    return [(array(1, 3), array(3, 1)), (array(0, 4, 2), array(5, 1, 3))]


def hard_rows(rng):
    """A few rows are hard for both."""
    cases = [(array(0, 1, 0, 9), array(0.5, 1, 0, 10))]
    for n in (5, 9, 20):
        hard = rng.exponential(size=n) * 4
        cases.append((hard + rng.normal(size=n) / 2 + 3, hard + rng.normal(size=n) / 2))
    return cases


TASKS = [
    Compute(
        name="four_decisions",
        points=1,
        minutes=7,
        reference=four_decisions,
        given={
            "alarm": 25.0,
            "miss": 400.0,
            "cut": 0.2,
            "alarms": 20,
            "misses": 3,
            "n": 200,
            "found": 40,
            "z": 1.96,
        },
        draw=own_four_decisions,
        yours=(
            "A false alarm costs {alarm} euros and a miss {miss} euros; she stops machines from p "
            "= {cut} on. The tested rule gave {alarms} false alarms and {misses} misses on {n} "
            "machines, and the other rule found all {found} machines that would have broken; z = "
            "{z} as in the lesson."
        ),
        hints=(
            "Write down what each action costs on average, for a machine that breaks with "
            "probability p. Where are the two equal?",
            "Stopping costs 25(1 − p), going on 400p. The same equation with the threshold 0.2 "
            "gives the ratio. The third number needs no p: count and divide.",
            "For the fourth put k = m into (k/m − p)² = z²p(1 − p)/m. A factor 1 − p is common to "
            "both sides; asked is the other solution, as a share that is missed.",
        ),
        explanation="25/425 = 0.0588; (1 − 0.2)/0.2 = 4; 100 · (25 · 20 + 400 · 3)/200 = 850; and "
        "1 − 40/(40 + 1.96²) = 0.0876. None missed of 40 is compatible with nearly 9 % missed in "
        "the long run.",
    ),
    Derive(
        name="slope_at_no_penalty",
        points=2,
        minutes=8,
        reference=slope_at_no_penalty,
        symbols={"v": "positive", "a": "positive", "alpha": "real"},
        hints=(
            "The mean squared error is the squared bias plus the variance. What does the factor "
            "a/(a + λ) do to the mean, and what to the variance?",
            "The bias is α · a/(a + λ) − α = −αλ/(a + λ), the variance is v · a²/(a + λ)². Which "
            "of the two changes at λ = 0?",
            "The squared bias begins with λ², so its slope at 0 is 0. Only the slope of "
            "va²/(a + λ)² is left.",
        ),
        explanation="−2v/a, negative whatever α is: the variance falls at once, the squared bias "
        "begins flat. So a small enough λ always helps, on average. It does not say how small: "
        "the best one is va/α², and a large λ may do harm.",
    ),
    Implement(
        name="mended_evaluation",
        points=2,
        minutes=9,
        reference=mended_evaluation,
        properties=(
            Property("with a single cut it is the cost on the test rows", single_cut),
            Property("the test rows have no say in the cut", chosen_cut, part(0)),
            Property("the cost is that of the test rows", chosen_cut, part(1)),
            Property("the dearer a miss, the lower the cut", ratios),
            Property("a patient exactly at the cut is referred", on_the_cut),
            Property("of equally good cuts the first in cuts is taken", equally_good),
            Property("both are right for any rows", any_rows),
        ),
        hints=(
            "Which rows may choose, and which may only judge? In the faulty function one set of "
            "rows does both.",
            "The cost function is right. Ask it for every cut on the validation rows, and once on "
            "the test rows.",
            "cuts[np.argmin(costs)] is the chosen cut, with the costs on p_valid and y_valid. "
            "Then the cost of that cut on p_test and y_test.",
        ),
        explanation="Choosing is fitting. The winner of 19 cuts is flattered on the rows on which "
        "it won; on rows that had no part in it the noise costs 0.5, as it must. A cut from the "
        "costs alone, 1/(1 + ratio), needs no rows at all, but probabilities that are true.",
    ),
    Implement(
        name="paired_comparison",
        points=2,
        minutes=8,
        reference=paired_comparison,
        properties=(
            Property("a constant lead has no standard error when paired", constant_lead),
            Property("where they take turns pairing does not help", opposite),
            Property("the difference is one minus other", hard_rows, part(0)),
            Property("paired: the standard error of the differences", hard_rows, part(1)),
            Property("unpaired: the two standard errors, squared and added", hard_rows, part(2)),
        ),
        hints=(
            "Both models were judged on the same rows. What would you look at, row by row?",
            "Take the differences one − other: their mean, and their standard deviation (ddof=1) "
            "over the root of n.",
            "Variances of independent means add up. So for the third number square the standard "
            "error of each, add, and take the root.",
        ),
        explanation="What is hard for both cancels in the differences. In the lesson the means had "
        "errors of about ±0.02, the differences of ±0.002 to ±0.006. np.hypot(a, b) is the root "
        "of a² + b².",
    ),
    Choose(
        name="eleven_features",
        points=1,
        minutes=5,
        right="c",
        wrong={
            "a": "the certificate says that no other weights have a noticeably smaller objective "
            "on these rows. On other samples of patients the same list came out in 2 of 60.",
            "b": "the features that L1 drops predict nearly as well, 0.089 against 0.080, and far "
            "better than the best single feature.",
            "d": "a kink alone is not enough: −|w| + w² has one and repels from 0. And a weight of "
            "0 says that the other features do its work, not that it has no effect.",
            "e": "the list predicts well: 0.080, where all 30 reach 0.070. What is not stable is "
            "which features are on it.",
        },
        hints=(
            "What does each row say about prediction, and what about the choice of features?",
            "How can a list predict well, and what it leaves out nearly as well?",
        ),
        explanation="Nine features speak of size and nine of dents, so many sets of eleven say "
        "nearly the same. Report how often each feature is kept, and the signs, which are steadier "
        "than the list.",
    ),
]
