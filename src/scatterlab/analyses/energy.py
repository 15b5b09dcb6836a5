"""Where the energy of an image goes: the share of each order of its scattering, for each scale.

Bruna & Mallat 2013, Table 1: images of zero mean and unit variance.
"""

import torch
import xarray as xr

from scatterlab.cascades.scattering import Scattering2D


def energy_by_order(
    images: torch.Tensor,
    scales: list[int],
    L: int,
    max_order: int,
    bank: str = "unitary",
    Q: int = 1,
) -> xr.Dataset:
    """``energy`` (J, order, sample): Σ over paths of that order of ‖S[p]x‖², over ‖x‖².

    `images` (sample, channel, y, x) are centred first, and taken as periodic, so that with bank
    ``unitary`` no sum over orders exceeds 1; outputs are not subsampled. What is missing to 1 is
    in longer paths, in paths whose scale does not grow, and in the share that the bank leaves
    free. Raises `InputError` for a scale that is too large.
    """
    images = images - images.mean(dim=(-2, -1), keepdim=True)
    total = images.square().sum(dim=(1, 2, 3)).clamp_min(1e-30)
    rows = [_orders(images, J, L, max_order, bank, Q) / total for J in scales]
    return xr.Dataset(
        {"energy": (("J", "order", "sample"), torch.stack(rows).double().numpy())},
        coords={"J": list(scales), "order": range(max_order + 1)},
    )


def _orders(images, J, L, max_order, bank, Q) -> torch.Tensor:
    """‖S[p]x‖² summed over the paths of each order, (order, sample)."""
    scattering = Scattering2D(
        J, images.shape[-2:], L, max_order, bank, padding="periodic", oversampling=J, Q=Q
    )
    order = torch.from_numpy(scattering.table()["order"])
    sums = []
    for image in images:
        with torch.inference_mode():
            energy = scattering(image).square().sum(dim=(0, 2, 3))
        sums.append(torch.zeros(max_order + 1, dtype=energy.dtype).index_add_(0, order, energy))
    return torch.stack(sums, dim=1)
