"""Write the configuration's JSON schema, or check that a written one is up to date.

python -m scatterlab.config.schema [--check] config.schema.json
"""

import argparse
import json
import sys
from pathlib import Path

from scatterlab.config.model import Config


def schema_text() -> str:
    """The JSON schema of `Config`, as the file holds it."""
    return json.dumps(Config.model_json_schema(), indent=1, ensure_ascii=False) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare, do not write")
    parser.add_argument("file", type=Path)
    arguments = parser.parse_args()
    if not arguments.check:
        arguments.file.write_text(schema_text(), encoding="utf-8")
    elif not arguments.file.is_file() or arguments.file.read_text("utf-8") != schema_text():
        sys.exit(f"error: {arguments.file} is not up to date: run `make schema`")


if __name__ == "__main__":
    main()
