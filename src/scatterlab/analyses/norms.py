"""Additive stability: how far a layer can move, and how far it is seen to, for a small change.

Szegedy et al. 2014, §4.3: the product of the operators' norms bounds ‖Φ(x + w) − Φ(x)‖ / ‖w‖ for
all x and w. A bound says what cannot happen; beside it stands what does, for white noise and for
the worst w that ascent finds.
"""

from collections.abc import Sequence

import numpy as np
import xarray as xr

from scatterlab.analyses.ratio import random_ratios, worst_ratios
from scatterlab.cascades.cascade import Cascade
from scatterlab.cascades.norms.bounds import Bounds, bounds_of


def additive_stability(
    cascade: Cascade,
    layers: Sequence[str],
    images,
    *,
    amplitudes: Sequence[float],
    steps: int,
    seed: int = 0,
) -> xr.Dataset:
    """Bounds of all `layers`, and the ratios ‖Φ(x + w) − Φ(x)‖ / ‖w‖ that are measured.

    `images` (sample, channel, y, x), float32 in [0, 1]; amplitudes are root mean squares of w, in
    their units. Coefficients of scatterings count the pixels that they stand for, those of other
    cascades 1.

    ``random``, ``worst`` (layer, amplitude, sample)  for white noise; after `steps` of ascent
    ``alone`` (layer)       bound of the layer alone, of a scattering that of its filters; NaN
                            where none is known
    ``bound`` (layer)       of all from the image to the layer; infinite where there is none
    ``norm`` (operator)     of each linear operator of a network, as it is used
    ``circular``, ``iterated`` (operator)  of its convolution on a periodic grid that holds its
                            input, by the formula, and by iteration; NaN for a full layer
    ``layer_of_operator``   number of its layer in the attribute ``all_layers``

    Attributes: names of ``layers`` and ``operators``, what these are (``kinds``), the bound
    ``before`` the first layer and of what it is (``first``), ``remarks`` on layers without one.
    """
    bounds = bounds_of(cascade, seed)
    scales = [bounds.scales[layer] for layer in layers]
    noisy = [random_ratios(cascade, layers, images, scales, a, seed) for a in amplitudes]
    worst = [
        [
            worst_ratios(cascade, layer, images, scale, amplitude, steps, seed).numpy()
            for amplitude in amplitudes
        ]
        for layer, scale in zip(layers, scales, strict=True)
    ]
    ratios = {"random": np.stack([one.numpy() for one in noisy], axis=1), "worst": np.array(worst)}
    dims = ("layer", "amplitude", "sample")
    dataset = xr.Dataset(
        {name: (dims, values.astype(np.float64)) for name, values in ratios.items()},
        coords={"amplitude": list(amplitudes)},
        attrs={"layers": list(layers), "steps": steps},
    )
    for name, column in (("alone", bounds.alone), ("bound", bounds.whole)):
        dataset[name] = ("layer", np.array([column[layer] for layer in layers], float))
    remarks = {layer: why for layer, why in bounds.remarks.items() if layer in layers}
    dataset.attrs |= {"before": bounds.before, "first": bounds.first, "remarks": remarks}
    return with_operators(dataset, bounds)


def with_operators(dataset: xr.Dataset, bounds: Bounds) -> xr.Dataset:
    """`dataset` with the operators of a network."""
    every = list(bounds.alone)
    columns = {
        name: [getattr(operator, name) for operator in bounds.operators]
        for name in ("norm", "circular", "iterated")
    }
    for name, values in columns.items():
        dataset[name] = ("operator", np.array(values, float))
    numbers = [every.index(operator.layer) for operator in bounds.operators]
    dataset["layer_of_operator"] = ("operator", np.array(numbers, int))
    return dataset.assign_attrs(
        all_layers=every,
        operators=[operator.name for operator in bounds.operators],
        kinds=[operator.what for operator in bounds.operators],
    )
