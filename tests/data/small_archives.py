"""Small archives in the formats of the real ones, made on the fly."""

import io
import json
import struct
import tarfile
import zipfile

import xarray as xr
from PIL import Image
from pydantic import TypeAdapter

from scatterlab.config.datasets import Dataset
from scatterlab.data.prepare import prepare_dataset

IDX_CODES = {"uint8": 0x08, "int8": 0x09, "int16": 0x0B, "int32": 0x0C, "float32": 0x0D}


def idx_bytes(array):
    header = struct.pack(">HBB", 0, IDX_CODES[array.dtype.name], array.ndim)
    sizes = struct.pack(f">{array.ndim}I", *array.shape)
    return header + sizes + array.astype(array.dtype.newbyteorder(">")).tobytes()


def png_bytes(array, mode=None, format="PNG"):
    buffer = io.BytesIO()
    image = Image.fromarray(array)
    (image.convert(mode) if mode else image).save(buffer, format)
    return buffer.getvalue()


def write_tar(path, members, compression=""):
    with tarfile.open(path, f"w:{compression}") as archive:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return path


def write_zip(path, members, compression=zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def spec_of(**section):
    """A section of the configuration with all its defaults, as scripts are given it."""
    made = TypeAdapter(Dataset).validate_python(section)
    return json.loads(json.dumps(made.model_dump(mode="json")))


def archive_section(*paths):
    """The `archives` of a section, with a checksum that nothing here asks for."""
    return [{"file": path.name, "digests": ["md5:" + "0" * 32]} for path in paths]


def prepared(folder, spec, *paths):
    """The store that `prepare_dataset` makes of `spec`, open."""
    names = [archive["file"] for archive in spec["archives"]]
    prepare_dataset(
        spec, dict(zip(names, paths, strict=True)), folder / "images.zarr", folder / "images.json"
    )
    return xr.open_zarr(folder / "images.zarr", chunks=None)
