"""Rules with an *if* and an *else*, in words and in a cases environment."""

from collections.abc import Sequence

from deltarule.reading.token import (
    CLOSE,
    COMMAND,
    NAME,
    NUMBER,
    OPEN,
    OPERATOR,
    RELATION,
    SEPARATOR,
    WORD,
    Token,
)

IF = frozenset(
    {
        *(
            "if",
            "when",
            "falls",
            "wenn",
            "si",
            "se",
            "jika",
            "если",
            "als",
            "quando",
            "cuando",
            "eğer",
            "for",
        ),
        *(
            "whenever",
            "sobald",
            "apabila",
            "когда",
            "indien",
            "wanneer",
            "kun",
            "jos",
            "jeśli",
            "jeżeli",
            "gdy",
        ),
        *(
            "pokud",
            "když",
            "jestliže",
            "keď",
            "hvis",
            "når",
            "om",
            "när",
            "dacă",
            "când",
            "якщо",
            "коли",
            "ако",
        ),
        *(
            "ako",
            "khi",
            "nếu",
            "όταν",
            "αν",
            "εάν",
            "إذا",
            "אם",
            "यदि",
            "अगर",
            "ถ้า",
            "เมื่อ",
            "如果",
            "若",
            "当",
        ),
    }
)


ELSE = frozenset(
    {
        "else",
        "otherwise",
        "sonst",
        "sinon",
        "sino",
        "lainnya",
        "иначе",
        "altrimenti",
        "senão",
        "caso",
        "autrement",
        "anders",
        *(
            "muuten",
            "muutoin",
            "muulloin",
            "inaczej",
            "jinak",
            "inak",
            "egyébként",
            "különben",
            "annars",
            "ellers",
        ),
        *("altfel", "інакше", "inače", "diversamente", "selain", "andernfalls", "ansonsten", "daarbuiten"),
        *(
            "αλλιώς",
            "διαφορετικά",
            "وإلا",
            "אחרת",
            "अन्यथा",
            "มิฉะนั้น",
            "ngược",
            "否则",
            "否則",
            "그렇지",
            "aksi",
            "değilse",
        ),
    }
)


_NOT = frozenset({"no", "non", "não", "not", "nicht"})
_ARTICLES = frozenset({"the", "a", "la", "el", "le", "il", "lo", "o", "der", "die", "das"})
_COPULAS = frozenset({"is", "es", "est", "ist", "é", "è", "are", "son", "jest", "adalah"})
MAX_FILLERS = 6  # words and separators between a condition and its value
_AND = frozenset(
    {"and", "y", "und", "et", "e", "then", "dann", "и", "ja", "och", "og", "i", "a", "thì", "lại"}
)
_RULING = frozenset({OPEN, RELATION, WORD})  # what a value of a definition by cases stands behind
MAX_CASES = 8


def conditions(tokens: Sequence[Token]) -> Sequence[Token]:
    """A definition by cases in words in the form of a cases environment: ``1 if z >= 0, otherwise 0``."""
    if any(token.kind == COMMAND and token.value.startswith("begin:") for token in tokens):
        return tokens
    if not any(token.kind == WORD and token.value.lower() in IF for token in tokens):
        return tokens
    original, tokens = tokens, _value_first(_without_labels(_without_fillers(tokens)))
    for at, token in enumerate(tokens):
        if token.kind == WORD and token.value.lower() in IF:
            start, value = _value_before(tokens, at)
            found = _cases(tokens, at, value, _name_before(tokens, start)) if value else None
            if found is not None:
                rows, stop = found
                if (
                    start
                    and stop < len(tokens)
                    and (tokens[start - 1].value, tokens[stop].value) == ("{", "}")
                ):
                    start, stop = start - 1, stop + 1
                mark = tokens[start].start
                equals = [Token(RELATION, "=", mark, mark)] if _is_named(tokens, start) else []
                return [*tokens[:start], *equals, *_as_environment(rows), *tokens[stop:]]
    return original


def out_of_brackets(tokens: Sequence[Token]) -> Sequence[Token]:
    """``1 (z > 0), 0 (z <= 0)`` with *if* in front of each condition."""
    conditions: dict[int, int] = {}
    for at, token in enumerate(tokens):
        if token.kind != OPEN or token.value != "(" or not at or tokens[at - 1].kind != NUMBER:
            continue
        close = next((k for k in range(at + 1, min(at + 9, len(tokens))) if tokens[k].kind == CLOSE), None)
        inside = tokens[at + 1 : close] if close is not None else ()
        signs = [each.value for each in inside if each.kind == RELATION]
        between = inside and inside[0].kind == NAME and inside[-1].kind == NUMBER
        if close is not None and between and len(signs) == 1 and signs[0] in ("<", ">", "<=", ">="):
            conditions[at] = close
    if len(conditions) < 2:
        return tokens
    closing = set(conditions.values())
    return [
        Token(WORD, "if", token.start, token.end) if at in conditions else token
        for at, token in enumerate(tokens)
        if at not in closing
    ]


