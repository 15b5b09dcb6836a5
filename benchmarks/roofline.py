"""The time that a transform would take if this processor did nothing but its arithmetic."""

import ctypes

import torch
from cases import Case
from contenders import cpu

from scatterlab.engines.kernel import library


def roof(case: Case) -> float:
    """Seconds for one signal: the additions and multiply-adds of its Fourier transforms, filters,
    moduli and averages, over the rates at which all cores together were just seen to do them.

    Where a processor has units of its own for either, those that have more to do are the roof."""
    rates = (ctypes.c_double * 3)()
    library().scatterlab_peak_rates(rates)
    additions, products = cpu(case)._engine.operations
    work = additions, products, additions + products
    seconds = max(count / rate for count, rate in zip(work, rates, strict=True))
    return case.channels * seconds / torch.get_num_threads()
