"""Measure a scattering's energy by order: images store → analysis store."""

from measuring import arguments, write_result

from scatterlab.analyses.energy import energy_by_order
from scatterlab.analyses.inputs import fitting, load_test_images
from scatterlab.errors import said_plainly

if __name__ == "__main__":
    given = arguments(__doc__)
    with said_plainly():
        images, _ = load_test_images(given.images, given.images_manifest, given.samples)
        result = energy_by_order(
            images,
            fitting(given.analysis["J"], images),
            given.spec["L"],
            given.analysis["max_order"],
            given.spec["bank"],
            given.spec["Q"],
        )
        write_result(result, given)
