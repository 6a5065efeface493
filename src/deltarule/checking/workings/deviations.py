"""The one working of its kind that is made otherwise: a sign, a number from elsewhere."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import lru_cache
from itertools import islice

from deltarule.checking.claims import FoundSlip, Judged
from deltarule.checking.numbers_in_text import NumbersInText, numbers_in
from deltarule.checking.origins.memory import last_number
from deltarule.checking.origins.nearness import by_one_slip
from deltarule.checking.origins.origin import Origin
from deltarule.checking.origins.substituted import same
from deltarule.checking.sides import working_of
from deltarule.checking.wording import plain, shown
from deltarule.checking.workings.edits import Edit, edits
from deltarule.checking.workings.families import Pattern, Reading, Working, Wrong, pattern_of
from deltarule.checking.workings.stated import formulas_in, stated_pattern
from deltarule.checking.workings.told import Telling, Told, key_of
from deltarule.checking.workings.tree import tree_of
from deltarule.document import Claim, Document
from deltarule.findings import Kind, Status
from deltarule.written import Written

FEWEST = 3  # workings that are made alike, before the one that is made otherwise is a slip
MOST_WRONG = (
    6  # workings for each one more with a wrong number: where there are more, something else is meant
)
MAX_WORKINGS = 300
MAX_BEHIND = 5000  # numbers behind a minus
_BEHIND_MINUS = re.compile(r"[-−–]\s?\(?(\d{1,20}(?:[.,]\d{1,20})?|[.,]\d{1,20})")
_TITLE = re.compile(r"^[ \t]{0,3}(?:#{1,6}[ \t]|\*\*[^*\n]{2,80}\*\*:?[ \t]*$)", re.MULTILINE)
_RIGHT = frozenset({Status.RIGHT, Status.RIGHT_ROUNDED})


def settle_workings(document: Document, judged: Sequence[Judged]) -> tuple[list[Judged], list[FoundSlip]]:
    """Judge the workings whose arithmetic is right by the others of their kind.

    Returns the judged claims, and the slips found.
    """
    numbers = numbers_in(document.source.text)
    done, slips = list(judged), []
    for working, slip in _deviating(_workings(document, judged), numbers):
        if working.at is not None and done[working.at].status in _RIGHT:
            done[working.at] = replace(done[working.at], status=Status.SLIP, name=slip.name, reason="")
            slips.append(slip)
    return done, slips


def _workings(document: Document, judged: Sequence[Judged]) -> list[Working]:
    """The workings of a document in their order, each with what was told when it was worked."""
    text = document.source.text
    by_claim = {(item.claim.span, item.claim.part): at for at, item in enumerate(judged)}
    taken_off = _taken_off(text)
    told = Told()
    found: list[Working] = []
    for claim in document.items:
        if not isinstance(claim, Claim) or claim.supposed:
            continue
        key, written = key_of(claim, text), last_number(claim)
        expr = working_of(claim)
        at = by_claim.get((claim.span, claim.part))
        if expr is not None and len(found) < MAX_WORKINGS:
            tree = tree_of(expr)
            if tree is not None:
                own = at if at is not None and _may_be_charged(judged[at]) else None
                formulas = tuple(formulas_in(claim)) if own is not None else ()
                found.append(
                    Working(own, claim, key, tree, told.known(key), taken_off, told.recent, formulas)
                )
        if written is not None:
            sure = at is None or judged[at].status is not Status.SLIP
            told.tell(key, Telling(written, claim.line, claim.span.end, sure))
    return found


@lru_cache(maxsize=1)  # of one text, for each of the exercises in it
def _taken_off(text: str) -> frozenset[Fraction]:
    """The sizes of all numbers that stand behind a minus."""
    found = {
        Fraction("0" + match[1].replace(",", "."))
        for match in islice(_BEHIND_MINUS.finditer(text), MAX_BEHIND)
    }
    return frozenset(found)


def _may_be_charged(item: Judged) -> bool:
    """Whether nothing but the arithmetic of a claim was judged."""
    return item.quantity is None and item.status in _RIGHT


def _deviating(workings: Sequence[Working], text: NumbersInText) -> Iterator[tuple[Working, FoundSlip]]:
    families: dict[str, dict[str, list[Working]]] = {}
    for working in workings:
        yield from _against_formulas(working)
        families.setdefault(working.key[0], {}).setdefault(working.tree.build, []).append(working)
    for family in families.values():
        for build, alike in family.items():
            open_still = any(working.at is not None for each in family.values() for working in each)
            if len(alike) >= FEWEST and open_still:
                pattern = pattern_of(alike)
                yield from _in_family(pattern, text)
                yield from _built_otherwise(pattern, build, family)


def _against_formulas(working: Working) -> Iterator[tuple[Working, FoundSlip]]:
    """A working with the numbers of the formula that is stated with it, one of them under the wrong sign."""
    for formula in working.formulas:
        if formula[1].build == working.tree.build and len(formula[1].signs) > 1:
            pattern = stated_pattern(formula, working)
            read = pattern.reading(working)
            turned = _turned(pattern, 0, read)
            if not read.wrong and len(turned) == 1:
                yield from _wrong_sign(pattern, working, read, "By the formula in front of it")
            return


def _built_otherwise(
    pattern: Pattern, build: str, family: Mapping[str, Sequence[Working]]
) -> Iterator[tuple[Working, FoundSlip]]:
    """Workings that lack a number which all others of their kind have, or have one of them twice."""
    for edit in edits(build):
        others = family.get(edit.build, ())
        if 2 * len(others) - 1 > len(pattern.workings):
            continue
        for working in others:
            wanted = pattern.other(working, edit)
            same_name = sum(each.key == working.key for each in pattern.workings)
            if wanted is None or not same_name or abs(wanted.value) in (0, 1):
                continue
            yield working, _left_out(working, edit, wanted)


def _left_out(working: Working, edit: Edit, wanted: Written) -> FoundSlip:
    written = last_number(working.claim)
    stands = "" if written is None else plain(written)
    if edit.what == "twice":
        message = (
            f"{plain(wanted)} is taken twice here; on the lines that are worked as this one it stands once."
        )
        return _slip(working, Kind.FORMULA, "formula.factor", message, stands, "")
    code = "omission.term" if edit.what == "term" else "omission.factor"
    message = f"On the lines that are worked as this one {plain(wanted)} stands as well; here it is left out."
    return _slip(working, Kind.OMISSION, code, message, stands, "")


def _in_family(pattern: Pattern, text: NumbersInText) -> Iterator[tuple[Working, FoundSlip]]:
    readings = [pattern.reading(working) for working in pattern.workings]
    for k, read in enumerate(readings):
        read.wrong += [each for each in read.miswritten if _is_written_for(pattern.workings[k], each)]
    odd = [k for k, read in enumerate(readings) if read.wrong or _turned(pattern, k, read)]
    alike = len(pattern.workings) - len(odd)
    if not odd or alike < 2 * len(odd) - 1:
        return
    for k in odd:
        working, read = pattern.workings[k], readings[k]
        turned = _turned(pattern, k, read)
        if alike < FEWEST and not (turned and all(pattern.is_of_old(term) for term in turned)):
            continue
        few = sum(bool(readings[each].wrong) for each in odd) <= 1 + len(pattern.workings) // MOST_WRONG
        if len(read.wrong) == 1 and not turned and few:
            yield from _wrong_number(pattern, k, read, text)
        elif not read.wrong and len(turned) == 1:
            yield from _wrong_sign(pattern, working, read, "On the lines that are worked as this one")


def _turned(pattern: Pattern, k: int, read: Reading) -> list[int]:
    """The terms that are taken with the other sign."""
    found = pattern.parities(pattern.workings[k], read)
    if len(found) > 2 and len(found) == len(read.numbers):
        return []  # the sign of each weight in a sum of them is that of its input, which is 1 or -1
    return [
        term
        for term, (parity, usual) in enumerate(zip(found, pattern.signs, strict=True))
        if parity and usual and parity != usual
    ]


def _wrong_sign(
    pattern: Pattern, working: Working, read: Reading, by: str
) -> Iterator[tuple[Working, FoundSlip]]:
    own = working.tree.parities(read.numbers)
    signs = [usual or parity or 1 for usual, parity in zip(pattern.signs, own, strict=True)]
    expected = working.tree.value(read.numbers, signs)
    written = last_number(working.claim)
    if expected is None or written is None or expected == written.value:
        return
    right = shown(expected, max(written.places, 2))
    message = f"{by} one sign is the other one; with it {right} comes out, not {plain(written)}."
    yield working, _slip(working, Kind.SIGN, "sign.term", message, plain(written), right)


def _wrong_number(
    pattern: Pattern, k: int, read: Reading, text: NumbersInText
) -> Iterator[tuple[Working, FoundSlip]]:
    working, wrong = pattern.workings[k], read.wrong[0]
    number, expected = working.tree.holes[wrong.place].number, wrong.expected.written
    may_be_told = text.has(number, wrong.expected.end, working.claim.span.start)
    if wrong.borne_out < FEWEST or not wrong.expected.sure or may_be_told or not number.value:
        return  # whoever begins anew begins from 0
    if not k and _begins_anew(number, wrong.expected, text, working.claim.span.start):
        return
    used_up = wrong not in read.miswritten and _is_used_up(pattern, k, wrong)
    if used_up or _names_its_sample(working.claim) or not _is_explained(number, wrong.expected):
        return
    message = f"On the lines that are worked as this one {plain(expected)} stands here; this one has {plain(number)}."
    yield working, _slip(working, Kind.COPYING, "copying.operand", message, plain(number), plain(expected))


def _begins_anew(number: Written, expected: Telling, text: NumbersInText, start: int) -> bool:
    """Whether the first working of its kind, below a title of its own, goes back to an older value: another way from there."""
    older = any(same(number, each) for each in expected.before)
    return older and _TITLE.search(text.text, expected.end, start) is not None


def _names_its_sample(claim: Claim) -> bool:
    """Whether a working of a part of a vector says itself whose numbers it takes: ``-e^{(1)} x^{(1)} = ...``, looking back."""
    named = (symbol for formula in claim.formulas for symbol in formula.symbols)
    return claim.part is not None and any(
        isinstance(index, int) for symbol in named for index in symbol.upper
    )


def _is_used_up(pattern: Pattern, k: int, wrong: Wrong) -> bool:
    """Whether the working before of the same name had the value that is wanted: then the next one may be told nowhere."""
    working = pattern.workings[k]
    before = next((each for each in reversed(pattern.workings[:k]) if each.key == working.key), None)
    return before is not None and wrong.expected.end <= before.claim.span.start


def _is_written_for(working: Working, wrong: Wrong) -> bool:
    """Whether one slip of the pen makes a number of the one that all other workings have in its place."""
    return by_one_slip(
        working.tree.holes[wrong.place].number, Origin(wrong.expected.written.value, Fraction(0), "told")
    )


def _is_explained(number: Written, expected: Telling) -> bool:
    """Whether a number is an older one of the same name, or one slip of the pen away from the last."""
    if not expected.written.value:
        return False
    return any(same(number, older) for older in expected.before) or by_one_slip(
        number, Origin(expected.written.value, Fraction(0), "told")
    )


def _slip(working: Working, kind: Kind, code: str, message: str, written: str, expected: str) -> FoundSlip:
    claim = working.claim
    span = claim.links[-1].span if claim.links else claim.span
    return FoundSlip(span, kind, code, message, None, "the result", written, expected)
