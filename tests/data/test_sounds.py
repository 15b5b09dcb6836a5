"""Sounds: formats, rates, lengths, channels, and what is wrong with a file."""

import io

import numpy as np
import pytest
import soundfile
from small_archives import archive_section, prepared, spec_of, write_tar, write_zip

from scatterlab.config.load import validate
from scatterlab.data import sound as one_sound
from scatterlab.data.sound import decode, fitted, header_of, resampled, resampled_length
from scatterlab.errors import ConfigError, DataError

RATE, SAMPLES = 8000, 1000


def tone(frequency=440.0, samples=SAMPLES, rate=RATE):
    return 0.5 * np.sin(2 * np.pi * frequency * np.arange(samples) / rate)


def sound_bytes(values, rate=RATE, kind="WAV", subtype=None):
    file = io.BytesIO()
    soundfile.write(file, values, rate, format=kind, subtype=subtype)
    return file.getvalue()


@pytest.fixture
def sound_folder(tmp_path):
    """Two classes, low and high, of five tones of 1,000 samples at 8 kHz, 16 bits."""
    root = tmp_path / "sounds"
    for label, name in enumerate(("low", "high")):
        (root / name).mkdir(parents=True)
        for number in range(5):
            data = sound_bytes(tone(200 * (1 + label) + number))
            (root / name / f"{number}.wav").write_bytes(data)
    return root


def from_folder(tmp_path, folder, **keys):
    return prepared(tmp_path, spec_of(format="sounds", path=str(folder), **keys))


def test_a_folder_of_sounds_is_a_store_of_signals_of_height_1(tmp_path, sound_folder):
    store = from_folder(tmp_path, sound_folder)
    assert dict(store.sizes) == {"sample": 10, "channel": 1, "y": 1, "x": SAMPLES}
    assert store.images.dtype == np.float32
    assert store.attrs["rate"] == RATE
    assert store.attrs["class_names"] == ["high", "low"]
    first = store.images[0, 0, 0].values
    loudest = np.abs(np.fft.rfft(first)).argmax() * RATE / SAMPLES
    assert abs(loudest - (400 if store.label[0] == 0 else 200)) <= 8
    assert np.abs(first).max() == pytest.approx(0.5, abs=1e-3)


@pytest.mark.parametrize(
    ("kind", "suffix", "tolerance"),
    [("WAV", "wav", 1e-4), ("AU", "au", 1e-4), ("FLAC", "flac", 1e-4), ("OGG", "ogg", 0.05)],
)
def test_all_formats_give_the_same_signal(tmp_path, sound_folder, kind, suffix, tolerance):
    expected = from_folder(tmp_path / "wav", sound_folder)
    for path in list(sound_folder.rglob("*.wav")):
        values, rate = soundfile.read(path)
        path.unlink()
        path.with_suffix(f".{suffix}").write_bytes(sound_bytes(values, rate, kind))
    found = from_folder(tmp_path, sound_folder)
    np.testing.assert_allclose(found.images, expected.images, atol=tolerance)


@pytest.mark.parametrize("writer", [write_zip, lambda *a: write_tar(*a, "gz")])
def test_an_archive_like_gtzan_gives_the_same_as_the_folder(tmp_path, sound_folder, writer):
    members = {
        f"genres/{path.parent.name}/{path.parent.name}.{int(path.stem):05}.au": sound_bytes(
            soundfile.read(path)[0], kind="AU"
        )
        for path in sorted(sound_folder.rglob("*.wav"))
    }
    path = writer(tmp_path / "genres", members | {"genres/bextract_single.mf": b"a list"})
    spec = spec_of(format="sounds", root="genres", archives=archive_section(path))
    packed, plain = prepared(tmp_path, spec, path), from_folder(tmp_path / "plain", sound_folder)
    np.testing.assert_array_equal(packed.images, plain.images)
    np.testing.assert_array_equal(packed.label, plain.label)


