"""Convolution along a group: of translations on a periodic grid and quarter turns.

An element g = (v, q) takes u to r_q u + v, r_q the rotation by q quarter turns. For functions of
the group, of shape (4, n, n),

    (x ⋆_G ψ)(g) = Σ_h x(h) ψ(h⁻¹g),    that is
    (x ⋆_G ψ)(u, q) = Σ_{v, p} x(v, p) ψ(r_p⁻¹(u − v), q − p)

(Sifre & Mallat, CVPR 2013, §2). On such discrete coordinates it is a convolution tensor, as a
layer of a convolutional network has: the weights between orientations p and q are ψ(·, q − p)
turned by p.
"""

import torch

from scatterlab.errors import InputError

TURNS = 4


def group_convolution(x: torch.Tensor, psi: torch.Tensor) -> torch.Tensor:
    """x ⋆_G ψ, of the shape of `x`.

    `x` has shape (…, 4, n, n) and `psi` (4, n, n): orientation, then position, whose origin is the
    first sample; both have one dtype. Differentiable. Raises `InputError` for other shapes.
    """
    if psi.shape[0] != TURNS or psi.ndim != 3 or psi.shape[1] != psi.shape[2]:
        raise InputError(f"psi has shape {tuple(psi.shape)}: give (4, n, n)")
    if x.shape[-3:] != psi.shape:
        raise InputError(f"x has shape {tuple(x.shape)}: its last dimensions must be those of psi")
    weights = torch.fft.fft2(convolution_tensor(psi))
    spectra = torch.fft.fft2(x)
    return torch.fft.ifft2(torch.einsum("...pyx,qpyx->...qyx", spectra, weights)).real


def convolution_tensor(psi: torch.Tensor) -> torch.Tensor:
    """Ψ(q, p, u) = ψ(r_p⁻¹u, q − p), so that (x ⋆_G ψ)(·, q) = Σ_p x(·, p) ⋆ Ψ(q, p, ·).

    From (4, n, n) to (4, 4, n, n), the convolutions being periodic.
    """
    turned = [quarter_turns(psi, p) for p in range(TURNS)]
    return torch.stack(
        [torch.stack([turned[p][(q - p) % TURNS] for p in range(TURNS)]) for q in range(TURNS)]
    )


def act(v: tuple[int, int], q: int, x: torch.Tensor) -> torch.Tensor:
    """h ↦ x(g⁻¹h) for g = (v, q): `x` (…, 4, n, n) turned, then moved by v = (y, x)."""
    turned = quarter_turns(x, q).roll(q, dims=-3)
    return turned.roll(v, dims=(-2, -1))


def quarter_turns(x: torch.Tensor, q: int) -> torch.Tensor:
    """u ↦ x(r_q⁻¹u) on the periodic grid of the last two axes, about its first sample.

    A quarter turn takes (y, x) to (x, −y).
    """
    for _ in range(q % TURNS):
        x = x.mT.flip(-1).roll(1, dims=-1)
    return x
