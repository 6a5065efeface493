"""Sessions of an interpreter: an expression behind a prompt, and on the next line what came out.

``>>> 0.5 - 0.1*1.2  # new w`` above ``0.38`` says what ``new w = 0.5 - 0.1*1.2 = 0.38`` says. Nothing is run: the expression is
read as any other. Signs in front of a line quote mails too; so a text counts as a session where most results are
those of the expressions above them.
"""

from collections.abc import Callable, Iterator, Sequence

from deltarule.algebra.expr import Symbol
from deltarule.errors import InputError
from deltarule.rarely import rarely
from deltarule.reading.mathtext import parse
from deltarule.reading.not_read import NotReadError
from deltarule.reading.token import DERIVATIVE, NAME, RELATION, WORD, Token
from deltarule.reading.worked_cells import gives, number_alone, worked
from deltarule.records import record
from deltarule.spans import Source, Span

MAX_ENTRIES = 400
MAX_LINE = 300  # characters of a line at a prompt
FEWEST = 2  # results that bear out that it is a session

_PROMPT = rarely(r"[ \t]{0,12}(?:>>>|In ?\[\d{0,4}\]:|julia>|octave:\d{1,4}>)[ \t]{1,4}")
_RESULT = rarely(
    r"[ \t]{0,12}(?:Out ?\[\d{0,4}\]:|ans =)?[ \t]{0,4}([-+]?(?:\d{1,20}(?:\.\d{0,20})?|\.\d{1,20})(?:[eE][-+]?\d{1,3})?)[ \t\r]{0,120}"
)
_ASSIGNED = rarely(r"([^\W\d]\w{0,20})[ \t]{0,4}=(?!=)[ \t]{0,4}")
_CALL = rarely(r"(print|round|display|disp)[ \t]{0,2}\(")
_PLACES = rarely(
    r",[ \t]{0,3}(?:ndigits[ \t]{0,2}=[ \t]{0,2}|digits[ \t]{0,2}=[ \t]{0,2})?\d{1,2}[ \t]{0,3}$"
)
_UNLIKE = rarely(
    r"//|\d_\d|[%@&|~!^<>\[\]{}]"
)  # signs that mean something else to an interpreter than on paper
_WHOLE = rarely(
    r"(?=[^.]*/)[^.]*"
)  # a quotient of whole numbers, of which some interpreters keep the whole part

Lexer = Callable[[Span], list[Token]]


@record
class Entry:
    """What was entered at a prompt and what came out: the name may stand in front of the expression or in a remark."""

    name: Span | None
    expression: Span
    relation: str
    value: Span
    last: int  # the line that the value stands on


def entry(source: Source, text: str, line: int) -> Entry | None:
    """What is entered on a line, with its result on the next one, or behind a line that asks for the name it was given."""
    entered = _entered(source, text, line)
    if entered is None:
        return None
    name, code, remark = entered
    last = line + 1
    blank = name is not None and last < len(source.line_starts) and not source.line_text(last).strip()
    asked = _entered(source, text, last + blank) if name is not None else None
    if asked is not None and name is not None:
        shown, _ = _without_call(text, asked[1])
        if asked[0] is not None or text[shown.start : shown.end] != text[name.start : name.end]:
            return None
        last += 1 + blank
    result = _RESULT.fullmatch(text, *source.line_span(last)) if last <= len(source.line_starts) else None
    if result is None or not code.start < code.end:
        return None
    expression, relation = _without_call(text, code)
    if _UNLIKE.search(text, *expression) or (_WHOLE.fullmatch(text, *expression) and "." not in result[1]):
        return None
    return Entry(name or remark, expression, relation, Span(*result.span(1)), last)


def _entered(source: Source, text: str, line: int) -> tuple[Span | None, Span, Span | None] | None:
    """Name, expression and remark of a line behind a prompt."""
    if line > len(source.line_starts):
        return None
    start, end = source.line_span(line)
    prompt = _PROMPT.match(text, start, end) if end - start <= MAX_LINE else None
    if prompt is None:
        return None
    sign = text.find("#", prompt.end(), end)
    stop = sign if sign >= 0 else end
    assigned = _ASSIGNED.match(text, prompt.end(), stop)
    code = _trimmed(text, assigned.end() if assigned else prompt.end(), stop)
    name = Span(*assigned.span(1)) if assigned else None
    return name, code, _trimmed(text, stop + 1, end) if stop < end else None


def _without_call(text: str, code: Span) -> tuple[Span, str]:
    """What a call of print or of a rounding shows, and whether that is exact."""
    call = _CALL.match(text, *code)
    if call is None or text[code.end - 1] != ")":
        return code, "="
    inside = Span(call.end(), code.end - 1)
    if call[1] != "round":
        return _without_call(text, _trimmed(text, *inside))
    places = _PLACES.search(text, *inside)
    return _trimmed(text, inside.start, places.start() if places else inside.end), "≈"


def _trimmed(text: str, start: int, end: int) -> Span:
    while start < end and text[start] in " \t\r":
        start += 1
    while start < end and text[end - 1] in " \t\r":
        end -= 1
    return Span(start, end)


def is_session(source: Source, text: str, lexed: Lexer) -> bool:
    """Whether most results are those of the expressions in numbers above them."""
    told = fitting = 0
    for each in _entries(source, text):
        working, value = worked(lexed(each.expression)), number_alone(lexed(each.value))
        if working is not None and value is not None:
            told += 1
            fitting += gives(working, value)
    return fitting >= FEWEST and 3 * fitting >= 2 * told


def _entries(source: Source, text: str) -> Iterator[Entry]:
    found = 0
    for line in range(1, len(source.line_starts) + 1):
        each = entry(source, text, line)
        if each is not None:
            found += 1
            yield each
        if found == MAX_ENTRIES:
            return


def chain(each: Entry, lexed: Lexer) -> list[Token]:
    """What an entry says, in the order of a line of working; nothing where the expression cannot be read."""
    working, value = lexed(each.expression), lexed(each.value)
    try:
        parse(working)
    except (NotReadError, InputError):
        return []
    start = each.expression.start
    if any(token.kind in (RELATION, WORD) for token in working):
        return []
    found = [*working, Token(RELATION, each.relation, each.value.start, each.value.start), *value]
    name = _name(lexed(each.name)) if each.name is not None else []
    return [*name, Token(RELATION, "=", start, start), *found] if name else found


def _name(found: Sequence[Token]) -> list[Token]:
    """The one name of a remark with what says which of its values is meant; nothing where several things are named."""
    names = [token for token in found if token.kind != WORD]
    if len(names) != 1 or names[0].kind not in (NAME, DERIVATIVE):
        return []
    try:
        return list(found) if isinstance(parse(names)[0], Symbol) else []
    except (NotReadError, InputError):
        return []
