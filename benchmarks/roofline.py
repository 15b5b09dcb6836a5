"""The time that a transform would take if this processor did nothing but its arithmetic."""

import torch
from cases import Case
from contenders import cpu

from scatterlab.engines.kernel import library


def roof(case: Case) -> float:
    """Seconds for one signal: the additions and multiply-adds of its Fourier transforms, filters,
    moduli and averages, over the rate at which all cores together were just seen to do them."""
    rate = library().scatterlab_peak_rate() * torch.get_num_threads()
    return case.channels * cpu(case)._engine.operations / rate
