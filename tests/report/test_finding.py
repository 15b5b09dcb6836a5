"""Tables of what was found."""

import pytest

from scatterlab.report.finding import Table


@pytest.mark.parametrize(
    ("cells", "number"),
    [
        (["1", "−0.5", "12 ± 3", ""], True),
        (["1", "–"], True),
        (["≤ 1", "0.98"], True),
        (["C1", "3"], False),
        (["–path", "3"], False),
        ([], False),
    ],
)
def test_a_column_of_numbers_is_known_by_its_cells(cells, number):
    table = Table("a title", ["layer", "value"], [["S1", cell] for cell in cells])
    assert table.numeric == [False, number]
