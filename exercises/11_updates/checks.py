"""What right answers of set 11 must satisfy: how L1 and L2 update a weight."""

import numpy as np

from coursekit.course.exercises.tasks import Choose, Derive, Implement, Predict, Property, part


def three_steps(w, learning_rate, lam):
    by_l1 = by_l2 = w
    for _ in range(3):
        by_l1 = by_l1 - learning_rate * lam * np.sign(by_l1)
        by_l2 = by_l2 - learning_rate * lam * by_l2
    return by_l1, by_l2


def own_three_steps(rng):
    """An L1 step is at most 0.4 long, so three of them end above 0."""
    return {
        "w": int(rng.integers(4, 17)) / 2,
        "learning_rate": float(rng.choice([0.25, 0.5])),
        "lam": float(rng.choice([0.2, 0.4, 0.6, 0.8])),
    }


def l1_step(w, b, grad_w, grad_b, learning_rate, lam):
    return w - learning_rate * (grad_w + lam * np.sign(w)), b - learning_rate * grad_b


def l2_step(w, b, grad_w, grad_b, learning_rate, lam):
    return w - learning_rate * (grad_w + lam * w), b - learning_rate * grad_b


def general(rng):
    """Two weights in plain numbers first, one that crosses zero, then random ones."""
    cases = [
        (np.array([1.0, -2.0]), 0.5, np.array([0.3, 0.1]), 0.2, 0.5, 0.2),
        (np.array([0.1, -1.0]), 0.5, np.array([1.0, 0.5]), 0.2, 0.5, 0.2),
    ]
    for n in (1, 3, 6):
        w, grad_w = rng.normal(size=n) * 3, rng.normal(size=n)
        cases.append((w, rng.normal(), grad_w, rng.normal(), 0.05 + rng.random(), rng.random()))
    return cases


def penalty_alone(rng):
    return [
        (np.array([w]), 0.0, np.zeros(1), 0.0, 0.5, 0.2)
        for w in (2.0, 200.0, -2.0, *rng.normal(size=2) * 5)
    ]


def penalty_alone_near_zero(rng):
    return [(np.array([w]), 0.0, np.zeros(1), 0.0, 0.5, 0.2) for w in (0.05, -0.02, 0.01)]


def bias_alone(rng):
    return [
        (np.array([1.0]), b, np.zeros(1), 0.4, 0.5, 0.2) for b in (0.0, 3.0, -3.0, rng.normal())
    ]


def at_zero(rng):
    return [(np.zeros(n), 1.0, np.zeros(n), 0.0, 0.5, 0.2) for n in (1, 3)]


def no_penalty(rng):
    one = (np.array([1.0]), 0.5, np.array([0.3]), 0.2, 0.5, 0.0)
    first, *others = general(rng)
    return [one, (*first[:5], 0.0), (*others[2][:5], 0.0)]


def weight(w, b, grad_w, grad_b, learning_rate, lam):
    return f"w = {w[0]:.4g}, learning_rate = {learning_rate:g}, lam = {lam:g}, gradient 0"


def bias(w, b, grad_w, grad_b, learning_rate, lam):
    return f"b = {b:.4g}, grad_b = {grad_b:g}, learning_rate = {learning_rate:g}"


