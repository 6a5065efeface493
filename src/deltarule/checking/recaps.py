"""Parameters told once more behind the last update, ``final: w1 = -0.341, w2 = 0.583, b = -0.215``: the one that is another number.

The others are what they were told to be last, and nothing was worked in between. What differs is a slip only where it shows how it
came about: the sign is lost, a digit is changed, the point has moved, an older value or that of a neighbour was copied. A line that tells
what all of them were at an earlier time is about that time, and so is one whose label names it; and an author who goes on
with the number has changed it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import field, replace
from fractions import Fraction

from deltarule.algebra.expr import Expr, Negative, Number, Symbol
from deltarule.checking.claims import FoundSlip, Judged
from deltarule.checking.miscopied import is_alike
from deltarule.checking.sides import as_number
from deltarule.checking.wording import plain
from deltarule.document import Claim, Document, Heading, Item, Link, Place
from deltarule.findings import Kind, Status
from deltarule.formulas import Role
from deltarule.naming import Names
from deltarule.records import changing, record
from deltarule.spans import Span
from deltarule.written import Written, is_rounding

MAX_TOLD = 200  # values of one parameter that are looked back over
MAX_AHEAD = 40  # claims behind a line in which its numbers may be gone on with
FEWEST_IN_PLACE = 2  # parameters that fit, before a list without a name is one of parameters
_PARAMETERS = frozenset({Role.WEIGHT, Role.BIAS})
_UNCHANGED = frozenset(
    {Role.ERROR, Role.DELTA, Role.CHANGE, Role.BIAS_CHANGE, Role.GRADIENT, Role.BIAS_GRADIENT}
)
_SHIFTS = tuple(Fraction(10) ** power for power in (-2, -1, 1, 2))
_OF_NOW = ("", "new")
_Key = tuple[Role, int | None]


@record
class _Value:
    """A value of a parameter: where it was told, and whether it was worked out there."""

    written: Written
    at: int
    worked: bool


@record
class _Retold:
    """A parameter told by its bare value, by a claim or as a component of a point."""

    key: _Key
    written: Written
    span: Span
    claim: Claim | None


@changing
class _State:
    """What has been told so far."""

    told: dict[_Key, list[_Value]] = field(default_factory=dict)
    epoch: int | None = None
    behind: Heading | None = None  # a label that opens a step, since the last update
    settled: bool = False  # something since then says that nothing changes


def unlike_recaps(
    document: Document, judged: Sequence[Judged], names: Names
) -> tuple[list[Judged], list[FoundSlip]]:
    """Judge parameters that are told once more; returns the judged claims and the slips among them."""
    if not _may_tell_again(document.items, names):
        return list(judged), []
    wrong = {item.claim.span for item in judged if item.status is Status.SLIP}
    slips: list[FoundSlip] = []
    added: list[Judged] = []
    found: dict[tuple[Span, int | None], FoundSlip] = {}
    for retold, last in _unlike(document, names, wrong):
        slip = _told(retold, last)
        slips.append(slip)
        if retold.claim is None:
            added.append(_judged(retold, document))
        else:
            found[retold.claim.span, retold.claim.part] = slip
    if not slips:
        return list(judged), []
    done = [
        replace(item, status=Status.SLIP, reason="", name=found[item.claim.span, item.claim.part].name)
        if (item.claim.span, item.claim.part) in found
        else item
        for item in judged
    ]
    return sorted([*done, *added], key=lambda item: item.claim.span.start), slips


def _may_tell_again(items: Sequence[Item], names: Names) -> bool:
    """Whether a parameter is told by its bare value behind another claim about it, or numbers stand in a list: mostly none is."""
    told: set[_Key] = set()
    for item in items:
        if isinstance(item, Place):
            return True
        if not isinstance(item, Claim) or item.subject is None:
            continue
        reference = names.reference(item.subject)
        if reference is not None and reference.role in _PARAMETERS:
            key = reference.role, reference.feature
            if key in told and len(item.links) == 1:
                return True
            told.add(key)
    return False


def _unlike(document: Document, names: Names, wrong: set[Span]) -> Iterator[tuple[_Retold, Written]]:
    """Each parameter that differs from its last value, with that one."""
    state, items, at, before = _State(), document.items, 0, False
    unread = [piece.span.start for piece in document.unread]
    while at < len(items):
        line = _line_at(items, at)
        stop = at + len(line)
        group = _retold_on(line, names, state)
        after = _line_at(items, stop)
        close = bool(after) and after[0].line == line[0].line + 1
        logged = group is not None and close and _is_same(group, _retold_on(after, names, state))
        if (
            group is not None
            and not logged
            and not before
            and not any(each.claim and each.claim.span in wrong for each in group)
        ):
            odd, quiet = _odd(group, state), state.settled or _says_unchanged(line, names)
            if (
                odd is not None
                and _is_of_now(line, state, quiet)
                and not _has_unread(unread, group, state, items)
            ):
                last = state.told[odd.key][-1]
                clean = items[last.at].span not in wrong
                given = last.worked or quiet  # what nothing has changed is what it was at the start
                if clean and given and not _goes_on(odd, last.written, items, stop):
                    yield odd, last.written
        for offset, item in enumerate(line):
            _learn(state, item, at + offset, names)
        at, before = stop, logged


def _line_at(items: Sequence[Item], at: int) -> Sequence[Item]:
    """What stands on one line from an item on."""
    stop = at
    while stop < len(items) and items[stop].line == items[at].line:
        stop += 1
    return items[at:stop]


def _is_same(group: Sequence[_Retold], after: Sequence[_Retold] | None) -> bool:
    """Whether the line below tells the same parameters: a row of a log is about its own time."""
    return after is not None and {each.key for each in group} == {each.key for each in after}


def _learn(state: _State, item: Item, at: int, names: Names) -> None:
    if isinstance(item, Heading):
        state.epoch = item.epoch if item.epoch is not None else state.epoch
        state.behind, state.settled = item, False
        return
    if not isinstance(item, Claim) or item.supposed or not item.links:
        return
    reference = names.reference(item.subject) if item.subject is not None else None
    written = as_number(item.links[-1].expr)
    if reference is None or reference.general or written is None:
        return
    if reference.role in _UNCHANGED:
        state.settled = written.value == 0
    elif reference.role in _PARAMETERS and "star" not in getattr(item.subject, "marks", ()):
        told = state.told.setdefault((reference.role, reference.feature), [])
        told.append(_Value(written, at, len(item.links) > 1))
        del told[:-MAX_TOLD]
        state.settled = False
        if len(item.links) > 1:
            state.behind = None


def _retold_on(line: Sequence[Item], names: Names, state: _State) -> list[_Retold] | None:
    """The parameters of a line that only tells them; None where it works anything, or tells none of them."""
    group: list[_Retold] = []
    for item in line:
        if isinstance(item, Place):
            group += _components(item, state)
        elif isinstance(item, Claim):
            reference = names.reference(item.subject) if item.subject is not None else None
            if reference is None or reference.role not in _PARAMETERS:
                continue
            subject, written = item.subject, as_number(item.links[0].expr) if len(item.links) == 1 else None
            if written is None or item.supposed or not isinstance(subject, Symbol) or not _is_plain(subject):
                return None
            group.append(
                _Retold(
                    (reference.role, reference.feature), written, item.links[0].expr.span or item.span, item
                )
            )
    known = len({each.key for each in group}) == len(group)
    return group if group and known and all(each.key in state.told for each in group) else None


def _is_plain(subject: Symbol) -> bool:
    """Whether a name says nothing of a time but now."""
    return not subject.upper and all(mark in _OF_NOW for mark in subject.marks)


def _components(place: Place, state: _State) -> Iterator[_Retold]:
    """The numbers of a list as those of the weights, if it has as many."""
    weights = sorted(
        (key for key in state.told if key[0] is Role.WEIGHT and key[1] is not None),
        key=lambda key: key[1] or 0,
    )
    numbers = [as_number(each) for each in place.numbers]
    if len(weights) != len(numbers) or place.argument or place.value is not None:
        return
    for key, number, expr in zip(weights, numbers, place.numbers, strict=True):
        if number is not None:
            yield _Retold(key, number, expr.span or place.span, None)


def _odd(group: Sequence[_Retold], state: _State) -> _Retold | None:
    """The only one of a line that is not what it was told to be last, if it shows how it came about."""
    off = [each for each in group if not _fits(each.written, state.told[each.key][-1].written)]
    fitting = len(group) - len(off)
    if len(off) != 1 or not fitting:
        return None
    listed = any(each.claim is None for each in group)
    if listed and fitting < FEWEST_IN_PLACE:
        return None
    odd = off[0]
    return odd if _is_explained(odd, group, state) and not _is_of_before(group, state) else None


def _fits(written: Written, last: Written) -> bool:
    """Whether a number is the one told last, or one of them rounds the other."""
    return (
        written.value == last.value
        or (0 < written.places < last.places and is_rounding(written.value, last.value, written.places))
        or (0 < last.places < written.places and is_rounding(last.value, written.value, last.places))
    )


def _is_explained(odd: _Retold, group: Sequence[_Retold], state: _State) -> bool:
    """Whether a number is a miswriting of the last one: its sign, a digit, the point, or another number in its place."""
    last, written = state.told[odd.key][-1].written, odd.written
    if abs(written.value) == abs(last.value):
        return last.value != 0
    if last.value == 0 or _is_near(written, last):
        return False
    if (written.value < 0) == (last.value < 0) and is_alike(written, last):
        return True
    if any(written.value == last.value * shift for shift in _SHIFTS):
        return True
    told = [each.written.value for each in state.told[odd.key]]
    if len(group) > FEWEST_IN_PLACE and written.value in told[-2:-1]:
        return True
    older = written.value in told
    beside = any(
        state.told[each.key][-1].written.value == written.value for each in group if each.key != odd.key
    )
    return (older or beside) and written.figures > 1


def _is_near(written: Written, last: Written) -> bool:
    """Whether two numbers differ by a last place only, which digits that were carried may explain."""
    return abs(written.value - last.value) <= 2 * max(written.unit, last.unit)


def _is_of_before(group: Sequence[_Retold], state: _State) -> bool:
    """Whether all parameters of a line had these values together at an earlier time."""
    times = sorted({each.at for key in {each.key for each in group} for each in state.told[key]})
    return any(all(_held_at(each, time, state) for each in group) for time in times[-MAX_TOLD:-1])


def _held_at(retold: _Retold, time: int, state: _State) -> bool:
    values = state.told[retold.key]
    held = next((each for each in reversed(values) if each.at <= time), None)
    return held is not None and _fits(retold.written, held.written)


def _is_of_now(line: Sequence[Item], state: _State, quiet: bool) -> bool:
    """Whether nothing says that a line is about another time than that of the last update."""
    for item in line:
        label = item if isinstance(item, Heading) else getattr(item, "label", None)
        if label is not None and (
            label.sample is not None or (label.epoch is not None and label.epoch != state.epoch)
        ):
            return False
        if isinstance(item, Heading):
            continue
        if isinstance(item, Claim) and as_number(item.links[-1].expr if item.links else _ANY) is None:
            return False
    return state.behind is None or quiet


_ANY = Symbol("w")


def _says_unchanged(line: Sequence[Item], names: Names) -> bool:
    """Whether a line says that there is no error, or no change."""
    for item in line:
        if isinstance(item, Claim) and item.subject is not None and item.links:
            reference, number = names.reference(item.subject), as_number(item.links[-1].expr)
            nought = number is not None and number.value == 0
            if nought and reference is not None and reference.role in _UNCHANGED:
                return True
    return False


def _has_unread(
    unread: Sequence[int], group: Sequence[_Retold], state: _State, items: Sequence[Item]
) -> bool:
    """Whether something that could not be read stands between the last values and a line."""
    since = min(items[state.told[each.key][-1].at].span.start for each in group)
    return any(since < start < group[-1].span.start for start in unread)


def _goes_on(odd: _Retold, last: Written, items: Sequence[Item], at: int) -> bool:
    """Whether the working behind a line takes its number rather than the last one."""
    took_odd = took_last = False
    for item in items[at : at + MAX_AHEAD]:
        for link in item.links if isinstance(item, Claim) else ():
            signed = list(_signed(link.expr))
            took_odd |= odd.written.value in signed
            took_last |= last.value in signed
    return took_odd and (not took_last or abs(odd.written.value) != abs(last.value))


def _signed(expr: Expr) -> Iterator[Fraction]:
    """The numbers of an expression with the minus in front of them."""
    negative: set[int] = set()
    for node in expr.walk():
        if isinstance(node, Negative) and isinstance(node.arg, Number):
            negative.add(id(node.arg))
            yield -node.arg.value
        elif isinstance(node, Number) and id(node) not in negative:
            yield node.value


def _told(retold: _Retold, last: Written) -> FoundSlip:
    name = _name(retold)
    message = f"{name} was {plain(last)} when it was told last, and nothing has changed it since; here it is {plain(retold.written)}."
    return FoundSlip(
        retold.span,
        Kind.CONTRADICTION,
        "contradiction.value",
        message,
        None,
        name,
        plain(retold.written),
        plain(last),
    )


def _name(retold: _Retold) -> str:
    role, feature = retold.key
    return role.value if feature is None else f"{role.value}_{feature}"


def _judged(retold: _Retold, document: Document) -> Judged:
    expr = Number(retold.written.value, retold.written, span=retold.span)
    claim = Claim(
        retold.span,
        document.source.line(retold.span.start),
        None,
        (Link("=", expr, retold.span),),
    )
    return Judged(claim, None, Status.SLIP, value=retold.written, value_span=retold.span, name=_name(retold))
