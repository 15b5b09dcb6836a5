"""Published weights, read without running anything and put in place by their names."""

import os
import pickle
import warnings
import zipfile
from collections.abc import Mapping, Sequence

import torch
from safetensors.torch import load_file

from scatterlab.cascades.staged import StagedNetwork
from scatterlab.errors import ConfigError, DataError

COUNTER = "num_batches_tracked"
"""Of batch normalisation: not a weight, and not in every file."""
TOLD = 6
"""Names of each kind that a message lists at most."""


def read_published(path: str | os.PathLike) -> dict[str, torch.Tensor]:
    """The tensors of a file by their names: safetensors, or a PyTorch file of plain tensors.

    Raises `DataError` for a file that is not whole, or is a pickle of anything else: that would
    run code of its author's.
    """
    try:
        tensors = load_file(path) if str(path).endswith(".safetensors") else read_pytorch(path)
    except OSError:
        raise
    except pickle.UnpicklingError:
        raise DataError(
            f"{path}: a pickle that holds more than tensors, or no PyTorch file; only tensors are "
            "read: save the network's state_dict(), best as safetensors"
        ) from None
    except Exception as error:  # whatever reading damaged bytes runs into
        raise DataError(f"{path}: not a whole file of weights ({error}); fetch it again") from None
    if not isinstance(tensors, Mapping) or not all(map(torch.is_tensor, tensors.values())):
        raise DataError(f"{path}: not a state_dict, a mapping of names to tensors; save that")
    return dict(tensors)


def read_pytorch(path):
    """What a PyTorch file holds, if that is plain; else `pickle.UnpicklingError`.

    Raises `zipfile.BadZipFile` for one that is compressed, which PyTorch's are not: a small file
    could ask for any memory.
    """
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as members:
            if any(info.compress_type != zipfile.ZIP_STORED for info in members.infolist()):
                raise zipfile.BadZipFile("compressed, as PyTorch never saves them")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it asks for reports of pickles of other versions
        return torch.load(path, map_location="cpu", weights_only=True)


def load_published(
    network: StagedNetwork,
    tensors: Mapping[str, torch.Tensor],
    mean: Sequence[float],
    std: Sequence[float],
) -> None:
    """Put published `tensors` in place in `network`, whose input is normalised by `mean`, `std`.

    Raises `DataError` that lists the names that are missing, unknown or of another shape, and
    `ConfigError` where the images have another number of colours than `mean`. Weights that are not
    finite are refused too.
    """
    colours = network.image_shape[0]
    if len(mean) != colours:
        raise ConfigError(
            f"the published weights take images of {len(mean)} colours, and these have {colours}: "
            "set `colour` in the data set's section to rgb (3) or grey (1)"
        )
    own = {
        name: tensor
        for name, tensor in network.state_dict().items()
        if not name.startswith("standardise.")
    }
    given = {name: tensor for name, tensor in tensors.items() if not name.endswith(COUNTER)}
    if wrong := differences({name: own[name] for name in own if not name.endswith(COUNTER)}, given):
        raise DataError(f"the weights are not those of {network.name}; {wrong}")
    with torch.no_grad():  # what is published may be parameters
        for name, tensor in given.items():
            own[name].copy_(tensor)
            if not own[name].isfinite().all():
                raise DataError(f"the weights {name} hold NaN or infinite values; fetch them again")
    network.standardise.fix(torch.tensor(mean), torch.tensor(std))


def differences(own: Mapping[str, torch.Tensor], given: Mapping[str, torch.Tensor]) -> str:
    """What of `given` does not fit, in words; empty if all does."""
    shapes = [
        f"{name} {tuple(given[name].shape)} for {tuple(own[name].shape)}"
        for name in own
        if name in given and given[name].shape != own[name].shape
    ]
    groups = {
        "missing": [name for name in own if name not in given],
        "unknown": [name for name in given if name not in own],
        "of another shape": shapes,
    }
    return "; ".join(f"{what}: {listed(names)}" for what, names in groups.items() if names)


def listed(names: list[str]) -> str:
    more = len(names) - TOLD
    return ", ".join(names[:TOLD]) + (f" and {more} more" if more > 0 else "")
