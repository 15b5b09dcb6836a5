"""The steps of a transform as Triton kernels, in float32.

The same steps as `torch_steps`, from the same tables. Every kernel writes each number once and
adds in a fixed order, so that a transform gives the same bits every time.
"""

import torch
import triton
import triton.language as tl

from scatterlab.engines.gpu.banded import STEP, Banded
from scatterlab.engines.gpu.products import POINTS, Product

IMAGES = 4
"""Images that share one reading of a filter."""
HALF_POINTS = 128
"""Frequencies of a half spectrum in one program."""
FEW_ROWS, ROWS = 16, 64
"""Rows of signals in one program of an average."""
LONGEST = 4096
"""Columns that one program of an average sums; longer windows are shared out."""
ELEMENTS = 1024
"""Numbers in one program of a pointwise step."""
FUSED = {"enable_fp_fusion": True}
"""Products and sums are one instruction; Triton's default depends on its version."""


def multiply(spectra: torch.Tensor, product: Product, out: torch.Tensor) -> None:
    """See `torch_steps.multiply`; `out` is contiguous."""
    images, parents, nodes = len(spectra), spectra.shape[1], out.shape[1]
    together = min(IMAGES, triton.next_power_of_2(images))
    grid = (product.block_at.shape[2], len(product.jobs), triton.cdiv(images, together))
    multiply_kernel[grid](
        torch.view_as_real(spectra.contiguous()),
        real_view(product.values),
        product.aliases,
        product.first,
        product.children,
        product.jobs,
        torch.view_as_real(out),
        images,
        parents,
        nodes,
        *product.fine,
        *product.coarse,
        COMPLEX=product.values.is_complex(),
        IMAGES=together,
        POINTS=POINTS,
        **FUSED,
    )


def multiply_adjoint(
    gradients: torch.Tensor, product: Product, out: torch.Tensor, accumulate: bool
) -> None:
    """See `torch_steps.multiply_adjoint`; `out` is contiguous."""
    images, parents, nodes = len(out), out.shape[1], gradients.shape[1]
    together = min(IMAGES, triton.next_power_of_2(images))
    tiles = triton.cdiv(out[0, 0].numel(), HALF_POINTS)
    multiply_adjoint_kernel[tiles, parents, triton.cdiv(images, together)](
        torch.view_as_real(gradients.contiguous()),
        real_view(product.values),
        product.block_at,
        product.children,
        product.of_parent,
        torch.view_as_real(out),
        images,
        parents,
        nodes,
        product.block_at.shape[2],
        *product.fine,
        *product.coarse,
        COMPLEX=product.values.is_complex(),
        ACCUMULATE=accumulate,
        IMAGES=together,
        POINTS=POINTS,
        HALF_POINTS=HALF_POINTS,
        **FUSED,
    )


def average(
    signals: torch.Tensor,
    matrix: Banded,
    out: torch.Tensor,
    *,
    take: torch.Tensor,
    put: torch.Tensor,
    accumulate: bool = False,
) -> None:
    """See `torch_steps.average`; tensors of any strides."""
    shares = triton.cdiv(matrix.width, LONGEST)
    if shares > 1:
        parts = out.new_empty(shares, len(out), len(take), out.shape[2], matrix.rows)
        parts_put = torch.arange(len(take), dtype=torch.int32, device=take.device)
        average_share(signals, matrix, parts, take, parts_put, False)
        total = parts.sum(dim=0)
        out[:, put] = out[:, put] + total if accumulate else total
    else:
        average_share(signals, matrix, out[None], take, put, accumulate)


def average_share(signals, matrix, out, take, put, accumulate) -> None:
    """`average` of each share of the windows: `out` has one more axis, first, for the share."""
    images, places, rows = len(signals), len(take), signals.shape[2]
    block = ROWS if places * rows >= ROWS else FEW_ROWS
    row_blocks, tiles = triton.cdiv(places * rows, block), len(matrix.starts)
    parts = real_view(signals)
    average_kernel[images * row_blocks * tiles, len(out)](
        parts,
        matrix.weights,
        matrix.starts,
        take,
        put,
        out,
        row_blocks,
        tiles,
        places,
        rows,
        matrix.columns,
        matrix.width,
        matrix.rows,
        matrix.weights.stride(0) if len(matrix.weights) > 1 else 0,
        *signals.stride(),
        *out.stride(),
        MODULUS=signals.is_complex(),
        ACCUMULATE=accumulate,
        FAR=max(parts.stride(0), out.stride(1)) >= 2**31,
        ROWS=block,
        STEP=STEP,
        LONGEST=LONGEST,
        TILE=matrix.weights.shape[2],
        PRECISION=precision_on(signals.device),
        num_stages=1,
        **FUSED,
    )


