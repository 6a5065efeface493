"""Which formula the rows of a table follow, and whether a value that it does not give is a slip."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from deltarule.algebra.expr import Symbol
from deltarule.checking.row_keys import FEWEST
from deltarule.checking.row_observed import Choices, Observed
from deltarule.checking.row_state import PARAMETERS, Key
from deltarule.formulas import Role
from deltarule.formulas.variants import VARIANTS

_PARTNERS = {Role.BIAS: Role.WEIGHT, Role.BIAS_CHANGE: Role.CHANGE}  # their formulas stand in one order


def _fitting(ones: Sequence[Observed], variant: int) -> int:
    """How many values a formula gives, those counted that go on from the right value of a slip just before."""
    count = 0
    off: dict[Key, Fraction] = {}
    for one in ones:
        if variant not in one.given:
            continue
        value, slack = one.given[variant]
        missed = off.pop(one.key, None)
        mended = missed is not None and replace(one, given={variant: (value + missed, slack)}).fits(variant)
        if mended or one.fits(variant):
            count += 1
        elif one.key[0] in PARAMETERS:
            off[one.key] = value - one.written.value
    return count


def choices(observed: Sequence[Observed]) -> Choices:
    """For each table and role the formula that fits best, and whether what it does not fit is a slip."""
    counts: dict[tuple[int, Role], list[Observed]] = {}
    for one in observed:
        if one.again:
            continue
        counts.setdefault((one.segment, one.key[0]), []).append(one)
    everywhere: dict[Role, Counter[int]] = {}
    for one in observed:
        for variant in one.given:
            everywhere.setdefault(one.key[0], Counter())[variant] += one.fits(variant)
    chosen: dict[tuple[int, Role], tuple[int | None, bool]] = {}
    for (segment, role), ones in counts.items():
        tried = {variant for one in ones for variant in one.given}
        if not tried:
            continue
        counted = {variant: _fitting(ones, variant) for variant in tried}
        partner = counts.get((segment, _PARTNERS.get(role, role)), ())
        # a bias is moved as the weights beside it are
        alike = {variant: sum(one.fits(variant) for one in partner) for variant in tried}
        best = max(
            tried,
            key=lambda variant: (counted[variant], alike[variant], everywhere[role][variant], -variant),
        )
        fits = counted[best]
        able = sum(best in one.given for one in ones)
        near = sum(one.near(best) for one in ones)
        if 3 * fits < 2 * able and not (fits and near == able >= FEWEST):
            common = everywhere[role].most_common(1)[0]
            if 3 * common[1] >= 2 * sum(one.key[0] is role and common[0] in one.given for one in observed):
                chosen[segment, role] = common[0], False  # as in the other tables
        else:
            wrong = able - fits
            given = [one for one in ones if best in one.given]
            telling = {one.claim.line for one in given if one.fits(best) and one.tells(best)}
            against = {one.claim.line for one in given if not one.fits(best)}
            decided = len(telling) > len(against) or not against  # by rows: one row is worked in one way
            strict = fits >= FEWEST and 8 * wrong <= able + 4 and decided
            strict = strict or near == able >= FEWEST
            # that a weight stays what it is says nothing of one that does not
            chosen[segment, role] = (
                best,
                strict and not (role in PARAMETERS and isinstance(VARIANTS[role][best], Symbol)),
            )
    return chosen


def told_strictly(observed: Sequence[Observed], chosen: Choices) -> Choices:
    """The same choices; what a formula does not give is a slip where it is seen what was done instead, too."""
    groups: dict[tuple[Role, int], list[Observed]] = {}
    for one in observed:
        variant, _ = chosen.get((one.segment, one.key[0]), (None, False))
        if not one.again and variant is not None:
            groups.setdefault((one.key[0], variant), []).append(one)
    found: dict[tuple[int, Role], tuple[int | None, bool]] = dict(chosen)
    for (role, variant), ones in groups.items():
        if role in PARAMETERS and isinstance(VARIANTS[role][variant], Symbol):
            continue
        able = [one for one in ones if variant in one.given]
        wrong = [one for one in able if not (one.fits(variant) or one.adopted)]
        telling = sum(one.given[variant][0] != 0 for one in able if one.fits(variant))
        few = 2 * len(wrong) <= telling and 3 * len(wrong) <= len(able)
        if telling >= FEWEST and few and all(one.miss is not None for one in wrong):
            found |= {(one.segment, role): (variant, True) for one in ones}
            continue
        for segment in {one.segment for one in ones if not found[one.segment, role][1]}:
            inside = [one for one in able if one.segment == segment]
            right = sum(one.fits(variant) or one.adopted for one in inside)
            if 3 * right < 2 * len(inside) and not all(one.near(variant) for one in inside):
                del found[segment, role]  # it was only taken from other tables
    return found
