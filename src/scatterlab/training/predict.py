"""What a trained network decides of stored images."""

import numpy as np
import torch
import xarray as xr

from scatterlab.cascades.cascade import Cascade
from scatterlab.cascades.intensities import to_intensities

BATCH = 500


@torch.no_grad()
def predict(network: Cascade, images: xr.DataArray, chosen: np.ndarray) -> np.ndarray:
    """The class, int64, of each of the images numbered `chosen`: that of the largest logit.

    `images` has dimensions (sample, channel, y, x) and is read a batch at a time.
    """
    network.eval()
    batches = (chosen[start : start + BATCH] for start in range(0, len(chosen), BATCH))
    return np.concatenate([decide(network, images.isel(sample=batch)) for batch in batches])


def decide(network: Cascade, images: xr.DataArray) -> np.ndarray:
    return network(to_intensities(torch.from_numpy(images.values))).argmax(1).numpy()
