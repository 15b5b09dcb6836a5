"""Measure what decisions look at, by occlusion: images store → analysis store."""

from measuring import arguments, write_result

from scatterlab.analyses.decider import build_decider
from scatterlab.analyses.inputs import load_split
from scatterlab.analyses.occlusion import occlude
from scatterlab.errors import said_plainly

if __name__ == "__main__":
    given = arguments(__doc__)
    with said_plainly():
        store, images = load_split(given.images, given.images_manifest, "test", given.samples)
        decider = build_decider(given.spec, images, store.attrs, given.weights, given.model)
        options = dict(given.analysis)
        (layer,) = options.pop("layers") or [None]
        result = occlude(decider, images, store["label"].values, layer=layer, **options)
        write_result(result.assign_attrs(class_names=store.attrs["class_names"]), given)
