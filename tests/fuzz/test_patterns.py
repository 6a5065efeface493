"""No regular expression takes more than linear time: every compiled pattern is attacked with its own characters.

From each pattern the characters that it speaks of are taken; texts of one of them, or of two in turn, over and over, with
something at the end that fits nothing, are what makes a backtracking program try everything. Each pattern is attacked the way
the code uses it: from one place (``match``), or from every place (``search`` and its kin).
"""

import ast
import importlib
import itertools
import pkgutil
import re
import time
from collections.abc import Iterator
from pathlib import Path
from re import _constants, _parser  # type: ignore[attr-defined]  # the parser of patterns has no public door
from typing import Any

import pytest

import deltarule
from deltarule.rarely import WaitingPattern

SOURCE = Path(deltarule.__file__).parent
SIZES = (16, 24, 400, 8_000)  # small ones first: what is exponential shows before it hangs
LONG = 24_000  # of one letter: where a quick step hides a quadratic pattern among eight thousand
# rows as people write them, with more blanks than one: what may be read in two ways each time
ROWS = (
    "1    2    3    ",
    "1    2    3\n",
    "a    =    1    ",
    "1,    2;    ",
    "|  1  |  2  |",
    "w1   =   1.5,   ",
)
MOST = 0.15  # seconds of processor time; linear takes 0.005, quadratic 0.3 and more
ENDS = ("", "\x01", "\n\x01")
ANYWHERE = frozenset({"search", "sub", "subn", "findall", "finditer", "split"})
_CATEGORY = {"CATEGORY_DIGIT": "7", "CATEGORY_SPACE": " ", "CATEGORY_WORD": "a", "CATEGORY_NOT_SPACE": "x", "CATEGORY_NOT_DIGIT": "y", "CATEGORY_NOT_WORD": "-"}  # fmt: skip


def _compiled() -> Iterator[tuple[str, re.Pattern[str], bool]]:
    """Every pattern of the package by its name, and whether it is looked for from every place of a text."""
    seen: set[tuple[str, int]] = set()
    for found in pkgutil.walk_packages(deltarule.__path__, "deltarule."):
        if found.name.startswith(("deltarule.training", "deltarule.__main__", "deltarule.estimators")):
            continue  # no text of others is read there
        module = importlib.import_module(found.name)
        tree = ast.parse(Path(str(module.__file__)).read_text("utf-8"))
        used = _uses(tree)
        for name, value in vars(module).items():
            for pattern in _patterns(value):
                if (pattern.pattern, pattern.flags) not in seen and isinstance(pattern.pattern, str):
                    seen.add((pattern.pattern, pattern.flags))
                    yield f"{found.name}.{name}", pattern, bool(used.get(name, ANYWHERE) & ANYWHERE)
        for text, anywhere in _inline(tree):
            yield f"{found.name}: {text}", re.compile(text), anywhere


def _patterns(value: Any) -> Iterator[re.Pattern[str]]:
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, WaitingPattern):
        yield re.compile(value.pattern, value.flags)
    elif isinstance(value, (tuple, list, set, frozenset)):
        for item in value:
            yield from _patterns(item)
    elif isinstance(value, dict):
        for item in itertools.chain(value.keys(), value.values()):
            yield from _patterns(item)


def _uses(tree: ast.AST) -> dict[str, set[str]]:
    """Methods that are called on each name of a module."""
    used: dict[str, set[str]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            used.setdefault(node.value.id, set()).add(node.attr)
    return used


def _inline(tree: ast.AST) -> Iterator[tuple[str, bool]]:
    """Patterns that stand in a call, ``re.search("...", text)``, and whether they are looked for from every place."""
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and isinstance(node.func.value, ast.Name)
            and node.func.value.id == "re"
            and node.func.attr in ANYWHERE | {"match", "fullmatch"}
            and isinstance(node.args[0], ast.Constant)
        ):
            yield str(node.args[0].value), node.func.attr in ANYWHERE


