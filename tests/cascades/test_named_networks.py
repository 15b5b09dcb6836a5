"""AlexNet, VGG, ResNet, highway and all-convolutional networks: counts, names and layers."""

import math

import pytest
import torch

from scatterlab.cascades.alexnet import AlexNet
from scatterlab.cascades.all_convolutional import AllConvolutional
from scatterlab.cascades.highway import HighwayNetwork
from scatterlab.cascades.registry import build_network
from scatterlab.cascades.resnet import ResNetCIFAR, ResNetImageNet
from scatterlab.cascades.staged import as_maps
from scatterlab.cascades.vgg import VGG
from scatterlab.config.image_sizes import smallest_image
from scatterlab.errors import ScatterlabError


def images(*shape, seed=0):
    return torch.rand(*shape, generator=torch.Generator().manual_seed(seed))


def fully_connected(widths):
    """On the images of MNIST, for its ten classes."""
    spec = {"kind": "fully_connected", "widths": widths, "rho": "sigmoid", "seed": 0}
    return build_network(spec, (1, 28, 28), 10)


def without_weights(make, *arguments, **options):
    """A network whose tensors have shapes only: the large ones cost nothing."""
    with torch.device("meta"):
        return make(*arguments, **options)


@pytest.mark.parametrize(
    ("make", "options", "published"),
    [
        (AlexNet, {"variant": "2012"}, 60_965_224),
        (AlexNet, {"variant": "2014"}, 61_100_840),
        (VGG, {"depth": 11}, 132_863_336),
        (VGG, {"depth": 13}, 133_047_848),
        (VGG, {"depth": 16}, 138_357_544),
        (VGG, {"depth": 16, "batch_norm": True}, 138_365_992),
        (VGG, {"depth": 19}, 143_667_240),
        (ResNetImageNet, {"depth": 18}, 11_689_512),
        (ResNetImageNet, {"depth": 34}, 21_797_672),
        (ResNetImageNet, {"depth": 50}, 25_557_032),
        (ResNetImageNet, {"depth": 101}, 44_549_160),
        (ResNetImageNet, {"depth": 152}, 60_192_808),
        (ResNetCIFAR, {"depth": 20}, 269_722),
        (ResNetCIFAR, {"depth": 32}, 464_154),
        (ResNetCIFAR, {"depth": 44}, 658_586),
        (ResNetCIFAR, {"depth": 56}, 853_018),
        (ResNetCIFAR, {"depth": 110}, 1_727_962),
        (HighwayNetwork, {"width": 16}, 38_730),
        (HighwayNetwork, {"width": 32}, 151_178),
        (AllConvolutional, {}, 1_369_738),
        (fully_connected, {"widths": []}, 7_850),
        (fully_connected, {"widths": [100, 100]}, 89_610),
        (fully_connected, {"widths": [200, 200]}, 199_210),
        (fully_connected, {"widths": [123, 456]}, 157_669),
    ],
)
def test_parameters_are_as_many_as_published(make, options, published):
    network = without_weights(make, **options)
    assert sum(weights.numel() for weights in network.parameters()) == published


# Some of the names and shapes in torchvision's files, first and last of each part.
TORCHVISION = [
    (
        AlexNet,
        {},
        {
            "features.0.weight": (64, 3, 11, 11),
            "features.3.weight": (192, 64, 5, 5),
            "features.10.bias": (256,),
            "classifier.1.weight": (4096, 9216),
            "classifier.4.bias": (4096,),
            "classifier.6.weight": (1000, 4096),
        },
        16,
    ),
    (
        VGG,
        {"depth": 19},
        {
            "features.0.weight": (64, 3, 3, 3),
            "features.34.weight": (512, 512, 3, 3),
            "classifier.0.weight": (4096, 25088),
            "classifier.3.weight": (4096, 4096),
            "classifier.6.bias": (1000,),
        },
        38,
    ),
    (
        VGG,
        {"depth": 16, "batch_norm": True},
        {"features.40.weight": (512, 512, 3, 3), "features.41.running_var": (512,)},
        32 + 13 * 5,
    ),
    (
        ResNetImageNet,
        {"depth": 18},
        {
            "conv1.weight": (64, 3, 7, 7),
            "bn1.running_mean": (64,),
            "layer2.0.downsample.0.weight": (128, 64, 1, 1),
            "layer2.0.downsample.1.bias": (128,),
            "layer4.1.bn2.weight": (512,),
            "fc.weight": (1000, 512),
        },
        122,
    ),
    (
        ResNetImageNet,
        {"depth": 50},
        {
            "layer1.0.downsample.0.weight": (256, 64, 1, 1),
            "layer3.5.conv3.weight": (1024, 256, 1, 1),
            "fc.bias": (1000,),
        },
        320,
    ),
]


@pytest.mark.parametrize(("make", "options", "some", "count"), TORCHVISION)
def test_names_and_shapes_are_those_of_torchvision(make, options, some, count):
    state = without_weights(make, **options).state_dict()
    own = {name: tuple(value.shape) for name, value in state.items() if "standardise" not in name}
    assert some.items() <= own.items()
    assert len(own) == count


