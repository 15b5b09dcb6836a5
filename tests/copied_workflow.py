"""A copy of the workflow that tests run, and the small configuration that they run it with."""

import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
PARTS = ["Snakefile", "rules", "src", "profiles", "config.yaml", "datasets.yaml"]
SMALL = """
datasets:
  digits: {size: 16, limit: 150}
representations:
  scattering1: {J: 2, L: 2}
  scattering2: {J: 2, L: 2}
classifiers:
  affine_pca: {max_dimension: 10, folds: 2}
comparison:
  representations: [pixels, scattering1]
  classifiers: [affine_pca]
  train_sizes: {digits: [all]}
analyses:
  only: [energy, translation, growth, texture_pair]
  samples: 4
  energy: {J: [1, 2], max_order: 2}
  translation: {J: [1, 2], shifts: [1]}
  growth: {J: [2], max_order: 1, per_class: 2, train: 60, test: 30}
  texture_pair: {size: 16, spacing: 8, width: 1.5, cycles: 6, J: 2, L: 4, K: 2}
"""


class Workflow:
    """A copy of the workflow and its sources in a folder of its own.

    It is run on this machine, unless the options `where` and environment variables `settings` say
    where else.
    """

    def __init__(self, folder: Path, where=("--cores", "2"), settings=None):
        self.folder = folder
        self.where = where
        self.settings = settings or {}

    @classmethod
    def fresh(cls, folder: Path, *where) -> "Workflow":
        folder.mkdir(parents=True)
        for part in PARTS:
            source = ROOT / part
            if source.is_dir():
                ignore = shutil.ignore_patterns("__pycache__", "*.egg-info")
                shutil.copytree(source, folder / part, ignore=ignore)
            else:
                shutil.copy2(source, folder / part)
        return cls(folder, *where)

    def copy(self, folder: Path) -> "Workflow":
        shutil.copytree(self.folder, folder, symlinks=True)
        return type(self)(folder, self.where, self.settings)

    def write(self, name: str, text: str) -> Path:
        (self.folder / name).write_text(text)
        return self.folder / name

    def run(self, *arguments, config=(), fails=False, small=True) -> str:
        """Run Snakemake here with SMALL and the overlays `config` on top; what it printed."""
        overlays = [self.write("small.yaml", SMALL)] * small + list(config)
        command = [sys.executable, "-m", "snakemake", *self.where, *map(str, arguments)]
        command += ["--configfile", *map(str, overlays)] if overlays else []
        done = subprocess.run(
            command,
            cwd=self.folder,
            env=self.environment(),
            timeout=1800,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert (done.returncode != 0) == fails, done.stdout
        return done.stdout

    def environment(self) -> dict[str, str]:
        """What Snakemake is run with: the sources of this copy, and no mirror."""
        inherited = {key: value for key, value in os.environ.items() if key != "SCATTERLAB_MIRROR"}
        return {**inherited, "PYTHONPATH": str(self.folder / "src"), **self.settings}

    def planned(self, *arguments, config=()) -> dict[str, set[str]]:
        """The jobs that a run would do: rule → representations among its outputs ('' if none)."""
        printed = self.run("-n", *arguments, config=config)
        jobs: dict[str, set[str]] = {}
        for rule, block in re.findall(r"^(?:local)?rule (\w+):\n((?:    .*\n)+)", printed, re.M):
            wildcards = re.search(r"representation=(\w+)", block)
            jobs.setdefault(rule, set()).add(wildcards[1] if wildcards else "")
        jobs.pop("all", None)
        return jobs


def digests_below(folder: Path) -> dict[str, str]:
    """The sha256 of every result below the folder of a run, by its path."""
    files = (path for path in (folder / "results").rglob("*") if path.is_file())
    named = {path.relative_to(folder).as_posix(): path for path in files}
    return {
        name: hashlib.sha256(path.read_bytes()).hexdigest()
        for name, path in named.items()
        if is_result(name)
    }


def is_result(name: str) -> bool:
    """Logs and benchmarks have times in them; a time stamp of Snakemake is no result."""
    return not name.startswith(("results/logs/", "results/benchmarks/")) and not name.endswith(
        ".snakemake_timestamp"
    )
