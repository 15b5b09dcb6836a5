"""Measure what the coefficients of a scattering buy, by order and scale: images store → analysis
store."""

from measuring import arguments, write_result

from scatterlab.analyses.growth import growth
from scatterlab.analyses.inputs import fitting, load_labelled
from scatterlab.errors import said_plainly

if __name__ == "__main__":
    given = arguments(__doc__)
    settings = given.analysis
    with said_plainly():
        trained, tested = (
            load_labelled(given.images, given.images_manifest, split, settings[split])
            for split in ("train", "test")
        )
        scales = fitting(settings["J"], tested[0])
        result = growth(
            trained, tested, given.spec, scales, settings["max_order"], settings["per_class"]
        )
        write_result(result, given)
