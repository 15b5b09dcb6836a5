# Classifiers are trained on features and evaluated on the test split.
from scatterlab.classifiers.registry import CLASSIFIERS

CLASSIFICATION = "results/classification/{dataset}/{representation}/{classifier}"
TRAINED = CLASSIFICATION + "/train-{size}-draw-{draw}"


def classifier_module(name):
    return CLASSIFIERS[named("classifiers", name).kind]


def compared_evaluations(dataset):
    """The evaluations that the comparison asks for on a data set."""
    return [
        f"{TRAINED}/evaluation.json".format(
            dataset=dataset,
            representation=representation,
            classifier=classifier,
            size=size,
            draw=draw,
        )
        for representation in CONFIG.comparison.representations
        for classifier in CONFIG.comparison.classifiers
        for size in train_sizes(dataset)
        for draw in draws(size)
    ]


rule train_classifier:
    input:
        stores=lambda wildcards: ancient(
            feature_stores(wildcards.dataset, wildcards.representation)
        ),
        manifests=lambda wildcards: feature_manifests(wildcards.dataset, wildcards.representation),
        code=lambda wildcards: code_of("train_classifier", classifier_module(wildcards.classifier)),
    output:
        f"{TRAINED}/model.safetensors",
    log:
        "results/logs/train_classifier/{dataset}/{representation}/{classifier}/{size}-{draw}.log",
    benchmark:
        "results/benchmarks/train_classifier/{dataset}/{representation}/{classifier}/{size}-{draw}.tsv"
    threads: 1
    params:
        spec=lambda wildcards: as_json(named("classifiers", wildcards.classifier)),
        seed=CONFIG.comparison.seed,
    shell:
        "{PYTHON} {SCRIPTS}/train_classifier.py --stores {input.stores}"
        " --manifests {input.manifests} --spec {params.spec:q} --size {wildcards.size}"
        " --draw {wildcards.draw} --seed {params.seed} --model {output} 2>&1 | tee {log}"


rule evaluate_classifier:
    input:
        model=f"{TRAINED}/model.safetensors",
        stores=lambda wildcards: ancient(
            feature_stores(wildcards.dataset, wildcards.representation)
        ),
        manifests=lambda wildcards: feature_manifests(wildcards.dataset, wildcards.representation),
        code=lambda wildcards: code_of(
            "evaluate_classifier", classifier_module(wildcards.classifier)
        ),
    output:
        evaluation=f"{TRAINED}/evaluation.json",
        predictions=f"{TRAINED}/predictions.csv",
    log:
        "results/logs/evaluate_classifier/{dataset}/{representation}/{classifier}/{size}-{draw}.log",
    threads: 1
    shell:
        "{PYTHON} {SCRIPTS}/evaluate_classifier.py --stores {input.stores}"
        " --manifests {input.manifests} --model {input.model} --dataset {wildcards.dataset}"
        " --representation {wildcards.representation} --classifier {wildcards.classifier}"
        " --size {wildcards.size} --draw {wildcards.draw} --evaluation {output.evaluation}"
        " --predictions {output.predictions} 2>&1 | tee {log}"
