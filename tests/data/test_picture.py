import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image
from small_archives import png_bytes

from scatterlab.data.picture import decode, layout_of
from scatterlab.errors import DataError

RGB = np.random.default_rng(0).integers(0, 256, (5, 7, 3), np.uint8)


def decoded(image, format="PNG", **options):
    buffer = io.BytesIO()
    image.save(buffer, format, **options)
    data = buffer.getvalue()
    pixels, layout = decode(data, "here"), layout_of(data, "here")
    assert pixels.shape == (layout.channels, layout.height, layout.width)
    assert (pixels.dtype == np.float32) == layout.deep
    return pixels


def test_colour_and_grey_keep_their_values():
    np.testing.assert_array_equal(decoded(Image.fromarray(RGB)), RGB.transpose(2, 0, 1))
    np.testing.assert_array_equal(decoded(Image.fromarray(RGB[..., 0])), RGB[None, ..., 0])


def test_16_bits_become_floats():
    deep = np.array([[0, 1, 32768, 65535]], np.uint16)
    np.testing.assert_allclose(decoded(Image.fromarray(deep)), deep[None] / 65535, atol=1e-7)


def test_a_palette_is_resolved():
    image = Image.fromarray(RGB // 128 * 255).quantize(8)
    np.testing.assert_array_equal(decoded(image), RGB.transpose(2, 0, 1) // 128 * 255)


def test_transparency_lies_over_black():
    image = np.dstack([RGB, np.where(np.arange(7) < 3, 255, 0) * np.ones((5, 1))]).astype(np.uint8)
    pixels = decoded(Image.fromarray(image))
    np.testing.assert_array_equal(pixels[..., :3], RGB.transpose(2, 0, 1)[..., :3])
    assert not pixels[..., 3:].any()


def test_black_and_white_is_0_and_255():
    assert set(np.unique(decoded(Image.fromarray(RGB[..., 0] > 100)))) == {0, 255}


def test_cmyk_becomes_red_green_and_blue():
    red = Image.new("CMYK", (16, 16), (0, 255, 255, 0))
    pixels = decoded(red, "JPEG", quality=100)
    assert pixels[0].min() > 200
    assert pixels[1:].max() < 60


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_turned_camera_gives_an_upright_image(orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    pixels = decoded(Image.fromarray(RGB), exif=exif)
    turns = {1: RGB, 2: RGB[:, ::-1], 3: RGB[::-1, ::-1], 4: RGB[::-1]}
    flipped = RGB.transpose(1, 0, 2)
    turns |= {5: flipped, 6: flipped[:, ::-1], 7: flipped[::-1, ::-1], 8: flipped[::-1]}
    np.testing.assert_array_equal(pixels, turns[orientation].transpose(2, 0, 1))


@pytest.mark.parametrize("format", ["PNG", "JPEG", "GIF", "BMP", "TIFF"])
@pytest.mark.parametrize("share", [0, 0.1, 0.6])
def test_an_empty_or_cut_file_is_named(format, share):
    noise = np.random.default_rng(0).integers(0, 256, (40, 40), np.uint8)
    data = png_bytes(noise, format=format)
    with pytest.raises(DataError, match=r"folder/cat\.png: not a readable image"):
        decode(data[: int(share * len(data))], "folder/cat.png")


def test_a_program_under_the_name_of_an_image_is_not_run():
    page = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n%%EndComments\nshowpage\n"
    with pytest.raises(DataError, match="cannot identify image file"):
        decode(page, "folder/cat.png")


@pytest.mark.parametrize("read", [decode, layout_of])
def test_a_small_file_that_announces_an_absurd_size_is_refused(read):
    def part(kind, data):
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    header = struct.pack(">IIBBBBB", 100_000, 100_000, 8, 0, 0, 0, 0)
    bomb = b"\x89PNG\r\n\x1a\n" + part(b"IHDR", header) + part(b"IDAT", zlib.compress(bytes(99)))
    with pytest.raises(DataError, match=r"bomb\.png: .*decompression bomb"):
        read(bomb, "bomb.png")


def test_an_image_of_absurd_size_is_refused(monkeypatch):
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 20)
    with pytest.raises(DataError, match="decompression bomb"):
        decode(png_bytes(RGB), "here")
