"""Numbers in prose that no claim is about: the longer ones, those said to change, and short ones that may be told again."""

from collections.abc import Sequence

from deltarule.algebra.expr import Expr
from deltarule.document import Claim, Mention, Place, Table, Threshold
from deltarule.errors import InputError
from deltarule.reading.from_to import changes
from deltarule.reading.limits import MAX_ITEMS
from deltarule.reading.lone_numbers import as_written
from deltarule.reading.mathtext import parse
from deltarule.reading.not_read import NotReadError
from deltarule.reading.state import Reading
from deltarule.reading.token import CLOSE, COMMAND, INDEX, NAME, NUMBER, OPERATOR, POWER, Token
from deltarule.reading.told_numbers import MAX_SHORT, outside
from deltarule.written import Written

MENTIONED = 3  # figures of a number in prose that does not stand elsewhere by chance


def mention(reading: Reading, found: Sequence[Token]) -> None:
    """Remember the longer numbers of a line, for those that no claim is about, and what is said to change."""
    places = [at for at, token in enumerate(found) if token.kind == NUMBER]
    if not places:
        return
    told: dict[int, Expr] = {}
    olds: set[int] = set()
    for changed, old, new in changes(found) if len(places) > 1 else ():
        told.setdefault(old.start, changed)
        told[new.start] = changed
        olds.add(old.start)
    long = [_is_long(found[at].written) for at in places]
    any_long = True in long
    if not (any_long or told):
        return
    line, stop = 0, -1
    for at, is_long in zip(places, long, strict=True):
        token = found[at]
        written = token.written
        if written is None:
            continue
        subject = told.get(token.start)
        brief = subject is None and not is_long
        if brief and not any_long:
            continue
        before = found[at - 1] if at else None
        ahead = found[at - 2] if at > 1 else None
        glued = before is not None and before.end == token.start and _begins(ahead, before)
        signed = before is not None and before.kind == OPERATOR and before.value == "-"
        if signed and (subject is not None or glued):
            written = written.negated
        if len(reading.mentions) >= MAX_ITEMS:
            return
        percent = at + 1 < len(found) and found[at + 1].value == "%"
        if token.start >= stop:  # most stand on one line
            line = reading.source.line(token.start)
            stop = reading.source.line_span(line).end
        reading.mentions.append(
            Mention(token.span, line, written, percent, subject, token.start in olds, brief=brief)
        )


def short_mentions(reading: Reading) -> None:
    """Numbers that stand apart in prose and in no claim."""
    taken = [piece.span for piece in reading.claims.unread] + [
        each.span for each in reading.mentions if not each.brief
    ]
    for item in reading.items:
        if isinstance(item, Claim):
            taken += [link.span for link in item.links]
            taken += [item.subject.span] if item.subject is not None and item.subject.span else []
        elif isinstance(item, Place | Table | Threshold) and item.span not in reading.bare:
            taken.append(item.span)
    for span in outside(reading.candidates, taken)[:MAX_SHORT]:
        try:
            written = as_written(parse(reading.tokens.of(span.start, span.end, latex=False))[0])
        except (NotReadError, InputError):
            continue
        if written is not None:
            reading.mentions.append(Mention(span, reading.source.line(span.start), written, short=True))


def _is_long(written: Written | None) -> bool:
    """Whether a number has decimals and enough figures to be known again by them."""
    if written is None or written.places < 1 or len(written.text) < MENTIONED:
        return False
    return written.figures >= MENTIONED


def _begins(before: Token | None, sign: Token) -> bool:
    """Whether a sign glued to a number belongs to it and takes nothing away: ``[-0.1 -0.2]``."""
    if before is None or before.kind not in (NUMBER, NAME, CLOSE, COMMAND, INDEX, POWER):
        return True
    return before.kind == NUMBER and before.end < sign.start
