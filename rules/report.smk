# Figures of each data set, and the page that gathers everything.
FIGURE = "results/figures/{dataset}"
PAGE = f"{workflow.basedir}/src/scatterlab/report"


def compared_here(dataset):
    return dataset in CONFIG.comparison.datasets


def comparison_of(dataset):
    """Which evaluations there are of a data set, by name: training sizes with their draws."""
    compared = CONFIG.comparison
    return {
        "representations": compared.representations,
        "classifiers": compared.classifiers,
        "train_sizes": {str(size): len(draws(size)) for size in train_sizes(dataset)},
    }


def published_errors(*datasets):
    """The published errors of some data sets as JSON."""
    rows = [row.model_dump(mode="json") for row in CONFIG.published]
    return json.dumps([row for row in rows if not datasets or row["dataset"] in datasets])


def palette():
    """Every representation of the run, in one order, so that each keeps its colour."""
    used = {*CONFIG.comparison.representations, *CONFIG.analysed("representations")}
    return [name for name in CONFIG.representations if name in used]


def drawn_scattering(dataset):
    """The compared scattering of the highest order, whose coefficients are drawn; or None."""
    entries = CONFIG.representations
    scatterings = [
        name
        for name in (CONFIG.comparison.representations if compared_here(dataset) else [])
        if entries[name].kind == "scattering" and entries[name].max_order > 0
    ]
    return max(scatterings, key=lambda name: entries[name].max_order, default=None)


def compared_networks(dataset):
    names = CONFIG.comparison.representations if compared_here(dataset) else []
    networks = {getattr(CONFIG.representations[name], "network", None) for name in names}
    return sorted(networks - {None})


def measured_analyses(dataset):
    """Analyses that are measured on a data set, with the representations of each."""
    found = {analysis: measured(dataset, analysis) for analysis in ANALYSES}
    return {analysis: names for analysis, names in found.items() if names}


def report_contents():
    """What the page shows of each data set, as JSON."""
    contents = [
        {
            "dataset": dataset,
            **(comparison_of(dataset) if compared_here(dataset) else {}),
            "shards": CONFIG.datasets[dataset].shards,
            "networks": compared_networks(dataset),
            "analyses": measured_analyses(dataset),
            "coefficients": drawn_scattering(dataset),
        }
        for dataset in used_datasets()
    ]
    return json.dumps(contents)


def report_figures(dataset):
    names = ["images", *measured_analyses(dataset)]
    names += ["errors", "confusion"] if compared_here(dataset) else []
    scattering = drawn_scattering(dataset)
    names += [f"coefficients-{scattering}"] if scattering else []
    return [f"results/figures/{dataset}/{name}.svg" for name in names]


def report_manifests(dataset):
    """The manifests of every store that the page lists."""
    analysed = [
        manifest
        for analysis in measured_analyses(dataset)
        for manifest in analysis_manifests(dataset, analysis)
    ]
    computed = [
        manifest
        for name in (CONFIG.comparison.representations if compared_here(dataset) else [])
        for manifest in feature_manifests(dataset, name)
    ]
    return [images_manifest(dataset), *computed, *analysed]


def report_results(dataset):
    """Evaluations, with the model and predictions beside each, and the networks' files."""
    evaluations = compared_evaluations(dataset) if compared_here(dataset) else []
    networks = [
        f"results/networks/{dataset}/{network}/{name}"
        for network in compared_networks(dataset)
        for name in ("weights.safetensors", "history.json")
    ]
    beside = ("model.safetensors", "evaluation.json", "predictions.csv")
    return [f"{os.path.dirname(path)}/{name}" for path in evaluations for name in beside] + networks


def of_every_dataset(files):
    return [file for dataset in used_datasets() for file in files(dataset)]


def analysis_stores(dataset, analysis):
    return [
        f"results/analyses/{dataset}/{name}/{analysis}.zarr" for name in measured(dataset, analysis)
    ]


rule plot_images:
    input:
        images=ancient("results/data/{dataset}/images.zarr"),
        manifest="results/data/{dataset}/images.json",
        code=code_of("plot_images"),
    output:
        f"{FIGURE}/images.svg",
    log:
        "results/logs/plot_images/{dataset}.log",
    shell:
        "{PYTHON} {SCRIPTS}/plot_images.py --images {input.images} --figure {output} 2>&1"
        " | tee {log}"