def _letters(parsed: Any) -> Iterator[str]:
    """Characters that a pattern speaks of, one for each class."""
    for operation, argument in parsed:
        if operation is _constants.LITERAL:
            yield chr(argument)
        elif operation is _constants.NOT_LITERAL:
            yield "q" if argument != ord("q") else "r"
        elif operation is _constants.ANY:
            yield "."
        elif operation is _constants.IN:
            yield from _of_class(argument)
        elif operation is _constants.BRANCH:
            for branch in argument[1]:
                yield from _letters(branch)
        elif operation is _constants.SUBPATTERN:
            yield from _letters(argument[-1])
        elif operation in (_constants.MAX_REPEAT, _constants.MIN_REPEAT, _constants.POSSESSIVE_REPEAT):
            yield from _letters(argument[2])
        elif operation in (_constants.ASSERT, _constants.ASSERT_NOT):
            yield from _letters(argument[1])
        elif operation is _constants.ATOMIC_GROUP:
            yield from _letters(argument)


def _of_class(items: Any) -> Iterator[str]:
    if items[0][0] is _constants.NEGATE:
        excluded = re.compile("[" + "".join(re.escape(letter) for letter in _of_class(items[1:])) + "]")
        yield from (letter for letter in "a7 .-" if not excluded.match(letter))
        return
    for operation, argument in items:
        if operation is _constants.LITERAL:
            yield chr(argument)
        elif operation is _constants.RANGE:
            yield chr(argument[0])
        elif operation is _constants.CATEGORY:
            yield _CATEGORY[str(argument)]


def _samples(parsed: Any, many: int) -> str:
    """A text that goes a long way into a pattern, with every repetition `many` times."""
    done = ""
    for operation, argument in parsed:
        if operation in (_constants.MAX_REPEAT, _constants.MIN_REPEAT, _constants.POSSESSIVE_REPEAT):
            low, high, inner = argument
            done += _samples(inner, 1) * max(int(low), min(many, int(high)))
        elif operation is _constants.BRANCH:
            done += _samples(argument[1][0], many)
        elif operation is _constants.SUBPATTERN:
            done += _samples(argument[-1], many)
        elif operation is _constants.ATOMIC_GROUP:
            done += _samples(argument, many)
        elif operation not in (_constants.ASSERT, _constants.ASSERT_NOT, _constants.AT):
            done += next(_letters([(operation, argument)]), "")
    return done


def _units(pattern: re.Pattern[str]) -> list[str]:
    """What a text that hurts may be made of."""
    parsed = _parser.parse(pattern.pattern, pattern.flags & ~re.UNICODE)
    letters = list(dict.fromkeys(_letters(parsed)))[:7]
    pairs = ["".join(pair) for pair in itertools.permutations(letters[:5], 2)]
    return list(dict.fromkeys([*letters, *pairs, _samples(parsed, 1), _samples(parsed, 3)]))


PATTERNS = list(_compiled())


def test_the_patterns_are_found() -> None:
    """There are many, and they are found by their names."""
    assert len(PATTERNS) > 100
    assert any(name.endswith("_tokens.PLAIN_NUMBER") for name, _, _ in PATTERNS)


@pytest.mark.parametrize(("name", "pattern", "anywhere"), PATTERNS, ids=[name for name, _, _ in PATTERNS])
def test_a_pattern_takes_linear_time(name: str, pattern: re.Pattern[str], anywhere: bool) -> None:
    """Eight thousand characters that nearly fit are refused, or found, at once."""
    attack = pattern.search if anywhere else pattern.match
    start = _samples(_parser.parse(pattern.pattern, pattern.flags & ~re.UNICODE), 2)
    units = [*filter(None, _units(pattern)), *ROWS]
    for unit, end, before in itertools.product(units, ENDS, ("", start[:-1])):
        for size in (*SIZES, LONG) if len(unit) == 1 else SIZES:
            text = before + unit * (size // len(unit)) + end
            began = time.process_time()
            attack(text)
            spent = time.process_time() - began
            assert spent < MOST, (
                f"{name}: {spent:.2f} s for {size} characters of {unit!r} after {before!r} before {end!r}"
            )
