"""The numbers of the page, written out: rows of cells that the template only lays out."""

from collections.abc import Mapping, Sequence

import xarray as xr

from scatterlab.report.evaluations import Result
from scatterlab.report.sampling import difference_margin, margin_between, within_sampling_error


def percent(fraction: float) -> str:
    return f"{100 * fraction:.2f}"


def signed(value: float) -> str:
    """Two decimals, with a minus sign rather than a hyphen; never a negative zero."""
    text = f"{value:+.2f}"
    return "0.00" if text in ("+0.00", "-0.00") else text.replace("-", "−")


def uncertainty(result: Result) -> str:
    """What stands beside an error: its 95 % interval, or its deviation over draws."""
    if result.interval is None:
        return f"± {percent(result.deviation)}"
    return f"{percent(result.interval[0])} – {percent(result.interval[1])}"


def accuracy_rows(results: Sequence[Result], representations: Sequence[str]) -> list[dict]:
    """A row for each training size and classifier, a cell for each representation.

    `best` marks the smallest error of a row, `best_of_size` that of all results of a size. The
    first row of a size also has cells for networks that decide themselves, whatever the
    classifier; without classifiers, it is the only one.
    """
    rows = []
    for size in dict.fromkeys(result.train_size for result in results):
        of_size = [result for result in results if result.train_size == size]
        smallest = min(result.error for result in of_size)
        own = [result for result in of_size if result.decided_by_network]
        by_classifier = {}
        for result in of_size:
            if not result.decided_by_network:
                by_classifier.setdefault(result.classifier_text, {})[result.representation] = result
        for place, (classifier, found) in enumerate((by_classifier or {"": {}}).items()):
            least = min((result.error for result in found.values()), default=None)
            rows.append(
                {
                    "n_train": size_written(of_size[0]),
                    "draws": of_size[0].draws,
                    "span": 0 if place else max(1, len(by_classifier)),
                    "classifier": classifier,
                    "cells": [
                        accuracy_cell(found[name], least, smallest) for name in representations
                    ],
                    "networks": [
                        accuracy_cell(result, None, smallest) for result in own if place == 0
                    ],
                }
            )
    return rows


def beside_network_rows(results: Sequence[Result], network: str) -> list[dict]:
    """How much less or more than `network` everything else errs, in percent points, by size.

    A row for each representation with each classifier and each other network, a cell for each
    size: the difference of the errors and half its 95 % interval.
    """
    own = {r.train_size: r for r in results if is_network(r, network)}
    others = [result for result in results if not is_network(result, network)]
    return [
        {
            "name": name if others_network else f"{name}, {classifier}",
            "cells": [
                beside_cell(result, own[result.train_size])
                for result in others
                if (result.representation, result.classifier) == (name, classifier)
            ],
        }
        for name, classifier, others_network in dict.fromkeys(
            (result.representation, result.classifier, result.decided_by_network)
            for result in others
        )
    ]


def is_network(result: Result, name: str) -> bool:
    return result.decided_by_network and result.representation == name


def beside_cell(result: Result, network: Result) -> dict:
    difference = result.error - network.error
    margin = margin_between(result, network)
    within = within_sampling_error(difference, margin)
    return {
        "difference": signed(100 * difference),
        "margin": percent(margin),
        "verdict": "within" if within else "lower" if difference < 0 else "higher",
    }


def growth_rows(store: xr.Dataset) -> list[dict]:
    """A row for each scale and order that has paths: coefficients, energy, errors."""
    rows = []
    for J in store["J"].values.tolist():
        for order in store["order"].values.tolist():
            one = store.sel(J=J, order=order)
            if one["coefficients"].isnull():
                continue
            rows.append(
                {
                    "J": J,
                    "order": order,
                    "coefficients": f"{int(one['coefficients']):,}",
                    "energy": f"{100 * float(one['energy']):.1f}",
                    "error": percent(float(one["error"])),
                    "selected": f"{int(one['selected']):,}",
                    "error_selected": percent(float(one["error_selected"])),
                }
            )
    return rows


def redundancy_rows(store: xr.Dataset) -> list[dict]:
    """A row for each share: by method the weights kept and the accuracy, all in percent."""
    accuracy = 100 * store["accuracy"]
    spread = accuracy.std("draw", ddof=1 if accuracy.sizes["draw"] > 1 else 0)
    return [
        {
            "share": f"{100 * share:g}",
            "methods": [
                {
                    "kept": f"{100 * float(store['kept'][method, column]):.1f}",
                    "accuracy": f"{float(accuracy[method, column].mean()):.1f}",
                    "spread": f"{float(spread[method, column]):.1f}",
                }
                for method in range(accuracy.sizes["method"])
            ],
        }
        for column, share in enumerate(store["share"].values.tolist())
    ]


