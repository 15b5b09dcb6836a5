"""The transforms that are compared, each made anew for a case."""

import torch
from cases import Case


def kymatio(case: Case):
    """Kymatio 0.3, which computes one path after the other."""
    from kymatio.torch import Scattering1D, Scattering2D

    if len(case.shape) == 1:
        return Scattering1D(case.J, case.shape, Q=case.Q)
    return Scattering2D(case.J, case.shape)


def compiled(case: Case):
    """Kymatio as `torch.compile` makes it at the first call."""
    return torch.compile(kymatio(case))


def reference(case: Case):
    return ours(case, "reference")


def cpu(case: Case):
    return ours(case, "cpu")


def ours(case: Case, engine: str):
    from scatterlab import Scattering1D, Scattering2D

    if len(case.shape) == 1:
        return Scattering1D(case.J, case.shape, Q=case.Q, bank=case.bank, engine=engine)
    return Scattering2D(case.J, case.shape, bank=case.bank, engine=engine)


CONTENDERS = {"Kymatio": kymatio, "compiled": compiled, "reference": reference, "cpu": cpu}
