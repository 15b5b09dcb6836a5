"""What a decision looks at: the maps that an occluding square makes."""

import os
from collections.abc import Mapping, Sequence

import numpy as np
import xarray as xr
from matplotlib import colormaps
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle

from scatterlab.report.confusion import shortened
from scatterlab.report.finding import Finding, Table
from scatterlab.report.montage import show_image
from scatterlab.report.style import COLOURS, FAINT, drawing
from scatterlab.report.tables import signed

TITLE = "What a decision looks at"
TEXT = (
    "Does a decision come from the object, or from what surrounds it? Zeiler & Fergus 2014 slide a "
    "grey square over the image and watch a map of the top convolutional layer, and the "
    "probability of the true class: where both fall, the square hides what the decision rests on."
)
CAPTION = (
    "Test images and, for each position of the centre of a grey square: (a) the summed activity of "
    "the strongest map of the top layer, from its lowest (dark) to its highest; (b) the "
    "probability of the true class; (c) the class that is decided for, grey where it is the true "
    "one. The outline in a corner of the first image is the square's. Second column: where in the "
    "image the strongest map comes from: the gradient of its sum (red: more light here makes it "
    "larger; blue: smaller), in place of the paper's deconvolution."
)
COLUMNS = ("image", "strongest map", "(a) activity", "(b) p(true)", "(c) class")
RIGHT = "#e4e7eb"
"""The colour of the true class."""
ACROSS = 2
"""Deciders side by side."""
WIDTH = 9.4


