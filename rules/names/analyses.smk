# Which properties are measured of which representations.
def measured(dataset, analysis):
    """The representations whose `analysis` the configuration asks for on a data set."""
    asked = getattr(CONFIG.analyses, analysis) is not None
    if not asked or dataset not in CONFIG.analysed("datasets"):
        return []
    names = CONFIG.analysed("representations")
    if analysis in OF_NETWORKS:
        return networks_once(names, dataset)
    kinds = VARIED.get(analysis)
    return scatterings_by_filters(names, kinds) if kinds else names


# Analyses of whole networks, whose logits they need.
OF_NETWORKS = ["redundancy", "speed"]


def networks_once(names, dataset):
    """Of `names` one for each network that is trained on the labels of a data set."""
    entries = {name: CONFIG.representations[name] for name in names}
    return list(
        {
            entry.network: name
            for name, entry in entries.items()
            if entry.kind == "network"
            and entry.trained_on in (None, dataset)
            and CONFIG.networks[entry.network].captions is None
        }.values()
    )


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
    folder = f"results/analyses/{dataset}"
    return [f"{folder}/{name}/{analysis}.json" for name in measured(dataset, analysis)]


def analysis_settings(analysis):
    """The settings of an analysis as JSON: the configuration's, or else the defaults."""
    asked = getattr(CONFIG.analyses, analysis)
    return as_json(asked or ANALYSES[analysis](), exclude={"published"})


def analysis_code(analysis):
    """The files that measuring needs, for the representation of the wildcards."""
    also = [CLASSIFIERS["svm"], STEPS["select"]] if analysis == "growth" else []
    return lambda wildcards: code_of(
        f"measure_{analysis}", *representation_modules(wildcards.representation), *also
    )
