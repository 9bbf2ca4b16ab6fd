"""What right answers of set 07 must satisfy: losses on pairs and triplets of points."""

import numpy as np

from coursekit.course.exercises.tasks import Choose, Compute, Derive, Implement, Property


def distance_and_direction(a, b, c):
    a, b, c = np.array(a), np.array(b), np.array(c)
    distances = [np.linalg.norm(a - other) for other in (b, c)]
    cosines = [a @ other / (np.linalg.norm(a) * np.linalg.norm(other)) for other in (b, c)]
    return (*distances, 1 - cosines[0], 1 - cosines[1])


def own_distance_and_direction(rng):
    """All lengths are whole; b lies behind a on its ray, and c is nearer to a by distance."""
    points = [(3, 4), (4, 3), (0, 5), (5, 0), (6, 8), (8, 6), (0, 10), (10, 0), (5, 12), (9, 12)]
    while True:
        a, c = rng.choice(points, size=2, replace=False)
        b = rng.choice([2, 3]) * a
        to_b, to_c, b_turned, c_turned = distance_and_direction(a, b, c)
        differs = to_b != 5 and to_c != np.sqrt(10) and abs(c_turned - 0.2) > 0.01
        if differs and to_c < to_b and b_turned < 0.01 < c_turned:
            return {"a": tuple(a.tolist()), "b": tuple(b.tolist()), "c": tuple(c.tolist())}


def triplet_loss(a, p, n, margin):
    to_positive, to_negative = np.linalg.norm(a - p, axis=1), np.linalg.norm(a - n, axis=1)
    return np.maximum(0, to_positive - to_negative + margin)


def contrastive_loss(a, b, same, margin):
    d = np.linalg.norm(a - b, axis=1)
    return np.where(same == 1, d, np.maximum(0, margin - d)) ** 2 / 2


def push_slope(x, q, m):
    # A root as a power, so that it takes numbers of any precision and symbols.
    d = (x * x + q * q) ** 0.5
    return (d - m) * x / d


def directions(rng, n, k):
    """Draw n vectors of length 1 with k coordinates."""
    vectors = rng.normal(size=(n, k))
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def triplets(rng, to_positive, to_negative, k, margin):
    """Draw triplets with these distances from the anchor."""
    a = rng.normal(size=(len(to_positive), k))
    p = a + directions(rng, len(a), k) * np.array(to_positive)[:, None]
    n = a + directions(rng, len(a), k) * np.array(to_negative)[:, None]
    return a, p, n, margin


def far_negative(rng):
    one = (np.array([[0.0, 0.0]]), np.array([[1.0, 0.0]]), np.array([[3.0, 4.0]]), 2.0)
    return [one, triplets(rng, [0.5, 1.2, 2.0], [1.6, 3.0, 9.0], 3, 0.8)]


def one_point(rng):
    point = rng.normal(size=(2, 3))
    return [
        (np.array([[3.0, 4.0]]), np.array([[3.0, 4.0]]), np.array([[3.0, 4.0]]), 0.5),
        (point, point.copy(), point.copy(), 1.7),
    ]


def equally_far(rng):
    one = (np.array([[0.0, 0.0]]), np.array([[3.0, 4.0]]), np.array([[0.0, 5.0]]), 0.5)
    return [one, triplets(rng, [0.7, 2.5], [0.7, 2.5], 3, 1.3)]


def near_negative(rng):
    one = (np.array([[1.0, 1.0]]), np.array([[4.0, 5.0]]), np.array([[1.0, 2.0]]), 0.5)
    return [one, triplets(rng, [1.5, 2.0, 4.0], [1.1, 0.5, 2.5], 2, 1.4)]


def farther_but_not_enough(rng):
    one = (np.array([[0.0, 0.0]]), np.array([[1.0, 0.0]]), np.array([[0.0, 2.0]]), 3.0)
    return [one, triplets(rng, [0.4, 1.0, 2.0], [0.9, 1.5, 3.1], 4, 1.6)]


