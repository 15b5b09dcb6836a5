# A question is asked of networks that differ in one respect: what they cost, how they err.
QUESTION = "results/questions/{dataset}/{question}"


rule measure_cost:
    input:
        images=ancient("results/data/{dataset}/images.zarr"),
        manifest="results/data/{dataset}/images.json",
        script=script("measure_cost"),
        code=lambda wildcards: code_of("measure_cost", *question_modules(wildcards.question)),
    output:
        f"{QUESTION}-cost.json",
    log:
        "results/logs/measure_cost/{dataset}/{question}.log",
    benchmark:
        "results/benchmarks/measure_cost/{dataset}/{question}.tsv"
    # on one thread, and with no other job beside it that would slow it down
    threads: workflow.resource_settings.cores or 1
    params:
        specs=lambda wildcards: question_specs(wildcards.question),
    shell:
        "python {input.script:q} --images {input.images}"
        " --images-manifest {input.manifest} --specs {params.specs:q} --cost {output}"
        " 2>&1 | tee {log}"


rule answer_question:
    input:
        evaluations=lambda wildcards: question_decisions(wildcards.question),
        cost=f"{QUESTION}-cost.json",
        script=script("answer_question"),
        code=code_of("answer_question"),
    output:
        f"{QUESTION}.json",
    log:
        "results/logs/answer_question/{dataset}/{question}.log",
    params:
        question=lambda wildcards: question_asked(wildcards.dataset, wildcards.question),
        results=folder_above(3),
    shell:
        "python {input.script:q} --name {wildcards.question} --question {params.question:q}"
        " --folder {params.results}/classification/{wildcards.dataset} --cost {input.cost}"
        " --answer {output} 2>&1 | tee {log}"


rule plot_question:
    input:
        answer=f"{QUESTION}.json",
        script=script("plot_question"),
        code=code_of("plot_question"),
    output:
        f"{QUESTION}.svg",
    log:
        "results/logs/plot_question/{dataset}/{question}.log",
    shell:
        "python {input.script:q} --answer {input.answer} --figure {output} 2>&1 | tee {log}"
