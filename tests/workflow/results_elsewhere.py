"""Runs of the workflow whose results are not in its folder, and what they left there."""

import hashlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from copied_workflow import SMALL, Workflow, is_result

ONE = "results/classification/digits/pixels/affine_pca/train-all-draw-0/evaluation.json"
"""What a few jobs make: images, features, a classifier and its evaluation."""


class InObjectStore(Workflow):
    """A copy of the workflow whose results are in a bucket that is named as its folder."""

    def __init__(self, folder: Path, object_store):
        super().__init__(folder)
        self.object_store, self.bucket = object_store, object_store.bucket(folder.name)
        self.where = (
            *("--cores", "2", "--workflow-profile", "profiles/s3"),
            *("--default-storage-prefix", f"s3://{folder.name}/runs/one"),
        )

    def environment(self) -> dict[str, str]:
        keys = {"ENDPOINT_URL": self.object_store.url, "ACCESS_KEY": "t", "SECRET_KEY": "t"}
        given = {f"SNAKEMAKE_STORAGE_S3_{key}": value for key, value in keys.items()}
        return {**super().environment(), **given}

    def run_until_killed(self, reached: Callable[[], bool]) -> None:
        """Start a run, and kill it and its jobs as soon as `reached`."""
        self.write("small.yaml", SMALL)
        command = [sys.executable, "-m", "snakemake", *self.where, "--configfile", "small.yaml"]
        options = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        with subprocess.Popen(
            command, cwd=self.folder, env=self.environment(), start_new_session=True, **options
        ) as process:
            while not reached():
                assert process.poll() is None, "the run ended before it could be killed"
                time.sleep(0.2)
            os.killpg(process.pid, signal.SIGKILL)

    def digests(self) -> dict[str, str]:
        """The sha256 of every result in the bucket, by its path."""
        objects = {
            entry.key.removeprefix("runs/one/"): entry for entry in self.bucket.objects.all()
        }
        return {
            name: hashlib.sha256(entry.get()["Body"].read()).hexdigest()
            for name, entry in objects.items()
            if is_result(name)
        }
