"""Wrong answers people give in set 07, as code, with the diagnosis each must get."""

import numpy as np

from coursekit.course.exercises.tasks import Mistake


def measures(distance, direction):
    """The answer of one who takes these for the distance and for one minus the cosine."""

    def answer(a, b, c):
        a, b, c = np.array(a), np.array(b), np.array(c)
        return distance(a, b), distance(a, c), direction(a, b), direction(a, c)

    return answer


def length(rows):
    return np.linalg.norm(rows, axis=-1)


def apart(a, b):
    return length(a - b)


def cosine(a, b):
    return a @ b / (length(a) * length(b))


def one_minus_cosine(a, b):
    return 1 - cosine(a, b)


def by_point(a, b, c):
    right = measures(apart, one_minus_cosine)(a, b, c)
    return right[0], right[2], right[1], right[3]


def neighbours_swapped(a, b, c):
    return measures(apart, one_minus_cosine)(a, c, b)


def triplet(distance=apart, end=lambda gap, margin: np.maximum(0, gap + margin)):
    """A triplet loss with another distance, or another way to make a loss of the gap."""
    return lambda a, p, n, margin: end(distance(a, p) - distance(a, n), margin)


def triplet_from_positive(a, p, n, margin):
    return np.maximum(0, apart(a, p) - apart(p, n) + margin)


def triplet_without_axis(a, p, n, margin):
    return np.maximum(0, np.linalg.norm(a - p) - np.linalg.norm(a - n) + margin)


def triplet_over_columns(a, p, n, margin):
    gap = np.linalg.norm(a - p, axis=0) - np.linalg.norm(a - n, axis=0)
    return np.maximum(0, gap + margin)


def triplet_with_max(a, p, n, margin):
    return max(0, apart(a, p) - apart(a, n) + margin)


def triplet_with_if(a, p, n, margin):
    loss = apart(a, p) - apart(a, n) + margin
    return loss if loss > 0 else 0


def contrastive(pull=lambda d: d**2 / 2, push=lambda d, m: np.maximum(0, m - d) ** 2 / 2):
    """A contrastive loss with other pieces."""

    def answer(a, b, same, margin):
        d = apart(a, b)
        return np.where(same == 1, pull(d), push(d, margin))

    return answer


def contrastive_swapped(a, b, same, margin):
    return contrastive()(a, b, 1 - same, margin)


def contrastive_with_marks_of_other_losses(a, b, same, margin):
    return contrastive()(a, b, np.zeros_like(same), margin)


def contrastive_pull_only(a, b, same, margin):
    return same * apart(a, b) ** 2 / 2


def contrastive_mean(a, b, same, margin):
    return contrastive()(a, b, same, margin).mean()


def contrastive_over_columns(a, b, same, margin):
    d = np.linalg.norm(a - b, axis=0)
    return np.where(same == 1, d, np.maximum(0, margin - d)) ** 2 / 2


def contrastive_with_if(a, b, same, margin):
    d = apart(a, b)
    if same == 1:
        return d**2 / 2
    return np.maximum(0, margin - d) ** 2 / 2


def root(x, q):
    return (x * x + q * q) ** 0.5


def triplet_in_place(a, p, n, margin):
    a -= p
    return np.maximum(0, length(a) - length(a + p - n) + margin)


def contrastive_cut_off(a, b, same, margin):
    d = np.minimum(apart(a, b), margin)
    return np.where(same == 1, d, margin - d) ** 2 / 2


def contrastive_within_only(a, b, same, margin):
    return contrastive()(a, b, same, margin) * (apart(a, b) < margin)


FIRST_ALONE = "this is the loss of the first one alone: is the return inside the loop?"


def contrastive_both_pieces(a, b, same, margin):
    d = apart(a, b)
    return d**2 / 2 + np.maximum(0, margin - d) ** 2 / 2


