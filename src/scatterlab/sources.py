"""Which files of the library a script or module depends on.

A workflow that lists them among a job's inputs runs the job again when one of them changes, and
no other job. Imports are read from the source text, wherever they stand in it; nothing is run.
"""

import ast
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).parent


def module_sources(*names: str | Path) -> list[str]:
    """The files of this package that `names` need, sorted; themselves included.

    A name is a dotted module (``"scatterlab.cascades.lenet"``) or the path of a script, whose
    neighbours it may import too. Raises `ModuleNotFoundError` for a module that this package
    does not have.
    """
    found: set[Path] = set()
    waiting = [
        Path(name) if str(name).endswith(".py") else module_file(str(name)) for name in names
    ]
    while waiting:
        file = waiting.pop()
        if file not in found:
            found.add(file)
            waiting += imported_files(file)
    return sorted(map(str, found))


@cache
def imported_files(file: Path) -> tuple[Path, ...]:
    """The files of this package, and beside a script, that `file` imports; parents included.

    A module build.py needs what it compiles: the files in native/ beside it.
    """
    if file.suffix != ".py":
        return ()
    compiled = file.parent.glob("native/*.[ch]pp") if file.name == "build.py" else ()
    names = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    own = [name for name in sorted(names) if name.split(".")[0] == PACKAGE.name]
    found = [path for name in own for path in files_on_the_way(name)]
    if file.is_relative_to(PACKAGE):
        return (*files_on_the_way(module_name(file)), *found, *compiled)
    beside = (file.parent / f"{name}.py" for name in sorted(names - set(own)))
    return (*found, *(path for path in beside if path.is_file()))


def module_name(file: Path) -> str:
    return ".".join(file.relative_to(PACKAGE.parent).with_suffix("").parts)


def files_on_the_way(name: str) -> list[Path]:
    """The files that importing `name` runs: every package above it, then itself."""
    parts = name.split(".")
    prefixes = (".".join(parts[: depth + 1]) for depth in range(len(parts)))
    return [path for prefix in prefixes if (path := find(prefix)) is not None]


def module_file(name: str) -> Path:
    path = find(name)
    if path is None:
        raise ModuleNotFoundError(f"{PACKAGE.name} has no module {name!r}")
    return path


def find(name: str) -> Path | None:
    """The file of module `name`, or None if that is not a module (a function, say)."""
    base = PACKAGE.parent.joinpath(*name.split("."))
    candidates = (base / "__init__.py", base.with_suffix(".py"))
    return next((path for path in candidates if path.is_file()), None)
