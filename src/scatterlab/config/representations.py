"""Representations: each a cascade and one of its layers."""

from typing import Annotated, Literal

from pydantic import Field

from scatterlab.config.base import Name, PositiveInt, Section


class Pixels(Section):
    """The image itself."""

    kind: Literal["pixels"]


class Fourier(Section):
    """The modulus of the two-dimensional Fourier transform, |x̂|."""

    kind: Literal["fourier"]


class Scattering(Section):
    """Separable wavelet scattering (Bruna & Mallat 2013)."""

    kind: Literal["scattering"]
    J: PositiveInt = Field(description="Log of the averaging scale: 2^J pixels.")
    L: PositiveInt = Field(default=8, description="Number of angles in [0, π).")
    max_order: int = Field(default=2, ge=0, description="Largest number of wavelets in a path.")
    bank: Literal["unitary", "kymatio"] = Field(
        default="unitary", description="unitary: non-expansive; kymatio: Kymatio's filters."
    )
    padding: Literal["reflect", "zero", "periodic"] = Field(
        default="reflect", description="What surrounds the image."
    )
    oversampling: int = Field(
        default=0, ge=0, description="Log of the factor by which outputs are sampled more finely."
    )
    engine: Literal["auto", "reference", "cpu", "cuda"] = Field(
        default="auto",
        description="What computes it; auto: cuda on a GPU, else cpu if compiled, else reference.",
    )


class Network(Section):
    """The maps of one layer of a trained network."""

    kind: Literal["network"]
    network: Name = Field(description="A key of `networks`.")
    layer: str = Field(description="Name of the layer whose maps are the representation.")


Representation = Annotated[Pixels | Fourier | Scattering | Network, Field(discriminator="kind")]
