"""Measure which maps of layers stand for transformations: images store → analysis store."""

from measuring import arguments, write_result

from scatterlab.analyses.equivariance import equivariance, plane_maps
from scatterlab.analyses.inputs import build, load_labelled, load_split
from scatterlab.analyses.layers import chosen
from scatterlab.errors import said_plainly

if __name__ == "__main__":
    given = arguments(__doc__)
    with said_plainly():
        options = dict(given.analysis)
        where = given.images, given.images_manifest
        store, test = load_split(*where, "test", options.pop("test"))
        train, _ = load_labelled(*where, "train", options.pop("train"))
        cascade, _ = build(given.spec, test, store.attrs, given.weights)
        layers = chosen(cascade, options.pop("layers"))
        seed = options.pop("seed")
        moves = plane_maps(**options, side=max(test.shape[-2:]))
        write_result(equivariance(cascade, layers, train, test, moves, seed), given)
