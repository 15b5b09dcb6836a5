"""What is wrong with a configuration: the key that the user wrote, and the remedy."""

from collections.abc import Mapping
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel

from scatterlab.errors import suggest


def describe(mistake: Mapping[str, Any], raw: Mapping[str, Any], root: Any) -> str:
    """One mistake in one line; `raw` was to be a `root`, a section or a union of several."""
    path, kinds = locate(mistake["loc"], raw, root)
    key = ".".join(map(str, path)) or "configuration"
    if mistake["type"] == "extra_forbidden":
        known = {name for kind in kinds for name in kind.model_fields}
        return f"{key}: unknown key; {suggest(str(path[-1]), known)}"
    if mistake["type"] == "missing":
        return f"{key}: this key is required"
    message = mistake["msg"].removeprefix("Value error, ")
    given = "" if isinstance(mistake["input"], Mapping) else f" (given: {mistake['input']!r})"
    return f"{key}: {message}{given}" if path else message


def locate(location: tuple, raw: Any, root: Any) -> tuple[list, list[type[BaseModel]]]:
    """The keys that the user wrote on the way to `location`, and the sections that hold the last.

    Pydantic puts the tag of a union (``idx``, ``svm``, ``<select>``) among the keys; it is left
    out.
    """
    here = _members(root)
    path, holders = [], here
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