def modulus_adjoint(signals: torch.Tensor, gradients: torch.Tensor) -> torch.Tensor:
    """See `torch_steps.modulus_adjoint`."""
    signals, gradients = signals.contiguous(), gradients.contiguous()
    out = torch.empty_like(signals)
    count = signals.numel()
    modulus_adjoint_kernel[(triton.cdiv(count, ELEMENTS),)](
        torch.view_as_real(signals),
        gradients,
        torch.view_as_real(out),
        count,
        ELEMENTS=ELEMENTS,
        **FUSED,
    )
    return out


def precision_on(device: torch.device) -> str:
    """How to multiply matrices as exactly as in float32: by three products of TF32's precision
    where the tensor cores have it."""
    fine = device.type != "cuda" or torch.cuda.get_device_capability(device) >= (8, 0)
    return "tf32x3" if fine else "ieee"


def real_view(values: torch.Tensor) -> torch.Tensor:
    """Real and imaginary parts along a last axis, or the real numbers."""
    return torch.view_as_real(values) if values.is_complex() else values


@triton.jit
def load_complex(pointer, offset, inside):
    """The real and the imaginary parts at `offset` complex numbers from `pointer`; 0 outside."""
    part = tl.arange(0, 2)
    offset = tl.expand_dims(2 * offset, -1) + part
    return tl.split(tl.load(pointer + offset, mask=tl.expand_dims(inside, -1), other=0.0))


@triton.jit
def store_complex(pointer, offset, real, imaginary, inside):
    part = tl.arange(0, 2)
    offset = tl.expand_dims(2 * offset, -1) + part
    inside = tl.expand_dims(inside, -1) & (part < 2)
    tl.store(pointer + offset, tl.join(real, imaginary), mask=inside)


@triton.jit
def load_values(pointer, offset, inside, COMPLEX: tl.constexpr):
    """Filter values, real or complex, as two parts."""
    if COMPLEX:
        real, imaginary = load_complex(pointer, offset, inside)
    else:
        real = tl.load(pointer + offset, mask=inside, other=0.0)
        imaginary = tl.zeros_like(real)
    return real, imaginary


@triton.jit
def modulus_of(real, imaginary):
    """√(a² + b²), where the squares may not be numbers of this precision."""
    a, b = tl.abs(real), tl.abs(imaginary)
    larger, smaller = tl.maximum(a, b), tl.minimum(a, b)
    ratio = smaller / tl.where(larger > 0, larger, 1.0)
    return larger * tl.sqrt(1 + ratio * ratio)


