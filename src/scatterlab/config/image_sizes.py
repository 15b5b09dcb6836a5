"""The smallest images that each kind of network takes: height and width in pixels."""

from collections.abc import Mapping

LENET5 = 32
"""C5 then has one pixel."""
ALEXNET = 63
"""The last pooling, of 3×3, then has one window."""
VGG = 32
"""Halved five times."""
RESNET_CIFAR = 4
"""Halved twice."""
RESNET_IMAGENET = 32
"""Halved five times."""
HIGHWAY = 24
"""Halved three times, the output's kernel of 3×3 then has one window."""
ALL_CONVOLUTIONAL = 9
"""Halved twice, rounded up, a kernel of 3×3 then has one window."""
FULLY_CONNECTED = 1
"""It has no windows."""
CIFAR_DEPTHS = (20, 32, 44, 56, 110)
"""Depths of the residual networks for images like CIFAR's."""


def lenet5(padding: int) -> int:
    """Less what is put around the images."""
    return max(1, LENET5 - 2 * padding)


def convolutional(stages: int) -> int:
    """Halved by the pooling of each stage."""
    return 2**stages


def hybrid(J: int, oversampling: int, stages: int) -> int:
    """A scattering's maps have a pixel for 2^(J − oversampling) of the image's."""
    return 2**J * max(1, 2 ** (stages - oversampling))


def smallest_image(spec: Mapping) -> int:
    """The least height and width for a network of the configuration, as a mapping."""
    kind = spec["kind"]
    if kind == "resnet":
        return RESNET_CIFAR if spec["depth"] in CIFAR_DEPTHS else RESNET_IMAGENET
    if kind == "convolutional":
        return convolutional(len(spec["channels"]))
    if kind == "hybrid":
        scattering = spec["scattering"]
        return hybrid(scattering["J"], scattering["oversampling"], len(spec["channels"]))
    if kind == "lenet5":
        return lenet5(spec.get("padding", 0))
    return {
        "alexnet": ALEXNET,
        "vgg": VGG,
        "highway": HIGHWAY,
        "all_convolutional": ALL_CONVOLUTIONAL,
        "fully_connected": FULLY_CONNECTED,
    }[kind]
