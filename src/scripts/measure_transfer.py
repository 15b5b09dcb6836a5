"""Show a model the adversarial examples of others: analysis stores → analysis store."""

from measuring import arguments, write_result

from scatterlab.analyses.decider import build_decider
from scatterlab.analyses.inputs import load_test_images
from scatterlab.analyses.transfer import transferred
from scatterlab.errors import said_plainly
from scatterlab.stores.reader import open_store

if __name__ == "__main__":
    given = arguments(__doc__)
    with said_plainly():
        image, attrs = load_test_images(given.images, given.images_manifest, 1)
        model = build_decider(given.spec, image, attrs, given.weights, given.model)
        examples = {name: open_store(store) for name, store in given.examples.items()}
        write_result(transferred(model, examples, **given.analysis), given)
