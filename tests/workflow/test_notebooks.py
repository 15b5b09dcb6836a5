"""The notebooks run from beginning to end, on the stores of a small run."""

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

pytestmark = pytest.mark.workflow

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))
SCATTERING = "results/features/digits/scattering2/shard-0-of-1.zarr"


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_kept_without_what_it_printed(path):
    cells = code_cells(nbformat.read(path, as_version=4))
    assert cells
    assert not any(cell.outputs or cell.execution_count for cell in cells)


def test_coefficients_are_opened_selected_and_plotted(workflow, monkeypatch):
    workflow.run(SCATTERING)
    monkeypatch.setenv("SCATTERLAB_RESULTS", str(workflow.folder / "results"))
    monkeypatch.setenv("PYTHONPATH", str(workflow.folder / "src"))
    (path,) = NOTEBOOKS
    notebook = nbformat.read(path, as_version=4)
    where = {"metadata": {"path": str(path.parent)}}
    NotebookClient(notebook, timeout=600, resources=where).execute()
    outputs = [output for cell in code_cells(notebook) for output in cell.outputs]
    shown = [kind for output in outputs for kind in output.get("data", {})]
    assert shown.count("image/png") == 2
    assert shown.count("text/html") == 3
