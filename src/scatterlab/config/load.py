"""From YAML to a validated `Config`, with errors that name the key and the remedy."""

from collections.abc import Mapping
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

import yaml
from pydantic import BaseModel, ValidationError

from scatterlab.config.model import Config
from scatterlab.errors import ConfigError, suggest


def validate(raw: Mapping[str, Any]) -> Config:
    """A `Config` with all defaults filled in.

    Raises `ConfigError` with one line per mistake: the path of the key, what is wrong with it,
    and for a misspelt key the one that was probably meant.
    """
    try:
        return Config.model_validate(raw)
    except ValidationError as error:
        lines = [describe(mistake, raw) for mistake in error.errors()]
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


def overlay(base: Any, top: Any) -> Any:
    """`top` laid over `base`, as Snakemake merges configuration files."""
    if isinstance(base, Mapping) and isinstance(top, Mapping):
        merged = dict(base)
        for key, value in top.items():
            merged[key] = overlay(base.get(key), value)
        return merged
    return top


def describe(mistake: Mapping[str, Any], raw: Mapping[str, Any]) -> str:
    """One mistake in one line."""
    path, kinds = locate(mistake["loc"], raw)
    key = ".".join(map(str, path)) or "configuration"
    if mistake["type"] == "extra_forbidden":
        known = {name for kind in kinds for name in kind.model_fields}
        return f"{key}: unknown key; {suggest(str(path[-1]), known)}"
    if mistake["type"] == "missing":
        return f"{key}: this key is required"
    message = mistake["msg"].removeprefix("Value error, ")
    given = "" if isinstance(mistake["input"], Mapping) else f" (given: {mistake['input']!r})"
    return f"{key}: {message}{given}" if path else message


def locate(location: tuple, raw: Any) -> tuple[list, list[type[BaseModel]]]:
    """The keys that the user wrote on the way to `location`, and the sections that hold the last.

    Pydantic puts the tag of a union (``idx``, ``svm``, ``<select>``) among the keys; it is left
    out.
    """
    path, here, holders = [], [Config], [Config]
    for part in location:
        if isinstance(raw, Mapping) and part in (raw.get("format"), raw.get("kind")):
            here = [kind for kind in here if part in _tags(kind)]
            continue
        if isinstance(part, str) and part.startswith("<"):
            here = [kind for kind in here if part[1:-1] in getattr(kind, "model_fields", ())]
            continue
        path.append(part)
        raw = raw.get(part) if isinstance(raw, Mapping) else None
        holders = [kind for kind in here if isinstance(kind, type) and issubclass(kind, BaseModel)]
        here = [found for annotation in here for found in _inside(annotation, part)]
    return path, holders


def _tags(kind: type[BaseModel]) -> tuple:
    return tuple(
        tag
        for name in ("format", "kind")
        if name in kind.model_fields
        for tag in get_args(kind.model_fields[name].annotation)
    )


def _inside(annotation: Any, part: Any) -> list:
    """The types that key or index `part` of a value of type `annotation` may have."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        field = annotation.model_fields.get(part)
        return _members(field.annotation) if field else []
    arguments = get_args(annotation)
    return _members(arguments[1 if get_origin(annotation) is dict else 0]) if arguments else []


def _members(annotation: Any) -> list:
    """The members of a union, without `Annotated`."""
    if get_origin(annotation) is Annotated:
        return _members(get_args(annotation)[0])
    if get_origin(annotation) in (Union, UnionType):
        return [found for member in get_args(annotation) for found in _members(member)]
    return [annotation]
