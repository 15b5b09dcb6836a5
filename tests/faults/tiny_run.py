"""A workflow that takes half a minute, and what must be equal whatever happened to it."""

import subprocess
import sys
from pathlib import Path

from copied_workflow import Workflow, digests_below

TINY = """
datasets:
  digits: {size: 16, limit: 60, shards: 2}
representations:
  scattering1: {J: 2, L: 2}
  learned: {kind: network, network: tiny, layer: pool1}
networks:
  tiny: {kind: convolutional, channels: [4], epochs: 40, batch_size: 10}
classifiers:
  affine_pca: {max_dimension: 5, folds: 2}
comparison:
  representations: [scattering1, learned]
  classifiers: [affine_pca]
  train_sizes: {digits: [all]}
analyses:
  only: [translation, texture_pair]
  samples: 4
  translation: {J: [1, 2], shifts: [1]}
  texture_pair: {size: 16, spacing: 8, width: 1.5, cycles: 6, J: 2, L: 4, K: 2}
"""
SHARD = "results/features/digits/scattering1/shard-0-of-2"
"""A store and its manifest, less what they end in."""


class TinyRun(Workflow):
    """A copy of the workflow that is run with `TINY`."""

    def run(self, *arguments, config=(), fails=False) -> str:
        overlays = [self.write("tiny.yaml", TINY), *config]
        return super().run(*arguments, config=overlays, fails=fails, small=False)

    def start(self, log: Path) -> subprocess.Popen:
        """Start the plain command, in a group of processes of its own; it prints to `log`."""
        self.write("tiny.yaml", TINY)
        command = [sys.executable, "-m", "snakemake", *self.where, "--configfile", "tiny.yaml"]
        with log.open("w") as out:
            options = {"stdout": out, "stderr": subprocess.STDOUT, "start_new_session": True}
            return subprocess.Popen(command, cwd=self.folder, env=self.environment(), **options)

    def verify(self, fails=False) -> str:
        """``scatterlab verify``; what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "scatterlab", "verify"],
            cwd=self.folder,
            env=self.environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert (done.returncode != 0) == fails, done.stdout
        return done.stdout

    def results(self) -> dict[str, str]:
        """Path → sha256 of all that results/ holds, hidden files too, less what holds times."""
        return digests_below(self.folder)


def differences(found: dict[str, str], wanted: dict[str, str]) -> list[str]:
    """What `TinyRun.results` finds to be other than wanted: missing, added or changed."""
    return sorted(
        name for name in found.keys() | wanted.keys() if found.get(name) != wanted.get(name)
    )
