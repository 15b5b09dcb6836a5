"""The smallest change of an image that makes a model decide for another class.

Szegedy, Zaremba, Sutskever, Bruna, Erhan, Goodfellow & Fergus, "Intriguing properties of neural
networks", ICLR 2014 (arXiv 1312.6199), §4.1.
"""

import torch
from torch.nn.functional import cross_entropy

from scatterlab.analyses.box import minimise_in_box

BATCH = 64
"""Images that are attacked side by side."""
FACTOR = 8.0
"""By which c rises or falls from 1, until it succeeds for one value and fails for the next."""
MOST = 8.0**7
"""The largest c, and the inverse of the smallest."""
MARGIN = 1e-3
"""By which the target's score is the largest: sums round differently in other batches."""


def smallest_changes(
    model: torch.nn.Module,
    images: torch.Tensor,
    targets: torch.Tensor,
    *,
    precision: float = 1.1,
    iterations: int = 100,
) -> torch.Tensor:
    """For each image the nearest x + r that is found to be of its target class.

    r minimises c·‖r‖² + loss(x + r, target) such that x + r ∈ [0, 1]; the loss is the negative
    log-likelihood, and c the largest for which the minimiser succeeds, to a factor `precision`:
    a line search in log c, each minimisation beginning where the last one ended. (The paper
    writes |r|. ‖r‖² is smooth at zero, and its minimisers are those of ‖r‖, each at another c.)

    `model` maps images (sample, channel, y, x) to scores (sample, class); `targets`, int64
    (sample,), are the classes wished for. The result has the shape and dtype of `images`, and is
    NaN where no c succeeds.
    """
    parts = zip(images.split(BATCH), targets.split(BATCH), strict=True)
    return torch.cat([line_search(model, *part, precision, iterations) for part in parts])


def line_search(model, images, targets, precision: float, iterations: int) -> torch.Tensor:
    """`smallest_changes` of one batch."""
    nearest, points = torch.full_like(images, torch.nan), images.clone()
    c, low, high = (images.new_full((len(images),), value) for value in (1, 0, torch.inf))
    left = torch.arange(len(images), device=images.device)
    while len(left):
        x, start, wished = images[left], points[left], targets[left]
        points[left] = minimiser(model, x, wished, c[left], start, iterations)
        succeeds = decides_for(model, points[left], wished)
        nearer = succeeds & ~(distance(points[left], x) >= distance(nearest[left], x))
        nearest[left[nearer]] = points[left[nearer]]
        low[left[succeeds]], high[left[~succeeds]] = c[left[succeeds]], c[left[~succeeds]]
        c = next_weight(c, low, high)
        searched = (high / low <= precision) | (c > MOST) | (c < 1 / MOST)
        left = left[~searched[left]]
    return nearest


def next_weight(c, low, high) -> torch.Tensor:
    """The c to try, between one that succeeds and one that fails, or beyond where one is unknown.

    `low` is 0 and `high` infinite until they are found.
    """
    outside = torch.where(low == 0, c / FACTOR, c * FACTOR)
    return torch.where((low == 0) | high.isinf(), outside, (low * high).sqrt())


def minimiser(model, images, targets, c, start, iterations: int) -> torch.Tensor:
    """x + r for the r of least c‖r‖² + loss(x + r, target), with a c for each image."""
    origin = images.flatten(1)

    def evaluate(points: torch.Tensor, rows: torch.Tensor):
        shown = points.view(-1, *images.shape[1:])
        loss, gradient = loss_and_gradient(model, shown, targets[rows])
        change, weight = points - origin[rows], c[rows, None]
        value = loss + (weight * change.square()).sum(dim=1)
        return value, gradient.flatten(1) + 2 * weight * change

    found = minimise_in_box(evaluate, start.flatten(1), iterations=iterations)
    return found.view_as(images)


def loss_and_gradient(model, images, targets) -> tuple[torch.Tensor, torch.Tensor]:
    """−log p(target | image), of shape (sample,), and its gradients to the images."""
    images = images.detach().requires_grad_()
    loss = cross_entropy(model(images), targets, reduction="none")
    (gradient,) = torch.autograd.grad(loss.sum(), images)
    return loss.detach(), gradient


@torch.no_grad()
def decides_for(model, images: torch.Tensor, classes: torch.Tensor) -> torch.Tensor:
    """Whether each image's class, of `classes`, has the largest score by at least `MARGIN`."""
    scores = model(images)
    own = scores.gather(1, classes[:, None])
    others = scores.scatter(1, classes[:, None], -torch.inf)
    return own[:, 0] >= others.amax(dim=1) + MARGIN


def distance(first: torch.Tensor, second: torch.Tensor) -> torch.Tensor:
    """‖x − x'‖ of each pair of images, (sample,)."""
    return (first - second).flatten(1).norm(dim=1)
