"""Time a network with operators of low rank: images store and weights → analysis store."""

import torch
from measuring import arguments, write_result

from scatterlab.analyses.inputs import build, load_test_images
from scatterlab.analyses.speed import speed
from scatterlab.errors import said_plainly

if __name__ == "__main__":
    given = arguments(__doc__)
    settings = given.analysis
    torch.set_num_threads(1)
    with said_plainly():
        images, attrs = load_test_images(given.images, given.images_manifest, settings["batch"])
        network, _ = build(given.spec, images, attrs, given.weights)
        write_result(speed(network, images, settings["shares"], settings["rounds"]), given)
