"""Every artifact of a run: where it is, its checksum, and what made it."""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from scatterlab.errors import StoreError
from scatterlab.report.layout import Contents, Layout, Stored
from scatterlab.stores.manifest import read_manifest, sha256

BESIDE = ("model.safetensors", "evaluation.json", "predictions.csv")
"""What every evaluation of a classifier stands with."""


@dataclass(frozen=True)
class Links:
    """Names and links of artifacts under the folder `results`, as seen from `page`."""

    results: Path
    page: Path

    def name(self, path: Path) -> str:
        """The path below its stage and data set; a network's data set may be another."""
        parts = path.relative_to(self.results).parts
        return "/".join(parts[1:] if parts[0] == "networks" else parts[2:] or parts[1:])

    def link(self, path: Path) -> str:
        return quote(Path(os.path.relpath(path, self.page.parent)).as_posix())


def artifact_groups(contents: Contents, layout: Layout, page: Path) -> list[dict]:
    """The artifacts of one data set by stage. Raises `StoreError` for one that is missing."""
    links = Links(layout.results, page)
    stores = {
        "images": [layout.images(contents)],
        "features": [
            stored
            for name in contents.representations
            for stored in layout.features(contents, name)
        ],
        "analyses": [
            layout.analysis(contents, analysis, name)
            for analysis, names in contents.analyses.items()
            for name in names
        ],
    }
    files = {
        "networks": layout.networks(contents),
        "classification": [
            path.parent / name for path in layout.evaluations(contents) for name in BESIDE
        ]
        + layout.decisions(contents),
        "questions": [
            layout.question(contents, name, suffix)
            for name in contents.questions
            for suffix in (".json", "-cost.json", ".svg")
        ],
        "figures": layout.all_figures(contents),
    }
    entries = {stage: [store_entry(stored, links) for stored in stores[stage]] for stage in stores}
    entries |= {stage: [file_entry(path, links) for path in files[stage]] for stage in files}
    order = ("images", "networks", "features", "classification", "questions", "analyses", "figures")
    return [{"stage": stage, "entries": entries[stage]} for stage in order if entries[stage]]


def demonstration_artifacts(stored: Stored, figure: Path, layout: Layout, page: Path) -> list[dict]:
    """The store and the figure of what needs no data set."""
    links = Links(layout.results, page)
    return [
        {"stage": "results", "entries": [store_entry(stored, links)]},
        {"stage": "figures", "entries": [file_entry(figure, links)]},
    ]


def store_entry(stored: Stored, links: Links) -> dict:
    """A store: its checksum is that of its manifest, which holds those of all its files."""
    manifest = read_manifest(stored.manifest)
    versions = (f"{name} {number}" for name, number in manifest["versions"].items() if number)
    return {
        "name": links.name(stored.store),
        "link": links.link(stored.store),
        "manifest": links.link(stored.manifest),
        "sha256": sha256(stored.manifest),
        "engine": manifest["engine"] or "",
        "versions": ", ".join(versions),
        "specification": json.dumps(manifest["parameters"], sort_keys=True, ensure_ascii=False),
    }


def file_entry(path: Path, links: Links) -> dict:
    """A file: its own checksum."""
    try:
        digest = sha256(path)
    except FileNotFoundError:
        raise StoreError(f"{path}: no such file; run the rule that makes it") from None
    return {"name": links.name(path), "link": links.link(path), "sha256": digest}
