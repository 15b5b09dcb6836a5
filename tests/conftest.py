"""What holds for all tests, and what those of several folders need."""

import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import boto3
import pytest
from hypothesis import settings

# how long an example takes says nothing here: tests run beside each other
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


@dataclass(frozen=True)
class ObjectStore:
    """An object store that speaks S3, on this machine."""

    url: str
    log: Path

    @property
    def options(self) -> dict:
        """How fsspec reads from it."""
        return {"endpoint_url": self.url, "key": "testing", "secret": "testing"}

    def bucket(self, name: str):
        """A bucket of its own, made if it is not there."""
        keys = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing"}
        resource = boto3.resource("s3", endpoint_url=self.url, region_name="us-east-1", **keys)
        return resource.create_bucket(Bucket=name)

    def fetched(self) -> list[str]:
        """The paths of all objects that were read so far, /<bucket>/<key>, in order."""
        return re.findall(r'"GET (/[^ ?]+) HTTP', self.log.read_text())


@pytest.fixture(scope="session")
def object_store(tmp_path_factory):
    """An object store without a bucket, in a process of its own."""
    log = tmp_path_factory.mktemp("objects") / "requests.log"
    command = [sys.executable, Path(__file__).parent / "object_server.py"]
    with (
        log.open("w") as requests,
        subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=requests, text=True
        ) as process,
    ):
        yield ObjectStore(process.stdout.readline().strip(), log)
        process.stdin.close()
        process.wait(timeout=30)
