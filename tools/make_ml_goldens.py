#!/usr/bin/env python3
"""Writes tests/data/ml/*.json: what scikit-learn says of small random tables.

Needs numpy, scipy and scikit-learn (Debian 12's 1.2 made the committed files). The tests read the files only.
Usage: make_ml_goldens.py [OUT_DIR]
"""
import json
import pathlib
import sys

import numpy as np
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, brier_score_loss, log_loss, mean_absolute_error
from sklearn.metrics import mean_squared_error, precision_recall_fscore_support, r2_score, roc_auc_score
from sklearn.preprocessing import StandardScaler


def listed(array):
    """Rows as lists; missing values as null."""
    return [[None if np.isnan(v) else float(v) for v in row] for row in np.atleast_2d(array)]


def logistic_case(name, x, y, c=1.0, class_weight=None, weights=None):
    filled = np.where(np.isnan(x), np.nanmean(x, axis=0), x)
    scaled = StandardScaler().fit_transform(filled)
    model = LogisticRegression(C=c, class_weight=class_weight, solver="newton-cholesky", tol=1e-13, max_iter=1000)
    model.fit(scaled, y, sample_weight=weights)
    return {
        "name": name, "x": listed(x), "y": [float(v) for v in y], "C": c,
        "class_weight": class_weight or "none",
        "weights": [] if weights is None else [float(v) for v in weights],
        "coefficients": model.coef_[0].tolist(), "intercept": float(model.intercept_[0]),
    }


def logistic_goldens(rng):
    x = np.round(rng.normal(size=(120, 5)) * [1, 10, 0.1, 3, 100] + [0, 5, 1, 0, -40], 4)
    y = (rng.random(120) < 1 / (1 + np.exp(-(x[:, 0] + 0.1 * x[:, 1] - 0.5)))).astype(float)
    weights = np.round(rng.uniform(0.2, 3, 120), 3)
    holes = x.copy()
    holes[rng.random(x.shape) < 0.15] = np.nan
    collinear = np.column_stack([x[:, :2], x[:, 0], 2 * x[:, 1] + 1, np.full(120, 7.25)])
    separable = (x[:, 0] > 0).astype(float)
    return [
        logistic_case("plain", x, y),
        logistic_case("strong penalty", x, y, c=0.01),
        logistic_case("balanced", x, (rng.random(120) < 0.15).astype(float), class_weight="balanced"),
        logistic_case("weighted", x, y, c=3.0, weights=weights),
        logistic_case("balanced and weighted", x, y, class_weight="balanced", weights=weights),
        logistic_case("missing values", holes, y),
        logistic_case("collinear and constant columns", collinear, y),
        logistic_case("separable", x, separable, c=100.0),
    ]


def metric_goldens(rng):
    cases = []
    for name, digits in [("continuous", 6), ("tied", 1)]:
        labels = (rng.random(200) < 0.3).astype(float)
        probs = np.round(np.clip(rng.normal(0.35 + 0.25 * labels, 0.2), 0.001, 0.999), digits).clip(0.001, 0.999)
        precision, recall, f1, _ = precision_recall_fscore_support(labels, probs >= 0.5, average="binary")
        cases.append({
            "name": name, "labels": labels.tolist(), "probs": probs.tolist(),
            "roc_auc": roc_auc_score(labels, probs), "pr_auc": average_precision_score(labels, probs),
            "log_loss": log_loss(labels, probs), "brier": brier_score_loss(labels, probs),
            "accuracy": float(np.mean((probs >= 0.5) == labels)),
            "precision": precision, "recall": recall, "f1": f1,
        })
    target = np.round(rng.normal(50, 20, 80), 3)
    predicted = np.round(target + rng.normal(0, 9, 80), 3)
    regression = {
        "target": target.tolist(), "predicted": predicted.tolist(),
        "rmse": float(np.sqrt(mean_squared_error(target, predicted))),
        "mae": mean_absolute_error(target, predicted), "r2": r2_score(target, predicted),
    }
    return {"classification": cases, "regression": regression}


def isotonic_goldens(rng):
    """The fitted values at the scores themselves: the block means that centred isotonic regression joins."""
    scores = np.round(rng.normal(size=300), 2)
    labels = (rng.random(300) < 1 / (1 + np.exp(-2 * scores))).astype(float)
    fitted = IsotonicRegression(out_of_bounds="clip").fit(scores, labels).predict(scores)
    return {"scores": scores.tolist(), "labels": labels.tolist(), "fitted": fitted.tolist()}


def main():
    out = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "tests/data/ml")
    out.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(20261123)
    for name, value in [("logistic", logistic_goldens(rng)), ("metrics", metric_goldens(rng)),
                        ("isotonic", isotonic_goldens(rng))]:
        (out / f"{name}.json").write_text(json.dumps(value) + "\n")


if __name__ == "__main__":
    main()
