"""Invariance to translation: the error falls as 2^−J.

Mallat 2012, Theorem 2.10; the first term of the stability theorem.
"""

import torch
import xarray as xr

from scatterlab.analyses.distance import relative_change
from scatterlab.analyses.fields import translate
from scatterlab.cascades.cascade import Cascade


def translation_error(
    cascades: dict[int, tuple[Cascade, str | None]],
    images: torch.Tensor,
    shifts: list[float],
    own: int = 0,
) -> xr.Dataset:
    """``error`` (J, shift, sample): ‖Φ(T_c x) − Φ(x)‖ / ‖Φ(x)‖, mean over c along y and along x.

    `cascades` maps a scale J (0: no scale) to a cascade and a layer; `own` is the scale of the
    representation itself, kept as the attribute ``J``. Translations are circular.
    """
    errors = [
        [
            sum(relative_change(*cascade, images, translate(images, by)) for by in ((c, 0), (0, c)))
            / 2
            for c in shifts
        ]
        for cascade in cascades.values()
    ]
    stacked = torch.stack([torch.stack(row) for row in errors])
    return xr.Dataset(
        {"error": (("J", "shift", "sample"), stacked.double().numpy())},
        coords={"J": list(cascades), "shift": ("shift", list(shifts), {"units": "pixels"})},
        attrs={"J": own},
    )
