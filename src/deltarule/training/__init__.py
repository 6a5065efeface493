"""Training on data of any size: sufficient statistics, the loop, its engines, and where data comes from.

The public names are loaded on first use: NumPy and what else they need is not loaded before.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from deltarule.training.path import GradientPath

__all__ = ["GradientPath"]

_HOMES = {
    "GradientPath": "deltarule.training.path",
}


def __getattr__(name: str) -> Any:
    """Load a public name from its home on first use."""
    if name not in _HOMES:
        raise AttributeError(f"module 'deltarule.training' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
