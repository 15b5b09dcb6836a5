"""Published weights: read as tensors alone, and put in place by their names or not at all."""

import os
import pickle
import zipfile
from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.torch import save_file

from scatterlab.cascades.intensities import to_intensities
from scatterlab.cascades.published import load_published, read_published
from scatterlab.cascades.resnet import ResNetCIFAR, ResNetImageNet
from scatterlab.config.load import load_config
from scatterlab.data.prepare import prepare_dataset
from scatterlab.errors import ConfigError, DataError
from scatterlab.stores.reader import load_selected

ROOT = Path(__file__).parents[2]
MEAN, STD = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]


def small(seed=0, classes=3, colours=3):
    return ResNetCIFAR((colours, 8, 8), classes, depth=8, seed=seed)


def published(network):
    """What a publisher has of a network: no standardisation, and no counter."""
    return {
        name: tensor
        for name, tensor in network.state_dict().items()
        if "standardise" not in name and "num_batches" not in name
    }


@pytest.mark.parametrize("suffix", [".safetensors", ".pth"])
@pytest.mark.parametrize("make", [small, lambda **seed: ResNetImageNet((3, 32, 32), 3, 18, **seed)])
def test_weights_of_both_formats_are_loaded_with_their_normalisation(tmp_path, suffix, make):
    theirs, path = make(seed=1).eval(), tmp_path / f"weights{suffix}"
    (save_file if suffix == ".safetensors" else torch.save)(published(theirs), path)
    network = make(seed=2).eval()
    load_published(network, read_published(path), MEAN, STD)
    images = torch.rand(2, *network.image_shape)
    mean, std = (torch.tensor(values)[:, None, None] for values in (MEAN, STD))
    torch.testing.assert_close(network(images), theirs((images - mean) / std))


@pytest.mark.parametrize("keep_vars", [True, False])
@pytest.mark.parametrize("zipped", [True, False])
def test_state_dicts_of_every_age_are_read(tmp_path, keep_vars, zipped):
    """As PyTorch saves them: parameters or not, with the counters of batch normalisation."""
    theirs, network, path = small(seed=1).eval(), small().eval(), tmp_path / "weights.pth"
    state = theirs.state_dict(keep_vars=keep_vars)
    del state["standardise.mean"], state["standardise.std"]
    torch.save(state, path, _use_new_zipfile_serialization=zipped)
    load_published(network, read_published(path), [0.0] * 3, [1.0] * 3)
    images = torch.rand(2, 3, 8, 8)
    assert torch.equal(network(images), theirs(images))


def test_weights_of_another_architecture_are_refused_with_the_names():
    network, tensors = small(), published(small(classes=4))
    before = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    tensors["fc.weight"] = tensors.pop("conv1.weight")
    with pytest.raises(DataError) as caught:
        load_published(network, tensors, MEAN, STD)
    message = str(caught.value)
    assert "not those of ResNet-8; missing: conv1.weight; unknown: fc.weight" in message
    assert "of another shape: linear.weight (4, 64) for (3, 64), linear.bias (4,) for" in message
    assert all(torch.equal(before[name], tensor) for name, tensor in network.state_dict().items())


def test_long_lists_of_names_are_cut():
    with pytest.raises(DataError, match=r"missing: (\S+, ){5}\S+ and \d+ more$"):
        load_published(small(), {}, MEAN, STD)


def test_weights_for_colour_images_do_not_take_grey_ones():
    with pytest.raises(ConfigError, match="3 colours, and these have 1: set `colour`"):
        load_published(small(colours=1), published(small()), MEAN, STD)


class Opens:
    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return open, (self.path, "w")


@pytest.mark.parametrize("save", [torch.save, lambda x, path: path.write_bytes(pickle.dumps(x))])
def test_a_pickle_of_more_than_tensors_is_refused_and_not_run(tmp_path, save):
    made, path = tmp_path / "made", tmp_path / "weights.pth"
    save({"conv1.weight": Opens(str(made))}, path)
    with pytest.raises(DataError, match=r"weights.pth: a pickle that holds more than tensors"):
        read_published(path)
    assert not made.exists()


