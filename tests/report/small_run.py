"""A small run: stores, evaluations and figures as the rules would leave them."""

import json
from pathlib import Path

import numpy as np
import xarray as xr

from scatterlab.analyses.texture_pair import texture_pair
from scatterlab.report.answer_figure import plot_answer
from scatterlab.report.answers import answer
from scatterlab.report.confusion import plot_confusion
from scatterlab.report.curves import plot_errors
from scatterlab.report.deformation import plot_deformation
from scatterlab.report.disks import load_examples, plot_coefficients
from scatterlab.report.energy import plot_energy
from scatterlab.report.evaluations import best_result, load_results
from scatterlab.report.growth import plot_growth
from scatterlab.report.layout import Contents, Layout
from scatterlab.report.montage import plot_images
from scatterlab.report.redundancy import plot_redundancy
from scatterlab.report.speed import plot_speed
from scatterlab.report.texture_pair import plot_texture_pair
from scatterlab.report.translation import plot_translation
from scatterlab.stores.manifest import write_manifest
from scatterlab.stores.reader import open_store
from scatterlab.stores.writer import write_dataset
from scatterlab.wavelets.paths import path_table, scattering_paths

DATASET = "shapes"
REPRESENTATIONS = ("pixels", "scattering")
CLASSIFIERS = ("svm", "softmax")
SIZES = {"100": 2, "all": 1}
NETWORK = "lenet"
QUESTION = {
    "title": "Which <u>pooling</u>?",
    "text": "Average or maximum.",
    "along": None,
    "train_size": 100,
    "draws": 2,
    "dataset": DATASET,
    "changes": {"average": {"pooling": "average"}, "max": {"pooling": "max"}},
}
CLASS_NAMES = ["disk", "<script>console.log('class')</script>", "bar"]
TITLE = "Shapes <script>console.log('title')</script>"
N_TRAIN, N_TEST, J, L = 6, 200, 3, 4
ERRORS = {("pixels", "svm"): 0.05, ("scattering", "svm"): 0.01}
PUBLISHED = [
    {
        "dataset": DATASET,
        "representation": representation,
        "classifier": "svm",
        "train_size": size,
        "error": error,
        "confidence": confidence,
        "source": source,
    }
    for representation, size, error, confidence, source in (
        ("scattering", "all", 1.5, "S", "a paper, <b>Table</b> 4"),
        ("pixels", "all", 20.0, "M", ""),
        ("pixels", 5000, 4.0, "S2", ""),
    )
]


def save(store: xr.Dataset, path: Path) -> None:
    write_dataset(path, store)
    write_manifest(path, path.with_suffix(".json"), parameters={"J": J}, engine="reference")


def images() -> xr.Dataset:
    rng = np.random.default_rng(0)
    count = N_TRAIN + 6
    return xr.Dataset(
        {"images": (("sample", "channel", "y", "x"), rng.integers(0, 256, (count, 1, 8, 8), "u1"))},
        coords={
            "sample": np.arange(count),
            "label": ("sample", np.arange(count) % 3),
            "split": ("sample", (np.arange(count) >= N_TRAIN).astype("int64")),
        },
        attrs={
            "class_names": CLASS_NAMES,
            "split_names": ["train", "test"],
            "title": TITLE,
            "provenance": {
                "format": "idx",
                "archives": [{"file": "a.gz", "url": "https://example.org/a.gz", "sha256": "ab"}],
            },
        },
    )


def features(source: xr.Dataset) -> xr.Dataset:
    table = path_table(scattering_paths(J, L, 2))
    rng = np.random.default_rng(1)
    shape = (source.sizes["sample"], len(table["order"]), 1, 1)
    values = rng.random(shape, dtype=np.float32)
    return xr.Dataset(
        {"features": (("sample", "channel", "y", "x"), values)},
        coords={name: source[name] for name in ("sample", "label", "split")}
        | {name: ("channel", column) for name, column in table.items()},
        attrs=source.attrs,
    )


def energy() -> xr.Dataset:
    shares = np.array([[0.95, 0.04, 0.0], [0.80, 0.15, 0.01], [0.60, 0.30, 0.04]])
    return xr.Dataset(
        {"energy": (("J", "order", "sample"), np.repeat(shares[..., None], 3, axis=2))},
        coords={"J": [1, 2, 3], "order": [0, 1, 2]},
    )


def growth() -> xr.Dataset:
    values = np.linspace(0.1, 0.9, 9).reshape(3, 3)
    values[0, 2] = np.nan
    names = ("coefficients", "energy", "error", "selected", "error_selected")
    return xr.Dataset(
        {
            name: (("J", "order"), values * (1000 if name in ("coefficients", "selected") else 1))
            for name in names
        },
        coords={"J": [1, 2, 3], "order": [0, 1, 2]},
    )


