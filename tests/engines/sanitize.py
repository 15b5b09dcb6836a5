"""Run the kernel under the compiler's sanitizers: ``make sanitize``.

Once for each instruction set that this processor has, for wrong addresses and undefined behaviour,
and once for races between threads. Inlining is turned off, or compiling would take too long.
"""

import subprocess
import sys
from pathlib import Path

from scatterlab.engines.build import FLAGS, NATIVE, compiler, instruction_sets
from scatterlab.engines.kernel import runnable

DRIVER = Path(__file__).with_name("kernel_driver.cpp")
PLACE = Path("build", "sanitize")
SHARED = ("-O3", "-shared", "-fPIC", "-fvisibility=hidden")
PLAIN = ("-O1", "-g", "-pthread", "-Dalways_inline=unused", "-Dflatten=unused", f"-I{NATIVE}")
COSTLY = "-fno-sanitize=null,alignment,object-size,vptr,pointer-overflow"
ADDRESSES = ("-fsanitize=address,undefined", COSTLY, "-fno-sanitize-recover=all")
RACES = ("-fsanitize=thread",)


def run(name: str, flags: tuple[str, ...], examples: int) -> None:
    """Compile the driver with `flags`, and run that many examples of it."""
    program = PLACE / name
    kept = [flag for flag in FLAGS if flag not in SHARED]
    command = [*compiler(), *kept, *PLAIN, *flags, str(DRIVER), "-o", str(program)]
    print(f"{name}: {examples} examples", flush=True)
    subprocess.run(command, check=True)
    subprocess.run([program, "0", str(examples)], check=True)


if __name__ == "__main__":
    PLACE.mkdir(parents=True, exist_ok=True)
    try:
        for name in runnable():
            run(name, (*instruction_sets()[name], *ADDRESSES), 1000)
        run("races", (*instruction_sets()["baseline"], *RACES), 100)
    except subprocess.CalledProcessError as error:
        sys.exit(f"error: {error.cmd[0]} failed")
