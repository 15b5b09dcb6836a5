"""The training of a network against its bare loop, one process, alternating rounds: one table.

    make bench-training        or, by hand: PYTHONPATH=src python benchmarks/training.py

ours       epochs of `scatterlab.training.loop.train` as the rule runs it: images standardised,
           shuffled, augmented, loss and accuracy kept, and a checkpoint after each epoch
bare       forward, backward and step of the same network on batches that are ready
plain      the same with PyTorch's default order in memory, channels first

in images per second, medians. `share` is ours over bare, the median over rounds; `processor` the
same of the processor's time, of all threads, which other work on the machine disturbs less. The
images are noise: what they show does not matter to the time.
"""

import argparse
import statistics
import tempfile
import time
from pathlib import Path

import numpy as np
import torch

from scatterlab.cascades.registry import build_network
from scatterlab.config.networks import LeNet5, ResNet
from scatterlab.stores.reader import open_store
from scatterlab.stores.writer import StoreWriter
from scatterlab.training.checkpoint import Checkpoints
from scatterlab.training.images import stored_images
from scatterlab.training.loop import train

EPOCHS = 2
CASES = {
    "LeNet-5, 1×32×32, batches of 64": (
        LeNet5(kind="lenet5", epochs=EPOCHS, batch_size=64, augmentation={"shift": 2}),
        (6400, 1, 32, 32),
    ),
    "LeNet-5, shifts and deformations": (
        LeNet5(
            kind="lenet5", epochs=EPOCHS, batch_size=64, augmentation={"shift": 2, "deform": 1.5}
        ),
        (6400, 1, 32, 32),
    ),
    "ResNet-20, 3×32×32, batches of 128": (
        ResNet(
            kind="resnet",
            depth=20,
            epochs=EPOCHS,
            batch_size=128,
            augmentation={"shift": 4, "edge": "zero", "flip": True},
        ),
        (640, 3, 32, 32),
    ),
}
CLASSES = 10


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--only", default="", help="cases whose name holds this, as in ResNet")
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    print(f"torch {torch.__version__}, {given.threads} threads, {given.rounds} rounds\n")
    print(f"{'':<36}{'ours':>9}{'bare':>9}{'plain':>9}{'share':>8}{'processor':>11}")
    for name in (name for name in CASES if given.only in name):
        section, shape = CASES[name]
        wall, processor = measured(section.model_dump(mode="json"), shape, given.rounds)
        speeds = "".join(
            f"{statistics.median(EPOCHS * shape[0] / t for t in wall[w]):>9.0f}" for w in wall
        )
        print(f"{name:<36}{speeds}{share(wall):>8.0%}{share(processor):>11.0%}", flush=True)


def share(seconds: dict[str, list[float]]) -> float:
    """The speed of ours over that of the bare loop: median over rounds."""
    pairs = zip(seconds["ours"], seconds["bare"], strict=True)
    return statistics.median(bare / ours for ours, bare in pairs)


def measured(spec: dict, shape: tuple[int, ...], rounds: int) -> tuple[dict, dict]:
    """Seconds, and seconds of the processor, of each contender in each round.

    All take their turn in a round, after one that is not counted.
    """
    with tempfile.TemporaryDirectory() as folder:
        images, labels = noise(Path(folder) / "images.zarr", shape)
        work = {
            "ours": lambda: ours(spec, images, labels, Path(folder) / "checkpoints"),
            "bare": bare(spec, images, labels, torch.channels_last),
            "plain": bare(spec, images, labels, torch.contiguous_format),
        }
        wall: dict[str, list[float]] = {name: [] for name in work}
        processor: dict[str, list[float]] = {name: [] for name in work}
        for run in work.values():
            run()
        for _ in range(rounds):
            for name, run in work.items():
                start = time.perf_counter(), time.process_time()
                run()
                wall[name].append(time.perf_counter() - start[0])
                processor[name].append(time.process_time() - start[1])
    return wall, processor


def noise(path: Path, shape: tuple[int, ...]):
    """A store of noise, opened as the rule opens it, and its labels."""
    rng = np.random.default_rng(0)
    dims = ("sample", "channel", "y", "x")
    with StoreWriter(path, "images", shape, dims, "uint8", {}, {}) as writer:
        writer.append(rng.integers(0, 256, shape).astype("uint8"))
    images = stored_images(open_store(path)["images"], np.arange(shape[0]))
    return images, torch.from_numpy(rng.integers(0, CLASSES, shape[0]))


def ours(spec, images, labels, folder: Path) -> None:
    checkpoints = Checkpoints(folder, "0" * 64)
    network = build_network(spec, images.shape[1:], CLASSES)
    train(network, images, labels, spec, checkpoints, device=torch.device("cpu"))
    checkpoints.remove()


def bare(spec, images, labels, memory_format):
    """A function that takes the same number of gradient steps and does nothing else."""
    network = build_network(spec, images.shape[1:], CLASSES).to(memory_format=memory_format)
    descent = torch.optim.SGD(
        network.parameters(), spec["learning_rate"], spec["momentum"], fused=True
    )
    batches = [
        ((pixels.float() / 255).contiguous(memory_format=memory_format), wanted)
        for pixels, wanted in zip(
            images.batches(np.arange(images.shape[0]), spec["batch_size"]),
            labels.split(spec["batch_size"]),
            strict=True,
        )
    ]

    def epochs():
        for inputs, wanted in batches * spec["epochs"]:
            output = network.logits(network.standardise(inputs))
            torch.nn.functional.cross_entropy(output, wanted).backward()
            descent.step()
            descent.zero_grad()

    return epochs


if __name__ == "__main__":
    main()
