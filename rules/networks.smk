# Networks are trained on the images of a data set.
rule train_network:
    input:
        images=ancient("results/data/{dataset}/images.zarr"),
        manifest="results/data/{dataset}/images.json",
        script=script("train_network"),
        code=lambda wildcards: code_of("train_network", *network_modules(wildcards.network)),
    output:
        weights="results/networks/{dataset}/{network}/weights.safetensors",
        history="results/networks/{dataset}/{network}/history.json",
    log:
        "results/logs/train_network/{dataset}/{network}.log",
    benchmark:
        "results/benchmarks/train_network/{dataset}/{network}.tsv"
    # the script sets them itself: with another number sums round otherwise
    threads: lambda wildcards: named("networks", wildcards.network).threads
    params:
        spec=lambda wildcards: as_json(named("networks", wildcards.network)),
        # not an output: what an interrupted run leaves here is taken up again
        checkpoints="results/networks/{dataset}/{network}/checkpoints",
    shell:
        "python {input.script} --images {input.images}"
        " --images-manifest {input.manifest} --spec {params.spec:q}"
        " --checkpoints {params.checkpoints} --weights {output.weights}"
        " --history {output.history} 2>&1 | tee {log}"
