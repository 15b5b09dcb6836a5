"""Compare fixed and learned representations of images and sounds.

``from scatterlab import Scattering2D`` is all that a signal-processing user needs. Names are
resolved on first use, so that a program that only reads a configuration or a store does not
import torch.
"""

import importlib

_PUBLIC = {
    "Scattering1D": "scatterlab.cascades.time_scattering",
    "Scattering2D": "scatterlab.cascades.scattering",
    "RotoTranslationScattering2D": "scatterlab.cascades.roto_translation",
    "TimeFrequencyScattering": "scatterlab.cascades.time_frequency",
    "LeNet5": "scatterlab.cascades.lenet",
    "open_features": "scatterlab.stores.reader",
    "open_store": "scatterlab.stores.reader",
}

__all__ = sorted(_PUBLIC)
__version__ = "0.1.0"


def __getattr__(name: str):
    if name not in _PUBLIC:
        raise AttributeError(f"module 'scatterlab' has no attribute {name!r}")
    return getattr(importlib.import_module(_PUBLIC[name]), name)


def __dir__():
    return [*globals(), *__all__]
