"""Parametric cars, lengths in metres."""

from dataclasses import dataclass

import numpy as np

from scatterlab.data.objects.solids import Solid, box, rod, slab


@dataclass(frozen=True)
class Car:
    """A style. Places along the car are shares of its length, from the front.

    `cabin` are the places of the foot and the top of the windscreen, the top and the foot of the
    rear window; `bonnet`, `belt` and `tail` are the heights of the body at its front end, along
    the windows and at its rear end, `roof` of the whole.
    """

    length: float
    width: float
    bonnet: float
    belt: float
    tail: float
    roof: float
    cabin: tuple[float, float, float, float]
    wheel: float
    axles: tuple[float, float]
    bed: bool = False


KINDS = {
    "saloon": Car(4.5, 1.8, 0.78, 0.92, 0.9, 1.42, (0.27, 0.41, 0.67, 0.83), 0.32, (0.19, 0.79)),
    "hatchback": Car(3.8, 1.7, 0.8, 0.95, 0.92, 1.5, (0.24, 0.40, 0.83, 0.98), 0.31, (0.18, 0.83)),
    "pick-up": Car(
        5.1, 1.9, 0.98, 1.1, 1.08, 1.75, (0.26, 0.35, 0.53, 0.57), 0.4, (0.18, 0.78), bed=True
    ),
    "sports car": Car(4.3, 1.85, 0.68, 0.8, 0.78, 1.18, (0.33, 0.5, 0.63, 0.93), 0.31, (0.19, 0.8)),
    "van": Car(4.8, 1.9, 0.95, 1.1, 1.1, 2.05, (0.07, 0.2, 0.99, 1.0), 0.34, (0.17, 0.79)),
    "estate": Car(4.7, 1.8, 0.78, 0.93, 0.93, 1.46, (0.26, 0.4, 0.92, 0.995), 0.32, (0.19, 0.78)),
    "off-road car": Car(
        4.2, 1.85, 1.02, 1.14, 1.1, 1.85, (0.3, 0.35, 0.97, 0.995), 0.42, (0.18, 0.8)
    ),
}
"""Of each kind of car, its middle."""
FLOOR = 0.22


def car_style(style: int, seed: int) -> Car:
    """Style number `style`: the kinds in turn, with lengths drawn about those of the kind."""
    middle = list(KINDS.values())[style % len(KINDS)]
    draw = np.random.default_rng([seed, 1, style]).uniform
    foot, top, rear_top, rear_foot = middle.cabin
    shift = draw(-0.02, 0.02)
    taller = draw(0.96, 1.06)
    return Car(
        length=middle.length * draw(0.94, 1.06),
        width=middle.width * draw(0.97, 1.03),
        bonnet=middle.bonnet * draw(0.95, 1.05),
        belt=middle.belt * taller,
        tail=middle.tail * taller,
        roof=middle.roof * taller,
        cabin=(foot + shift, top + shift, rear_top, rear_foot),
        wheel=middle.wheel * draw(0.95, 1.08),
        axles=middle.axles,
        bed=middle.bed,
    )


def car(style: int, seed: int) -> list[Solid]:
    """The solids of a car; its front is towards −y, its wheels stand on z = 0."""
    one = car_style(style, seed)
    return [*body(one), *cabin(one), *windows(one), *wheels(one), *lamps(one)]


def place(one: Car, share: float) -> float:
    """y of a place along the car."""
    return (share - 0.5) * one.length


def body(one: Car) -> list[Solid]:
    """From the floor to the belt; of a pick-up, its rear is a box that is open above."""
    half = one.width / 2
    foot = one.cabin[0]
    end = one.cabin[3] if one.bed else 1.0
    profile = [
        (place(one, 0.015), FLOOR),
        (place(one, end - 0.015 * (not one.bed)), FLOOR),
        (place(one, end), FLOOR + 0.25),
        (place(one, end), one.belt if one.bed else one.tail),
        (place(one, min(one.cabin[3], end)), one.belt),
        (place(one, foot), one.belt),
        (place(one, 0.04), one.bonnet),
        (place(one, 0.0), one.bonnet - 0.15),
        (place(one, 0.0), FLOOR + 0.2),
    ]
    solids = [slab(profile, half, "paint")]
    if one.bed:
        start, rear = place(one, end), place(one, 1.0)
        bed = 2 * one.wheel + 0.04  # above the wheels
        length, middle, high = rear - start, (start + rear) / 2, one.tail - FLOOR
        solids += [
            box((0, middle, (FLOOR + bed) / 2), (one.width, length, bed - FLOOR), "paint"),
            box((0, rear - 0.04, FLOOR + high / 2), (one.width, 0.08, high), "paint"),
            *(
                box((x, middle, FLOOR + high / 2), (0.1, length, high), "paint")
                for x in (0.05 - half, half - 0.05)
            ),
        ]
    return solids


