"""The course's penalties in the keyword arguments of scikit-learn, PyTorch, Keras and glmnet.

Ours is J(w, b) = mean loss + Ω(w): squares carry a ½, the penalty is not divided by n, the
intercept is never penalised. The others scale the loss, the penalty or both in another way. No
framework is needed for a conversion. A new target is one entry in TARGETS.
"""

from collections.abc import Callable
from dataclasses import dataclass
from inspect import signature
from typing import Any

from .penalties import L1, L2, ElasticNet, Lq, Penalty
from .validation import known_name, whole_number


@dataclass(frozen=True)
class Target:
    """One place that takes a penalty: λ(ρ Σ abs(w_j) + (1 − ρ)/2 Σ w_j²) → keyword arguments.

    arguments: a function of (λ, ρ, n); ρ = 0 where λ = 0; assumes: when the two objectives have the
    same minimiser; l1, l2: which part it can express; instead: why not the other, and what to do.
    """

    name: str
    arguments: Callable[[float, float, int], dict[str, Any]]
    assumes: str
    l1: bool = True
    l2: bool = True
    instead: str = ""


def keyword_arguments(penalty: Penalty | None, target: str, n: int) -> dict[str, Any]:
    """Return the target's own keyword arguments for a penalty on n samples, None for no penalty.

    On the data that `assumptions(target)` describes, what the target then minimises is J up to a
    factor. Raises ValueError for an unknown target, and where the penalty has no equivalent there.
    """
    known_name("target", target, list(TARGETS))
    whole_number("n", n, at_least=1)
    to = TARGETS[target]
    lam, l1_ratio = _as_elastic_net(penalty, target)
    if (lam * l1_ratio > 0 and not to.l1) or (lam * (1 - l1_ratio) > 0 and not to.l2):
        raise ValueError(f"{penalty!r} has no equivalent in {target}: {to.instead}")
    return to.arguments(lam, l1_ratio, int(n))


def assumptions(target: str) -> str:
    """Return what the target's training loss and data must be for `keyword_arguments` to hold."""
    known_name("target", target, list(TARGETS))
    return TARGETS[target].assumes


def _as_elastic_net(penalty: Penalty | None, target: str) -> tuple[float, float]:
    """Return λ and ρ of the elastic net that a penalty is; ρ = 0 where λ = 0."""
    match penalty:
        case None:
            lam, l1_ratio = 0.0, 0.0
        case L1(lam):
            l1_ratio = 1.0
        case L2(lam):
            l1_ratio = 0.0
        case ElasticNet(lam, l1_ratio):
            pass
        case Penalty():
            hint = "take its prox after each gradient step, or fit it with coursekit.solvers"
            if isinstance(penalty, Lq) and penalty.q in (1, 2):
                hint = "write Lq(lam, 1) as L1(lam), and Lq(lam, 2) as L2(2 * lam)"
            raise ValueError(
                f"{penalty!r} has no equivalent in {target}, which knows L1, L2 or ElasticNet "
                f"at most: {hint}"
            )
        case _:
            raise ValueError(f"penalty must be a Penalty such as L2(0.1) or None, got {penalty!r}")
    return float(lam), float(l1_ratio) if lam > 0 else 0.0


def _logistic_regression(lam: float, l1_ratio: float, n: int) -> dict[str, Any]:
    inverse = {"C": 1 / (n * lam) if lam > 0 else float("inf")}
    if l1_ratio == 0:
        return inverse
    # Of the solvers that know L1, only saga leaves the intercept alone.
    return inverse | {"l1_ratio": l1_ratio, "solver": "saga"} | _before_l1_ratio_was_enough()


def _before_l1_ratio_was_enough() -> dict[str, Any]:
    """Return what scikit-learn before 1.8 wants besides l1_ratio, read from its signature."""
    try:
        from sklearn.linear_model import LogisticRegression
    except ImportError:
        return {}
    penalty = signature(LogisticRegression).parameters.get("penalty")
    return {"penalty": "elasticnet"} if penalty is not None and penalty.default == "l2" else {}


