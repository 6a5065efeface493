"""What authors call things: one row a habit of naming, each in LaTeX, in small Unicode signs and in ASCII."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Names:
    """A habit of naming. Each role has three spellings: LaTeX, Unicode, ASCII."""

    name: str
    spellings: Mapping[str, tuple[str, str, str]]
    bias_is_weight_zero: bool = False


def _names(name: str, bias_is_weight_zero: bool = False, **spellings: str) -> Names:
    usual = {
        "x": "x x x",
        "y": "y y y",
        "w": "w w w",
        "b": "b b b",
        "z": "z z z",
        "a": "\\hat{y} ŷ yhat",
        "e": "e e e",
    }
    usual |= {"L": "L L L", "eta": "\\eta η eta"}
    rows = {role: tuple(text.split()) for role, text in (usual | spellings).items()}
    return Names(name, {role: (row[0], row[1], row[2]) for role, row in rows.items()}, bias_is_weight_zero)


NAMES = (
    _names("z and ŷ"),
    _names(
        "error and MSE",
        a="a a a",
        e="\\text{error} error error",
        L="\\text{MSE} MSE MSE",
        eta="\\alpha α alpha",
    ),
    _names("net and o", z="net net net", a="o o o", y="t t t", e="\\delta δ delta", L="E E E"),
    _names("s and σ(s)", z="s s s", a="a a a", e="\\text{err} err err", L="J J J", eta="\\text{lr} lr lr"),
    _names(
        "theta and h",
        True,
        w="\\theta θ theta",
        z="z z z",
        a="h h h",
        e="e e e",
        L="J J J",
        eta="\\alpha α alpha",
    ),
    _names("v, y and d", z="v v v", a="o o y_pred", y="d d d", L="E E E", eta="\\mu μ mu"),
    _names("w_0", True, a="o o out", y="t t t", L="E E E"),
)
TABLE_NAMES = (
    *NAMES,
    _names(
        "y_in and y", z="y_{in} y_in y_in", a="y y y", y="t t t", e="e e e", eta="\\alpha α alpha", L="E E E"
    ),
)
