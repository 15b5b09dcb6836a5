"""The modulus of the Fourier transform: invariant to translation, unstable to deformation."""

import torch

from scatterlab.cascades.pixels import Pixels


class FourierModulus(Pixels):
    """|x̂| / √n on the whole grid of n frequencies (centred), so that ‖|x̂|/√n‖ = ‖x‖.

    It is exactly invariant to circular translations, and moves high frequencies far under the
    smallest dilation: the counter-example that scattering answers (Mallat 2012, §2.1).
    """

    layers = ("modulus",)

    def maps(self, images, layer=None):
        self.layer_or_last(layer)
        spectrum = torch.fft.fft2(images, norm="ortho").abs()
        return torch.fft.fftshift(spectrum, dim=(-2, -1))


def from_config(spec, image_shape, classes=None, weights=None):
    """See `scatterlab.cascades.registry`."""
    return FourierModulus(image_shape), "modulus"
