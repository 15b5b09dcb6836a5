"""How many signals a graphics card takes at once."""

from dataclasses import dataclass
from math import prod

import torch

from scatterlab.engines.gpu.schedule import Group, layers_of
from scatterlab.engines.tree import Tree
from scatterlab.errors import InputError

AT_ONCE = 2**30
"""Bytes that the signals in work together take: enough to fill any card with work."""
MOST = 2**16
"""Signals in work at once at most, however small."""
SLACK = 1.25
"""What allocation may take beyond what is asked for."""


@dataclass(frozen=True)
class Cost:
    """Bytes for one signal.

    Attributes
    ----------
    output : of S.
    forward : that are in use at the worst moment of a transform, besides signal and S.
    kept : of what a transform keeps for its gradient.
    backward : that are in use at the worst moment of a gradient, besides what was kept.
    moved : that a transform reads and writes, every array once for each step that uses it.
    """

    output: int
    forward: int
    kept: int
    backward: int
    moved: int


def cost_of(tree: Tree, dtype: torch.dtype) -> Cost:
    """What the transform of one signal costs, in `dtype`."""
    unit = dtype.itemsize
    samples = {level: prod(tree.lattice(level)) for level in {node.level for node in tree.nodes}}
    (root,), *layers = layers_of(tree)
    output = unit * prod(tree.output_shape)
    forward = unit * 4 * samples[root.level]
    backward, kept = forward, 0
    moved = unit * (2 * prod(tree.shape) + 5 * samples[root.level]) + output
    behind = unit * samples[root.level]
    for layer in layers:
        ahead = unit * sum(group.inner * samples[group.level] for group in layer)
        largest = unit * max(len(group.nodes) * samples[group.level] for group in layer)
        # coefficients, their spectrum, room for the Fourier transform, U
        forward = max(forward, behind + ahead + 7 * largest)
        backward = max(backward, behind + ahead + 8 * largest)
        kept += unit * sum(2 * len(group.nodes) * samples[group.level] for group in layer)
        moved += unit * sum(moved_by(group, samples) for group in layer)
        behind = ahead
    return Cost(output, int(SLACK * forward), kept, int(SLACK * backward), moved)


def moved_by(group: Group, samples: dict[int, int]) -> int:
    """Numbers that one group's steps read and write, for one signal.

    The product reads each parent's half spectrum once for each lattice, and writes complex
    numbers; a Fourier transform along two axes goes twice over them.
    """
    parents = sum(len(set(feed.children[:, 0])) * samples[feed.before] for feed in group.feeds)
    inner, leaves = group.inner, len(group.nodes) - group.inner
    return parents + samples[group.level] * ((2 + 8) * (inner + leaves) + 2 * leaves + 8 * inner)


def free_bytes(device: torch.device) -> float:
    """Bytes that can still be allocated on `device`; unlimited unless it is a graphics card.

    Nor are they counted while a CUDA graph is recorded, which must not wait for the answer.
    """
    if device.type != "cuda" or torch.cuda.is_current_stream_capturing():
        return float("inf")
    unused = torch.cuda.memory_reserved(device) - torch.cuda.memory_allocated(device)
    return torch.cuda.mem_get_info(device)[0] + unused


def chunk_of(signals: int, working: int, free: float) -> int:
    """How many of `signals` to do at once, each `working` bytes, in `free` bytes; at least 1."""
    fit = int(min(AT_ONCE, free) // working)
    most = max(1, min(signals, fit, MOST))
    return -(-signals // -(-signals // most))


def check_fit(signals: int, cost: Cost, free: float, device: torch.device) -> None:
    """Raise `InputError` if S of `signals` and the work on one do not fit in `free` bytes."""
    if signals * cost.output + cost.forward > free:
        raise does_not_fit(signals, cost, free, device)


def does_not_fit(signals: int, cost: Cost, free: float, device: torch.device) -> InputError:
    """The error that says how many signals would fit."""
    needs = f"the transform of {signals} signals does not fit in {gigabytes(free)} free on {device}"
    fit = min(int((free - cost.forward) // cost.output), signals - 1)
    if fit < 1:
        return InputError(
            f"{needs}: one alone takes {gigabytes(cost.output + cost.forward)}; give smaller "
            "signals, free the card's memory or choose engine='cpu'"
        )
    return InputError(
        f"{needs}: their coefficients alone take {gigabytes(signals * cost.output)}; give at "
        f"most {fit} at once"
    )


def gigabytes(count: float) -> str:
    return f"{count / 2**30:.3g} GiB"
