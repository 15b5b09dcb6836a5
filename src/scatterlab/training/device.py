"""Where a network is trained, and how exactly."""

import contextlib
from collections.abc import Iterator

import torch


def chosen_device() -> torch.device:
    """The GPU if there is one, else the CPU."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def described(device: torch.device) -> str:
    """The device as a history names it."""
    return torch.cuda.get_device_name(device) if device.type == "cuda" else "cpu"


def products(device: torch.device, precision: str) -> torch.autocast:
    """The context in which products are taken in `precision`: on a CPU always in float32."""
    reduced = device.type == "cuda" and precision == "bfloat16"
    return torch.autocast(device.type, torch.bfloat16, enabled=reduced)


@contextlib.contextmanager
def repeatable(device: torch.device) -> Iterator[None]:
    """Within it torch draws from a state of its own, and a GPU sums in one order."""
    devices = [device] if device.type == "cuda" else []
    cudnn = torch.backends.cudnn.flags(enabled=True, benchmark=False, deterministic=True)
    with torch.random.fork_rng(devices), cudnn if devices else contextlib.nullcontext():
        yield


def seed_draws(device: torch.device, seed: int) -> None:
    """Seed what torch draws on `device`, such as the units that are dropped."""
    if device.type == "cuda":
        torch.cuda.manual_seed(seed)
    else:
        torch.default_generator.manual_seed(seed)
