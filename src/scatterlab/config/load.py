"""From YAML to a validated `Config`, with errors that name the key and the remedy."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from scatterlab.config.mistakes import describe
from scatterlab.config.model import Config
from scatterlab.config.overlay import overlay
from scatterlab.errors import ConfigError


def validate(raw: Mapping[str, Any]) -> Config:
    """A `Config` with all defaults filled in.

    Raises `ConfigError` with one line per mistake: the path of the key, what is wrong with it,
    and for a misspelt key the one that was probably meant.
    """
    try:
        return Config.model_validate(raw)
    except ValidationError as error:
        lines = [describe(mistake, raw, Config) for mistake in error.errors()]
        raise ConfigError("the configuration is wrong:\n  " + "\n  ".join(lines)) from None


def load_config(*files: str | Path) -> Config:
    """Read YAML files, each overlaid on the ones before (mappings merge, all else replaces)."""
    raw: dict = {}
    for file in files:
        try:
            content = yaml.safe_load(Path(file).read_text(encoding="utf-8")) or {}
        except FileNotFoundError:
            raise ConfigError(f"{file}: no such configuration file") from None
        except yaml.YAMLError as error:
            raise ConfigError(f"{file}: not valid YAML: {error}") from None
        raw = overlay(raw, content)
    return validate(raw)
