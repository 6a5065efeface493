"""Statements to claims: subject, links, continuations, and what was left unread."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from typing import TypeGuard

from deltarule.algebra.combination import is_numeric
from deltarule.algebra.evaluate import evaluate
from deltarule.algebra.expr import Apply, Expr, Number, Piecewise, Product, Sum, Symbol, Vector
from deltarule.document import OUTPUT_AT, Claim, Heading, Item, Link, Place, Threshold
from deltarule.errors import DeltaruleError, InputError
from deltarule.findings import Unread
from deltarule.formulas import Role
from deltarule.notation import roles_of
from deltarule.reading.mathtext import APPLIED, MARKS, NotReadError, as_written, parse
from deltarule.reading.phrases import phrases_of
from deltarule.reading.statements import IF, Statement, counts_epochs, is_list, sides, statements
from deltarule.reading.tokens import (
    CLOSE,
    COMMAND,
    DERIVATIVE,
    DESTROYED,
    FUNCTIONS,
    GREEK_NAMES,
    NAME,
    NUMBER,
    OPEN,
    OPERATOR,
    POWER,
    RELATION,
    SEPARATOR,
    WORD,
    Token,
    known_words,
)
from deltarule.reading.vectors import ShapeError, components, holds_vector, is_formula, named, number
from deltarule.spans import Source, Span
from deltarule.trace import neuron_arithmetic
from deltarule.written import Written

_NEARLY = Fraction(1, 50)  # how far a value may be from the working in brackets behind it
_NUMBERED = {
    "w": re.compile(r"w(?<![A-Za-z].)(?:_?\{?(\d)(?![0-9.])|([₀-₉]))"),
    "theta": re.compile(r"(?:\\theta|θ|theta)(?:_?\{?(\d)(?![0-9.])|([₀-₉]))"),
    "x": re.compile(r"x(?<![A-Za-z].)(?:_?\{?(\d)(?![0-9.])|([₀-₉]))"),
}
_WORD_BEHIND = re.compile(r" [^\W\d_]{2}")
_BRACES = frozenset({"underbrace", "overbrace"})
MAX_LINKS = 400  # of one chain
LONG = 5  # a number of so many characters is worth a claim where nothing says what it is
FEWEST_LISTED = 3  # numbers in a row without a sign between them
MAX_ARROW = 24  # characters of an arrow, however it is written
_WORDED = re.compile(r"(?<!\\)\b[^\W\d_]|\d|[=;,|]")
MIN_ANSWERS = 2  # in a row, before they are taken for a list
MAX_BRACES = 40  # of one statement that are looked into
_CONTINUING = frozenset({"=", "≈", "→"})
_ORDERED = frozenset({"<", ">", "<=", ">=", "<<", ">>"})
# words that stand in front of a relation sign and are no names of a quantity
_NO_NAMES = frozenset(
    {
        "is", "are", "equals", "get", "gets", "gives", "have", "result", "results", "then", "so", "thus", "hence", "and", "or", "with",
        "for", "where", "we", "obtain", "obtained", "becomes", "also", "the", "ist", "sind", "und", "mit", "es", "son", "y",
        "con", "est", "sont", "et", "avec", "donc", "soit", "if", "when", "since", "because", "therefore", "value", "equal", "from",
    }
)  # fmt: skip


_SUPPOSING = frozenset(
    {"setting", "set", "sets", "put", "putting", "let", "letting", "solve", "solving", "when", "where", "if", "setze", "setzen", "wenn", "pour", "si", "para", "quando", "cuando"}
)  # fmt: skip
_OF_ROWS = frozenset({Role.ERROR, Role.OUTPUT, Role.PREDICTION})
_TOLD_IN_WORDS = frozenset({Role.LEARNING_RATE, Role.THRESHOLD})


class Claims:
    """Items found so far, and what the next piece of text may go on with."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.items: list[Item] = []
        self.unread: list[Unread] = []
        self.dangling: Token | None = None  # a relation sign at the end of the last piece
        self.open_claims: range | None = None  # the items that a continuation would continue
        self.ordinal: Heading | None = None
        # names whose index starts at 0 in this document
        self.phrases = phrases_of(source.text)
        self.numbered = {
            name: {unicodedata.digit(one or small) for one, small in pattern.findall(source.text)}
            for name, pattern in _NUMBERED.items()
        }
        self.loose: list[Token] | None = (
            None  # an expression at the end of the last piece, without a relation sign
        )

    def close(self) -> None:
        """A heading or a table ends what went before."""
        self.dangling = self.open_claims = None

    def refuse(self, span: Span, reason: str) -> None:
        """List something as unread."""
        text = " ".join(self.source.text[span.start : min(span.end, span.start + 200)].split())
        self.unread.append(Unread(span, self.source.line(span.start), text, reason))

    # -- statements

    def piece(self, found: Sequence[Token]) -> None:
        """Statements of one piece, in order."""
        fresh = True
        loose, self.loose = self.loose, None
        self._rate_in_words(found)
        pieces = [
            part
            for statement in _listed(statements(found))
            for each in _compared(statement)
            for part in _pairs(each)
        ]
        pieces = _without_answers(pieces, self.source.text)
        bare = [_said(statement.tokens, short=True) for statement in pieces]
        points = sum(_is_point(statement.tokens) for statement in pieces if any(bare))
        listed = sum(name > 0 for name in bare) + points > 1  # x1 4.0, x2 2.4, loss -16.0
        topic: list[Token] = []
        for statement, name in zip(pieces, bare, strict=True):
            _by_its_variable(statement, topic)
            topic = statement.tokens
            if listed and name:
                self._said_value(statement, statement.tokens, name)
                continue
            if fresh and loose and statement.tokens[0].kind == RELATION and not statement.words:
                statement.tokens[:0] = loose
            self._statement(statement, fresh)
            self._braces(statement)
            fresh = False

    def _rate_in_words(self, found: Sequence[Token]) -> None:
        """``learning rate of 0.1``, ``Lernrate $\\frac{1}{3}$``: the one setting that is often told without a sign."""
        for at, token in enumerate(found):
            if token.kind != NAME or len(token.value) < 2:
                continue
            name = token.value.partition("#")[0]
            if len(name) < 2 or not (_TOLD_IN_WORDS & set(roles_of(name)[:1])):
                continue
            ahead = at + 1
            while (
                ahead < len(found)
                and ahead < at + 5
                and (found[ahead].kind == WORD or found[ahead].value in ("$", ":", " "))
            ):
                ahead += 1
            if (
                ahead == at + 1 < len(found)
                and found[ahead].kind == OPERATOR
                and _is_sign(self.source, token)
            ):
                continue  # a term of a formula: 3α² - 2α + 4
            stop = ahead
            while stop < len(found) and found[stop].kind in (NUMBER, COMMAND, OPEN, CLOSE, OPERATOR):
                stop += 1
            glued = ahead < len(found) and any(t.kind == RELATION for t in found[ahead : ahead + 1])
            if stop == ahead or glued or not any(t.kind == NUMBER for t in found[ahead:stop]):
                continue
            if stop < len(found) and found[stop].kind == RELATION:
                continue
            try:
                told = [t for t in found[ahead:stop] if t.value != ""]
                values = [parse(part)[0] for part in _working_behind([told], [token])[0]]
            except (NotReadError, InputError):
                continue
            if any(t.value == ":" for t in found[at + 1 : ahead]) and ahead == at + 2:
                continue  # "lr: 0.1" is read as a label
            span = Span(token.start, found[stop - 1].end)
            behind = Span(found[ahead].start, found[stop - 1].end)
            links = tuple(Link("=", value, value.span or behind) for value in values)
            if len(links) == 1:
                links = (replace(links[0], span=behind),)
            self.items.append(Claim(span, self.source.line(span.start), Symbol(name, span=token.span), links))

    def _statement(self, statement: Statement, first: bool) -> None:
        parts, relations = sides(statement)
        if self._mapped(statement, parts, relations):
            return
        if not relations:
            self._without_relation(statement, parts[0], first)
            return
        if not any(parts):
            return  # a relation sign between words
        if statement.arrow and self._class_named(parts, relations):
            return
        if _maps_point(parts, relations):
            self._place(parts[-2], value=parts[-1])
            return
        if _bare_comparison(parts, relations) and (_behind_if(statement) or self._defining()):
            return  # a condition, and no claim
        if not parts[0]:
            named_by = _word_subject(statement, relations[0])
            if named_by is not None:
                self._claim(statement, parts, relations, named_by)
            elif not first and self._is_next_answer(statement, parts[1]):
                link = Link("=", parse(parts[1])[0], Span(parts[1][0].start, parts[1][-1].end))
                self._add(Claim(link.span, self.source.line(link.span.start), None, (link,)))
            elif relations[0].value in _CONTINUING and (first or statement.opens_row or not statement.words):
                self._continue(parts[1:], relations, statement)
            return
        self._claim(statement, parts, relations, None)

    def _mapped(self, statement: Statement, parts: list[list[Token]], relations: Sequence[Token]) -> bool:
        """``[0, 1] → 1``, ``[0 1] [1] → 0.8``: what comes out for inputs, behind which their target may stand."""
        left: list[Vector]
        told: Sequence[Sequence[Token]]
        before = self._just_before(statement) if statement.arrow else None
        if isinstance(before, Place):  # (0, 1) → -0.2 → 0
            left, told = [Vector(before.numbers, span=before.span)], parts
        elif isinstance(before, Claim) and _is_output(before.subject):
            assert isinstance(before.subject.arg, Vector)
            left, told = [before.subject.arg], parts
        else:
            left, told = _inputs(parts, relations)
            if any(relation.value != "→" for relation in relations[-len(told) :]):
                return len(left) == 1 and self._worked_out(left[0], told, relations[-len(told) :])
        if any(relation.value != "→" for relation in relations[-len(told) + 1 :]):
            return False
        answers = [_number_alone(part) for part in told]
        if not left or not answers or None in answers:
            return False
        span = Span(told[0][0].start, told[-1][-1].end)
        line = self.source.line(span.start)
        subject: Expr = Apply(OUTPUT_AT, left[0], span=left[0].span)
        self.open_claims = None
        if len(left) > 1:
            target = left[1].items[0]
            where = target.span or span
            row = tuple(number.value for item in left[0].items if (number := as_written(item)))
            self.items.append(Heading(left[0].span or span, line, features=row))
            self.items.append(Claim(where, line, Symbol("target", span=where), (Link("=", target, where),)))
            subject = Symbol("output", span=left[0].span)
        for answer, part in zip(answers, told, strict=True):
            assert answer is not None
            where = Span(part[0].start, part[-1].end)
            self.items.append(Claim(where, line, subject, (Link("=", answer, where),)))
        return True

    def _worked_out(
        self, inputs: Vector, told: Sequence[Sequence[Token]], relations: Sequence[Token]
    ) -> bool:
        """``(1, 1) → 2 - 1.5 = 0.5 → 1``: what comes out, and how, and the class that follows."""
        arrows = [k for k, relation in enumerate(relations) if relation.value == "→"]
        if not arrows or arrows[0] or not all(told):
            return False
        for start, stop in zip(arrows, [*arrows[1:], len(told)], strict=True):
            span = Span(told[start][0].start, told[stop - 1][-1].end)
            links = self._links(relations[start:stop], told[start:stop], span, report=True)
            if links:
                subject = Apply(OUTPUT_AT, inputs, span=inputs.span)
                self.items.append(Claim(span, self.source.line(span.start), subject, links))
        self.open_claims = None
        return True

    def _just_before(self, statement: Statement) -> Item | None:
        """The last item, if nothing but an arrow stands between it and a statement."""
        last = self.items[-1] if self.items else None
        gap = self.source.text[last.span.end : statement.tokens[0].start] if last is not None else "\n"
        return last if len(gap) < MAX_ARROW and "\n" not in gap and not _WORDED.search(gap) else None

    def _is_next_answer(self, statement: Statement, part: Sequence[Token]) -> bool:
        """Whether a number behind a semicolon is an answer of its own: ``≈ 0.62; ≈ -0.76``."""
        start = statement.tokens[0].start
        before = self.source.text[max(0, start - 8) : start].rstrip(" $`")
        signed = len(part) == 2 and part[0].kind == OPERATOR and part[0].value in "+-"
        return before.endswith((";", "；")) and part[-1].kind == NUMBER and (len(part) == 1 or signed)

    def _defining(self) -> bool:
        """Whether the last claim is about a function of a symbol, ``f(z) = 1``: a comparison is then its condition."""
        last = self.items[-1] if self.items else None
        subject = last.subject if isinstance(last, Claim) else None
        return isinstance(subject, Apply) and isinstance(subject.arg, Symbol) and not subject.arg.index

    def _without_relation(self, statement: Statement, part: list[Token], first: bool) -> None:
        numbers = [token for token in part if token.kind == NUMBER]
        if part and part[0].kind == COMMAND and part[0].value.startswith("begin:"):
            self._bare_threshold(part)
            return
        if self.dangling is not None and first and self.open_claims is not None and part:
            relation, self.dangling = self.dangling, None
            self._continue([part], [relation], statement)
        elif _is_point(part):
            self._place(part)
        elif len(part) == 1 and numbers and first and part[0].value.isdigit() and not statement.words:
            line = self.source.line(part[0].start)
            self.ordinal = Heading(part[0].span, line, ordinal=int(part[0].value))
        elif (first or statement.words) and self._is_answer(part, statement):
            link = Link(
                "=",
                parse([token for token in part if token.value != "^"])[0],
                Span(part[0].start, part[-1].end),
            )
            self._add(Claim(link.span, self.source.line(link.span.start), None, (link,)))
        elif statement.arrow and len(numbers) == 1 and len(part) <= 2 and self.items:
            self._concluded(part, numbers[0])
        elif first and _said(part) and statement.whole:
            self._said_value(statement, part, _said(part))
        elif _names_rows(part) and is_list(part[1:]) and len(numbers) > 1:  # new predictions [0.4, 0.8] give
            self._said_value(statement, part, 1)
        elif numbers and any(token.kind == OPERATOR and token.value in "+-*/" for token in part[1:]):
            self.loose, self.open_claims = part, None

    def _place(self, part: Sequence[Token], argument: bool = False, value: Sequence[Token] = ()) -> None:
        """A point of numbers, for what is worked out there, and what an arrow leads to from it."""
        with suppress(NotReadError, InputError):
            numbers = parse(part)[0]
            leads_to = parse(value)[0] if value else None
            items = numbers.items if isinstance(numbers, Vector) else (numbers,)
            span = Span(part[0].start, part[-1].end)
            self.items.append(Place(span, self.source.line(span.start), items, argument, leads_to))

    def _is_answer(self, part: Sequence[Token], statement: Statement) -> bool:
        """Whether a decimal stands alone in its line in bold or between dollars: an answer."""
        if sum(token.kind == NUMBER for token in part) != 1:
            return False
        if any(token.kind != NUMBER and token.value not in ("+", "-", "^") for token in part):
            return False
        number = next(token for token in part if token.kind == NUMBER)
        if statement.words:  # (value used: $-119.7171$.)
            start = part[0].start
            before, after = (
                self.source.text[max(0, start - 1) : start],
                self.source.text[number.end : number.end + 1],
            )
            return (before, after) == ("$", "$") and len(number.value) > LONG
        line = self.source.text[slice(*_bounds(self.source, number.start))].strip(" .>")
        return (
            "." in number.value and line.startswith(("**", "$", "\\(")) and line.endswith(("**", "$", "\\)"))
        )

    def _said_value(self, statement: Statement, part: list[Token], name: int) -> None:
        """``error 0.35``: a claim without a relation sign."""
        part = [token for token in part if token.value != "^"]
        sign = Token(RELATION, "=", part[name].start, part[name].start)
        subject = _slope_by(part[1]) if name == 2 else None
        self._claim(statement, [part[:name], part[name:]], [sign], subject)

    def _class_named(self, parts: list[list[Token]], relations: list[Token]) -> bool:
        r"""``... >= 0.5, so \hat{y}_1 = 1``: whether this names the class that a comparison leads to."""
        last = self.items[-1] if self.items else None
        if not isinstance(last, Claim) or not any(
            link.relation in (">", ">=", "<", "<=", ">>", "<<") for link in last.links
        ):
            return False
        numbers = [token for token in parts[-1] if token.kind == NUMBER]
        if len(relations) != 1 or relations[0].value != "=" or len(numbers) != 1 or len(parts[1]) > 2:
            return False
        if any(token.kind == NUMBER and "." in token.value for token in parts[1]):
            return False
        self._concluded(parts[1], numbers[0])
        return True

    def _concluded(self, part: list[Token], number: Token) -> None:
        """``... > 0.5, so 1``: the class that a comparison leads to."""
        last = self.items[-1]
        if not isinstance(last, Claim):
            return
        written = number.written
        assert written is not None
        if part[0].kind == OPERATOR and part[0].value == "-":
            written = replace(written, text="-" + written.text, value=-written.value)
        self.items[-1] = replace(last, concluded=written)

    def _bare_threshold(self, part: list[Token]) -> None:
        """A decision rule that stands alone: ``our predictions are {1 if z >= 0.5, ...}``."""
        span = Span(part[0].start, part[-1].end)
        try:
            found = self._threshold(parse(part)[0], span)
        except (NotReadError, InputError) as error:
            self.refuse(span, str(error))
            return
        if found:
            self.items.append(found)

    # -- claims

    def _claim(
        self, statement: Statement, parts: list[list[Token]], relations: list[Token], subject: Expr | None
    ) -> None:
        """A claim with what is left of its first relation sign as subject."""
        span = Span(statement.tokens[0].start, statement.tokens[-1].end)
        has_number = any(
            token.kind == NUMBER or token.value.startswith("misread:") for token in statement.tokens
        )
        self.dangling = None
        if _destroyed(statement.tokens):
            self._lost(parts[0], span, has_number)
            return
        if _supposed(statement, parts):
            self.open_claims = None
            return
        trailing = None
        if not parts[-1]:
            parts, relations, trailing = parts[:-1], relations[:-1], relations[-1]
        parts = _accumulated([*parts[:-1], _without_preposition(self.source.text, parts[-1])], relations)
        parts, behind = _without_class(_without_row(parts))
        parts = _with_brackets(_without_list(parts))
        if _is_marked_new(parts[0]):
            parts[0] = [*parts[0][:-1], Token(POWER, "mark:new", parts[0][-1].start, parts[0][-1].end)]
        try:
            subject = subject or name_with_place(parts[0]) or parse(parts[0])[0]
        except (NotReadError, InputError) as error:
            if has_number and _mathematical(statement, parts):
                self.refuse(span, str(error))
            if len(parts) < 3 or any(token.kind == WORD for token in parts[0]):
                self.open_claims = None
                return
        subject = _one_name(subject)
        if isinstance(subject, Symbol):
            subject = _qualified(_wanted(_counted(subject, statement), statement), statement)
            subject = self._phrase(subject, statement)
        label, self.ordinal = self.ordinal, None
        threshold = None if subject is None else self._threshold(subject, span)
        if threshold:
            self.items.append(threshold)
            return
        links = self._links(relations, parts[1:], span, has_number)
        if links and statement.cut and _is_formula_part(parts[-1]):
            self.refuse(span, "a word stands in the formula")
            links = links[:-1] or None
        if links is None and not isinstance(subject, Symbol):
            self.open_claims = None
            return
        claim = Claim(span, self.source.line(span.start), subject, links or (), label)
        at = _last_bracket(parts[0])
        if at and (_is_point(parts[0][at:]) or (_is_gradient(subject) and _is_number(parts[0][at + 1 : -1]))):
            self._place(parts[0][at:], argument=True)
        self._add(claim)
        if behind is not None and behind.written is not None:
            link = Link("=", Number(behind.written.value, behind.written, span=behind.span), behind.span)
            line = self.source.line(behind.start)
            self.items.append(Claim(behind.span, line, Symbol("out", span=behind.span), (link,)))
        if trailing is not None and not self._is_followed(trailing):
            self.dangling = trailing

    def _is_followed(self, relation: Token) -> bool:
        """Whether something that is no mathematics stands behind a relation sign: ``flags = [True]``."""
        behind = self.source.text[relation.end : _bounds(self.source, relation.start)[1]].lstrip(" $")
        return behind.startswith("\\text") or behind.removeprefix("[")[:1].isalpha()

    def _phrase(self, subject: Symbol, statement: Statement) -> Symbol:
        """``decay rate = 1`` where a formula of the document speaks of the decay rate: one name."""
        words = [word for word in statement.words if word.end <= statement.tokens[0].start]
        near = words and statement.tokens[0].start - words[-1].end <= 2
        name = f"{words[-1].value.lower()}_{subject.name}" if near and self.phrases else ""
        return replace(subject, name=name) if name in self.phrases else subject

    def _lost(self, left: Sequence[Token], span: Span, report: bool) -> None:
        """A statement with a destroyed character: nothing of it is used, and its quantity is unknown from here on."""
        self.open_claims = None
        if report:
            self.refuse(span, "a character was destroyed")
        with suppress(NotReadError, InputError):
            subject = name_with_place(left) or parse(left)[0]
            if isinstance(subject, Symbol):
                self.items.append(Claim(span, self.source.line(span.start), subject, ()))

    def _links(
        self, relations: Sequence[Token], parts: Sequence[Sequence[Token]], span: Span, report: bool
    ) -> tuple[Link, ...] | None:
        """Links that could be read; None if the others cannot stand without those that could not."""
        links: list[Link] = []
        reasons: list[str] = []
        if any(_destroyed(part) for part in parts):
            self.refuse(span, "a character was destroyed")
            return None
        parts, relations = _working_behind(parts, relations)
        for relation, part in zip(relations, parts, strict=True):
            try:
                links.append(_link(relation, part))
            except (NotReadError, InputError) as error:
                reasons.append(str(error))
        if reasons and report:
            self.refuse(span, reasons[0])
        if reasons and not (links and as_written(links[-1].expr)):
            return None
        return tuple(links)

    def _add(self, claim: Claim) -> None:
        start = len(self.items)
        try:
            claims = componentwise(claim, self.numbered)
        except ShapeError as error:
            self.open_claims = None
            matrix = _matrix(claim)
            rest = _without_formulas(claim)
            if matrix is not None:
                self.items.append(replace(claim, links=(), given=matrix))
            elif rest is not None:
                self.refuse(claim.links[0].span, str(error))
                self._add(rest)
            else:
                self.refuse(claim.span, str(error))
            return
        if self._goes_on(claims):
            return
        for each in claims:
            found = self._threshold(each.links[0].expr, claim.span) if each.links else None
            ruled = found is not None and not isinstance(each.subject, Apply)
            self.items.append(replace(found, subject=each.subject) if found and ruled else each)
        self.open_claims = range(start, len(self.items))

    def _goes_on(self, claims: Sequence[Claim]) -> bool:
        """Whether the same left side again goes on with the claim before, which has an expression and no value yet."""
        if (
            self.open_claims is None
            or len(self.open_claims) != len(claims)
            or self.open_claims.stop != len(self.items)
        ):
            return False
        before = [self.items[at] for at in self.open_claims]
        for earlier, claim in zip(before, claims, strict=True):
            if (
                not isinstance(earlier, Claim)
                or not isinstance(claim.subject, Symbol | Apply)
                or earlier.subject != claim.subject
            ):
                return False
            if len(earlier.links) > MAX_LINKS:
                return False
            if (
                not earlier.links
                or not claim.links
                or not _unfinished(earlier.links[-1])
                or not is_numeric(claim.links[0].expr)
            ):
                return False
        for at, earlier, claim in zip(self.open_claims, before, claims, strict=True):
            assert isinstance(earlier, Claim)
            self.items[at] = replace(earlier, links=earlier.links + claim.links)
        return True

    def _threshold(self, expr: Expr, span: Span) -> Threshold | None:
        """A decision rule in a cases environment."""
        if not isinstance(expr, Piecewise) or len(expr.branches) != 1:
            return None
        branch = expr.branches[0]
        upper, lower = as_written(branch.value), as_written(expr.otherwise)
        bound = as_written(branch.condition.right)
        if upper is None or lower is None or bound is None:
            return None
        if branch.condition.relation in ("<", "<="):
            upper, lower = lower, upper
        inclusive = branch.condition.relation in (">=", "<")
        return Threshold(span, self.source.line(span.start), bound, upper, lower, inclusive)

    def _continue(self, parts: list[list[Token]], relations: list[Token], statement: Statement) -> None:
        """Links that belong to the claim before."""
        self.dangling = None
        if self.open_claims is None:
            return
        before = [self.items[at] for at in self.open_claims]
        if any(isinstance(item, Claim) and len(item.links) > MAX_LINKS for item in before):
            self.open_claims = None
            return
        trailing = None
        if parts and not parts[-1]:
            parts, trailing, relations = parts[:-1], relations[-1], relations[:-1]
        span = Span(statement.tokens[0].start, statement.tokens[-1].end)
        links = self._links(relations, parts, span, any(token.kind == NUMBER for token in statement.tokens))
        if not links:
            return
        if self._becomes_vector(before, links):
            self.dangling = trailing
            return
        try:
            added = _continued(links, len(before))
        except ShapeError as error:
            self.refuse(span, str(error))
            return
        for at, claim, more in zip(self.open_claims, before, added, strict=True):
            if isinstance(claim, Claim):
                self.items[at] = replace(claim, links=claim.links + more)
        self.dangling = trailing

    def _becomes_vector(self, before: Sequence[Item], links: tuple[Link, ...]) -> bool:
        """``w = w + η e x`` over ``= [0, 0] + 0.2 [1, 2]``: a formula in symbols that goes on as a vector."""
        claim = before[0] if len(before) == 1 else None
        if (
            not isinstance(claim, Claim)
            or self.open_claims is None
            or self.open_claims.stop != len(self.items)
        ):
            return False
        if any(is_numeric(link.expr) for link in claim.links) or not any(
            holds_vector(link.expr) for link in links
        ):
            return False
        try:
            parts = componentwise(replace(claim, links=claim.links + links), self.numbered)
        except ShapeError:
            return False
        if len(parts) == 1:
            return False
        start = self.open_claims.start
        self.items[start:] = parts
        self.open_claims = range(start, len(self.items))
        return True

    def _braces(self, statement: Statement) -> None:
        """``\\underbrace{0.5·2}_{=1}``: what stands below is a claim about what stands above."""
        braces = [
            at
            for at, token in enumerate(statement.tokens)
            if token.kind == COMMAND and token.value in _BRACES
        ]
        for at in braces[:MAX_BRACES]:
            above, after = _braced(statement.tokens, at + 1)
            if after >= len(statement.tokens) or statement.tokens[after].value not in ("_", "^"):
                continue
            below, _ = _braced(statement.tokens, after + 1)
            below = below[1:] if below and below[0].kind == RELATION else below
            if not (above and below):
                continue
            try:
                left, right = parse(above)[0], parse(below)[0]
            except (NotReadError, InputError):
                continue
            swapped = isinstance(right, Symbol)
            subject, expr, part = (right, left, above) if swapped else (left, right, below)
            span = Span(above[0].start, below[-1].end)
            self.items.append(
                Claim(
                    span,
                    self.source.line(span.start),
                    subject,
                    (Link("=", expr, Span(part[0].start, part[-1].end)),),
                )
            )


