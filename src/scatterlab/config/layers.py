"""The layers of every kind of network and representation by name, known before anything is built.

They are those of the cascades that `scatterlab.cascades.registry` builds, and so that a wrong name
is found when a run starts, nothing here imports torch.
"""

from collections.abc import Mapping

VGG_CONVOLUTIONS = {
    11: (1, 1, 2, 2, 2),
    13: (2, 2, 2, 2, 2),
    16: (2, 2, 3, 3, 3),
    19: (2, 2, 4, 4, 4),
}
"""Depth → convolutions before each pooling (Simonyan & Zisserman 2015, table 1, A, B, D and E)."""
RESNET_BLOCKS = {
    18: (2, 2, 2, 2),
    34: (3, 4, 6, 3),
    50: (3, 4, 6, 3),
    101: (3, 4, 23, 3),
    152: (3, 8, 36, 3),
}
"""Depth of a residual network for ImageNet → blocks in each stage (He et al. 2016, table 1)."""


def cifar_blocks(depth: int) -> tuple[int, int, int]:
    """Blocks in each stage of a residual network of 6n + 2 layers (He et al. 2016, §4.2)."""
    return ((depth - 2) // 6,) * 3


def pooled_highways(depth: int) -> tuple[int, int, int]:
    """The layers of a highway network after which it pools, counted from 1."""
    third = (depth - 1) // 3
    return (1, 1 + third, 1 + 2 * third)


def network_layers(spec: Mapping) -> tuple[str, ...]:
    """The names of the layers, first to last, of a network of the configuration, as a mapping."""
    return (*INNER[spec["kind"]](spec), "output")


def layers_with_weights(spec: Mapping) -> tuple[str, ...]:
    """Those of `network_layers` that have something to learn."""
    return tuple(layer for layer in network_layers(spec) if _learns(layer, spec))


def representation_layers(spec: Mapping, networks: Mapping[str, Mapping]) -> tuple[str, ...]:
    """The layers of the cascade behind a representation, both as in the configuration."""
    kind = spec["kind"]
    if kind == "network":
        return network_layers(networks[spec["network"]])
    if kind == "spatial_mean":
        return representation_layers(spec["of"], networks)[-1:]
    if kind in ("scattering", "roto_translation", "time_scattering"):
        return tuple(f"S{order}" for order in range(spec["max_order"] + 1))
    return {
        "pixels": ("pixels",),
        "fourier": ("modulus",),
        "time_frequency": ("S2",),
        "concatenated": ("all",),
    }[kind]


def _learns(layer: str, spec: Mapping) -> bool:
    if layer.startswith("pool"):
        return spec.get("pooling") == "strided"
    return layer not in ("scattering", "maxpool", "avgpool")


def _alexnet(spec: Mapping) -> list[str]:
    first = ["conv1", "pool1", "conv2", "pool2"]
    return [*first, "conv3", "conv4", "conv5", "pool5", "fc6", "fc7"]


def _vgg(spec: Mapping) -> list[str]:
    names = []
    for stage, count in enumerate(VGG_CONVOLUTIONS[spec["depth"]], start=1):
        names += [f"conv{stage}_{number}" for number in range(1, count + 1)] + [f"pool{stage}"]
    return [*names, "fc6", "fc7"]


def _resnet(spec: Mapping) -> list[str]:
    depth = spec["depth"]
    counts = RESNET_BLOCKS.get(depth) or cifar_blocks(depth)
    first = ["conv1", "maxpool"] if depth in RESNET_BLOCKS else ["conv1"]
    stages = enumerate(counts, start=1)
    blocks = [f"layer{stage}.{number}" for stage, count in stages for number in range(count)]
    return [*first, *blocks, "avgpool"]


def _convolutional(spec: Mapping) -> list[str]:
    names = []
    for stage in range(1, len(spec["channels"]) + 1):
        blocks = range(1, spec["blocks"] + 1)
        names += [f"stage{stage}_block{block}" for block in blocks] + [f"pool{stage}"]
    return names


def _highway(spec: Mapping) -> list[str]:
    names, pooled = [], pooled_highways(spec["depth"])
    for number in range(1, spec["depth"]):
        names.append(f"highway{number}" if number > 1 else "conv1")
        if number in pooled:
            names.append(f"pool{pooled.index(number) + 1}")
    return names


def _fully_connected(spec: Mapping) -> list[str]:
    return [f"fc{number}" for number, _ in enumerate(spec["widths"], start=1)]


INNER = {
    "lenet5": lambda spec: ["C1", "S2", "C3", "S4", "C5", "F6"],
    "alexnet": _alexnet,
    "vgg": _vgg,
    "resnet": _resnet,
    "convolutional": _convolutional,
    "hybrid": lambda spec: ["scattering", *_convolutional(spec)],
    "fully_connected": _fully_connected,
    "highway": _highway,
    "all_convolutional": lambda spec: [f"conv{number}" for number in range(1, 9)],
}
"""By kind of network, the layers before its output."""
