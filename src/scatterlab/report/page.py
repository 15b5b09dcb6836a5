"""The page: everything a run found, in one HTML file that needs no other."""

import itertools
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import jinja2
import xarray as xr

from scatterlab.report import tables
from scatterlab.report.confidence import CONFIDENCE
from scatterlab.report.evaluations import best_result, load_results
from scatterlab.report.figures import figure_entry
from scatterlab.report.layout import ANALYSES, Contents, Layout
from scatterlab.report.properties import demonstration_section, property_sections
from scatterlab.report.provenance import artifact_groups
from scatterlab.report.questions import question_entry
from scatterlab.stores.atomic import write_text
from scatterlab.stores.reader import open_store


def build_report(
    contents: Sequence[Contents],
    results: str | os.PathLike,
    page: str | os.PathLike,
    *,
    title: str = "scatterlab",
    protocol: str = "",
    published: Sequence[Mapping] = (),
    demonstrations: Sequence[str] = (),
) -> None:
    """Write `page` from what a run left in the folder `results`.

    `contents` say what was made of each data set; `published` are errors as the configuration
    holds them, in percent; `demonstrations` name what was made without a data set. The same
    inputs give the same bytes. Raises `StoreError` for anything that is missing or unreadable.
    """
    layout, page = Layout(Path(results)), Path(page)
    numbers = itertools.count(1)
    here = {one.dataset for one in contents if one.train_sizes}
    context = {
        "title": title,
        "protocol": protocol,
        "sections": [section(one, layout, page, published, numbers) for one in contents],
        "properties": property_sections(contents, layout, numbers),
        "demonstrations": [
            demonstration_section(name, layout, page, numbers) for name in demonstrations
        ],
        "elsewhere": published_elsewhere([row for row in published if row["dataset"] not in here]),
        "confidence": {tag: CONFIDENCE[tag] for tag in CONFIDENCE if tag in tags(published)},
    }
    write_text(page, environment().get_template("page.html").render(context))


def environment() -> jinja2.Environment:
    """Templates whose every value is escaped and where a missing one is an error."""
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def tags(published: Sequence[Mapping]) -> set[str]:
    return {row["confidence"] for row in published}


def section(
    contents: Contents,
    layout: Layout,
    page: Path,
    published: Sequence[Mapping],
    numbers: Iterator[int],
) -> dict:
    """What the template shows of one data set; its figures take the next `numbers`."""
    data = data_entry(contents, layout)
    published = [row for row in published if row["dataset"] == contents.dataset]
    return {
        "name": contents.dataset,
        "data": data,
        "figures": figure_entries(contents, layout, numbers),
        "analyses": analysis_tables(contents, layout),
        "artifacts": artifact_groups(contents, layout, page),
        "comparison": comparison_entry(contents, layout, published, bool(data["limit"])),
        "questions": question_entries(contents, layout, numbers),
    }


def data_entry(contents: Contents, layout: Layout) -> dict:
    """Counts, size and origin of the images."""
    store = open_store(layout.images(contents).store)
    test = int(store["split"].values.sum())
    provenance = store.attrs["provenance"]
    return {
        "title": store.attrs["title"],
        "train": f"{store.sizes['sample'] - test:,}",
        "test": f"{test:,}",
        "classes": len(store.attrs["class_names"]),
        "noun": "sounds" if "rate" in store.attrs else "images",
        "size": size_written(store),
        "channels": store.sizes["channel"],
        "limit": provenance.get("limit"),
        "archives": provenance.get("archives", []),
        "decisions": {
            key: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            for key, value in sorted(provenance.items())
            if key != "archives"
        },
    }


def size_written(store: xr.Dataset) -> str:
    """The size of an image, or the length of a sound."""
    if "rate" not in store.attrs:
        return f"{store.sizes['x']} × {store.sizes['y']} pixels"
    samples, rate = store.sizes["x"], store.attrs["rate"]
    return f"{samples:,} samples at {rate:,} Hz, {samples / rate:.2f} seconds"


def figure_entries(contents: Contents, layout: Layout, numbers: Iterator[int]) -> dict[str, dict]:
    """Figures by kind."""
    entries = (
        figure_entry(name, path, next(numbers)) for name, path in layout.figures(contents).items()
    )
    return {entry["kind"]: entry for entry in entries}


def question_entries(contents: Contents, layout: Layout, numbers: Iterator[int]) -> list[dict]:
    """The answers, in the order of the questions."""
    return [
        question_entry(
            name,
            layout.question(contents, name, ".json"),
            layout.question(contents, name, ".svg"),
            next(numbers),
        )
        for name in contents.questions
    ]


def comparison_entry(
    contents: Contents, layout: Layout, published: Sequence[Mapping], partial: bool
) -> dict | None:
    """Tables of errors, chosen parameters and published errors; None without a comparison."""
    if not contents.train_sizes:
        return None
    results = load_results(layout.comparison(contents))
    best = best_result(results)
    representations = contents.representations if contents.classifiers else ()
    rows = tables.accuracy_rows(results, representations)
    return {
        "representations": representations,
        "networks": contents.deciding,
        "accuracy": rows,
        "sizes": [row["n_train"] for row in rows if row["span"]],
        "beside": {name: tables.beside_network_rows(results, name) for name in contents.deciding},
        "several": any(result.draws > 1 for result in results),
        "parameters": tables.parameter_rows(results),
        "published": tables.published_rows(published, results, partial=partial),
        "best": {
            "representation": best.representation,
            "classifier": best.classifier_text,
            "error": tables.percent(best.error),
            "uncertainty": tables.uncertainty(best),
            "n_train": tables.size_written(best),
        },
        "score": contents.score,
        "splits": contents.splits,
        "transductive": any(result.transductive for result in results),
    }


def analysis_tables(contents: Contents, layout: Layout) -> dict:
    """The numbers behind the figures of a data set, by analysis and representation."""
    stores = {
        analysis: {
            name: open_store(layout.analysis(contents, analysis, name).store) for name in names
        }
        for analysis, names in contents.analyses.items()
        if analysis in ANALYSES
    }
    return {
        "energy": {
            name: {
                "orders": store["order"].values.tolist(),
                "rows": tables.energy_rows(store["energy"].load()),
            }
            for name, store in stores.get("energy", {}).items()
        },
        "published_energy": contents.published.get("energy"),
        "growth": {
            name: tables.growth_rows(store.load())
            for name, store in stores.get("growth", {}).items()
        },
        "redundancy": {
            name: {
                "methods": store.attrs["methods"],
                "accuracy": tables.percent(store.attrs["accuracy"]),
                "samples": store.attrs["samples"],
                "weights": f"{store.attrs['weights']:,}",
                "rows": tables.redundancy_rows(store.load()),
                "shares": [f"{100 * share:g}" for share in store["share"].values.tolist()],
                "operators": tables.rank_rows(store),
            }
            for name, store in stores.get("redundancy", {}).items()
        },
        "speed": {
            name: {
                "milliseconds": f"{1000 * store.attrs['seconds']:.3f}",
                "images": store.attrs["images"],
                "rows": tables.speed_rows(store.load()),
            }
            for name, store in stores.get("speed", {}).items()
        },
    }


def published_elsewhere(rows: Sequence[Mapping]) -> list[dict]:
    """Published rows of data sets that this run did not compare, none of which was run."""
    return [
        {"dataset": row["dataset"], **written}
        for row, written in zip(rows, tables.published_rows(rows, []), strict=True)
    ]