# -- parts of statements


def _without_preposition(text: str, part: list[Token]) -> list[Token]:
    """``y = m x + b a los datos``: the *a* in front of a word is no factor of the b."""
    if len(part) < 2 or part[-1].kind != NAME or part[-1].value != "a" or part[-2].kind not in (NAME, NUMBER):
        return part
    spaced = part[-2].end < part[-1].start and _WORD_BEHIND.match(text, part[-1].end) is not None
    return part[:-1] if spaced else part


def _accumulated(parts: list[list[Token]], relations: Sequence[Token]) -> list[list[Token]]:
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


def _is_marked_new(left: Sequence[Token]) -> bool:
    """``w1+``: a plus glued to the end of a name says that its new value is meant."""
    if len(left) != 2 or left[0].kind != NAME:
        return False
    return left[1].kind == OPERATOR and left[1].value == "+" and left[0].end == left[1].start


def _supposed(statement: Statement, parts: Sequence[Sequence[Token]]) -> bool:
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


# how prose says which variable a slope is taken by: the last words in front of its name
_RESPECT = (
    ("respect", "to"), ("wrt",), ("w.r.t",), ("rapport", "à"), ("respecto", "a"), ("respecto", "al"), ("respeito", "a"), ("relação", "a"), ("rispetto", "a"),
    ("nach",), ("bezüglich",), ("по",), ("terhadap",), ("względem",), ("theo",),
)  # fmt: skip
_OF_SLOPES = ("deriv", "dériv", "ableit", "gradi", "градиент", "производн", "turunan", "pochodn", "đạo", "slope", "pente", "pendiente", "steigung")  # fmt: skip


