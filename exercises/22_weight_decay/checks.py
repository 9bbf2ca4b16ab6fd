"""What right answers of set 22 must satisfy: L2 in the gradient, and decay beside it."""

import numpy as np

from coursekit.course.exercises.tasks import Choose, Compute, Derive, Implement, Property, part


def four_first_steps(w, gradient, learning_rate, strength):
    pulled = gradient + strength * w
    shrunk = (1 - learning_rate * strength) * w
    return (
        *(w - learning_rate * pulled, shrunk - learning_rate * gradient),
        *(w - learning_rate * np.sign(pulled), shrunk - learning_rate * np.sign(gradient)),
    )


def own_four_first_steps(rng):
    """The gradient is smaller than the pull λ|w|, but larger than half of it."""
    while True:
        w, strength = -int(rng.choice([2, 3, 5, 6, 8, 10])) / 2, int(rng.integers(2, 7)) / 10
        gradient, pull = int(rng.integers(1, 30)) / 10, round(-strength * w, 2)
        # Otherwise two of the rules give the same weight, where they should not.
        clear = pull != 2 and gradient != 1 and round(pull - gradient, 2) != 1
        if pull / 2 < gradient < pull and clear:
            eta = float(rng.choice([0.2, 0.25, 0.4, 0.5]))
            return {"w": w, "gradient": gradient, "learning_rate": eta, "strength": strength}


def momentum_with_decay_at_rest(a, c, delta, beta):
    return a * c / (a + (1 - beta) * delta)


def momentum_step(w, m, gradient, learning_rate, beta, strength, decoupled):
    m = beta * m + gradient + (0 if decoupled else strength) * w
    shrink = learning_rate * strength if decoupled else 0
    return (1 - shrink) * w - learning_rate * m, m


def adamw_step(theta, gradient, m, s, k, learning_rate, decay, penalised):
    m = 0.9 * m + 0.1 * gradient
    s = 0.99 * s + 0.01 * gradient**2
    move = learning_rate * (m / (1 - 0.9**k)) / np.sqrt(s / (1 - 0.99**k))
    return np.where(penalised, 1 - learning_rate * decay, 1) * theta - move, m, s


def array(*entries):
    return np.array(entries, dtype=float)


def away_from_zero(rng, n):
    return rng.uniform(0.5, 3, size=n).round(1) * rng.choice([-1, 1], size=n)


def momentum(decoupled, memory=1, gradient=1, strength=1):
    """Cases in which the parts that are given as 0 are 0."""

    def cases(rng):
        one = array(2), memory * array(3), gradient * array(0.5)
        found = [(*one, 0.1, 0.5, 0.4 * strength, decoupled)]
        for n in (2, 4):
            while True:
                parts = (away_from_zero(rng, n) for _ in range(3))
                w, m, g = (v * size for v, size in zip(parts, (1, memory, gradient), strict=True))
                ends = (0.1, 0.4), (0.3, 0.8), (0.3, 0.9)
                rate, beta, pull = (round(rng.uniform(*both), 2) for both in ends)
                case = w, m, g, rate, beta, pull * strength, decoupled
                # Nothing may nearly cancel, so that single precision is right as well.
                sizes = np.abs(np.concatenate(momentum_step(*case)))
                if np.all((sizes == 0) | (sizes > 0.1)):
                    break
            found.append(case)
        return found

    return cases


def in_both(**zero):
    return lambda rng: [c for how in (False, True) for c in momentum(how, **zero)(rng)]


def adamw(penalised, decay=1):
    """Cases with these parameters penalised: all (1), none (0) or some (None)."""

    def cases(rng):
        if penalised is None:
            marks = np.array([True, False])
        else:
            marks = np.full(2, penalised == 1)
        one = (array(2, -4), array(1, 0.5), array(0, 0), array(0, 0))
        found = [(*one, 1, 0.1, 0.5 * decay, marks)]
        for n, k in ((2, 2), (3, 5), (5, 40)):
            theta, gradient, m = (away_from_zero(rng, n) for _ in range(3))
            some = rng.permutation(np.append([True, False], rng.integers(0, 2, size=n - 2) > 0))
            some = some if penalised is None else np.full(n, penalised == 1)
            s, rate = rng.uniform(1, 4, size=n).round(1), round(rng.uniform(0.1, 0.4), 2)
            strength = round(rng.uniform(0.3, 0.9), 2) * decay
            found.append((theta, gradient, m, s, k, rate, strength, some))
        return found

    return cases


def written_case(theta, gradient, m, s, k, learning_rate, decay, penalised):
    """Name a case; the marks are written as a learner would."""
    arrays = {"theta": theta, "gradient": gradient, "m": m, "s": s}
    words = [f"{n} = [{', '.join(f'{v:.4g}' for v in a)}]" for n, a in arrays.items()]
    words += [f"k = {k}", f"learning_rate = {learning_rate:.4g}", f"decay = {decay:.4g}"]
    marks = ", ".join("True" if mark else "False" for mark in penalised)
    return ", ".join([*words, f"penalised = [{marks}]"]).replace("-", "−")


def memories(args, result, expected):
    return all(part(i)(args, result, expected) for i in (1, 2))


