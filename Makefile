# make run: everything, from nothing to the report.  make help: the rest.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
CORES ?= all
INSTALLED := $(VENV)/.installed

.PHONY: help setup run test test-slurm test-faults test-storage resources lint format schema verify clean sanitize kymatio bench \
	bench-training bench-scale lock

help: ## Say what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(INSTALLED) ## Make .venv with the locked dependencies, the package and its C++ engine
	@$(BIN)/python -m scatterlab.engines.build || true

# what an interrupted installation left is no start for another: --clear
$(INSTALLED): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "error: $(PYTHON) is older than Python 3.11; give a newer one: make PYTHON=…"; exit 1; }
	$(PYTHON) -m venv --clear $(VENV)
	$(BIN)/python -m pip install --quiet --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --editable .
	@touch $@

run: setup ## Run the default workflow and say where the report is
	$(BIN)/snakemake --cores $(CORES)
	@echo "The report: file://$(CURDIR)/results/report/index.html"

# a worker for each processor, of one thread each; files stay whole, so that what they share is made once
test: setup ## Check style, workflow and schema, and run every test
	$(MAKE) lint
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest --numprocesses auto --dist loadfile

test-storage: setup ## Run the workflow with its results in a local object store
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest tests/workflow/test_results_elsewhere.py -m workflow

test-faults: setup ## Kill, damage and starve runs of the workflow, and compare what comes of it
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest tests/faults -m faults -v $(ARGS)

lint: setup ## Check style, the workflow and the schema
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/snakefmt --check Snakefile rules
	$(BIN)/snakemake --lint
	$(BIN)/python -m scatterlab.config.schema --check config.schema.json

format: setup ## Format Python and Snakemake files
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/snakefmt Snakefile rules

schema: setup ## Write config.schema.json from the configuration's models
	$(BIN)/python -m scatterlab.config.schema config.schema.json

verify: setup ## Check every store of results/ against its manifest
	$(BIN)/python -m scatterlab verify results

clean: ## Delete everything that was made; .venv stays
	rm -rf results build .snakemake

test-slurm: setup ## Run small workflows on a Slurm that is installed (as root), started and stopped
	$(BIN)/python tests/cluster/slurm_packages.py
	$(BIN)/python -m pytest -m cluster tests/cluster

resources: setup ## Say what the jobs of results/ took, and what to ask of a cluster for them
	$(BIN)/python benchmarks/resources.py $(ARGS)

sanitize: setup ## Run the C++ engine under the compiler's sanitizers, for some minutes
	$(BIN)/python tests/engines/sanitize.py

BESIDE := .venv-kymatio
WITH_KYMATIO := PYTHONPATH=src $(BESIDE)/bin/python

$(BESIDE)/.installed: requirements.lock
	$(PYTHON) -m venv $(BESIDE)
	$(BESIDE)/bin/python -m pip install --quiet torch==2.13.0 kymatio==0.3.0 'scipy<1.17' numpy
	@touch $@

kymatio: $(BESIDE)/.installed ## Compare with Kymatio 0.3.0, live, in an environment of its own
	$(WITH_KYMATIO) tests/golden/from_kymatio.py --check
	$(WITH_KYMATIO) tests/golden/time_from_kymatio.py --check

bench: $(BESIDE)/.installed ## Time scattering against Kymatio: one table, in results/bench.md
	$(WITH_KYMATIO) -m scatterlab.engines.build
	$(WITH_KYMATIO) benchmarks/bench.py $(ARGS)

bench-training: setup ## Time the training of networks against its bare loop
	$(BIN)/python benchmarks/training.py $(ARGS)

bench-scale: setup ## Time a run of many images, stage by stage: a table, in results/scale.md
	$(BIN)/python benchmarks/scale.py $(ARGS)

lock: ## Write requirements.lock anew from pyproject.toml
	$(PYTHON) -m venv .venv-lock
	.venv-lock/bin/python -m pip install --quiet torch==2.13.0 '.[workflow,cluster,storage,notebook,fast,test]'
	.venv-lock/bin/python -m pip freeze --exclude scatterlab | sed -f envs/lock.sed > requirements.lock
	rm -rf .venv-lock
