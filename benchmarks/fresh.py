"""What a contender costs in a process of its own: time to be made, peak memory of each pass.

    python benchmarks/fresh.py CONTENDER CASE

prints JSON for one contender and the number of a case.
"""

import json
import subprocess
import sys
import time
from pathlib import Path

from cases import CASES
from contenders import CONTENDERS
from timing import PASSES


def fresh(contender: str, case: int) -> dict:
    """{"made": seconds, "peak": {pass: bytes}}, measured in a new process.

    Memory is what the process holds at most, less what it held once everything was imported:
    filters, signals, all that is between them and the result, and the result.
    """
    command = [sys.executable, __file__, contender, str(case)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def measure(contender: str, case: int) -> dict:
    make, case = CONTENDERS[contender], CASES[case]
    make(type(case)((16,) * len(case.shape), 1, 1))  # imports what it needs
    before = status("VmRSS")
    start = time.perf_counter()
    transform = make(case)
    made = time.perf_counter() - start
    signals, peak = case.signals(), {}
    for name, run in PASSES.items():
        Path("/proc/self/clear_refs").write_text("5")  # forget the highest so far
        run(transform, signals)
        peak[name] = status("VmHWM") - before
    return {"made": made, "peak": peak}


def status(field: str) -> int:
    """Bytes that Linux reports of this process."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(field))


if __name__ == "__main__":
    print(json.dumps(measure(sys.argv[1], int(sys.argv[2]))))
