"""What a trained network decides of stored images."""

import numpy as np
import torch
import xarray as xr

from scatterlab.cascades.cascade import Cascade
from scatterlab.cascades.intensities import to_intensities
from scatterlab.training.device import chosen_device

BATCH = 500


@torch.no_grad()
def predict(network: Cascade, images: xr.DataArray, chosen: np.ndarray) -> np.ndarray:
    """The class, int64, of each of the images numbered `chosen`: that of the largest logit.

    `images` has dimensions (sample, channel, y, x) and is read a batch at a time. On a GPU, if
    there is one.
    """
    device = chosen_device()
    network.to(device).eval()
    batches = (chosen[start : start + BATCH] for start in range(0, len(chosen), BATCH))
    return np.concatenate([decide(network, images.isel(sample=batch), device) for batch in batches])


def decide(network: Cascade, images: xr.DataArray, device: torch.device) -> np.ndarray:
    shown = to_intensities(torch.from_numpy(images.values).to(device))
    return network(shown).argmax(1).cpu().numpy()
