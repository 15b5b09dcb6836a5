"""The "Properties" part of the page: one section for each question.

A module of `PROPERTIES` has ``TITLE``, ``TEXT`` (the question, and who asked it), ``CAPTION`` (of
its figure), a function that draws it, and

    finding(stores, published) -> Finding

of the analysis stores of a data set by representation, and of what the configuration has as
``published`` (None without). One of `DEMONSTRATIONS`, made without a data set, has the same, and

    finding(store) -> Finding
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

from scatterlab.report import (
    adversarial,
    clutter,
    deformation,
    equivariance,
    factors,
    norms,
    occlusion,
    one_layer,
    separability,
    texture_pair,
    transfer,
    translation,
    widths,
)
from scatterlab.report.figures import figure_entry
from scatterlab.report.layout import Contents, Layout
from scatterlab.report.provenance import demonstration_artifacts
from scatterlab.stores.reader import open_store

PROPERTIES = {
    "translation": translation,
    "deformation": deformation,
    "widths": widths,
    "factors": factors,
    "equivariance": equivariance,
    "norms": norms,
    "adversarial": adversarial,
    "transfer": transfer,
    "occlusion": occlusion,
    "separability": separability,
    "clutter": clutter,
}
"""In the page's order, by the name of the analysis."""

DEMONSTRATIONS = {"one_layer": one_layer, "texture_pair": texture_pair}


def property_sections(
    contents: Sequence[Contents], layout: Layout, numbers: Iterator[int]
) -> list[dict]:
    """The sections of all properties that were measured, each with its data sets."""
    sections = (
        {
            "name": name,
            "title": module.TITLE,
            "text": module.TEXT,
            "entries": [
                property_entry(name, one, layout, numbers)
                for one in contents
                if one.analyses.get(name)
            ],
        }
        for name, module in PROPERTIES.items()
    )
    return [section for section in sections if section["entries"]]


def property_entry(name: str, contents: Contents, layout: Layout, numbers: Iterator[int]) -> dict:
    """What was found of a property on one data set, with its figure."""
    module, path = PROPERTIES[name], layout.figure(contents, name)
    stores = {
        representation: open_store(layout.analysis(contents, name, representation).store)
        for representation in contents.analyses[name]
    }
    return {
        "dataset": contents.dataset,
        "finding": module.finding(stores, contents.published.get(name)),
        "figure": figure_entry(name, path, next(numbers), module.CAPTION),
    }


def demonstration_section(name: str, layout: Layout, page: Path, numbers: Iterator[int]) -> dict:
    """The section of what needs no data set, with what it was made from."""
    module, (stored, path) = DEMONSTRATIONS[name], layout.demonstration(name)
    entry = {
        "dataset": None,
        "finding": module.finding(open_store(stored.store)),
        "figure": figure_entry(name, path, next(numbers), module.CAPTION),
    }
    return {
        "name": name,
        "title": module.TITLE,
        "text": module.TEXT,
        "entries": [entry],
        "artifacts": demonstration_artifacts(stored, path, layout, page),
    }