def redundancy() -> xr.Dataset:
    rng, shares = np.random.default_rng(2), [0.1, 0.5, 1.0]
    alone = np.linspace(0.5, 0.9, 27).reshape(9, 3)
    return xr.Dataset(
        {
            "accuracy": (("method", "share", "draw"), rng.random((2, 3, 2))),
            "kept": (("method", "share"), np.array([[0.14, 0.7, 1.4], [0.1, 0.5, 1.0]])),
            "rank": (("operator", "share"), np.tile([1, 5, 10], (9, 1))),
            "distance": (("operator", "share"), 1 - alone),
            "alone": (("operator", "share"), alone),
        },
        coords={"share": shares},
        attrs={
            "methods": ["low rank", "forgotten"],
            "operators": [f"<i>conv</i>{number}" for number in range(9)],
            "accuracy": 0.95,
            "weights": 60570,
            "samples": 200,
        },
    )


def speed() -> xr.Dataset:
    return xr.Dataset(
        {"faster": ("share", [2.5, 0.9]), "fewer": ("share", [6.0, 0.8])},
        coords={"share": [0.1, 1.0]},
        attrs={"seconds": 2e-4, "images": 64, "threads": 1},
    )


def translation(scales) -> xr.Dataset:
    shifts = np.array([0.5, 1.0, 2.0])
    error = shifts[None, :, None] * 2.0 ** -np.array(scales)[:, None, None] * np.ones(3) / 4
    return xr.Dataset(
        {"error": (("J", "shift", "sample"), error)},
        coords={"J": scales, "shift": shifts},
        attrs={"J": max(scales)},
    )


def deformation(constant: float) -> xr.Dataset:
    size = np.array([0.02, 0.1, 0.5, 1.0])
    bound = np.array([0.03, 0.15, 0.2, 0.4])
    ratios = constant * np.array([[1.0, 0.5], [0.8, 0.5], [0.6, 0.5], [0.7, 0.5]])
    layers = np.array([2.0, 1.0])[None, :, None]
    coords = {"family": [2, 2, 3, 3], "parameter": size, "width": [0.0, 0.0, 4.0, 4.0]}
    coords |= dict.fromkeys(("displacement", "gradient", "hessian"), size) | {"bound": bound}
    families = np.array([np.nan, np.nan, constant, 0.7 * constant])
    return xr.Dataset(
        {
            "error": (
                ("deformation", "layer", "sample"),
                (ratios * bound[:, None])[:, None] * layers,
            ),
            "constant": ("layer", [2 * constant, constant]),
            "of_family": (("family_name", "layer"), np.stack([2 * families, families], axis=1)),
            "of_term": (("term", "layer"), np.ones((3, 2))),
            "unexplained": ("layer", [0.1, 0.2]),
        },
        coords={name: ("deformation", column) for name, column in coords.items()},
        attrs={
            "family_names": ["translation", "rotation", "dilation", "smooth"],
            "layers": ["first", "second"],
            "layer": "second",
            "J": J,
        },
    )


def evaluation(representation, classifier, size, draw) -> dict:
    error = ERRORS.get((representation, classifier), 0.1) + 0.01 * draw
    wrong = round(error * N_TEST)
    return {
        "dataset": DATASET,
        "representation": representation,
        "classifier": classifier,
        "train_size": size if size == "all" else int(size),
        "draw": draw,
        "n_train": 1000 if size == "all" else int(size),
        "n_test": N_TEST,
        "accuracy": 1 - error,
        "error": error,
        "interval": [1 - error - 0.02, min(1.0, 1 - error + 0.02)],
        "per_class_accuracy": [1.0, 1.0, 1.0],
        "class_names": CLASS_NAMES,
        "confusion": [[100 - wrong, wrong, 0], [0, 50, 0], [0, 0, 50]],
        "parameters": {"C": 10.0, "kernel": "<i>rbf</i>"},
    }


def write_decisions(layout: Layout, contents: Contents) -> None:
    """Of networks: those of the comparison, and the variants of the question."""
    for path in layout.decisions(contents):
        path.parent.mkdir(parents=True, exist_ok=True)
        network, _, trained = path.parts[-4:-1]
        _, size, _, draw = trained.split("-")
        wrong = 10 if network.endswith("max") else 30
        if path.name == "evaluation.json":
            content = evaluation(network, "network", size, int(draw))
            path.write_text(json.dumps({**content, "error": wrong / N_TEST}, sort_keys=True))
        else:
            rows = (f"{number},0,{int(number < wrong)}\n" for number in range(N_TEST))
            path.write_text("sample,label,predicted\n" + "".join(rows))