def rank_rows(store: xr.Dataset) -> list[dict]:
    """A row for each operator: ranks with the relative distance and the accuracy, in percent."""
    return [
        {
            "operator": name,
            "cells": [
                {
                    "rank": int(store["rank"][row, column]),
                    "distance": f"{100 * float(store['distance'][row, column]):.0f}",
                    "accuracy": f"{100 * float(store['alone'][row, column]):.1f}",
                }
                for column in range(store.sizes["share"])
            ],
        }
        for row, name in enumerate(store.attrs["operators"])
    ]


def speed_rows(store: xr.Dataset) -> list[dict]:
    """A row for each share of the rank: times faster, and times fewer multiplications."""
    columns = (store[name].values.tolist() for name in ("share", "faster", "fewer"))
    return [
        {"share": f"{100 * share:g}", "faster": f"{faster:.2f}", "fewer": f"{fewer:.2f}"}
        for share, faster, fewer in zip(*columns, strict=True)
    ]


def size_written(result: Result) -> str:
    """The number of training samples; of each class, where they were counted so."""
    number = f"{result.n_train:,}"
    return f"{number} ({result.train_size} per class)" if result.per_class else number


def accuracy_cell(result: Result, least: float | None, smallest: float) -> dict:
    return {
        "error": percent(result.error),
        "uncertainty": uncertainty(result),
        "best": result.error == least,
        "best_of_size": result.error == smallest,
    }


def parameter_rows(results: Sequence[Result]) -> list[dict]:
    """The hyper-parameters that were chosen, one row for each trained classifier."""
    return [
        {
            "n_train": size_written(result),
            "draw": evaluation["draw"],
            "classifier": result.classifier_text,
            "representation": result.representation,
            "parameters": ", ".join(
                f"{name} = {written(value)}"
                for name, value in sorted(evaluation["parameters"].items())
            ),
        }
        for result in results
        for evaluation in result.evaluations
    ]


def written(value) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def published_rows(
    published: Sequence[Mapping], results: Sequence[Result], *, partial: bool = False
) -> list[dict]:
    """Ours, published and their difference in percent, for each published error in its order.

    A published size is met by a run on ``all`` samples if those are as many; where ours are
    counted per class, so are the published. A row whose training size, representation or
    classifier was not run has `run` False. With `partial`, ours were found on a part of the data
    and get no verdict.
    """
    ours = {
        (result.representation, result.classifier, size): result
        for result in results
        for size in {result.train_size, str(result.n_train)}
        if size == result.train_size or not result.per_class
    }
    rows = []
    for entry in published:
        key = (entry["representation"], entry["classifier"], str(entry["train_size"]))
        row = {
            "representation": key[0],
            "classifier": key[1],
            "train_size": size_text(entry["train_size"], ours.get(key)),
            "published": f"{entry['error']:.2f}",
            "confidence": entry["confidence"],
            "source": entry["source"],
            "run": key in ours,
        }
        if row["run"]:
            row["classifier"] = ours[key].classifier_text
            row |= compared(ours[key], entry["error"])
            row["verdict"] = "partial" if partial else row["verdict"]
        rows.append(row)
    return rows


def size_text(size: int | str, result: Result | None) -> str:
    if size == "all":
        return f"all ({result.n_train:,})" if result else "all"
    return f"{size:,} per class" if result and result.per_class else f"{size:,}"


def compared(result: Result, published: float) -> dict:
    """Our error beside a published one (in percent): do they differ by more than chance?"""
    difference = result.error - published / 100
    margin = difference_margin(
        result.error,
        published / 100,
        result.n_test,
        deviation=result.deviation,
        draws=result.draws,
    )
    within = within_sampling_error(difference, margin)
    return {
        "ours": percent(result.error),
        "uncertainty": uncertainty(result),
        "difference": signed(100 * difference),
        "margin": percent(margin),
        "verdict": "within" if within else "lower" if difference < 0 else "higher",
    }


def energy_rows(energy: xr.DataArray) -> list[dict]:
    """For each J of `energy` (J, order, sample): means of each order and the sum, its maximum."""
    rows = []
    for J in energy["J"].values:
        shares = energy.sel(J=J)
        total = shares.sum("order")
        rows.append(
            {
                "J": int(J),
                "orders": [percent(share) for share in shares.mean("sample").values],
                "total": percent(float(total.mean())),
                "largest": percent(float(total.max())),
            }
        )
    return rows
