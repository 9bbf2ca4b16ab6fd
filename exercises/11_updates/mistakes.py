"""Wrong answers people give in set 11, as code, with the diagnosis each must get."""

import numpy as np

from coursekit.course.exercises.tasks import Mistake


def repeated(l1_slope, l2_slope, n_steps=3):
    """The answer of one who takes these slopes for those of the two penalties."""

    def answer(w, learning_rate, lam):
        by_l1 = by_l2 = w
        for _ in range(n_steps):
            by_l1 = by_l1 - l1_slope(by_l1, learning_rate, lam)
            by_l2 = by_l2 - l2_slope(by_l2, learning_rate, lam)
        return by_l1, by_l2

    return answer


def l1(w, eta, lam):
    return eta * lam


def l2(w, eta, lam):
    return eta * lam * w


def step(penalty_slope, bias_slope=lambda b, lam: 0.0):
    """A step in which only these slopes are wrong."""

    def answer(w, b, grad_w, grad_b, learning_rate, lam):
        new_w = w - learning_rate * (grad_w + penalty_slope(w, lam))
        return new_w, b - learning_rate * (grad_b + bias_slope(b, lam))

    return answer


def rule(new_w):
    """A step whose weights are wrong in another way; the bias is right."""

    def answer(w, b, grad_w, grad_b, learning_rate, lam):
        return new_w(w, grad_w, learning_rate, lam), b - learning_rate * grad_b

    return answer


def l1_in_place(w, b, grad_w, grad_b, learning_rate, lam):
    w -= learning_rate * (grad_w + lam * np.sign(w))
    return w, b - learning_rate * grad_b


def l2_in_place(w, b, grad_w, grad_b, learning_rate, lam):
    w -= learning_rate * (grad_w + lam * w)
    return w, b - learning_rate * grad_b


def other_mistakes(penalty_slope):
    """Return what both steps have in common: the order of the pair and the learning rate."""
    right = step(penalty_slope)
    return [
        Mistake(
            "the pair is in the wrong order: w comes first, then b", lambda *a: right(*a)[::-1]
        ),
        Mistake(
            "the learning rate is missing: it multiplies the whole slope",
            rule(lambda w, g, eta, lam: w - g - penalty_slope(w, lam)),
        ),
        Mistake(
            "the gradient of the data is not multiplied by the learning rate",
            rule(lambda w, g, eta, lam: w - g - eta * penalty_slope(w, lam)),
        ),
        Mistake(
            "the step of the bias is not multiplied by the learning rate",
            lambda w, b, g, grad_b, eta, lam: (right(w, b, g, grad_b, eta, lam)[0], b - grad_b),
        ),
        Mistake(
            "the bias goes uphill: its gradient must be subtracted",
            lambda w, b, g, grad_b, eta, lam: (
                right(w, b, g, grad_b, eta, lam)[0],
                b + eta * grad_b,
            ),
        ),
    ]


def prox_l1(w, grad_w, eta, lam):
    moved = w - eta * grad_w
    return np.sign(moved) * np.maximum(np.abs(moved) - eta * lam, 0)


def stopped_at_zero(w, grad_w, eta, lam):
    new_w = w - eta * (grad_w + lam * np.sign(w))
    return np.where(new_w * w < 0, 0, new_w)


def sign_after_gradient_step(w, grad_w, eta, lam):
    moved = w - eta * grad_w
    return moved - eta * lam * np.sign(moved)


def unsquared_norm(w, lam):
    norm = np.sqrt(np.sum(w**2))
    return lam * w / norm if norm > 0 else 0 * w


IN_PLACE = "`w -= …` writes into the caller's array; `w = w - …` makes a new one"
NO_LEARNING_RATE = "the penalty's slope is not multiplied by the learning rate"
UPHILL = "a sign is flipped, so the penalty drives the weight away from zero"
NO_GRADIENT = "the gradient of the data is missing; only the penalty acts"
ASCENT = "the whole step goes uphill: the gradient must be subtracted"
BY_COUNT = "the penalty is divided by the number of weights; it is a plain sum"
PENALISED_BIAS = "the bias is penalised as if it were a weight"
PENALTY_VALUE = "the value of the penalty is added, not its slope"
KEPT_HALF = "the ½ is kept; the slope of ½λw² is λw, because the square brings a 2"

