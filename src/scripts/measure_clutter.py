"""Measure decisions and layers among clutter: images store → analysis store."""

import numpy as np
from measuring import arguments, write_result

from scatterlab.analyses.clutter import respond
from scatterlab.analyses.clutter_fields import crops, patches, textures
from scatterlab.analyses.decider import build_decider, cascade_of
from scatterlab.analyses.inputs import load_split
from scatterlab.analyses.layers import chosen
from scatterlab.errors import said_plainly
from scatterlab.stores.manifest import verify_store
from scatterlab.stores.reader import open_store


def fields_of(given, options: dict, images, labels) -> dict:
    """The fields of every kind of clutter, each from a generator of its own."""
    kinds, seed = options.pop("kinds"), options["seed"]
    wave = options.pop("wavelength"), options.pop("contrast")
    of_kind = {
        "texture": lambda rng: textures(images.shape, *wave, rng),
        "patches": lambda rng: patches(images, labels, options["patch"], rng),
        "backgrounds": lambda rng: crops(read_backgrounds(given), images.shape, rng),
    }
    places = list(of_kind)
    return {
        kind: of_kind[kind](np.random.default_rng([seed, places.index(kind)])) for kind in kinds
    }


def read_backgrounds(given):
    verify_store(given.backgrounds, given.backgrounds_manifest)
    return open_store(given.backgrounds)["images"]


if __name__ == "__main__":
    given = arguments(__doc__)
    with said_plainly():
        options = dict(given.analysis)
        backgrounds, count = options.pop("backgrounds"), options.pop("test")
        store, images = load_split(given.images, given.images_manifest, "test", count)
        labels = store["label"].values
        decider = build_decider(given.spec, images, store.attrs, given.weights, given.model)
        layers = chosen(cascade_of(decider), options.pop("layers"))
        fields = fields_of(given, options, images, labels)
        result = respond(decider, images, labels, fields, layers, **options)
        names = {"class_names": store.attrs["class_names"], "backgrounds": backgrounds or ""}
        write_result(result.assign_attrs(names), given)
