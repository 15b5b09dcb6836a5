"""Find the module of a kind of representation or network by its name in the configuration.

Modules are imported only when asked for, so that a job imports (and a rule depends on) just the
code of its own representation. Each module of a kind of representation has

    from_config(spec, image_shape, classes, weights) -> (Cascade, layer)

and each module of a network

    network_from_config(spec, image_shape, classes) -> Cascade
"""

import importlib

from scatterlab.errors import ConfigError, suggest

REPRESENTATIONS = {
    "pixels": "scatterlab.cascades.pixels",
    "fourier": "scatterlab.cascades.fourier",
    "scattering": "scatterlab.cascades.scattering",
    "roto_translation": "scatterlab.cascades.roto_translation",
    "spatial_mean": "scatterlab.cascades.spatial_mean",
    "time_scattering": "scatterlab.cascades.deep_spectrum",
    "time_frequency": "scatterlab.cascades.time_frequency",
    "concatenated": "scatterlab.cascades.concatenated",
    "network": "scatterlab.cascades.network",
}

NETWORKS = {
    "lenet5": "scatterlab.cascades.lenet",
    "alexnet": "scatterlab.cascades.alexnet",
    "vgg": "scatterlab.cascades.vgg",
    "resnet": "scatterlab.cascades.resnet",
    "convolutional": "scatterlab.cascades.convolutional",
    "hybrid": "scatterlab.cascades.hybrid",
    "highway": "scatterlab.cascades.highway",
    "all_convolutional": "scatterlab.cascades.all_convolutional",
    "fully_connected": "scatterlab.cascades.fully_connected",
}


def build_representation(spec, image_shape, classes=None, weights=None):
    """The cascade that `spec` (a mapping with a ``kind``) names, and the layer to take.

    `image_shape` is (channel, y, x); `classes` and `weights` (a safetensors file) matter to
    networks only, whose `spec` holds the network's own specification under ``network``.
    """
    module = importlib.import_module(module_of(spec["kind"], REPRESENTATIONS))
    return module.from_config(spec, image_shape, classes, weights)


def may_use_gpu(spec) -> bool:
    """Whether what `spec` describes is computed on a graphics card where there is one."""
    parts = spec.get("of", [])
    parts = [parts] if isinstance(parts, dict) else parts
    return (
        spec["kind"] == "network"
        or spec.get("engine") in ("auto", "cuda")
        or any(may_use_gpu(part) for part in parts)
    )


def build_network(spec, image_shape, classes):
    """The untrained network that `spec` (a mapping with a ``kind``) names."""
    module = importlib.import_module(module_of(spec["kind"], NETWORKS))
    return module.network_from_config(spec, image_shape, classes)


def module_of(kind: str, registry: dict[str, str]) -> str:
    """The module that implements `kind`. Raises `ConfigError` for an unknown one."""
    if kind not in registry:
        raise ConfigError(f"unknown kind {kind!r}; {suggest(kind, registry)}")
    return registry[kind]
