"""Find the module of a kind of classifier by its name in the configuration."""

CLASSIFIERS = {
    "affine_pca": "scatterlab.classifiers.affine_pca",
    "svm": "scatterlab.classifiers.svm",
    "softmax": "scatterlab.classifiers.softmax",
    "argmax": "scatterlab.classifiers.argmax",
}
"""Kind → module. Each has ``from_config(spec, grid, classes)``, which gives an estimator."""

STEPS = {"select": "scatterlab.classifiers.orthogonal_least_squares"}
"""Step with a module of its own → that module. It has ``from_options(options)``."""