def _without_fillers(tokens: Sequence[Token]) -> Sequence[Token]:
    """Tokens with *otherwise* as one word, ``si no``, and without what prose puts around the sides of a condition: ``if the sum is > 0``."""
    kept: list[Token] = []
    for at, token in enumerate(tokens):
        word = token.value.lower() if token.kind == WORD else ""
        before = kept[-1] if kept else None
        after = tokens[at + 1] if at + 1 < len(tokens) else None
        begins = before is not None and before.kind == WORD and before.value.lower() in IF
        if begins and before is not None and word in _NOT:
            kept[-1] = Token(WORD, "else", before.start, token.end)
        elif (begins and word in _ARTICLES and after is not None and after.kind == NAME) or (
            word in _COPULAS
            and before is not None
            and (before.kind == NUMBER or (after is not None and after.kind == RELATION))
        ):
            continue
        else:
            kept.append(token)
    return kept


def _without_labels(tokens: Sequence[Token]) -> Sequence[Token]:
    """Tokens without the word in front of a letter that has a value: ``the output y = 1 if z > 0``."""
    return [
        token
        for at, token in enumerate(tokens)
        if not (
            token.kind == NAME
            and len(token.value) > 2
            and at + 2 < len(tokens)
            and tokens[at + 1].kind == NAME
            and len(tokens[at + 1].value) == 1
            and tokens[at + 2].kind == RELATION
        )
    ]


def _value_first(tokens: Sequence[Token]) -> Sequence[Token]:
    """``if z > 0 then 1 else 0`` as ``1 if z > 0 else 0``."""
    for at, token in enumerate(tokens):
        if token.kind != WORD or token.value.lower() not in IF:
            continue
        if at and tokens[at - 1].kind not in (SEPARATOR, WORD):
            return tokens
        begin = _behind_separators(tokens, at + 1)
        stop = _end_of_condition(tokens, begin)
        condition = list(tokens[begin:stop])
        if sum(each.kind == RELATION for each in condition) != 1 or condition[-1].kind != NUMBER:
            return tokens
        first = _value_behind(tokens, stop)
        if first is None:
            return tokens
        other = _behind_separators(tokens, first[1].stop)
        ruled = other < len(tokens) and tokens[other].kind == WORD and tokens[other].value.lower() in ELSE
        second = _value_behind(tokens, other + 1) if ruled else None
        if second is None:
            return tokens
        names, values = first
        return [
            *tokens[:at],
            *tokens[names],
            *tokens[values],
            token,
            *condition,
            Token(SEPARATOR, ",", condition[-1].end, condition[-1].end),
            tokens[other],
            *tokens[second[1]],
            *tokens[second[1].stop :],
        ]
    return tokens


def _end_of_condition(tokens: Sequence[Token], at: int) -> int:
    """Where a condition ends that a value follows: behind its bound, if a name stands there, ``z > 0 output 1``."""
    stop = _end(tokens, at)
    bound = next(
        (
            k
            for k in range(at + 1, stop)
            if tokens[k].kind == NUMBER and tokens[k - 1].kind in (RELATION, OPERATOR)
        ),
        stop,
    )
    named = bound + 1 < stop and tokens[bound + 1].kind == NAME and len(tokens[bound + 1].value) > 1
    return bound + 1 if named else stop


def _behind_separators(tokens: Sequence[Token], at: int) -> int:
    while at < len(tokens) and tokens[at].kind == SEPARATOR and tokens[at].value in ", :;$":
        at += 1
    return at


def _value_behind(tokens: Sequence[Token], at: int) -> tuple[slice, slice] | None:
    """The name with its sign, if there is one, and the value that come next, behind at most a few words: ``then y = 1``."""
    limit = at + MAX_FILLERS
    while (
        at < len(tokens) and at < limit and (tokens[at].kind in (WORD, SEPARATOR) or tokens[at].value == "→")
    ):
        if tokens[at].kind == WORD and tokens[at].value.lower() in IF | ELSE:
            return None
        at += 1
    start = at
    if at < len(tokens) and tokens[at].kind == NAME:
        at += 1
        at += at < len(tokens) and tokens[at].kind == RELATION and tokens[at].value in ("=", "←", "→")
    value = at
    at += at < len(tokens) and tokens[at].kind == OPERATOR and tokens[at].value in "+-"
    if at >= len(tokens) or tokens[at].kind != NUMBER:
        return None
    if at + 1 < len(tokens) and tokens[at + 1].kind not in (WORD, SEPARATOR, CLOSE):
        return None
    return slice(start, value), slice(value, at + 1)


def _names(tokens: Sequence[Token]) -> list[tuple[str, str]]:
    """What tokens say, wherever they stand."""
    return [(token.kind, token.value) for token in tokens if token.kind != SEPARATOR]


def _name_before(tokens: Sequence[Token], start: int) -> list[tuple[str, str]]:
    """The left side of the definition whose first value starts here: ``y = 1 if ...``."""
    if not start or tokens[start - 1].kind != RELATION:
        return []
    begin = start - 1
    while begin and start - begin < 8 and tokens[begin - 1].kind not in (WORD, SEPARATOR, RELATION):
        begin -= 1
    return _names(tokens[begin : start - 1])