def _by_its_variable(statement: Statement, topic: Sequence[Token]) -> None:
    """``the gradient with respect to w1 is -0.04``: the slope by w1, and not w1."""
    tokens = statement.tokens
    words = [word.value.lower() for word in statement.words if word.end <= tokens[0].start]
    if words and tokens[0].value == "a" and len(tokens) > 1 and tokens[1].kind == NAME:
        words.append("a")  # respecto a w1
    if not words or not any(tuple(words[-len(phrase) :]) == phrase for phrase in _RESPECT):
        return
    about = any(word.startswith(_OF_SLOPES) for word in words)
    if len(topic) == 1 and topic[0].kind == NAME:
        about |= Role.GRADIENT in roles_of(topic[0].value)
    at = 1 if words[-1] == "a" and tokens[0].value == "a" else 0
    if not about or tokens[at].kind != NAME or len(tokens) < at + 2 or tokens[at + 1].kind != RELATION:
        return
    name, _, digits = tokens[at].value.partition("#")
    slope = Token(DERIVATIVE, f"L|{name}|{digits}", tokens[at].start, tokens[at].end)
    statement.tokens = [slope, *tokens[at + 1 :]]


def _destroyed(tokens: Sequence[Token]) -> bool:
    return any(token.value == DESTROYED and token.kind == COMMAND for token in tokens)


