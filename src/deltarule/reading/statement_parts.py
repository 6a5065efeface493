"""Statements taken apart: lists, pairs of a name and a value, comparisons, answers to a multiple choice."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

from deltarule.algebra.combination import is_numeric
from deltarule.algebra.expr import Expr, Negative, Number, Power, Quotient, Sum
from deltarule.document import Claim, Link
from deltarule.formulas import Role
from deltarule.notation import roles_of
from deltarule.rarely import rarely
from deltarule.reading.conditions import IF
from deltarule.reading.lone_numbers import as_written
from deltarule.reading.mappings import (
    is_number_or_list,
    is_point,
)
from deltarule.reading.statements import Statement, counts_epochs, sides
from deltarule.reading.token import (
    CLOSE,
    COMMAND,
    NAME,
    NUMBER,
    OPEN,
    OPERATOR,
    POWER,
    RELATION,
    SEPARATOR,
    WORD,
    Token,
)
from deltarule.reading.token_words import known_words
from deltarule.reading.tokens import DESTROYED
from deltarule.written import Written

FEWEST_LISTED = 3  # numbers in a row without a sign between them
WIDE = 2  # blanks that part a label from what it labels
MIN_ANSWERS = 2  # in a row, before they are taken for a list
CONTINUING = frozenset({"=", "≈", "→"})
_ORDERED = frozenset({"<", ">", "<=", ">=", "<<", ">>"})
_SUPPOSING = frozenset(
    {"setting", "set", "sets", "put", "putting", "let", "letting", "solve", "solving", "when", "where", "if", "setze", "setzen", "wenn", "pour", "si", "para", "quando", "cuando"}
)  # fmt: skip


_BLANK = rarely(r"\s+")
_CALLED = rarely(r"[^()=≈]{1,24}\(([^()]{1,60})\)")
_LONGEST_LEFT = 90  # characters of a left side
_OF_ROWS = frozenset({Role.ERROR, Role.OUTPUT, Role.PREDICTION})


def accumulated(parts: list[list[Token]], relations: Sequence[Token]) -> list[list[Token]]:
    """``w -= lr * g`` as programs write ``w = w - (lr * g)``."""
    left = parts[0]
    if len(left) < 2 or not relations or not parts[1] or relations[0].value != "=":
        return parts
    sign = left[-1]
    if sign.kind != OPERATOR or sign.value not in "+-" or sign.end != relations[0].start:
        return parts
    if left[-2].end == sign.start and sign.value == "+":
        return parts  # w+= 0.5 may tell the new w
    first, last = parts[1][0], parts[1][-1]
    inside = [Token(OPEN, "(", first.start, first.start), *parts[1], Token(CLOSE, ")", last.end, last.end)]
    return [left[:-1], [*left[:-1], sign, *inside], *parts[2:]]


def labelled_working(
    parts: list[list[Token]], relations: list[Token]
) -> tuple[list[list[Token]], list[Token]]:
    """``gradient    2·(-1)·2 = -4``: what stands well apart from a known word is worked out, and no factor of it."""
    left = parts[0]
    if len(left) < 3 or left[0].kind != NAME or left[0].value not in known_words():
        return parts, relations
    first = left[1]
    signed = first.kind == OPERATOR and first.value in "+-" and left[2].start == first.end
    if first.start - left[0].end < WIDE or not (first.kind in (NUMBER, OPEN) or signed):
        return parts, relations
    numeric = all(token.kind in (NUMBER, OPERATOR, OPEN, CLOSE, POWER) for token in left[1:])
    if not numeric or not any(token.kind == OPERATOR for token in left[2:]):
        return parts, relations
    return [left[:1], left[1:], *parts[1:]], [Token(RELATION, "=", first.start, first.start), *relations]


def is_supposed(statement: Statement, parts: Sequence[Sequence[Token]]) -> bool:
    """``Setting z = 0 gives``: where the boundary is, not what the net input of a sample is."""
    if len(parts) != 2 or len(parts[0]) != 1 or len(parts[1]) != 1:
        return False
    name, value = parts[0][0], parts[1][0]
    if name.kind != NAME or value.kind != NUMBER or value.value.strip("0.") != "":
        return False
    if Role.NET_INPUT not in roles_of(name.value)[:1]:
        return False
    words = [word.value.lower() for word in statement.words if word.end <= name.start]
    return bool(words) and words[-1].split()[-1] in _SUPPOSING


def is_destroyed(tokens: Sequence[Token]) -> bool:
    """Whether a character was lost on the way here."""
    if DESTROYED not in [token.value for token in tokens]:
        return False
    return any(token.value == DESTROYED and token.kind == COMMAND for token in tokens)


def bare_comparison(parts: Sequence[Sequence[Token]], relations: Sequence[Token]) -> bool:
    """``z >= 0``: a name without an index, and how it compares with a number."""
    if len(relations) != 1 or relations[0].value not in ("<", "<=", ">", ">="):
        return False
    left, right = parts
    one_name = len(left) == 1 and left[0].kind == NAME and "#" not in left[0].value
    return one_name and len(right) <= 2 and any(token.kind == NUMBER for token in right)


def behind_if(statement: Statement) -> bool:
    """Whether the statement is the condition of an *if*."""
    return bool(statement.words) and statement.words[-1].value.lower() in IF


def is_unfinished(link: Link) -> bool:
    """Whether a link is an expression in numbers that is not worked out."""
    return link.relation in ("=", "≈") and is_numeric(link.expr) and as_written(link.expr) is None


def are_two_values(one: Claim, other: Claim) -> bool:
    """Whether a name is told two values, each a fraction or a power as it stands: ``at w = 1/4 and w = 3/4``.

    Behind workings, ``P = 4/28 = 1/7`` and ``P = 2/28``, these are two values if they are not the same number.
    """
    first, second = one.links[-1].expr, other.links[0].expr
    kinds = {_bare(first), _bare(second)}
    if len(kinds) != 1 or None in kinds or first == second:
        return False
    if len(one.links) == len(other.links) == 1:
        return True
    return kinds == {Quotient} and _worth(first) != _worth(second)


def _worth(expr: Expr) -> Fraction | None:
    """The value of a fraction of two plain numbers."""
    sign, inner = (-1, expr.arg) if isinstance(expr, Negative) else (1, expr)
    match inner:
        case Quotient(numerator=Number(value=above), denominator=Number(value=below)) if below:
            return sign * above / below
    return None


def are_of_two_places(one: Claim, other: Claim, text: str) -> bool:
    """Whether two left sides that have one name say of two things what they are: ``P(A)`` and ``P(B)``."""
    first, second = _argument(one, text), _argument(other, text)
    return first != second and "" not in (first, second)


def _argument(claim: Claim, text: str) -> str:
    """What stands in the brackets behind a name, without blanks."""
    span = claim.subject.span if claim.subject is not None else None
    match = _CALLED.match(text, span.start, span.start + _LONGEST_LEFT) if span is not None else None
    return "" if match is None else _BLANK.sub("", match[1])


def is_range(claim: Claim, text: str) -> bool:
    """Whether a claim says from where to where its name may lie, and no difference: ``r = 4-8``."""
    expr = claim.links[-1].expr if claim.links else None
    if not isinstance(expr, Sum) or len(expr.terms) != 2 or not isinstance(expr.terms[1], Negative):
        return False
    low, high = expr.terms[0], expr.terms[1].arg
    if not isinstance(low, Number) or not isinstance(high, Number) or low.span is None or high.span is None:
        return False
    return 0 <= low.value < high.value and high.span.start - low.span.end == 1


def _bare(expr: Expr) -> type[Expr] | None:
    """What a fraction or a power of plain numbers is."""
    expr = expr.arg if isinstance(expr, Negative) else expr
    match expr:
        case Quotient(numerator=above, denominator=below) | Power(base=above, exponent=below):
            below = below.arg if isinstance(below, Negative) else below
            return type(expr) if isinstance(above, Number) and isinstance(below, Number) else None
    return None


def braced_below(tokens: Sequence[Token], at: int) -> tuple[list[Token], int]:
    """Tokens of a braced group, or one token; and the position behind it."""
    if at >= len(tokens) or tokens[at].kind != OPEN:
        return list(tokens[at : at + 1]), at + 1
    depth = 0
    for end in range(at, min(len(tokens), at + 400)):
        depth += (tokens[end].kind == OPEN) - (tokens[end].kind == CLOSE)
        if depth == 0:
            return list(tokens[at + 1 : end]), end + 1
    return [], len(tokens)


def without_row(parts: list[list[Token]]) -> list[list[Token]]:
    """``1 0 1*0.5 + 0 = 0.5 1``: a row of a table without bars; its data in front and its output behind are left out."""
    first, last = parts[0], parts[-1]
    if len(parts) < 2 or len(first) < 3 or [token.kind for token in first[:2]] != [NUMBER, NUMBER]:
        return parts
    start = 0
    while start + 1 < len(first) and first[start].kind == first[start + 1].kind == NUMBER:
        if first[start].end == first[start + 1].start:
            return parts
        start += 1
    return [first[start:], *parts[1:-1], last]


def without_list(parts: list[list[Token]]) -> list[list[Token]]:
    """``eta = 0.1  [0.0, 0.6, 1.08]``, as a program prints a number and a list: the list is no factor of the number."""
    last = parts[-1]
    if len(parts) != 2 or len(last) < 4 or len(parts[0]) != 1 or parts[0][0].kind not in (NAME, WORD):
        return parts
    if Role.LEARNING_RATE not in roles_of(parts[0][0].value):
        return parts
    number, opening = last[:2]
    printed = number.kind == NUMBER and opening.value == "[" and number.end < opening.start
    return [parts[0], [number]] if printed and last[-1].value == "]" else parts


def with_brackets(parts: list[list[Token]]) -> list[list[Token]]:
    """``weights: -0.9 0.1 0.1``: numbers in a row behind a name of several as the list that they are."""
    last = parts[-1]
    if len(parts) != 2 or len(last) < FEWEST_LISTED or len(parts[0]) != 1 or parts[0][0].kind != NAME:
        return parts
    if not {Role.WEIGHT, Role.FEATURE, Role.CHANGE} & set(roles_of(parts[0][0].value)):
        return parts
    items: list[Token] = []
    for at, token in enumerate(last):
        signed = token.value in ("+", "-") and at + 1 < len(last) and last[at + 1].start == token.end
        if token.kind != NUMBER and not signed:
            return parts
        if items and (signed or last[at - 1].kind == NUMBER):
            if last[at - 1].end >= token.start:
                return parts
            items.append(Token(SEPARATOR, ",", token.start, token.start))
        items.append(token)
    numbers = [token.value for token in items if token.kind == NUMBER]
    grouped = all(len(number) == len("000") and number.isdigit() for number in numbers[1:])
    if len(numbers) < FEWEST_LISTED or grouped:  # 1 234 567 is one number
        return parts
    start, end = items[0].start, items[-1].end
    return [parts[0], [Token(OPEN, "[", start, start), *items, Token(CLOSE, "]", end, end)]]


def without_class(parts: list[list[Token]]) -> tuple[list[list[Token]], Token | None]:
    """``z = 0.49 1``: the class that stands behind a net input, taken off it."""
    last = parts[-1]
    if len(parts) < 2 or not 1 < len(last) < 4 or last[-1].kind != NUMBER or last[-2].kind != NUMBER:
        return parts, None
    apart = last[-2].end < last[-1].start
    if not apart or last[-1].value not in ("0", "1") or (len(last) > 2 and last[0].value not in "+-"):
        return parts, None
    return [*parts[:-1], last[:-1]], last[-1]


def spaced_lists(found: list[Statement]) -> list[Statement]:
    """``Errors: -1.5, -3.0, -4.5``: numbers behind a label, with commas between them, as one list."""
    done: list[Statement] = []
    for statement in found:
        statement.tokens = _spaced_list(statement.tokens)
        before = done[-1].tokens if done else []
        at = next((k for k, token in enumerate(before) if token.kind == RELATION), 0)
        counted = all(token.value.isdigit() for token in before[1:])  # predicted 0; 2 of them rightly
        counted = counted or counts_epochs([*done[-1].words, *before] if done else [])
        if not at and not counted and names_rows(before) and is_number_or_list(before[1:], plain=True):
            # errors -0.8, -1.9: the first of a list
            at, before = 1, [before[0], Token(RELATION, ":", before[1].start, before[1].start), *before[1:]]
        labelled = at > 0 and before[at].value == ":" and is_number_or_list(before[at + 1 :])
        if labelled and not statement.words and is_number_or_list(statement.tokens, plain=True):
            end = statement.tokens[-1].end
            items = before[at + 2 : -1] if before[-1].kind == CLOSE else before[at + 1 :]
            comma = Token(SEPARATOR, ",", statement.tokens[0].start, statement.tokens[0].start)
            opening = Token(OPEN, "[", items[0].start, items[0].start)
            done[-1].tokens = [
                *before[: at + 1], opening, *items, comma, *statement.tokens, Token(CLOSE, "]", end, end),
            ]  # fmt: skip
        else:
            done.append(statement)
    return done


def names_rows(part: Sequence[Token]) -> bool:
    """Whether a word names what has a value for each row of the data: ``predictions``, ``errors``."""
    name = part[0].value if part and part[0].kind == NAME else ""
    return len(name) > 4 and bool(_OF_ROWS & set(roles_of(name)[:1]))


def _spaced_list(tokens: list[Token]) -> list[Token]:
    """``x: 0 1 2 3``: numbers behind a label with blanks between them, as a list."""
    if len(tokens) < 4 or tokens[0].kind != NAME or tokens[1].value != ":" or tokens[1].kind != RELATION:
        return tokens
    items: list[list[Token]] = []
    for before, token in pairwise(tokens[1:]):
        signed = before.kind == OPERATOR and before.value in "+-" and before.end == token.start
        if token.kind == NUMBER and signed:
            items[-1].append(token)
        elif (token.kind == NUMBER and before.end < token.start) or (
            token.kind == OPERATOR and token.value in "+-" and before.end < token.start
        ):
            items.append([token])
        else:
            return tokens
    if len(items) < 2 or any(item[-1].kind != NUMBER for item in items):
        return tokens
    start, end = items[0][0].start, tokens[-1].end
    inside = [
        t
        for k, item in enumerate(items)
        for t in (*[Token(SEPARATOR, ",", item[0].start, item[0].start)] * (k > 0), *item)
    ]
    return [*tokens[:2], Token(OPEN, "[", start, start), *inside, Token(CLOSE, "]", end, end)]


def compared_in_turn(statement: Statement) -> list[Statement]:
    """``|x| = 3.2 > |y| = 0.4``: what is compared with and then given a value is a claim of its own."""
    if not any(token.value in _ORDERED for token in statement.tokens):
        return [statement]
    parts, relations = sides(statement)
    for k, relation in enumerate(relations[:-1]):
        compared = parts[k + 1]
        if (
            relation.value in _ORDERED
            and relations[k + 1].value in CONTINUING
            and any(token.kind == NAME for token in compared)
            and not any(token.kind in (OPERATOR, NUMBER) and "." in token.value for token in compared)
        ):
            stop = compared[-1].end
            first = [token for token in statement.tokens if token.end <= stop]
            second = [token for token in statement.tokens if token.start >= compared[0].start]
            before = Statement(first, statement.words, statement.arrow, statement.opens_row)
            return [before, *compared_in_turn(Statement(second))]
    return [statement]


def without_answers(pieces: list[Statement], text: str) -> list[Statement]:
    """Leave out ``≈ 0.62; ≈ -0.75; ≈ 0.58``: answers in a list, each of another question, go on with nothing."""
    told = [_answer(statement.tokens) for statement in pieces]
    if sum(each is not None for each in told) < MIN_ANSWERS:
        return pieces
    listed: set[int] = set()
    for k, (before, value) in enumerate(pairwise(told), 1):
        if before is None or value is None or pieces[k].opens_row:
            continue
        between = text[pieces[k - 1].tokens[-1].end : pieces[k].tokens[0].start]
        unit = max(before.unit, value.unit) if before.places > 0 and value.places > 0 else 1
        if any(sign in between for sign in ",;") and abs(before.value - value.value) > unit:
            listed |= {k - 1, k}
    return [statement for k, statement in enumerate(pieces) if k not in listed]


def _answer(tokens: Sequence[Token]) -> Written | None:
    """The number of a statement that is nothing but a relation sign and this."""
    if len(tokens) < 2 or tokens[0].value not in CONTINUING or not is_number_or_list(tokens[1:], plain=True):
        return None
    written = tokens[-1].written
    negative = written is not None and tokens[1].value == "-"
    return replace(written, value=-written.value) if negative and written is not None else written


def name_value_pairs(statement: Statement) -> list[Statement]:
    """``x1 4.8 loss 225.0, grad x1 2.0``: a list of names with their values, without signs between them, taken apart."""
    tokens = statement.tokens
    ends = [
        at
        for at, token in enumerate(tokens)
        if token.kind == NUMBER and at + 1 < len(tokens) and tokens[at + 1].kind == NAME
    ]
    behind = next((at + 1 for at in ends if value_said(tokens[at + 1 :]) and len(tokens) - at < 4), None)
    if behind is not None and any(token.kind == RELATION for token in tokens[:behind]):  # x = 1 output 1.5
        first = Statement(tokens[:behind], statement.words, statement.arrow, statement.opens_row)
        return [first, Statement(tokens[behind:])]
    if not ends or any(token.kind not in (NAME, NUMBER) and token.value not in "+-" for token in tokens):
        return [statement]
    parts = [
        tokens[start:stop]
        for start, stop in zip([0, *(at + 1 for at in ends)], [*(at + 1 for at in ends), None], strict=True)
    ]
    if any(not value_said(part, short=True) for part in parts):
        return [statement]
    return [Statement(part, statement.words if not k else [], whole=False) for k, part in enumerate(parts)]


def value_said(part: Sequence[Token], short: bool = False) -> int:
    """How many tokens name a quantity in ``error 0.35``, where nothing but its value follows; 0 if it is not so."""
    if len(part) > 2 and part[-1].value == "^":  # error **0.35**
        part = [token for token in part if token.value != "^"]
    if len(part) < 2 or part[0].kind != NAME:
        return 0
    name, _, _ = part[0].value.partition("#")
    if short and Role.GRADIENT in roles_of(name) and part[1].kind == NAME and len(part) > 2:
        return (
            2 if all(token.kind == NUMBER or token.value in "+-" for token in part[2:]) else 0
        )  # grad x1 2.0
    behind = part[1:]
    if is_point(behind) and name in known_words() and len(name) > 3:
        return 1  # gradient (0.5, -2)
    if len(behind) == 2 and behind[0].kind == OPERATOR and behind[0].value in "+-":
        behind = behind[1:]
    brief = short and ("#" in part[0].value or (len(name) == 1 and "." in behind[-1].value))
    known = (len(name) > 2 or brief) and (name in known_words() or short)
    fits = known and len(behind) == 1 and behind[0].kind == NUMBER
    return 1 if fits and part[0].end < part[1].start else 0


def is_mathematical(statement: Statement, parts: Sequence[Sequence[Token]]) -> bool:
    """Whether a statement that cannot be parsed was mathematics at all, and not prose."""
    if not all(parts):
        return False
    return any(token.kind in (OPERATOR, OPEN, CLOSE, NAME) for token in statement.tokens)
