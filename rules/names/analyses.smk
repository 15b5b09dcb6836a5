# Which properties are measured of which representations.
def measured(dataset, analysis):
    """The representations whose `analysis` the configuration asks for on a data set."""
    if analysis not in CONFIG.asked() or dataset not in CONFIG.analysed("datasets", analysis):
        return []
    names = CONFIG.analysed("representations", analysis)
    if analysis in OF_KINDS:
        names = [name for name in names if CONFIG.representations[name].kind in OF_KINDS[analysis]]
    if analysis in OF_NETWORKS:
        return networks_once(names, dataset)
    if analysis in OF_DECISIONS:
        return deciding_once(names, dataset)
    if analysis in ONCE_PER_CASCADE:
        return cascades_once(names, dataset)
    kinds = VARIED.get(analysis)
    return scatterings_by_filters(names, kinds) if kinds else names


# Analyses of what convolves images with kernels, by kinds of representations.
OF_KINDS = {"widths": ["scattering", "roto_translation", "network"]}

# Analyses of whole networks, whose logits they need.
OF_NETWORKS = ["redundancy", "speed"]

# Analyses of decisions: a network's own, and those of `analyses.classifier` by features.
OF_DECISIONS = [
    "adversarial",
    "clutter",
    "occlusion",
    "transfer",
]

# Analyses of the layers of a cascade, whichever of them a representation takes.
ONCE_PER_CASCADE = [
    "deformation",
    "equivariance",
    "factors",
    "norms",
    "separability",
    "widths",
]


def decides_itself(name, dataset):
    """Whether a representation is of a network that learned the labels of a data set."""
    entry = CONFIG.representations[name]
    return (
        entry.kind == "network"
        and entry.trained_on in (None, dataset)
        and CONFIG.networks[entry.network].captions is None
    )


def networks_once(names, dataset):
    """Of `names` one for each network that is trained on the labels of a data set."""
    networks = [name for name in names if decides_itself(name, dataset)]
    return list({CONFIG.representations[name].network: name for name in networks}.values())


def deciding_once(names, dataset):
    """Of `names` what decides: each network once, and features if there is a classifier."""
    networks, by_features = networks_once(names, dataset), CONFIG.analyses.classifier
    return [
        name
        for name in names
        if (name in networks if decides_itself(name, dataset) else by_features)
    ]


def decision_model(dataset, name):
    """The classifier that decides by a representation's features; none for a network."""
    if decides_itself(name, dataset) or not CONFIG.analyses.classifier:
        return []
    return [
        f"{TRAINED}/model.safetensors".format(
            dataset=dataset,
            representation=name,
            classifier=CONFIG.analyses.classifier,
            size="all",
            draw=0,
        )
    ]


def cascades_once(names, dataset):
    """Of `names` one for each cascade: layers of a network, or orders of a scattering, are one."""

    def highest(name):
        return getattr(CONFIG.representations[name], "max_order", 0)

    cascades = {}
    for name in sorted(names, key=highest):
        cascades[cascade_of(name, dataset)] = name
    return [name for name in names if name in cascades.values()]


def cascade_of(name, dataset):
    """What tells the cascade of a representation from others: all but the layer it takes."""
    entry = CONFIG.representations[name]
    if entry.kind == "network":
        return trained_network(dataset, name)
    return as_json(entry, exclude={"max_order"})


# Analyses that vary the order and the scale themselves, and the kinds that they take.
VARIED = {"energy": ["scattering"], "growth": ["scattering", "roto_translation"]}


def scatterings_by_filters(names, kinds):
    """The scatterings of some `kinds` among `names`, one for each bank of filters."""
    entries = {name: CONFIG.representations[name] for name in names}
    return list(
        {
            (entry.kind, entry.L, entry.Q, entry.bank): name
            for name, entry in entries.items()
            if entry.kind in kinds
        }.values()
    )


def analysis_manifests(dataset, analysis):
    return analysis_files(dataset, analysis, ".json")


def analysis_stores(dataset, analysis):
    return analysis_files(dataset, analysis, ".zarr")


def analysis_files(dataset, analysis, suffix):
    folder = f"results/analyses/{dataset}"
    return [f"{folder}/{name}/{analysis}{suffix}" for name in measured(dataset, analysis)]


# Settings of an analysis that measuring it does not need.
NOT_MEASURED = {"published", "datasets", "representations", "without"}


def analysis_settings(analysis):
    """The settings of an analysis as JSON, the configuration's or else the defaults.

    Of `layers` and `grids` those of the representation and the data set of the wildcards.
    """
    asked = getattr(CONFIG.analyses, analysis) or ANALYSES[analysis]()
    settings = asked.model_dump(mode="json", exclude=NOT_MEASURED)

    def of_representation(wildcards):
        own = {"layers": wildcards.representation, "grids": wildcards.dataset}
        chosen = {key: settings[key].get(name) for key, name in own.items() if key in settings}
        return json.dumps(settings | chosen, sort_keys=True)

    return of_representation


def analysis_code(analysis):
    """The files that measuring needs, for the representation of the wildcards."""
    also = [CLASSIFIERS["svm"], STEPS["select"]] if analysis == "growth" else []
    return lambda wildcards: code_of(
        f"measure_{analysis}", *representation_modules(wildcards.representation), *also
    )


def analysis_model(analysis):
    """The classifier that an analysis of decisions needs: a list of one file, or of none."""

    def of_representation(wildcards):
        if analysis not in OF_DECISIONS:
            return []
        return decision_model(wildcards.dataset, wildcards.representation)

    return of_representation


def analysis_backgrounds(analysis):
    """The store and manifest of the images that an analysis puts behind others; none without."""
    backgrounds = getattr(getattr(CONFIG.analyses, analysis), "backgrounds", None)
    if not backgrounds:
        return []
    return [ancient(images_store(backgrounds)), images_manifest(backgrounds)]


def background_options(wildcards, input):
    """The options that name these images and their manifest."""
    if not input.backgrounds:
        return ""
    store, manifest = input.backgrounds
    return f"--backgrounds {store} --backgrounds-manifest {manifest}"


def analysis_examples(analysis, found):
    """What is `found` of the adversarial examples that `transfer` shows; nothing for others."""
    return lambda wildcards: (
        found(wildcards.dataset, "adversarial") if analysis == "transfer" else []
    )


def examples_by_name(wildcards, input):
    """The stores of those examples, by representation, as an argument; empty without."""
    if not input.examples:
        return ""
    names = measured(wildcards.dataset, "adversarial")
    return f"--examples '{json.dumps(dict(zip(names, input.examples)))}'"
