"""Measure the shares of factors in the variance of layers: images store → analysis store.

All images are used, of both splits: the grid must be whole.
"""

from measuring import arguments, write_result

from scatterlab.analyses.factor_grid import read_grids
from scatterlab.analyses.factors import decompose
from scatterlab.analyses.inputs import build
from scatterlab.analyses.layers import chosen
from scatterlab.errors import concerning, said_plainly
from scatterlab.features import device_of
from scatterlab.stores.manifest import verify_store
from scatterlab.stores.reader import open_store

if __name__ == "__main__":
    given = arguments(__doc__)
    with said_plainly():
        verify_store(given.images, given.images_manifest)
        store = open_store(given.images)
        images = store["images"]
        grids = read_grids(store, **(given.analysis["grids"] or {}))
        with concerning(given.images):
            cascade, _ = build(given.spec, images, store.attrs, given.weights)
        cascade.to(device_of(cascade, getattr(cascade, "engine", "torch")))
        result = decompose(
            cascade,
            chosen(cascade, given.analysis["layers"]),
            images,
            grids,
            trace=given.analysis["trace"],
            components=given.analysis["components"],
        )
        write_result(result, given)
