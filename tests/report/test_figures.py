"""The figures: whole, repeatable, and drawn from what is there."""

import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest
from small_run import PUBLISHED, REPRESENTATIONS, draw_figures

from scatterlab.report.curves import heights_and_bars, plot_errors, sizes_shown
from scatterlab.report.evaluations import load_results
from scatterlab.report.montage import shown_classes
from scatterlab.report.style import drawing, mark_round_numbers


def test_the_same_data_draw_the_same_bytes(finished_run):
    layout, contents = finished_run
    paths = layout.figures(contents).values()
    before = [path.read_bytes() for path in paths]
    draw_figures(layout, contents)
    assert [path.read_bytes() for path in paths] == before


def test_figures_hold_no_date_and_load_nothing(finished_run):
    layout, contents = finished_run
    for path in layout.figures(contents).values():
        root = ElementTree.fromstring(path.read_bytes())
        assert not root.findall(".//{http://purl.org/dc/elements/1.1/}date")
        links = [
            link
            for element in root.iter()
            if (link := element.get("{http://www.w3.org/1999/xlink}href"))
        ]
        assert all(link.startswith(("#", "data:image/png;base64,")) for link in links)


def test_a_failed_figure_leaves_the_one_before(tmp_path):
    target = tmp_path / "figure.svg"
    target.write_text("before")
    with pytest.raises(ZeroDivisionError), drawing(target, 2, 2):
        raise ZeroDivisionError
    assert target.read_text() == "before"


def test_errors_without_published_ones(finished_run, tmp_path):
    layout, contents = finished_run
    results = load_results(layout.comparison(contents))
    plot_errors(results, [], REPRESENTATIONS, tmp_path / "without.svg")
    plot_errors(results, PUBLISHED, REPRESENTATIONS, tmp_path / "with.svg")
    with_published, without = (
        (tmp_path / f"{name}.svg").read_text() for name in ("with", "without")
    )
    assert len(with_published) > len(without)


def test_bars_stay_on_a_logarithmic_axis(finished_run):
    layout, contents = finished_run
    results = load_results(layout.comparison(contents))
    heights, (below, above) = heights_and_bars(results)
    assert (np.array(heights) - np.array(below) > 0).all()
    assert min(above) >= 0


def test_our_sizes_are_marked_and_published_ones_where_there_is_room(finished_run):
    layout, contents = finished_run
    results = load_results(layout.comparison(contents))
    published = [{"train_size": size} for size in (110, 300, 1500, 5000)]
    assert sizes_shown(results, published) == [100, 300, 1000, 5000]


@pytest.mark.parametrize(("limits", "most"), [((0.02, 0.3), 7), ((1e-4, 50), 7), ((0.1, 90), 4)])
def test_round_numbers_are_few_and_inside(tmp_path, limits, most):
    with drawing(tmp_path / "axis.svg", 2, 2) as figure:
        axes = figure.subplots()
        axes.set(xscale="log", xlim=limits)
        mark_round_numbers(axes.xaxis, most)
        ticks = axes.xaxis.get_ticklocs()
        assert 1 < len(ticks) <= most
        assert ticks.min() >= limits[0]
        assert ticks.max() <= limits[1]


def test_many_classes_are_thinned_evenly():
    assert shown_classes(3) == [0, 1, 2]
    shown = shown_classes(61)
    assert len(shown) == 20
    assert (shown[0], shown[-1]) == (0, 60)