@triton.jit
def multiply_kernel(
    spectra,
    values,
    aliases,
    first,
    children,
    jobs,
    out,
    images,
    parents,
    nodes,
    fine_y,
    fine_x,
    coarse_y,
    coarse_x,
    COMPLEX: tl.constexpr,
    IMAGES: tl.constexpr,
    POINTS: tl.constexpr,
):
    """One tile of the spectra of some children of one parent, for `IMAGES` images."""
    tile, tiles = tl.program_id(0), tl.num_programs(0)
    job = tl.program_id(1)
    image = (tl.program_id(2) * IMAGES + tl.arange(0, IMAGES)).to(tl.int64)[:, None]
    within = tl.arange(0, POINTS)
    point = tile * POINTS + within
    y, x = point // coarse_x, point % coarse_x
    points, across = coarse_y * coarse_x, fine_x // coarse_x
    half = fine_x // 2 + 1
    stop = tl.load(jobs + 2 * job + 1)
    start = tl.load(jobs + 2 * job)
    parent = tl.load(children + 3 * start)
    spectrum = (image * parents + parent) * (fine_y * half)
    inside = (image < images) & (point < points)[None, :]
    for child in range(start, stop):
        number = tl.load(children + 3 * child + 1)
        place = tl.load(children + 3 * child + 2)
        real = tl.zeros([IMAGES, POINTS], tl.float32)
        imaginary = tl.zeros([IMAGES, POINTS], tl.float32)
        first_block = tl.load(first + number * tiles + tile)
        last_block = tl.load(first + number * tiles + tile + 1)
        for block in range(first_block, last_block):
            alias = tl.load(aliases + block)
            at_y = y + alias // across * coarse_y
            at_x = x + alias % across * coarse_x
            # the other half of the spectrum of a real signal is the conjugate of this one
            mirrored = 2 * at_x > fine_x
            at_y = tl.where(mirrored & (at_y > 0), fine_y - at_y, at_y)
            at_x = tl.where(mirrored, fine_x - at_x, at_x)
            u, v = load_complex(spectra, spectrum + (at_y * half + at_x)[None, :], inside)
            v = tl.where(mirrored[None, :], -v, v)
            filter_at = block * POINTS + within
            a, b = load_values(values, filter_at, point < points, COMPLEX)
            real += u * a[None, :] - v * b[None, :]
            imaginary += u * b[None, :] + v * a[None, :]
        store_complex(
            out, (image * nodes + place) * points + point[None, :], real, imaginary, inside
        )


