"""The table of a run, in Markdown."""

from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import median

from cases import Case


@dataclass
class Result:
    """What was measured of a case and a pass, by contender.

    Attributes
    ----------
    seconds : of each round, for one signal.
    error : ‖y − y₆₄‖ / ‖y₆₄‖, y₆₄ by the reference engine in float64.
    peak : bytes, in a process of its own.
    roof : seconds that the arithmetic of one signal takes at least; None for gradients.
    made : seconds that making the transform takes, in a process of its own.
    missing : why there is nothing else.
    """

    case: Case
    run: str
    seconds: dict[str, list[float]] = field(default_factory=dict)
    error: dict[str, float] = field(default_factory=dict)
    peak: dict[str, int] = field(default_factory=dict)
    made: dict[str, float] = field(default_factory=dict)
    roof: float | None = None
    missing: dict[str, str] = field(default_factory=dict)


def speed(contender: str) -> Callable[[Result], str]:
    """Signals per second, the median over rounds."""

    def cell(result: Result) -> str:
        times = result.seconds.get(contender)
        return f"{1 / median(times):,.{0 if median(times) < 0.1 else 2}f}" if times else "–"

    return cell


def ratio(to: str) -> Callable[[Result], str]:
    """How many times faster the engine is, the median over rounds of the ratio in each."""

    def cell(result: Result) -> str:
        theirs, ours = result.seconds.get(to), result.seconds.get("cpu")
        if not (theirs and ours):
            return "–"
        return f"{median(their / our for their, our in zip(theirs, ours, strict=True)):.1f}"

    return cell


def off_the_roof(result: Result) -> str:
    """How many times longer the engine takes than its arithmetic alone would."""
    return f"{median(result.seconds['cpu']) / result.roof:.1f}" if result.roof else "–"


def beside(name: str, form: Callable[[float], str]) -> Callable[[Result], str]:
    """A property of Kymatio and of the engine."""

    def cell(result: Result) -> str:
        values = getattr(result, name)
        found = (form(values[who]) if who in values else "–" for who in ("Kymatio", "cpu"))
        return " / ".join(found)

    return cell


COLUMNS: dict[str, Callable[[Result], str]] = {
    "case": lambda result: result.case.name,
    "pass": lambda result: result.run,
    "batch": lambda result: str(result.case.batch),
    "Kymatio": speed("Kymatio"),
    "compiled": speed("compiled"),
    "reference": speed("reference"),
    "cpu": speed("cpu"),
    "× Kymatio": ratio("Kymatio"),
    "× compiled": ratio("compiled"),
    "off the roof": off_the_roof,
    "error, Kymatio / cpu": beside("error", "{:.0e}".format),
    "peak MB, Kymatio / cpu": beside("peak", lambda peak: f"{peak / 1e6:,.0f}"),
    "made in s, Kymatio / cpu": beside("made", "{:.2f}".format),
}
"""Heading → what stands in it."""

LEGEND = """\
Signals per second of Kymatio, of Kymatio under torch.compile, and of scatterlab's engines
`reference` and `cpu`, float32, medians of alternating rounds in one process. ×: times faster `cpu`
is, the median of the rounds' ratios. Off the roof: how many times longer it takes than its
additions and multiply-adds alone would, at the rates measured here for either and for both. Error:
relative to `reference` in float64, of the output or of the gradient. Peak: memory of a process of
its own, less what importing took. All with Kymatio's filters, except where a bank is named."""


def markdown(results: list[Result], machine: list[str]) -> str:
    """The machine, what the columns are, the table, and why entries miss."""
    rows = [list(COLUMNS), *([cell(result) for cell in COLUMNS.values()] for result in results)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    head, *body = ("| " + " | ".join(map(str.ljust, row, widths)) + " |" for row in rows)
    rule = "|" + "|".join("-" * (width + 2) for width in widths) + "|"
    reasons = [
        f"- {result.case.name}, {result.run}: no {who}: {why}"
        for result in results
        for who, why in result.missing.items()
    ]
    return "\n".join(["\n\n".join([*machine, LEGEND]), "", head, rule, *body, "", *reasons])