def _is_sign(source: Source, token: Token) -> bool:
    """Whether a name is written as a sign, ``\\alpha`` or ``α``, and not as a word."""
    first = source.text[token.start]
    return first == "\\" or not first.isascii()


def _bounds(source: Source, at: int) -> tuple[int, int]:
    """Where the line with this character starts and ends."""
    span = source.line_span(source.line(at))
    return span.start, span.end


def _bare_comparison(parts: Sequence[Sequence[Token]], relations: Sequence[Token]) -> bool:
    """``z >= 0``: a name without an index, and how it compares with a number."""
    if len(relations) != 1 or relations[0].value not in ("<", "<=", ">", ">="):
        return False
    left, right = parts
    one_name = len(left) == 1 and left[0].kind == NAME and "#" not in left[0].value
    return one_name and len(right) <= 2 and any(token.kind == NUMBER for token in right)


def _behind_if(statement: Statement) -> bool:
    return bool(statement.words) and statement.words[-1].value.lower() in IF


def _unfinished(link: Link) -> bool:
    """Whether a link is an expression in numbers that is not worked out."""
    return link.relation in ("=", "≈") and is_numeric(link.expr) and as_written(link.expr) is None


def _braced(tokens: Sequence[Token], at: int) -> tuple[list[Token], int]:
    """Tokens of a braced group, or one token; and the position behind it."""
    if at >= len(tokens) or tokens[at].kind != OPEN:
        return list(tokens[at : at + 1]), at + 1
    depth = 0
    for end in range(at, min(len(tokens), at + 400)):
        depth += (tokens[end].kind == OPEN) - (tokens[end].kind == CLOSE)
        if depth == 0:
            return list(tokens[at + 1 : end]), end + 1
    return [], len(tokens)