def _cases(
    tokens: Sequence[Token], at: int, value: list[Token], named_before: list[tuple[str, str]]
) -> tuple[list[list[Token]], int] | None:
    """Rows of a definition whose first condition follows the word at `at`, and where it ends.

    `named_before` is its left side, which may stand in front of the other values too.
    """
    rows: list[list[Token]] = []
    while len(rows) < MAX_CASES:
        at += 1
        while at < len(tokens) and tokens[at].kind == SEPARATOR and tokens[at].value in "$ ":
            at += 1
        stop = _end(tokens, at)
        condition = _held(tokens[at:stop])
        if sum(token.kind == RELATION for token in condition) != 1:
            return None
        mark = condition[0].start
        rows.append([*value, Token(SEPARATOR, "&", mark, mark), *condition])
        at, last = _passed_over(tokens, stop)
        if at < len(tokens) and tokens[at].kind == NAME and tokens[at].value in ("y", "e"):  # y salida = 0 si
            ahead = _names(tokens[at + 1 : at + 1 + len(named_before)])
            at += bool(named_before) and ahead == named_before
        after = _end(tokens, at)
        value = list(tokens[at:after])
        equals = [k for k, token in enumerate(value) if token.kind == RELATION]
        behind = after
        while behind < len(tokens) and tokens[behind].kind == SEPARATOR and tokens[behind].value in ", $":
            behind += 1
        word = tokens[behind].value.lower() if behind < len(tokens) and tokens[behind].kind == WORD else ""
        if equals and (len(equals) > 1 or value[equals[0]].value != "="):
            break
        again = bool(equals) and _names(value[: equals[0]]) == named_before
        value = value[equals[0] + 1 :] if equals else value  # and f(z) = 0 otherwise
        if not value:
            break
        if word in IF and not last:
            at = behind
            continue
        if word in ELSE or (last and (not equals or again)):
            rows.append(value)
            stop = behind + 1 if word in ELSE else after
        elif (
            stop < at
            and tokens[stop].value in ",;"
            and after == len(tokens)
            and len(value) < 3
            and not equals
        ):
            rows.append(value)  # 1 if z > 0, 0
            stop = after
        break
    return (rows, stop) if len(rows) > 1 else None


def _held(condition: Sequence[Token]) -> list[Token]:
    """A condition without the name of what it holds against the bound: of ``s = w x + b > 0`` what stands behind the name."""
    signs = [at for at, token in enumerate(condition) if token.kind == RELATION]
    named = len(signs) == 2 and condition[signs[0]].value == "=" and condition[signs[1]].value != "="
    return list(condition[signs[0] + 1 :] if named else condition)


def _end(tokens: Sequence[Token], at: int) -> int:
    """Where the value or condition that starts here ends: at a word, a separator or a bracket that closes more."""
    depth = 0
    while at < len(tokens):
        depth += (tokens[at].kind == OPEN) - (tokens[at].kind == CLOSE)
        if depth < 0 or (not depth and tokens[at].kind in (WORD, SEPARATOR)):
            break
        at += 1
    return at


def _passed_over(tokens: Sequence[Token], at: int) -> tuple[int, bool]:
    """The place behind separators and words such as *and*, and whether one of them says *otherwise*."""
    last = False
    while at < len(tokens):
        word = tokens[at].value.lower() if tokens[at].kind == WORD else ""
        if tokens[at].kind != SEPARATOR and word not in ELSE and word not in _AND:
            break
        last |= word in ELSE
        at += 1
    return at, last


def _is_named(tokens: Sequence[Token], start: int) -> bool:
    """Whether a value stands right behind what has it: ``output 1 if ...``."""
    return (
        start > 0
        and tokens[start].kind == NUMBER
        and tokens[start - 1].kind == NAME
        and len(tokens[start - 1].value) > 1
    )


def _as_environment(rows: Sequence[Sequence[Token]]) -> list[Token]:
    begin, end = rows[0][0].start, rows[-1][-1].end
    cases = [Token(COMMAND, "begin:cases", begin, begin)]
    for k, row in enumerate(rows):
        cases += [Token(SEPARATOR, "\\\\", row[0].start, row[0].start)] if k else []
        cases += row
    return [*cases, Token(COMMAND, "end:cases", end, end)]


def _value_before(tokens: Sequence[Token], at: int) -> tuple[int, list[Token]]:
    """The value in front of the word *if*, and where it starts; it stands behind a relation sign, a word or a bracket."""
    end = at
    while end and tokens[end - 1].kind == SEPARATOR and tokens[end - 1].value in (",", " ", "$"):
        end -= 1
    start = end
    while start and end - start < 12 and tokens[start - 1].kind in (NUMBER, NAME, OPERATOR):
        start -= 1
    if start + 1 < end and _is_named(tokens, start + 1):
        return start + 1, list(tokens[start + 1 : end])
    if start and tokens[start - 1].kind not in _RULING and tokens[start - 1].kind != SEPARATOR:
        return start, []
    return start, list(tokens[start:end])
