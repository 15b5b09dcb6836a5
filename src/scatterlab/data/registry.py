"""Find the reader of a format by its name in the configuration.

Modules are imported only when asked for, so that a job imports (and a rule depends on) just the
reader of its own format. Each reader's module has

    open_source(spec, archives) -> context manager that gives a `Source`

where `spec` is the data set's section of the configuration (a mapping) and `archives` maps the
name of each of its files to the local path, in the order of the configuration.
"""

import importlib
from collections.abc import Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

from scatterlab.errors import ConfigError, suggest

if TYPE_CHECKING:
    from scatterlab.data.source import Source

READERS = {
    "digits": "scatterlab.data.digits",
    "idx": "scatterlab.data.idx",
    "usps": "scatterlab.data.usps",
    "cifar": "scatterlab.data.cifar",
    "folder": "scatterlab.data.folder",
    "rectangles": "scatterlab.data.rectangles",
    "bicolour": "scatterlab.data.bicolour",
    "scenes": "scatterlab.data.scenes",
    "sounds": "scatterlab.data.sounds",
}


def module_of(format: str) -> str:
    """The module that reads `format`. Raises `ConfigError` for an unknown one."""
    if format not in READERS:
        raise ConfigError(f"unknown format {format!r}; {suggest(format, READERS)}")
    return READERS[format]


def open_source(spec: Mapping, archives: Mapping[str, Path]) -> "AbstractContextManager[Source]":
    """The data set that `spec` describes, open within a `with` block."""
    return importlib.import_module(module_of(spec["format"])).open_source(spec, archives)
