"""Compile the kernel (src/scatterlab/engines/native) when the package is installed.

Everything else about the package is in pyproject.toml.
"""

import runpy
from pathlib import Path

from setuptools import Command, Distribution, setup
from setuptools.command.bdist_wheel import bdist_wheel
from setuptools.command.build import build

ENGINES = Path(__file__).resolve().parent / "src" / "scatterlab" / "engines"


class BuildEngine(Command):
    """Compile the kernel beside its sources, where the package's data files are taken from."""

    user_options = ()

    def initialize_options(self):
        pass

    def finalize_options(self):
        pass

    def run(self):
        problems = runpy.run_path(str(ENGINES / "build.py"))["build"]()
        if problems:
            self.warn("installing without the fast engine\n" + "\n".join(problems))


class Build(build):
    sub_commands = (("build_engine", None), *build.sub_commands)


class Compiled(Distribution):
    def has_ext_modules(self):
        return True


class PlatformWheel(bdist_wheel):
    """A wheel for any Python 3 on this kind of processor and system."""

    def get_tag(self):
        return ("py3", "none", super().get_tag()[2])


setup(
    distclass=Compiled,
    cmdclass={"build": Build, "build_engine": BuildEngine, "bdist_wheel": PlatformWheel},
)
