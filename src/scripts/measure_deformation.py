"""Measure the error under deformations: images store → analysis store."""

from measuring import arguments, write_result

from scatterlab.analyses.deformation import deformation_error
from scatterlab.analyses.inputs import build, load_test_images
from scatterlab.analyses.layers import chosen
from scatterlab.errors import said_plainly

if __name__ == "__main__":
    given = arguments(__doc__)
    with said_plainly():
        images, attrs = load_test_images(given.images, given.images_manifest, given.samples)
        options = dict(given.analysis)
        J = options.pop("J")
        cascade, own = build(given.spec, images, attrs, given.weights)
        layers = chosen(cascade, options.pop("layers"))
        scale = given.spec.get("J", J)
        result = deformation_error(cascade, layers, images, scale, **options)
        result.attrs["layer"] = own if own in layers else layers[-1]
        write_result(result, given)
