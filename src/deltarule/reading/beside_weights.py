"""A bias that is told in a word beside the weights: ``with weights w = (0.3, -0.2), bias 0.1``."""

from collections.abc import Sequence

from deltarule.formulas import Role
from deltarule.notation import roles_of
from deltarule.reading.token import CLOSE, NAME, NUMBER, OPEN, OPERATOR, RELATION, SEPARATOR, Token

_PLAIN = frozenset({NUMBER, OPEN, CLOSE, SEPARATOR})


def is_bias_beside(said: Sequence[Token], before: Sequence[Token]) -> bool:
    """Whether a name with its value is that of a bias, and what stands `before` it gives the weights in numbers alone.

    Without the weights a bias that is told without a sign may be a remark on any of them.
    """
    if len(said) not in (2, 3) or said[0].kind != NAME or Role.BIAS not in roles_of(said[0].value)[:1]:
        return False
    if len(said) == 3 and (said[1].kind != OPERATOR or said[1].end != said[2].start):
        return False  # bias - 0.2
    at = next((k for k, token in enumerate(before) if token.kind == RELATION), 0)
    if not at or before[0].kind != NAME or Role.WEIGHT not in roles_of(before[at - 1].value)[:1]:
        return False
    values = before[at + 1 :]
    plain = all(token.kind in _PLAIN or token.value in ("+", "-") for token in values)
    return plain and values[:1] != [] and values[0].kind == OPEN and values[-1].kind == CLOSE
