"""Measure how far apart classes are in layers: images store → analysis store."""

from measuring import arguments, write_result

from scatterlab.analyses.inputs import build, load_labelled, load_split
from scatterlab.analyses.layers import chosen
from scatterlab.analyses.separability import separability
from scatterlab.errors import said_plainly

if __name__ == "__main__":
    given = arguments(__doc__)
    with said_plainly():
        options = dict(given.analysis)
        where = given.images, given.images_manifest
        store, test = load_split(*where, "test", options.pop("test"))
        train = load_labelled(*where, "train", options.pop("train"))
        cascade, _ = build(given.spec, test, store.attrs, given.weights)
        layers = chosen(cascade, options.pop("layers"))
        result = separability(
            cascade,
            layers,
            train,
            (test, store["label"].values),
            changed=given.samples,
            **options,
        )
        write_result(result, given)
