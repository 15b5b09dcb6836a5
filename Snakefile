# From archives to a report: every artifact is cached, and can be rebuilt or asked for by name.
from snakemake.utils import min_version

min_version("9.0")


configfile: f"{workflow.basedir}/datasets.yaml"
configfile: f"{workflow.basedir}/config.yaml"


# made by: docker build -f envs/Dockerfile -t scatterlab:0.1.0 .
container: "docker-daemon://scatterlab:0.1.0"


include: "rules/common.smk"
include: "rules/names/data.smk"
include: "rules/names/networks.smk"
include: "rules/names/classifiers.smk"
include: "rules/names/analyses.smk"
include: "rules/names/report.smk"
include: "rules/data.smk"
include: "rules/networks.smk"
include: "rules/features.smk"
include: "rules/classifiers.smk"
include: "rules/analyses.smk"
include: "rules/questions.smk"
include: "rules/report.smk"


rule all:
    default_target: True
    input:
        "results/report/index.html",


rule data:
    input:
        [images_manifest(dataset) for dataset in used_datasets()],


rule features:
    input:
        [
            feature_manifests(dataset, representation)
            for dataset in CONFIG.comparison.datasets
            for representation in CONFIG.comparison.representations
        ],
