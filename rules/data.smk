# Archives are fetched and verified, data sets prepared as stores of images.
rule fetch_archive:
    input:
        script=script("fetch_archive"),
        code=code_of("fetch_archive"),
    output:
        "results/archives/{file}",
    log:
        "results/logs/fetch_archive/{file}.log",
    wildcard_constraints:
        file=r".+",
    params:
        spec=lambda wildcards: as_json(
            archive_spec(wildcards.file), exclude={"classes", "mean", "std"}
        ),
    shell:
        "python {input.script:q} --archive {params.spec:q} --target {output:q} 2>&1"
        " | tee {log:q}"


rule prepare_dataset:
    input:
        archives=lambda wildcards: archives_of(wildcards.dataset),
        script=script("prepare_dataset"),
        code=lambda wildcards: code_of(
            "prepare_dataset", READERS[named("datasets", wildcards.dataset).format]
        ),
    output:
        store=directory("results/data/{dataset}/images.zarr"),
        manifest="results/data/{dataset}/images.json",
    log:
        "results/logs/prepare_dataset/{dataset}.log",
    benchmark:
        "results/benchmarks/prepare_dataset/{dataset}.tsv"
    params:
        spec=lambda wildcards: as_json(named("datasets", wildcards.dataset), exclude={"shards"}),
        state=lambda wildcards: local_state(wildcards.dataset),
    shell:
        "python {input.script:q} --spec {params.spec:q}"
        " --archives {input.archives:q}"
        " --store {output.store} --manifest {output.manifest} 2>&1 | tee {log}"
