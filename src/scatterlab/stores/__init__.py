"""Immutable Zarr stores with a manifest that is written last."""

from scatterlab.stores.manifest import verify_store, write_manifest
from scatterlab.stores.reader import open_features, open_store
from scatterlab.stores.writer import StoreWriter, write_dataset

__all__ = [
    "StoreWriter",
    "open_features",
    "open_store",
    "verify_store",
    "write_dataset",
    "write_manifest",
]
