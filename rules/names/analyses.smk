# Which properties are measured of which representations.
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
    return lambda wildcards: code_of(
        f"measure_{analysis}", *representation_modules(wildcards.representation)
    )
