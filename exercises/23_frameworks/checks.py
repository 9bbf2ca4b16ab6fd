"""What right answers of set 23 must satisfy: the same penalty typed into other libraries."""

from coursekit.course.exercises.tasks import Choose, Compute, Derive, Implement, Property


def alpha_for_ridge(lam, n):
    return n * lam


def own_alpha_for_ridge(rng):
    lam = float(rng.choice([0.01, 0.02, 0.03, 0.04, 0.06, 0.08]))
    return {"lam": lam, "n": 10 * int(rng.integers(11, 61))}


def our_lam(number, n, library):
    factor = {"keras L2": 2, "weight_decay": 1, "Lasso": 1, "Ridge": 1 / n}
    return 1 / (n * number) if library == "LogisticRegression" else factor[library] * number


def keras_elastic_net(lam, l1_ratio):
    return lam * l1_ratio, lam * (1 - l1_ratio) / 2


def typed_into(*libraries):
    """Cases for these libraries: round numbers first, then drawn ones."""

    def cases(rng):
        drawn = [(rng.uniform(0.05, 5), int(rng.integers(20, 900))) for _ in range(2)]
        numbers = [(0.5, 100), (2.0, 40), *drawn]
        return [(number, n, library) for library in libraries for number, n in numbers]

    return cases


def mixtures(rng):
    return [(0.2, 0.25), (1.0, 0.5), (rng.uniform(0.1, 3), rng.uniform(0.1, 0.9))]


def pure(rng):
    return [(0.2, 1.0), (0.2, 0.0), (rng.uniform(0.1, 3), 1.0), (rng.uniform(0.1, 3), 0.0)]


def call(number, n, library):
    return f"number = {number:.4g}, n = {n}, library = {library!r}"


TASKS = [
    Compute(
        name="alpha_for_ridge",
        points=1,
        minutes=4,
        reference=alpha_for_ridge,
        given={"lam": 0.05, "n": 442},
        draw=own_alpha_for_ridge,
        yours="You have chosen λ = {lam} on n = {n} samples.",
        hints=(
            "Write both objectives one above the other. What must you multiply ours by, so that "
            "the sums of squares agree?",
            "Ours is Σ(y − ŷ)²/(2n) + λ/2 Σw². Multiply by 2n and read off what stands in front "
            "of Σw².",
        ),
        explanation="2n times our objective is Σ(y − ŷ)² + nλ Σw², so alpha = nλ = 22.1. A factor "
        "on the whole objective does not move its minimum. The n in it means that alpha belongs to "
        "this data set: with twice the samples the same alpha is half the penalty.",
    ),
    Implement(
        name="our_lam",
        points=3,
        minutes=10,
        reference=our_lam,
        properties=(
            Property("weight_decay is our λ", typed_into("weight_decay"), describe=call),
            Property("alpha of the Lasso is our λ", typed_into("Lasso"), describe=call),
            Property(
                "the λ of Keras' L2 takes account of the missing ½",
                typed_into("keras L2"),
                describe=call,
            ),
            Property("the λ of Ridge takes account of n", typed_into("Ridge"), describe=call),
            Property(
                "the λ of LogisticRegression falls when C rises",
                typed_into("LogisticRegression"),
                describe=call,
            ),
        ),
        hints=(
            "Find the way from λ to each number first, as in task 1. Then solve each for λ.",
            "Keras' L2(t) adds t Σw² to the mean loss; ours adds λ/2 Σw². So which λ is t?",
            "Ridge: alpha = nλ. LogisticRegression: C = 1/(nλ). The Lasso and weight_decay: the "
            "number itself.",
        ),
        explanation="weight_decay and the Lasso's alpha are λ; Keras' L2 is λ/2, so λ is twice "
        "the number; Ridge's alpha is nλ; C is 1/(nλ). Another way to write it: a dictionary with "
        'a function for each library, {"Ridge": lambda t, n: t / n, …}.',
    ),
    Implement(
        name="keras_elastic_net",
        points=2,
        minutes=6,
        reference=keras_elastic_net,
        properties=(
            Property("ρ = 1 is pure L1, and ρ = 0 pure L2", pure),
            Property("both numbers are right for a mixture", mixtures),
        ),
        hints=(
            "Our elastic net is λ(ρ Σ|w| + (1 − ρ)/2 Σw²). What stands in front of Σ|w|, and what "
            "in front of Σw²?",
            "Keras adds l1 Σ|w| + l2 Σw². So l1 is λρ, and l2 has the ½ in it.",
        ),
        explanation="l1 = λρ and l2 = λ(1 − ρ)/2. The ½ belongs to the square alone.",
    ),
    Derive(
        name="decay_for_mse_loss",
        points=2,
        minutes=6,
        reference=lambda lam, n: 2 * lam,
        symbols={"lambda": "positive", "n": "positive"},
        hints=(
            "nn.MSELoss() is Σ(y − ŷ)²/n. How does it compare with our mean loss?",
            "It is twice our mean loss. So the penalty, too, must be twice ours, or the balance "
            "changes. weight_decay = t adds t/2 Σw².",
        ),
        explanation="Twice our objective is MSELoss + λΣw², and t/2 Σw² is that for t = 2λ. No n: "
        "both losses are means. If you train nn.MSELoss() / 2, the weight_decay is λ.",
    ),
    Choose(
        name="not_by_weight_decay",
        points=1,
        minutes=3,
        right="b",
        wrong={
            "a": "two parameter groups do that: weight_decay=λ for the weights, 0 for the biases.",
            "c": "weight_decay adds λw to the gradient, and that is the slope of λ/2 Σw², for each "
            "weight by itself.",
            "d": "a parameter group for each layer, each with its own weight_decay, does that.",
        },
        hints=(
            "What does weight_decay do to the gradient of a weight w?",
            "It adds λw, a multiple of the weight. Which of the four needs something else?",
        ),
        explanation="weight_decay adds λw to the gradient. L1 needs λ·sign(w), which is no "
        "multiple of w; add it to the loss, or take the proximal step.",
    ),
]
