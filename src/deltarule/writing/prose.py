"""Sentences with figures in them, for readers who write a decimal comma."""

import re

_POINT = re.compile(r"(?<=[0-9])\.(?=[0-9])")
_LISTED = re.compile(r"(?<=[0-9]), (?=[-−+]?[0-9])")


def figures(sentence: str, decimal_comma: bool) -> str:
    """A sentence with its decimal points as commas, and numbers in a list parted by semicolons.

    >>> figures("rates 0.1, 0.2 and 0.3.", True)
    'rates 0,1; 0,2 and 0,3.'
    """
    return _POINT.sub(",", _LISTED.sub("; ", sentence)) if decimal_comma else sentence