def _without_row(parts: list[list[Token]]) -> list[list[Token]]:
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


def _without_list(parts: list[list[Token]]) -> list[list[Token]]:
    """``eta = 0.1  [0.0, 0.6, 1.08]``, as a program prints a number and a list: the list is no factor of the number."""
    last = parts[-1]
    if len(parts) != 2 or len(last) < 4 or len(parts[0]) != 1 or parts[0][0].kind not in (NAME, WORD):
        return parts
    if Role.LEARNING_RATE not in roles_of(parts[0][0].value):
        return parts
    number, opening = last[:2]
    printed = number.kind == NUMBER and opening.value == "[" and number.end < opening.start
    return [parts[0], [number]] if printed and last[-1].value == "]" else parts


def _with_brackets(parts: list[list[Token]]) -> list[list[Token]]:
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


def _without_class(parts: list[list[Token]]) -> tuple[list[list[Token]], Token | None]:
    """``z = 0.49 1``: the class that stands behind a net input, taken off it."""
    last = parts[-1]
    if len(parts) < 2 or not 1 < len(last) < 4 or last[-1].kind != NUMBER or last[-2].kind != NUMBER:
        return parts, None
    apart = last[-2].end < last[-1].start
    if not apart or last[-1].value not in ("0", "1") or (len(last) > 2 and last[0].value not in "+-"):
        return parts, None
    return [*parts[:-1], last[:-1]], last[-1]


def _listed(found: list[Statement]) -> list[Statement]:
    """``Errors: -1.5, -3.0, -4.5``: numbers behind a label, with commas between them, as one list."""
    done: list[Statement] = []
    for statement in found:
        statement.tokens = _spaced_list(statement.tokens)
        before = done[-1].tokens if done else []
        at = next((k for k, token in enumerate(before) if token.kind == RELATION), 0)
        counted = all(token.value.isdigit() for token in before[1:])  # predicted 0; 2 of them rightly
        counted = counted or counts_epochs([*done[-1].words, *before] if done else [])
        if not at and not counted and _names_rows(before) and _is_number_or_list(before[1:], plain=True):
            # errors -0.8, -1.9: the first of a list
            at, before = 1, [before[0], Token(RELATION, ":", before[1].start, before[1].start), *before[1:]]
        labelled = at > 0 and before[at].value == ":" and _is_number_or_list(before[at + 1 :])
        if labelled and not statement.words and _is_number_or_list(statement.tokens, plain=True):
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


def _names_rows(part: Sequence[Token]) -> bool:
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


def _is_number_or_list(part: Sequence[Token], plain: bool = False) -> bool:
    """Whether a part is a signed number, or a list that was made here."""
    if not plain and len(part) > 2 and part[0].kind == OPEN and part[0].start == part[0].end:
        return True
    return 0 < len(part) < 3 and part[-1].kind == NUMBER and (len(part) == 1 or part[0].value in ("+", "-"))


def _compared(statement: Statement) -> list[Statement]:
    """``|x| = 3.2 > |y| = 0.4``: what is compared with and then given a value is a claim of its own."""
    if not any(token.value in _ORDERED for token in statement.tokens):
        return [statement]
    parts, relations = sides(statement)
    for k, relation in enumerate(relations[:-1]):
        compared = parts[k + 1]
        if (
            relation.value in _ORDERED
            and relations[k + 1].value in _CONTINUING
            and any(token.kind == NAME for token in compared)
            and not any(token.kind in (OPERATOR, NUMBER) and "." in token.value for token in compared)
        ):
            stop = compared[-1].end
            first = [token for token in statement.tokens if token.end <= stop]
            second = [token for token in statement.tokens if token.start >= compared[0].start]
            before = Statement(first, statement.words, statement.arrow, statement.opens_row)
            return [before, *_compared(Statement(second))]
    return [statement]


