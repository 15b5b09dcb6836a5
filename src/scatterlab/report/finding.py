"""What the page says of a property: a sentence that its numbers make, and tables of them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

NUMBER = re.compile(r"[−+±<>≤≥≈–-]?\s*\d|[–-]$")


@dataclass(frozen=True)
class Table:
    """A table of the page. Cells are text; a column of numbers is set to the right.

    `title` stands in its head, `note` under it; with `folded` it is shown when asked for.
    """

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    note: str = ""
    folded: bool = False

    @property
    def numeric(self) -> list[bool]:
        """Which columns hold numbers alone: each cell begins with one, or is a dash or empty."""
        columns = (
            [row[place] for row in self.rows if row[place]] for place in range(len(self.columns))
        )
        return [bool(cells) and all(map(NUMBER.match, cells)) for cells in columns]


@dataclass(frozen=True)
class Finding:
    """What the figure of a property shows, in a `sentence`, with `tables` of its numbers."""

    sentence: str
    tables: Sequence[Table] = ()
