"""What is timed: shapes and scales."""

import math
from dataclasses import dataclass

import torch


@dataclass(frozen=True)
class Case:
    """A transform of float32 signals.

    Attributes
    ----------
    shape : (y, x) of images, (t,) of sounds.
    J : log of the averaging scale.
    batch : number of signals given at once.
    channels : of a signal; each is transformed alone.
    Q : wavelets per octave of a sound.
    bank : of our transform; Kymatio has its own.
    compiled : whether Kymatio is compiled here unless all are asked for: it takes minutes.
    """

    shape: tuple[int, ...]
    J: int
    batch: int
    channels: int = 1
    Q: int = 1
    bank: str = "kymatio"
    compiled: bool = False

    @property
    def name(self) -> str:
        sizes = self.shape if self.channels == 1 else (self.channels, *self.shape)
        octaves = f" Q={self.Q}" if len(self.shape) == 1 else ""
        bank = "" if self.bank == "kymatio" else f", bank {self.bank}"
        alone = ", one image" if self.batch == 1 else ""
        return f"{'×'.join(map(str, sizes))} J={self.J}{octaves}{bank}{alone}"

    def signals(self) -> torch.Tensor:
        """`batch` signals of noise in [0, 1), the same in every run."""
        leading = (self.batch,) if self.channels == 1 else (self.batch, self.channels)
        generator = torch.Generator().manual_seed(math.prod(self.shape))
        return torch.rand(*leading, *self.shape, generator=generator)


CASES = (
    Case((28, 28), 2, 128, compiled=True),
    Case((32, 32), 2, 128, compiled=True),
    Case((32, 32), 3, 128, compiled=True),
    Case((32, 32), 3, 128, bank="unitary"),
    Case((32, 32), 2, 64, channels=3),
    Case((64, 64), 3, 64),
    Case((128, 128), 4, 16),
    Case((32, 32), 2, 1),
    Case((64, 64), 3, 1),
    Case((128, 128), 4, 1),
    Case((224, 224), 3, 4),
    Case((224, 224), 4, 4),
    Case((2**16,), 12, 8, Q=8),
)
