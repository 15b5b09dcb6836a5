"""Measure what deformations do to inner products with kernels: images store → analysis store."""

from measuring import arguments, write_result

from scatterlab.analyses.inputs import build, load_test_images
from scatterlab.analyses.kernels import kernels_of
from scatterlab.analyses.widths import deformed_kernels
from scatterlab.errors import said_plainly

if __name__ == "__main__":
    given = arguments(__doc__)
    with said_plainly():
        options = dict(given.analysis)
        count = min(given.samples, options.pop("images"))
        images, attrs = load_test_images(given.images, given.images_manifest, count)
        cascade, _ = build(given.spec, images, attrs, given.weights)
        write_result(deformed_kernels(kernels_of(cascade), images, **options), given)
