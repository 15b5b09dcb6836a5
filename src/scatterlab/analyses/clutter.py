"""How well objects are told apart among clutter, and how far clutter moves every layer.

Clutter of several kinds, textures or parts of other images, covers more and more of the image, the
object included, or stands behind the object with growing amplitude.
"""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import torch
import xarray as xr

from scatterlab.analyses.clutter_places import behind, cover, mattes, orders
from scatterlab.analyses.decider import cascade_of
from scatterlab.cascades.cascade import Cascade
from scatterlab.errors import InputError

BATCH = 64
"""Images that are shown together."""
PICTURES = 3
"""Images that are kept with all their clutter, to be drawn."""
PLACES = ("over", "behind")


def respond(
    decider: torch.nn.Module,
    images: torch.Tensor,
    labels: np.ndarray,
    fields: Mapping[str, torch.Tensor],
    layers: Sequence[str],
    *,
    over: Sequence[float] = (0, 0.125, 0.25, 0.5, 0.75),
    behind: Sequence[float] = (),
    patch: int = 8,
    threshold: float = 0.25,
    seed: int = 0,
) -> xr.Dataset:
    """Decisions on `images` (sample, channel, y, x), of class `labels`, among clutter.

    `decider` is what `build_decider` makes, `layers` are of its cascade. `fields` has, by the kind
    of clutter, one field of the images' shape for each (`analyses.clutter_fields`). `over` are the
    shares of the image's cells, of `patch` pixels a side, that are covered in random order, and
    `behind` the amplitudes of clutter behind the object, as `analyses.clutter_places` has them
    with `threshold`.

    Returned, with (clutter, sample): ``probability`` of the true class (softmax of the scores) and
    ``decided``, a label; ``image_change`` ‖x′ − x‖/‖x‖; with (clutter, layer, sample) ``change``,
    ‖Φ(x′) − Φ(x)‖/‖Φ(x)‖, NaN where ‖Φ(x)‖ is 0, which ``zeros`` (layer) counts. Coordinates of
    ``clutter``: ``kind``, ``place`` (numbers of the names in the attributes) and ``amount``.
    ``pictures`` (clutter, picture, channel, y, x) are the first images of different classes.

    Raises `InputError` for an amount outside [0, 1], a patch larger than the image or a threshold
    that is not positive.
    """
    check(over, behind, threshold)
    kinds = list(fields)
    order = orders(images.shape, patch, np.random.default_rng(seed))
    matte = mattes(images, threshold)
    conditions = [
        (kinds.index(kind), PLACES.index(place), amount)
        for kind in kinds
        for place, amounts in zip(PLACES, (over, behind), strict=True)
        for amount in amounts
    ]

    def cluttered(part: slice) -> Iterator[torch.Tensor]:
        for kind, place, amount in conditions:
            field = fields[kinds[kind]][part]
            yield among(images[part], field, order[part], matte[part], place, amount)

    starts = range(0, len(images), BATCH)
    batches = [
        responses(decider, layers, images[part], labels[part], cluttered(part))
        for part in (slice(start, start + BATCH) for start in starts)
    ]
    joined = {
        name: np.concatenate([batch[name] for batch in batches], axis=-1) for name in batches[0]
    }
    shown = first_of_classes(labels)
    kind, place, amount = zip(*conditions, strict=True)
    return xr.Dataset(
        {
            "probability": (("clutter", "sample"), joined["probability"]),
            "decided": (("clutter", "sample"), joined["decided"]),
            "image_change": (("clutter", "sample"), joined["image_change"]),
            "change": (("clutter", "layer", "sample"), joined["change"]),
            "zeros": ("layer", np.isnan(joined["change"][0]).sum(-1)),
            "pictures": (
                ("clutter", "picture", "channel", "y", "x"),
                np.stack([one.numpy() for one in cluttered(shown)]),
            ),
        },
        coords={
            "kind": ("clutter", list(kind)),
            "place": ("clutter", list(place)),
            "amount": ("clutter", np.array(amount, float)),
            "label": ("sample", labels),
        },
        attrs={
            "kinds": kinds,
            "places": list(PLACES),
            "layers": list(layers),
            "patch": patch,
            "threshold": threshold,
            "zero_images": int(np.isnan(joined["image_change"][0]).sum()),
        },
    )


def check(over: Sequence[float], behind: Sequence[float], threshold: float) -> None:
    for amount in (*over, *behind):
        if not 0 <= amount <= 1:
            raise InputError(f"amount {amount}: a share or an amplitude in [0, 1]")
    if not (*over, *behind):
        raise InputError("no amount of clutter: name some in `over` or `behind`")
    if threshold <= 0:
        raise InputError(f"threshold={threshold}: a positive difference of intensities")


def among(images, field, order, matte, place: int, amount: float) -> torch.Tensor:
    """The images among clutter of one `amount`, at one of `PLACES`."""
    if PLACES[place] == "over":
        return cover(images, field, order, amount)
    return behind(images, field, matte, amount)


def responses(decider, layers, images, labels, cluttered) -> dict[str, np.ndarray]:
    """What `respond` finds of some images, for each batch of `cluttered`; samples last."""
    cascade, rows = cascade_of(decider), []
    with torch.inference_mode():
        whole = features(cascade, layers, images)
        for batch in cluttered:
            scores = decider(batch)
            changed = features(cascade, layers, batch)
            probability = scores.double().softmax(1)[torch.arange(len(labels)), labels]
            rows.append(
                {
                    "probability": probability.numpy(),
                    "decided": scores.argmax(1).numpy(),
                    "image_change": relative(images.flatten(1), batch.flatten(1)),
                    "change": np.stack([relative(whole[one], changed[one]) for one in layers]),
                }
            )
    return {name: np.stack([row[name] for row in rows]) for name in rows[0]}


def features(cascade: Cascade, layers: Sequence[str], images: torch.Tensor) -> dict:
    return {name: maps.flatten(1) for name, maps in cascade.maps_of(images, layers).items()}


def relative(before: torch.Tensor, after: torch.Tensor) -> np.ndarray:
    """‖after − before‖ / ‖before‖ for each sample; NaN where ‖before‖ is 0."""
    norm = before.double().norm(dim=1)
    change = (after.double() - before.double()).norm(dim=1)
    return torch.where(norm > 0, change / norm, torch.nan).numpy()


def first_of_classes(labels: np.ndarray) -> list[int]:
    """Places of the first sample of each of up to `PICTURES` classes, evenly spread."""
    known, firsts = np.unique(labels, return_index=True)
    count = min(PICTURES, len(known))
    return firsts[np.linspace(0, len(known) - 1, count).round().astype(int)].tolist()
