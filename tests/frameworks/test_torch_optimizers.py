"""The optimisers take PyTorch's steps, 100 of them, to 1e-6."""

import numpy as np
import pytest

from coursekit.optimizers import SGD, Adam, AdamW, Momentum, RMSprop

pytestmark = pytest.mark.frameworks
torch = pytest.importorskip("torch", reason="dependency group frameworks is not installed")

PAIRS = [
    (SGD(0.01), lambda p: torch.optim.SGD(p, lr=0.01)),
    (Momentum(0.01), lambda p: torch.optim.SGD(p, lr=0.01, momentum=0.9)),
    (RMSprop(0.01), lambda p: torch.optim.RMSprop(p, lr=0.01)),
    (Adam(0.01), lambda p: torch.optim.Adam(p, lr=0.01)),
    (AdamW(0.01), lambda p: torch.optim.AdamW(p, lr=0.01, weight_decay=0.01)),
]


@pytest.mark.parametrize(("ours", "make_theirs"), PAIRS, ids=lambda x: type(x).__name__)
def test_a_hundred_steps_agree(ours, make_theirs, rng):
    A, w = rng.normal(size=(6, 6)), rng.normal(size=6)
    theirs_w = torch.tensor(w, requires_grad=True)
    theirs, state = make_theirs([theirs_w]), ours.init(w)
    for _ in range(100):
        # A loss with curvature and waves, so that moments and signs change on the way.
        grad = A.T @ np.tanh(A @ w) + np.cos(3 * w)
        w, state = ours.step(w, grad, state)
        theirs.zero_grad()
        A_t = torch.tensor(A)
        loss = torch.log(torch.cosh(A_t @ theirs_w)).sum() + torch.sin(3 * theirs_w).sum() / 3
        loss.backward()
        theirs.step()
    np.testing.assert_allclose(w, theirs_w.detach().numpy(), atol=1e-6, rtol=0)


def test_another_momentum_is_noticed(rng):
    ours, w = Momentum(0.01, momentum=0.89), rng.normal(size=3)
    theirs_w, state = torch.tensor(w, requires_grad=True), ours.init(w)
    theirs = torch.optim.SGD([theirs_w], lr=0.01, momentum=0.9)
    for _ in range(100):
        w, state = ours.step(w, w, state)
        theirs.zero_grad()
        (0.5 * theirs_w**2).sum().backward()
        theirs.step()
    assert np.abs(w - theirs_w.detach().numpy()).max() > 1e-4
