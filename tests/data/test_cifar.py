import numpy as np
import pytest
from small_archives import archive_section, prepared, spec_of, write_tar

from scatterlab.errors import DataError

NAMES = {10: [f"class{number}" for number in range(10)], 100: [f"f{k}" for k in range(100)]}


def records(labels, seed):
    """Records of one file and the images in them: `labels` (sample, label bytes)."""
    images = np.random.default_rng(seed).integers(0, 256, (len(labels), 3, 32, 32), np.uint8)
    labels = np.asarray(labels, np.uint8)
    return np.column_stack([labels, images.reshape(len(labels), -1)]).tobytes(), images


def stored(tmp_path, members, **section):
    path = write_tar(tmp_path / "cifar.tar.gz", members, "gz")
    spec = spec_of(format="cifar", archives=archive_section(path), **section)
    return prepared(tmp_path, spec, path)


def ten_classes():
    """An archive with the test batch first and batch 10 after batch 2, and what it holds."""
    batches = [records([[3], [9]], 0), records([[0], [1], [2]], 1), records([[5]], 2)]
    names = ("test_batch", "data_batch_2", "data_batch_10")
    members = {f"bin/{name}.bin": batch[0] for name, batch in zip(names, batches, strict=True)}
    members["bin/batches.meta.txt"] = ("\n".join(NAMES[10]) + "\n\n").encode()
    return members, [batch[1] for batch in batches]


def test_cifar10_is_read_in_the_order_of_its_batches(tmp_path):
    members, (test, second, tenth) = ten_classes()
    store = stored(tmp_path, members)
    np.testing.assert_array_equal(store.images, np.concatenate([second, tenth, test]))
    assert store.label.values.tolist() == [0, 1, 2, 5, 3, 9]
    assert store.split.values.tolist() == [0, 0, 0, 0, 1, 1]
    assert store.attrs["class_names"] == NAMES[10]


def test_one_training_batch_and_a_limit_will_do(tmp_path):
    members, (test, second, _) = ten_classes()
    del members["bin/data_batch_10.bin"]
    store = stored(tmp_path, members, limit=1)
    np.testing.assert_array_equal(store.images, np.concatenate([second[:1], test[:1]]))


def test_cifar100_gives_the_fine_labels(tmp_path):
    train, test = records([[19, 99], [0, 7]], 0), records([[5, 42]], 1)
    members = {"b/train.bin": train[0], "b/test.bin": test[0]}
    members["b/fine_label_names.txt"] = "\n".join(NAMES[100]).encode()
    members["b/coarse_label_names.txt"] = b"a\nb"
    store = stored(tmp_path, members, classes=100)
    np.testing.assert_array_equal(store.images, np.concatenate([train[1], test[1]]))
    assert store.label.values.tolist() == [99, 7, 42]


@pytest.mark.parametrize(
    ("name", "content", "complaint"),
    [
        ("data_batch_2.bin", bytes(3073 + 5), "not a whole number of records"),
        ("data_batch_2.bin", b"", "is empty"),
        ("data_batch_2.bin", b"\x0a" + bytes(3072), "label 10, which has no name"),
        ("batches.meta.txt", b"cat\ndog\n", "names 2 classes, not 10"),
        ("test_batch.bin", None, "has no file test_batch"),
    ],
)
def test_other_content_is_refused(tmp_path, name, content, complaint):
    members, _ = ten_classes()
    del members["bin/data_batch_10.bin"]
    if content is None:
        del members[f"bin/{name}"]
    else:
        members[f"bin/{name}"] = content
    with pytest.raises(DataError, match=rf"cifar\.tar\.gz.*{complaint}"):
        stored(tmp_path, members)


def test_the_other_number_of_classes_is_refused(tmp_path):
    members, _ = ten_classes()
    with pytest.raises(DataError, match="of this number of classes"):
        stored(tmp_path, members, classes=100)