def all_kinds(rng):
    """Several triplets of every kind; none so close to costing 0 that single precision tells."""
    one = (
        np.array([[0.0, 0.0], [1.0, 1.0]]),
        np.array([[3.0, 4.0], [1.0, 2.0]]),
        np.array([[0.0, 1.0], [9.0, 7.0]]),
        0.5,
    )
    return [
        one,
        triplets(rng, [1.0, 0.5, 2.0], [3.0, 0.2, 2.3], 5, 0.6),
        triplets(rng, [2.0, 0.3, 0.8, 1.5, 0.1, 3.0], [0.5, 2.0, 1.0, 1.4, 3.0, 6.0], 2, 1.5),
    ]


def pairs(rng, distances, same, k, margin):
    """Draw pairs with these distances."""
    a = rng.normal(size=(len(distances), k))
    b = a + directions(rng, len(a), k) * np.array(distances)[:, None]
    return a, b, np.array(same), margin


def belonging(rng):
    one = (np.array([[0.0, 0.0]]), np.array([[3.0, 4.0]]), np.array([1]), 1.5)
    two = (np.array([[0.0, 0.0], [1.0, 1.0]]), np.array([[3.0, 4.0], [1.0, 3.0]]))
    return [one, (*two, np.array([1, 1]), 6.0), pairs(rng, [0.2, 0.9, 3.0], [1, 1, 1], 3, 0.8)]


def beyond_the_margin(rng):
    one = (np.array([[0.0, 0.0]]), np.array([[3.0, 4.0]]), np.array([0]), 1.5)
    return [one, pairs(rng, [0.9, 1.5, 6.0], [0, 0, 0], 3, 0.8)]


def too_near(rng):
    one = (np.array([[0.0, 0.0]]), np.array([[3.0, 4.0]]), np.array([0]), 7.0)
    return [one, pairs(rng, [0.2, 1.1, 2.0], [0, 0, 0], 2, 2.5)]


def on_one_point(rng):
    point = rng.normal(size=(2, 3))
    return [
        (np.array([[3.0, 4.0]]), np.array([[3.0, 4.0]]), np.array([0]), 3.0),
        (np.array([[3.0, 4.0]]), np.array([[3.0, 4.0]]), np.array([1]), 3.0),
        (point, point.copy(), np.array([0, 1]), 1.7),
    ]


def both_kinds(rng):
    one = (
        np.array([[0.0, 0.0], [0.0, 0.0], [1.0, 1.0]]),
        np.array([[3.0, 4.0], [3.0, 4.0], [1.0, 2.0]]),
        np.array([1, 0, 0]),
        3.0,
    )
    return [
        one,
        pairs(rng, [0.4, 0.4, 1.9, 1.9, 0.7], [0, 1, 0, 1, 0], 4, 1.2),
        pairs(rng, [2.0, 2.6, 3.5, 0.3], [0, 0, 1, 1], 2, 3.1),
    ]


