# Figures of each data set, and the page that gathers everything.
rule plot_images:
    input:
        images=ancient("results/data/{dataset}/images.zarr"),
        manifest="results/data/{dataset}/images.json",
        script=script("plot_images"),
        code=code_of("plot_images"),
    output:
        f"{FIGURE}/images.svg",
    log:
        "results/logs/plot_images/{dataset}.log",
    shell:
        "python {input.script:q} --images {input.images} --figure {output} 2>&1" " | tee {log}"


rule plot_errors:
    input:
        evaluations=lambda wildcards: compared_evaluations(wildcards.dataset),
        script=script("plot_errors"),
        code=code_of("plot_errors"),
    output:
        f"{FIGURE}/errors.svg",
    log:
        "results/logs/plot_errors/{dataset}.log",
    params:
        comparison=lambda wildcards: json.dumps(comparison_of(wildcards.dataset)),
        results=folder_above(3),
        published=lambda wildcards: published_errors(wildcards.dataset),
        palette=palette(),
    shell:
        "python {input.script:q} --folder {params.results}/classification/{wildcards.dataset}"
        " --comparison {params.comparison:q} --published {params.published:q}"
        " --palette {params.palette} --figure {output} 2>&1 | tee {log}"


rule plot_confusion:
    input:
        evaluations=lambda wildcards: compared_evaluations(wildcards.dataset),
        script=script("plot_confusion"),
        code=code_of("plot_confusion"),
    output:
        f"{FIGURE}/confusion.svg",
    log:
        "results/logs/plot_confusion/{dataset}.log",
    params:
        comparison=lambda wildcards: json.dumps(comparison_of(wildcards.dataset)),
        results=folder_above(3),
    shell:
        "python {input.script:q} --folder {params.results}/classification/{wildcards.dataset}"
        " --comparison {params.comparison:q} --figure {output} 2>&1 | tee {log}"


# One figure of each analysis of a data set, of all representations it is made of.
for analysis in ANALYSES:

    rule:
        name:
            f"plot_{analysis}"
        input:
            stores=plotted(analysis, old_stores),
            manifests=plotted(analysis, analysis_manifests),
            script=script(f"plot_{analysis}"),
            code=code_of(f"plot_{analysis}"),
        output:
            f"{FIGURE}/{analysis}.svg",
        log:
            f"results/logs/plot_{analysis}/{{dataset}}.log",
        benchmark:
            f"results/benchmarks/plot_{analysis}/{{dataset}}.tsv"
        params:
            representations=plotted(analysis, measured),
            palette=palette_of(analysis),
        shell:
            "python {input.script:q} --representations {params.representations}"
            " --stores {input.stores} {params.palette} --figure {output} 2>&1 | tee {log}"


rule plot_coefficients:
    input:
        stores=lambda wildcards: ancient(
            feature_stores(wildcards.dataset, wildcards.representation)
        ),
        manifests=lambda wildcards: feature_manifests(wildcards.dataset, wildcards.representation),
        images=ancient("results/data/{dataset}/images.zarr"),
        images_manifest="results/data/{dataset}/images.json",
        script=script("plot_coefficients"),
        code=code_of("plot_coefficients"),
    output:
        f"{FIGURE}/coefficients-{{representation}}.svg",
    log:
        "results/logs/plot_coefficients/{dataset}/{representation}.log",
    benchmark:
        "results/benchmarks/plot_coefficients/{dataset}/{representation}.tsv"
    params:
        features=folder_of_shards,
        shards=number_of_shards,
        spec=lambda wildcards: representation_spec(wildcards.representation),
    shell:
        "python {input.script:q} --features {params.features} --shards {params.shards}"
        " --images {input.images}"
        " --spec {params.spec:q} --figure {output} 2>&1 | tee {log}"


for demonstration in DEMONSTRATIONS:

    rule:
        name:
            f"plot_{demonstration}"
        input:
            store=ancient(f"results/demonstrations/{demonstration}.zarr"),
            manifest=f"results/demonstrations/{demonstration}.json",
            script=script(f"plot_{demonstration}"),
            code=code_of(f"plot_{demonstration}"),
        output:
            f"results/demonstrations/{demonstration}.svg",
        log:
            f"results/logs/plot_{demonstration}.log",
        shell:
            "python {input.script:q} --store {input.store} --figure {output} 2>&1 | tee {log}"


rule build_report:
    input:
        demonstrations=demonstration_files(),
        figures=of_every_dataset(report_figures),
        manifests=of_every_dataset(report_manifests),
        results=of_every_dataset(report_results),
        stores=ancient([*demonstration_stores(), *of_every_dataset(report_stores)]),
        template=source(f"{PAGE}/page.html"),
        style=source(f"{PAGE}/page.css"),
        script=script("build_report"),
        code=code_of("build_report"),
    output:
        "results/report/index.html",
    log:
        "results/logs/build_report.log",
    benchmark:
        "results/benchmarks/build_report.tsv"
    params:
        results=folder_above(2),
        contents=report_contents(),
        demonstrations=demonstrations(),
        published=published_errors(),
        title=CONFIG.report.title,
        protocol=CONFIG.report.protocol,
    shell:
        "python {input.script:q} --results {params.results} --contents {params.contents:q}"
        " --demonstrations {params.demonstrations}"
        " --published {params.published:q} --title {params.title:q}"
        " --protocol {params.protocol:q} --page {output} 2>&1 | tee {log}"
