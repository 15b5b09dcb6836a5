"""Which factors of a scene move the features of a layer: Aubry & Russell, ICCV 2015.

Over a full grid of factors θ, features F = Φ(x_θ) are a sum F = μ + Σ_k F_k(θ_k) + Δ, of their
mean μ, the part F_k(t) = E[F | θ_k = t] − μ that each factor has by itself, and what is left. The
parts are orthogonal, so that the shares R_k = tr cov(F_k) / tr cov(F) and R_Δ sum to 1. A layer
is invariant to a factor of which R_k is small.
"""

from collections.abc import Sequence

import numpy as np
import xarray as xr

from scatterlab.analyses.factor_grid import Grid
from scatterlab.analyses.factor_passes import SUM_BYTES, moments_of, sizes_of
from scatterlab.analyses.factor_pictures import pictures_of
from scatterlab.analyses.level_sums import Moments
from scatterlab.cascades.cascade import Cascade

ROUNDING = 1e-13
"""A variance of at most as much of ‖F‖² is that of rounding in float32: nothing varies."""


def decompose(
    cascade: Cascade,
    layers: Sequence[str],
    images: xr.DataArray,
    grids: Sequence[Grid],
    *,
    trace: float = 0.95,
    components: int = 2,
    sum_bytes: int = SUM_BYTES,
) -> xr.Dataset:
    """The share of each factor in the variance of the features of `layers`, and its dimension.

    `images` (sample, channel, y, x), uint8 or float32 in [0, 1], are read batch by batch; `grids`
    are full (`factor_grid.read_grids`), and have the same factors. In memory are `sum_bytes` and
    a batch, however many images there are; layers for which that does not suffice are cut into
    blocks of features, each with a pass over the images. Raises `InputError` for a layer whose
    features are not finite.

    Returned, with (grid, layer, …):

    ``share`` (…, factor)     R_k; NaN for a layer whose features are the same for all images
    ``residual`` (…)          R_Δ = 1 − Σ R_k: what factors do together
    ``total`` (…)             tr cov(F)
    ``dimension`` (…, factor) principal components of F_k that hold `trace` of tr cov(F_k)
    ``dimension_of_total``    those without which at most 1 − `trace` of tr cov(F) is left of F_k
    ``held`` (…, factor, component)  share of tr cov(F_k) that a leading component holds
    ``places`` (…, level, component) F_k(t) on the leading `components`, for all levels of all
                              factors (the coordinate ``factor_of_level``); NaN where a grid has
                              no such level
    ``features`` (layer)      their number
    ``pictures`` (picture, y, x, channel)  images of the first grid to draw at the places of levels
                              ``level_of_picture``

    Variances are over the images of the grid (divided by their number). Names of all that is
    numbered are attributes.
    """
    measured = [moments_of(cascade, layers, images, grid, sum_bytes) for grid in grids]
    found = [
        [decomposed(moments, grid, trace, components) for moments in of_layers]
        for grid, of_layers in zip(grids, measured, strict=True)
    ]
    values = {name: [[one[name] for one in row] for row in found] for name in MEASURED}
    factors = grids[0].factors
    sizes = [len(factor.levels) for factor in factors]
    pictures, level_of_picture = pictures_of(images, grids[0])
    return xr.Dataset(
        {
            **{
                name: (("grid", "layer", *dims), np.array(values[name]))
                for name, dims in MEASURED.items()
            },
            "features": ("layer", [features for _, features in sizes_of(cascade, layers)]),
            "pictures": (("picture", "y", "x", "colour"), pictures),
        },
        coords={
            "factor_of_level": ("level", np.repeat(np.arange(len(sizes)), sizes)),
            "level_of_picture": ("picture", level_of_picture),
        },
        attrs={
            "layers": list(layers),
            "factors": {factor.name: list(factor.levels) for factor in factors},
            "grids": [grid.name for grid in grids],
            "images": sum(len(grid.samples) for grid in grids),
            "trace": trace,
            "dimension": f"components of F_k that hold {trace:g} of tr cov(F_k)",
            "dimension_of_total": f"components of F_k but for {1 - trace:g} of tr cov(F)",
        },
    )


MEASURED = {
    "share": ("factor",),
    "residual": (),
    "total": (),
    "dimension": ("factor",),
    "dimension_of_total": ("factor",),
    "held": ("factor", "component"),
    "places": ("level", "component"),
}
"""What `decomposed` gives for a layer, with its dimensions."""


def decomposed(moments: Moments, grid: Grid, trace: float, components: int) -> dict:
    """What `MEASURED` names, of the features with these moments."""
    least = ROUNDING * max(moments.energy, moments.total)
    constant = moments.total <= least
    total = np.nan if constant else moments.total
    share, dimension, of_total, held, places = [], [], [], [], []
    for place, (factor, gram) in enumerate(zip(grid.factors, moments.gram, strict=True)):
        spectrum, at = principal(gram.numpy(), components)
        own = spectrum.sum() if spectrum.sum() > least else 0.0
        share.append(own / total)
        dimension.append(components_for(spectrum, (1 - trace) * own) if own else 0)
        of_total.append(components_for(spectrum, (1 - trace) * total) if own else 0)
        padded = np.pad(spectrum, (0, components))[:components]
        held.append(padded / own if own else 0 * padded)
        everywhere = np.full((len(factor.levels), components), np.nan)
        everywhere[grid.present(place)] = at
        places.append(everywhere)
    return {
        "share": share,
        "residual": 1 - np.sum(share),
        "total": moments.total,
        "dimension": dimension,
        "dimension_of_total": of_total,
        "held": held,
        "places": np.concatenate(places),
    }


def principal(gram: np.ndarray, components: int) -> tuple[np.ndarray, np.ndarray]:
    """Eigenvalues of cov(F_k), descending, and the levels' places on the leading components.

    `gram` is ⟨F_k(t), F_k(t')⟩, (level, level). Places have shape (level, component), zero on
    components that there are not; the largest of a component is positive.
    """
    values, vectors = np.linalg.eigh(gram)
    values, vectors = np.maximum(values[::-1], 0), vectors[:, ::-1]
    places = (vectors * np.sqrt(values))[:, :components]
    largest = np.abs(places).argmax(0)
    places = places * np.where(places[largest, range(places.shape[1])] < 0, -1, 1)
    return values / len(gram), np.pad(places, ((0, 0), (0, components - places.shape[1])))


def components_for(spectrum: np.ndarray, left: float) -> int:
    """The fewest leading components without which a variance of at most `left` remains."""
    remaining = spectrum.sum() - np.cumsum(spectrum)
    return 0 if spectrum.sum() <= left else int(np.argmax(remaining <= left)) + 1
