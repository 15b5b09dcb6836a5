"""The natural order of names, in which numbers count as numbers."""

import re


def natural(name: str) -> tuple:
    """Sort key: ``obj2`` before ``obj10``."""
    return [int(run) if run.isdecimal() else run for run in re.split(r"(\d+)", name)], name
