"""Find the module of a kind of classifier by its name in the configuration."""

CLASSIFIERS = {
    "affine_pca": "scatterlab.classifiers.affine_pca",
    "svm": "scatterlab.classifiers.svm",
    "softmax": "scatterlab.classifiers.softmax",
}
"""Kind → module. Each has ``from_config(spec)``, which gives an estimator."""
