"""Training: mini-batches, an optimiser's steps, and the best epoch on data held out."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from ..losses import Loss
from ..optimizers import Optimizer
from ..penalties import Penalty
from ..progress import Ticker
from ..validation import Array, finite_array, generator, whole_number
from .network import Network


class Epoch(NamedTuple):
    """What a callback is told after each pass over the data.

    train: mean of the objective over the epoch's batches, as they were met; validation: mean loss,
    without penalty, on the data held out, nan where there is none.
    """

    number: int
    theta: Array
    train: float
    validation: float


@dataclass(frozen=True)
class Training:
    """How a training went: the parameters it ended with or, with patience, the best.

    train and validation have one number for each epoch that was run; best_epoch counts from 1.
    """

    theta: Array = field(repr=False)
    best_epoch: int
    train: Array = field(repr=False)
    validation: Array = field(repr=False)


def minibatches(n: int, size: int, rng: np.random.Generator) -> Iterator[Array]:
    """Yield rows 0 … n − 1 in random order, `size` at a time; the last batch may be smaller.

    A last batch of one row joins the one before it, since batch norm cannot normalise one sample.
    """
    whole_number("n", n, at_least=1)
    whole_number("size", size, at_least=1)
    generator("rng", rng)
    order = rng.permutation(n)
    ends = list(range(size, n, size))
    if size > 1 and n % size == 1 and ends:
        ends.pop()
    yield from np.split(order, ends)


# A learning rate that is too large ends in inf, which the checks report in words.
@np.errstate(over="ignore", invalid="ignore")
def train(
    network: Network,
    loss: Loss,
    X: ArrayLike,
    y: ArrayLike,
    rng: np.random.Generator,
    *,
    optimizer: Optimizer,
    penalty: Penalty | None = None,
    epochs: int = 50,
    batch_size: int = 32,
    validation: tuple[ArrayLike, ArrayLike] | None = None,
    patience: int | None = None,
    augment: Callable[[Array, np.random.Generator], Array] | None = None,
    callbacks: Sequence[Callable[[Epoch], bool | None]] = (),
    start: Array | None = None,
) -> Training:
    """Minimise mean loss + penalty over mini-batches for a number of epochs.

    The order of the rows, dropout, `augment` (a function of a batch and rng) and, without `start`,
    the first parameters are drawn from rng. validation: data (X, y) held out. patience: stop once
    that many epochs in a row have not improved the loss there, and return the best epoch; Prechelt
    (1998). A callback that returns True stops too. Raises ValueError for patience without
    validation, and as soon as a number is not finite.
    """
    X, y = finite_array("X", X), finite_array("y", y, 1)
    if len(X) != len(y):
        raise ValueError(f"X and y must have equal length, got {len(X)} and {len(y)}")
    whole_number("epochs", epochs, at_least=1)
    if patience is not None:
        whole_number("patience", patience, at_least=1)
        if validation is None:
            raise ValueError(f"patience needs validation data, got patience={patience} without")
    generator("rng", rng)
    theta = network.init(rng) if start is None else start
    state = optimizer.init(theta)
    train_losses: list[float] = []
    held_out_losses: list[float] = []
    best = Epoch(0, theta, np.inf, np.inf)
    ticker = Ticker("train", epochs)
    for number in range(1, epochs + 1):
        total = 0.0
        for rows in minibatches(len(y), batch_size, rng):
            batch = X[rows] if augment is None else augment(X[rows], rng)
            value, gradient, way = network.loss_and_gradient(
                theta, batch, y[rows], loss, penalty, training=rng
            )
            theta, state = optimizer.step(network.followed(theta, way), gradient, state)
            total += value * len(rows)
        held_out = np.nan
        if validation is not None:
            scores = network.predict(theta, validation[0])
            held_out = float(loss.value(validation[1], scores).mean())
        epoch = Epoch(number, theta, total / len(y), held_out)
        train_losses.append(epoch.train)
        held_out_losses.append(held_out)
        if patience is None or held_out < best.validation:
            best = epoch
        ticker.tick(number, f"objective {epoch.train:.4g}")
        stops = [callback(epoch) for callback in callbacks]
        if any(stops) or (patience is not None and number - best.number >= patience):
            break
    ticker.close()
    return Training(best.theta, best.number, np.array(train_losses), np.array(held_out_losses))