def plot_occlusion(stores: Mapping[str, xr.Dataset], target: str | os.PathLike) -> None:
    """A block for each decider, with a row for each example: what `analyses.occlusion` gives."""
    across = min(ACROSS, len(stores))
    down = -(-len(stores) // across)
    side = WIDTH / ACROSS / (len(COLUMNS) + 0.4)
    rows = max(store.sizes["example"] for store in stores.values())
    colours = colours_of(stores)
    with drawing(target, across * WIDTH / ACROSS, down * (rows * side + 0.75) + 0.35) as figure:
        blocks = figure.subfigures(down, across, squeeze=False).flat
        for block, (name, store) in zip(blocks, stores.items(), strict=False):
            draw_decider(block, name, store, colours)
        name_colours(figure, colours, next(iter(stores.values())).attrs["class_names"])


def name_colours(figure: Figure, colours: Mapping, names: Sequence[str]) -> None:
    """The legend of (c): the true class, and those that were taken for it."""
    labels = {"true class": RIGHT}
    labels |= {shortened(names[label]): colour for label, colour in colours.items()}
    widest = 0.07 * max(map(len, labels)) + 0.55
    figure.legend(
        handles=[Patch(color=colour, label=label) for label, colour in labels.items()],
        loc="outside lower center",
        ncols=max(1, min(len(labels), 8, int(figure.get_figwidth() / widest))),
        title="(c) decided for",
        fontsize=7,
        title_fontsize=7,
    )


def colours_of(stores: Mapping[str, xr.Dataset]) -> dict[int, object]:
    """A colour for each class that was decided for by mistake, in any of the maps."""
    wrong = [
        store["decided"].values[store["decided"].values != store["label"].values[:, None, None]]
        for store in stores.values()
    ]
    labels = np.unique(np.concatenate(wrong)).astype(int).tolist()
    palette = COLOURS if len(labels) <= len(COLOURS) else colormaps["tab20"].colors
    return {label: palette[place % len(palette)] for place, label in enumerate(labels)}


def draw_decider(block: Figure, name: str, store: xr.Dataset, colours: Mapping) -> None:
    """The title names the decider and the layer of (a)."""
    block.suptitle(f"{name}, (a) of {store.attrs['layer']}", fontsize=9, fontweight="bold")
    panels = block.subplots(store.sizes["example"], len(COLUMNS), squeeze=False)
    for axes, title in zip(panels[0], COLUMNS, strict=True):
        axes.set_title(title, loc="center", fontsize=7, fontweight="normal")
    names = store.attrs["class_names"]
    for row, example in zip(panels, range(store.sizes["example"]), strict=True):
        one = store.isel(example=example)
        shown = draw_example(row, one, colours)
        row[0].set_ylabel(shortened(names[int(one["label"])], 12), fontsize=7)
    draw_square(panels[0, 0], store.attrs["size"])
    bar = block.colorbar(shown, ax=panels[-1, 3], location="bottom", fraction=0.06, pad=0.08)
    bar.set_ticks([0, 1])
    bar.ax.tick_params(labelsize=6, length=0)
    bar.outline.set_visible(False)


def draw_square(axes, size: int) -> None:
    """The outline of the square, in a corner of the image, to show how large it is."""
    look = {"fill": False, "edgecolor": COLOURS[4], "linewidth": 1.2}
    axes.add_patch(Rectangle((0, 0), size - 0.5, size - 0.5, **look))


def draw_example(row, one: xr.Dataset, colours: Mapping):
    """The five panels of an example; what was drawn of the probability."""
    for axes in row:
        axes.set(xticks=[], yticks=[])
        axes.grid(visible=False)
        for edge in axes.spines.values():
            edge.set(visible=True, color=FAINT, linewidth=0.5)
    show_image(row[0], one["images"].values)
    row[0].set_axis_on()  # for the name of the class
    projection = one["projection"].values.sum(0)
    reach = np.abs(projection).max() or 1.0
    row[1].imshow(projection, cmap="RdBu_r", vmin=-reach, vmax=reach, interpolation="nearest")
    row[2].imshow(one["activity"].values, cmap="magma", interpolation="nearest")
    shown = row[3].imshow(
        one["probability"].values, cmap="viridis", vmin=0, vmax=1, interpolation="nearest"
    )
    places = {label: number for number, label in enumerate(colours, start=1)}
    label = int(one["label"])
    decided = np.vectorize(lambda found: 0 if found == label else places[found])
    row[4].imshow(
        decided(one["decided"].values),
        cmap=ListedColormap([RIGHT, *colours.values()]),
        vmin=-0.5,
        vmax=len(colours) + 0.5,
        interpolation="nearest",
    )
    return shown


def finding(stores: Mapping[str, xr.Dataset], published: Sequence[Mapping] | None) -> Finding:
    """How much of the image changes the decision, and whether (a) and (b) fall together."""
    first = next(iter(stores.values()))
    told = [f"{100 * away(store):.0f} % in {name}" for name, store in stores.items()]
    size, together = first.attrs["size"], typical_correlations(stores)
    sentence = (
        f"A square of {size}×{size} pixels changes the decision at a share of its positions: "
        f"{', '.join(told)}."
    )
    if together:
        sentence += f" Activity and probability are correlated over positions: {together}."
    return Finding(sentence, [table_of(stores)])


def away(store: xr.Dataset) -> float:
    """The share of positions that change the decision, a mean over examples."""
    return float((store["decided"] != store["whole_decided"]).mean())


def typical_correlations(stores: Mapping[str, xr.Dataset]) -> str:
    """The median over examples of the correlation of (a) and (b), where they vary, in words."""
    found = {name: [correlation(one) for one in examples(store)] for name, store in stores.items()}
    return ", ".join(
        f"{signed(np.nanmedian(values))} in {name}"
        for name, values in found.items()
        if not np.isnan(values).all()
    )


def examples(store: xr.Dataset) -> list[xr.Dataset]:
    return [store.isel(example=place) for place in range(store.sizes["example"])]


def correlation(one: xr.Dataset) -> float:
    """Of activity and probability over positions; NaN where one of them is constant."""
    activity, probability = (one[name].values.ravel() for name in ("activity", "probability"))
    if min(np.ptp(activity), np.ptp(probability)) < 1e-12:
        return np.nan
    return float(np.corrcoef(activity, probability)[0, 1])


def table_of(stores: Mapping[str, xr.Dataset]) -> Table:
    """A row for each example of each decider."""
    columns = ["decides", "image of", "whole image", "p(true)", "least p(true)"]
    columns += ["decided otherwise", "most often for", "correlation of (a) and (b)"]
    rows = [
        [name, *row_of(one, store.attrs["class_names"])]
        for name, store in stores.items()
        for one in examples(store)
    ]
    return Table("Under a square that hides a part", columns, rows, note_of(stores))


def row_of(one: xr.Dataset, names: Sequence[str]) -> list[str]:
    whole, decided = int(one["whole_decided"]), one["decided"].values
    other = decided[decided != whole]
    together = correlation(one)
    return [
        names[int(one["label"])],
        "right" if whole == int(one["label"]) else f"taken for {names[whole]}",
        f"{float(one['whole_probability']):.2f}",
        f"{float(one['probability'].min()):.2f}",
        f"{100 * other.size / decided.size:.0f} %",
        names[int(np.bincount(other).argmax())] if other.size else "none",
        "–" if np.isnan(together) else signed(together),
    ]


def note_of(stores: Mapping[str, xr.Dataset]) -> str:
    """The square, which the paper does not give, and the images that were passed over."""
    about = next(iter(stores.values())).attrs
    strongest = {
        "sum": "of the largest sum",
        "standard": "whose sum stands out the most among test images",
    }[about["strongest"]]
    passed = {name: store.attrs["passed_over"] for name, store in stores.items()}
    told = ", ".join(f"{count} by {name}" for name, count in passed.items() if count) or "none"
    return (
        f"A square of {about['size']}×{about['size']} pixels of intensity {about['grey']:g}, its "
        f"centre at every {about['stride']} pixels; the paper gives neither. (a) is of the map "
        f"{strongest}. Images passed over for the examples, as they are decided for wrongly when "
        f"whole: {told}. The correlation is over positions."
    )
