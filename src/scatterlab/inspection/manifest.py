"""What a manifest says of its store."""

from pathlib import Path

from scatterlab.stores.manifest import read_manifest


def describe_manifest(path: Path) -> dict:
    """The store, arrays, engine, versions and parameters that the manifest at `path` names.

    Raises `StoreError` if it is not a manifest.
    """
    content = read_manifest(path)
    files = content.pop("files")
    return {"path": str(path), "kind": "manifest", "files": len(files), **content}
