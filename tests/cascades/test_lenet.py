"""LeNet-5: the counts of the paper, and the cascade interface."""

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from scatterlab.cascades.lenet import C3_TABLE, LeNet5
from scatterlab.cascades.registry import build_network, build_representation
from scatterlab.errors import ScatterlabError, StoreError

SPEC = {"kind": "lenet5", "seed": 0}


def images(*shape, seed=0):
    return torch.rand(*shape, generator=torch.Generator().manual_seed(seed))


def test_parameters_are_as_many_as_published():
    network = LeNet5()
    counts = {
        name: sum(w.numel() for w in getattr(network, name).parameters()) for name in network.layers
    }
    assert counts == {
        "C1": 156,
        "S2": 12,
        "C3": 1516,
        "S4": 32,
        "C5": 48120,
        "F6": 10164,
        "output": 850,
    }
    assert sum(w.numel() for w in network.parameters()) == sum(counts.values())


def test_connections_are_those_of_table_I():
    assert len(set(C3_TABLE)) == 16
    assert [len(seen) for seen in C3_TABLE] == [3] * 6 + [4] * 9 + [6]
    # every channel of S2 feeds ten of C3
    assert np.bincount([channel for seen in C3_TABLE for channel in seen]).tolist() == [10] * 6


@pytest.mark.parametrize(
    ("layer", "shape"),
    [
        ("C1", (6, 28, 28)),
        ("S2", (6, 14, 14)),
        ("C3", (16, 10, 10)),
        ("S4", (16, 5, 5)),
        ("C5", (120, 1, 1)),
        ("F6", (84, 1, 1)),
        ("output", (10, 1, 1)),
    ],
)
def test_maps_have_the_published_shapes_and_a_row_of_the_table_each(layer, shape):
    network = LeNet5()
    assert network.maps(images(2, 1, 32, 32), layer).shape == (2, *shape)
    assert network.table(layer)["feature"].tolist() == list(range(shape[0]))


def test_maps_are_bounded_by_the_squashing():
    network = LeNet5()
    for layer in network.layers[:-1]:
        assert network.maps(images(3, 1, 32, 32), layer).abs().max() < 1.7159


def test_logits_are_the_spatial_average_of_the_last_maps():
    network = LeNet5((1, 40, 48), classes=3)
    batch = images(2, 1, 40, 48)
    last = network.maps(batch)
    assert last.shape == (2, 3, 3, 5)
    torch.testing.assert_close(network(batch), last.mean(dim=(-2, -1)))


def test_a_larger_image_gives_the_logits_of_its_windows():
    """All layers are convolutions: the last maps are those of the 32×32 windows, 4 px apart."""
    large, small = LeNet5((1, 36, 40)), LeNet5((1, 32, 32))
    batch = images(1, 1, 36, 40)
    for y, x in np.ndindex(2, 3):
        window = batch[..., 4 * y : 4 * y + 32, 4 * x : 4 * x + 32]
        torch.testing.assert_close(large.maps(batch)[..., y, x], small(window))


def test_colour_images_reach_the_first_layer():
    network = LeNet5((3, 32, 32))
    assert sum(w.numel() for w in network.C1.parameters()) == 456
    batch = images(1, 3, 32, 32)
    assert not torch.allclose(network(batch), network(batch.flip(1)))


def test_first_weights_follow_the_seed():
    first, again, other = (LeNet5(seed=seed).state_dict() for seed in (1, 1, 2))
    assert all(torch.equal(first[name], again[name]) for name in first)
    assert not torch.equal(first["C5.weight"], other["C5.weight"])


def test_gradients_are_those_of_finite_differences():
    network = LeNet5(classes=2).double()
    batch = images(1, 1, 32, 32).double().requires_grad_()
    assert torch.autograd.gradcheck(network, batch, fast_mode=True)


def test_small_images_are_refused_with_the_remedy():
    with pytest.raises(ScatterlabError, match=r"at least 32×32 pixels, not 28×40: set `size: 32`"):
        build_network(SPEC, (1, 28, 40), 10)


@pytest.mark.parametrize(
    ("batch", "message"),
    [
        (torch.zeros(2, 3, 32, 32), r"of shape \(1, 32, 32\).*not a tensor of .*\(2, 3, 32, 32\)"),
        (torch.zeros(1, 32, 32), r"not a tensor of shape \(1, 32, 32\)"),
        (
            torch.zeros(2, 1, 32, 32, dtype=torch.uint8),
            r"torch.float32 in \[0, 1\], not torch.uint8",
        ),
        (torch.full((2, 1, 32, 32), torch.nan), "not finite"),
    ],
)
def test_wrong_tensors_are_refused(batch, message):
    with pytest.raises(ScatterlabError, match=message):
        LeNet5()(batch)


def test_unknown_layer_is_refused_with_the_known_ones():
    with pytest.raises(ScatterlabError, match=r"did you mean 'C5'.*C1, C3, C5, F6, S2, S4, output"):
        LeNet5().maps(images(1, 1, 32, 32), "c5")


def network_spec(layer="F6"):
    return {"kind": "network", "network": {**SPEC, "seed": 1}, "layer": layer}


def test_representation_has_the_trained_weights(tmp_path):
    trained = LeNet5(seed=5)
    trained.standardise.fix(torch.tensor([0.3]), torch.tensor([0.5]))
    save_file(trained.state_dict(), tmp_path / "weights.safetensors")
    cascade, layer = build_representation(
        network_spec(), (1, 32, 32), 10, tmp_path / "weights.safetensors"
    )
    batch = images(2, 1, 32, 32)
    assert layer == "F6"
    assert torch.equal(cascade.maps(batch, layer), trained.maps(batch, "F6"))


def test_weights_of_another_network_are_refused(tmp_path):
    path = tmp_path / "weights.safetensors"
    save_file(LeNet5(classes=7).state_dict(), path)
    with pytest.raises(
        StoreError, match=r"weights.safetensors: .*another network[^$]*output.weight"
    ):
        build_representation(network_spec(), (1, 32, 32), 10, path)


def test_truncated_weights_are_refused(tmp_path):
    path = tmp_path / "weights.safetensors"
    save_file(LeNet5().state_dict(), path)
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(StoreError, match=r"weights.safetensors: not a whole safetensors file"):
        build_representation(network_spec(), (1, 32, 32), 10, path)
