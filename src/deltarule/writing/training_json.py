"""A training as JSON, for programs: every number with all its digits."""

import json
import math
from typing import Any

from deltarule.training_run import TrainingRun


def write(run: TrainingRun, color: bool = False) -> str:
    """One object."""
    return json.dumps(payload(run), ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def payload(run: TrainingRun) -> dict[str, Any]:
    """The object; a number that is none is null, for JSON has no word for it."""
    neurons = [
        {
            **({"class": run.classes[at]} if len(run.weights) > 1 else {}),
            "weights": {name: _number(weight) for name, weight in zip(run.features, weights, strict=True)},
            "intercept": _number(run.intercepts[at]),
        }
        for at, weights in enumerate(run.weights)
    ]
    return {
        "data": run.data,
        "rows": run.rows,
        "dropped": run.dropped,
        "target": run.target,
        "classes": list(run.classes),
        "settings": dict(run.settings),
        "learning_rate": None if run.learning_rate is None else _number(run.learning_rate),
        "learning_rate_automatic": run.automatic,
        "epochs": run.epochs,
        "outcome": run.outcome.code,
        "sentence": run.detail,
        "interrupted": run.interrupted,
        "checkpoint": run.checkpoint or None,
        "neurons": neurons,
        "history": [
            {"epoch": epoch, "loss": _number(loss), "gradient_norm": _number(norm)}
            for epoch, loss, norm in zip(run.moments, run.losses, run.gradients, strict=True)
        ],
        "measure": run.measure,
        "quality": _number(run.quality),
        "baseline": _number(run.baseline),
        "engine": run.engine,
        "seconds": round(run.seconds, 3),
    }


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None
