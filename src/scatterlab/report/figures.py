"""The figures of the page: drawn elsewhere, put into it whole."""

import base64
from pathlib import Path

from scatterlab.errors import StoreError

CAPTIONS = {
    "images": "The first of each class; sounds as waveforms, each scaled to its own maximum.",
    "errors": "Test error against the number of training samples, both on logarithmic axes. Bars: "
    "95 % intervals (one training set) or one standard deviation over random training sets. An "
    "error of zero is drawn at half a test sample. Open markers: published errors.",
    "confusion": "Test samples by true and predicted class, for the classifier with the smallest "
    "test error at the largest training size. Mistakes are coloured by their share of the true "
    "class.",
    "energy": "Share of ‖x‖² in each order of the scattering, mean over test images, for averages "
    "over 2ᴶ pixels. With a non-expansive bank no stack passes the dashed line. What "
    "is missing is in paths that are not computed: longer ones, and those whose scale does not "
    "grow.",
    "coefficients": "Scattering coefficients of test images, averaged over positions, as disks of "
    "frequencies (as in Bruna & Mallat 2013, Fig. 3). Angle: orientation of the first wavelet; "
    "rings, from the rim inwards: its scales j = 0, 1, … (radius falls with log frequency). At "
    "order 2 each cell is cut into rings for the scale and sectors for the orientation of the "
    "second wavelet; the innermost ring is empty, as no second wavelet is coarser. Darker is "
    "larger; each disk is scaled to its own maximum.",
    "growth": "Left: test error of a Gaussian SVM (C = 10, γ = 1) against the number of "
    "coefficients, for scatterings of each order; numbers are scales J. Open markers: after "
    "selection by orthogonal least squares, as many features for each class. Right: the energy "
    "that the coefficients hold, of images less their means.",
    "redundancy": "Test accuracy of a trained network of which a share is left, without training "
    "it again (grey line: the whole network). Left, of all convolutions and full layers but the "
    "last at once: as two operators of low rank; kernels of which some pixels are kept and the "
    "others predicted from their neighbours; inputs of which some keep their weights and the "
    "others' are predicted by the covariance of the inputs, or forgotten. Dictionaries for the "
    "prediction are not counted. Bars: one standard deviation over random choices. Right: against "
    "the rank of one operator, the others whole.",
    "speed": "Times faster than the whole network, when each convolution and full layer but the "
    "last is run as two of low rank: measured on one thread of the machine that made this page, "
    "and what the number of multiplications would give.",
    "question": "Left: test error; bars: one standard deviation over draws (each another training "
    "set and other first weights), or with a single draw the 95 % interval. Right: time of a pass "
    "forward and backward through the whole network, an image of a batch, on one thread.",
}
"""By the figure's name, up to a hyphen."""


def figure_entry(name: str, path: Path, number: int, caption: str | None = None) -> dict:
    """Figure `number` as a data URI, with its `caption`, or that of `CAPTIONS`.

    Raises `StoreError` if it is missing.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise StoreError(f"{path}: no such figure; run the rule that makes it") from None
    kind, _, subject = name.partition("-")
    return {
        "number": number,
        "kind": kind,
        "subject": subject,
        "source": f"data:image/svg+xml;base64,{base64.b64encode(content).decode('ascii')}",
        "caption": caption or CAPTIONS[kind],
    }
