"""Scattering against Kymatio 0.3 on this machine: one run, one table.

make bench                  the table; Kymatio compiled for the small images only
make bench ARGS="--compile-all --compile-seconds 7200"
                            compiled wherever it can be, up to four minutes a case and pass
make bench ARGS="--help"    other options
"""

import argparse
import sys
import time
from pathlib import Path

import torch
from cases import CASES, Case
from contenders import CONTENDERS, ours
from fresh import fresh
from machine import described
from roofline import roof
from table import Result, markdown
from timing import PASSES, alternating, within

EXAMPLES = 2
"""Signals whose error is measured: float64 takes room."""


def main() -> None:
    given = arguments()
    chosen = [case for case in CASES if given.only in case.name]
    if not chosen:
        sys.exit(f"error: no case is named {given.only!r}: {', '.join(c.name for c in CASES)}")
    machine = described()
    print("\n".join(machine))
    compiler = Compiler(given.compile_seconds)
    results: list[Result] = []
    for number, case in enumerate(chosen, start=1):
        print(f"{number} of {len(chosen)}: {case.name}", flush=True)
        compiling = given.compile_all or (case.compiled and not given.no_compile)
        results += measured(case, given.rounds, compiler if compiling else None)
        text = markdown(results, machine)
        given.output.parent.mkdir(parents=True, exist_ok=True)
        given.output.write_text(text + "\n")
    print(f"\n{text}\n\nThis is {given.output}.")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--only", default="", help="cases whose name holds this, as in 32×32")
    parser.add_argument("--compile-all", action="store_true", help="torch.compile in all cases")
    parser.add_argument("--no-compile", action="store_true", help="no torch.compile")
    parser.add_argument("--compile-seconds", type=float, default=1200, help="in all, at most")
    parser.add_argument("--output", type=Path, default=Path("results/bench.md"))
    return parser.parse_args()


def measured(case: Case, rounds: int, compiler: "Compiler | None") -> list[Result]:
    """The result of each pass."""
    signals, results = case.signals(), []
    transforms = {name: make(case) for name, make in CONTENDERS.items() if name != "compiled"}
    alone = {name: fresh(name, CASES.index(case)) for name in ("Kymatio", "cpu")}
    for name, run in PASSES.items():
        result = Result(case, name)
        entrants = dict(transforms)
        if compiler:
            try:
                entrants["compiled"] = compiler.compile(case, run, signals)
            except Exception as error:  # whatever the compiler fails with is a result
                result.missing["compiled"] = " ".join(str(error).split())[:300]
        result.seconds = alternating(run, entrants, signals, rounds)
        result.error = errors(case, run, entrants, signals[:EXAMPLES])
        result.peak = {who: values["peak"][name] for who, values in alone.items()}
        result.roof = roof(case) if name == "forward" else None
        result.made = {who: values["made"] for who, values in alone.items()}
        results.append(result)
    return results


def errors(case: Case, run, transforms: dict, signals: torch.Tensor) -> dict[str, float]:
    """Relative error of each of `transforms`; of Kymatio's only where the filters are its own."""
    exact = run(ours(case, "reference"), signals.double())
    return {
        name: float((run(transform, signals) - exact).norm() / exact.norm())
        for name, transform in transforms.items()
        if name != "compiled" and (name != "Kymatio" or case.bank == "kymatio")
    }


class Compiler:
    """Compiles Kymatio, for at most so many seconds in all."""

    def __init__(self, limit: float):
        self.left = limit

    def compile(self, case: Case, run, signals: torch.Tensor):
        """Kymatio compiled for `run`. Raises whatever torch.compile fails with."""
        if self.left <= 0:
            raise TimeoutError("the time for compiling is spent (--compile-seconds)")
        torch.compiler.reset()  # or shapes of other cases would be generalised to
        start = time.perf_counter()
        try:
            with within(self.left):
                transform = CONTENDERS["compiled"](case)
                run(transform, signals)
        finally:
            self.left -= time.perf_counter() - start
        return transform


if __name__ == "__main__":
    main()