MISTAKES = {
    "three_steps": [
        Mistake("the two are swapped: L1 comes first", repeated(l2, l1)),
        Mistake("this is one step, not three", repeated(l1, l2, n_steps=1)),
        Mistake(
            "the learning rate is missing",
            repeated(lambda w, eta, lam: lam, lambda w, eta, lam: lam * w),
        ),
        Mistake(
            UPHILL, repeated(lambda w, eta, lam: -eta * lam, lambda w, eta, lam: -eta * lam * w)
        ),
        Mistake(
            "the L2 penalty is taken as λw², whose slope is 2λw; here it is ½λw²",
            repeated(l1, lambda w, eta, lam: 2 * eta * lam * w),
        ),
        Mistake(KEPT_HALF, repeated(l1, lambda w, eta, lam: 0.5 * eta * lam * w)),
        Mistake(
            "these are the weights for λ = 1, the example of lesson 11; here λ is 0.2",
            repeated(lambda w, eta, lam: l1(w, eta, 1), lambda w, eta, lam: l2(w, eta, 1)),
        ),
        Mistake(
            "three times the first step; but the second L2 step starts from a smaller weight",
            lambda w, learning_rate, lam: (
                w - 3 * learning_rate * lam,
                w - 3 * learning_rate * lam * w,
            ),
        ),
        Mistake(
            "the slope of λ|w| is taken as λw, so L1 shrinks by a factor as L2 does",
            repeated(l2, l2),
        ),
        Mistake("L2 is treated as L1: its slope λw gets smaller together with w", repeated(l1, l1)),
    ],
    "l1_step": [
        Mistake(
            PENALISED_BIAS,
            step(lambda w, lam: lam * np.sign(w), lambda b, lam: lam * np.sign(b)),
        ),
        Mistake(UPHILL, step(lambda w, lam: -lam * np.sign(w))),
        Mistake(NO_LEARNING_RATE, rule(lambda w, g, eta, lam: w - eta * g - lam * np.sign(w))),
        Mistake("the slope of λ|w| is λ·sign(w), not λ|w|", step(lambda w, lam: lam * np.abs(w))),
        Mistake("this is the L2 step: λw where λ·sign(w) is meant", step(lambda w, lam: lam * w)),
        Mistake(
            "λ is subtracted from every weight: without the sign, negative weights are driven away "
            "from zero",
            step(lambda w, lam: lam),
        ),
        Mistake(BY_COUNT, step(lambda w, lam: lam * np.sign(w) / len(w))),
        Mistake(
            "this is the proximal step, which lesson 12 derives and which stops at zero; a plain "
            "L1 step goes across",
            rule(prox_l1),
        ),
        Mistake(
            "the new weights are clipped at zero by max(…, 0), so none can be negative; a plain L1 "
            "step goes across zero",
            rule(lambda w, g, eta, lam: np.maximum(w - eta * (g + lam * np.sign(w)), 0)),
        ),
        Mistake(
            "a weight that would cross zero is stopped there; a plain L1 step goes across",
            rule(stopped_at_zero),
        ),
        Mistake(
            "the sign is taken after the gradient step; both slopes belong to the old w",
            rule(sign_after_gradient_step),
        ),
        Mistake(NO_GRADIENT, rule(lambda w, g, eta, lam: w - eta * lam * np.sign(w))),
        Mistake(ASCENT, rule(lambda w, g, eta, lam: w + eta * (g + lam * np.sign(w)))),
        Mistake(PENALTY_VALUE, step(lambda w, lam: lam * np.sum(np.abs(w)))),
        Mistake(
            "the sign of the gradient is used in place of the sign of the weight",
            rule(lambda w, g, eta, lam: w - eta * (g + lam * np.sign(g))),
        ),
        Mistake(
            "the slope at zero is taken as +λ, so a weight of exactly zero is pushed away",
            step(lambda w, lam: lam * np.where(w >= 0, 1.0, -1.0)),
        ),
        *other_mistakes(lambda w, lam: lam * np.sign(w)),
        Mistake(IN_PLACE, l1_in_place),
    ],
    "l2_step": [
        Mistake(PENALISED_BIAS, step(lambda w, lam: lam * w, lambda b, lam: lam * b)),
        Mistake(UPHILL, step(lambda w, lam: -lam * w)),
        Mistake(NO_LEARNING_RATE, rule(lambda w, g, eta, lam: w - eta * g - lam * w)),
        Mistake(
            "the factor 2 belongs to the penalty λΣw²; ours is ½λΣw², whose slope is λw",
            step(lambda w, lam: 2 * lam * w),
        ),
        Mistake(BY_COUNT, step(lambda w, lam: lam * w / len(w))),
        Mistake(
            "this is the slope of the norm that is not squared, λw/‖w‖; the penalty is ½λ‖w‖²",
            step(unsquared_norm),
        ),
        Mistake(
            "this is the L1 step: λ·sign(w) where λw is meant",
            step(lambda w, lam: lam * np.sign(w)),
        ),
        Mistake(
            "the weight is divided by 1 + learning_rate · lam: that is L2's proximal step, a plain "
            "step multiplies by 1 − learning_rate · lam",
            rule(lambda w, g, eta, lam: (w - eta * g) / (1 + eta * lam)),
        ),
        Mistake(
            "the weight decays after the gradient step; both slopes belong to the old w",
            rule(lambda w, g, eta, lam: (w - eta * g) * (1 - eta * lam)),
        ),
        Mistake(NO_GRADIENT, rule(lambda w, g, eta, lam: w - eta * lam * w)),
        Mistake(ASCENT, rule(lambda w, g, eta, lam: w + eta * (g + lam * w))),
        Mistake(PENALTY_VALUE, step(lambda w, lam: lam / 2 * np.sum(w**2))),
        Mistake(KEPT_HALF, step(lambda w, lam: 0.5 * lam * w)),
        Mistake(
            "the slope of ½λw² is λw, not λ|w|: the sign of the weight is lost, so negative "
            "weights are driven away from zero",
            step(lambda w, lam: lam * np.abs(w)),
        ),
        Mistake(
            "the slope of ½λw² is λw, not λw²: a slope has one power of w less",
            step(lambda w, lam: lam * w**2),
        ),
        *other_mistakes(lambda w, lam: lam * w),
        Mistake(IN_PLACE, l2_in_place),
    ],
    "l2_after_k_steps": [
        Mistake(
            "k times the first step; but each step starts from a smaller weight",
            lambda w_0, k, eta, lam: w_0 * (1 - k * eta * lam),
        ),
        Mistake(UPHILL, lambda w_0, k, eta, lam: w_0 * (1 + eta * lam) ** k),
        Mistake(
            "the penalty is taken as λw², whose slope is 2λw; here it is ½λw²",
            lambda w_0, k, eta, lam: w_0 * (1 - 2 * eta * lam) ** k,
        ),
        Mistake(KEPT_HALF, lambda w_0, k, eta, lam: w_0 * (1 - eta * lam / 2) ** k),
        Mistake(
            "k equal factors multiply to a power, not to k times the factor",
            lambda w_0, k, eta, lam: w_0 * (1 - eta * lam) * k,
        ),
        Mistake("the learning rate is missing", lambda w_0, k, eta, lam: w_0 * (1 - lam) ** k),
        Mistake(
            "this is what infinitely small steps would give; ours have the length η",
            lambda w_0, k, eta, lam: w_0 * np.e ** (-k * eta * lam),
        ),
        Mistake(
            "this is L1's step: a constant amount", lambda w_0, k, eta, lam: w_0 - k * eta * lam
        ),
        Mistake(
            "this is L2's proximal step, which divides by 1 + ηλ",
            lambda w_0, k, eta, lam: w_0 / (1 + eta * lam) ** k,
        ),
        Mistake(
            "w_0, the weight at the start, is missing",
            lambda w_0, k, eta, lam: (1 - eta * lam) ** k,
        ),
        Mistake(
            "one step too many: after no step at all it must be w_0",
            lambda w_0, k, eta, lam: w_0 * (1 - eta * lam) ** (k + 1),
        ),
        Mistake(
            "one step too few: after k = 1 the factor must be there once",
            lambda w_0, k, eta, lam: w_0 * (1 - eta * lam) ** (k - 1),
        ),
    ],
}
