"""One object, rendered by Mitsuba 3 (W. Jakob and others, 2022) without a background."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from math import asin, atan, cos, degrees, radians, sin, tan

import numpy as np

from scatterlab.data.objects.solids import Solid
from scatterlab.errors import DataError

DISTANCE = 4.0
"""From the camera to the middle of the object, in radii of the sphere around it."""
LIGHT_ELEVATION = 45.0
SKY, SUN = 0.4, 2.6
"""Radiance from everywhere, and irradiance of a surface that faces the light."""
PAINTS = {
    "wood": "#6b4423",
    "metal": "#9a9da0",
    "tyre": "#1c1c1e",
    "glass": "#27323d",
    "lamp": "#fff4cf",
    "rear_lamp": "#b01217",
}
"""Colours of what is not of the object's own colour, ``paint``."""


@dataclass(frozen=True)
class View:
    """How an object is seen: angles in degrees, `scale` and `colour` as in the configuration."""

    azimuth: float
    elevation: float
    scale: float
    light: float
    colour: str


@cache
def load_mitsuba():
    """Mitsuba with its scalar variant, on one thread. Raises `DataError` where it is missing."""
    try:
        import drjit
        import mitsuba
    except ImportError as error:
        raise DataError(
            f"data sets of format scenes are rendered by Mitsuba 3, which cannot be imported "
            f"({error}): pip install mitsuba, or make setup"
        ) from None
    mitsuba.set_variant("scalar_rgb")
    drjit.set_thread_count(1)
    return mitsuba


def render(
    solids: Sequence[Solid], view: View, size: tuple[int, int], samples: int, seed: int
) -> np.ndarray:
    """The `solids`, which are in the unit sphere, as linear light: (y, x, 4) float32.

    Red, green and blue are of what the object covers of a pixel, the last channel is that share;
    so r + (1 − α) b is the object before a background b. The camera and the light stay where they
    are while the object turns: a light does not tell the azimuth. The same arguments give the
    same bytes.
    """
    mi = load_mitsuba()
    scene = {
        "type": "scene",
        # light that comes from the sky or the lamp, and once from another surface
        "integrator": {"type": "path", "max_depth": 3, "hide_emitters": True},
        "sensor": camera(mi, view.scale, size, samples),
        "sky": {"type": "constant", "radiance": {"type": "rgb", "value": SKY}},
        "sun": {
            "type": "directional",
            "direction": from_light(view.light),
            "irradiance": {"type": "rgb", "value": SUN},
        },
    }
    turn = turning(view.azimuth, view.elevation)
    for paint in sorted({solid.paint for solid in solids}):
        colour = PAINTS.get(paint, view.colour)
        alike = [solid for solid in solids if solid.paint == paint]
        scene[paint] = mesh(mi, alike, turn, linear(colour))
    return np.array(mi.render(mi.load_dict(scene), seed=seed), np.float32)


def camera(mi, scale: float, size: tuple[int, int], samples: int) -> dict:
    """A camera in front that sees the unit sphere with a diameter of `scale` × the shorter side."""
    opening = tan(asin(1 / DISTANCE)) / scale
    return {
        "type": "perspective",
        "fov": degrees(2 * atan(opening)),
        "fov_axis": "smaller",
        "to_world": mi.ScalarTransform4f().look_at(
            origin=[0, -DISTANCE, 0], target=[0, 0, 0], up=[0, 0, 1]
        ),
        "film": {
            "type": "hdrfilm",
            "height": size[0],
            "width": size[1],
            "pixel_format": "rgba",
            "rfilter": {"type": "box"},  # no pixel is of two blocks: the order of threads is none
        },
        "sampler": {"type": "stratified", "sample_count": samples},
    }


def from_light(azimuth: float) -> list[float]:
    """The direction in which light falls from `azimuth`, degrees to the right of the camera."""
    angle, elevation = radians(azimuth), radians(LIGHT_ELEVATION)
    return [-sin(angle) * cos(elevation), cos(angle) * cos(elevation), -sin(elevation)]


def turning(azimuth: float, elevation: float) -> np.ndarray:
    """Turn the object by `azimuth` about its vertical axis, then its top towards the camera."""
    a, e = radians(azimuth), radians(elevation)
    about_z = np.array([[cos(a), -sin(a), 0], [sin(a), cos(a), 0], [0, 0, 1]])
    about_x = np.array([[1, 0, 0], [0, cos(e), -sin(e)], [0, sin(e), cos(e)]])
    return about_x @ about_z


def mesh(mi, solids: Sequence[Solid], turn: np.ndarray, reflectance: list[float]):
    """Solids of one colour, turned, as one shape that reflects diffusely on both sides."""
    starts = np.cumsum([0, *(len(solid.vertices) for solid in solids)])
    vertices = np.concatenate([solid.vertices for solid in solids]) @ turn.T
    faces = np.concatenate(
        [solid.faces + start for solid, start in zip(solids, starts, strict=False)]
    )
    properties = mi.Properties()
    properties["mesh_bsdf"] = mi.load_dict(
        {
            "type": "twosided",
            "bsdf": {"type": "diffuse", "reflectance": {"type": "rgb", "value": reflectance}},
        }
    )
    shape = mi.Mesh("object", len(vertices), len(faces), props=properties)
    parameters = mi.traverse(shape)
    parameters["vertex_positions"] = np.ravel(vertices).astype(np.float32)
    parameters["faces"] = np.ravel(faces).astype(np.uint32)
    parameters.update()
    return shape


def linear(colour: str) -> list[float]:
    """`#rrggbb` as linear red, green and blue (IEC 61966-2-1)."""
    values = np.frombuffer(bytes.fromhex(colour[1:]), np.uint8) / 255
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4).tolist()


def encoded(light: np.ndarray) -> np.ndarray:
    """Linear light as sRGB, uint8 (IEC 61966-2-1); what is brighter than white is white."""
    light = np.clip(light, 0, 1)
    curved = np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
    return np.rint(255 * curved).astype(np.uint8)
