# One job measures one property of one representation on one data set.
def measured(dataset, analysis):
    """The representations whose `analysis` the configuration asks for on a data set."""
    asked = getattr(CONFIG.analyses, analysis) is not None
    if not asked or dataset not in CONFIG.analysed("datasets"):
        return []
    names = CONFIG.analysed("representations")
    return scatterings_by_filters(names) if analysis == "energy" else names


def scatterings_by_filters(names):
    """The scatterings among `names`, one for each bank of filters: they differ in order only."""
    entries = {name: CONFIG.representations[name] for name in names}
    return list(
        {
            (entry.L, entry.bank): name
            for name, entry in entries.items()
            if entry.kind == "scattering"
        }.values()
    )


def analysis_manifests(dataset, analysis):
    folder = f"results/analyses/{dataset}"
    return [f"{folder}/{name}/{analysis}.json" for name in measured(dataset, analysis)]


def analysis_settings(analysis):
    """The settings of an analysis as JSON: the configuration's, or else the defaults."""
    asked = getattr(CONFIG.analyses, analysis)
    return as_json(asked or ANALYSES[analysis]())


def analysis_code(analysis):
    """The files that measuring needs, for the representation of the wildcards."""
    return lambda wildcards: [
        os.path.relpath(f"{SCRIPTS}/measuring.py"),
        *code_of(f"measure_{analysis}", *representation_modules(wildcards.representation)),
    ]


for analysis in ANALYSES:

    rule:
        name:
            f"measure_{analysis}"
        input:
            images=ancient("results/data/{dataset}/images.zarr"),
            manifest="results/data/{dataset}/images.json",
            weights=lambda wildcards: representation_weights(
                wildcards.dataset, wildcards.representation
            ),
            code=analysis_code(analysis),
        output:
            store=directory(f"results/analyses/{{dataset}}/{{representation}}/{analysis}.zarr"),
            manifest=f"results/analyses/{{dataset}}/{{representation}}/{analysis}.json",
        log:
            f"results/logs/measure_{analysis}/{{dataset}}/{{representation}}.log",
        params:
            script=f"measure_{analysis}",
            spec=lambda wildcards: representation_spec(wildcards.representation),
            weights=lambda wildcards, input: f"--weights {input.weights}" if input.weights else "",
            settings=analysis_settings(analysis),
            samples=CONFIG.analyses.samples,
        shell:
            "{PYTHON} {SCRIPTS}/{params.script}.py --images {input.images}"
            " --images-manifest {input.manifest} --spec {params.spec:q} {params.weights}"
            " --analysis {params.settings:q} --samples {params.samples}"
            " --store {output.store} --manifest {output.manifest} 2>&1 | tee {log}"
