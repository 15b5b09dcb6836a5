"""A representation that is one layer of a trained network."""

import json

from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file

from scatterlab.cascades.cascade import Cascade
from scatterlab.cascades.registry import build_network
from scatterlab.errors import ConfigError, StoreError


def from_config(spec, image_shape, classes, weights) -> tuple[Cascade, str]:
    """The network of ``spec["network"]`` with its trained weights, and ``spec["layer"]``.

    What the file `weights` says of the images and classes that it was trained on goes before
    `classes`: they may be another data set's. Raises `StoreError` if the file is not whole or
    holds another network's weights, `ConfigError` if it was trained on images of another shape.
    """
    about = read_about(weights)
    trained = tuple(about.get("image_shape", image_shape))
    if trained != tuple(image_shape):
        raise ConfigError(
            f"{weights} takes images like those it was trained on ({written(trained)}), and "
            f"these are {written(image_shape)}; give both data sets the same `size` and `colour`"
        )
    network = build_network(spec["network"], trained, about.get("classes", classes))
    layer = network.layer_or_last(spec["layer"])
    load_weights(network, weights)
    return network.eval(), layer


def written(image_shape) -> str:
    channels, height, width = image_shape
    colour = {1: "grey", 3: "rgb"}.get(channels, f"{channels} channels")
    return f"{height}×{width} pixels, {colour}"


def read_about(weights) -> dict:
    """What the safetensors file `weights` says of itself; empty if it says nothing."""
    try:
        with safe_open(weights, framework="pt") as file:
            return json.loads((file.metadata() or {}).get("about", "{}"))
    except SafetensorError as error:
        raise StoreError(not_whole(weights, error)) from None


def load_weights(network: Cascade, weights) -> None:
    """Load the safetensors file `weights` into `network`; `StoreError` if they do not fit."""
    try:
        network.load_state_dict(load_file(weights))
    except SafetensorError as error:
        raise StoreError(not_whole(weights, error)) from None
    except RuntimeError as error:
        raise StoreError(
            f"{weights}: the weights of another network; delete the file and train again\n{error}"
        ) from None


def not_whole(weights, error: SafetensorError) -> str:
    return f"{weights}: not a whole safetensors file ({error}); delete it and train again"