@triton.jit
def conjugate_product(
    gradients,
    values,
    block_at,
    number,
    spectrum,
    y,
    x,
    inside,
    tiles,
    fine_y,
    fine_x,
    coarse_y,
    coarse_x,
    COMPLEX: tl.constexpr,
    POINTS: tl.constexpr,
):
    """Of one child, gradient times conjugate of the filter at frequencies (y, x) of the parent."""
    across = fine_x // coarse_x
    alias = y // coarse_y * across + x // coarse_x
    point = y % coarse_y * coarse_x + x % coarse_x
    blocks = across * (fine_y // coarse_y) * tiles
    block = tl.load(block_at + number * blocks + alias * tiles + point // POINTS)
    present = block >= 0
    filter_at = block * POINTS + point % POINTS
    a, b = load_values(values, filter_at, present, COMPLEX)
    u, v = load_complex(gradients, spectrum + point[None, :], inside & present[None, :])
    return u * a[None, :] + v * b[None, :], v * a[None, :] - u * b[None, :]


@triton.jit
def multiply_adjoint_kernel(
    gradients,
    values,
    block_at,
    children,
    of_parent,
    out,
    images,
    parents,
    nodes,
    tiles,
    fine_y,
    fine_x,
    coarse_y,
    coarse_x,
    COMPLEX: tl.constexpr,
    ACCUMULATE: tl.constexpr,
    IMAGES: tl.constexpr,
    POINTS: tl.constexpr,
    HALF_POINTS: tl.constexpr,
):
    """Some frequencies of the half spectrum of one parent's gradient, for `IMAGES` images."""
    parent = tl.program_id(1)
    image = (tl.program_id(2) * IMAGES + tl.arange(0, IMAGES)).to(tl.int64)[:, None]
    half = fine_x // 2 + 1
    point = tl.program_id(0) * HALF_POINTS + tl.arange(0, HALF_POINTS)
    stored = point < fine_y * half
    inside = (image < images) & stored[None, :]
    y, x = tl.where(stored, point // half, 0), point % half
    opposite_y = tl.where(y > 0, fine_y - y, 0)
    opposite_x = tl.where(x > 0, fine_x - x, 0)
    points = coarse_y * coarse_x
    real = tl.zeros([IMAGES, HALF_POINTS], tl.float32)
    imaginary = tl.zeros([IMAGES, HALF_POINTS], tl.float32)
    for child in range(tl.load(of_parent + parent), tl.load(of_parent + parent + 1)):
        number = tl.load(children + 3 * child + 1)
        place = tl.load(children + 3 * child + 2)
        spectrum = (image * nodes + place) * points
        u, v = conjugate_product(
            gradients, values, block_at, number, spectrum, y, x, inside,
            tiles, fine_y, fine_x, coarse_y, coarse_x, COMPLEX, POINTS,
        )  # fmt: skip
        real += u
        imaginary += v
        u, v = conjugate_product(
            gradients, values, block_at, number, spectrum, opposite_y, opposite_x, inside,
            tiles, fine_y, fine_x, coarse_y, coarse_x, COMPLEX, POINTS,
        )  # fmt: skip
        real += u
        imaginary -= v
    real, imaginary = real / 2, imaginary / 2
    at = (image * parents + parent) * (fine_y * half) + point[None, :]
    if ACCUMULATE:
        u, v = load_complex(out, at, inside)
        real, imaginary = real + u, imaginary + v
    store_complex(out, at, real, imaginary, inside)


@triton.jit
def average_kernel(
    signals,
    weights,
    starts,
    take,
    put,
    out,
    row_blocks,
    tiles,
    places,
    rows,
    columns,
    width,
    outputs,
    weights_step,
    signals_image,
    signals_place,
    signals_row,
    signals_column,
    out_share,
    out_image,
    out_place,
    out_row,
    out_column,
    MODULUS: tl.constexpr,
    ACCUMULATE: tl.constexpr,
    FAR: tl.constexpr,
    ROWS: tl.constexpr,
    STEP: tl.constexpr,
    LONGEST: tl.constexpr,
    TILE: tl.constexpr,
    PRECISION: tl.constexpr,
):
    """One share of one tile of outputs, of `ROWS` rows of all places of one image."""
    tile, block = tl.program_id(0) % tiles, tl.program_id(0) // tiles
    image, share = (block // row_blocks).to(tl.int64), tl.program_id(1)
    signals += image * signals_image * (2 if MODULUS else 1)
    out += image * out_image + share.to(tl.int64) * out_share
    row = block % row_blocks * ROWS + tl.arange(0, ROWS)
    there = row < places * rows
    place, row = row // rows, row % rows
    if FAR:
        place, row = place.to(tl.int64), row.to(tl.int64)
    source = tl.load(take + place, mask=there, other=0) * signals_place + row * signals_row
    target = tl.load(put + place, mask=there, other=0) * out_place + row * out_row
    start = tl.load(starts + tile)
    output = tl.arange(0, TILE)
    total = tl.zeros([ROWS, TILE], tl.float32)
    for low in range(share * LONGEST, tl.minimum(share * LONGEST + LONGEST, width), STEP):
        window = low + tl.arange(0, STEP)
        column = start + window
        column = tl.where(column < columns, column, column - columns) * signals_column
        at = source[:, None] + column[None, :]
        inside = there[:, None] & (window < width)[None, :]
        if MODULUS:
            real, imaginary = load_complex(signals, at, inside)
            found = modulus_of(real, imaginary)
        else:
            found = tl.load(signals + at, mask=inside, other=0.0)
        weight_at = tile * weights_step + window[:, None] * TILE + output[None, :]
        total = tl.dot(found, tl.load(weights + weight_at), total, input_precision=PRECISION)
    output = tile * TILE + output
    at = target[:, None] + output[None, :] * out_column
    inside = there[:, None] & (output < outputs)[None, :]
    if ACCUMULATE:
        total += tl.load(out + at, mask=inside, other=0.0)
    tl.store(out + at, total, mask=inside)


@triton.jit
def modulus_adjoint_kernel(signals, gradients, out, count, ELEMENTS: tl.constexpr):
    """g·z/|z|, and 0 where z is 0."""
    at = tl.program_id(0).to(tl.int64) * ELEMENTS + tl.arange(0, ELEMENTS)
    inside = at < count
    real, imaginary = load_complex(signals, at, inside)
    # scaled by the larger part, so that no square underflows
    scale = tl.maximum(tl.abs(real), tl.abs(imaginary))
    scale = tl.where(scale > 0, scale, 1.0)
    real, imaginary = real / scale, imaginary / scale
    squares = real * real + imaginary * imaginary
    factor = tl.load(gradients + at, mask=inside, other=0.0)
    factor = tl.where(squares > 0, factor / tl.sqrt(tl.where(squares > 0, squares, 1.0)), 0.0)
    store_complex(out, at, real * factor, imaginary * factor, inside)
