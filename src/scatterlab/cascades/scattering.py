"""Separable wavelet scattering in two dimensions."""

from scatterlab.cascades.signals import check_engine, check_integer
from scatterlab.cascades.wavelet_cascade import WaveletCascade
from scatterlab.cascades.yuv import in_colour
from scatterlab.engines.geometry import axis_of
from scatterlab.engines.selection import engine_for
from scatterlab.engines.tree import Node, Tree
from scatterlab.errors import InputError
from scatterlab.wavelets.bank import layered_bank
from scatterlab.wavelets.paths import Path, path_table, scattering_paths


class Scattering2D(WaveletCascade):
    """S_J x = {|…||x⋆ψ_λ1|⋆ψ_λ2|…|⋆φ_J}, over paths of growing scale (Bruna & Mallat 2013).

    Parameters
    ----------
    J : log of the averaging scale, 2^J pixels; 2^J may be as large as the image.
    shape : (y, x) of the images, which need not be square.
    L : number of angles in [0, π).
    max_order : largest number m ≥ 0 of wavelets in a path.
    bank : ``"kymatio"`` (the coefficients of Kymatio's ``Scattering2D``, so that scripts written
        for it keep them) or ``"unitary"`` (non-expansive, outputs centred; what configurations
        take unless they say otherwise).
    padding : ``"reflect"``, ``"zero"`` or ``"periodic"``.
    engine : ``"auto"``, ``"cpu"``, ``"cuda"`` or ``"reference"``: see `engines.selection`.
    oversampling : log of the factor by which outputs are sampled more finely, at most J.
    channels : number of colours, for `maps` and `table` only.
    Q : wavelets an octave in the first layer, of scales j1 = 0, 1/Q, 2/Q, …; the later layers
        have one. Bank ``kymatio`` has one in all.

    Calling it maps a tensor of shape (…, y, x), float32 or float64, on any device, to
    (…, path, ⌊y/2^J⌋, ⌊x/2^J⌋), the same dtype and device. Each output pixel stands for 4^J
    pixels of the image: the transform with bank ``unitary`` is non-expansive for the norm that
    counts it so. (For every image with `oversampling` ≥ 1; without, outputs alias, and images
    made to expand reach a norm of 1.01 on 16×16 with L = 4, of 1.0001 on 32×32 with L = 8.)
    `table` says which path is which.

    Raises `InputError` for a bad argument, a tensor of another shape or dtype, or a NaN.
    """

    def __init__(
        self,
        J,
        shape,
        L=8,
        max_order=2,
        bank="kymatio",
        padding="reflect",
        engine="auto",
        *,
        oversampling=0,
        channels=1,
        Q=1,
    ):
        shape = check_arguments(J, shape, L, max_order, oversampling, engine, Q)
        paths = scattering_paths(J, L, max_order, Q)
        axes = tuple(axis_of(size, J, padding, bank != "kymatio", oversampling) for size in shape)
        filters = layered_bank(bank, tuple(axis.padded for axis in axes), J, L, Q)
        tree = Tree(filters, axes, nodes_of(paths))
        super().__init__(tree, filters, paths, max_order, channels, engine_for(engine, tree))
        self.J, self.L, self.Q = J, L, Q
        self.bank, self.padding, self.oversampling = bank, padding, oversampling

    def maps(self, images, layer=None):
        """Layer ``Sm`` holds orders 0…m; channels run over paths within colours."""
        count = self._count(layer)
        return self(images)[:, :, :count].flatten(1, 2)

    def table(self, layer=None):
        """``order, j1, theta1, …`` and, where there are several channels, ``colour``."""
        return self._coloured(path_table(self.paths[: self._count(layer)]))

    def describe(self, column):
        name = column.rstrip("0123456789")
        step = column.removeprefix(name)
        if name == "j":
            return {"long_name": f"scale of wavelet {step}", "units": "log2 pixels", "none": -1}
        if name == "theta":
            return {
                "long_name": f"direction of wavelet {step}, an index into angles",
                "angles": self.filters.angles.tolist(),
                "angles_units": "radians from the x axis towards the y axis",
                "none": -1,
            }
        return {"long_name": "number of wavelets"} if name == "order" else {}

    def extra_repr(self):
        return (
            f"J={self.J}, shape={self.shape}, L={self.L}, max_order={self.max_order}, "
            f"bank={self.bank!r}, padding={self.padding!r}, engine={self.engine!r}, Q={self.Q}"
        )


def nodes_of(paths: list[Path]) -> tuple[Node, ...]:
    """The tree of `paths`: U[path] is sampled on the lattice of its last wavelet's scale."""
    numbers = {path: number for number, path in enumerate(paths)}
    steps = (Node(numbers[path[:-1]], path[-1], int(path[-1][0])) for path in paths[1:])
    return (Node(-1, None, 0), *steps)


def check_arguments(J, shape, L, max_order, oversampling, engine, Q) -> tuple[int, int]:
    """The shape as two integers. Raises `InputError` naming the argument and the remedy."""
    try:
        y, x = (int(size) for size in shape)
    except (TypeError, ValueError):
        raise InputError(f"shape={shape!r}: give the image's (height, width)") from None
    for name, value, least in (("J", J, 1), ("L", L, 1), ("max_order", max_order, 0), ("Q", Q, 1)):
        check_integer(name, value, least)
    if min(y, x) < 1:
        raise InputError(f"shape=({y}, {x}): the image is empty")
    if min(y, x) < 2**J:
        largest = min(y, x).bit_length() - 1
        raise InputError(
            f"J={J} is too large: 2^J = {2**J} exceeds the smaller side of a {y}×{x} image; "
            f"J can be at most {largest}" + ("" if largest else " here: give larger images")
        )
    if not 0 <= oversampling <= J:
        raise InputError(f"oversampling={oversampling!r}: give an integer from 0 to J={J}")
    check_engine(engine)
    return y, x


def from_config(spec, image_shape, classes=None, weights=None):
    """See `scatterlab.cascades.registry`."""
    names = ("J", "L", "max_order", "bank", "padding", "engine", "oversampling", "Q")
    options = {name: spec[name] for name in names if name in spec}
    scattering = in_colour(Scattering2D, options, spec, image_shape)
    return scattering, scattering.layers[-1]
