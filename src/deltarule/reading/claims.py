"""Statements to claims: subject, links, continuations, and what was left unread."""

import re
import unicodedata
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from fractions import Fraction

from deltarule.algebra.combination import is_numeric
from deltarule.algebra.evaluate import evaluate
from deltarule.algebra.expr import Apply, Expr, Number, Piecewise, Symbol, Vector
from deltarule.document import OUTPUT_AT, Claim, Heading, Item, Link, Place, Threshold
from deltarule.errors import DeltaruleError, InputError
from deltarule.findings import Unread
from deltarule.formulas import Role
from deltarule.notation import roles_of
from deltarule.rarely import rarely
from deltarule.reading.beside_weights import is_bias_beside
from deltarule.reading.componentwise import componentwise, continued, entrywise, namewise
from deltarule.reading.conditional import is_conditional, led_to_class
from deltarule.reading.gone_on import ROW, rows_gone_on
from deltarule.reading.headings import EPOCH_STEMS
from deltarule.reading.led_on import led_on
from deltarule.reading.lone_numbers import as_written
from deltarule.reading.mappings import (
    bare_point,
    inputs_of,
    is_formula_part,
    is_gradient,
    is_number,
    is_output,
    is_point,
    maps_point,
    number_by_itself,
    printed_point,
)
from deltarule.reading.mathtext import parse
from deltarule.reading.not_read import NotReadError
from deltarule.reading.parallel_lists import in_parallel
from deltarule.reading.phrases import phrases_of
from deltarule.reading.plain import plain_name, plain_statements
from deltarule.reading.statement_parts import (
    CONTINUING,
    accumulated,
    are_of_two_places,
    are_two_values,
    bare_comparison,
    behind_if,
    braced_below,
    compared_in_turn,
    is_destroyed,
    is_mathematical,
    is_range,
    is_supposed,
    is_unfinished,
    labelled_working,
    name_value_pairs,
    names_rows,
    spaced_lists,
    value_said,
    with_brackets,
    without_answers,
    without_class,
    without_list,
    without_row,
)
from deltarule.reading.statements import Statement, is_list, sides, statements
from deltarule.reading.subjects import (
    as_one_name,
    counted_by,
    is_marked_new,
    last_bracket,
    name_with_place,
    owned_by,
    qualified_by,
    slope_by,
    subject_in_words,
    told_by_variable,
    wanted_by,
    worked_in_brackets,
)
from deltarule.reading.token import CLOSE, COMMAND, NAME, NUMBER, OPEN, OPERATOR, POWER, RELATION, WORD, Token
from deltarule.reading.tokens import LOST
from deltarule.reading.vectors import ShapeError, holds_vector
from deltarule.spans import Source, Span, span_of
from deltarule.trace import neuron_arithmetic
from deltarule.written import Written

_NEARLY = Fraction(1, 50)  # how far a value may be from the working in brackets behind it
# a digit below a name, but of no list: w₀ = (0.5, 0.2) is at a time
_DIGIT = (
    r"(?:_?\{?(\d)(?![0-9.])|([₀-₉])|_?\[(\d)\])"
    r"(?!\}?\s?=\s?(?:\\left)?(?:[(\[]\s?[-+−]?[\d.]{1,9}[,;\s]|\\begin\{[pb]?matrix))"
)
_NUMBERED = {
    "w": re.compile(rf"w(?<![A-Za-z].){_DIGIT}"),
    "theta": re.compile(rf"(?:\\theta|θ|theta){_DIGIT}"),
    "x": re.compile(rf"x(?<![A-Za-z].){_DIGIT}"),
}
_WORD_BEHIND = rarely(r" [^\W\d_]{2}")
_COLON_BEHIND = rarely(r"[\s$*`})]{0,6}[:：]")
_BRACES = frozenset({"underbrace", "overbrace"})
MAX_LINKS = 400  # of one chain
LONG = 5  # a number of so many characters is worth a claim where nothing says what it is
MAX_BETWEEN = 400  # characters in front of what goes on with a claim, in which a display may begin
_BEGINS = ("$$", "\\begin{", "\\[")  # a display
_CALLED = rarely(r"[A-Za-z]\s?(?:\\left)?\([^()\n]{0,120}\)")  # a function, or a probability
MAX_ARROW = 24  # characters of an arrow, however it is written
_WORDED = rarely(r"(?<!\\)\b[^\W\d_]|\d|[=;,|]")
MAX_BRACES = 40  # of one statement that are looked into
MAX_BACK = 200  # items in front of a rule among which the number of its threshold is looked for
_TOLD_IN_WORDS = frozenset({Role.LEARNING_RATE, Role.THRESHOLD})

