"""Properties of representations: one module a property.

Each takes a cascade and a layer, and never asks which kind it is.
"""
