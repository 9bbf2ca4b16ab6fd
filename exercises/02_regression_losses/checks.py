"""What right answers of set 02 must satisfy: losses for regression, and how they pull."""

import numpy as np

from coursekit.course.exercises.tasks import Choose, Derive, Implement, Predict, Property


def huber_prices(small, large, further, delta):
    return small**2 / 2, delta * abs(large) - delta**2 / 2, delta * further


def own_huber_prices(rng):
    """The first residual is within δ, the second is negative and beyond it."""
    delta = int(rng.choice([3, 4, 5]))
    return {
        "small": float(rng.choice([0.4, 0.6, 0.8, 1.2, 1.4, 1.6])),
        "large": -delta - int(rng.integers(1, 5)),
        "further": int(rng.choice([100, 200, 300, 600, 800, 1000])),
        "delta": delta,
    }


def huber_slope(y, y_pred, delta):
    return np.clip(y_pred - y, -delta, delta)


def pooled_rmse(rmses, sizes):
    return np.sqrt(np.sum(sizes * rmses**2) / np.sum(sizes))


def scaled_log_cosh_slope(r, k):
    # −tanh(k r) / k without tanh(), so that it takes numbers of any precision and symbols.
    up, down = np.e ** (k * r), np.e ** (-k * r)
    return -(up - down) / (up + down) / k


def within(rng):
    y_pred, delta = rng.normal(size=5), rng.uniform(1.5, 4)
    return [
        (np.array([1.5]), np.array([1.0]), 2.0),
        (np.array([1.0]), np.array([2.5]), 2.0),
        (y_pred + rng.uniform(-0.9, 0.9, size=5) * delta, y_pred, delta),
    ]


def far_too_low(rng):
    y_pred, delta = rng.normal(size=4), rng.uniform(0.2, 0.8)
    return [
        (np.array([9.0]), np.array([1.0]), 2.0),
        (np.array([1001.0]), np.array([1.0]), 2.0),
        (y_pred + delta + rng.uniform(0.1, 9, size=4), y_pred, delta),
    ]


def far_too_high(rng):
    y, delta = rng.normal(size=4), rng.uniform(0.2, 0.8)
    return [
        (np.array([1.0]), np.array([9.0]), 2.0),
        (y, y + delta + rng.uniform(0.1, 9, size=4), delta),
    ]


def perfect(rng):
    y = rng.normal(size=3)
    return [(np.array([3.0]), np.array([3.0]), 0.5), (y, y.copy(), 1.5)]


def of_every_kind(rng):
    """Residuals within and beyond delta; none so close to it that single precision would tell."""
    cases = [(np.array([1.5, 9.0, -6.0]), np.array([1.0, 1.0, 1.0]), 2.0)]
    for n in (3, 8):
        y_pred, delta = rng.normal(size=n) * 3, rng.uniform(0.3, 3)
        sizes = delta * np.where(np.arange(n) % 2, rng.uniform(0.1, 0.9, n), rng.uniform(1.1, 5, n))
        cases.append((y_pred + sizes * rng.choice([-1.0, 1.0], size=n), y_pred, delta))
    return cases


def whole_numbers(rng):
    return [(np.array([1, 9, -6]), np.array([2, 1, 1]), 2.5)]


def one_batch(rng):
    return [
        (np.array([3.0]), np.array([1])),
        (np.array([3.0]), np.array([4])),
        (rng.uniform(1, 9, size=1), np.array([7])),
    ]


def alike(rng):
    return [
        (np.array([3.0, 3.0]), np.array([1, 1])),
        (np.array([3.0, 3.0, 3.0]), np.array([5, 1, 2])),
        (np.full(4, rng.uniform(1, 9)), rng.integers(1, 9, size=4)),
    ]


def same_size(rng):
    return [
        (np.array([1.0, 7.0]), np.array([1, 1])),
        (np.array([1.0, 7.0]), np.array([5, 5])),
        (rng.uniform(1, 9, size=4), np.full(4, 6)),
    ]


def with_a_perfect_batch(rng):
    return [
        (np.array([0.0, 4.0]), np.array([3, 1])),
        (np.array([0.0, *rng.uniform(1, 9, size=2)]), np.array([4, 2, 7])),
    ]


def of_any_size(rng):
    cases = [(np.array([1.0, 7.0]), np.array([3, 1]))]
    for n in (3, 6):
        cases.append((rng.uniform(0.5, 9, size=n), 1 + rng.permutation(20)[:n]))
    return cases


