"""The kernel is compiled for every instruction set, and the best that can be run is loaded."""

import os
import platform
import stat
import subprocess
import sys
import warnings
from pathlib import Path

import pytest
import torch

from scatterlab import Scattering2D
from scatterlab.engines import build, kernel
from scatterlab.engines.build import library_file
from scatterlab.engines.kernel import library, warn_once
from scatterlab.engines.selection import engine_for
from scatterlab.errors import InputError, ScatterlabError

COMPILER = """#!/bin/sh
while [ "$1" != -o ]; do shift; done
cp "$0" "$2"
"""


@pytest.fixture
def afresh(monkeypatch):
    """Nothing is remembered from before, nor afterwards."""
    monkeypatch.delenv(kernel.VARIABLE, raising=False)
    remembering = library, warn_once, library_file
    for function in remembering:
        function.cache_clear()
    yield
    monkeypatch.undo()
    for function in remembering:
        function.cache_clear()


@pytest.fixture
def sources(afresh, tmp_path, monkeypatch):
    """Other sources, of which nothing is compiled."""
    native = tmp_path / "native"
    native.mkdir()
    (native / "engine.cpp").write_text("int here = 1;")
    monkeypatch.setattr(build, "NATIVE", native)
    monkeypatch.setattr(build, "LIBRARIES", tmp_path / "_native")
    return native


@pytest.fixture
def compiler(tmp_path, monkeypatch):
    """One that makes a copy of itself."""
    program = tmp_path / "c++"
    program.write_text(COMPILER)
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("CXX", str(program))
    return program


def made():
    return {path.name for path in build.LIBRARIES.iterdir()}


def wanted():
    return {library_file(name).name for name in build.instruction_sets()}


def test_this_machine_has_a_library():
    assert library() is not None
    assert kernel.runnable()[0] == "baseline"


@pytest.mark.skipif(not Path("/proc/cpuinfo").exists(), reason="Linux says what a processor has")
def test_no_instruction_is_run_that_the_system_does_not_list():
    flags = next(
        (
            line.split()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("flags")
        ),
        [],
    )
    for name in kernel.runnable():
        options = build.instruction_sets()[name]
        assert {option.removeprefix("-m") for option in options} <= set(flags)


def test_the_variable_chooses_the_library():
    program = "from scatterlab.engines.kernel import library; print(library()._name)"
    for name in kernel.runnable():
        found = subprocess.run(
            [sys.executable, "-c", program],
            env=os.environ | {kernel.VARIABLE: name},
            capture_output=True,
            text=True,
            check=True,
        )
        assert f"engine-{name}-" in found.stdout


def test_the_best_that_can_be_run_is_loaded(afresh):
    assert f"engine-{kernel.runnable()[-1]}-" in library()._name


def test_an_unknown_instruction_set_is_named(afresh, monkeypatch):
    monkeypatch.setenv(kernel.VARIABLE, "avx51")
    with pytest.raises(InputError, match=r"SCATTERLAB_ISA='avx51': .*known: .*baseline"):
        library()


@pytest.mark.skipif(platform.machine() != "x86_64", reason="one instruction set alone")
def test_an_instruction_set_that_the_processor_lacks_is_named(afresh, monkeypatch):
    monkeypatch.setenv(kernel.VARIABLE, "avx512")
    monkeypatch.setattr(kernel, "runnable", lambda: ["baseline", "avx2"])
    with pytest.raises(InputError, match=r"'avx512': this processor.*it has baseline, avx2"):
        library()


def test_without_a_library_the_reference_is_used_with_one_warning(sources):
    images = torch.rand(2, 8, 8)
    with pytest.warns(RuntimeWarning, match=r"not compiled.*engines\.build") as said:
        scattering = Scattering2D(1, (8, 8), 2)
    assert [warning.filename for warning in said] == [__file__]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert Scattering2D(2, (8, 8), 2).engine == scattering.engine == "reference"
    expected = Scattering2D(1, (8, 8), 2, engine="reference")(images)
    assert torch.equal(scattering(images), expected)


def test_who_asks_for_the_reference_is_not_warned(sources):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert Scattering2D(1, (8, 8), 2, engine="reference").engine == "reference"


def test_without_a_library_the_compiled_engine_names_the_remedy(sources):
    tree = Scattering2D(1, (8, 8), 2, engine="reference")._engine.tree
    with pytest.raises(ScatterlabError, match=r"install a C\+\+ compiler.*engines.build"):
        engine_for("cpu", tree)


def test_a_file_that_is_no_library_counts_as_none(sources, compiler):
    assert build.build() == []
    assert made() == wanted()
    assert library() is None


def test_what_is_there_is_not_compiled_again(sources, compiler):
    build.build()
    compiler.unlink()
    assert build.build() == []


def test_other_sources_make_other_libraries_which_replace_the_old_ones(sources, compiler):
    build.build()
    before = made()
    (sources / "engine.cpp").write_text("int here = 2;")
    library_file.cache_clear()
    assert not before & wanted()
    build.build()
    assert made() == wanted()


def test_what_a_killed_compilation_left_goes_and_what_another_makes_stays(sources, compiler):
    build.LIBRARIES.mkdir()
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        pass
    left = library_file("baseline").with_suffix(f".{ended.pid}")
    unfinished = library_file("baseline").with_suffix(f".{os.getppid()}")
    for file in (left, unfinished):
        file.write_bytes(b"half")
    assert build.build() == []
    assert made() == wanted() | {unfinished.name}


def test_without_a_compiler_nothing_is_made_and_the_remedy_is_said(sources, monkeypatch):
    monkeypatch.setenv("CXX", "/no/such/compiler -O3")
    (problem,) = build.build()
    assert "install a C++ compiler" in problem
    assert not build.LIBRARIES.exists()


def test_what_the_compiler_says_is_passed_on_and_nothing_is_left(sources, compiler):
    compiler.write_text("#!/bin/sh\necho 'no such flag' >&2; exit 1\n")
    problems = build.build()
    assert len(problems) == len(build.instruction_sets())
    assert all("no such flag" in problem for problem in problems)
    assert made() == set()


def test_a_forked_process_has_threads_of_its_own():
    """Those of torch's OpenMP are not copied by a fork: to wait for them would be for ever."""
    script = """
import os, torch
from scatterlab import Scattering2D
torch.set_num_threads(2)
scattering, images = Scattering2D(2, (16, 16), engine="cpu"), torch.rand(40, 16, 16)
expected = scattering(images).numpy()
child = os.fork()
if child == 0:
    os._exit(int((scattering(images).numpy() != expected).any()))
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""
    found = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=120, check=True
    )
    assert found.stdout.strip() == "0"


def test_threads_are_borrowed_from_torch_where_it_has_openmp(monkeypatch):
    lent = []

    class Kernel:
        def scatterlab_borrow(self, function):
            lent.append(function)

    monkeypatch.setattr(os, "register_at_fork", lambda after_in_child: after_in_child())
    kernel.borrow_threads(Kernel())
    if "USE_OPENMP=ON" not in torch.__config__.show() or sys.platform != "linux":
        pytest.skip("this torch has no GNU OpenMP to borrow threads from")
    assert lent[0].value
    assert lent[1] is None