# two words or more, with a capital
_NAMED_IN_WORDS = re.compile(r"[ \t*-]{0,8}(?![a-z])[^\W\d_]{3,20}(?: [^\W\d_]{2,20}){1,3}[ \t]{0,20}")


def _counts_steps(before: str) -> bool:
    """Whether nothing but a word that counts steps stands in front of a sign."""
    word = before.strip(" \t*_#>-").lower()
    return word.isalpha() and word.startswith(EPOCH_STEMS)


class Claims:
    """Items found so far, and what the next piece of text may go on with."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.items: list[Item] = []
        self.unread: list[Unread] = []
        self.dangling: Token | None = None  # a relation sign at the end of the last piece
        self.open_claims: range | None = None  # the items that a continuation would continue
        self.awaiting: range | None = None  # a formula that is worked out behind the place told for it
        self.ordinal: Heading | None = None
        # names whose index starts at 0 in this document
        self.phrases = phrases_of(source.text)
        self.numbered = {
            name: {unicodedata.digit("".join(one)) for one in pattern.findall(source.text)}
            for name, pattern in _NUMBERED.items()
        }
        self.damaged = LOST in source.text
        self.loose: list[Token] | None = (
            None  # an expression at the end of the last piece, without a relation sign
        )

    def close(self) -> None:
        """A heading or a table ends what went before."""
        self.dangling = self.open_claims = self.awaiting = None

    def refuse(self, span: Span, reason: str) -> None:
        """List something as unread; cells of a table may have been read in another order than they stand."""
        span = Span(min(span.start, span.end), max(span.start, span.end))
        self.open_claims = None  # what follows it goes on with what could not be read
        text = " ".join(self.source.text[span.start : min(span.end, span.start + 200)].split())
        self.unread.append(Unread(span, self.source.line(span.start), text, reason))

    # -- statements

    def piece(self, found: Sequence[Token]) -> None:
        """Statements of one piece, in order."""
        fresh = True
        if any([token.value == ROW for token in found]):
            found = rows_gone_on(found)
        loose, self.loose = self.loose, None
        self._rate_in_words(found)
        plain = plain_statements(found)
        if plain is not None:
            for statement, parts, relations in plain:
                if statement.words or not parts[0]:
                    told_by_variable(statement, ())
                    self._statement(statement, fresh)
                else:
                    self._worked(statement, parts, relations)
                fresh = False
            return
        pieces = [
            part
            for statement in spaced_lists(statements(found))
            for each in compared_in_turn(statement)
            for part in name_value_pairs(each)
        ]
        pieces = in_parallel(without_answers(pieces, self.source.text), self.source.text)
        bare = [value_said(statement.tokens, short=True) for statement in pieces]
        points = sum(is_point(statement.tokens) for statement in pieces if any(bare))
        listed = sum(name > 0 for name in bare) + points > 1  # x1 4.0, x2 2.4, loss -16.0
        topic: list[Token] = []
        for statement, name in zip(pieces, bare, strict=True):
            beside = bool(name) and is_bias_beside(statement.tokens, topic)
            told_by_variable(statement, topic)
            topic = statement.tokens
            if name and (listed or beside):
                self._said_value(statement, statement.tokens, name)
                continue
            before = loose if fresh else self.loose if statement.opens_row else None
            if before and statement.tokens[0].kind == RELATION and not statement.words:
                statement.tokens[:0], self.loose = before, None
            self._statement(statement, fresh)
            self._braces(statement)
            fresh = False

    def _rate_in_words(self, found: Sequence[Token]) -> None:
        """``learning rate of 0.1``, ``Lernrate $\\frac{1}{3}$``: the one setting that is often told without a sign."""
        named = [at for at, token in enumerate(found) if token.kind == NAME and len(token.value) > 1]
        for at in named:
            token = found[at]
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
            line = self.source.line(span.start)
            if self.open_claims is not None and self.items[self.open_claims.stop - 1].line < line:
                self.open_claims = None  # what begins with a sign below goes on with something else
            self.items.append(Claim(span, line, Symbol(name, span=token.span), links))

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
        if maps_point(parts, relations):
            self._place(parts[-2], value=parts[-1])
            return
        if bare_comparison(parts, relations) and (behind_if(statement) or self._defining()):
            return  # a condition, and no claim
        if not parts[0]:
            named_by = subject_in_words(statement, relations[0])
            if named_by is not None:
                self._claim(statement, parts, relations, named_by)
            elif not first and self._is_next_answer(statement, parts[1]):
                link = Link("=", parse(parts[1])[0], Span(parts[1][0].start, parts[1][-1].end))
                self._add(Claim(link.span, self.source.line(link.span.start), None, (link,)))
            elif self._is_of_words(parts, relations[0]):
                return
            elif relations[0].value in CONTINUING and (first or statement.opens_row or not statement.words):
                self._continue(parts[1:], relations, statement)
            return
        self._claim(statement, parts, relations, None)

    def _is_of_words(self, parts: list[list[Token]], relation: Token) -> bool:
        """``Max epoch   = 2``: the value of something that words name, and no side more of what stands above."""
        line_start = self.source.text.rfind("\n", 0, relation.start) + 1
        named = _NAMED_IN_WORDS.fullmatch(self.source.text, line_start, relation.start)
        if named is None and _counts_steps(self.source.text[line_start : relation.start]):
            return True  # epoch = 2, on a line of its own
        return named is not None and len(parts) == 2 and number_by_itself(parts[1]) is not None

    def _mapped(self, statement: Statement, parts: list[list[Token]], relations: Sequence[Token]) -> bool:
        """``[0, 1] → 1``, ``[0 1] [1] → 0.8``: what comes out for inputs, behind which their target may stand."""
        left: list[Vector]
        told: Sequence[Sequence[Token]]
        before = self._just_before(statement) if statement.arrow else None
        if isinstance(before, Place):  # (0, 1) → -0.2 → 0
            left, told = [Vector(before.numbers, span=before.span)], parts
        elif isinstance(before, Claim) and is_output(before.subject):
            assert isinstance(before.subject.arg, Vector)
            left, told = [before.subject.arg], parts
        else:
            left, told = inputs_of(parts, relations)
            if any(relation.value != "→" for relation in relations[-len(told) :]):
                return len(left) == 1 and self._worked_out(left[0], told, relations[-len(told) :])
        if any(relation.value != "→" for relation in relations[-len(told) + 1 :]):
            return False
        answers = [number_by_itself(part) for part in told]
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
        start = statement.tokens[0].start
        if last is None or not 0 <= start - last.span.end < MAX_ARROW:
            return None
        gap = self.source.text[last.span.end : start]
        return last if "\n" not in gap and not _WORDED.search(gap) else None

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
        if (
            self.dangling is not None
            and first
            and self.open_claims is not None
            and part
            and not statement.words
        ):
            relation, self.dangling = self.dangling, None
            self._continue([part], [relation], statement)
        elif is_point(part):
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
        elif first and value_said(part) and statement.whole:
            self._said_value(statement, part, value_said(part))
        elif names_rows(part) and is_list(part[1:]) and len(numbers) > 1:  # new predictions [0.4, 0.8] give
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
        subject = slope_by(part[1]) if name == 2 else None
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
        span = span_of((statement.tokens[0].start, statement.tokens[-1].end))
        has_number = any(
            token.kind == NUMBER or token.value.startswith("misread:") for token in statement.tokens
        )
        self.dangling = None
        if is_destroyed(statement.tokens):
            self._lost(parts[0], span, has_number)
            return
        if is_supposed(statement, parts):
            self.open_claims = None
            return
        trailing = None
        if not parts[-1]:
            parts, relations, trailing = parts[:-1], relations[:-1], relations[-1]
        parts, relations = labelled_working(parts, relations)
        parts = accumulated([*parts[:-1], _without_preposition(self.source.text, parts[-1])], relations)
        parts, behind = without_class(without_row(parts))
        parts = with_brackets(without_list(parts))
        if is_marked_new(parts[0]):
            parts[0] = [*parts[0][:-1], Token(POWER, "mark:new", parts[0][-1].start, parts[0][-1].end)]
        claimed = self._claimed(statement, parts, relations, subject, has_number)
        if claimed and behind is not None and behind.written is not None:
            link = Link("=", Number(behind.written.value, behind.written, span=behind.span), behind.span)
            line = self.source.line(behind.start)
            self.items.append(Claim(behind.span, line, Symbol("out", span=behind.span), (link,)))
        if claimed and trailing is not None and not self._is_followed(trailing):
            self.dangling = trailing

    def _worked(self, statement: Statement, parts: list[list[Token]], relations: list[Token]) -> None:
        """A claim of a plain piece: nothing has to be taken off its sides."""
        has_number = any([token.kind == NUMBER for token in statement.tokens])
        self.dangling = None
        if len(parts) == 2:
            parts = with_brackets(without_list(parts))
        self._claimed(statement, parts, relations, plain_name(parts[0]), has_number)

    def _claimed(
        self,
        statement: Statement,
        parts: list[list[Token]],
        relations: list[Token],
        subject: Expr | None,
        has_number: bool,
    ) -> bool:
        """Take in a claim whose sides are cut; whether it is one that can be used."""
        span = span_of((statement.tokens[0].start, statement.tokens[-1].end))
        try:
            subject = subject or name_with_place(parts[0]) or parse(parts[0])[0]
        except (NotReadError, InputError) as error:
            if has_number and is_mathematical(statement, parts):
                self.refuse(span, str(error))
            if len(parts) < 3 or any(token.kind == WORD for token in parts[0]):
                self.open_claims = None
                return False
        subject = as_one_name(subject)
        if isinstance(subject, Symbol) and statement.words:
            subject = qualified_by(wanted_by(counted_by(subject, statement), statement), statement)
            subject = owned_by(self._phrase(subject, statement), self.source.text)
        label, self.ordinal = self.ordinal, None
        threshold = None if subject is None else self._threshold(subject, span)
        if threshold:
            self.items.append(threshold)
            return False
        links = self._links(relations, parts[1:], span, has_number)
        worked = worked_in_brackets(subject)
        if worked is not None and links and as_written(links[0].expr) is not None:
            subject, working = worked
            links = (Link("=", working, working.span or span), *links)
        if links and statement.cut and is_formula_part(parts[-1]):
            self.refuse(span, "a word stands in the formula")
            links = links[:-1] or None
        elif (
            links and statement.cut and [token.kind for token in parts[-1]] == [NAME]
        ):  # g_j = sum of e x_j over the batch
            links = links[:-1] or None
        if links is None and not isinstance(subject, Symbol):
            self.open_claims = None
            return False
        claim = Claim(span, self.source.line(span.start), subject, links or (), label)
        at = last_bracket(parts[0])
        if at and (
            is_point(bare_point(parts[0][at:])) or (is_gradient(subject) and is_number(parts[0][at + 1 : -1]))
        ):
            self._place(bare_point(parts[0][at:]), argument=True)
        elif at and (point := printed_point(subject)) is not None:
            self.items.append(Place(point.span or span, claim.line, point.items, argument=True))
        self._add(claim)
        return True

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
        if self.damaged and any([is_destroyed(part) for part in parts]):
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
        claim = led_to_class(claim, self.source.text)
        if is_conditional(claim, self.source.text):
            self.open_claims = None
            return
        led = led_on(self.items[-1] if self.items else None, claim, self.source.text)
        if led is not None:
            self.items[-1], claim = led
        start = len(self.items)
        try:
            claims = componentwise(claim, self.numbered)
        except ShapeError as error:
            self.open_claims = None
            matrix, by_entries = _matrix(claim), self._by_entries(claim)
            rest = _without_formulas(claim)
            if by_entries:
                self.items += by_entries
                return
            by_names = self._by_names(claim)
            if by_names:
                self.items += by_names
                claim = replace(claim, links=claim.links[-1:])
                matrix = _matrix(claim)
                if matrix is None:
                    return
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
        self.awaiting = self._awaiting(claims)
        for each in claims:
            found = self._threshold(each.links[0].expr, claim.span) if each.links else None
            ruled = found is not None and not isinstance(each.subject, Apply)
            self.items.append(replace(found, subject=each.subject) if found and ruled else each)
        self.open_claims = range(start, len(self.items))

    def _by_entries(self, claim: Claim) -> Sequence[Claim]:
        """A chain of matrices entry by entry, and the matrix that it is about, as it is known from here on."""
        try:
            found = entrywise(claim)
        except ShapeError:
            return ()
        last = replace(claim, links=claim.links[-1:])
        matrix = _matrix(last) if found else None
        return found if matrix is None else (*found, replace(last, links=(), given=matrix))

    def _by_names(self, claim: Claim) -> Sequence[Claim]:
        """What each name in a matrix is told in the matrix behind it."""
        try:
            return namewise(claim)
        except ShapeError:
            return ()

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
            if are_of_two_places(earlier, claim, self.source.text) or is_range(earlier, self.source.text):
                return False
            if (
                not earlier.links
                or not claim.links
                or not is_unfinished(earlier.links[-1])
                or not is_numeric(claim.links[0].expr)
                or are_two_values(earlier, claim)
                or self._has_other_arguments(earlier, claim)
            ):
                return False
        for at, earlier, claim in zip(self.open_claims, before, claims, strict=True):
            assert isinstance(earlier, Claim)
            self.items[at] = replace(earlier, links=earlier.links + claim.links)
        return True

    def _has_other_arguments(self, earlier: Claim, claim: Claim) -> bool:
        """Whether the left sides are one name with other things in brackets behind it: ``P(A) = ...`` and ``P(B) = ...``."""
        text = self.source.text
        if claim.part is not None:
            return False
        one, other = (
            "".join(text[each.span.start : each.links[0].span.start].rpartition(")")[0].split())
            for each in (earlier, claim)
        )
        return one != other and "(" in one and "(" in other

    def _awaiting(self, claims: Sequence[Claim]) -> range | None:
        """The formula of a name that is told a number now, ``g = 2(a - 3)``, ``at a = 1``: what it is there may follow."""
        if not claims:
            return None
        claim = claims[0]
        told = len(claims) == len(claim.links) == 1 and as_written(claim.links[0].expr) is not None
        open_claims = self.awaiting or self.open_claims
        if not told or not isinstance(claim.subject, Symbol) or open_claims is None or len(open_claims) > 1:
            return None
        formula = self.items[open_claims.start]
        if not isinstance(formula, Claim) or not formula.links or formula.subject == claim.subject:
            return None
        return open_claims if claim.subject.name in {s.name for s in formula.links[-1].expr.symbols} else None

    def _threshold(self, expr: Expr, span: Span) -> Threshold | None:
        """A decision rule in a cases environment."""
        if not isinstance(expr, Piecewise) or len(expr.branches) != 1:
            return None
        branch = expr.branches[0]
        upper, lower = as_written(branch.value), as_written(expr.otherwise)
        bound = as_written(branch.condition.right) or self._bound_told(branch.condition.right)
        if upper is None or lower is None or bound is None:
            return None
        if branch.condition.relation in ("<", "<="):
            upper, lower = lower, upper
        inclusive = branch.condition.relation in (">=", "<")
        line, argument = self.source.line(span.start), branch.condition.left
        named = as_written(branch.condition.right) is None
        return Threshold(span, line, bound, upper, lower, inclusive, argument=argument, named=named)

    def _bound_told(self, expr: Expr) -> Written | None:
        """The number that the name of a threshold was told to be: ``θ = 0.5``, of ``1 if net >= θ``."""
        if not isinstance(expr, Symbol) or Role.THRESHOLD not in roles_of(expr.name):
            return None
        names = (expr.name, "threshold")
        for item in reversed(self.items[-MAX_BACK:]):
            told = isinstance(item, Claim) and isinstance(item.subject, Symbol) and item.subject.name in names
            if told and isinstance(item, Claim) and len(item.links) == 1:
                return as_written(item.links[0].expr)
        return None

    def _is_of_another(self, statement: Statement) -> bool:
        """Whether a display has begun with a left side that was not read, ``$$P(A \\mid B) \\\\ = 0.5$$``: what follows is about that."""
        assert self.open_claims is not None
        item, start = self.items[self.open_claims.stop - 1], statement.tokens[0].start
        end = item.links[-1].span.end if isinstance(item, Claim) and item.links else item.span.end
        between = self.source.text[max(end, start - MAX_BETWEEN) : start]
        at = max((between.rfind(sign) + len(sign) for sign in _BEGINS if sign in between), default=-1)
        if at < 0 or (between.count("$$") == 1 and "\\begin{" not in between):
            return False
        return _CALLED.search(between, at) is not None

    def _continue(self, parts: list[list[Token]], relations: list[Token], statement: Statement) -> None:
        """Links that belong to the claim before."""
        self.dangling = None
        if self.open_claims is None or self._is_place_told() or self._is_of_another(statement):
            self._worked_without_name(parts, relations)
            return
        places = self.open_claims
        before = [self.items[at] for at in places]
        if any(isinstance(item, Claim) and len(item.links) > MAX_LINKS for item in before):
            self.open_claims = None
            return
        trailing = None
        if parts and not parts[-1]:
            parts, trailing, relations = parts[:-1], relations[-1], relations[:-1]
        span = span_of((statement.tokens[0].start, statement.tokens[-1].end))
        numbers = any(token.kind == NUMBER for token in statement.tokens)
        links = self._links(relations, parts, span, numbers)
        if not links:
            if numbers:
                self.open_claims = None  # what goes on from here goes on from what could not be read
            return
        if self._becomes_vector(before, links):
            self.dangling = trailing
            return
        if self.awaiting is not None and is_numeric(links[0].expr) and as_written(links[0].expr) is None:
            self.open_claims, self.awaiting = (
                self.awaiting,
                None,
            )  # = 2(1 - 3) goes on with the formula, not with a = 1
            places = self.open_claims
            before = [self.items[at] for at in places]
        rule = before[0] if len(before) == 1 else None
        if isinstance(rule, Threshold):  # y = {1 if z >= 0, 0 otherwise} = 1
            self._add(Claim(span, self.source.line(span.start), rule.subject, links))
            return
        try:
            added = continued(links, len(before))
        except ShapeError as error:
            self.refuse(span, str(error))
            return
        for at, claim, more in zip(places, before, added, strict=True):
            if isinstance(claim, Claim):
                self.items[at] = replace(claim, links=claim.links + more)
        self.dangling = trailing

    def _is_place_told(self) -> bool:
        """Whether the claim before only says where something is worked out, ``At w = 2:``."""
        claim = self.items[self.open_claims.start] if self.open_claims is not None else None
        if self.awaiting is not None or not isinstance(claim, Claim) or not isinstance(claim.subject, Symbol):
            return False
        told = len(claim.links) == 1 and as_written(claim.links[0].expr) is not None
        return told and _COLON_BEHIND.match(self.source.text, claim.links[0].span.end) is not None

    def _worked_without_name(self, parts: list[list[Token]], relations: list[Token]) -> None:
        """``= 0.5 · 2 + 1 = 2``, where it is not known what goes on there: a working and its value."""
        self.open_claims = self.awaiting = None
        if not all(parts) or not any(token.kind == OPERATOR for token in parts[0][1:]):
            return
        if len(parts) == 1:
            self.loose = parts[0]
            return
        span = Span(relations[0].start, parts[-1][-1].end)
        try:
            worked = parse(parts[0])[0]
        except (NotReadError, InputError):
            return
        links = self._links(relations[1:], parts[1:], span, report=False) if is_numeric(worked) else None
        if links and all(is_numeric(link.expr) for link in links):
            self.open_claims = range(len(self.items), len(self.items) + 1)
            self.items.append(Claim(span, self.source.line(span.start), worked, links))

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
            above, after = braced_below(statement.tokens, at + 1)
            if after >= len(statement.tokens) or statement.tokens[after].value not in ("_", "^"):
                continue
            below, _ = braced_below(statement.tokens, after + 1)
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


def _without_preposition(text: str, part: list[Token]) -> list[Token]:
    """``y = m x + b a los datos``: the *a* in front of a word is no factor of the b."""
    if len(part) < 2 or part[-1].kind != NAME or part[-1].value != "a" or part[-2].kind not in (NAME, NUMBER):
        return part
    spaced = part[-2].end < part[-1].start and _WORD_BEHIND.match(text, part[-1].end) is not None
    return part[:-1] if spaced else part


def _is_sign(source: Source, token: Token) -> bool:
    """Whether a name is written as a sign, ``\\alpha`` or ``α``, and not as a word."""
    first = source.text[token.start]
    return first == "\\" or not first.isascii()


def _bounds(source: Source, at: int) -> tuple[int, int]:
    """Where the line with this character starts and ends."""
    span = source.line_span(source.line(at))
    return span.start, span.end


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


def _link(relation: Token, part: Sequence[Token]) -> Link:
    if not part:
        raise NotReadError("two relation signs in a row", relation.start)
    expr, readings = parse(part)
    value = "=" if relation.value in ("←", "→", ":") else relation.value
    return Link(value, expr, span_of((part[0].start, part[-1].end)), readings)


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
