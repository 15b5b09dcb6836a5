# What the figures and the page show, and the files they need.
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
        "splits": compared.splits,
        "score": compared.score,
        "networks": compared.networks,
    }


def published_errors(*datasets):
    """The published errors of some data sets as JSON."""
    rows = [row.model_dump(mode="json") for row in CONFIG.published]
    return json.dumps([row for row in rows if not datasets or row["dataset"] in datasets])


def palette():
    """Every representation of the run, and each network that decides itself, in one order.

    So each keeps its colour.
    """
    used = {*CONFIG.comparison.representations, *(name for _, name in CONFIG.met())}
    shown = [name for name in CONFIG.representations if name in used]
    return [*shown, *CONFIG.comparison.networks]


# Figures in which a representation has no colour of its own.
WITHOUT_PALETTE = [
    "energy",
    "equivariance",
    "factors",
    "growth",
    "norms",
    "occlusion",
    "redundancy",
    "transfer",
]


def palette_of(analysis):
    """The option that gives each representation its colour in the figure of an analysis."""
    return "" if analysis in WITHOUT_PALETTE else " ".join(["--palette", *palette()])


def old_stores(dataset, analysis):
    """The stores of an analysis, whose manifests say whether they changed."""
    return ancient(analysis_stores(dataset, analysis))


def plotted(analysis, found):
    """What is `found` of an analysis, for the data set of the wildcards."""
    return lambda wildcards: found(wildcards.dataset, analysis)


def drawn_scattering(dataset):
    """The compared scattering of the highest order, whose coefficients are drawn; or None."""
    entries = CONFIG.representations
    scatterings = [
        name
        for name in (CONFIG.comparison.representations if compared_here(dataset) else [])
        if entries[name].kind == "scattering" and entries[name].max_order > 0
    ]
    return max(scatterings, key=lambda name: entries[name].max_order, default=None)


def used_networks(dataset):
    """The networks whose layers a data set meets, as `trained_network` has them."""
    met = {trained_network(dataset, name) for one, name in CONFIG.met() if one == dataset}
    return sorted(met - {None})


def measured_analyses(dataset):
    """Analyses that are measured on a data set, with the representations of each."""
    found = {analysis: measured(dataset, analysis) for analysis in ANALYSES}
    return {analysis: names for analysis, names in found.items() if names}


def report_contents():
    """What the page shows of each data set, as JSON."""
    contents = [
        {
            "dataset": dataset,
            **compared_contents(dataset),
            "questions": asked_of(dataset),
            "shards": CONFIG.datasets[dataset].shards,
            "networks": used_networks(dataset),
            "analyses": measured_analyses(dataset),
            "coefficients": drawn_scattering(dataset),
            "published": published_of(measured_analyses(dataset)),
        }
        for dataset in used_datasets()
    ]
    return json.dumps(contents)


def compared_contents(dataset):
    """What the page shows of a comparison; there, `networks` are those of representations."""
    if not compared_here(dataset):
        return {}
    compared = comparison_of(dataset)
    return {**compared, "deciding": compared.pop("networks")}


def asked_of(dataset):
    """The questions about a data set: for each its networks, and on what they are trained."""
    return {
        name: {
            "variants": question_variants(name),
            "train_size": str(question.train_size),
            "draws": question.draws,
        }
        for name, question in CONFIG.questions.items()
        if question.dataset == dataset
    }


def published_of(analyses):
    """What papers report of analyses, for JSON: those of which the configuration has it."""
    dumped = CONFIG.analyses.model_dump(mode="json", include=set(analyses))
    found = {name: settings.get("published") for name, settings in dumped.items()}
    return {name: published for name, published in found.items() if published}


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


def report_stores(dataset):
    """The stores that the page reads."""
    analysed = [
        store
        for analysis in measured_analyses(dataset)
        for store in analysis_stores(dataset, analysis)
    ]
    return [images_store(dataset), *analysed]


def report_results(dataset):
    """Evaluations with what stands beside each, the networks' files, and answers to questions."""
    compared = compared_here(dataset)
    evaluations = classifier_evaluations(dataset) if compared else []
    decisions = compared_decisions(dataset) if compared else []
    decisions += [path for name in asked_of(dataset) for path in question_decisions(name)]
    networks = [
        f"results/networks/{network}/{name}"
        for network in used_networks(dataset)
        for name in ("weights.safetensors", "history.json")
    ]
    return [
        *beside(evaluations, "model.safetensors", "evaluation.json", "predictions.csv"),
        *beside(decisions, "evaluation.json", "predictions.csv"),
        *networks,
        *beside(map(weights_behind, decisions), "weights.safetensors", "history.json"),
        *(
            f"results/questions/{dataset}/{name}{suffix}"
            for name in asked_of(dataset)
            for suffix in (".json", "-cost.json", ".svg")
        ),
    ]


def beside(paths, *names):
    """The files `names` in the folder of each path."""
    return [f"{os.path.dirname(path)}/{name}" for path in paths for name in names]


def demonstrations():
    """What is shown without a data set, by name."""
    return [name for name in DEMONSTRATIONS if CONFIG.analyses.wanted(name)]


def demonstration_stores():
    return [f"results/demonstrations/{name}.zarr" for name in demonstrations()]


def demonstration_files():
    folder = "results/demonstrations"
    return [f"{folder}/{name}{suffix}" for name in demonstrations() for suffix in (".json", ".svg")]


def of_every_dataset(files):
    return [file for dataset in used_datasets() for file in files(dataset)]
