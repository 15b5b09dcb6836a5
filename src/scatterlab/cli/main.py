"""``scatterlab COMMAND``: its commands and their arguments."""

import argparse
from collections.abc import Sequence

import scatterlab
from scatterlab.cli import info, verify
from scatterlab.errors import said_plainly


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command that `arguments` (by default those of the process) name."""
    parser = argparse.ArgumentParser(prog="scatterlab", description=scatterlab.cli.__doc__)
    parser.add_argument("--version", action="version", version=scatterlab.__version__)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for command in (info, verify):
        command.add_to(commands)
    given = parser.parse_args(arguments)
    with said_plainly():
        given.run(given)
