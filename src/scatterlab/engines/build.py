"""Compile the kernel in native/, for every instruction set: ``python -m scatterlab.engines.build``.

Installing the package does it. Each instruction set gets a library of its own, since a linker may
take any of several copies of an inline function. A library's name tells what it was made from, so
that one made from other sources is never loaded, and one that is there need not be made again.
"""

import hashlib
import os
import platform
import shlex
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

NATIVE = Path(__file__).with_name("native")
LIBRARIES = Path(__file__).with_name("_native")
COMPILERS = ("c++", "g++", "clang++")
FLAGS = ("-std=c++17", "-O3", "-fPIC", "-shared", "-fvisibility=hidden", "-fno-math-errno")
AVX2 = ("-mavx2", "-mfma")
AVX512 = (*AVX2, "-mavx512f", "-mavx512dq", "-mavx512bw", "-mavx512vl")
REMEDY = (
    "install a C++ compiler (g++ or clang++; the variable CXX can name it), then run: "
    "python -m scatterlab.engines.build"
)


def instruction_sets() -> dict[str, tuple[str, ...]]:
    """What this kind of processor may have, with the compiler's flags; better ones are later."""
    if platform.machine().lower() in ("x86_64", "amd64"):
        return {"baseline": (), "avx2": AVX2, "avx512": AVX512}
    return {"baseline": ()}


@cache
def library_file(instruction_set: str) -> Path:
    """Where the library for `instruction_set` that the present sources make is, or would be."""
    made_from = hashlib.sha256(repr((FLAGS, instruction_sets()[instruction_set])).encode())
    for source in sorted(NATIVE.glob("*.[ch]pp")):
        made_from.update(source.read_bytes())
    return LIBRARIES / f"engine-{instruction_set}-{made_from.hexdigest()[:16]}.so"


def build() -> list[str]:
    """Compile what is not there yet, side by side; a message for each that could not be made."""
    wanted = [name for name in instruction_sets() if not library_file(name).exists()]
    if not wanted:
        return []
    if sys.platform == "win32":
        return ["the fast engine cannot be compiled on Windows"]
    found = compiler()
    if found is None:
        return [f"no C++ compiler: {REMEDY}"]
    print(f"compiling the fast engine for {', '.join(wanted)}", file=sys.stderr, flush=True)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(filter(None, pool.map(lambda name: compile_library(found, name), wanted)))


def compiler() -> list[str] | None:
    """The command that starts the C++ compiler: $CXX, or else the first known one."""
    chosen = os.environ.get("CXX")
    commands = [shlex.split(chosen)] if chosen else [[name] for name in COMPILERS]
    return next((command for command in commands if shutil.which(command[0])), None)


def compile_library(compiler: list[str], instruction_set: str) -> str | None:
    """Make one library, and delete those from other sources; what is wrong where it fails."""
    target = library_file(instruction_set)
    unfinished = target.with_suffix(f".{os.getpid()}")
    flags = (*FLAGS, *instruction_sets()[instruction_set], "-pthread")
    command = [*compiler, *flags, "-o", str(unfinished), *map(str, sorted(NATIVE.glob("*.cpp")))]
    try:
        LIBRARIES.mkdir(exist_ok=True)
        subprocess.run(command, check=True, capture_output=True, text=True)
        unfinished.replace(target)
    except (OSError, subprocess.CalledProcessError) as error:
        unfinished.unlink(missing_ok=True)
        reason = getattr(error, "stderr", None) or str(error)
        return f"{instruction_set}: {shlex.join(command)}\n{reason.strip()[-2000:]}"
    for other in LIBRARIES.glob(f"engine-{instruction_set}-*"):
        if other != target and not being_made(other):
            other.unlink(missing_ok=True)
    return None


def being_made(file: Path) -> bool:
    """Whether `file` is unfinished and the process that makes it (its suffix) is alive."""
    process = file.suffix.removeprefix(".")
    try:
        return process.isdigit() and os.kill(int(process), 0) is None
    except OSError:
        return False


if __name__ == "__main__":
    problems = build()
    sys.exit("\n".join(["the fast engine is not complete", *problems]) if problems else None)
