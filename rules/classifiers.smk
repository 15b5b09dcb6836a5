# Classifiers are trained on features and evaluated on the test split.
rule train_classifier:
    input:
        stores=lambda wildcards: ancient(
            feature_stores(wildcards.dataset, wildcards.representation)
        ),
        manifests=lambda wildcards: feature_manifests(wildcards.dataset, wildcards.representation),
        script=script("train_classifier"),
        code=lambda wildcards: code_of(
            "train_classifier", *classifier_modules(wildcards.classifier)
        ),
    output:
        f"{TRAINED}/model.safetensors",
    log:
        "results/logs/train_classifier/{dataset}/{representation}/{classifier}/{size}-{draw}.log",
    benchmark:
        "results/benchmarks/train_classifier/{dataset}/{representation}/{classifier}/{size}-{draw}.tsv"
    threads: 1
    params:
        features=folder_of_shards,
        shards=number_of_shards,
        spec=lambda wildcards: as_json(named("classifiers", wildcards.classifier)),
        splits=CONFIG.comparison.splits,
        seed=CONFIG.comparison.seed,
    shell:
        "python {input.script:q} --features {params.features} --shards {params.shards}"
        " --spec {params.spec:q}"
        " --splits {params.splits} --size {wildcards.size}"
        " --draw {wildcards.draw} --seed {params.seed} --model {output} 2>&1 | tee {log}"


rule evaluate_classifier:
    input:
        model=f"{TRAINED}/model.safetensors",
        stores=lambda wildcards: ancient(
            feature_stores(wildcards.dataset, wildcards.representation)
        ),
        manifests=lambda wildcards: feature_manifests(wildcards.dataset, wildcards.representation),
        script=script("evaluate_classifier"),
        code=lambda wildcards: code_of(
            "evaluate_classifier", *classifier_modules(wildcards.classifier)
        ),
    output:
        evaluation=f"{TRAINED}/evaluation.json",
        predictions=f"{TRAINED}/predictions.csv",
    log:
        "results/logs/evaluate_classifier/{dataset}/{representation}/{classifier}/{size}-{draw}.log",
    benchmark:
        "results/benchmarks/evaluate_classifier/{dataset}/{representation}/{classifier}/{size}-{draw}.tsv"
    threads: 1
    params:
        features=folder_of_shards,
        shards=number_of_shards,
        splits=CONFIG.comparison.splits,
        seed=CONFIG.comparison.seed,
    shell:
        "python {input.script:q} --features {params.features} --shards {params.shards}"
        " --model {input.model} --dataset {wildcards.dataset}"
        " --representation {wildcards.representation} --classifier {wildcards.classifier}"
        " --splits {params.splits} --size {wildcards.size} --draw {wildcards.draw}"
        " --seed {params.seed} --evaluation {output.evaluation}"
        " --predictions {output.predictions} 2>&1 | tee {log}"
