"""What each rule of a finished run took, and what to ask of a cluster for it: one table.

    make resources        or, by hand: python benchmarks/resources.py results/benchmarks …

peak     memory of the job's processes together, MB, the most of all jobs of the rule
longest  seconds, the longest job
mem_mb   half as much again, and what Snakemake itself takes on a node, rounded up
runtime  minutes, ten times the longest, for slower nodes and larger data; at least ten
"""

import argparse
import csv
from collections import defaultdict
from dataclasses import dataclass
from math import ceil
from pathlib import Path

SNAKEMAKE = 500
"""MB: on a node Snakemake starts twice, for the allocation and for the job in it."""

UNKNOWN = ("NA", "-")
"""What Snakemake writes where it has no figure."""

STEP = 500
"""MB to which requests are rounded up."""


@dataclass(frozen=True)
class Taken:
    """What a job took: `peak` memory in MB and `seconds`."""

    peak: float
    seconds: float


def measured(folders: list[Path]) -> dict[str, list[Taken]]:
    """What jobs took, by rule: those below `folders` that lasted long enough to be looked at."""
    rules = defaultdict(list)
    for folder in folders:
        for path in sorted(folder.rglob("*.tsv")):
            rule = path.relative_to(folder).parts[0].removesuffix(".tsv")
            with path.open() as file:
                row = next(csv.DictReader(file, delimiter="\t"))
            if row["max_rss"] not in UNKNOWN:
                rules[rule].append(Taken(float(row["max_rss"]), float(row["s"])))
    return dict(rules)


def asked_memory(peak: float) -> int:
    """MB to ask for."""
    return STEP * ceil((1.5 * peak + SNAKEMAKE) / STEP)


def asked_minutes(seconds: float) -> int:
    """Minutes to ask for, in tens."""
    return 10 * max(1, ceil(seconds / 60))


def table(rules: dict[str, list[Taken]]) -> str:
    """The table, in Markdown."""
    lines = ["| rule | jobs | peak | longest | mem_mb | runtime |", "|---|---|---|---|---|---|"]
    for rule, jobs in sorted(rules.items()):
        peak = max(job.peak for job in jobs)
        longest = max(job.seconds for job in jobs)
        figures = f"{peak:.0f} | {longest:.0f} | {asked_memory(peak)} | {asked_minutes(longest)}"
        lines.append(f"| {rule} | {len(jobs)} | {figures} |")
    return "\n".join(lines)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folders", type=Path, nargs="*", default=[Path("results/benchmarks")])
    folders = parser.parse_args().folders
    rules = measured(folders)
    if not rules:
        parser.error(f"no benchmarks in {', '.join(map(str, folders))}: run the workflow first")
    print(table(rules))