TASKS = [
    Predict(
        name="three_steps",
        points=1,
        minutes=4,
        reference=three_steps,
        given={"w": 1.5, "learning_rate": 0.5, "lam": 0.2},
        draw=own_three_steps,
        yours="The weight starts at {w}, the learning rate is {learning_rate} and λ = {lam}.",
        hints=(
            "Without data only the penalty pulls. What is the slope of λ|w| at 1.5? Of ½λw²?",
            "One step takes learning_rate times that slope off w. Which of the two slopes is the "
            "same again at the second step?",
            "L1 takes 0.5 · 0.2 = 0.1 off each time. L2 takes 0.1 · w off, which leaves 0.9 · w.",
        ),
        explanation="L1 takes the same amount at each step (1.5, 1.4, 1.3, 1.2); L2 takes the same "
        "share (1.5, 1.35, 1.215, 1.0935). So L2 slows down near zero, and L1 does not.",
    ),
    Implement(
        name="l1_step",
        points=2,
        minutes=8,
        reference=l1_step,
        properties=(
            Property("with lam = 0 it is a plain gradient step", no_penalty),
            Property(
                "the penalty alone moves a weight by learning_rate · lam towards zero, "
                "whatever its size",
                penalty_alone,
                part(0),
                weight,
            ),
            Property("the bias follows its gradient and no penalty", bias_alone, part(1), bias),
            Property("a weight of zero stays there", at_zero, part(0)),
            Property(
                "a weight closer to zero than learning_rate · lam steps across it",
                penalty_alone_near_zero,
                part(0),
                weight,
            ),
            Property("w and b are right when gradient and penalty pull together", general),
        ),
        hints=(
            "The objective's slope is the data's gradient plus the penalty's. What is the slope of "
            "λ|w| for a positive weight, and for a negative one?",
            "np.sign(w) gives 1, −1 or 0 for every weight at once. The learning rate multiplies "
            "the whole slope. The bias has no penalty.",
            "Return a pair. The new w is w minus learning_rate times (grad_w plus the penalty's "
            "slope); the new b needs grad_b only.",
        ),
        explanation="Only the sign of a weight enters, so large and small weights lose the same. "
        "The bias is left alone: it shifts predictions and adds no complexity. Another way to "
        "write it: np.where(w > 0, lam, np.where(w < 0, -lam, 0)) in place of lam * np.sign(w).",
    ),
    Implement(
        name="l2_step",
        points=2,
        minutes=6,
        reference=l2_step,
        properties=(
            Property("with lam = 0 it is a plain gradient step", no_penalty),
            Property(
                "the penalty alone takes the share learning_rate · lam off a weight",
                penalty_alone,
                part(0),
                weight,
            ),
            Property("the bias follows its gradient and no penalty", bias_alone, part(1), bias),
            Property("a weight of zero stays there", at_zero, part(0)),
            Property("w and b are right when gradient and penalty pull together", general),
        ),
        hints=(
            "Our L2 penalty is ½ λ Σ w². What is its slope in one weight?",
            "The ½ cancels the 2, so the slope is λ times the weight itself.",
            "It is l1_step with another slope for the penalty; nothing else changes.",
        ),
        explanation="Without data each step multiplies w by 1 − learning_rate · lam: hence "
        "the name weight decay. Another way to write it: (1 - learning_rate * lam) * w - "
        "learning_rate * grad_w.",
    ),
    Derive(
        name="l2_after_k_steps",
        points=2,
        minutes=6,
        reference=lambda w_0, k, eta, lam: w_0 * (1 - eta * lam) ** k,
        symbols={
            "w_0": "real",
            "k": "positive integer",
            "eta": "positive",
            "lambda": "positive",
        },
        hints=(
            "Write down w after one step and take w out as a factor. What has the second step to "
            "work on?",
            "Every step multiplies by the same factor. After k steps that factor stands there k "
            "times.",
        ),
        explanation="w_k = w_0 (1 − ηλ)^k is a geometric sequence: for 0 < ηλ < 1 it halves again "
        "and again and is never zero. For ηλ > 2 it grows without bound.",
    ),
    Choose(
        name="near_zero",
        points=1,
        minutes=4,
        right="c",
        wrong={
            "a": "an L1 step has a fixed length. It meets zero only if w is a whole multiple of "
            "that length, and 0.05 is not one of 0.1; an exact zero needs a step that "
            "stops at zero: the proximal step (lesson 12).",
            "b": "shrinking by a factor is what L2 does. The slope of λ|w| does not get smaller "
            "near zero.",
            "d": "the penalty pulls with its full strength λ at every w other than zero; nothing "
            "holds a small weight where it is.",
        },
        hints=(
            "Compute one step from w = 0.05, then one from where it lands.",
            "The step is 0.1 long and always points towards zero. From 0.05 it goes across.",
        ),
        explanation="From 0.05 the step of 0.1 lands on −0.05, the next one on 0.05 again. The "
        "minimum of λ|w| is at 0, and a step of fixed length walks past it for ever.",
    ),
]
