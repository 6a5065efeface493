"""Letters that count, glued to the names that they index in plain text: ``di - yi``, ``sum deltai*xij``."""

from deltarule.formulas import Role
from deltarule.notation import roles_of
from deltarule.rarely import rarely
from deltarule.reading.token_words import GREEK_NAMES

_COUNTING = frozenset("ij")
_BIAS_SLOPE = "gb"
_MOST = 8  # letters of the longest name that is looked at: deltai, gradj
# words that are names themselves: no d is counted in pi
_OWN = GREEK_NAMES | {"in", "bi", "ci"}
_NEVER = frozenset({Role.COUNT, Role.LEARNING_RATE, Role.BIAS})
_OPERATORS = frozenset("=≈*/+-−·×^:")
_OPEN, _CLOSE = frozenset("([{"), frozenset(")]}")
_STARTS = _OPEN | {"", "\n", "\r", "`", "$"}  # what may stand in front of a formula
_ENDS = _CLOSE | {"", "\n", "\r", "`", "$", ",", ";"}
_SUMMED = rarely(
    r" {0,2}(?:[(\[](?=[^\W\d_])[^()\[\]=\n]{0,80}[-+*/^]"  # sum (y - z)^2
    r"|[(\[]?[^\W\d_]{1,12}(?:(?:_pred|_hat|_in)?\([ijkn]\)|_[ijkn](?![^\W_])|(?<=[ij])(?![^\W_])))"  # sum ei*xij, sum e(i)*xj(i)
)


def split_index(text: str, at: int, end: int, run: str) -> tuple[str, str] | None:
    """A name and the letters that count it, where a formula goes on around them: ``di`` in ``di - yi``.

    The same letters are words of prose (*di* is *of*), so that signs of a formula have to stand beside them.
    """
    if run in _OWN or not 2 <= len(run) <= _MOST or not (run[-1] in _COUNTING or run == _BIAS_SLOPE):
        return None
    stem = run.rstrip("ij") if run != _BIAS_SLOPE else "g"
    letters = run[len(stem) :]
    if len(letters) > 2 or not roles_of(stem) or roles_of(stem)[0] in _NEVER:
        return None
    stop = at + len(run)
    before = text[max(0, at - 4) : at].rstrip(" ")
    left, right = before[-1:], text[stop : min(end, stop + 3)].lstrip(" ")[:1]
    if left in _OPEN and before[-2:-1].isalpha() and right in _CLOSE:
        return stem, letters  # ln(yi)
    if right == "_" and left in _STARTS:
        return stem, letters  # wj_new = ...
    begins, ends = left in _OPERATORS or before.lower().endswith("sum"), right in _OPERATORS
    bounded = (begins or left in _STARTS) and (ends or right in _ENDS)
    return (stem, letters) if bounded and (begins or ends) else None


def is_summed(text: str, at: int, stop: int, end: int) -> bool:
    """Whether the word *sum* within a formula sums what stands behind it, in a bracket or counted by a letter."""
    before = text[max(0, at - 3) : at].rstrip(" ")[-1:]
    counted = before == ")" or text[max(0, at - 4) : at].replace(" ", "")[-2:-1] == "/"  # (1/2) sum, 1/n sum
    return (before in tuple("=≈*/+-(") or before.isdigit() or counted) and _SUMMED.match(
        text, stop, end
    ) is not None
