"""Measure bounds and ratios of additive stability: images store → analysis store."""

from measuring import arguments, write_result

from scatterlab.analyses.inputs import build, load_test_images
from scatterlab.analyses.layers import chosen
from scatterlab.analyses.norms import additive_stability
from scatterlab.errors import said_plainly

if __name__ == "__main__":
    given = arguments(__doc__)
    settings = given.analysis
    with said_plainly():
        count = min(given.samples, settings["images"])
        images, attrs = load_test_images(given.images, given.images_manifest, count)
        cascade, _ = build(given.spec, images, attrs, given.weights)
        result = additive_stability(
            cascade,
            chosen(cascade, settings["layers"]),
            images,
            amplitudes=settings["amplitudes"],
            steps=settings["steps"],
            seed=settings["seed"],
        )
        write_result(result, given)
