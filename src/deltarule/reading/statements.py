"""Tokens to statements: what stands between separators, and its sides around relation signs."""

from collections.abc import Sequence
from dataclasses import field
from itertools import pairwise, takewhile

from deltarule.reading.bars import absolute
from deltarule.reading.becoming import is_worked_anew
from deltarule.reading.changes_told import changes_told
from deltarule.reading.comes_to import gives
from deltarule.reading.conditions import ELSE, IF, conditions, out_of_brackets
from deltarule.reading.conjunctions import parted_by_and
from deltarule.reading.gradient_words import GRADIENT, named_gradients
from deltarule.reading.headings import EPOCH_STEMS
from deltarule.reading.phrases import as_names
from deltarule.reading.token import (
    CLOSE,
    COMMAND,
    DERIVATIVE,
    INDEX,
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
from deltarule.records import changing

TRANSPARENT = {
    "aligned", "align", "gathered", "gather", "split", "equation", "eqnarray", "alignat", "alignedat", "multline", "flalign",
    "displaymath", "math", "center", "subequations", "itemize", "enumerate", "document", "small",
}  # fmt: skip
BOXES = frozenset({"boxed", "fbox", "mathbf", "boldsymbol", "bm", "underline", "framebox"})
WIDE_APART = 3  # blanks that part one result from the next thing that is worked out
_MAX_LEFT = 24  # tokens of what is worked out there
_LAYOUT = ("&", " ", "\\\\")  # what parts the rows of a display and stands in them
_CARRYING = frozenset({"+", "-", "*", "±"})  # what begins no row of its own
_MADE = frozenset({NAME, OPERATOR, INDEX, OPEN, CLOSE, POWER})
_LETTERS = 2  # of the name of a number that another may be multiplied by
_HELD = {
    "cases",
    "dcases",
    "matrix",
    "pmatrix",
    "bmatrix",
    "vmatrix",
    "Bmatrix",
    "smallmatrix",
    "array",
    "tabular",
}


_NEVER_PARTING = frozenset({NUMBER, NAME, OPERATOR, INDEX, POWER, DERIVATIVE})
_COUNTERS = frozenset({"i", "j", "k", "n", "m", "t"})
_CASES = frozenset({"cases", "dcases"})


@changing
class Statement:
    """Tokens between two separators, the words in front of them, and whether an arrow led to them."""

    tokens: list[Token] = field(default_factory=list)
    words: list[Token] = field(default_factory=list)
    arrow: bool = False
    opens_row: bool = False
    whole: bool = False  # nothing but it stands in its piece
    became: bool = False  # the word *to* stands for its relation sign
    cut: bool = False  # a word that means nothing to us is glued to its end


def statements(tokens: Sequence[Token]) -> list[Statement]:
    """Split at separators and words outside of brackets."""
    done: list[Statement] = []
    current = Statement(opens_row=True)
    depth = held = 0
    kinds = {token.kind for token in tokens}
    if COMMAND in kinds:
        tokens = unboxed(tokens)
    if SEPARATOR in kinds:
        tokens = absolute(tokens)
    if OPEN in kinds and RELATION in kinds:
        ruled = out_of_brackets(tokens)
        kinds |= {WORD} if ruled is not tokens else set()
        tokens = unbracketed(ruled)
    if OPEN in kinds and SEPARATOR in kinds:
        tokens = dotted(tokens)
    if NUMBER in kinds and (RELATION in kinds or (SEPARATOR in kinds and NAME in kinds)):
        tokens = apart(parted_by_and(tokens))
    if OPEN in kinds and any([token.value.lower() in GRADIENT for token in tokens]):
        tokens = named_gradients(tokens)
    if WORD in kinds and NAME in kinds:
        tokens = changes_told(tokens)
    if WORD in kinds:
        tokens = conditions(unremarked(as_names(tokens) if OPERATOR in kinds or OPEN in kinds else tokens))
    elif OPEN in kinds and NAME in kinds and SEPARATOR in kinds:
        tokens = unremarked(tokens)
    topic: list[Token] = []
    transparent: list[bool] = []  # environments that hold statements, innermost last

    def close(arrow: bool = False, row: bool = False) -> None:
        nonlocal current
        if current.tokens:
            done.append(current)
            current = Statement(arrow=arrow, opens_row=row)
        else:
            current.arrow |= arrow
            current.opens_row |= row

    for at, token in enumerate(tokens):
        if token.kind in _NEVER_PARTING:
            current.tokens.append(token)
            continue
        if token.kind == COMMAND and token.value == "":
            continue
        if token.kind == COMMAND and token.value.partition(":")[0] in ("begin", "end"):
            name = token.value.partition(":")[2]
            if token.value.startswith("begin"):
                transparent.append(
                    name in TRANSPARENT
                    or name not in _HELD
                    or (name == "array" and _has_relations(tokens, at))
                    or (name in _CASES and _is_system(tokens, at))
                )
                open_here = transparent[-1]
            else:
                open_here = transparent.pop() if transparent else True
            if open_here:
                close(row=True)
                continue
            held += 1 if token.value.startswith("begin") else -1
            current.tokens.append(token)
            continue
        depth = max(0, depth + (token.kind == OPEN) - (token.kind == CLOSE))
        if depth or held > 0:
            current.tokens.append(token)
        elif (
            token.value == ":"
            and topic
            and not current.tokens
            and len(current.words) < 5
            and _labels(tokens, at, Statement(topic))
        ):
            current.tokens += [*topic, Token(RELATION, ":", token.start, token.end)]
            topic = []
        elif token.value in "→⇒" and token.kind in (SEPARATOR, RELATION) and _maps(tokens, at, current):
            current.tokens.append(Token(RELATION, "→", token.start, token.end))
        elif token.kind == SEPARATOR:
            topic = []
            _separate(token, at, tokens, current, close)
        elif (
            token.kind == WORD
            and (token.value.lower() in _IS or _is_glued(token, current))
            and _asserts(tokens, at, current)
        ):
            current.tokens.append(Token(RELATION, "=", token.start, token.end))
        elif token.kind == WORD and token.value.lower() in _ARE and _lists_what(tokens, at, current):
            current.tokens.append(Token(RELATION, ":", token.start, token.end))
        elif (
            token.kind == WORD
            and token.value.lower() in _TO
            and _becomes(tokens, at, current, topic, bool(done) and done[-1].became)
        ):
            current.became = True
            current.tokens = [*(current.tokens or topic), Token(RELATION, "=", token.start, token.end)]
            topic = []
        elif token.kind == WORD and (
            is_worked_anew(tokens, at, current.tokens) or gives(tokens, at, current.tokens)
        ):
            current.tokens.append(Token(RELATION, "=", token.start, token.end))
        elif token.kind == WORD:
            if current.tokens:
                last = current.tokens[-1]
                glued = last.end == token.start and (last.kind in (NUMBER, NAME) or last.value == "*")
                current.cut = (glued or last.value in ("sum", "Sum", "SUM")) and token.value.isalpha()
                if all(t.kind == NAME for t in current.tokens[:2]) and len(current.tokens) < 3:
                    topic = list(current.tokens)  # weights after the update: [...]
                close()
            current.words.append(token)
        elif token.kind == RELATION and token.value == "→" and not _arrow_equals(tokens, at, current):
            close(arrow=True)
        else:
            current.tokens.append(token)
    close()
    if len(done) == 1 and not any(token.kind == WORD for token in tokens):
        done[0].whole = True
    return done


def apart(tokens: Sequence[Token]) -> Sequence[Token]:
    """Tokens with a separator between a value and the next name that is told one: ``x: 2.5 y: 1``, ``x = 7.0    L: 25``, ``x: 2.5 - y: 1``."""
    places = [
        at
        for at in range(2, len(tokens) - 2)
        if tokens[at - 1].kind == NUMBER
        and (
            (tokens[at].kind == NAME and _tells_next(tokens, at))
            or _lists_results(tokens, at)
            or _works_next(tokens, at)
            or _names_next(tokens, at)
            or (tokens[at].value == "-" and _is_dash(tokens, at))
        )
    ]
    if not places:
        return tokens
    done: list[Token] = []
    for at, token in enumerate(tokens):
        if at in places:
            done.append(Token(SEPARATOR, ",", token.start, token.start))
        if at not in places or token.value != "-":
            done.append(token)
    return done


def _is_dash(tokens: Sequence[Token], at: int) -> bool:
    """Whether what looks like a minus stands between two values right behind their labels: ``best:0.31 - loss:0.42``."""
    if (
        at + 3 >= len(tokens)
        or tokens[at].start == tokens[at - 1].end
        or tokens[at + 1].start == tokens[at].end
    ):
        return False
    colon = next(
        (k for k in range(at + 1, min(at + 5, len(tokens) - 1)) if tokens[k].kind not in (NAME, WORD)), 0
    )
    if colon < at + 2 or tokens[colon].value != ":" or tokens[colon + 1].kind not in (NUMBER, OPERATOR):
        return False
    if tokens[colon].end < tokens[colon + 1].start:
        return False  # with blanks it is read as a list of values
    sign = tokens[at - 3 if tokens[at - 2].kind == OPERATOR and at > 2 else at - 2]
    return sign.value == ":"


def _lists_results(tokens: Sequence[Token], at: int) -> bool:
    """Whether a list stands well apart from the value in front of it: ``eta = 0.5   [0.0, 3.0, 3.0]``."""
    if tokens[at].value != "[" or tokens[at].start - tokens[at - 1].end < 2:
        return False
    return tokens[at - 2].kind == RELATION and _lists_numbers(tokens, at)


def _works_next(tokens: Sequence[Token], at: int) -> bool:
    """Whether something worked out stands well apart from the result in front of it: ``e^2 = 7.389   e^1 = 2.718``."""
    gap = tokens[at].start - tokens[at - 1].end
    if gap < WIDE_APART - (tokens[at].kind == NAME) or (
        tokens[at].kind not in (NUMBER, NAME) and tokens[at].value != "("
    ):
        return False
    if tokens[at - 2 if tokens[at - 2].kind != OPERATOR else max(0, at - 3)].kind != RELATION:
        return False
    left = tokens[at : at + _MAX_LEFT]
    end = next((k for k, token in enumerate(left) if token.kind == RELATION), 0)
    worked = any(token.kind in (POWER, OPERATOR, OPEN) for token in left[:end])
    close = all(after.start - before.end < WIDE_APART for before, after in pairwise(left[:end]))
    return worked and close and not any(token.kind in (SEPARATOR, WORD) for token in left[:end])


def _names_next(tokens: Sequence[Token], at: int) -> bool:
    """Whether what is made of the name in front is told next to its value: ``y=0.06 y-t=0.66``, where 0.06 is no factor of y."""
    if tokens[at].start == tokens[at - 1].end or (tokens[at].kind != NAME and tokens[at].value != "("):
        return False
    sign = at - 2 if tokens[at - 2].kind != OPERATOR else at - 3
    if sign < 1 or tokens[sign].value not in ("=", "≈") or tokens[sign - 1].kind not in (NAME, INDEX):
        return False
    left = list(takewhile(lambda token: token.kind in _MADE, tokens[at : at + _MAX_LEFT]))
    end = at + len(left)
    if end + 1 >= len(tokens) or tokens[end].value not in ("=", "≈"):
        return False
    named = tokens[sign - 2 : sign] if tokens[sign - 1].kind == INDEX else tokens[sign - 1 : sign]
    told = tokens[end + 1].kind == NUMBER or tokens[end + 1].value in _CARRYING
    again = [token.value for token in left]
    return told and len(left) > 2 and all(token.value in again for token in named)


def _tells_next(tokens: Sequence[Token], at: int) -> bool:
    """Whether the name here is told a value, and does not belong to the number in front of it."""
    sign, gap = tokens[at + 1], tokens[at].start - tokens[at - 1].end
    if gap > 1 and sign.value == "(" and _is_value_there(tokens, at):
        return any(token.kind == RELATION for token in tokens[max(0, at - 8) : at - 1])
    if gap < 1 or tokens[at + 2].kind not in (NUMBER, OPERATOR):
        return False
    if not any(token.kind == RELATION or token.value == ":" for token in tokens[max(0, at - 8) : at - 1]):
        return False
    return sign.value == ":" or (sign.value in ("=", "≈") and gap > 1)


def _is_value_there(tokens: Sequence[Token], at: int) -> bool:
    """Whether a function of names is told a number here: ``w_2 = -0.4 E(w_2) = 57.9``."""
    end = next((k for k in range(at + 2, min(at + 8, len(tokens))) if tokens[k].kind == CLOSE), 0)
    inside = tokens[at + 2 : end]
    return (
        bool(inside)
        and all(token.kind in (NAME, INDEX, SEPARATOR) for token in inside)
        and end + 2 < len(tokens)
        and tokens[end + 1].value in ("=", "≈")
        and tokens[end + 2].kind in (NUMBER, OPERATOR)
    )


def unboxed(tokens: Sequence[Token]) -> Sequence[Token]:
    """Tokens without the box around a statement: ``\\boxed{z = 1}``."""
    if not any(token.kind == COMMAND and token.value in BOXES for token in tokens):
        return tokens
    kept: list[Token] = []
    closing: list[int] = []
    depth = 0
    for at, token in enumerate(tokens):
        if token.kind == COMMAND and token.value in BOXES and _holds_relation(tokens, at + 1):
            closing.append(depth)
            continue
        if token.kind == OPEN:
            depth += 1
            if (
                closing
                and closing[-1] == depth - 1
                and at
                and tokens[at - 1].kind == COMMAND
                and tokens[at - 1].value in BOXES
            ):
                continue
        elif token.kind == CLOSE:
            depth -= 1
            if closing and closing[-1] == depth:
                closing.pop()
                continue
        kept.append(token)
    return kept


_LEAST_PAIR = 7  # two names, each with its sign and its value, and what parts them


def unbracketed(tokens: Sequence[Token]) -> Sequence[Token]:
    """Tokens with separators for the brackets around a statement: ``z = 1 (error: 1 - 0 = 1)``."""
    opens = [at for at, token in enumerate(tokens) if token.kind == OPEN]
    opens = [at for at in opens if tokens[at].value == "(" or _may_be_pair(tokens, at)]
    if not opens or not any(token.kind == RELATION for token in tokens):
        return tokens
    parted: set[int] = set()
    stack: list[tuple[int, bool]] = []  # where a bracket opens, and whether a relation sign stands in it
    for at, token in enumerate(tokens):
        if token.kind == OPEN:
            stack.append((at, False))
        elif token.kind == CLOSE and stack:
            start, holds = stack.pop()
            holds = holds or _says(tokens, start, at)
            if holds and tokens[start + 1].kind == RELATION and tokens[at - 1].value == "%":
                return unbracketed([*tokens[:start], *tokens[at + 1 :]])  # 34.01 (~48%)
            if holds and not stack and tokens[start].value == "(" and token.value == ")":
                before = tokens[start - 1] if start else None
                glued = (
                    before is not None
                    and before.end == tokens[start].start
                    and before.kind not in (SEPARATOR, RELATION)
                    and not (before.kind == WORD and tokens[start + 1].kind == NUMBER)  # Vorhersage(3*5=15)
                )
                if not glued or _is_worked(tokens[start + 1 : at]):
                    parted |= {start, at}
            elif holds and not stack and _is_pair(tokens, start, at):
                parted |= {start, at}
        elif stack and (token.kind == RELATION or (token.value == ":" and token.kind == SEPARATOR)):
            stack[-1] = (stack[-1][0], True)
    if not parted:
        return tokens
    return [Token(SEPARATOR, ";", t.start, t.end) if at in parted else t for at, t in enumerate(tokens)]


def _may_be_pair(tokens: Sequence[Token], at: int) -> bool:
    return tokens[at].value in "[{" and at + _LEAST_PAIR < len(tokens) and tokens[at + 1].kind == NAME


def _is_pair(tokens: Sequence[Token], start: int, end: int) -> bool:
    """Whether braces hold what belongs together, and apart from anything else: ``{p_1 = [1 0], t_1 = 1}, {p_2 = ...}``."""
    if tokens[start].value not in "[{" or end < start + _LEAST_PAIR or tokens[start + 1].kind != NAME:
        return False
    before = next(
        (token for token in reversed(tokens[max(0, start - 2) : start]) if token.value), None
    )  # but for \left
    behind = next((token for token in tokens[end + 1 : end + 3] if token.value), None)
    first = next((at for at in range(start + 2, end) if tokens[at].kind == RELATION), end)
    told_twice = sum(token.kind == RELATION for token in tokens[start:end]) > 1
    return (
        told_twice
        and first <= start + 4
        and (before is None or before.kind in (SEPARATOR, CLOSE, WORD) or before.value == ";")
        and (behind is None or behind.kind in (SEPARATOR, OPEN, WORD))
    )


def _says(tokens: Sequence[Token], start: int, end: int) -> bool:
    """Whether a bracket apart from a value names another one: ``→ 1 (expected 0)``, ``2.1 (error -0.9)``."""
    inside = tokens[start + 1 : end]
    before = tokens[start - 1] if start else None
    apart = before is not None and before.kind == NUMBER and before.end < tokens[start].start
    kinds = [token.kind for token in inside if token.value not in ("+", "-")]
    return apart and kinds == [NAME, NUMBER] and inside[0].kind == NAME and len(inside[0].value) > 2


def _is_worked(inside: Sequence[Token]) -> bool:
    """Whether a bracket works something out in numbers: ``error(15 - 8 = 7)``."""
    first = next((at for at, token in enumerate(inside) if token.kind == RELATION), len(inside))
    plain = all(token.kind in (NUMBER, OPERATOR, RELATION) for token in inside)
    return plain and any(token.kind == OPERATOR for token in inside[1:first])


def unremarked(tokens: Sequence[Token]) -> Sequence[Token]:
    """Tokens without a remark in brackets, ``0.5 (the larger of the two)``: words, and nothing that is worked out."""
    dropped: set[int] = set()
    at = 0
    while at < len(tokens):
        if (
            tokens[at].kind == OPEN
            and tokens[at].value in "(["
            and at
            and tokens[at - 1].end < tokens[at].start
        ):
            end = at + 1
            while end < len(tokens) and (
                tokens[end].kind not in (OPEN, CLOSE, OPERATOR, RELATION, COMMAND) or tokens[end].value == "%"
            ):
                end += 1
            inside = [t for t in tokens[at + 1 : end] if t.kind != SEPARATOR and t.value != "%"]
            words = sum(token.kind == WORD for token in inside)
            called = (
                end > at + 1 and tokens[end - 1].value == ";" and all(t.kind == NAME for t in inside)
            )  # (error!)
            if (
                end < len(tokens)
                and tokens[end].kind == CLOSE
                and (words > len(inside) // 3 or (called and inside))
            ):
                dropped.update(range(at, end + 1))
                at = end
        at += 1
    return [token for k, token in enumerate(tokens) if k not in dropped] if dropped else tokens


def dotted(tokens: Sequence[Token]) -> Sequence[Token]:
    """Tokens with a times sign for the full stop between two lists of numbers: ``(1, 0) . (2, 5)``, ``[1 0]^T . [3]``."""
    stops = [
        at
        for at, token in enumerate(tokens)
        if token.kind == SEPARATOR
        and token.value == "."
        and 0 < at < len(tokens) - 1
        and tokens[at - 1].kind == CLOSE
        and tokens[at + 1].kind == OPEN
        and _lists_numbers(tokens, at + 1)
    ]
    if not stops:
        return tokens
    return [Token(OPERATOR, "*", t.start, t.end) if at in stops else t for at, t in enumerate(tokens)]


def _lists_numbers(tokens: Sequence[Token], at: int) -> bool:
    """Whether the bracket that opens here holds numbers only: several, or one in square brackets."""
    count = 0
    for token in tokens[at + 1 : at + 40]:
        if token.kind == CLOSE:
            return count > 1 or (count == 1 and tokens[at].value == "[")
        if token.kind == NUMBER:
            count += 1
        elif not (token.kind == OPERATOR and token.value in "+-") and not (
            token.kind == SEPARATOR and token.value in ",;"
        ):
            return False
    return False


def _holds_relation(tokens: Sequence[Token], at: int) -> bool:
    """Whether the braced group that starts here holds a relation sign."""
    depth = 0
    for token in tokens[at : at + 400]:
        depth += (token.kind == OPEN) - (token.kind == CLOSE)
        if depth == 0:
            return False
        if token.kind == RELATION:
            return True
    return False


def _separate(token: Token, at: int, tokens: Sequence[Token], current: Statement, close) -> None:  # type: ignore[no-untyped-def]  # `close` is a closure of the caller
    before = tokens[at - 1] if at else None
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    beside_relation = any(t is not None and t.kind == RELATION for t in (before, after))
    if token.value in _LAYOUT and _is_carried_over(tokens, at, current):
        return
    if token.value == "&" and (beside_relation or not current.tokens):
        return
    if token.value in ("\\\\", "&") and current.tokens and _goes_on_below(tokens, at, current.tokens):
        return
    if token.value == " " and after is not None and after.kind == RELATION:
        return  # z = 1.2345 \quad \approx 1.23
    apart = after is not None and after.start > token.end
    if token.value == ":" and apart and _counts(current) and token.start == current.tokens[-1].end:
        close()  # i=1: 0.5·2 + 1 = 2 is told of row 1
        return
    if (
        token.value == ":"
        and before is not None
        and after is not None
        and before.kind == NUMBER
        and after.kind == NUMBER
        and not (at > 1 and tokens[at - 2].value == "_")  # w_1: 0.2
    ):
        apart = before.end < token.start and token.end < after.start  # 6 : 2, and not 12:00
        announces = before.end == token.start and token.end < after.start and _is_equated(current)
        if announces:
            close()  # lr = 0.25: 5 - 0.25 * 4 = 4
            return
        if (
            current.tokens
            and current.tokens[-1] is before
            and not current.words
            and (apart or len(current.tokens) > 1)
        ):
            current.tokens.append(Token(OPERATOR, "/", token.start, token.end))
            return
    if token.value == ":" and _labels(tokens, at, current):
        current.tokens.append(Token(RELATION, ":", token.start, token.end))
        return
    if (
        token.value == "."
        and after is not None
        and before is not None
        and before.kind == NAME
        and after.kind == NAME
        and not (
            before.end == token.start
            and token.end < after.start
            and (
                _is_equated(current) or max(len(after.value), len(before.value)) > _LETTERS
            )  # loss: MSE. Learning rate: 0.1
        )
    ):
        return  # a full stop used as a multiplication dot is not guessed
    close(arrow=token.value == "⇒", row=token.value == "\\\\")


def _is_carried_over(tokens: Sequence[Token], at: int, current: Statement) -> bool:
    """Whether a side goes on in the next row of a display: ``a = 3 + 4 \\\\ &+ 5``.

    A minus sign may begin an equation of its own as well: where the row has a relation sign, it goes on with what is worked
    out only below the place of the relation signs.
    """
    if not current.tokens or not _is_equated(current) or current.tokens[-1].kind == RELATION:
        return False
    start, end = at, at + 1
    while start and _is_layout(tokens[start - 1]):
        start -= 1
    while end < len(tokens) and _is_layout(tokens[end]):
        end += 1
    if end == len(tokens) or tokens[end].kind != OPERATOR or tokens[end].value not in _CARRYING:
        return False
    if not any(token.value == "\\\\" for token in tokens[start:end]):
        return False
    if tokens[end].value != "-" or (tokens[end - 1].value == "&" and _is_being_worked(current)):
        return True
    row = takewhile(lambda token: token.value != "\\\\" and token.kind != COMMAND, tokens[end:])
    return not any(token.kind in (RELATION, WORD) for token in row)


def _is_being_worked(current: Statement) -> bool:
    """Whether the last side of a statement is more than a number."""
    last = takewhile(lambda token: token.kind != RELATION, reversed(current.tokens))
    return any(token.kind == OPERATOR for token in last)


def _is_layout(token: Token) -> bool:
    return token.kind == SEPARATOR and token.value in _LAYOUT


def _goes_on_below(tokens: Sequence[Token], at: int, held: Sequence[Token]) -> bool:
    """Whether a row of an array ends with a sign, ``= (1 - x)(2 - x) - \\\\ & & 5(3 - x)``, or the next begins with a plus: that goes on."""
    ahead = next(
        (t for t in tokens[at : at + 6] if t.kind != SEPARATOR or t.value not in ("\\\\", "&")), None
    )
    if ahead is None:
        return False
    last = held[-1]
    if last.kind == OPERATOR and last.value in ("+", "-", "*"):
        if len(held) > 1 and held[-2].value in ("^", "_"):
            return False  # a mark, w^* or w_+
        return ahead.kind in (NUMBER, NAME, OPEN)
    return ahead.kind == OPERATOR and ahead.value == "+" and last.kind in (NUMBER, NAME, CLOSE, INDEX)


def _counts(current: Statement) -> bool:
    """Whether a statement only says which row or step is meant: ``i = 1``."""
    if [token.kind for token in current.tokens] != [NAME, RELATION, NUMBER]:
        return False
    name, sign, number = current.tokens
    return name.value.lower() in _COUNTERS and sign.value == "=" and number.value.isdigit()


def _is_equated(current: Statement) -> bool:
    """Whether a statement is about equality already, so that a full stop behind it ends a sentence: ``f = 2x. g = 4``."""
    return any(token.kind == RELATION for token in current.tokens)


def _has_relations(tokens: Sequence[Token], at: int) -> bool:
    """Whether an array holds statements rather than a matrix."""
    for token in tokens[at : at + 4000]:
        if token.kind == COMMAND and token.value == "end:array":
            return False
        if token.kind == RELATION:
            return True
    return False


def _is_system(tokens: Sequence[Token], at: int) -> bool:
    """Whether a cases environment is a system of equations, one a row, and no definition by cases."""
    rows: list[list[Token]] = [[]]
    for token in tokens[at + 1 : at + 4000]:
        if token.kind == COMMAND and token.value in ("end:cases", "end:dcases"):
            break
        if token.kind == SEPARATOR and token.value == "\\\\":
            rows.append([])
        else:
            rows[-1].append(token)
    rows = [row for row in rows if any(token.kind != SEPARATOR for token in row)]
    return len(rows) > 1 and all(_is_equation(row) for row in rows)


def _is_equation(row: Sequence[Token]) -> bool:
    """``w = 0.5 - 0.1 = 0.4``: a name, an equals sign and no condition."""
    signs = [token for token in row if token.kind == RELATION]
    if not signs or any(token.value not in ("=", "≈", "←") for token in signs):
        return False
    if any(token.kind == WORD and token.value.lower() in IF | ELSE for token in row):
        return False
    left = row[: next(k for k, token in enumerate(row) if token.kind == RELATION)]
    return any(token.kind in (NAME, DERIVATIVE) for token in left)


def _labels(tokens: Sequence[Token], at: int, current: Statement) -> bool:
    """Whether a colon stands between a quantity and its value: ``z: 0.5``, ``Error: 70 - 50 = 20``."""
    if not current.tokens or current.tokens[0].kind not in (NAME, DERIVATIVE) or len(current.tokens) > 6:
        return False
    if any(token.kind in (RELATION, NUMBER, OPERATOR) and token.value != "_" for token in current.tokens[:1]):
        return False
    if current.tokens[-1].kind == NUMBER and "." in current.tokens[-1].value:
        return False  # at the rate 0.1: (0.5, 2)
    following = tokens[at + 1 : at + 3]
    if not following or (
        following[0].kind not in (NUMBER, OPEN)
        and not (following[0].kind == OPERATOR and following[0].value in "+-")
    ):
        return False
    behind = following[1] if len(following) > 1 else None
    return not (following[0].kind == NUMBER and behind is not None and behind.kind == WORD)


_TO = frozenset({"to", "auf", "à", "para", "menjadi"})
_CHANGING = frozenset(
    {
        "update", "updated", "updates", "change", "changes", "changed", "set", "sets", "goes", "returns", "drops", "rises", "becomes",
        "increases", "decreases", "moves", "ändert", "setze", "passe", "cambia", "actualizar", "muda", "diubah",
    }
)  # fmt: skip


def _becomes(
    tokens: Sequence[Token], at: int, current: Statement, topic: Sequence[Token], again: bool
) -> bool:
    """Whether *to* stands between a quantity that changes and its new value: ``update b to -0.9``, ``b changes to 1``.

    Where the statement before is such a one, it is so `again` without a verb: ``update w_1 to 1, b to 2``.
    """
    ahead = at + 1
    while ahead < len(tokens) and tokens[ahead].kind == SEPARATOR and tokens[ahead].value in "$ ":
        ahead += 1
    if ahead < len(tokens) and tokens[ahead].kind == OPERATOR and tokens[ahead].value in "+-":
        ahead += 1
    if ahead >= len(tokens) or tokens[ahead].kind != NUMBER:
        return False
    if current.tokens:
        first, *others = current.tokens
        plain = (
            first.kind == NAME
            and len(others) < 3
            and all(t.kind == NAME or t.value == "_" or t.value.isdigit() for t in others)
        )
        return plain and (again or any(word.value.lower() in _CHANGING for word in current.words[-2:]))
    return bool(topic and current.words) and current.words[-1].value.lower() in _CHANGING


_TIMES = frozenset({"times", "mal", "veces", "fois", "vezes", "volte", "раз"})
_IS = frozenset({"is", "ist", "est", "es", "è", "é", "jest", "är", "beträgt", "vale", "vaut", "equals"})
_GLUED_IS = frozenset({"是", "为", "為", "等于", "等於", "设为", "取为"})  # without a blank behind the name
_TOTALS = frozenset(
    {"total", "totals", "per", "number", "count", "counts", "each", "por", "pro", "par", "insgesamt"}
)
_ARE = frozenset({"are", "sind", "sont", "son", "são", "sono", "become", "were"})


def counts_epochs(tokens: Sequence[Token]) -> bool:
    """Whether a text speaks of epochs or of totals: ``errors 3, 2, 0`` then have nothing to do with rows of data."""
    words = (token.value.lower() for token in tokens if token.kind in (WORD, NAME))
    return any(word in _TOTALS or (word.endswith("s") and word.startswith(EPOCH_STEMS)) for word in words)


def _lists_what(tokens: Sequence[Token], at: int, current: Statement) -> bool:
    """Whether a word such as *are* stands between names and two numbers or more: ``the errors h - y are -2, -4``."""
    first = current.tokens[0] if current.tokens else None
    if first is None or first.kind != NAME or len(first.value) < 4:
        return False
    if any(token.kind in (RELATION, NUMBER) for token in current.tokens) or counts_epochs(tokens):
        return False
    behind = [token for token in tokens[at + 1 : at + 10] if token.value not in ("+", "-", "^", "$")]
    return [token.kind for token in behind[:3]] == [NUMBER, SEPARATOR, NUMBER]


def _is_glued(token: Token, current: Statement) -> bool:
    return token.value in _GLUED_IS and bool(current.tokens) and current.tokens[-1].end == token.start


def _asserts(tokens: Sequence[Token], at: int, current: Statement) -> bool:
    """Whether a word such as *is* stands between a quantity and its value: ``the change of w_1 is 0.35``."""
    while current.tokens and current.tokens[0].value == "^":  # **w_1 is 0.5**
        del current.tokens[0]
    if not current.tokens or current.tokens[0].kind not in (NAME, DERIVATIVE, OPEN):
        return False
    if any(token.kind == RELATION for token in current.tokens):
        return False
    kinds = {token.kind for token in current.tokens}
    if NUMBER in kinds and not kinds & {OPERATOR, OPEN}:
        return False  # the learning rate 0.1 is 7.41 times that
    if SEPARATOR in kinds and not kinds & {NAME, DERIVATIVE}:
        return False  # the gradient at (1, 2) is (2.5, -3)
    for k, token in enumerate(tokens[at + 1 : at + 5], at + 2):
        if token.kind == NUMBER:
            behind = tokens[k] if k < len(tokens) else None
            if behind is not None and (behind.kind == OPEN or behind.value.lower() in _TIMES):
                return False  # 0.285 (2 divided by 6.85)
            return "." in token.value or tokens[at].value in _GLUED_IS
        if (
            not (token.kind == OPERATOR and token.value in "+-^*")
            and not (token.kind == SEPARATOR and token.value in "$")
            and token.kind != OPEN
        ):
            return False
    return False


def is_list(part: Sequence[Token]) -> bool:
    """Whether tokens are brackets in which nothing stands but numbers."""
    inside = (NUMBER, OPEN, CLOSE, SEPARATOR)
    bracketed = bool(part) and part[0].kind == OPEN and part[-1].kind == CLOSE
    return bracketed and all(token.kind in inside or token.value in ("+", "-") for token in part)


def _maps(tokens: Sequence[Token], at: int, current: Statement) -> bool:
    """Whether an arrow leads from inputs to what comes out for them: ``[0 1] => 1``, ``[0 1] -> [0.8]``."""
    behind = [token.kind for token in tokens[at + 1 : at + 7] if token.value not in ("+", "-")]
    if not behind or not is_list(current.tokens):
        return False
    several = sum(token.kind == NUMBER for token in current.tokens) > 1
    deep = next((k for k, kind in enumerate(behind) if kind != OPEN), 0)  # [[1]]
    return behind[0] == NUMBER or (
        several and behind[deep : 2 * deep + 1] == [NUMBER, *[CLOSE] * deep] and deep > 0
    )


def _arrow_equals(tokens: Sequence[Token], at: int, current: Statement) -> bool:
    """Whether an arrow stands for equality: ``w_1 → 0.3``, ``5·2 → 10`` with nothing else after it."""
    if not current.tokens or (len(current.tokens) == 1 and current.tokens[0].kind == NUMBER):
        return False  # "0.74 → 1.54" goes from one to the other
    if _leads_to_class(tokens, at, current):
        return False
    for token in tokens[at + 1 :]:
        if token.kind == RELATION:
            return False
        if token.kind in (SEPARATOR, WORD):
            break
    return at + 1 < len(tokens) and tokens[at + 1].kind in (NUMBER, OPERATOR)


def _leads_to_class(tokens: Sequence[Token], at: int, current: Statement) -> bool:
    """Whether an arrow leads from a result to the class that follows from it: ``z = 1 - 0.7 = 0.3 → 1``."""
    before, ahead = tokens[at - 1], at + 1
    if ahead < len(tokens) and tokens[ahead].kind == OPERATOR and tokens[ahead].value in "+-":
        ahead += 1
    if ahead >= len(tokens) or tokens[ahead].kind != NUMBER or tokens[ahead].value not in ("0", "1"):
        return False
    if before.kind != NUMBER or not any(t.kind == RELATION and t.value == "=" for t in current.tokens):
        return False
    return "." in before.value or _ends_in_result(current.tokens)


def _ends_in_result(tokens: Sequence[Token]) -> bool:
    """Whether a number alone stands at the end, behind a working: ``z = 1 + 2 = 3``."""
    last = max(at for at, token in enumerate(tokens) if token.kind == RELATION)
    result = tokens[last + 1 :]
    return (
        any(token.kind == OPERATOR for token in tokens[:last])
        and 0 < len(result) <= 2
        and all(token.kind in (OPERATOR, NUMBER) for token in result)
    )


def sides(statement: Statement) -> tuple[list[list[Token]], list[Token]]:
    """Sides of the relation signs outside of brackets, and those signs."""
    parts: list[list[Token]] = [[]]
    relations: list[Token] = []
    depth = held = 0
    for token in statement.tokens:
        if token.kind in _NEVER_PARTING:
            parts[-1].append(token)
            continue
        depth = max(0, depth + (token.kind == OPEN) - (token.kind == CLOSE))
        if token.kind == COMMAND and ":" in token.value:
            held += token.value.startswith("begin:") - token.value.startswith("end:")
        if token.kind == RELATION and not depth and held <= 0:
            if not parts[-1] and relations and token.value == relations[-1].value:
                continue  # "= =" across a line break
            if not parts[-1] and relations and {token.value, relations[-1].value} == {"=", "≈"}:
                relations[-1] = token if token.value == "≈" else relations[-1]  # = ≈ 0.55
                continue
            parts.append([])
            relations.append(token)
        else:
            parts[-1].append(token)
    return parts, relations
