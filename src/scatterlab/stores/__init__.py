"""Immutable Zarr stores with a manifest that is written last."""
