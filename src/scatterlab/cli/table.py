"""Rows of cells below a title, and how sizes and counts are written in them."""

from collections.abc import Iterable, Iterator, Mapping

UNITS = ("B", "kB", "MB", "GB", "TB")


def section(title: str, rows: Iterable[list[str]]) -> Iterator[str]:
    """A title and `rows` below it, or nothing if there are none."""
    if rows := list(rows):
        yield f"  {title}"
        yield from table(rows, indent="    ")


def table(rows: list[list[str]], indent: str) -> Iterator[str]:
    """`rows` of cells, each column as wide as its widest cell."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        yield f"{indent}{'  '.join(cells)}".rstrip()


def printable(text: str) -> str:
    """`text`, with what would move a terminal's cursor, or end the line, written out."""
    return "".join(char if char.isprintable() else repr(char)[1:-1] for char in text)


def size(count: float) -> str:
    """A number of bytes, in the largest unit of which it has one."""
    for unit in UNITS[:-1]:
        if count < 1000:
            return f"{count:.4g} {unit}"
        count /= 1000
    return f"{count:.4g} {UNITS[-1]}"


def sizes(dimensions: Mapping[str, int]) -> str:
    return " × ".join(f"{name} {length}" for name, length in dimensions.items())


def by(shape: Iterable[int]) -> str:
    return "×".join(map(str, shape)) or "1"


def counts(numbers: Mapping) -> str:
    return "  ".join(f"{name}: {number}" for name, number in numbers.items())