def _without_answers(pieces: list[Statement], text: str) -> list[Statement]:
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
    if (
        len(tokens) < 2
        or tokens[0].value not in _CONTINUING
        or not _is_number_or_list(tokens[1:], plain=True)
    ):
        return None
    written = tokens[-1].written
    negative = written is not None and tokens[1].value == "-"
    return replace(written, value=-written.value) if negative and written is not None else written


def _pairs(statement: Statement) -> list[Statement]:
    """``x1 4.8 loss 225.0, grad x1 2.0``: a list of names with their values, without signs between them, taken apart."""
    tokens = statement.tokens
    ends = [
        at
        for at, token in enumerate(tokens)
        if token.kind == NUMBER and at + 1 < len(tokens) and tokens[at + 1].kind == NAME
    ]
    behind = next((at + 1 for at in ends if _said(tokens[at + 1 :]) and len(tokens) - at < 4), None)
    if behind is not None and any(token.kind == RELATION for token in tokens[:behind]):  # x = 1 output 1.5
        first = Statement(tokens[:behind], statement.words, statement.arrow, statement.opens_row)
        return [first, Statement(tokens[behind:])]
    if not ends or any(token.kind not in (NAME, NUMBER) and token.value not in "+-" for token in tokens):
        return [statement]
    parts = [
        tokens[start:stop]
        for start, stop in zip([0, *(at + 1 for at in ends)], [*(at + 1 for at in ends), None], strict=True)
    ]
    if any(not _said(part, short=True) for part in parts):
        return [statement]
    return [Statement(part, statement.words if not k else [], whole=False) for k, part in enumerate(parts)]


def _is_gradient(subject: Expr | None) -> bool:
    """Whether a left side is the gradient of a function: ``∇f(-0.9)``."""
    return isinstance(subject, Symbol) and subject.name == "dL/dw" and not subject.index


def _working_behind(
    parts: Sequence[Sequence[Token]], relations: Sequence[Token]
) -> tuple[Sequence[Sequence[Token]], Sequence[Token]]:
    """``lr = 0.05 (0.1 * 0.5)``: the working that stands in brackets behind a value, in front of it.

    A product looks the same, and is not nearly its own first factor.
    """
    last = parts[-1] if parts else ()
    if len(last) < 5 or last[0].kind != NUMBER or last[1].value != "(" or last[-1].value != ")":
        return parts, relations
    inside, number = last[2:-1], last[0].written
    depth = 0
    for token in inside:
        depth += (token.kind == OPEN) - (token.kind == CLOSE)
        if depth < 0 or token.kind == RELATION:
            return parts, relations
    if number is None or last[0].end == last[1].start or not any(t.kind == OPERATOR for t in inside):
        return parts, relations
    try:
        worked = evaluate(parse(inside)[0], lambda symbol: Fraction(symbol.name), neuron_arithmetic())
    except (DeltaruleError, NotReadError, ArithmeticError, ValueError):
        return parts, relations
    if abs(worked - number.value) > _NEARLY * abs(worked):
        return parts, relations
    return [*parts[:-1], inside, last[:1]], [*relations, relations[-1]]


def _is_number(part: Sequence[Token]) -> bool:
    """Whether a part is a number with a sign or none."""
    return 0 < len(part) < 3 and part[-1].kind == NUMBER and (len(part) == 1 or part[0].value in ("+", "-"))


def _inputs(
    parts: Sequence[Sequence[Token]], relations: Sequence[Token]
) -> tuple[list[Vector], Sequence[Sequence[Token]]]:
    """Inputs in brackets in front of an arrow, with their target if that stands beside them, and what is behind; else nothing."""
    first = parts[0]
    if first and first[0].kind == NAME and Role.FEATURE in roles_of(first[0].value.partition("#")[0]):
        if len(first) == 1 and len(parts) > 1 and relations[0].value in ("=", ":"):
            parts, relations = parts[1:], relations[1:]  # x = [0, 1] → 1
            first = parts[0]
        else:
            first = first[1:]
    if len(parts) < 2 or relations[0].value != "→" or not first or not is_list(first):
        return [], ()
    left = _lists(first)
    if len(left) > 2 or (len(left) == 2 and len(left[1].items) != 1):
        return [], ()
    if left and len(left[0].items) == 1 and parts[1] and parts[1][0].kind == OPEN:
        return [], ()  # [0.5] → [0.3] goes from one to the other
    return left, parts[1:]


def _is_formula_part(part: Sequence[Token]) -> bool:
    """Whether names are calculated with."""
    kinds = {token.kind for token in part}
    return NAME in kinds and OPERATOR in kinds


def _is_output(subject: Expr | None) -> TypeGuard[Apply]:
    """Whether a claim says what comes out for inputs."""
    return isinstance(subject, Apply) and subject.function == OUTPUT_AT


def _lists(part: Sequence[Token]) -> list[Vector]:
    """The lists that stand side by side: ``[0 1] [1]``; none unless all are lists of numbers."""
    found: list[Vector] = []
    depth = start = 0
    for at, token in enumerate(part):
        depth += (token.kind == OPEN) - (token.kind == CLOSE)
        if depth:
            continue
        try:
            numbers = parse(part[start : at + 1])[0]
        except (NotReadError, InputError):
            return []
        flat = Vector((numbers,)) if as_written(numbers) and part[start].value == "[" else _flat(numbers)
        start = at + 1
        if flat is None:
            return []
        found.append(flat)
    return found


def _flat(expr: Expr) -> Vector | None:
    """A list of numbers, the rows of a column without their brackets: ``[[0], [1]]``."""
    if not isinstance(expr, Vector):
        return None
    items = tuple(
        item.items[0] if isinstance(item, Vector) and len(item.items) == 1 else item for item in expr.items
    )
    return Vector(items, span=expr.span) if all(as_written(item) for item in items) else None


def _number_alone(part: Sequence[Token]) -> Expr | None:
    """A number, or one that is a list by itself: ``1``, ``[0.8]``."""
    if not part or not any(token.kind == NUMBER for token in part):
        return None
    try:
        expr = parse(part)[0]
    except (NotReadError, InputError):
        return None
    flat = _flat(expr)
    alone = flat.items[0] if flat is not None and len(flat.items) == 1 else expr
    return alone if as_written(alone) is not None else None


def _is_point(part: Sequence[Token]) -> bool:
    """Whether nothing but numbers stand in a bracket: ``(8.1, 0)``."""
    if len(part) < 5 or part[0].kind != OPEN or part[-1].kind != CLOSE or part[0].value not in "([":
        return False
    inside = part[1:-1]
    parted = sum(token.kind == SEPARATOR and token.value in ",;|" for token in inside)
    plain = all(
        token.kind == NUMBER
        or (token.kind == SEPARATOR and token.value in ",;|")
        or (token.kind == OPERATOR and token.value in "+-")
        for token in inside
    )
    return plain and parted > 0 and sum(token.kind == NUMBER for token in inside) == parted + 1


