# Networks are trained on the images of a data set, all that train or those of one draw, or have
# published weights.
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
    wildcard_constraints:
        network=rf"(?!(?:{published_networks()})/)[^/]+",
    # the script sets them itself: with another number sums round otherwise
    threads: lambda wildcards: named("networks", wildcards.network).threads
    resources:
        gpu=GPUS_A_JOB,
    params:
        spec=lambda wildcards: as_json(named("networks", wildcards.network)),
        # checkpoints in it are no output: what an interrupted run leaves is taken up again
        folder=folder_above(1),
    shell:
        "python {input.script:q} --images {input.images}"
        " --images-manifest {input.manifest} --spec {params.spec:q}"
        " --checkpoints {params.folder}/checkpoints --weights {output.weights}"
        " --history {output.history} 2>&1 | tee {log}"


rule load_weights:
    input:
        archive=lambda wildcards: published_weights(wildcards.network),
        images=ancient("results/data/{dataset}/images.zarr"),
        manifest="results/data/{dataset}/images.json",
        script=script("load_weights"),
        code=lambda wildcards: code_of(
            "load_weights", NETWORKS[named("networks", wildcards.network).kind]
        ),
    output:
        weights="results/networks/{dataset}/{network}/weights.safetensors",
        history="results/networks/{dataset}/{network}/history.json",
    log:
        "results/logs/load_weights/{dataset}/{network}.log",
    benchmark:
        "results/benchmarks/load_weights/{dataset}/{network}.tsv"
    wildcard_constraints:
        network=published_networks(),
    threads: 1
    params:
        spec=lambda wildcards: as_json(named("networks", wildcards.network)),
    shell:
        "python {input.script:q} --archive {input.archive:q} --images {input.images}"
        " --images-manifest {input.manifest} --spec {params.spec:q}"
        " --weights {output.weights} --history {output.history} 2>&1 | tee {log}"


rule train_on_subset:
    input:
        images=ancient("results/data/{dataset}/images.zarr"),
        manifest="results/data/{dataset}/images.json",
        script=script("train_network"),
        code=lambda wildcards: code_of("train_network", *network_modules(wildcards.network)),
    output:
        weights=f"{NETWORK}/weights.safetensors",
        history=f"{NETWORK}/history.json",
    log:
        "results/logs/train_on_subset/{dataset}/{network}/{size}-{draw}.log",
    benchmark:
        "results/benchmarks/train_on_subset/{dataset}/{network}/{size}-{draw}.tsv"
    threads: lambda wildcards: network_entry(wildcards.network).threads
    resources:
        gpu=GPUS_A_JOB,
    params:
        spec=lambda wildcards: as_json(network_entry(wildcards.network)),
        splits=CONFIG.comparison.splits,
        seed=CONFIG.comparison.seed,
        folder=folder_above(1),
    shell:
        "python {input.script:q} --images {input.images}"
        " --images-manifest {input.manifest} --spec {params.spec:q}"
        " --splits {params.splits} --size {wildcards.size} --draw {wildcards.draw}"
        " --seed {params.seed} --checkpoints {params.folder}/checkpoints --weights {output.weights}"
        " --history {output.history} 2>&1 | tee {log}"


rule evaluate_network:
    input:
        images=ancient("results/data/{dataset}/images.zarr"),
        manifest="results/data/{dataset}/images.json",
        weights=f"{NETWORK}/weights.safetensors",
        history=f"{NETWORK}/history.json",
        script=script("evaluate_network"),
        code=lambda wildcards: code_of("evaluate_network", *network_modules(wildcards.network)),
    output:
        evaluation=f"{DECISION}/evaluation.json",
        predictions=f"{DECISION}/predictions.csv",
    log:
        "results/logs/evaluate_network/{dataset}/{network}/{size}-{draw}.log",
    benchmark:
        "results/benchmarks/evaluate_network/{dataset}/{network}/{size}-{draw}.tsv"
    threads: 1
    resources:
        gpu=GPUS_A_JOB,
    params:
        spec=lambda wildcards: as_json(network_entry(wildcards.network)),
        splits=CONFIG.comparison.splits,
        seed=CONFIG.comparison.seed,
    shell:
        "python {input.script:q} --images {input.images}"
        " --images-manifest {input.manifest} --spec {params.spec:q} --weights {input.weights}"
        " --history {input.history} --dataset {wildcards.dataset} --network {wildcards.network}"
        " --splits {params.splits} --size {wildcards.size} --draw {wildcards.draw}"
        " --seed {params.seed} --evaluation {output.evaluation}"
        " --predictions {output.predictions} 2>&1 | tee {log}"