TASKS = [
    Compute(
        name="distance_and_direction",
        points=1,
        minutes=5,
        reference=distance_and_direction,
        given={"a": (3, 4), "b": (6, 8), "c": (0, 5)},
        draw=own_distance_and_direction,
        yours="The points are a = {a}, b = {b} and c = {c}.",
        hints=(
            "The distance is the root of the sum of the squared differences. The cosine is the "
            "product a · b divided by both lengths.",
            "a has the length 5. a · b = 3 · 6 + 4 · 8 = 50, and a · c = 20.",
            "np.linalg.norm(a - b) is a distance and np.linalg.norm(a) a length; a @ b is the "
            "product of two arrays.",
        ),
        explanation="b is 5 away and in the same direction: 1 − cos = 1 − 50/(5 · 10) = 0. "
        "c is √10 ≈ 3.162 away, and 1 − cos = 1 − 20/(5 · 5) = 0.2. So c is the neighbour by "
        "distance and b by direction.",
    ),
    Implement(
        name="triplet_loss",
        points=2,
        minutes=9,
        reference=triplet_loss,
        properties=(
            Property("a negative that is far enough costs nothing", far_negative),
            Property("three points on one place cost the margin", one_point),
            Property("a negative as far as the positive costs the margin", equally_far),
            Property("a nearer negative costs the difference plus the margin", near_negative),
            Property(
                "a negative that is farther, but not by the margin, costs something too",
                farther_but_not_enough,
            ),
            Property("every triplet is treated by itself", all_kinds),
        ),
        hints=(
            "First one number for each triplet: the distance of anchor and positive. Which axis "
            "of a − p do you have to sum over?",
            "np.linalg.norm(a - p, axis=1) takes the length of every row. The same for n.",
            "Add the margin to the difference of the two distances. Where that is negative, the "
            "loss is 0; np.maximum compares entry by entry.",
        ),
        explanation="Only the difference of two distances counts, so a loss of 0 leaves free where "
        "the points are. Another way to write it: np.sqrt(((a - p) ** 2).sum(axis=1)) for each "
        "distance, and .clip(0) at the end.",
    ),
    Implement(
        name="contrastive_loss",
        points=2,
        minutes=8,
        reference=contrastive_loss,
        properties=(
            Property("a pair that belongs together costs ½d²", belonging),
            Property("another pair beyond the margin costs nothing", beyond_the_margin),
            Property("another pair within the margin costs ½(margin − d)²", too_near),
            Property("two points on one place cost 0 or ½margin²", on_one_point),
            Property("every pair is treated by itself", both_kinds),
        ),
        hints=(
            "Look at the printed losses: from which distance on do they grow? What should they be "
            "there?",
            "A loss that grows with the distance pulls the pair together. Beyond the margin a pair "
            "that does not belong together should be left alone.",
            "The shortfall is margin − d, but never less than 0. Cut it off before you square it: "
            "a square is never negative.",
        ),
        explanation="The square hides the sign: at distance 5 and margin 1 the shortfall is −4, "
        "and ½(−4)² = 8 pulls the pair together again. With max(0, ·) inside the square the push "
        "fades at the margin and stays 0. Another way to write it: same * d**2 / 2 + (1 - same) * "
        "np.maximum(0, margin - d)**2 / 2.",
    ),
    Derive(
        name="push_slope",
        points=2,
        minutes=7,
        reference=push_slope,
        symbols={"x": "real", "q": "positive", "m": "positive"},
        hints=(
            "Go from the outside to the inside: the slope of ½(m − d)² in d, then that of d in x.",
            "The first is −(m − d) = d − m. For the second, d is the root of x² + q².",
            "The slope of √u is 1/(2√u) times the slope of u, and that of u = x² + q² in x is 2x. "
            "So d has the slope x/d.",
        ),
        explanation="(d − m) · x/d with d = √(x² + q²). Within the margin d − m is negative, so "
        "for a positive x the slope is negative, and a step downhill makes x larger: away from the "
        "corner, and from b. It is the first coordinate of −(m − d) u, where u points from b to a.",
    ),
    Choose(
        name="stuck_at_the_margin",
        points=1,
        minutes=4,
        right="b",
        wrong={
            "a": "look at the last column: two images of different digits are 0.68 apart before "
            "the first step and 0.015 at the end. The loss fell because all distances shrank.",
            "c": "then the loss would be max(0, −margin + margin) = 0. It equals the margin when "
            "both distances are the same, or both nearly 0, as here.",
            "d": "a collapsed embedding has a loss near the margin for every margin that is large "
            "against its distances, so a smaller number says nothing. The points are the same.",
        },
        hints=(
            "Put d_p and d_n into max(0, d_p − d_n + 1) for the last row, and then 0 for both.",
            "The hardest negative is at first nearer than the farthest positive. What happens to "
            "their difference when everything shrinks?",
        ),
        explanation="All distances fall to 1 or 2 per cent of what they were: everything "
        "collapses. With both distances near 0 the loss is the margin. For the hardest triplets "
        "shrinking is a relief, from 1.81 to 1.00; for random triplets it is a loss, from 0.82 to "
        "0.99.",
    ),
]
