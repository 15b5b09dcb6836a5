"""Measure how few weights a trained network needs: images store and weights → analysis store."""

from measuring import arguments, write_result

from scatterlab.analyses.inputs import build_deciding, load_labelled, load_split
from scatterlab.analyses.redundancy import COVARIANCE_IMAGES, redundancy
from scatterlab.errors import said_plainly

if __name__ == "__main__":
    given = arguments(__doc__)
    settings = given.analysis
    with said_plainly():
        where = given.images, given.images_manifest
        store, images = load_split(*where, "test", settings["test"])
        seen, _ = load_labelled(*where, "train", COVARIANCE_IMAGES)
        network = build_deciding(given.spec, images, store.attrs, given.weights)
        result = redundancy(
            network,
            images,
            store["label"].values,
            settings["shares"],
            settings["draws"],
            settings["seed"],
            seen,
        )
        write_result(result, given)