TASKS = [
    Predict(
        name="huber_prices",
        points=1,
        minutes=4,
        reference=huber_prices,
        given={"small": 0.5, "large": -3, "further": 1000, "delta": 2},
        draw=own_huber_prices,
        yours=(
            "Take δ = {delta}. The first residual is r = {small}, the second r = {large}, and the "
            "point with r = {large} is moved another {further} away from the prediction, to "
            "wherever that leads."
        ),
        hints=(
            "Which of the three residuals are within δ, and so on the parabola? Which are beyond, "
            "on the straight piece?",
            "0.5 is on the parabola. −3 and −1003 are on the same straight piece: how steep is it?",
            "The straight piece is δ|r| − ½δ². Its slope is δ, so each further unit costs δ more.",
        ),
        explanation="½ · 0.5² = 0.125. Beyond δ = 2 the loss is 2|r| − 2: that is 4 at r = −3 and "
        "2004 at r = −1003, so it grows by 2000. The price has no bound, but its slope has: "
        "the point at −1003 pulls no harder than the one at −3.",
    ),
    Implement(
        name="huber_slope",
        points=2,
        minutes=8,
        reference=huber_slope,
        properties=(
            Property("a perfect prediction is not pulled", perfect),
            Property("up to delta the slope is minus the residual", within),
            Property("of a prediction far too low the slope is −delta, however far", far_too_low),
            Property("of a prediction far too high the slope is +delta", far_too_high),
            Property("every sample is treated by itself", of_every_kind),
            Property("whole numbers will do", whole_numbers),
        ),
        hints=(
            "Take one sample. Is its residual within delta? What is the slope of ½r² in ŷ, and "
            "what that of δ|r| − ½δ²? Raising ŷ lowers r.",
            "Up to delta the slope is ŷ − y. Beyond, it stays at what it was at the border: delta "
            "if the prediction is too high, −delta if it is too low.",
            "So it is ŷ − y, cut off below at −delta and above at delta. np.clip(values, lowest, "
            "highest) does that entry by entry.",
        ),
        explanation="The slope is the error ŷ − y with its ends cut off: np.clip(y_pred − y, "
        "−delta, delta). That is why a wild target can pull with delta and no more. Another way to "
        "write it: np.where(np.abs(e) <= delta, e, delta * np.sign(e)) with e = y_pred − y.",
    ),
    Implement(
        name="pooled_rmse",
        points=2,
        minutes=7,
        reference=pooled_rmse,
        properties=(
            Property("a single batch keeps its RMSE", one_batch),
            Property("batches of equal RMSE have it together too", alike),
            Property("of batches of one size it is the root of the mean square", same_size),
            Property("samples without an error count as well", with_a_perfect_batch),
            Property("a larger batch counts for more", of_any_size),
        ),
        hints=(
            "What would you have to add up over all samples to get the RMSE of them all? How much "
            "of it does a batch of 3 samples with an RMSE of 1 contribute?",
            "A batch with m samples and RMSE R has squared errors that sum to m R².",
            "Sum these over the batches, divide by the number of all samples, take the root. In "
            "this order.",
        ),
        explanation="Squared errors add up, roots do not: a batch of m samples brings m·RMSE². In "
        "the example (3 · 1² + 1 · 7²)/4 = 13, and √13 ≈ 3.61 for every split. That is one reason "
        "why one trains on the MSE and reports the RMSE. Another way to write it: "
        "np.sqrt(np.average(rmses**2, weights=sizes)).",
    ),
    Derive(
        name="scaled_log_cosh_slope",
        points=2,
        minutes=7,
        reference=scaled_log_cosh_slope,
        symbols={"r": "real", "k": "probability"},
        hints=(
            "First take the slope in r, by the chain rule, from the outside to the inside: log, "
            "then cosh, then k r.",
            "log u has the slope 1/u, cosh has the slope sinh, and sinh/cosh is tanh. The inside "
            "k r brings a factor k.",
            "That was the slope in r. If ŷ rises by a little, r falls by as much.",
        ),
        explanation="∂ℓ/∂ŷ = −tanh(k r)/k. Near 0 it is −r, as for half the squared error. Far "
        "out it tends to −1/k or +1/k: no point pulls harder than 1/k, so 1/k plays the part of δ.",
    ),
    Choose(
        name="a_tenth_of_the_error",
        points=1,
        minutes=4,
        right="c",
        wrong={
            "a": "the table says that B is solved: no step would change it. A constant factor "
            "leaves the minimum alone only if it stands before the whole objective; here it stands "
            "before the loss, and the penalty is left as it was.",
            "b": "row C tries it, and all ten weights are 0 still. The errors are divided by 10 "
            "and then squared.",
            "d": "small and large errors are divided alike. Without a penalty a factor "
            "multiplies the whole objective, and the minimiser stays where it is.",
        },
        hints=(
            "Write ½(r/10)² as a number times ½r². Then multiply the whole objective by whatever "
            "makes the loss ½r² again.",
            "Multiplying loss and penalty by the same number changes no minimiser. What stands "
            "before Σ|w| afterwards?",
        ),
        explanation="½(r/10)² is a hundredth of ½r². A hundred times B's objective is the mean of "
        "½r² plus 500 Σ|w|: the λ that counts is 500. With λ = 0.05 it is 5 again, and the fit is "
        "that of A. So nobody can use your λ who does not know the scale of your loss.",
    ),
]