def _maps_point(parts: Sequence[Sequence[Token]], relations: Sequence[Token]) -> bool:
    """``(0, 1) -> 1``, ``x = (0, 1) -> 1``: an input and its target."""
    named = len(parts) == 3 and len(parts[0]) == 1 and relations[0].value == "="
    if relations[-1].value != "→" or not (len(parts) == 2 or named) or not _is_point(parts[-2]):
        return False
    return _is_number_or_list(parts[-1], plain=True)


def _said(part: Sequence[Token], short: bool = False) -> int:
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
    if _is_point(behind) and name in known_words() and len(name) > 3:
        return 1  # gradient (0.5, -2)
    if len(behind) == 2 and behind[0].kind == OPERATOR and behind[0].value in "+-":
        behind = behind[1:]
    brief = short and ("#" in part[0].value or (len(name) == 1 and "." in behind[-1].value))
    known = (len(name) > 2 or brief) and (name in known_words() or short)
    fits = known and len(behind) == 1 and behind[0].kind == NUMBER
    return 1 if fits and part[0].end < part[1].start else 0


def _slope_by(variable: Token) -> Symbol:
    """The slope by a variable: ``grad x1``."""
    name, _, digits = variable.value.partition("#")
    return Symbol(f"dL/d{name}", (int(digits),) if digits.isdigit() else (), ("",), span=variable.span)


def _word_subject(statement: Statement, relation: Token) -> Symbol | None:
    """A quantity named by a word that we do not know: ``velocity = 0.2``."""
    if not statement.words:
        return None
    last = statement.words[-1]
    name = " ".join(last.value.split())
    if not name or relation.start - last.end > 2 or name.lower() in _NO_NAMES or not name[0].isalpha():
        return None
    return Symbol(name.replace(" ", "_"), span=last.span)


def _without_word(subject: Sum) -> Sum:
    first = subject.terms[0]
    word = first.factors[0] if isinstance(first, Product) and len(first.factors) == 2 else None
    if not isinstance(first, Product) or not isinstance(word, Symbol) or word.index or len(word.name) < 5:
        return subject
    named = Role.ERROR in roles_of(word.name)[:1]
    return replace(subject, terms=(first.factors[1], *subject.terms[1:])) if named else subject


def _one_name(subject: Expr | None) -> Expr | None:
    """``learning rate h``, ``bias x_0``, ``Velocity v_1``: a word and the symbol that it introduces are one name.

    So is one in front of a difference, ``errors h - y``, which is no product either.
    """
    if isinstance(subject, Sum):
        return _without_word(subject)
    if not isinstance(subject, Product) or len(subject.factors) != 2:
        return subject
    word, symbol = subject.factors
    if (
        not isinstance(word, Symbol)
        or not isinstance(symbol, Symbol)
        or len(word.name) < 3
        or word.index
        or ":" in word.name
        or word.name in GREEK_NAMES  # η ∂f/∂x is a product
    ):
        return subject
    known = set(roles_of(word.name))
    if len(symbol.name) > 2 and known | set(roles_of(symbol.name)) == {Role.FEATURE, Role.WEIGHT}:
        return subject  # inputs * weights
    if Role.GRADIENT in known and not {Role.GRADIENT, Role.CHANGE} & set(roles_of(symbol.name)):
        zero = symbol.index == (0,) and symbol.name in ("theta", "w")  # grad θ_0
        weight = symbol.name in ("w", "W", "theta")
        name = "dL/db" if zero or symbol.name == "b" else "dL/dw" if weight else f"dL/d{symbol.name}"
        return Symbol(name, () if zero else symbol.index, ("",), span=symbol.span)
    shared = known & set(roles_of(symbol.name)) or Role.FEATURE in roles_of(symbol.name)
    return symbol if shared else word if known else subject


def _qualified(subject: Symbol, statement: Statement) -> Symbol:
    """A name with the word in front of it that says which one is meant: ``new w1``."""
    words = [word for word in statement.words if word.end <= statement.tokens[0].start]
    mark = (
        MARKS.get(words[-1].value.lower())
        if words and statement.tokens[0].start - words[-1].end <= 2
        else None
    )
    return replace(subject, marks=(*subject.marks, mark)) if mark in ("new", "old") else subject


_WANTED = frozenset(
    {"true", "expected", "desired", "correct", "wanted", "required", "erwartete", "gewünschte", "wahre", "richtige", "vraie", "verdadera", "ожидаемый", "желаемый"}
)  # fmt: skip


def _wanted(subject: Symbol, statement: Statement) -> Symbol:
    """``True output: 0``: the target, whose name says that it is an output."""
    words = [word for word in statement.words if word.end <= statement.tokens[0].start]
    beside = bool(words) and statement.tokens[0].start - words[-1].end <= 2
    if not beside or words[-1].value.lower() not in _WANTED or len(subject.name) < 3:
        return subject
    shared = {Role.OUTPUT, Role.PREDICTION} & set(roles_of(subject.name)[:1])
    return replace(subject, name="target") if shared else subject


_SIZES = frozenset(
    {"size", "sizes", "größe", "taille", "tamaño", "tamanho", "dimensione", "ukuran", "размер", "boyutu", "rozmiar", "大小"}
)  # fmt: skip
_BETWEEN = frozenset({"of", "de", "von", "di", "da", "is"})


def _counted(subject: Symbol, statement: Statement) -> Symbol:
    """``a mini-batch size of b = 2``: a letter that counts rows, whatever it is elsewhere."""
    words = [
        word.value.lower().split()[-1]
        for word in statement.words
        if word.end <= statement.tokens[0].start and word.value.split()
    ]
    while words and words[-1] in _BETWEEN:
        words.pop()
    sized = bool(words) and words[-1] in _SIZES and subject.name == "b" and not subject.index
    return replace(subject, name="batch_size") if sized else subject


def _mathematical(statement: Statement, parts: Sequence[Sequence[Token]]) -> bool:
    """Whether a statement that cannot be parsed was mathematics at all, and not prose."""
    if not all(parts):
        return False
    return any(token.kind in (OPERATOR, OPEN, CLOSE, NAME) for token in statement.tokens)


def _link(relation: Token, part: Sequence[Token]) -> Link:
    if not part:
        raise NotReadError("two relation signs in a row", relation.start)
    expr, readings = parse(part)
    value = "=" if relation.value in ("←", "→", ":") else relation.value
    return Link(value, expr, Span(part[0].start, part[-1].end), readings)