MISTAKES = {
    "distance_and_direction": [
        Mistake(
            "the order is by point; asked are both distances first, then both directions",
            by_point,
        ),
        Mistake("b and c are swapped: b = (6, 8) comes first", neighbours_swapped),
        Mistake(
            "the last two are the cosines; asked is one minus each",
            measures(apart, cosine),
        ),
        Mistake(
            "the distances are squared: the root is missing",
            measures(lambda a, b: apart(a, b) ** 2, one_minus_cosine),
        ),
        Mistake(
            "this is the Euclidean loss ½d²; asked is the distance itself",
            measures(lambda a, b: apart(a, b) ** 2 / 2, one_minus_cosine),
        ),
        Mistake(
            "the differences are added up by their size; a distance is the root of summed squares",
            measures(lambda a, b: np.abs(a - b).sum(), one_minus_cosine),
        ),
        Mistake(
            "this is the difference of the lengths; the distance is the length of the difference",
            measures(lambda a, b: abs(length(a) - length(b)), one_minus_cosine),
        ),
        Mistake(
            "the product a · b is not divided by the lengths",
            measures(apart, lambda a, b: 1 - a @ b),
        ),
        Mistake(
            "the product a · b is divided by the length of a alone; both lengths belong there",
            measures(apart, lambda a, b: 1 - a @ b / length(a)),
        ),
        Mistake(
            "the lengths are added below; the product is divided by their product",
            measures(apart, lambda a, b: 1 - a @ b / (length(a) + length(b))),
        ),
        Mistake(
            "this is the angle, not one minus its cosine",
            measures(apart, lambda a, b: np.arccos(np.clip(cosine(a, b), -1, 1))),
        ),
    ],
    "triplet_loss": [
        Mistake(
            "max(0, ·) is missing, so an easy triplet earns a reward",
            triplet(end=lambda gap, margin: gap + margin),
        ),
        Mistake(
            "the distances are squared; in this course the triplet loss takes them plain",
            triplet(lambda a, b: apart(a, b) ** 2),
        ),
        Mistake(
            "the distances are ½d², as in the Euclidean loss; here they are plain",
            triplet(lambda a, b: apart(a, b) ** 2 / 2),
        ),
        Mistake(
            "positive and negative are swapped: this drives the positive away",
            lambda a, p, n, margin: triplet()(a, n, p, margin),
        ),
        Mistake(
            "the margin is subtracted, so a negative may even be nearer than the positive",
            triplet(end=lambda gap, margin: np.maximum(0, gap - margin)),
        ),
        Mistake(
            "the margin is missing: it is enough then that the negative is as far as the positive",
            triplet(end=lambda gap, margin: np.maximum(0, gap)),
        ),
        Mistake(
            "the margin is added after the max, so even an easy triplet costs the margin",
            triplet(end=lambda gap, margin: np.maximum(0, gap) + margin),
        ),
        Mistake(
            "a negative that is farther than the positive costs nothing here; it must be farther "
            "by the margin",
            triplet(end=lambda gap, margin: np.where(gap < 0, 0, gap + margin)),
        ),
        Mistake(
            "np.minimum keeps the rewards and drops the losses: np.maximum is meant",
            triplet(end=lambda gap, margin: np.minimum(0, gap + margin)),
        ),
        Mistake(
            "the loss is squared with a ½, as the contrastive one is; here it is not",
            triplet(end=lambda gap, margin: np.maximum(0, gap + margin) ** 2 / 2),
        ),
        Mistake(
            "the negative is measured from the positive; both distances start at the anchor",
            triplet_from_positive,
        ),
        Mistake(
            "distances are sums of the sizes of the differences here; the root of summed squares "
            "is meant",
            triplet(lambda a, b: np.abs(a - b).sum(axis=1)),
        ),
        Mistake(
            "without an axis np.linalg.norm takes one length of the whole array; axis=1 takes one "
            "for each row",
            triplet_without_axis,
        ),
        Mistake(
            "the lengths are taken over the columns: axis=1 takes one for each triplet",
            triplet_over_columns,
        ),
        Mistake(
            "this is the mean; asked is one loss for each triplet",
            triplet(end=lambda gap, margin: np.maximum(0, gap + margin).mean()),
        ),
        Mistake(
            "max() wants to know which of two numbers is larger, but an array has many: "
            "np.maximum compares entry by entry",
            triplet_with_max,
        ),
        Mistake(
            "there is no ½ in the triplet loss",
            triplet(end=lambda gap, margin: np.maximum(0, gap + margin) / 2),
        ),
        Mistake(FIRST_ALONE, lambda *args: triplet()(*args)[0]),
        Mistake(
            "`a -= p` writes into the caller's array; `a - p` makes a new one", triplet_in_place
        ),
        Mistake(
            "this is the sum; asked is one loss for each triplet",
            triplet(end=lambda gap, margin: np.maximum(0, gap + margin).sum()),
        ),
        Mistake(
            "the larger of margin and gap is taken; it is the larger of 0 and their sum",
            triplet(end=lambda gap, margin: np.maximum(margin, gap)),
        ),
        Mistake(
            "np.abs makes a loss of what is below 0; there the loss is 0",
            triplet(end=lambda gap, margin: np.abs(gap + margin)),
        ),
    ],
    "contrastive_loss": [
        Mistake(
            "max(0, ·) is missing inside the square: beyond the margin (margin − d)² grows again "
            "and pulls what it should leave alone",
            contrastive(push=lambda d, m: (m - d) ** 2 / 2),
        ),
        Mistake(
            "the push is not squared",
            contrastive(push=lambda d, m: np.maximum(0, m - d)),
        ),
        Mistake(
            "the push is not squared, only halved",
            contrastive(push=lambda d, m: np.maximum(0, m - d) / 2),
        ),
        Mistake(
            "the squares are taken one by one: (m − d)² is not m² − d²",
            contrastive(push=lambda d, m: np.maximum(0, m**2 - d**2) / 2),
        ),
        Mistake(
            "the push compares the margin with the squared distance; the root comes first",
            contrastive(push=lambda d, m: np.maximum(0, m - d**2) ** 2 / 2),
        ),
        Mistake(
            "it pushes beyond the margin and not within: the sign inside max is flipped",
            contrastive(push=lambda d, m: np.maximum(0, d - m) ** 2 / 2),
        ),
        Mistake(
            "the ½ is missing in both pieces",
            contrastive(lambda d: d**2, lambda d, m: np.maximum(0, m - d) ** 2),
        ),
        Mistake(
            "the ½ is missing in the push",
            contrastive(push=lambda d, m: np.maximum(0, m - d) ** 2),
        ),
        Mistake(
            "the ½ is missing in the pull",
            contrastive(lambda d: d**2),
        ),
        Mistake(
            "the pull is the plain distance; it is ½d²",
            contrastive(lambda d: d),
        ),
        Mistake(
            "the marks are turned round: 1 means that the pair belongs together",
            contrastive_swapped,
        ),
        Mistake(
            "every pair is pushed; the pull for pairs that belong together is missing",
            contrastive_with_marks_of_other_losses,
        ),
        Mistake(
            "there is no push: this is the Euclidean loss, which collapses",
            contrastive_pull_only,
        ),
        Mistake("this is the mean; asked is one loss for each pair", contrastive_mean),
        Mistake(
            "`if` wants one answer, but `same` holds many: np.where(same == 1, …, …) chooses pair "
            "by pair",
            contrastive_with_if,
        ),
        Mistake(
            "the push is ½ max(0, margin − d²) here: square the shortfall margin − d, not d",
            contrastive(push=lambda d, m: np.maximum(0, m - d**2) / 2),
        ),
        Mistake(
            "beyond the margin the push is the margin here; it must be 0",
            contrastive(push=lambda d, m: np.where(d < m, (m - d) ** 2 / 2, m)),
        ),
        Mistake(
            "the distance is cut off at the margin for all pairs; what belongs together is pulled "
            "from any distance",
            contrastive_cut_off,
        ),
        Mistake(
            "beyond the margin no pair costs anything here; what belongs together is pulled from "
            "any distance",
            contrastive_within_only,
        ),
        Mistake(FIRST_ALONE, lambda *args: contrastive()(*args)[0]),
        Mistake(
            "every pair is pulled and pushed; `same` says which of the two",
            contrastive_both_pieces,
        ),
        Mistake(
            "every pair is pulled; the mark of a pair that does not belong together is 0",
            lambda a, b, same, margin: contrastive()(a, b, np.ones_like(same), margin),
        ),
        Mistake(
            "the push is margin − ½d² here; it is ½(margin − d)²",
            contrastive(push=lambda d, m: np.maximum(0, m - d**2 / 2)),
        ),
    ],
    "push_slope": [
        Mistake(
            "the inner minus is missing: m − d falls when d grows",
            lambda x, q, m: (m - root(x, q)) * x / root(x, q),
        ),
        Mistake(
            "this is the slope in d; d has a slope in x, which must multiply it",
            lambda x, q, m: root(x, q) - m,
        ),
        Mistake(
            "the slope of the root is taken as 1/(2d) and that of x² is forgotten: 2x must "
            "multiply it",
            lambda x, q, m: (root(x, q) - m) / (2 * root(x, q)),
        ),
        Mistake(
            "a factor ½ too much: the 2 of the square x² cancels that of the root",
            lambda x, q, m: (root(x, q) - m) * x / (2 * root(x, q)),
        ),
        Mistake(
            "the division by d is missing: d is a root, and its slope in x is x/d",
            lambda x, q, m: (root(x, q) - m) * x,
        ),
        Mistake(
            "a factor 2 too much: the ½ before the square cancels it",
            lambda x, q, m: 2 * (root(x, q) - m) * x / root(x, q),
        ),
        Mistake(
            "this is the pull of a pair that belongs together, ½d²",
            lambda x, q, m: x,
        ),
        Mistake(
            "this is the slope in q, the place of the other point",
            lambda x, q, m: (root(x, q) - m) * q / root(x, q),
        ),
        Mistake(
            "the distance is taken as x + q; it is the root of x² + q²",
            lambda x, q, m: x + q - m,
        ),
        Mistake(
            "d is taken without the root",
            lambda x, q, m: 2 * x * (x * x + q * q - m),
        ),
        Mistake(
            "the distance is taken as x − q; it is the root of x² + q²",
            lambda x, q, m: x - q - m,
        ),
        Mistake(
            "the first coordinate of a − b is x − 0, not x − q: b lies on the second axis",
            lambda x, q, m: (root(x, q) - m) * (x - q) / root(x, q),
        ),
        Mistake(
            "this divides by d²; d is a root, and its slope in x is x/d",
            lambda x, q, m: (root(x, q) - m) * x / (x * x + q * q),
        ),
    ],
}