def _sgd_regressor(lam: float, l1_ratio: float, n: int) -> dict[str, Any]:
    if l1_ratio in (0, 1):
        return {"penalty": "l1" if l1_ratio else "l2", "alpha": lam}
    return {"penalty": "elasticnet", "alpha": lam, "l1_ratio": l1_ratio}


def _weight_decay(lam: float, l1_ratio: float, n: int) -> dict[str, Any]:
    return {"weight_decay": lam}


def _glmnet(lam: float, l1_ratio: float, n: int) -> dict[str, Any]:
    return {"lambda": lam, "alpha": l1_ratio, "standardize": False, "intercept": True}


_WEIGHTS_ONLY = (
    "the mean loss is trained (½(y − ŷ)² is nn.MSELoss() / 2); this stands in the parameter group "
    "of the weights, weight_decay=0 in that of the biases"
)
_NO_L1_IN_DECAY = (
    "weight_decay adds weight_decay * w to the gradient, which is L2 and cannot be L1; add "
    "lam * sum(abs(w)) to the loss, or for exact zeros take the proximal step"
)

# Sources: scikit-learn's user guide, "Linear Models" (Ridge: ‖y − Xw‖² + α‖w‖²; Lasso, ElasticNet:
# the mean of ½(y − ŷ)²; LogisticRegression: the mean plus Ω/(nC)) and "Stochastic Gradient
# Descent", section Mathematical formulation; PyTorch's pages of torch.optim; Keras' page on layer
# weight regularizers (l2 Σ w²); Friedman, Hastie & Tibshirani (2010), section 2, and on dividing y
# the help page of glmnet.
TARGETS = {
    target.name: target
    for target in (
        Target(
            "sklearn.Ridge",
            lambda lam, l1_ratio, n: {"alpha": n * lam},
            "½(y − ŷ)²; it minimises 2n J, so alpha belongs to this n",
            l1=False,
            instead="alpha multiplies sum(w ** 2) alone; use sklearn.Lasso or sklearn.ElasticNet",
        ),
        Target(
            "sklearn.Lasso",
            lambda lam, l1_ratio, n: {"alpha": lam},
            "½(y − ŷ)²; it minimises J",
            l2=False,
            instead="alpha multiplies sum(abs(w)) alone; use sklearn.Ridge or sklearn.ElasticNet",
        ),
        Target(
            "sklearn.ElasticNet",
            lambda lam, l1_ratio, n: {"alpha": lam, "l1_ratio": l1_ratio},
            "½(y − ŷ)²; it minimises J",
        ),
        Target(
            "sklearn.LogisticRegression",
            _logistic_regression,
            "log loss, from 3 classes on softmax; it minimises J; not with solver='liblinear', "
            "which penalises the intercept",
        ),
        Target(
            "sklearn.SGDRegressor",
            _sgd_regressor,
            "loss='squared_error', which is ½(y − ŷ)²; it approaches the minimiser of J, no more",
        ),
        Target("torch.optim.SGD", _weight_decay, _WEIGHTS_ONLY, l1=False, instead=_NO_L1_IN_DECAY),
        Target(
            "torch.optim.Adam",
            _weight_decay,
            f"{_WEIGHTS_ONLY}; decoupled_weight_decay stays False",
            l1=False,
            instead=_NO_L1_IN_DECAY,
        ),
        Target(
            "torch.optim.AdamW",
            _weight_decay,
            "no penalty: its default of weight_decay is not 0",
            l1=False,
            l2=False,
            instead="its weight_decay shrinks the weights beside the adaptive step, which is the "
            "gradient of no L2 objective; for L2 use torch.optim.Adam, for L1 add "
            "lam * sum(abs(w)) to the loss",
        ),
        Target(
            "keras.regularizers",
            lambda lam, l1_ratio, n: {"l1": lam * l1_ratio, "l2": lam * (1 - l1_ratio) / 2},
            "the mean loss is trained (½(y − ŷ)² is half of 'mse'); regularizers.L1L2 of these is "
            "the kernel_regularizer, and biases have none",
        ),
        Target(
            "glmnet",
            _glmnet,
            "family gaussian, ½(y − ŷ)²; unless alpha = 1, y has been divided by its standard "
            "deviation (that with 1/n); R runs it, and only where it is installed is it tested",
        ),
    )
}
