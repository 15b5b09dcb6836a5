"""Classifiers: steps that prepare features, estimators that choose and fit, what stays on disk.

An estimator (scikit-learn's interface) chooses its hyper-parameters by cross-validation and
fits a *decision*: a small NumPy object that predicts and that a safetensors file can hold. To
evaluate a saved classifier, neither scikit-learn nor torch is imported.
"""
