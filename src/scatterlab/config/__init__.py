"""The configuration: its defaults, its JSON schema, and clear errors."""

from scatterlab.config.load import load_config, validate
from scatterlab.config.model import Config

__all__ = ["Config", "load_config", "validate"]
