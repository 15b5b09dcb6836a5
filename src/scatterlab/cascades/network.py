"""A representation that is one layer of a trained network."""

from safetensors import SafetensorError
from safetensors.torch import load_file

from scatterlab.cascades.cascade import Cascade
from scatterlab.cascades.registry import build_network
from scatterlab.errors import StoreError


def from_config(spec, image_shape, classes, weights) -> tuple[Cascade, str]:
    """The network of ``spec["network"]`` with its trained weights, and ``spec["layer"]``.

    Raises `StoreError` if the file `weights` is not whole or holds another network's weights.
    """
    network = build_network(spec["network"], image_shape, classes)
    layer = network.layer_or_last(spec["layer"])
    load_weights(network, weights)
    return network.eval(), layer


def load_weights(network: Cascade, weights) -> None:
    """Load the safetensors file `weights` into `network`; `StoreError` if they do not fit."""
    try:
        network.load_state_dict(load_file(weights))
    except SafetensorError as error:
        raise StoreError(
            f"{weights}: not a whole safetensors file ({error}); delete it and train again"
        ) from None
    except RuntimeError as error:
        raise StoreError(
            f"{weights}: the weights of another network; delete the file and train again\n{error}"
        ) from None
