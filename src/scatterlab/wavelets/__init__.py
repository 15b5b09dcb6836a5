"""Filter banks and their Littlewood–Paley sums."""

from scatterlab.wavelets.bank import FilterBank, filter_bank
from scatterlab.wavelets.littlewood_paley import littlewood_paley

__all__ = ["FilterBank", "filter_bank", "littlewood_paley"]
