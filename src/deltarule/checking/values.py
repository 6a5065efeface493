"""Whether a written value is right, under any way of carrying and rounding that an honest author uses."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from fractions import Fraction
from functools import partial
from typing import NamedTuple, TypeAlias

from deltarule.checking.ledger import CARRIED, MAX_HIDDEN, Entry, Recipe, World
from deltarule.errors import DeltaruleError
from deltarule.written import (
    Written,
    is_rounding,
    is_rounding_to_figures,
    is_same,
    is_truncation,
    rounded,
)

_DOUBLE_FIGURES, _DOUBLE_NOISE = 14, Fraction(1, 10**12)
_NOISE_LEFT = Fraction(1, 10**14)


class Fit(NamedTuple):
    """How a value fits: the world, and whether it was cut off or shortened.

    `how` is one of: exact, rounded, carried, cut, short, reading, adopted.
    """

    how: str
    world: World
    value: Fraction


def worlds(literal: Fraction | None, recipe: Recipe | None) -> Iterator[tuple[World, Fraction]]:
    """Values that the line may give: as printed first, then carried ones, each worked out only when asked for."""
    if literal is not None:
        yield World.PRINTED, literal
    if recipe is None:
        return
    if literal is None:
        try:
            yield World.PRINTED, recipe.value(lambda entry: entry.value())
        except (KeyError, ZeroDivisionError, DeltaruleError):
            return
    if any(len(entry.forms) > 1 for entry in recipe.operands.values()):
        with suppress(KeyError):  # 2.125 ≈ 2.12: the next line may go on with either
            yield World.LINE, recipe.value(_longest)
    for world in CARRIED:
        try:
            yield world, recipe.value(partial(Entry.value, world=world))
        except (KeyError, ZeroDivisionError, DeltaruleError):
            continue


def _longest(entry: Entry) -> Fraction:
    """The printed form with the most digits."""
    return max(entry.forms, key=lambda form: form.places).value if entry.forms else entry.value()


Short: TypeAlias = Callable[[Written, Fraction], bool]


def never(written: Written, value: Fraction) -> bool:
    """Nothing is too short of an author of whom nothing is to be found out."""
    return False


def fit(
    written: Written,
    literal: Fraction | None,
    recipe: Recipe | None,
    is_short: Short,
) -> Fit | None:
    """The first way in which a written value is right; None if there is none.

    What `is_short` of a rounding says is that it drops digits which this author keeps.
    """
    if literal is not None and is_same(written.value, literal):
        return Fit("exact", World.PRINTED, literal)
    cut: Fit | None = None
    tied: Fit | None = None  # an exact tie taken down: right, but another world may say it better
    for world, value in worlds(literal, recipe):
        if is_same(written.value, value):
            return Fit("exact" if world is World.PRINTED else "carried", world, value)
        found = Fit("rounded" if world is World.PRINTED else "carried", world, value)
        if is_rounding(written.value, value, written.places):
            if is_short(written, value):
                continue
            if world is World.PRINTED or rounded(value, written.places) == written.value:
                return found
            tied = tied or found
        elif is_rounding_to_figures(written, value) or is_noise(written, value):
            return found
        elif (
            cut is None
            and is_truncation(written.value, value, written.places)
            and not is_short(written, value)
        ):
            cut = Fit("cut", world, value)
    return tied or cut


def is_noise(written: Written, value: Fraction) -> bool:
    """Whether a number of so many figures as programs print is off by no more than binary arithmetic is.

    What is left of a difference has the noise of its terms: 2.4 - 2.5 is printed as -0.10000000000000009.
    """
    if len(written.text) < _DOUBLE_FIGURES or written.figures < _DOUBLE_FIGURES:
        return False
    return abs(written.value - value) <= max(_DOUBLE_NOISE * abs(value), _NOISE_LEFT)


def adopted(written: Written, recipe: Recipe | None, is_short: Short) -> tuple[Fraction, list[Entry]] | None:
    """Whether the value is right once earlier slips among its operands are put right: which ones."""
    if recipe is None:
        return None
    right = {id(entry): entry.repaired or entry.righted() for entry in recipe.operands.values()}
    slipped = [entry for entry in recipe.operands.values() if right[id(entry)] is not None]
    if not slipped:
        return None
    for world in (World.PRINTED, *CARRIED):  # what is right was not printed: its places are not known
        try:
            value = recipe.value(lambda entry, world=world: (right[id(entry)] or entry).value(world))  # type: ignore[misc]  # mypy does not infer lambdas with defaults
        except (KeyError, ZeroDivisionError, DeltaruleError):
            return None
        if is_rounding(written.value, value, written.places) and not is_short(written, value):
            return value, slipped
    return None


def behind_slips(written: Written, recipe: Recipe, is_short: Short) -> bool:
    """Whether a value is right with digits, which nobody can know, behind the printed ones of slips and what follows."""
    adrift = [
        entry for entry in dict.fromkeys(_adrift(recipe, MAX_HIDDEN)) if _places(entry) >= written.places
    ]
    for world in CARRIED if adrift else ():
        with suppress(KeyError):
            value = recipe.value(partial(Entry.value, world=world))
            moved = (_moved(recipe, world, entry, MAX_HIDDEN) for entry in adrift)
            slack = sum((abs(other - value) for other in moved), Fraction(0))
            if abs(written.value - value) <= slack + written.unit / 2 and not is_short(written, value):
                return True
    return False


def is_adrift(recipe: Recipe) -> bool:
    """Whether something is worked out from a slip, or from what was."""
    return any(True for _ in _adrift(recipe, MAX_HIDDEN))


def _adrift(recipe: Recipe, depth: int) -> Iterator[Entry]:
    """Slips and what was worked out from them, among the operands and those of what was left out."""
    for entry in recipe.operands.values():
        if entry.printed is None and entry.recipe is not None and depth:
            yield from _adrift(entry.recipe, depth - 1)
        elif entry.printed is not None and entry.adrift:
            yield entry


def _places(entry: Entry) -> int:
    return 0 if entry.printed is None else entry.printed.places


def _moved(recipe: Recipe, world: World, moved: Entry, depth: int) -> Fraction:
    """Value of a recipe in a world, with one printed number half a unit larger."""
    assert moved.printed is not None
    half = moved.printed.unit / 2

    def pick(entry: Entry) -> Fraction:
        if entry is moved:
            return entry.value(world) + half
        if entry.printed is None and entry.recipe is not None and depth:
            return _moved(entry.recipe, world, moved, depth - 1)
        return entry.value(world)

    return recipe.value(pick)
