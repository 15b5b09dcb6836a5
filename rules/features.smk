# One job computes one shard of one representation.
rule compute_features:
    input:
        images=ancient("results/data/{dataset}/images.zarr"),
        manifest="results/data/{dataset}/images.json",
        weights=lambda wildcards: representation_weights(
            wildcards.dataset, wildcards.representation
        ),
        script=script("compute_features"),
        code=lambda wildcards: code_of(
            "compute_features", *representation_modules(wildcards.representation)
        ),
    output:
        store=directory(
            "results/features/{dataset}/{representation}/shard-{shard}-of-{shards}.zarr"
        ),
        manifest="results/features/{dataset}/{representation}/shard-{shard}-of-{shards}.json",
    log:
        "results/logs/compute_features/{dataset}/{representation}/{shard}-of-{shards}.log",
    benchmark:
        "results/benchmarks/compute_features/{dataset}/{representation}/{shard}-of-{shards}.tsv"
    threads: 2
    resources:
        gpu=lambda wildcards: representation_gpus(wildcards.representation),
    params:
        spec=lambda wildcards: representation_spec(wildcards.representation),
        weights=lambda wildcards, input: f"--weights {input.weights}" if input.weights else "",
    shell:
        "python {input.script:q} --images {input.images}"
        " --images-manifest {input.manifest} --name {wildcards.representation}"
        " --spec {params.spec:q} {params.weights} --shard {wildcards.shard}"
        " --shards {wildcards.shards} --store {output.store} --manifest {output.manifest}"
        " 2>&1 | tee {log}"
