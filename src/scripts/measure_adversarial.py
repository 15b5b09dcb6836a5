"""Attack images, and measure how little they had to change: images store → analysis store."""

import torch
from measuring import arguments, write_result

from scatterlab.analyses.adversarial import adversarial_examples, error_rate
from scatterlab.analyses.decider import build_decider
from scatterlab.analyses.inputs import load_labelled, load_test_images
from scatterlab.errors import said_plainly

if __name__ == "__main__":
    given = arguments(__doc__)
    with said_plainly():
        options = dict(given.analysis)
        split, samples, test = (options.pop(key) for key in ("split", "samples", "test"))
        _, attrs = load_test_images(given.images, given.images_manifest, 1)
        images, labels = load_labelled(given.images, given.images_manifest, split, samples)
        model = build_decider(given.spec, images, attrs, given.weights, given.model)
        result = adversarial_examples(model, images, torch.from_numpy(labels), **options)
        shown, wanted = load_labelled(given.images, given.images_manifest, "test", test)
        error = error_rate(model, shown, torch.from_numpy(wanted))
        result = result.assign_attrs(
            split=split, error=error, tested=len(shown), class_names=attrs["class_names"]
        )
        write_result(result, given)