def test_file_names_can_tell_the_class_and_the_test_set(tmp_path):
    root = tmp_path / "recordings"
    root.mkdir()
    for digit in range(2):
        for number in range(7):
            data = sound_bytes(tone(200 + digit))
            (root / f"{digit}_jackson_{number}.wav").write_bytes(data)
    store = from_folder(tmp_path, root, class_pattern="^([0-9])_", test_pattern="_[0-4][.]wav$")
    assert store.attrs["class_names"] == ["0", "1"]
    assert np.bincount(store.split).tolist() == [4, 10]
    assert store.attrs["provenance"]["split"] == "by name"


def test_another_rate_is_an_error_that_names_the_remedy_or_is_resampled(tmp_path, sound_folder):
    (sound_folder / "low" / "0.wav").write_bytes(sound_bytes(tone(200, 2000, 16000), 16000))
    with pytest.raises(DataError, match=r"low/0\.wav.*16000 samples per second.*8000.*`rate`"):
        from_folder(tmp_path, sound_folder)
    store = from_folder(tmp_path, sound_folder, rate=4000)
    assert store.attrs["rate"] == 4000
    assert store.sizes["x"] == 500
    for sound, label in zip(store.images.values[:, 0, 0], store.label.values, strict=True):
        found = np.abs(np.fft.rfft(sound)).argmax() * 4000 / 500
        assert abs(found - (400 if label == 0 else 200)) <= 8


@pytest.mark.parametrize("rates", [(8000, 16000), (22050, 16000), (16000, 4000), (44100, 22050)])
def test_resampling_keeps_a_tone_and_says_its_length(rates):
    before, after = rates
    sound = tone(300, before // 4, before)
    found = resampled(sound, before, after)
    assert len(found) == resampled_length(len(sound), before, after)
    expected = tone(300, len(found), after)
    inner = slice(after // 40, -after // 40)
    np.testing.assert_allclose(found[inner], expected[inner], atol=2e-3)


def test_another_length_is_an_error_or_fitted_as_is_said(tmp_path, sound_folder):
    (sound_folder / "low" / "0.wav").write_bytes(sound_bytes(tone(200, 1500)))
    with pytest.raises(DataError, match=r"has 1000 samples.*1500|has 1500 samples.*1000.*`fit`"):
        from_folder(tmp_path, sound_folder)
    with pytest.raises(DataError, match=r"low/0\.wav: has 1500.*fit: pad.*pad_and_crop"):
        from_folder(tmp_path, sound_folder, length=1200, fit="pad")
    with pytest.raises(DataError, match=r"has 1000 samples, not `length: 1200`.*`fit: pad "):
        from_folder(tmp_path, sound_folder, length=1200)
    store = from_folder(tmp_path, sound_folder, length=1200, fit="pad_and_crop")
    assert store.sizes["x"] == 1200
    short = store.images.values[store.label.values == 0][0, 0, 0]
    assert not short[:100].any()
    assert not short[-100:].any()
    assert short[100:-100].any()


@pytest.mark.parametrize(("samples", "length"), [(5, 8), (8, 5), (6, 6), (1, 4), (7, 3)])
def test_the_middle_stays_in_the_middle(samples, length):
    found = fitted(np.arange(1, samples + 1.0), length)
    before, after = max(0, length - samples) // 2, max(0, samples - length) // 2
    kept = np.arange(1, samples + 1.0)[after : after + length]
    expected = np.zeros(length)
    expected[before : before + len(kept)] = kept
    np.testing.assert_array_equal(found, expected)


def test_stereo_is_refused_or_averaged(tmp_path, sound_folder):
    left, right = tone(200), tone(900)
    stereo = sound_bytes(np.stack([left, right], axis=1))
    (sound_folder / "low" / "0.wav").write_bytes(stereo)
    with pytest.raises(DataError, match=r"low/0\.wav: has 2 channels.*`channels: mean`"):
        from_folder(tmp_path, sound_folder)
    store = from_folder(tmp_path, sound_folder, channels="mean")
    errors = np.abs(store.images[:, 0, 0] - (left + right) / 2).max("x")
    assert errors.min() < 1e-3


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "the file is empty"),
        (b"no sound at all", "not a readable sound"),
        (sound_bytes(tone())[:30], "not a readable sound"),
        (sound_bytes(np.zeros(0)), "no samples"),
        (sound_bytes(np.full(SAMPLES, np.nan), subtype="FLOAT"), "NaN"),
        (sound_bytes(tone(), kind="FLAC")[:600], "samples, and it holds|not a readable sound"),
    ],
)
def test_a_bad_file_is_named(tmp_path, sound_folder, data, message):
    suffix = "flac" if data[:4] == b"fLaC" else "wav"
    (sound_folder / "low" / f"7.{suffix}").write_bytes(data)
    with pytest.raises(DataError, match=rf"low/7\.{suffix}: .*({message})"):
        from_folder(tmp_path, sound_folder)
    assert not (tmp_path / "images.zarr").exists()


