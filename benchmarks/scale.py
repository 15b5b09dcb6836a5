"""What a run of many generated images takes, stage by stage: one table, in results/scale.md.

make bench-scale                        about 13,000, 53,000 and 213,000 images
make bench-scale ARGS="--places 278"    about a million alone; 15 GB below results/scale

The images are rectangles of 13 shapes at places × places positions, 32×32; scattering of J = 3,
L = 8 and order 2 has 217 maps of 4×4 of each. A stage is what Snakemake takes for it with its
start, on two cores. Then a straight line through the two largest sizes, for ten million images
(stages that do not grow stay as they are), and what planning takes where there are 1,000 shards.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from machine import processor
from resources import measured as taken

ROOT = Path(__file__).parents[1]
SHAPES = 13
IN_A_SHARD = 54_000
"""Images, at most."""
EVALUATION = "results/classification/shapes/scattering/affine_pca/train-10000-draw-0"
STAGES = {
    "prepare": (["data"], "prepare_dataset"),
    "features": (["features"], "compute_features"),
    "train on 10,000": ([f"{EVALUATION}/model.safetensors"], "train_classifier"),
    "evaluate on 20 %": ([f"{EVALUATION}/evaluation.json"], "evaluate_classifier"),
    "verify": ([], ""),
}
"""Targets, and the rule whose benchmark tells the memory of a job; `verify` is a command."""
MODEL = 10_000_000


@dataclass(frozen=True)
class Measured:
    """`seconds` of a stage for `images`, and the largest resident set of a job, bytes or None."""

    images: int
    stage: str
    seconds: float
    peak: float | None


@dataclass(frozen=True)
class Kept:
    """What is below results/ in the end."""

    images: int
    shards: int
    files: int
    size: int


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--places", type=int, nargs="+", default=[32, 64, 128], help="along x, y")
    parser.add_argument("--folder", type=Path, default=Path("results/scale"), help="to work in")
    parser.add_argument("--output", type=Path, default=Path("results/scale.md"))
    given = parser.parse_args()
    measured, kept = [], []
    for places in sorted(given.places):
        folder = given.folder.absolute() / str(places)
        configure(folder, places, shards=-(-images(places) // IN_A_SHARD))
        measured += run(folder, images(places))
        kept.append(found(folder, images(places)))
    planning = seconds_to_plan(given.folder.absolute() / "planning", max(given.places), 1000)
    text = "\n".join(markdown(measured, kept, planning))
    given.output.parent.mkdir(parents=True, exist_ok=True)
    given.output.write_text(text + "\n")
    print(f"\n{text}\n\nThis is {given.output}.")


def images(places: int) -> int:
    return SHAPES * places**2


def configure(folder: Path, places: int, shards: int) -> None:
    """Write the overlay of a run into its folder. JSON is YAML too."""
    rectangles = {"format": "rectangles", "size": 32, "shapes": SHAPES, "shards": shards}
    overlay = {
        "datasets": {"shapes": {**rectangles, "positions": [places, places]}},
        "representations": {
            "scattering": {"kind": "scattering", "J": 3, "L": 8, "max_order": 2},
        },
        "classifiers": {"affine_pca": {"kind": "affine_pca", "max_dimension": 30}},
        "comparison": {
            "datasets": ["shapes"],
            "representations": ["scattering"],
            "classifiers": ["affine_pca"],
            "train_sizes": {"shapes": [10_000]},
        },
        "analyses": {"only": []},
    }
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "scale.yaml").write_text(json.dumps(overlay, indent=1))


def snakemake(folder: Path, *arguments: str) -> None:
    """Run Snakemake in `folder`; its log is beside the results."""
    command = [sys.executable, "-m", "snakemake", *arguments, "--cores", "2", "--snakefile"]
    command += [str(ROOT / "Snakefile"), "--workflow-profile", str(ROOT / "profiles/default")]
    command += ["--directory", str(folder), "--configfile", str(folder / "scale.yaml")]
    with (folder / "log").open("a") as log:
        subprocess.run(command, stdout=log, stderr=log, check=True)


def run(folder: Path, count: int) -> Iterator[Measured]:
    """Every stage, one after the other, from nothing."""
    verify = [sys.executable, "-m", "scatterlab", "verify", str(folder / "results")]
    for stage, (targets, rule) in STAGES.items():
        print(f"{count:,} images: {stage}", file=sys.stderr, flush=True)
        start = time.perf_counter()
        if targets:
            snakemake(folder, *targets)
        else:
            subprocess.run(verify, stdout=subprocess.DEVNULL, check=True)
        seconds = time.perf_counter() - start
        yield Measured(count, stage, seconds, peak_of(folder, rule) if rule else None)


def peak_of(folder: Path, rule: str) -> float | None:
    """The largest resident set of a job of `rule`, bytes, where Snakemake saw it in time."""
    jobs = taken([folder / "results/benchmarks"]).get(rule)
    return max(job.peak for job in jobs) * 2**20 if jobs else None


def found(folder: Path, count: int) -> Kept:
    files = [
        Path(where) / name
        for stage in ("data", "features")
        for where, _, names in os.walk(folder / "results" / stage)
        for name in names
    ]
    shards = len(list((folder / "results/features").rglob("*.zarr")))
    return Kept(count, shards, len(files), sum(file.stat().st_size for file in files))


def seconds_to_plan(folder: Path, places: int, shards: int) -> float:
    """What a dry run takes where features come in `shards`."""
    configure(folder, places, shards)
    start = time.perf_counter()
    snakemake(folder, "features", "--dry-run", "--quiet")
    return time.perf_counter() - start


def markdown(measured: list[Measured], kept: list[Kept], planning: float) -> Iterator[str]:
    sizes = [one.images for one in kept]
    modelled = len(sizes) > 1
    heads = [f"{size:,} images" for size in sizes] + [f"{MODEL:,}, modelled"] * modelled
    yield f"{processor()}, {os.cpu_count()} cores; load at the end {os.getloadavg()[2]:.1f}.\n"
    yield "| | " + " | ".join(heads) + " | memory of a job |"
    yield "|---" * (len(heads) + 2) + "|"
    for stage in STAGES:
        rows = [one for one in measured if one.stage == stage]
        seconds = [one.seconds for one in rows]
        told = [f"{s:,.0f} s" for s in seconds]
        told += [f"{extrapolated(sizes, seconds) / 60:,.0f} min"] if modelled else []
        peaks = [f"{one.peak / 1e6:,.0f}" for one in rows if one.peak]
        yield f"| {stage} | " + " | ".join(told) + f" | {', '.join(peaks) or '–'} MB |"
    for name, values in {
        "shards": [one.shards for one in kept],
        "files": [one.files for one in kept],
        "GB": [one.size / 1e9 for one in kept],
    }.items():
        told = [f"{value:,.{1 if name == 'GB' else 0}f}" for value in values]
        told += [f"{extrapolated(sizes, values):,.0f}"] if modelled else []
        yield f"| {name} | " + " | ".join(told) + " | |"
    yield f"\nPlanning 1,000 shards, a dry run from start to end: {planning:.1f} s."


def extrapolated(sizes: list[int], values: list[float]) -> float:
    """At `MODEL`, of the straight line through the two largest sizes."""
    slope = (values[-1] - values[-2]) / (sizes[-1] - sizes[-2])
    return values[-1] + max(slope, 0) * (MODEL - sizes[-1])


if __name__ == "__main__":
    main()
