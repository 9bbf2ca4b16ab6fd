"""The build of PyTorch that the agreement tests run on."""

import pytest

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.frameworks


def test_torch_is_built_for_the_processor():
    """No GPU build: it adds up in another order, and weighs gigabytes."""
    assert torch.version.cuda is None