rule plot_errors:
    input:
        evaluations=lambda wildcards: compared_evaluations(wildcards.dataset),
        code=code_of("plot_errors"),
    output:
        f"{FIGURE}/errors.svg",
    log:
        "results/logs/plot_errors/{dataset}.log",
    params:
        comparison=lambda wildcards: json.dumps(comparison_of(wildcards.dataset)),
        published=lambda wildcards: published_errors(wildcards.dataset),
        palette=palette(),
    shell:
        "{PYTHON} {SCRIPTS}/plot_errors.py --folder results/classification/{wildcards.dataset}"
        " --comparison {params.comparison:q} --published {params.published:q}"
        " --palette {params.palette} --figure {output} 2>&1 | tee {log}"


rule plot_confusion:
    input:
        evaluations=lambda wildcards: compared_evaluations(wildcards.dataset),
        code=code_of("plot_confusion"),
    output:
        f"{FIGURE}/confusion.svg",
    log:
        "results/logs/plot_confusion/{dataset}.log",
    params:
        comparison=lambda wildcards: json.dumps(comparison_of(wildcards.dataset)),
    shell:
        "{PYTHON} {SCRIPTS}/plot_confusion.py --folder results/classification/{wildcards.dataset}"
        " --comparison {params.comparison:q} --figure {output} 2>&1 | tee {log}"


rule plot_energy:
    input:
        stores=lambda wildcards: ancient(analysis_stores(wildcards.dataset, "energy")),
        manifests=lambda wildcards: analysis_manifests(wildcards.dataset, "energy"),
        code=code_of("plot_energy"),
    output:
        f"{FIGURE}/energy.svg",
    log:
        "results/logs/plot_energy/{dataset}.log",
    params:
        representations=lambda wildcards: measured(wildcards.dataset, "energy"),
    shell:
        "{PYTHON} {SCRIPTS}/plot_energy.py --representations {params.representations}"
        " --stores {input.stores} --figure {output} 2>&1 | tee {log}"


rule plot_translation:
    input:
        stores=lambda wildcards: ancient(analysis_stores(wildcards.dataset, "translation")),
        manifests=lambda wildcards: analysis_manifests(wildcards.dataset, "translation"),
        code=code_of("plot_translation"),
    output:
        f"{FIGURE}/translation.svg",
    log:
        "results/logs/plot_translation/{dataset}.log",
    params:
        representations=lambda wildcards: measured(wildcards.dataset, "translation"),
        palette=palette(),
    shell:
        "{PYTHON} {SCRIPTS}/plot_translation.py --representations {params.representations}"
        " --stores {input.stores} --palette {params.palette} --figure {output} 2>&1 | tee {log}"


rule plot_deformation:
    input:
        stores=lambda wildcards: ancient(analysis_stores(wildcards.dataset, "deformation")),
        manifests=lambda wildcards: analysis_manifests(wildcards.dataset, "deformation"),
        code=code_of("plot_deformation"),
    output:
        f"{FIGURE}/deformation.svg",
    log:
        "results/logs/plot_deformation/{dataset}.log",
    params:
        representations=lambda wildcards: measured(wildcards.dataset, "deformation"),
        palette=palette(),
    shell:
        "{PYTHON} {SCRIPTS}/plot_deformation.py --representations {params.representations}"
        " --stores {input.stores} --palette {params.palette} --figure {output} 2>&1 | tee {log}"


rule plot_coefficients:
    input:
        stores=lambda wildcards: ancient(
            feature_stores(wildcards.dataset, wildcards.representation)
        ),
        manifests=lambda wildcards: feature_manifests(wildcards.dataset, wildcards.representation),
        images=ancient("results/data/{dataset}/images.zarr"),
        images_manifest="results/data/{dataset}/images.json",
        code=code_of("plot_coefficients"),
    output:
        f"{FIGURE}/coefficients-{{representation}}.svg",
    log:
        "results/logs/plot_coefficients/{dataset}/{representation}.log",
    params:
        spec=lambda wildcards: representation_spec(wildcards.representation),
    shell:
        "{PYTHON} {SCRIPTS}/plot_coefficients.py --features {input.stores} --images {input.images}"
        " --spec {params.spec:q} --figure {output} 2>&1 | tee {log}"


rule build_report:
    input:
        figures=of_every_dataset(report_figures),
        manifests=of_every_dataset(report_manifests),
        results=of_every_dataset(report_results),
        template=f"{PAGE}/page.html",
        style=f"{PAGE}/page.css",
        code=code_of("build_report"),
    output:
        "results/report/index.html",
    log:
        "results/logs/build_report.log",
    params:
        contents=report_contents(),
        published=published_errors(),
        title=CONFIG.report.title,
        protocol=CONFIG.report.protocol,
    shell:
        "{PYTHON} {SCRIPTS}/build_report.py --results results --contents {params.contents:q}"
        " --published {params.published:q} --title {params.title:q}"
        " --protocol {params.protocol:q} --page {output} 2>&1 | tee {log}"
