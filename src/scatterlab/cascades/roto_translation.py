"""Joint scattering over positions and orientations."""

from scatterlab.cascades.scattering import check_arguments
from scatterlab.cascades.scattering import nodes_of as separable_nodes
from scatterlab.cascades.signals import check_integer
from scatterlab.cascades.wavelet_cascade import WaveletCascade
from scatterlab.cascades.yuv import in_colour
from scatterlab.engines.geometry import axis_of
from scatterlab.engines.joint import JointTree
from scatterlab.engines.joint_selection import joint_engine_for
from scatterlab.engines.tree import Tree
from scatterlab.errors import InputError
from scatterlab.wavelets.angular import angular_bank
from scatterlab.wavelets.bank import layered_bank
from scatterlab.wavelets.joint_paths import joint_paths, joint_table
from scatterlab.wavelets.paths import scattering_paths


class RotoTranslationScattering2D(WaveletCascade):
    """Scattering along the group of translations and rotations (Sifre & Mallat, CVPR 2013).

    The first layer lifts an image to positions and orientations, U(u, θ, j1) = |x⋆ψ_{j1,θ}|(u).
    The second filters these jointly: in space by ψ_{j2,θ+turn}, whose angle turns with θ, and
    along θ by ψ_k or the low-pass φ; or by φ_J in space and ψ_k along θ. A rotation of the image
    by π/L shifts all its coefficients by one along θ and rotates their positions; separable
    scattering, which sees each orientation alone, cannot tell whether two of them meet.

    Parameters
    ----------
    J : log of the averaging scale, 2^J pixels.
    shape : (y, x) of the images.
    L : number of angles in [0, π), even, so that a quarter turn is a whole number of them.
    K : log of the angular scale: wavelets ψ_k, k < K, on the circle of 2L orientations. For K = 0
        nothing is filtered along θ, and what is left is separable scattering.
    max_order : 0, 1 or 2 moduli.
    average : over all orientations θ; otherwise each coefficient keeps its θ: L of them, or 2L
        where half a turn changes it.
    engine : ``"auto"``, ``"cpu"``, ``"cuda"`` or ``"reference"``: see
        `engines.joint_selection`. ``"cpu"`` takes up to 32 angles.
    bank, padding, oversampling, channels, Q : as in `Scattering2D`.

    Calling it maps a tensor of shape (…, y, x), float32 or float64, on any device, to
    (…, path, ⌊y/2^J⌋, ⌊x/2^J⌋), the same dtype and device. `table` says which path is which.

    Attributes
    ----------
    measure : (path,) float64, of how many of the L angles each output is the mean. With bank
        ``unitary`` the transform is non-expansive for Σ measure·4^J·|S|².

    Raises `InputError` for a bad argument, a tensor of another shape or dtype, or a NaN.
    """

    def __init__(
        self,
        J,
        shape,
        L=8,
        K=3,
        max_order=2,
        average=True,
        bank="unitary",
        padding="reflect",
        engine="auto",
        *,
        oversampling=0,
        channels=1,
        Q=1,
    ):
        shape = check_arguments(J, shape, L, max_order, oversampling, engine, Q)
        check_angles(L, K, max_order)
        axes = tuple(axis_of(size, J, padding, bank != "kymatio", oversampling) for size in shape)
        filters = layered_bank(bank, tuple(axis.padded for axis in axes), J, L, Q)
        tree = Tree(filters, axes, separable_nodes(scattering_paths(J, L, max_order, Q)))
        paths = joint_paths(J, L, K, max_order, Q)
        joint = JointTree(tree, L, angular_bank(2 * L, K), paths, average)
        chosen = joint_engine_for(engine, joint)
        super().__init__(joint, filters, paths, max_order, channels, chosen)
        self.J, self.L, self.Q, self.K, self.average = J, L, Q, K, average
        self.bank, self.padding, self.oversampling = bank, padding, oversampling
        self.measure = joint.measure

    def maps(self, images, layer=None):
        """Layer ``Sm`` holds orders 0…m; channels run over paths within colours."""
        return self(images)[:, :, : self._count(layer)].flatten(1, 2)

    def table(self, layer=None):
        """``order, j1, j2, turn, k, theta`` and, where there are several channels, ``colour``."""
        return self._coloured(self._columns(layer))

    def _count(self, layer):
        return len(self._columns(layer)["order"])

    def _columns(self, layer):
        paths = [path for path in self.paths if path.order(self.K) <= self._order(layer)]
        return joint_table(paths, self.L, self.K, self.average)

    def describe(self, column):
        angles = {"angles": self.filters.angles.tolist(), "none": -1}
        return {
            "order": {"long_name": "number of moduli"},
            "j1": {"long_name": "scale of wavelet 1", "units": "log2 pixels", "none": -1},
            "j2": {"long_name": "scale of wavelet 2", "units": "log2 pixels", "none": -1},
            "turn": {
                "long_name": "angle of wavelet 2 relative to theta",
                "units": f"1/{self.L} of half a turn",
                "none": -1,
            },
            "k": {
                "long_name": f"scale of the wavelet along theta; {self.K}: the low-pass",
                "units": "log2 orientations",
                "none": -1,
            },
            "theta": {
                "long_name": "direction of wavelet 1, an index into angles and the same turned "
                "by half a turn; averaged where none",
                "angles_units": "radians from the x axis towards the y axis",
                **angles,
            },
        }.get(column, {})

    def extra_repr(self):
        return (
            f"J={self.J}, shape={self.shape}, L={self.L}, K={self.K}, "
            f"max_order={self.max_order}, average={self.average}, bank={self.bank!r}, "
            f"padding={self.padding!r}, engine={self.engine!r}, Q={self.Q}"
        )


def check_angles(L: int, K: int, max_order: int) -> None:
    """Raise `InputError` for what joint scattering asks beyond the separable one."""
    if L % 2:
        raise InputError(
            f"L={L}: joint scattering needs an even number of angles, so that a quarter turn is "
            f"a whole number of them; give {L + 1}"
        )
    check_integer("K", K, 0)
    if 2**K > 2 * L:
        raise InputError(
            f"K={K} is too large: the angular scale 2^K = {2**K} exceeds the circle of 2L = "
            f"{2 * L} orientations; K can be at most {(2 * L).bit_length() - 1}"
        )
    if max_order > 2:
        raise InputError(f"max_order={max_order}: joint scattering has orders 0, 1 and 2")


def from_config(spec, image_shape, classes=None, weights=None):
    """See `scatterlab.cascades.registry`."""
    names = (
        "J",
        "L",
        "K",
        "max_order",
        "average",
        "bank",
        "padding",
        "engine",
        "oversampling",
        "Q",
    )
    options = {name: spec[name] for name in names if name in spec}
    scattering = in_colour(RotoTranslationScattering2D, options, spec, image_shape)
    return scattering, scattering.layers[-1]
