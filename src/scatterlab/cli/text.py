"""What `scatterlab.inspection` found, as lines to read."""

import json
from collections.abc import Iterator
from math import prod

from scatterlab.cli.table import by, counts, printable, section, size, sizes, table


def lines_of(found: dict) -> Iterator[str]:
    """The lines about what `describe` found, whatever its kind."""
    yield printable(f"{found['path']}: {kind(found)}")
    yield from map(printable, BY_KIND.get(found["kind"], store_lines)(found))


def store_lines(found: dict) -> Iterator[str]:
    yield from section("arrays", map(array_row, found["arrays"].items()))
    along: dict[str, list[list[str]]] = {}
    for name, coordinate in found["coordinates"].items():
        row = [name, values(coordinate), meaning(coordinate)]
        along.setdefault(", ".join(coordinate["dimensions"]), []).append(row)
    for dimensions, rows in along.items():
        yield from section(f"coordinates of {dimensions}", rows)
    for name in ("classes", "splits"):
        if found[name]:
            yield from section(name, [[counts(found[name])]])
    yield from section("attributes", map(value_row, found["attributes"].items()))
    yield from section("made by", map(value_row, (found["made_by"] or {}).items()))


def weights_lines(found: dict) -> Iterator[str]:
    tensors = found["tensors"]
    rows = [[name, by(part["shape"]), part["dtype"]] for name, part in tensors.items()]
    numbers = sum(prod(part["shape"]) for part in tensors.values())
    yield from section(f"tensors: {numbers:,} numbers, {size(found['stored_bytes'])}", rows)
    yield from section("attributes", map(value_row, found["attributes"].items()))


def manifest_lines(found: dict) -> Iterator[str]:
    rows = [
        [name, sizes(dict(zip(array["dimensions"], array["shape"], strict=True))), array["dtype"]]
        for name, array in found["arrays"].items()
    ]
    yield from section(f"of {found['store']}, {found['files']} files", rows)
    told = {key: found[key] for key in ("engine", "versions", "parameters") if found.get(key)}
    yield from section("made by", map(value_row, told.items()))


def folder_lines(found: dict) -> Iterator[str]:
    above = f"{found['path']}/"
    rows = [[part["path"].removeprefix(above), kind(part), brief(part)] for part in found["holds"]]
    yield from table(rows, indent="  ")


BY_KIND = {"weights": weights_lines, "manifest": manifest_lines, "folder": folder_lines}
"""All other kinds are stores."""


def kind(found: dict) -> str:
    several = (found.get("shards") or 1) > 1
    return f"{found['kind']} in {found['shards']} shards" if several else found["kind"]


def brief(part: dict) -> str:
    """What a folder's line says of `part`: its largest array, and the size of all."""
    if part["kind"] == "fault":
        return part["error"]
    if part["kind"] == "weights":
        return f"{len(part['tensors'])} tensors, {size(part['stored_bytes'])}"
    if not (arrays := part["arrays"]):
        return "no arrays"
    name = max(arrays, key=lambda name: arrays[name]["bytes"])
    others = f" and {len(arrays) - 1} more" if len(arrays) > 1 else ""
    stored = size(sum(array["stored_bytes"] for array in arrays.values()))
    return f"{name} ({sizes(arrays[name]['sizes'])}){others}, {stored}"


def array_row(item: tuple[str, dict]) -> list[str]:
    name, array = item
    return [
        name,
        sizes(array["sizes"]),
        array["dtype"],
        f"in chunks of {by(array['chunks'])}",
        f"{size(array['bytes'])}, on disk {size(array['stored_bytes'])} (ratio {array['ratio']})",
        meaning(array),
    ]


def values(coordinate: dict) -> str:
    """How often each value of a coordinate is there, or their range."""
    if "counts" in coordinate:
        names = {coordinate.get("none"): "none"}
        return counts({names.get(key, key): times for key, times in coordinate["counts"].items()})
    return f"{coordinate['min']} … {coordinate['max']}" if "min" in coordinate else "empty"


def meaning(described: dict) -> str:
    """The long name and units of an array or coordinate, if it has them."""
    units = f"[{described['units']}]" if "units" in described else ""
    return f"{described.get('long_name', '')} {units}".strip()


def value_row(item: tuple[str, object]) -> list[str]:
    name, value = item
    return [name, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)]
