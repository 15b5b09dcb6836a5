from pathlib import Path

import pytest

from scatterlab.sources import module_sources

SCRIPT = Path(__file__).parents[1] / "src" / "scripts" / "compute_features.py"


def names(*of):
    return {"/".join(Path(path).parts[-2:]) for path in module_sources(*of)}


def test_a_script_depends_on_itself_and_on_what_it_imports_at_any_depth():
    found = names(SCRIPT)
    assert {"scripts/compute_features.py", "scatterlab/features.py", "stores/atomic.py"} <= found


def test_a_representation_depends_on_its_own_code_and_no_other():
    pixels = names(SCRIPT, "scatterlab.cascades.pixels")
    scattering = names(SCRIPT, "scatterlab.cascades.scattering")
    assert "wavelets/unitary.py" in scattering - pixels
    assert "cascades/pixels.py" in pixels - scattering
    assert "cascades/lenet.py" not in pixels | scattering


def test_the_lazy_names_of_the_package_are_no_dependencies():
    assert "cascades/scattering.py" not in names("scatterlab.errors")


def test_a_script_depends_on_the_scripts_beside_it_that_it_imports():
    found = names(SCRIPT.with_name("measure_energy.py"))
    assert "scripts/measuring.py" in found
    assert "scripts/measure_translation.py" not in found


def test_an_unknown_module_is_named():
    with pytest.raises(ModuleNotFoundError, match=r"no module 'scatterlab.wavelet'"):
        module_sources("scatterlab.wavelet")


def test_what_an_engine_compiles_is_among_its_sources():
    sources = module_sources("scatterlab.cascades.scattering")
    assert any(source.endswith("engines/native/fft.hpp") for source in sources)
    assert any(source.endswith("engines/native/engine.cpp") for source in sources)
