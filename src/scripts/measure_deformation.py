"""Measure the error under deformations: images store → analysis store."""

from measuring import arguments, write_result

from scatterlab.analyses.deformation import deformation_error
from scatterlab.analyses.inputs import build, load_test_images
from scatterlab.errors import said_plainly

if __name__ == "__main__":
    given = arguments(__doc__)
    with said_plainly():
        images, attrs = load_test_images(given.images, given.images_manifest, given.samples)
        options = dict(given.analysis)
        J = options.pop("J")
        result = deformation_error(
            *build(given.spec, images, attrs, given.weights),
            images,
            given.spec.get("J", J),
            **options,
        )
        write_result(result, given)