TASKS = [
    Compute(
        name="four_first_steps",
        points=1,
        minutes=6,
        reference=four_first_steps,
        given={"w": -2.0, "gradient": 0.5, "learning_rate": 0.5, "strength": 0.3},
        draw=own_four_first_steps,
        yours=(
            "The weight is w = {w} and its gradient g = {gradient}; take η = {learning_rate} and "
            "λ = δ = {strength}."
        ),
        hints=(
            "With L2 the optimiser gets one gradient, 0.5 + 0.3 · w. With decay it gets 0.5, and w "
            "is multiplied by 1 − 0.5 · 0.3 first.",
            "Adam's first step has the length of the learning rate, against the sign of the "
            "gradient it gets. Which sign has it with L2?",
        ),
        explanation="−2 − 0.5 · (−0.1) = −1.95, and 0.85 · (−2) − 0.25 = −1.95: for SGD it is the "
        "same. With L2 Adam sees the gradient −0.1 and goes up by 0.5 to −1.5. AdamW shrinks −2 to "
        "−1.7 and goes down by 0.5 to −2.2.",
    ),
    Derive(
        name="momentum_with_decay_at_rest",
        points=2,
        minutes=7,
        reference=momentum_with_decay_at_rest,
        symbols={"a": "positive", "c": "real", "delta": "positive", "beta": "probability"},
        hints=(
            "At rest neither m nor w changes. Write down both conditions.",
            "m = βm + g gives m = g/(1 − β). And w = (1 − ηδ)w − ηm gives m = −δw.",
            "Put the two together, with g = a(w − c), and solve for w. η drops out.",
        ),
        explanation="g = −(1 − β)δw at rest, so a(w − c) + (1 − β)δw = 0 and w = ac/(a + (1 − "
        "β)δ). That is the minimiser with an L2 penalty of λ = (1 − β)δ, which is a tenth of δ for "
        "β = 0.9.",
    ),
    Implement(
        name="momentum_step",
        points=2,
        minutes=8,
        reference=momentum_step,
        properties=(
            Property("with strength = 0 both are plain momentum", in_both(strength=0)),
            Property("L2 puts strength · w into the memory", momentum(False), part(1)),
            Property("decay leaves the memory alone", momentum(True), part(1)),
            Property(
                "decay alone multiplies w by 1 − learning_rate · strength",
                momentum(True, memory=0, gradient=0),
            ),
            Property(
                "L2 alone does the same to w while the memory is empty",
                momentum(False, memory=0, gradient=0),
            ),
            Property("with memory and gradient both are right", in_both()),
        ),
        hints=(
            "In which of the two does the optimiser hear of the penalty? What gets into m?",
            "L2: the gradient becomes gradient + strength * w, then all is as without. Decay: m as "
            "without; w is multiplied before the step is taken.",
            "Both end with … − learning_rate * m. Only the m, and what stands in front, differ.",
        ),
        explanation="One line makes the difference: whether strength * w goes through the memory. "
        "From an empty memory the first step is the same. After that L2 feels its earlier pulls "
        "again, 1/(1 − β) times in the long run.",
    ),
    Implement(
        name="adamw_step",
        points=3,
        minutes=9,
        reference=adamw_step,
        properties=(
            Property("with decay = 0 it is Adam", adamw(1, decay=0), None, written_case),
            Property("the memories hear nothing of the decay", adamw(1), memories, written_case),
            Property(
                "a weight loses the share learning_rate · decay, beside the move of Adam",
                adamw(1),
                part(0),
                written_case,
            ),
            Property("biases do not decay", adamw(0), None, written_case),
            Property(
                "of weights and biases together only the weights decay",
                adamw(None),
                None,
                written_case,
            ),
        ),
        hints=(
            "Follow decay * theta through the broken function. What is it divided by?",
            "m and s are made from the gradient of the loss alone. Where does the decay act, then?",
            "In the last line theta becomes (1 − learning_rate · decay) · theta, for the penalised "
            "ones only. penalised counts as 1 and 0 in a product.",
        ),
        explanation="Beside the move, not through it: (1 - learning_rate * decay * penalised) * "
        "theta - move. In the broken function the pull is divided by √ŝ together with the "
        "gradient, so in the first step it can only change the sign: that was Adam with L2.",
    ),
    Choose(
        name="what_to_decay",
        points=1,
        minutes=4,
        right="d",
        wrong={
            "a": "a smaller λ makes the error smaller, but takes the penalty off the weights as "
            "well. In kelvins it would have to be about twenty times smaller for the same error.",
            "b": "it is one number of three, but all predictions contain it: with a decayed bias "
            "each is too low by an eleventh of the mean of y.",
            "c": "the features have mean 0 here already. What is not centred is y.",
            "e": "in the last line the weights decay, and the mean error is 0. What pulls the mean "
            "of the predictions down is the bias alone.",
        },
        hints=(
            "Compare the two lines for kelvins. What alone differs between them?",
            "The features have mean 0, so the mean prediction is the bias. Towards which value "
            "does decay pull it, and what does that value mean in °C and in K?",
        ),
        explanation="A decayed bias rests at ȳ/(1 + λ), an eleventh below the mean of y: 1.36 for "
        "15 °C and 26.20 for 288.15 K. Zero kelvins are nothing that a forecast should be pulled "
        "to. The same goes for batch norm's scale and shift; its statistics are no parameters "
        "at all.",
    ),
]
