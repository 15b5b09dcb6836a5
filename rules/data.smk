# Archives are fetched and verified, data sets prepared as stores of images.
from scatterlab.data.registry import READERS


def archive_spec(file):
    """The entry of an archive, found by its name in the data sets."""
    entries = [entry for dataset in CONFIG.datasets.values() for entry in dataset.archives]
    known = {entry.file: entry for entry in entries}
    if file not in known:
        raise WorkflowError(f"no data set has an archive {file!r}; {suggest(file, known)}")
    return known[file]


def dataset_inputs(dataset):
    """The archives of a data set, or the folder on this machine that it reads."""
    entry = named("datasets", dataset)
    folder = getattr(entry, "path", None)
    return [folder] if folder else [f"results/archives/{item.file}" for item in entry.archives]


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
        sources=lambda wildcards: dataset_inputs(wildcards.dataset),
        code=lambda wildcards: code_of(
            "prepare_dataset", READERS[named("datasets", wildcards.dataset).format]
        ),
    output:
        store=directory("results/data/{dataset}/images.zarr"),
        manifest="results/data/{dataset}/images.json",
    log:
        "results/logs/prepare_dataset/{dataset}.log",
    params:
        spec=lambda wildcards: as_json(named("datasets", wildcards.dataset)),
        archives=lambda wildcards, input: (
            f"--archives {' '.join(input.sources)}" if input.sources else ""
        ),
    shell:
        "{PYTHON} {SCRIPTS}/prepare_dataset.py --spec {params.spec:q} {params.archives}"
        " --store {output.store} --manifest {output.manifest} 2>&1 | tee {log}"
