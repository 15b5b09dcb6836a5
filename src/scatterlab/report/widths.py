"""What deformations do to inner products with kernels, against how wide these are."""

import os
from collections.abc import Mapping, Sequence

import numpy as np
import xarray as xr

from scatterlab.report.finding import Finding, Table
from scatterlab.report.norm_tables import number
from scatterlab.report.style import INK, drawing, legend_below, looks, mark_round_numbers

TITLE = "Deformed kernels"
TEXT = (
    "Does a kernel see a deformation as a translation? Over a kernel w of width s about c, "
    "⟨φ_τ x, w⟩ = ⟨x, T_v w⟩ + ε with v = τ(c), where τ varies by s‖∇τ‖ at most; for all positions "
    "at once ε is the commutator of convolving and deforming (Mallat 2012, Theorem 2.12)."
)
CAPTION = (
    "A point for each kernel of a representation's first operator, wavelets or learned, and each "
    "deformation; s is the root of the second moment of |w|². Left: root mean square of ε over "
    "images and positions, over ‖w‖₁ and that of |∇x|: how many pixels amiss; the line is the "
    "largest displacement that is left over the kernel, s‖∇τ‖. Right: ε over the inner products "
    "themselves, for ‖∇τ‖ = 1 (median over deformations), against s."
)


def plot_widths(
    stores: Mapping[str, xr.Dataset], names: Sequence[str], target: str | os.PathLike
) -> None:
    """ε in pixels against s‖∇τ‖, and ε over inner products and ‖∇τ‖ against s.

    `stores` maps representations to what `analyses.widths.deformed_kernels` gives. `names` are all
    representations of the run, whose places give colours.
    """
    look = looks(names)
    with drawing(target, 9.4, 4.2) as figure:
        left, right = figure.subplots(1, 2)
        for name, store in stores.items():
            style = {**look[name], "linestyle": "none", "label": name, "markersize": 4}
            left.plot(spans(store).ravel(), positive(store["error"]).ravel(), alpha=0.5, **style)
            right.plot(store["width"], positive(of_response(store)), alpha=0.8, **style)
        ends = np.array(left.get_xlim())
        left.plot(ends, ends, color=INK, linewidth=1, label="s‖∇τ‖")
        left.set(xlabel="s‖∇τ‖ (pixels)", ylabel="rms ε / ‖w‖₁ rms |∇x| (pixels)")
        left.set_title("ε against s‖∇τ‖")
        right.set(xlabel="width s (pixels)", ylabel="rms ε / rms ⟨x, w⟩ ‖∇τ‖")
        right.set_title("ε over the inner product")
        for axes in (left, right):
            axes.set(xscale="log", yscale="log")
            mark_round_numbers(axes.xaxis)
            mark_round_numbers(axes.yaxis)
        legend_below(figure, (left, right))


def spans(store: xr.Dataset) -> np.ndarray:
    """s‖∇τ‖ (kernel, field)."""
    return store["width"].values[:, None] * store["gradient"].values


def of_response(store: xr.Dataset) -> np.ndarray:
    """ε over inner products and ‖∇τ‖, the median over deformations, (kernel,)."""
    return np.median(store["relative"].values / store["gradient"].values, axis=1)


def positive(values) -> np.ndarray:
    """Kept off zero for the logarithm."""
    values = np.asarray(values)
    return np.where(values > 0, values, np.nan)


def finding(stores: Mapping[str, xr.Dataset], published=None) -> Finding:
    """The power of s‖∇τ‖ that ε grows as, and the adjoint's exactness."""
    sentences = [said_of(name, store) for name, store in stores.items()]
    largest = max(float(store["identity"].max()) for store in stores.values())
    sentences.append(
        "⟨φ_τ x, w⟩ and ⟨x, φ_τ* w⟩ are the same to "
        f"{number(max(largest, 1e-16))} of ‖φ_τ x‖ ‖w‖ at most."
    )
    return Finding(" ".join(sentences), [table(name, store) for name, store in stores.items()])


def said_of(name: str, store: xr.Dataset) -> str:
    """How ε grows, and how far below s‖∇τ‖ it stays."""
    low, high = float(store["width"].min()), float(store["width"].max())
    ratio = float((store["error"].values / spans(store)).max())
    power = slope(spans(store), store["error"].values)
    return (
        f"{name}: for kernels of widths from {low:.1f} to {high:.1f} pixels ε grows as "
        f"s‖∇τ‖ to the power {power:.2f}, and is {number(ratio)} of it at most."
    )


def slope(x: np.ndarray, y: np.ndarray) -> float:
    """Of log y over log x, by least squares, where both are positive; NaN for fewer than two."""
    x, y = x.ravel(), y.ravel()
    kept = (x > 0) & (y > 0)
    if len(np.unique(x[kept])) < 2:
        return np.nan
    return float(np.polyfit(np.log(x[kept]), np.log(y[kept]), 1)[0])


def table(name: str, store: xr.Dataset) -> Table:
    """Medians over deformations and over kernels that are alike."""
    groups, gradient = np.array(store.attrs["groups"]), store["gradient"].values
    measures = {
        "ε / s‖∇τ‖": store["error"].values / spans(store),
        "ε / ⟨x, w⟩ ‖∇τ‖": store["relative"].values / gradient,
        "‖φ_τ* w − T_v w‖ / ‖w‖ ‖∇τ‖": store["worst"].values / gradient,
        "change of variable": store["formula"].values,
    }
    rows = [
        [
            group,
            number(float(store["width"].values[groups == group].mean())),
            *(number(float(np.median(values[groups == group]))) for values in measures.values()),
        ]
        for group in dict.fromkeys(store.attrs["groups"])
    ]
    return Table(
        f"{name}: kernels and deformations",
        ["kernels", "s (pixels)", *measures],
        rows,
        f"Medians over {store.sizes['field']} deformations. ε as on the left of the figure, then "
        "over inner products; ε of the worst x of norm 1, in the middle of the image; and how far "
        "the adjoint that the change of variable gives, w(u(v)) / |det(1 − ∇τ)|, is from the exact "
        "one, which is more for kernels that are not smooth between pixels." + remarks(store),
        folded=True,
    )


def remarks(store: xr.Dataset) -> str:
    """What was left out."""
    said = ""
    if left := store.attrs["left_out"]:
        said += f" Left out, of zeros or too wide for the image: {', '.join(left)}."
    if folding := store.attrs["folding"]:
        said += f" {folding} deformations would have folded the image, and were left out."
    return said
