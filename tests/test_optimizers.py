"""Optimisers: pure steps, known first steps, all reach the bottom of a bowl."""

import numpy as np
import pytest

from coursekit.optimizers import OPTIMIZERS, SGD, Adam, AdamW, Grouped, Momentum, RMSprop

EXAMPLES = [SGD(0.1), Momentum(0.05), RMSprop(0.02), Adam(0.05), AdamW(0.05, weight_decay=0.0)]
A = np.diag([1.0, 4.0, 0.5])


@pytest.mark.parametrize("optimizer", EXAMPLES, ids=repr)
def test_reaches_the_bottom_of_a_bowl(optimizer):
    w = np.array([1.0, -2.0, 3.0])
    state = optimizer.init(w)
    for _ in range(2000):
        w, state = optimizer.step(w, A @ w, state)
    assert np.abs(w).max() < 0.02
    assert state.steps == 2000


@pytest.mark.parametrize("optimizer", EXAMPLES, ids=repr)
def test_a_step_changes_nothing_in_place_and_repeats_itself(optimizer):
    w, g = np.array([1.0, -2.0]), np.array([0.5, 3.0])
    state = optimizer.init(w)
    first, second = optimizer.step(w, g, state), optimizer.step(w, g, state)
    np.testing.assert_array_equal(first[0], second[0])
    np.testing.assert_array_equal(w, [1.0, -2.0])
    assert not state.first.any()
    assert state.steps == 0


def test_first_steps_by_hand():
    w, g = np.array([1.0]), np.array([2.0])
    assert SGD(0.1).step(w, g, SGD(0.1).init(w))[0] == pytest.approx(0.8)
    adam = Adam(0.1)
    assert adam.step(w, g, adam.init(w))[0] == pytest.approx(0.9)  # lr · sign(g) at the start
    momentum = Momentum(0.1)
    once, state = momentum.step(w, g, momentum.init(w))
    assert momentum.step(once, g, state)[0] == pytest.approx(0.8 - 0.1 * (0.9 * 2 + 2))


def test_adamw_decays_the_weight_whatever_the_gradient_is():
    decayed = AdamW(0.1, weight_decay=0.5)
    w, _ = decayed.step(np.array([1.0]), np.array([0.0]), decayed.init(np.array([1.0])))
    assert w == pytest.approx(0.95)


def test_registry():
    assert list(OPTIMIZERS) == ["SGD", "Momentum", "RMSprop", "Adam", "AdamW"]


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: SGD(0), "learning_rate must be > 0, got 0"),
        (lambda: Momentum(0.1, 1.0), "momentum must be >= 0 and < 1, got 1.0"),
        (lambda: RMSprop(0.1, decay=-1), "decay must be >= 0 and < 1, got -1"),
        (lambda: Adam(0.1, beta2=2), "beta2 must be >= 0 and < 1, got 2"),
        (lambda: Adam(0.1, eps=0), "eps must be > 0, got 0"),
        (lambda: AdamW(0.1, weight_decay=-1), "weight_decay must be >= 0, got -1"),
        (lambda: SGD(0.1).init(np.array([np.inf])), "params must be finite, got inf"),
        (
            lambda: SGD(0.1).step(np.ones(2), np.ones((2, 1)), SGD(0.1).init(np.ones(2))),
            r"params and grad must match, got \(2,\) and \(2, 1\)",
        ),
    ],
)
def test_bad_input_is_refused_with_its_value_and_what_is_allowed(call, words):
    with pytest.raises(ValueError, match=words):
        call()


def test_groups_are_stepped_each_by_its_own_optimiser(rng):
    params, mask = rng.normal(size=6), np.array([True, False, True, True, False, False])
    optimiser = Grouped(mask, AdamW(0.01, weight_decay=0.5), Momentum(0.1))
    state, alone = optimiser.init(params), (params[mask], params[~mask])
    states = optimiser.inside.init(alone[0]), optimiser.outside.init(alone[1])
    for _ in range(5):
        grad = rng.normal(size=6)
        params, state = optimiser.step(params, grad, state)
        first = optimiser.inside.step(alone[0], grad[mask], states[0])
        second = optimiser.outside.step(alone[1], grad[~mask], states[1])
        alone, states = (first[0], second[0]), (first[1], second[1])
    np.testing.assert_array_equal(params[mask], alone[0])
    np.testing.assert_array_equal(params[~mask], alone[1])


@pytest.mark.parametrize("mask", [np.array([1, 0, 1]), np.array([True, False])])
def test_a_mask_that_does_not_fit_is_refused(mask):
    with pytest.raises(ValueError, match=r"mask must hold booleans in the shape \(3,\)"):
        Grouped(mask, SGD(0.1), SGD(0.2)).init(np.ones(3))
