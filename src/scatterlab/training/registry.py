"""Find the module of a loss by its name in the configuration.

Modules are imported only when asked for. Each has

    loss_from_config(spec) -> Loss

where `spec` is the network's section of the configuration as a mapping.
"""

import importlib

from scatterlab.errors import ConfigError, suggest

LOSSES = {
    "softmax": "scatterlab.training.likelihood",
    "simplex": "scatterlab.training.simplex",
    "words_softmax": "scatterlab.training.words_softmax",
    "words_one_vs_all": "scatterlab.training.words_one_vs_all",
}


def build_loss(spec):
    """The `scatterlab.training.loss.Loss` that ``spec["loss"]`` names."""
    name = spec["loss"]
    if name not in LOSSES:
        raise ConfigError(f"unknown loss {name!r}; {suggest(name, LOSSES)}")
    return importlib.import_module(LOSSES[name]).loss_from_config(spec)