def name_with_place(part: Sequence[Token]) -> Expr | None:
    """``w_1(2)``, ``E(w)``, ``MSE(1)``, ``J(10, 3)``: a name with what it belongs to in brackets."""
    opening = _last_bracket(part)
    if not opening:
        return None
    try:
        symbol = parse(part[:opening])[0]
    except (NotReadError, InputError):
        return None
    inside = part[opening + 1 : -1]
    if not isinstance(symbol, Symbol) or symbol.name in APPLIED:
        return None
    if (
        len(inside) == 1
        and inside[0].kind in (NAME, WORD)
        and inside[0].value.lower() in MARKS
        and len(inside[0].value) > 1
    ):
        return replace(symbol, marks=(*symbol.marks, MARKS[inside[0].value.lower()]))
    if part[opening - 1].value == "'" and inside:  # J'(3): a slope, not a new J
        try:
            primes = "'" * symbol.marks.count("new")
            return Apply(symbol.name + primes, parse(inside)[0], span=Span(part[0].start, part[-1].end))
        except (NotReadError, InputError):
            return None
    if len(inside) == 1 and inside[0].kind == NUMBER and inside[0].value.isdigit():
        return replace(symbol, upper=(*symbol.upper, int(inside[0].value)))
    if inside and all(token.kind not in (NUMBER, RELATION) or token.value == "1" for token in inside):
        return symbol
    listed = any(token.kind == SEPARATOR and token.value in ",;" for token in inside)
    if listed and _lists_names(inside):
        return symbol  # what it is a function of
    if (
        inside
        and (listed or "." in inside[0].value)
        and all(token.kind in (NUMBER, SEPARATOR, OPERATOR) for token in inside)
    ):
        return symbol  # the place at which it is worked out
    return None


def _lists_names(inside: Sequence[Token]) -> bool:
    """Whether names with their indices stand in a list: ``x_1, x_2``."""
    starts = {0} | {
        k + 1 for k, token in enumerate(inside) if token.kind == SEPARATOR and token.value in ",;"
    }
    if any(token.kind in (RELATION, WORD) for token in inside):
        return False
    if any(token.kind == OPERATOR and token.value not in ("_", "^") for token in inside):
        return False
    if any(k < len(inside) and inside[k].kind not in (NAME, COMMAND) for k in starts):
        return False
    return all(k and inside[k - 1].value in ("_", "{") for k, t in enumerate(inside) if t.kind == NUMBER)


def _last_bracket(part: Sequence[Token]) -> int | None:
    """Position of the round bracket that closes with the last token."""
    if not part or part[-1].kind != CLOSE or part[-1].value != ")":
        return None
    depth = 0
    for at in range(len(part) - 1, -1, -1):
        depth += (part[at].kind == CLOSE) - (part[at].kind == OPEN)
        if depth == 0:
            return at if part[at].value == "(" else None
    return None


# -- vectors


def componentwise(claim: Claim, numbered: Mapping[str, set[int]]) -> tuple[Claim, ...]:
    """A claim about a vector as one claim a component; `numbered` are the indices that names have elsewhere.

    Raises
    ------
    ShapeError
        Its sides do not fit together.
    """
    subject = claim.subject
    vectors = any(holds_vector(link.expr) for link in claim.links)
    if not vectors and (subject is None or isinstance(subject, Apply) or not holds_vector(subject)):
        return (claim,)  # f(x, y) is one number
    rest = [link.expr for link in claim.links if not _at_a_point(link.expr)]
    if len(rest) < len(claim.links) and not any(map(holds_vector, (*rest, *((subject,) if subject else ())))):
        return (claim,)  # and so is φ(t) = f(1 - t, 2 t) = 3 t
    listed = [components(link.expr) for link in claim.links]
    left = components(subject) if subject is not None else None
    sizes = {len(parts) for parts in (*listed, left) if parts is not None}
    if not sizes:
        links = tuple(replace(link, expr=number(link.expr), readings=()) for link in claim.links)
        return (replace(claim, subject=subject and number(subject), links=links),)
    if len(sizes) > 1:
        raise ShapeError("its sides are vectors of different sizes")
    count = sizes.pop()
    if left is None and subject is not None and not is_formula(subject):
        raise ShapeError("a vector is set equal to a number")
    first = _first_index(subject, count, numbered) if isinstance(subject, Symbol) else 1
    done: list[Claim] = []
    for k in range(count):
        about: Expr | None = None
        if left is not None:
            about = left[k]
        elif isinstance(subject, Symbol):
            about = _component_subject(subject, k + first - 1)
        elif subject is not None:
            about = named(subject, k + first - 1)
        links = tuple(
            _component_link(link, parts, k, first) for link, parts in zip(claim.links, listed, strict=True)
        )
        whole = subject if subject is not None and left is None and not isinstance(subject, Symbol) else None
        done.append(replace(claim, subject=about, links=links, part=k, formula=claim.formula or whole))
    return tuple(done)


def _at_a_point(expr: Expr) -> bool:
    """``f(1, 2)``: a function of several numbers; the usual ones are taken of each."""
    return (
        isinstance(expr, Apply) and isinstance(expr.arg, Vector) and expr.function not in FUNCTIONS.values()
    )


def _first_index(subject: Symbol, count: int, numbered: Mapping[str, set[int]]) -> int:
    """The index of a vector's first component: 0 where the document has a ``w_0`` in it, and where x has ``x_0`` with it."""
    indices = numbered.get(subject.name, set())
    if 0 not in indices:
        return 1
    if subject.name != "x":
        return int(max(indices) == count)  # w_0 may stand apart from w_1 to w_n
    weights = numbered.get("w", set()) | numbered.get("theta", set())
    return int(bool(subject.index) or weights != set(range(count)))


def _matrix(claim: Claim) -> Vector | None:
    """The matrix of numbers that a claim gives, ``X = [[1, 2], [3, 4]]``; None if it says anything else."""
    if not isinstance(claim.subject, Symbol) or len(claim.links) != 1 or not is_numeric(claim.links[0].expr):
        return None
    expr = claim.links[0].expr
    rows = expr.items if isinstance(expr, Vector) else ()
    return expr if isinstance(expr, Vector) and all(isinstance(row, Vector) for row in rows) else None


def _without_formulas(claim: Claim) -> Claim | None:
    """A claim about one number without its formulas of lists, ``w = w - lr * gradient(loss, w) = 0.9 - 0.05 = 0.85``."""
    plain = tuple(link for link in claim.links if is_numeric(link.expr))
    if len(plain) < 2 or len(plain) == len(claim.links) or any(holds_vector(link.expr) for link in plain):
        return None
    one_name = isinstance(claim.subject, Symbol) and not holds_vector(claim.subject)
    return replace(claim, links=plain) if one_name else None


def _continued(links: Sequence[Link], count: int) -> list[tuple[Link, ...]]:
    """Links that go on with `count` claims, one for each component."""
    if count == 1:
        return [tuple(replace(link, expr=number(link.expr)) for link in links)]
    listed = [components(link.expr) for link in links]
    if any(parts is not None and len(parts) != count for parts in listed):
        raise ShapeError("its sides are vectors of different sizes")
    return [
        tuple(_component_link(link, parts, k) for link, parts in zip(links, listed, strict=True))
        for k in range(count)
    ]


def _component_subject(subject: Symbol, k: int) -> Symbol:
    """The component of a vector's name: ``w`` gives ``w_1``; an index of the vector itself goes up."""
    if not subject.index:
        return replace(subject, index=(k + 1,))
    return replace(subject, index=(k + 1,), upper=(*subject.index, *subject.upper))


def _component_link(link: Link, parts: Sequence[Expr] | None, k: int, first: int = 1) -> Link:
    if parts is None and not is_formula(link.expr):
        raise ShapeError("a vector is set equal to a number")
    if parts is None:
        part = named(link.expr, k + first - 1)
        return Link(link.relation, part, part.span or link.span, whole=link.expr)
    return Link(link.relation, parts[k], parts[k].span or link.span)
