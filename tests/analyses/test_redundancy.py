"""How little of a network is enough."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from scatterlab.analyses.inputs import build_deciding
from scatterlab.analyses.operators import linear_operators, weights_of
from scatterlab.analyses.predicted_weights import (
    forget_weights,
    input_covariances,
    keep_inputs,
    keep_pixels,
    neighbourhood,
    patches,
    predict_weights,
)
from scatterlab.analyses.redundancy import redundancy, with_few_weights, with_low_rank
from scatterlab.analyses.speed import multiplications, speed
from scatterlab.cascades.lenet import LeNet5
from scatterlab.errors import ConfigError
from scatterlab.training.tensors import write_tensors

SHARES = [0.1, 0.5, 1.0]


@pytest.fixture(scope="module")
def trained():
    """LeNet-5 that tells a bright upper half from a bright lower half, and images of both."""
    draw = torch.Generator().manual_seed(0)
    images, labels = torch.rand(120, 1, 32, 32, generator=draw), torch.arange(120) % 2
    images[labels == 0, :, :16] += 0.2
    images[labels == 1, :, 16:] += 0.2
    network = LeNet5(classes=2)
    network.standardise.fix(images.mean()[None], images.std()[None])
    optimiser = torch.optim.SGD(network.parameters(), 0.01, 0.9)
    for _ in range(15):
        optimiser.zero_grad()
        torch.nn.functional.cross_entropy(network(images), labels).backward()
        optimiser.step()
    return network.eval(), images, labels.numpy()


@pytest.fixture(scope="module")
def measured(trained):
    network, images, labels = trained
    return redundancy(network, images, labels, SHARES, draws=2, seed=0, seen=images[:20])


def test_with_everything_left_nothing_changes(trained, measured):
    network, images, _ = trained
    assert measured.attrs["accuracy"] == 1
    assert (measured["accuracy"].sel(share=1) == 1).all()
    assert measured["distance"].sel(share=1).max() < 1e-6
    whole = with_low_rank(network, dict.fromkeys(linear_operators(network), 1.0))
    torch.testing.assert_close(whole(images), network(images), atol=1e-4, rtol=1e-4)


def test_less_left_is_further_away(measured):
    """The output, of two classes, has rank 1 at a tenth and at a half."""
    assert (measured["distance"][:-1].diff("share") < 0).all()
    assert measured["distance"][-1].diff("share").values.tolist()[0] == 0


def test_weights_kept_are_counted(measured):
    """C1 6×25, C3 60 kernels of 25, C5 120×400, F6 84×120; output 2×84, which stays whole."""
    total = 150 + 1500 + 48000 + 10080 + 168
    assert measured.attrs["weights"] == total
    ranks = {"C1": 3, "C3": 8, "C5": 60, "F6": 42, "output": 1}
    sides = {"C1": 31, "C3": 166, "C5": 520, "F6": 204}
    factors = sum(ranks[name] * sides[name] for name in sides) + 168
    kept = measured["kept"].sel(share=0.5) * total
    assert measured["rank"].sel(share=0.5).values.tolist() == list(ranks.values())
    assert kept[0] == pytest.approx(factors)
    pixels = round(0.5 * 25) * (6 + 60 + 120 * 16) + 10080 + 168
    assert kept[1] == pytest.approx(pixels)
    assert float(kept[2]) == float(kept[3]) == pytest.approx(0.5 * total, rel=0.01)


def test_the_weights_that_count_as_kept_are_kept_and_others_are_not(trained):
    """Of C3 too, where an output does not see all inputs."""
    network, images, _ = trained
    whole = linear_operators(network)
    covariances = input_covariances(network, whole, images[:20])
    for change, given_ in ((keep_pixels, ()), (keep_inputs, (forget_weights,))):
        for name, operator in linear_operators(LeNet5(classes=2)).items():
            operator.load_state_dict(whole[name].state_dict())
            K = () if change is keep_pixels else (covariances[name],)
            number = change(operator, *K, 0.4, np.random.default_rng(0), *given_)
            assert int((operator.weight == whole[name].weight).sum()) == number


def test_the_network_itself_is_left_alone(trained):
    network, _, _ = trained
    before = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    left, number = with_few_weights(
        network,
        lambda name, *given: keep_pixels(*given),
        0.2,
        np.random.default_rng(0),
    )
    assert number < weights_of(linear_operators(network))
    assert not torch.equal(left.C5.weight, network.C5.weight)
    assert all(torch.equal(before[name], value) for name, value in network.state_dict().items())


def test_smooth_weights_are_predicted_far_better_than_forgotten():
    y, x = np.mgrid[:7, :7] / 3
    weights = np.stack([np.sin(y + phase) * np.cos(x) for phase in range(4)]).reshape(4, 49)
    kept = np.random.default_rng(0).choice(49, 15, replace=False)
    K = neighbourhood(7, 7, sigma=2)
    predicted, forgotten = (
        np.linalg.norm(guess(weights, kept, K) - weights) / np.linalg.norm(weights)
        for guess in (predict_weights, forget_weights)
    )
    assert predicted < 0.1 < 0.7 < forgotten


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 999))
def test_weights_in_the_span_of_the_kernel_are_found_exactly(seed):
    """Denil et al. 2013, eq. 3: w = K_α a has no error without a ridge."""
    rng = np.random.default_rng(seed)
    factor = rng.standard_normal((12, 12))
    K = factor @ factor.T + np.eye(12)
    kept = rng.choice(12, 5, replace=False)
    weights = rng.standard_normal((3, 5)) @ K[kept]
    np.testing.assert_allclose(predict_weights(weights, kept, K, ridge=0), weights, atol=1e-6)


def test_the_kernel_of_places_falls_with_their_distance():
    K = neighbourhood(2, 3)
    assert np.allclose(np.diag(K), 1)
    assert K[0, 1] == K[0, 3] == pytest.approx(np.exp(-1 / 2))
    assert K[0, 5] == pytest.approx(np.exp(-5 / 2))


@pytest.mark.parametrize(
    "operator",
    [
        torch.nn.Conv2d(2, 3, 3, stride=2, padding=1, bias=False),
        torch.nn.Conv2d(2, 3, (1, 3), padding="same", bias=False),
        torch.nn.Linear(5, 3, bias=False),
    ],
)
def test_patches_are_what_an_operator_multiplies(operator):
    maps = torch.rand(4, 5) if isinstance(operator, torch.nn.Linear) else torch.rand(4, 2, 6, 8)
    output = operator(maps)
    product = operator.weight.flatten(1) @ patches(operator, maps)
    expected = output.T if output.ndim == 2 else output.transpose(0, 1).flatten(1)
    torch.testing.assert_close(product, expected)


def test_the_seed_says_which_weights_are_kept(trained, measured):
    network, images, labels = trained
    again = redundancy(network, images, labels, SHARES, draws=2, seed=0, seen=images[:20])
    assert again.identical(measured)


def test_multiplications_are_those_of_the_operators_as_they_are_run():
    count = multiplications(LeNet5(), torch.rand(1, 1, 32, 32))
    assert count == 150 * 28**2 + 16 * 6 * 25 * 10**2 + 48000 + 10080 + 840


def test_speed_is_measured_beside_the_multiplications(trained):
    network, images, _ = trained
    result = speed(network, images[:8], [0.1, 1.0], rounds=2)
    assert (result["faster"] > 0).all()
    assert float(result["fewer"][0]) > 3
    assert float(result["fewer"][1]) < 1
    assert result.attrs["seconds"] > 0


def test_a_network_of_other_classes_is_refused_with_the_remedy(tmp_path):
    weights = tmp_path / "weights.safetensors"
    about = {"image_shape": [1, 32, 32], "classes": 2}
    write_tensors(weights, LeNet5(classes=2).state_dict(), about)
    spec = {"kind": "network", "network": {"kind": "lenet5", "seed": 0}, "layer": "F6"}
    attrs = {"class_names": ["a", "b", "c"], "title": "letters"}
    message = r"weights.safetensors: .* tells 2 classes apart, and the images \(letters\) have 3"
    with pytest.raises(ConfigError, match=message):
        build_deciding(spec, torch.zeros(1, 1, 32, 32), attrs, weights)
