"""One linear neuron, trained by gradient descent, with its arithmetic in the open.

The public names are loaded on first use, so that ``import deltarule`` costs next to nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from deltarule.api import check, explain, read_exercise, solve
    from deltarule.api_training import train
    from deltarule.errors import DeltaruleError
    from deltarule.estimators import DeltaRuleClassifier, DeltaRuleRegressor
    from deltarule.exercise import Exercise
    from deltarule.training import GradientPath

__version__ = "0.1.0"

__all__ = [
    "DeltaRuleClassifier",
    "DeltaRuleRegressor",
    "DeltaruleError",
    "Exercise",
    "GradientPath",
    "__version__",
    "check",
    "explain",
    "read_exercise",
    "solve",
    "train",
]

_HOMES = {
    "check": "deltarule.api",
    "explain": "deltarule.api",
    "read_exercise": "deltarule.api",
    "solve": "deltarule.api",
    "train": "deltarule.api_training",
    "DeltaRuleClassifier": "deltarule.estimators",
    "DeltaRuleRegressor": "deltarule.estimators",
    "DeltaruleError": "deltarule.errors",
    "Exercise": "deltarule.exercise",
    "GradientPath": "deltarule.training.path",
}


def __dir__() -> list[str]:
    """What there is, loaded or not: consoles complete names from it."""
    return sorted({*globals(), *__all__})


def __getattr__(name: str) -> Any:
    """Load a public name from its home on first use."""
    if name not in _HOMES:
        raise AttributeError(f"module 'deltarule' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
