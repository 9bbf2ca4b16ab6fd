"""What right answers of set 09 must satisfy: momentum, Adam, and the batches of an epoch."""

import numpy as np

from coursekit.course.exercises.tasks import Choose, Compute, Derive, Implement, Property, part


def two_momentum_steps(w, curvature, learning_rate, beta):
    first = w - learning_rate * curvature * w
    memory = beta * curvature * w + curvature * first
    return first, first - learning_rate * memory


def own_two_momentum_steps(rng):
    """β is above ηL, so that the second move is longer than the first."""
    return {
        "w": float(rng.choice([3, 4, 5, 6, 7, 8, 9, 10, 12])),
        "curvature": float(rng.choice([4, 5, 6])),
        "learning_rate": float(rng.choice([0.03, 0.04])),
        "beta": float(rng.choice([0.6, 0.7, 0.9])),
    }


def rmsprop_step_k(eta, rho, k):
    return eta / (1 - rho**k) ** 0.5


def adam_step(w, gradient, m, s, k, learning_rate, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * gradient
    s = beta2 * s + (1 - beta2) * gradient**2
    m_hat, s_hat = m / (1 - beta1**k), s / (1 - beta2**k)
    return w - learning_rate * m_hat / (np.sqrt(s_hat) + eps), m, s


def epoch_gradients(gradients, order, size):
    n_batches = len(order) // size
    batches = order[: n_batches * size].reshape(n_batches, size)
    return gradients[batches].mean(axis=1)


def array(*entries):
    return np.array(entries, dtype=float)


def first_step(rng):
    """From an empty memory and without eps."""
    one = (array(1), array(2), array(0), array(0), 1, 0.1, 0.5, 0.75, 0.0)
    two = (array(1, 1), array(0.5, -100), array(0, 0), array(0, 0), 1, 0.1, 0.5, 0.75, 0.0)
    gradient = rng.uniform(1, 3, size=3) * rng.choice([-1, 1], size=3)
    zeros = np.zeros(3)
    return [one, two, (rng.normal(size=3), gradient, zeros, zeros, 1, 0.2, 0.9, 0.99, 0.0)]


def remembering(rng):
    one = (array(1), array(2), array(4), array(9), 2, 0.1, 0.5, 0.75, 0.0)
    return [one, drawn(rng, 3, 2, 0.0)]


def drawn(rng, n, k, eps):
    """Draw a case in which the step is long enough to be seen."""
    return (
        *(rng.normal(size=n), rng.uniform(1, 3, size=n), rng.uniform(0.5, 2, size=n)),
        *(rng.uniform(1, 4, size=n), k, rng.uniform(0.1, 0.5)),
        *(rng.uniform(0.3, 0.8), rng.uniform(0.8, 0.95), eps),
    )


def later_steps(rng):
    one = (array(1), array(2), array(4), array(9), 3, 0.1, 0.5, 0.75, 0.0)
    return [one, *(drawn(rng, 2, k, 0.0) for k in (2, 4, 7))]


def many_steps_later(rng):
    one = (array(1), array(2), array(4), array(9), 500, 0.1, 0.5, 0.75, 0.0)
    return [one, drawn(rng, 3, 1000, 0.0)]


def with_eps(rng):
    one = (array(1), array(2), array(0), array(0), 1, 0.1, 0.5, 0.75, 0.5)
    return [one, drawn(rng, 2, 3, 0.7), drawn(rng, 4, 5, 0.2)]


def silent_weights(rng):
    """Without a gradient the memory fades, and goes on pulling."""
    one = (array(1), array(0), array(4), array(9), 2, 0.1, 0.5, 0.75, 0.0)
    w, gradient, *rest = drawn(rng, 3, 4, 0.1)
    gradient[1] = 0
    return [one, (w, gradient, *rest), (w, -gradient, *rest)]


def both_correct(args, result, expected):
    return all(part(i)(args, result, expected) for i in (1, 2))


def one_batch(rng):
    one = (array([2], [4]), np.array([0, 1]), 2)
    return [one, (rng.normal(size=(3, 2)), np.array([2, 0, 1]), 3)]


def dividing(rng):
    one = (array([1], [3], [5], [7]), np.array([0, 1, 2, 3]), 2)
    return [one, (rng.normal(size=(9, 2)), rng.permutation(9), 3)]


def leaving_some(rng):
    one = (array([1], [3], [5], [7], [9]), np.array([0, 1, 2, 3, 4]), 2)
    cases = [(rng.normal(size=(n, 2)), rng.permutation(n), size) for n, size in ((8, 3), (11, 4))]
    return [one, *cases]


def in_order(rng):
    one = (array([1], [3], [5], [7]), np.array([3, 0, 2, 1]), 2)
    return [one, (rng.normal(size=(8, 3)), rng.permutation(8), 4)]


def single_samples(rng):
    one = (array([1], [3], [5]), np.array([2, 0, 1]), 1)
    return [one, (rng.normal(size=(4, 2)), rng.permutation(4), 1)]


def several_weights(rng):
    one = (array([1, 10], [3, 20], [5, 60], [7, 40]), np.array([0, 3, 2, 1]), 2)
    return [one, (rng.normal(size=(10, 3)), rng.permutation(10), 5)]


TASKS = [
    Compute(
        name="two_momentum_steps",
        points=1,
        minutes=5,
        reference=two_momentum_steps,
        given={"w": 2.0, "curvature": 3.0, "learning_rate": 0.1, "beta": 0.8},
        draw=own_two_momentum_steps,
        yours=(
            "The loss is ½ · {curvature} · w², so the gradient is {curvature} · w. You start at w "
            "= {w} with m = 0, and take η = {learning_rate} and β = {beta}."
        ),
        hints=(
            "Write down m and w after each step. The gradient 3w is taken at the new w each time.",
            "m ← βm + g, with g in full. After the first step m = 6. What is the gradient at the "
            "new w?",
        ),
        explanation="m = 6 and w = 2 − 0.1 · 6 = 1.4; then the gradient is 4.2, m = 4.8 + 4.2 = 9 "
        "and w = 1.4 − 0.9 = 0.5. The second move is longer than the first, although the "
        "gradient has fallen.",
    ),
    Derive(
        name="rmsprop_step_k",
        points=2,
        minutes=7,
        reference=rmsprop_step_k,
        symbols={"eta": "positive", "rho": "probability", "k": "positive integer"},
        hints=(
            "First find s after k steps: g² in each, and the memory starts at 0. The lesson adds "
            "up the same for Adam.",
            "s is (1 − ρ) g² times 1 + ρ + … + ρᵏ⁻¹. What is that sum times 1 − ρ?",
            "s after k steps is (1 − ρᵏ) g². The step is η g/√s, and g drops out. Test it: for "
            "k = 1 and ρ = 0.99 it is 10 η.",
        ),
        explanation="η/√(1 − ρᵏ): the running mean starts at 0, so at first it is too small, and "
        "the steps are too long. Adam divides s by 1 − β₂ᵏ, which is just this.",
    ),
    Implement(
        name="adam_step",
        points=3,
        minutes=10,
        reference=adam_step,
        properties=(
            Property(
                "the new m and s are running means of the gradient and of its square",
                remembering,
                both_correct,
            ),
            Property(
                "the first step has the length learning_rate, whatever the gradient",
                first_step,
                part(0),
            ),
            Property(
                "both means are corrected for their start at 0, by the number of the step",
                later_steps,
                part(0),
            ),
            Property("many steps later the corrections are gone", many_steps_later, part(0)),
            Property("eps is added to the root", with_eps, part(0)),
            Property("all three are right, gradients of 0 and below among them", silent_weights),
        ),
        hints=(
            "Five lines: the new m, the new s, both corrected, and the new w. Each is in the "
            "lesson's table of rules.",
            "m ← β₁m + (1 − β₁)g, and s likewise with g². Divide them by 1 − β₁ᵏ and 1 − β₂ᵏ for "
            "the step, but return them as they were before.",
            "The new w is w minus learning_rate times the corrected m, over the root of the "
            "corrected s plus eps. The root does not contain eps.",
        ),
        explanation="The corrections are for this step alone; the memory stays uncorrected, so "
        "that next time the same sum goes on. With eps = 0 a factor on all gradients drops out.",
    ),
    Implement(
        name="epoch_gradients",
        points=2,
        minutes=8,
        reference=epoch_gradients,
        properties=(
            Property("one batch of all samples gives the full gradient", one_batch),
            Property("batches of one sample are its gradient, in the given order", single_samples),
            Property("if size divides the number of samples, all are used", dividing),
            Property("the incomplete last batch is dropped", leaving_some),
            Property("the samples come in the given order", in_order),
            Property("each weight is averaged by itself", several_weights),
        ),
        hints=(
            "Write down the values of first for 12 samples in batches of 4. Which is missing?",
            "The last batch that is complete begins at len(order) − size. Python's range stops "
            "before its end.",
            "So the end of the range must be one more.",
        ),
        explanation="range(0, len(order) - size + 1, size): the end is excluded, so that a batch "
        "which just fits was lost. With 569 samples in batches of 32 the bug is silent, since 32 "
        "does not divide 569. Another way: len(order) // size batches, by reshape.",
    ),
    Choose(
        name="momentum_against_sgd",
        points=1,
        minutes=4,
        right="c",
        wrong={
            "a": "there is no noise here to smooth: all gradients are exact.",
            "b": "√κ in place of κ holds when η and β are both tuned; and here there is one "
            "curvature, so κ = 1, and nothing is to be gained.",
            "d": "it is the other way round: the gradients add up, to 1 + β + β² + … = 1/(1 − β) "
            "times one of them. With β = 0.9 the effective learning rate is ten times η, so 0.1.",
        },
        hints=(
            "What is the effective learning rate of momentum with η = 0.01 and β = 0.9?",
            "Look at the third line of the table: SGD with just that learning rate.",
        ),
        explanation="Momentum's effective learning rate is η/(1 − β) = 0.1. SGD with 0.1 ends at "
        "0.00003, far below momentum's 0.003. With one curvature and exact gradients SGD with 1 "
        "would arrive in one step. Compare optimisers at their own best learning rates.",
    ),
]