@pytest.mark.parametrize("content", [{"state_dict": {}}, [torch.zeros(2)], {"epoch": 3}])
def test_what_is_no_state_dict_is_refused(tmp_path, content):
    torch.save(content, tmp_path / "weights.pth")
    with pytest.raises(DataError, match="not a state_dict"):
        read_published(tmp_path / "weights.pth")


@pytest.mark.parametrize("suffix", [".safetensors", ".pth"])
@pytest.mark.parametrize("left", [0, 10, 2000])
def test_a_truncated_file_is_refused(tmp_path, suffix, left):
    path = tmp_path / f"weights{suffix}"
    (save_file if suffix == ".safetensors" else torch.save)(published(small()), path)
    path.write_bytes(path.read_bytes()[:left])
    with pytest.raises(DataError, match=rf"weights{suffix}: "):
        read_published(path)


def test_a_header_of_any_length_is_refused(tmp_path):
    path = tmp_path / "weights.safetensors"
    path.write_bytes((1 << 60).to_bytes(8, "little") + b"{}")
    with pytest.raises(DataError, match=r"not a whole file of weights .*header too large"):
        read_published(path)


def test_a_compressed_file_is_refused_for_it_may_be_a_bomb(tmp_path):
    plain, packed = tmp_path / "plain.pth", tmp_path / "packed.pth"
    torch.save({"a": torch.zeros(100_000)}, plain)
    with zipfile.ZipFile(plain) as source, zipfile.ZipFile(packed, "w", 8) as target:
        for name in source.namelist():
            target.writestr(name, source.read(name))
    assert read_published(plain)["a"].shape == (100_000,)
    with pytest.raises(DataError, match=r"packed\.pth: .*compressed"):
        read_published(packed)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 1e300])
def test_weights_that_are_not_finite_are_refused(value):
    tensors = {name: one.double() for name, one in published(small()).items()}
    name = list(tensors)[3]
    tensors[name].view(-1)[0] = value
    with pytest.raises(DataError, match=f"the weights {name} hold NaN or infinite values"):
        load_published(small(), tensors, MEAN, STD)


@given(content=st.binary(max_size=300), suffix=st.sampled_from([".pth", ".safetensors"]))
@settings(deadline=None, max_examples=40)
def test_bytes_of_anything_else_are_refused(tmp_path_factory, content, suffix):
    path = tmp_path_factory.getbasetemp() / f"anything{suffix}"
    path.write_bytes(content)
    with pytest.raises(DataError, match=f"anything{suffix}: "):
        read_published(path)


@pytest.fixture(scope="module")
def test_images(tmp_path_factory):
    """(images, labels) of the 1,000 test images of CIFAR-10-5k."""
    if not os.environ.get("SCATTERLAB_MIRROR"):
        pytest.skip("needs the CIFAR-10-5k archive and weights: set SCATTERLAB_MIRROR")
    folder = tmp_path_factory.mktemp("cifar10_5k")
    spec = load_config(ROOT / "datasets.yaml", ROOT / "config.yaml").datasets["cifar10_5k"]
    spec = spec.model_dump(mode="json")
    name = spec["archives"][0]["file"]
    archives = {name: Path(os.environ["SCATTERLAB_MIRROR"]) / name}
    prepare_dataset(spec, archives, folder / "images.zarr", folder / "images.json")
    data = load_selected(folder / "images.zarr", split="test")
    return to_intensities(torch.from_numpy(data["images"].values)), data["label"].values


@pytest.mark.mirror
@pytest.mark.parametrize(("depth", "accuracy"), [(20, 0.915), (56, 0.926)])
def test_published_residual_networks_classify_as_published(test_images, depth, accuracy):
    files = (ROOT / name for name in ("datasets.yaml", "config.yaml", "papers/he2015.yaml"))
    entry = load_config(*files).networks[f"resnet{depth}"]
    tensors = read_published(Path(os.environ["SCATTERLAB_MIRROR"]) / entry.weights.file)
    network = ResNetCIFAR(depth=entry.depth)
    assert set(tensors) == set(published(network))
    load_published(network.eval(), tensors, entry.weights.mean, entry.weights.std)
    images, labels = test_images
    with torch.inference_mode():
        predicted = torch.cat([network(batch).argmax(1) for batch in images.split(100)])
    assert abs((predicted.numpy() == labels).mean() - accuracy) <= 0.005
