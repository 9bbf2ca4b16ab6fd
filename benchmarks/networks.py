"""An epoch of our networks against PyTorch's, same layers, same batches, one thread each."""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
import torch
from timing import compare

from coursekit import datasets
from coursekit.losses import SoftmaxCrossEntropy
from coursekit.networks import MLP, Activation, Conv, Dense, Flatten, MaxPool, Network, train
from coursekit.optimizers import Adam

BATCH, N = 32, 300
nn = torch.nn
PAIRS = {
    "dense 64-64-10": (
        MLP((64, 64, 10)),
        nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 10)),
    ),
    "convolutional, lesson 21": (
        Network(
            (
                Conv(1, 8), Activation("tanh"), MaxPool(2),
                Conv(8, 16), Activation("tanh"), MaxPool(2), Flatten(), Dense(64, 10),
            )
        ),
        nn.Sequential(
            nn.Conv2d(1, 8, 3, padding=1), nn.Tanh(), nn.MaxPool2d(2),
            nn.Conv2d(8, 16, 3, padding=1), nn.Tanh(), nn.MaxPool2d(2), nn.Flatten(),
            nn.Linear(64, 10),
        ),
    ),
}  # fmt: skip


def main() -> None:
    """Print one table for each network."""
    torch.set_num_threads(1)
    data = datasets.digits()
    rows, labels = data.X[:N] / 16, data.y[:N]
    for name, (ours, theirs) in PAIRS.items():
        dense = name.startswith("dense")
        X = rows if dense else rows.reshape(N, 8, 8, 1)
        X_t = torch.tensor(rows if dense else rows.reshape(N, 1, 8, 8))
        y_t = torch.tensor(labels, dtype=torch.long)
        theirs = theirs.double()
        optimizer = torch.optim.Adam(theirs.parameters(), lr=0.01)
        rng, start = np.random.default_rng(0), ours.init(np.random.default_rng(0))

        def pytorch_epoch(net=theirs, optimizer=optimizer, X=X_t, y=y_t) -> None:
            for batch in torch.randperm(N).split(BATCH):
                optimizer.zero_grad()
                nn.functional.cross_entropy(net(X[batch]), y[batch]).backward()
                optimizer.step()

        def our_epoch(net=ours, X=X, start=start, rng=rng) -> None:
            train(
                net, SoftmaxCrossEntropy(), X, labels, rng,
                optimizer=Adam(0.01), epochs=1, batch_size=BATCH, start=start,
            )  # fmt: skip

        compare(
            f"{name}: one epoch of {N} digits, batches of {BATCH}, float64",
            {"PyTorch": pytorch_epoch, "coursekit": our_epoch},
            repeat=10,
        )


if __name__ == "__main__":
    main()
