"""Parametric chairs, about a metre high."""

from dataclasses import dataclass

import numpy as np

from scatterlab.data.objects.solids import Solid, bar, box, rod, slab

BACKS = ("panel", "ladder", "spindles")
LEGS = ("straight", "pedestal", "splayed", "sled", "sides")
ARMS = ("none", "open", "closed")
SEATS = ("square", "round")
FRAMES = ("wood", "paint", "metal")


@dataclass(frozen=True)
class Chair:
    """A style: its kinds of parts, lengths in metres, and the lean of its back, y over z."""

    back: str
    legs: str
    arms: str
    seat: str
    frame: str
    width: float
    depth: float
    height: float
    back_height: float
    lean: float
    thickness: float


def chair_style(style: int, seed: int) -> Chair:
    """Style number `style`: the kinds of its parts in turn, sizes drawn from the seed."""
    draw = np.random.default_rng([seed, 0, style]).uniform
    back, legs = BACKS[style % len(BACKS)], LEGS[style % len(LEGS)]
    round_seat = SEATS[(style // 2) % len(SEATS)] == "round" and legs in ("pedestal", "splayed")
    arms = "none" if round_seat else ARMS[(style // 3 + style) % len(ARMS)]
    return Chair(
        back=back,
        legs=legs,
        arms=arms,
        seat="round" if round_seat else "square",
        frame=FRAMES[(style // 2) % len(FRAMES)],
        width=draw(0.42, 0.56),
        depth=draw(0.42, 0.52),
        height=draw(0.40, 0.50),
        back_height=draw(0.38, 0.62),
        lean=draw(0.05, 0.25),
        thickness=draw(0.05, 0.07),
    )


def chair(style: int, seed: int) -> list[Solid]:
    """The solids of a chair; its front is towards −y, its feet are at z = 0."""
    one = chair_style(style, seed)
    return [*seat(one), *legs(one), *back(one), *arms(one)]


def seat(one: Chair) -> list[Solid]:
    top, thick = one.height, 0.07
    if one.seat == "round":
        return [rod((0, 0, top - thick), (0, 0, top), max(one.width, one.depth) / 2, "paint")]
    return [box((0, 0, top - thick / 2), (one.width, one.depth, thick), "paint")]


def corners(one: Chair) -> list[tuple[float, float]]:
    """(x, y) of the middles of four straight legs."""
    reach = 0.7 if one.seat == "round" else 1.0
    across, along = ((side - one.thickness) / 2 * reach for side in (one.width, one.depth))
    return [(x, y) for x in (-across, across) for y in (-along, along)]


def legs(one: Chair) -> list[Solid]:
    top, thick, frame = one.height - 0.06, one.thickness, one.frame
    if one.legs == "straight":
        return [bar((x, y, 0), (x, y, top), thick, frame) for x, y in corners(one)]
    if one.legs == "splayed":
        return [
            bar((1.25 * x, 1.25 * y, 0), (0.75 * x, 0.75 * y, top), thick, frame)
            for x, y in corners(one)
        ]
    if one.legs == "pedestal":
        angles = 2 * np.pi * np.arange(5) / 5 - np.pi / 2
        feet = 0.3 * np.stack([np.cos(angles), np.sin(angles), np.full(5, 0.1)], axis=1)
        spokes = [bar((0, 0, 0.09), foot, 0.05, frame) for foot in feet]
        return [rod((0, 0, 0.06), (0, 0, top), 0.04, frame), *spokes]
    across, along = (one.width - thick) / 2, (one.depth - thick) / 2
    if one.legs == "sled":
        return [
            solid
            for x in (-across, across)
            for solid in (
                bar((x, -along - 0.06, thick / 2), (x, along + 0.06, thick / 2), thick, frame),
                bar((x, -along - 0.03, 0.02), (x, -along + 0.06, top), thick, frame),
                bar((x, along + 0.03, 0.02), (x, along - 0.06, top), thick, frame),
            )
        ]
    return [box((x, 0, top / 2), (thick, one.depth, top), frame) for x in (-across, across)]


def back(one: Chair) -> list[Solid]:
    def at(x: float, up: float) -> np.ndarray:
        """A point of the back, `up` metres above the seat."""
        return np.array([x, one.depth / 2 - 0.04 + one.lean * up, one.height - 0.03 + up])

    high, thick = one.back_height, one.thickness
    across = (one.width - thick) / 2
    posts = [bar(at(x, 0), at(x, high), thick, one.frame) for x in (-across, across)]
    if one.back == "panel":
        return [board(at(0, 0.0), at(0, high), one.width)]
    if one.back == "ladder":
        levels = np.linspace(0.3, 0.94, 3) * high
        return [
            *posts,
            *(board(at(0, up - 0.04), at(0, up + 0.04), 2 * across) for up in levels),
        ]
    rail = board(at(0, high - 0.08), at(0, high + 0.01), one.width)
    inner = np.linspace(-across, across, 5)[1:-1]
    return [*posts, rail, *(bar(at(x, 0), at(x, high), 0.03, "paint") for x in inner)]


def board(low: np.ndarray, high: np.ndarray, width: float) -> Solid:
    """A leaning board between the middles of its lower and its upper edge."""
    thick = 0.025
    profile = [
        (low[1] - thick, low[2]),
        (low[1] + thick, low[2]),
        (high[1] + thick, high[2]),
        (high[1] - thick, high[2]),
    ]
    return slab(profile, width / 2, "paint")


def arms(one: Chair) -> list[Solid]:
    if one.arms == "none":
        return []
    rest, x = one.height + 0.2, one.width / 2 + 0.02
    front, rear = -one.depth / 2 + 0.05, one.depth / 2 + 0.02
    if one.arms == "closed":
        middle = (one.height - 0.07 + rest) / 2
        height = rest - one.height + 0.07
        return [box((s * x, 0, middle), (0.07, one.depth, height), "paint") for s in (-1, 1)]
    return [
        solid
        for side in (-x, x)
        for solid in (
            bar((side, front - 0.04, rest), (side, rear, rest), 0.05, one.frame),
            bar((side, front, one.height - 0.05), (side, front, rest), 0.045, one.frame),
        )
    ]
