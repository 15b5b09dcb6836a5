"""Nothing that this package reads or writes can run code of its author's."""

import ast
from pathlib import Path

import pytest

import scatterlab

SOURCES = sorted(Path(scatterlab.__file__).parents[1].rglob("*.py"))
RUN_CODE = {"pickle", "cPickle", "dill", "cloudpickle", "joblib", "shelve", "marshal"}
SAFE_LOADS = {"np.load": "allow_pickle", "numpy.load": "allow_pickle", "torch.load": "weights_only"}
"""What reads pickles unless this keyword is said, and what it must be."""
SAFE = {"allow_pickle": False, "weights_only": True}


def found_in(tree: ast.AST):
    """What a module imports, the attributes of modules that it uses, and its calls."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (("import", alias.name.split(".")[0], node) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield "import", (node.module or "").split(".")[0], node
        elif isinstance(node, ast.Call):
            yield "call", ast.unparse(node.func), node


def offences(text: str) -> list[str]:
    """What in a source could run code that is read."""
    tree, found = ast.parse(text), []
    for kind, name, node in found_in(tree):
        keywords = {one.arg: ast.unparse(one.value) for one in getattr(node, "keywords", ())}
        safe = SAFE_LOADS.get(name)
        if kind == "call" and (
            name in ("eval", "exec", "yaml.load", "yaml.unsafe_load", "torch.save", "np.save")
            or name.split(".")[0] in RUN_CODE
            or (safe and keywords.get(safe) != str(SAFE[safe]))
        ):
            found.append(f"{name} in line {node.lineno}")
        if kind == "import" and name in RUN_CODE - {"pickle"}:
            found.append(f"{name} in line {node.lineno}")
    return found


def test_no_module_reads_or_writes_what_runs():
    found = {path.name: offences(path.read_text()) for path in SOURCES}
    assert {name: what for name, what in found.items() if what} == {}


@pytest.mark.parametrize(
    "text",
    [
        "import pickle; pickle.loads(b'')",
        "from joblib import dump",
        "import torch; torch.load('w')",
        "import torch; torch.load('w', weights_only=False)",
        "import numpy as np; np.load('a.npy', allow_pickle=True)",
        "import yaml; yaml.load('a')",
        "eval('1')",
    ],
)
def test_what_would_run_is_seen(text):
    assert offences(text)