def greenhouse(one: Car) -> np.ndarray:
    """Corners (y, z) of the cabin: foot and top of the windscreen, top and foot of the rear."""
    heights = (one.belt, one.roof, one.roof, one.belt)
    return np.array([(place(one, at), z) for at, z in zip(one.cabin, heights, strict=True)])


def half_width(one: Car, heights: np.ndarray) -> np.ndarray:
    """Of the cabin, which is narrower at the roof."""
    share = (heights - one.belt) / (one.roof - one.belt)
    return one.width / 2 * (0.97 - 0.14 * share)


def cabin(one: Car) -> list[Solid]:
    corners = greenhouse(one)
    return [slab(corners, half_width(one, corners[:, 1]), "paint")]


def windows(one: Car) -> list[Solid]:
    """Glass that stands out of the cabin by a centimetre: two panes a side, front and rear."""
    corners, proud = greenhouse(one), 0.01
    middle = corners.mean(0)
    low, high = np.array([0.12, 0.84]) * (one.roof - one.belt) + one.belt
    solids = []
    for start, end in ((0.08, 0.5), (0.54, 0.92)):
        pane = [between(corners, start, low), between(corners, start, high)]
        pane += [between(corners, end, high), between(corners, end, low)]
        pane = np.array(pane)
        solids.append(slab(pane, half_width(one, pane[:, 1]) + proud, "glass"))
    for outer in (corners[:2], corners[3:1:-1]):
        outward = proud * np.sign(outer.mean(0)[0] - middle[0])
        ends = np.array([np.interp([low, high], outer[:, 1], outer[:, 0]), [low, high]]).T
        out = np.array([outward, 0])
        pane = np.concatenate([ends + out, ends[::-1] - out])
        solids.append(slab(pane, 0.86 * half_width(one, pane[:, 1]), "glass"))
    return solids


def between(corners: np.ndarray, share: float, height: float) -> tuple[float, float]:
    """The point (y, z) at `height`, a `share` of the way from the windscreen to the rear."""
    front = np.interp(height, corners[:2, 1], corners[:2, 0])
    rear = np.interp(height, corners[3:1:-1, 1], corners[3:1:-1, 0])
    return front + share * (rear - front), height


def wheels(one: Car) -> list[Solid]:
    solids = []
    for axle in one.axles:
        y, half = place(one, axle), one.width / 2
        for side in (-1, 1):
            inner, outer = (half - 0.22) * side, (half + 0.03) * side
            hub = (half + 0.045) * side
            solids += [
                rod((inner, y, one.wheel), (outer, y, one.wheel), one.wheel, "tyre"),
                rod((inner, y, one.wheel), (hub, y, one.wheel), 0.55 * one.wheel, "metal"),
            ]
    return solids


def lamps(one: Car) -> list[Solid]:
    """Head lamps, a grille and bumpers, and rear lamps."""
    front, rear, half = place(one, 0.0), place(one, 1.0), one.width / 2
    up, tail = one.bonnet - 0.24, one.tail - 0.16
    solids = [
        box((0, front, up - 0.02), (0.8 * half, 0.04, 0.14), "tyre"),
        box((0, front, FLOOR + 0.12), (1.9 * half, 0.1, 0.14), "tyre"),
        box((0, rear, FLOOR + 0.12), (1.9 * half, 0.1, 0.14), "tyre"),
    ]
    for side in (-1, 1):
        solids.append(box((0.72 * half * side, front, up), (0.42 * half, 0.05, 0.14), "lamp"))
        solids.append(box((0.8 * half * side, rear, tail), (0.3 * half, 0.05, 0.18), "rear_lamp"))
    return solids
