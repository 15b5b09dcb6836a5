# What is shown without a data set.
for demonstration, settings in DEMONSTRATIONS.items():

    rule:
        name:
            f"measure_{demonstration}"
        input:
            script=script(f"measure_{demonstration}"),
            code=code_of(f"measure_{demonstration}"),
        output:
            store=directory(f"results/demonstrations/{demonstration}.zarr"),
            manifest=f"results/demonstrations/{demonstration}.json",
        log:
            f"results/logs/measure_{demonstration}.log",
        benchmark:
            f"results/benchmarks/measure_{demonstration}.tsv"
        params:
            settings=as_json(getattr(CONFIG.analyses, demonstration) or settings()),
        shell:
            "python {input.script:q} --settings {params.settings:q}"
            " --store {output.store} --manifest {output.manifest} 2>&1 | tee {log}"


# One job measures one property of one representation on one data set.
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
            model=analysis_model(analysis),
            backgrounds=analysis_backgrounds(analysis),
            examples=analysis_examples(analysis, old_stores),
            examples_manifests=analysis_examples(analysis, analysis_manifests),
            script=script(f"measure_{analysis}"),
            code=analysis_code(analysis),
        output:
            store=directory(f"results/analyses/{{dataset}}/{{representation}}/{analysis}.zarr"),
            manifest=f"results/analyses/{{dataset}}/{{representation}}/{analysis}.json",
        log:
            f"results/logs/measure_{analysis}/{{dataset}}/{{representation}}.log",
        benchmark:
            f"results/benchmarks/measure_{analysis}/{{dataset}}/{{representation}}.tsv"
        params:
            spec=lambda wildcards: representation_spec(wildcards.representation),
            weights=lambda wildcards, input: f"--weights {input.weights}" if input.weights else "",
            model=lambda wildcards, input: f"--model {input.model}" if input.model else "",
            backgrounds=background_options,
            examples=examples_by_name,
            settings=analysis_settings(analysis),
            samples=CONFIG.analyses.samples,
        shell:
            "python {input.script:q} --images {input.images}"
            " --images-manifest {input.manifest} --spec {params.spec:q} {params.weights}"
            " {params.model} {params.backgrounds} {params.examples}"
            " --analysis {params.settings:q} --samples {params.samples}"
            " --store {output.store} --manifest {output.manifest} 2>&1 | tee {log}"
