"""Distortions of adversarial examples in tables, ours and published."""

from collections.abc import Mapping

import numpy as np
import xarray as xr

from scatterlab.report.finding import Table

LBFGS, NOISE = "L-BFGS", "noise"
NONE = "–"


def attacked(store: xr.Dataset) -> np.ndarray:
    """Which images were attacked, bool (sample,): those that are decided rightly."""
    return store["decided"].values == store["label"].values


def sizes_of(store: xr.Dataset, change: str) -> np.ndarray:
    """The distortions (sample,) of one kind of change, NaN where there is none."""
    return store["distortion"].values[store.attrs["changes"].index(change)]


def mean_of(store: xr.Dataset, change: str) -> float:
    """The mean distortion of the images for which an attack succeeds; NaN for none."""
    sizes = sizes_of(store, change)
    return float(np.nanmean(sizes)) if np.isfinite(sizes).any() else np.nan


def fooled(store: xr.Dataset, change: str) -> float:
    """Of the images that were attacked and changed, the share that is decided wrongly."""
    decision = store["decision"].values[store.attrs["changes"].index(change)]
    changed = decision >= 0
    return float((decision != store["label"].values)[changed].mean()) if changed.any() else np.nan


def distortion_table(stores: Mapping[str, xr.Dataset]) -> Table:
    """A row for each representation: its error, its images, and each attack's distortion."""
    changes = next(iter(stores.values())).attrs["changes"]
    attacks = [change for change in changes if change != NOISE]
    rows = []
    for name, store in stores.items():
        right = attacked(store)
        rows.append(
            [
                name,
                f"{100 * store.attrs['error']:.2f}",
                f"{right.sum()}",
                f"{(~right).sum()}",
                *(distortion_cell(store, attack) for attack in attacks),
                relative_cell(store),
                percent_cell(fooled(store, NOISE)),
            ]
        )
    first = next(iter(stores.values()))
    return Table(
        "Distortion √(Σ(x' − x)²/n), means (images for which the attack succeeds)",
        [
            "representation",
            "error %",
            "attacked",
            "wrong before",
            *attacks,
            "L-BFGS, % of ‖x‖",
            "noise, % wrong",
        ],
        rows,
        f"The error is that of {first.attrs['tested']:,} test images. Images of the "
        f"{first.attrs['split']} set that are decided wrongly as they are were not attacked. "
        f"L-BFGS makes them of {target_in_words(first)}, the other attacks of any other class; "
        "these stop at the first example they find, or the first ball, and may so end farther. "
        f"Noise is Gaussian, as large as the changes of L-BFGS.{zero_in_words(stores)}",
    )


def zero_in_words(stores: Mapping[str, xr.Dataset]) -> str:
    """How many images are zero, if there are any: nothing is relative to them."""
    images = next(iter(stores.values()))["images"]
    zero = int((images == 0).all(("channel", "y", "x")).sum())
    if not zero:
        return ""
    counted = f"{zero} images are" if zero > 1 else "1 image is"
    return f" {counted} zero, and no change is relative to that."


def distortion_cell(store: xr.Dataset, attack: str) -> str:
    """``0.058 (31)``: the mean, and for how many images."""
    found = int(np.isfinite(sizes_of(store, attack)).sum())
    return f"{mean_of(store, attack):.3f} ({found})" if found else f"{NONE} (0)"


def relative_cell(store: xr.Dataset) -> str:
    relative = store["relative"].values[store.attrs["changes"].index(LBFGS)]
    return percent_cell(np.nanmean(relative) if np.isfinite(relative).any() else np.nan)


def percent_cell(share: float) -> str:
    return f"{100 * share:.1f}" if np.isfinite(share) else NONE


def target_in_words(store: xr.Dataset) -> str:
    choices = {
        "random": "a class drawn from the others",
        "nearest": "the class with the second largest score",
    }
    return choices[store.attrs["target"]]


def published_table(stores: Mapping[str, xr.Dataset], published: Mapping) -> Table:
    """A published table's errors and distortions, with ours beside them."""
    rows = []
    for name, model in published["models"].items():
        store = stores.get(name)
        ours = mean_of(store, LBFGS) if store is not None else np.nan
        rows.append(
            [
                model["name"],
                NONE if model["error"] is None else f"{model['error']:g}",
                NONE if store is None else f"{100 * store.attrs['error']:.2f}",
                f"{model['distortion']:g}",
                f"{ours:.3f}" if np.isfinite(ours) else NONE,
                f"{100 * (ours / model['distortion'] - 1):+.0f} %" if np.isfinite(ours) else NONE,
            ]
        )
    rows += [
        [
            name,
            NONE,
            f"{100 * store.attrs['error']:.2f}",
            NONE,
            f"{mean_of(store, LBFGS):.3f}",
            NONE,
        ]
        for name, store in stores.items()
        if name not in published["models"]
    ]
    return Table(
        f"Published [{published['confidence']}] and ours: test error and distortion",
        ["model", "error %, published", "ours", "distortion, published", "ours", "difference"],
        rows,
        f"{published['source']}." if published["source"] else "",
    )
