# Networks are trained on the images of a data set.
rule train_network:
    input:
        images=ancient("results/data/{dataset}/images.zarr"),
        manifest="results/data/{dataset}/images.json",
        script=script("train_network"),
        code=lambda wildcards: code_of(
            "train_network", NETWORKS[named("networks", wildcards.network).kind]
        ),
    output:
        weights="results/networks/{dataset}/{network}/weights.safetensors",
        history="results/networks/{dataset}/{network}/history.json",
    log:
        "results/logs/train_network/{dataset}/{network}.log",
    benchmark:
        "results/benchmarks/train_network/{dataset}/{network}.tsv"
    # with two, sums would round otherwise, and the weights depend on --cores
    threads: 1
    params:
        spec=lambda wildcards: as_json(named("networks", wildcards.network)),
        # not an output: what an interrupted run leaves here is taken up again
        checkpoints="results/networks/{dataset}/{network}/checkpoints",
    shell:
        "python {input.script} --images {input.images}"
        " --images-manifest {input.manifest} --spec {params.spec:q}"
        " --checkpoints {params.checkpoints} --weights {output.weights}"
        " --history {output.history} 2>&1 | tee {log}"
