"""Functions that a program defines, as a document shows it: ``def f(x): return x**2 - 4*x``, ``f = lambda x: (x - 1)**2``.

Other languages have other words for it: ``f = @(x) x.^2 - 4*x``, ``f <- function(x) x^2 - 4*x``, ``const f = x => x*x``; it may be
entered at a prompt.
"""

import re

from deltarule.algebra.expr import Apply, Expr, Number, Symbol, Vector, symbols
from deltarule.rarely import rarely
from deltarule.spans import Span

MAX_BETWEEN = 4  # lines between the head of a function and what it returns
_HEAD = rarely(
    r"\s{0,8}def\s{1,3}([A-Za-z]\w{0,30})\s?\(\s?([A-Za-z]\w{0,9}(?:\s?,\s?[A-Za-z]\w{0,9}){0,2})\s?\)\s?(?:->[^:\n]{1,20})?:"
)
_RETURN = rarely(r"[ \t]{0,16}return[ \t]{1,3}(?=\S)")
_ARGUMENTS = r"([A-Za-z]\w{0,9}(?:\s?,\s?[A-Za-z]\w{0,9}){0,2})"
_LAMBDA = rarely(
    r"\s{0,8}(?:(?:>>>?|>|In ?\[\d{0,4}\]:|julia>|octave:\d{1,4}>)[ \t]{1,4})?(?:(?:const|let|var|auto|val)[ \t]{1,4})?"
    r"([A-Za-z]\w{0,30})[ \t]{0,8}(?:=|<-)[ \t]{0,8}"
    rf"(?:lambda\s{{1,3}}{_ARGUMENTS}\s?:|@\(\s?{_ARGUMENTS}\s?\)|(?:function|\\)[ \t]{{0,2}}\(\s?{_ARGUMENTS}\s?\)|\(?{_ARGUMENTS}\)?[ \t]{{0,2}}[=-]>)"
    r"\s{0,4}(?=\S)"
)
# of what is not the function itself but derived from it, or from something else
_SLOPE = rarely(r"d([A-Za-z])(?:_?d[a-z])?|([A-Za-z])_?prime|([A-Za-z])_?grad|grad_?([A-Za-z])")
_DERIVED = rarely(
    r"grad|deriv|slope|pendiente|prime|abl|(?:^|_)d[a-z]?(?:_|$)|^d[A-Z]$|^d[a-z]d[a-z]$|update|step",
    re.IGNORECASE,
)


def head(text: str, start: int, end: int) -> re.Match[str] | None:
    """The first line of a function's definition: its name and its arguments."""
    return _HEAD.match(text, start, end)


def returned(text: str, start: int, end: int) -> int | None:
    """Where the expression stands that a line returns; None if it returns nothing."""
    match = _RETURN.match(text, start, end)
    return match.end() if match is not None else None


def one_line(text: str, start: int, end: int) -> re.Match[str] | None:
    """A definition on one line, ``f = lambda x: ...``, ``f = @(x) ...``, ``f <- function(x) ...``."""
    return _LAMBDA.match(text, start, end)


_END = rarely(r"\s?(?:;|\}|#|//|%)")  # behind an expression: the end of the statement, a remark


def body_end(text: str, start: int, end: int) -> tuple[int, int]:
    """Where the expression of a definition on one line begins and ends, without the braces around it and what stands behind it."""
    while start < end and text[start] in "{ \t":
        start += 1
    found = _END.search(text, start, end)
    return start, end if found is None else found.start()


def subject_of(match: re.Match[str], body: Expr) -> Expr | None:
    """The function applied to its arguments, if it is one of numbers alone that its formula defines wholly.

    What has one argument and is called a slope, ``df``, ``grad_f``, is the derivative by it.
    """
    name = match[1]
    listed = next(each for each in match.groups()[1:] if each is not None)
    arguments = tuple(Symbol(part.strip()) for part in listed.split(","))
    inside = {symbol.name for symbol in symbols(body)}
    if inside != {symbol.name for symbol in arguments}:
        return None
    if _DERIVED.search(name):
        sloped = _SLOPE.fullmatch(name) if len(arguments) == 1 else None
        of = next((part for part in sloped.groups() if part), "") if sloped is not None else ""
        span = Span(match.start(1), match.end())
        return Apply(f"{of}'", arguments[0], span=span) if of else None
    if any(isinstance(node, Apply | Vector) for node in body.walk()):
        return None
    if not any(isinstance(node, Number) for node in body.walk()):
        return None
    span = Span(match.start(1), match.end())
    return Apply(name, Vector(arguments) if len(arguments) > 1 else arguments[0], span=span)
