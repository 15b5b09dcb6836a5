"""The adjoint of a deformation: ⟨φ_τ x, w⟩ = ⟨x, φ_τ* w⟩.

With v = u − τ(u), ∫ x(u − τ(u)) w(u) du = ∫ x(v) w(u(v)) / |det(1 − ∇τ(u(v)))| dv: the adjoint
deforms w by the inverse of u ↦ u − τ(u), and weighs it by how much that spreads or gathers.
"""

import numpy as np
import torch

from scatterlab.analyses.fields import Field, deform

ITERATIONS = 30
"""Of u ← v + τ(u), each of which divides the error by 1/‖∇τ‖_∞ or more."""


def adjoint(images: torch.Tensor, field: Field) -> torch.Tensor:
    """φ_τ* w for `images` w (sample, channel, y, x): the transpose of `fields.deform`.

    It is exact, for deforming is linear in the image, interpolation and border included: the
    gradient of ⟨φ_τ x, w⟩ by x is φ_τ* w whatever x.
    """
    start = torch.zeros_like(images, requires_grad=True)
    (found,) = torch.autograd.grad(deform(start, field), start, images)
    return found


def by_change_of_variable(images: torch.Tensor, field: Field) -> torch.Tensor:
    """w(u(v)) / |det(1 − ∇τ(u(v)))| for `images` w (sample, channel, y, x).

    Equal to `adjoint` as far as w is smooth between its samples, and vanishes near the border,
    where positions come from outside. `field` must not fold the image: ‖∇τ‖_∞ < 1.
    """
    to_source = inverse_displacement(field)
    determinant = jacobian_determinant(field)
    spread = deform(torch.from_numpy(determinant)[None, None], to_source)
    return deform(images, to_source) / spread.abs().to(images)


def inverse_displacement(field: Field) -> Field:
    """σ with u(v) = v − σ(v), the inverse of u ↦ u − τ(u): reading by σ undoes reading by τ."""
    tau = torch.from_numpy(field.tau)[None]
    sigma = moved = Field(-field.tau, field.gradient, field.hessian)
    for _ in range(ITERATIONS):
        sigma = Field(-deform(tau, moved)[0].numpy(), field.gradient, field.hessian)
        moved = sigma
    return sigma


def jacobian_determinant(field: Field) -> np.ndarray:
    """det(1 − ∇τ(u)), (y, x)."""
    jacobian = np.eye(2)[..., None, None] - field.gradient
    return np.linalg.det(np.moveaxis(jacobian, (0, 1), (-2, -1)))