def write_answer(layout: Layout, contents: Contents) -> None:
    cost = {"parameters": 1234, "multiply_adds": 5_000_000, "milliseconds": 0.5}
    costs = {
        "pooling.average": cost,
        "pooling.max": {**cost, "milliseconds": 1.0},
    }
    content = {"batch": 64, "networks": costs}
    found = answer("pooling", QUESTION, layout.comparison(contents).folder, content)
    for suffix, written in ((".json", found), ("-cost.json", content)):
        path = layout.question(contents, "pooling", suffix)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(written))
    plot_answer(found, layout.question(contents, "pooling", ".svg"))


def write_evaluations(layout: Layout, contents: Contents) -> None:
    for path in layout.evaluations(contents):
        path.parent.mkdir(parents=True)
        representation, classifier, trained = path.parts[-4:-1]
        _, size, _, draw = trained.split("-")
        content = evaluation(representation, classifier, size, int(draw))
        path.write_text(json.dumps(content, sort_keys=True))
        (path.parent / "model.safetensors").write_bytes(b"weights")
        (path.parent / "predictions.csv").write_text("sample,label,predicted\n")


def draw_figures(layout: Layout, contents: Contents) -> None:
    results = load_results(layout.comparison(contents))
    figure = layout.figures(contents)
    source = open_store(layout.images(contents).store)
    shards = [stored.store for stored in layout.features(contents, "scattering")]
    plot_images(source, figure["images"])
    plot_errors(results, PUBLISHED, [*REPRESENTATIONS, NETWORK], figure["errors"])
    plot_confusion(best_result(results), figure["confusion"])
    spec = {"J": J, "L": L, "Q": 1, "bank": "unitary"}
    plot_coefficients(load_examples(shards), source, spec, figure["coefficients-scattering"])
    stores = {
        analysis: {
            name: open_store(layout.analysis(contents, analysis, name).store) for name in names
        }
        for analysis, names in contents.analyses.items()
    }
    plot_energy(stores["energy"], figure["energy"])
    plot_growth(stores["growth"], figure["growth"])
    plot_redundancy(stores["redundancy"], figure["redundancy"])
    for name, plot in (
        ("translation", plot_translation),
        ("deformation", plot_deformation),
        ("speed", plot_speed),
    ):
        plot(stores[name], REPRESENTATIONS, layout.figure(contents, name))


def small_run(folder: Path) -> tuple[Layout, Contents]:
    """Make a run of one data set, with everything in it, in `folder`."""
    layout = Layout(folder / "results")
    contents = Contents(
        dataset=DATASET,
        representations=REPRESENTATIONS,
        classifiers=CLASSIFIERS,
        train_sizes=SIZES,
        networks=("strokes/lenet5",),
        deciding=(NETWORK,),
        questions={
            "pooling": {
                "variants": ["pooling.average", "pooling.max"],
                "train_size": "100",
                "draws": 2,
            }
        },
        analyses={
            "energy": ["scattering"],
            "translation": list(REPRESENTATIONS),
            "deformation": list(REPRESENTATIONS),
            "growth": ["scattering"],
            "redundancy": ["pixels"],
            "speed": ["pixels"],
        },
        coefficients="scattering",
        published={
            "energy": {
                "dataset": "other <b>images</b>",
                "confidence": "M",
                "source": "Table 1",
                "shares": {"1": [95.1, 4.86], "2": [87.56, 11.97, 0.35]},
            },
        },
    )
    source = images()
    save(source, layout.images(contents).store)
    for name in REPRESENTATIONS:
        save(features(source), layout.features(contents, name)[0].store)
        scales = [1, 2, 3] if name == "scattering" else [0]
        save(translation(scales), layout.analysis(contents, "translation", name).store)
        constant = 0.4 if name == "scattering" else 2.5
        save(deformation(constant), layout.analysis(contents, "deformation", name).store)
    save(energy(), layout.analysis(contents, "energy", "scattering").store)
    save(growth(), layout.analysis(contents, "growth", "scattering").store)
    save(redundancy(), layout.analysis(contents, "redundancy", "pixels").store)
    save(speed(), layout.analysis(contents, "speed", "pixels").store)
    write_evaluations(layout, contents)
    write_decisions(layout, contents)
    write_answer(layout, contents)
    for path in layout.networks(contents):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("{}")
    draw_figures(layout, contents)
    pair, figure = layout.demonstration("texture_pair")
    save(texture_pair(16, 8, 1.5, 6, J=2, L=4, K=2), pair.store)
    plot_texture_pair(open_store(pair.store), figure)
    return layout, contents
