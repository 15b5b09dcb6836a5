"""A representation that is one layer of a trained network."""

from safetensors.torch import load_file

from scatterlab.cascades.cascade import Cascade
from scatterlab.cascades.registry import build_network


def from_config(spec, image_shape, classes, weights) -> tuple[Cascade, str]:
    """The network of ``spec["network"]`` with its trained weights, and ``spec["layer"]``."""
    network = build_network(spec["network"], image_shape, classes)
    network.load_state_dict(load_file(weights))
    return network.eval(), network.layer_or_last(spec["layer"])
