"""What the classifiers share: scikit-learn's interface around a fitted decision."""

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data


class DecisionClassifier(ClassifierMixin, BaseEstimator):
    """A classifier whose fitted ``decision_`` predicts without scikit-learn.

    Attributes
    ----------
    classes_ : the labels, sorted.
    decision_ : predicts the labels of features (sample, feature); see `get_state` of each.
    parameters_ : the hyper-parameters that cross-validation chose, for JSON.
    """

    def fit(self, X, y):
        """Choose hyper-parameters and fit on `X` (sample, feature) and labels `y` (sample,).

        float32 features are computed with in float32, all others in float64. Raises `ValueError`
        for features that are not finite, or labels of one class only.
        """
        X, y = validate_data(self, X, y, dtype=[np.float32, np.float64])
        check_classification_targets(y)
        self.classes_, codes = np.unique(y, return_inverse=True)
        if len(self.classes_) < 2:
            raise ValueError(f"{type(self).__name__} needs two classes or more; y has one class")
        self.decision_, self.parameters_ = self._fit_decision(X, codes)
        return self

    def predict(self, X):
        """The predicted labels (sample,)."""
        check_is_fitted(self)
        X = validate_data(self, X, dtype=[np.float32, np.float64], reset=False)
        return self.decision_.predict(X)
