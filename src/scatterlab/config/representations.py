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


class Chrominance(Section):
    """The chrominances of an image, which may be seen more coarsely than its luminance."""

    size: PositiveInt = Field(description="Height and width that they are resized to, in pixels.")
    J: PositiveInt = Field(description="Log of their averaging scale; size / 2^J as in Y.")


class WaveletScattering(Section):
    """What scatterings of images share."""

    J: PositiveInt = Field(description="Log of the averaging scale: 2^J pixels.")
    L: PositiveInt = Field(default=8, description="Number of angles in [0, π).")
    Q: PositiveInt = Field(
        default=1, description="Wavelets an octave in the first layer; the others have one."
    )
    max_order: int = Field(default=2, ge=0, description="Largest number of wavelets in a path.")
    bank: Literal["unitary", "kymatio"] = Field(
        default="unitary", description="unitary: non-expansive; kymatio: Kymatio's filters."
    )
    padding: Literal["reflect", "zero", "periodic"] = Field(
        default="reflect", description="What surrounds the image."
    )
    colour: Literal["keep", "yuv"] = Field(
        default="keep",
        description="keep: the images' channels; yuv: luminance and chrominance, of colour images.",
    )
    chrominance: Chrominance | None = Field(
        default=None, description="For yuv: another size and scale for U and V."
    )
    oversampling: int = Field(
        default=0, ge=0, description="Log of the factor by which outputs are sampled more finely."
    )
    engine: Literal["auto", "reference", "cpu", "cuda"] = Field(
        default="auto",
        description="What computes it; auto: cuda on a GPU, else cpu if compiled, else reference.",
    )


class Scattering(WaveletScattering):
    """Separable wavelet scattering (Bruna & Mallat 2013)."""

    kind: Literal["scattering"]


class RotoTranslation(WaveletScattering):
    """Joint scattering over positions and orientations (Sifre & Mallat 2013)."""

    kind: Literal["roto_translation"]
    max_order: int = Field(default=2, ge=0, le=2, description="Largest number of moduli in a path.")
    K: int = Field(
        default=3,
        ge=0,
        description="Log of the scale along the angle: wavelets ψ_k, k < K, on the circle of 2L "
        "orientations.",
    )
    average: bool = Field(default=True, description="Average over all orientations.")


class SpatialMean(Section):
    """The mean over positions, and over sizes of the image, of a scattering's maps."""

    kind: Literal["spatial_mean"]
    of: Annotated[Scattering | RotoTranslation, Field(discriminator="kind")] = Field(
        description="The scattering."
    )
    log: bool = Field(default=False, description="Take the logarithm before the mean.")
    margin: int = Field(
        default=0, ge=0, description="Rows and columns of the maps left out on each side."
    )
    sizes: PositiveInt = Field(
        default=1, description="Sizes of the image, each smaller by √2, whose means are averaged."
    )
    keep_sizes: bool = Field(
        default=False,
        description="Do not average over sizes: they are columns, for a classifier's `frames`.",
    )


class TimeScattering(Section):
    """Scattering of sounds in time (Andén & Mallat 2014)."""

    kind: Literal["time_scattering"]
    J: PositiveInt = Field(description="Log of the largest scale of the wavelets, in samples.")
    Q: PositiveInt | tuple[PositiveInt, PositiveInt] = Field(
        default=8,
        description="Wavelets an octave of the first order, or of the first and the second; the "
        "second has 1 unless given.",
    )
    T: PositiveInt | None = Field(
        default=None, description="Samples that are averaged over. Unset: 2^J."
    )
    max_order: int = Field(
        default=2, ge=0, le=2, description="Largest number of wavelets in a path."
    )
    bank: Literal["unitary", "kymatio"] = Field(
        default="unitary", description="unitary: non-expansive; kymatio: Kymatio's filters."
    )
    padding: Literal["reflect", "zero", "periodic"] = Field(
        default="reflect", description="What surrounds the sound."
    )
    oversampling: int = Field(
        default=0, ge=0, description="Log of the factor by which outputs are sampled more finely."
    )
    renormalise: bool = Field(
        default=False, description="Divide each coefficient of order 2 by its parent of order 1."
    )
    log: bool = Field(default=False, description="Take the logarithm, log(S + 2^−20).")
    frequency: PositiveInt | None = Field(
        default=None,
        description="Scatter order 1 along log frequency too, and append that: log of the scale, "
        "in wavelets.",
    )
    engine: Literal["auto", "reference", "cpu", "cuda"] = Field(
        default="auto",
        description="What computes it; auto: cuda on a GPU, else cpu if compiled, else reference.",
    )


class TimeFrequency(Section):
    """Joint scattering in time and log frequency (Andén, Lostanlen & Mallat 2019): slow."""

    kind: Literal["time_frequency"]
    J: PositiveInt = Field(description="Log of the largest scale of the wavelets, in samples.")
    Q: PositiveInt = Field(default=8, description="Wavelets an octave of the first order.")
    T: PositiveInt | None = Field(
        default=None, description="Samples that are averaged over. Unset: 2^J."
    )
    frequency: PositiveInt = Field(
        default=3, description="Log of the scale along log frequency, in wavelets."
    )
    padding: Literal["reflect", "zero", "periodic"] = Field(
        default="reflect", description="What surrounds the sound."
    )


class Concatenated(Section):
    """Several time scatterings side by side, such as with several Q."""

    kind: Literal["concatenated"]
    of: list[TimeScattering] = Field(min_length=1, description="Time scatterings of one T.")


class Network(Section):
    """The maps of one layer of a trained network."""

    kind: Literal["network"]
    network: Name = Field(description="A key of `networks`.")
    layer: str = Field(description="Name of the layer whose maps are the representation.")
    trained_on: Name | None = Field(
        default=None,
        description="A key of `datasets`: the network is trained on its images, and its maps of "
        "others, of the same size and colour, are taken. Unset: trained on the images themselves.",
    )


Representation = Annotated[
    Pixels
    | Fourier
    | Scattering
    | RotoTranslation
    | SpatialMean
    | TimeScattering
    | TimeFrequency
    | Concatenated
    | Network,
    Field(discriminator="kind"),
]
