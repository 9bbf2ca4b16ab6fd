"""What several test modules share: one generator per test, and a test for each example."""

import numpy as np
import pytest
from examples import LOSS_EXAMPLES, PENALTY_EXAMPLES


@pytest.fixture
def rng():
    return np.random.default_rng(20)


@pytest.fixture(params=LOSS_EXAMPLES, ids=repr)
def loss(request):
    return request.param


@pytest.fixture(params=PENALTY_EXAMPLES, ids=repr)
def penalty(request):
    return request.param