@pytest.mark.parametrize(
    ("spec", "shape"),
    [
        ({"kind": "alexnet", "variant": "2012"}, (3, 64, 70)),
        ({"kind": "alexnet", "variant": "2014"}, (1, 63, 63)),
        ({"kind": "vgg", "depth": 11, "batch_norm": True}, (3, 32, 40)),
        ({"kind": "resnet", "depth": 20}, (3, 8, 9)),
        ({"kind": "resnet", "depth": 18}, (3, 32, 40)),
        ({"kind": "resnet", "depth": 50}, (1, 32, 32)),
        ({"kind": "highway", "depth": 10, "width": 4, "gate_bias": -2}, (1, 32, 28)),
        ({"kind": "highway", "depth": 5, "width": 4, "gate_bias": -2}, (1, 24, 24)),
        ({"kind": "all_convolutional"}, (3, 9, 12)),
        ({"kind": "fully_connected", "widths": [6, 5], "rho": "relu"}, (3, 4, 5)),
    ],
    ids=lambda value: "-".join(map(str, value.values())) if isinstance(value, dict) else "",
)
def test_every_layer_has_maps_and_a_row_of_the_table_for_each(spec, shape):
    spec = {**spec, "seed": 0}
    network = without_weights(build_network, spec, shape, 7)
    maps = torch.empty(2, *shape, device="meta")
    for layer in network.layers:
        maps = network.after([layer], maps)
        assert maps.shape[1] == len(network.table(layer)["feature"]), layer
    assert network.layers[-1] == "output"
    assert as_maps(maps).mean(dim=(-2, -1)).shape == (2, 7)
    least = smallest_image(spec)
    if least > 1:
        with pytest.raises(ScatterlabError, match=f"{network.name} .*set `size: {least}`"):
            without_weights(build_network, spec, (shape[0], least, least - 1), 7)
    smallest = without_weights(build_network, spec, (shape[0], least, least), 7)
    assert smallest.logits(torch.empty(2, shape[0], least, least, device="meta")).numel()


@pytest.mark.parametrize(
    "spec",
    [
        {"kind": "resnet", "depth": 20},
        {"kind": "highway", "depth": 10, "width": 4, "gate_bias": -2},
        {"kind": "all_convolutional"},
        {"kind": "fully_connected", "widths": [5, 4], "rho": "sigmoid"},
        {"kind": "fully_connected", "widths": [], "rho": "sigmoid"},
    ],
    ids=lambda spec: spec["kind"],
)
def test_first_weights_follow_the_seed_and_gradients_reach_all(spec):
    first, again, other = (
        build_network({**spec, "seed": seed}, (3, 24, 24), 3) for seed in (1, 1, 2)
    )
    batch = images(2, 3, 24, 24)
    assert torch.equal(first.eval()(batch), again.eval()(batch))
    assert not torch.equal(first(batch), other.eval()(batch))
    first(batch).square().sum().backward()
    assert all(weights.grad is not None for weights in first.parameters())


def test_gradients_to_the_image_are_those_of_finite_differences():
    network = ResNetCIFAR((1, 8, 8), classes=2, depth=8).double().eval()
    batch = images(1, 1, 8, 8).double().requires_grad_()
    assert torch.autograd.gradcheck(network, batch, fast_mode=True)


def test_images_of_224_pixels_meet_the_full_layers_of_alexnet_and_vgg_as_they_are():
    for network, extent in ((without_weights(AlexNet), 6), (without_weights(VGG), 7)):
        until = network.layers[: network.layers.index("pool5") + 1]
        maps = network.after(until, torch.empty(1, 3, 224, 224, device="meta"))
        assert maps.shape[2:] == (extent, extent)


def test_the_logits_of_a_residual_network_are_a_linear_map_of_spatial_means():
    network = ResNetCIFAR(classes=4).eval()
    batch = images(2, 3, 32, 32)
    means = network.maps(batch, "layer3.2").mean(dim=(-2, -1))
    torch.testing.assert_close(network(batch), network.linear(means))
    assert network.maps(batch, "avgpool").shape == (2, 64, 1, 1)


def test_deep_residual_networks_start_with_signals_of_finite_size():
    logits = ResNetCIFAR(depth=110)(images(2, 3, 32, 32))
    assert math.isfinite(logits.abs().max().item())


def test_a_fully_connected_network_is_its_formula_and_names_its_layers():
    network = fully_connected([7, 5]).eval()
    assert network.layers == ("fc1", "fc2", "output")
    batch = images(3, 1, 28, 28)
    hidden = network.standardise(batch).flatten(1)
    for name in ("fc1", "fc2"):
        layer = getattr(network, name)
        hidden = torch.sigmoid(hidden @ layer.weight.T + layer.bias)
        torch.testing.assert_close(network.maps(batch, name)[:, :, 0, 0], hidden)
    torch.testing.assert_close(
        network(batch), hidden @ network.output.weight.T + network.output.bias
    )


def test_without_hidden_layers_it_is_a_linear_map_of_the_pixels():
    network = fully_connected([]).double().eval()
    first, second = images(2, 4, 1, 28, 28).double()
    between = network(0.3 * first + 0.7 * second)
    torch.testing.assert_close(between, 0.3 * network(first) + 0.7 * network(second))


def test_padding_in_a_network_is_padding_of_the_images():
    padded, plain = (
        build_network({"kind": "lenet5", "seed": 0, "padding": padding}, (1, side, side), 10)
        for padding, side in ((2, 28), (0, 32))
    )
    with pytest.raises(ScatterlabError, match="set `size: 28`"):
        build_network({"kind": "lenet5", "seed": 0, "padding": 2}, (1, 27, 28), 10)
    for network in (padded, plain):
        network.standardise.fix(torch.tensor([0.2]), torch.tensor([0.4]))
    batch = images(2, 1, 28, 28)
    torch.testing.assert_close(padded(batch), plain(torch.nn.functional.pad(batch, [2, 2, 2, 2])))
