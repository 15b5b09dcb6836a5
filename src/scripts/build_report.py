"""Build the page: figures, evaluations, analyses and manifests → one HTML file."""

import argparse
import json
from pathlib import Path

from scatterlab.errors import said_plainly
from scatterlab.report.layout import Contents
from scatterlab.report.page import build_report
from scatterlab.stores.claim import claim

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--results", type=Path, default=Path("results"), help="folder of the run")
parser.add_argument(
    "--contents",
    type=json.loads,
    required=True,
    help="JSON: for each data set, the fields of scatterlab.report.layout.Contents",
)
parser.add_argument(
    "--demonstrations", nargs="*", default=[], help="names of what is shown without a data set"
)
parser.add_argument("--published", type=json.loads, default=[], help="JSON: published errors")
parser.add_argument("--title", default="scatterlab")
parser.add_argument("--protocol", default="")
parser.add_argument("--page", type=Path, required=True, help="HTML file to write")

if __name__ == "__main__":
    given = parser.parse_args()
    with said_plainly():
        claim(given.page)
        build_report(
            [Contents(**one) for one in given.contents],
            given.results,
            given.page,
            title=given.title,
            protocol=given.protocol,
            published=given.published,
            demonstrations=given.demonstrations,
        )
