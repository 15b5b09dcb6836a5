"""Measure the error under translations: images store → analysis store."""

from measuring import arguments, write_result

from scatterlab.analyses.inputs import at_scales, load_test_images
from scatterlab.analyses.translation import translation_error
from scatterlab.errors import said_plainly

if __name__ == "__main__":
    given = arguments(__doc__)
    with said_plainly():
        images, attrs = load_test_images(given.images, given.images_manifest, given.samples)
        cascades = at_scales(given.spec, given.analysis["J"], images, attrs, given.weights)
        own = given.spec.get("J", 0)
        result = translation_error(cascades, images, given.analysis["shifts"], own)
        write_result(result, given)