def lying(samples):
    """A FLAC file of 1,000 samples whose header says so many, of 36 bits."""
    data = bytearray(sound_bytes(tone(), kind="FLAC"))
    said = int.from_bytes(data[18:26], "big") >> 36 << 36 | samples
    data[18:26] = said.to_bytes(8, "big")
    return bytes(data)


@pytest.mark.parametrize("read", [header_of, decode])
@pytest.mark.parametrize("samples", [(1 << 36) - 1, (1 << 28) + 1])
def test_a_header_that_asks_for_any_memory_is_refused(read, samples):
    with pytest.raises(DataError, match=r"a\.flac: its header says .*: refused as too large"):
        read(lying(samples), "a.flac")


def test_a_sound_that_resampling_would_blow_up_is_refused(tmp_path, sound_folder, monkeypatch):
    monkeypatch.setattr(one_sound, "MAX_VALUES", 100_000)
    with pytest.raises(DataError, match=r"\.wav: .* says 125,000 samples .* at 1,000,000 Hz"):
        from_folder(tmp_path, sound_folder, rate=1_000_000, length=1000, fit="crop")


def test_a_rate_that_no_sound_has_is_refused():
    data = bytearray(sound_bytes(tone(), kind="AU"))
    data[16:20] = (0x7FFFFFFF).to_bytes(4, "big")
    with pytest.raises(DataError, match="2,147,483,647 Hz: refused"):
        header_of(bytes(data), "a.au")


def test_a_class_with_too_few_sounds_is_named(tmp_path, sound_folder):
    with pytest.raises(DataError, match="class 'high' has too few samples for the split: 5"):
        from_folder(tmp_path, sound_folder, split={"train_per_class": 5})


def test_a_folder_without_sounds_names_the_suffixes(tmp_path):
    (tmp_path / "low").mkdir()
    (tmp_path / "low" / "0.mid").write_bytes(b"")
    with pytest.raises(DataError, match=r"no sounds found.*\.flac .*\.wav"):
        from_folder(tmp_path / "out", tmp_path)


def test_fit_without_length_is_refused():
    with pytest.raises(ConfigError, match=r"datasets\.mine: `fit: pad` needs a `length`"):
        validate(configuration(fit="pad"))


@pytest.mark.parametrize(
    ("representation", "analyses", "message"),
    [
        ({"kind": "scattering", "J": 2}, {}, "'it' is of kind scattering, and 'mine' holds sounds"),
        ({"kind": "pixels"}, {"translation": {}}, r"analyses\.translation: .*'mine' holds sounds"),
    ],
)
def test_what_is_for_images_is_refused_for_sounds(representation, analyses, message):
    raw = configuration() | {"analyses": analyses, "representations": {"it": representation}}
    with pytest.raises(ConfigError, match=message):
        validate(raw)


def configuration(**keys):
    return {
        "datasets": {"mine": {"format": "sounds", "path": "sounds", **keys}},
        "representations": {"it": {"kind": "pixels"}},
        "classifiers": {"affine_pca": {"kind": "affine_pca"}},
        "comparison": {
            "datasets": ["mine"],
            "representations": ["it"],
            "classifiers": ["affine_pca"],
        },
    }
