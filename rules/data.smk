# Archives are fetched and verified, data sets prepared as stores of images.
from scatterlab.data.files import LocalFiles
from scatterlab.data.registry import READERS
from scatterlab.errors import DataError


def archive_spec(file):
    """The entry of an archive, found by its name in the data sets."""
    entries = [entry for dataset in CONFIG.datasets.values() for entry in dataset.archives]
    known = {entry.file: entry for entry in entries}
    if file not in known:
        raise WorkflowError(f"no data set has an archive {file!r}; {suggest(file, known)}")
    return known[file]


def archives_of(dataset):
    return [f"results/archives/{item.file}" for item in named("datasets", dataset).archives]


def local_files(dataset):
    """Every file of a data set that is a folder on this machine: a change in one is seen."""
    folder = getattr(named("datasets", dataset), "path", None)
    if folder is None:
        return []
    try:
        found = LocalFiles(folder)
    except DataError as error:
        raise WorkflowError(f"datasets.{dataset}.path: {error}")
    return [found.where(name) for name in found.names if not name.endswith("/")]


rule fetch_archive:
    input:
        code=code_of("fetch_archive"),
    output:
        "results/archives/{file}",
    log:
        "results/logs/fetch_archive/{file}.log",
    wildcard_constraints:
        file=r".+",
    params:
        spec=lambda wildcards: as_json(archive_spec(wildcards.file)),
    shell:
        "{PYTHON} {SCRIPTS}/fetch_archive.py --archive {params.spec:q} --target {output:q} 2>&1"
        " | tee {log:q}"


rule prepare_dataset:
    input:
        archives=lambda wildcards: archives_of(wildcards.dataset),
        files=lambda wildcards: local_files(wildcards.dataset),
        code=lambda wildcards: code_of(
            "prepare_dataset", READERS[named("datasets", wildcards.dataset).format]
        ),
    output:
        store=directory("results/data/{dataset}/images.zarr"),
        manifest="results/data/{dataset}/images.json",
    log:
        "results/logs/prepare_dataset/{dataset}.log",
    params:
        spec=lambda wildcards: as_json(named("datasets", wildcards.dataset), exclude={"shards"}),
    shell:
        "{PYTHON} {SCRIPTS}/prepare_dataset.py --spec {params.spec:q}"
        " --archives {input.archives:q}"
        " --store {output.store} --manifest {output.manifest} 2>&1 | tee {log}"
