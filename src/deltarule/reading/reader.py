"""Text to document: walks the lines, takes the mathematics out and turns it into claims.

Markdown is read from its raw source: a Markdown parser eats minus signs, stars and underscores.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from deltarule.algebra.expr import Apply, Expr, Piecewise, Symbol, Vector
from deltarule.document import Claim, Document, Heading, Item, Link, Table, Threshold
from deltarule.errors import InputError
from deltarule.findings import Unread
from deltarule.reading.characters import normalised
from deltarule.reading.headings import heading
from deltarule.reading.mathtext import APPLIED, NotReadError, as_written, parse
from deltarule.reading.sentences import sentences
from deltarule.reading.statements import Statement, sides, statements
from deltarule.reading.tables import blank_separated, cells_of, is_rule, table
from deltarule.reading.tokens import CLOSE, COMMAND, NAME, NUMBER, OPEN, OPERATOR, RELATION, SEPARATOR, WORD, Token, tokens
from deltarule.spans import Source, Span

MAX_TOKENS = 120_000
MAX_LINE = 20_000
MAX_LINES = 30_000

_MATH = re.compile(r"\$\$(?!\$)([^$]+)\$\$|(?<!\$)\$(?![\s$])([^$\n]*[^$\n\s]|[^$\n\s])\$|\\\\?\(((?:[^\\\n]|\\[^)\n])+?)\\\\?\)|\\\\?\[((?:[^\\\n]|\\[^\]\n])+?)\\\\?\]")
_OPEN_DISPLAY = re.compile(
    r"\s*(?:>\s*)?(\$\$|\\\\?\[|\\begin\{(?:align|aligned|gather|gathered|equation|eqnarray|multline|split|alignat|flalign|displaymath)\*?\})"
)
_CLOSERS = {"$$": "$$", "\\[": "\\]", "\\\\[": "\\\\]"}
_STRUCK = re.compile(r"~~[^~\n]{1,400}~~|<!--.{0,400}?-->|<(?:del|s|strike)>[^<\n]{0,400}</(?:del|s|strike)>")
_BULLET = re.compile(r"\s*(?:>\s*)*(?:[-*+•▪◦–]|#{1,6})\s+")  # noqa: RUF001
_ORDINAL = re.compile(r"\s*(?:>\s*)*(?:\(?(\d{1,3})[.)]|\((\d{1,3})\))(?=\s)")
_FENCE = re.compile(r"\s*(?:```|~~~)")
_TABULAR = re.compile(r"\s*(?:\$\$?)?\s*\\begin\{(tabular|array)\}")
_TAG = re.compile(r"</?[A-Za-z][^<>\n]{0,200}>")


def read_document(source: Source) -> Document:
    """Read a worked solution: Markdown, LaTeX or plain text.

    What holds a number and a relation sign and cannot be understood is listed as unread, with the
    reason; it is never taken for wrong. Work is bounded by counting tokens, so that the result does not
    depend on the machine.
    """
    return _Reader(source).document()


class _Reader:
    """State of one reading: items so far, the claim that a continuation would continue."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.text = _blanked(normalised(source.text))
        self.comma = _decimal_comma(self.text)
        self.items: list[Item] = []
        self.unread: list[Unread] = []
        self.budget = MAX_TOKENS
        self.beyond: int | None = None
        self.dangling: Token | None = None  # a relation sign at the end of the last piece
        self.open_claim: int | None = None  # the item that a continuation would continue
        self.ordinal: Heading | None = None

    def document(self) -> Document:
        line, last = 1, len(self.source.line_starts)
        fenced = False
        while line <= last:
            if self.budget <= 0 or line > MAX_LINES:
                self.beyond = line
                break
            span = self.source.line_span(line)
            if _FENCE.match(self.text, span.start, span.end):
                fenced = not fenced
                line += 1
                continue
            line = self._block(line, span, fenced)
        return Document(self.source, tuple(self.items), tuple(self.unread), self.beyond)

    # -- blocks

    def _block(self, line: int, span: Span, fenced: bool) -> int:
        """Read what starts on this line; return the line after it."""
        raw = self.source.text
        if span.end - span.start > MAX_LINE:
            self._refuse(Span(span.start, span.start + 80), line, f"the line is longer than {MAX_LINE} characters")
            return line + 1
        if not raw[span.start : span.end].strip():
            return line + 1
        for rule in (self._tabular, self._display, self._table):
            after = rule(line, span)
            if after is not None:
                return after
        self._text(line, span, fenced)
        return line + 1

    def _display(self, line: int, span: Span) -> int | None:
        """A displayed formula, possibly over several lines; a blank line ends it."""
        match = _OPEN_DISPLAY.match(self.text, span.start, span.end)
        if match is None:
            return None
        opener = match[1]
        closer = _CLOSERS.get(opener) or opener.replace("begin", "end")
        start = match.end() if opener in _CLOSERS else match.start(1)
        stop = self._closing(closer, start)
        if stop is None:
            return None
        inside_end = stop if opener in _CLOSERS else stop + len(closer)
        after = self.source.line(min(stop + len(closer), len(self.text) - 1 if self.text else 0))
        end_of_line = self.source.line_span(after).end
        rest = Span(stop + len(closer), end_of_line)
        self._piece(self._lexed(start, inside_end, latex=True))
        if rest.start < rest.end and self.text[rest.start : rest.end].strip():
            self._text(after, rest, fenced=False)
        return after + 1

    def _closing(self, closer: str, start: int) -> int | None:
        """Where a display ends, unless a blank line comes first."""
        stop = self.text.find(closer, start, start + 8 * MAX_LINE)
        if stop < 0:
            return None
        return None if re.search(r"\n[ \r\u200b]*\n", self.text[start:stop]) else stop

    def _table(self, line: int, span: Span) -> int | None:
        """Consecutive lines that are rows of one table."""
        rows: list[list[Span]] = []
        at = line
        while at <= len(self.source.line_starts):
            here = self.source.line_span(at)
            if here.end - here.start > MAX_LINE or len(rows) > 12_000:
                break
            cells = cells_of(self.source.text, self.text, here.start, here.end)
            if cells is None or len(cells) < 2:
                break
            if not is_rule(self.text[here.start : here.end]):
                rows.append(cells)
            at += 1
        if len(rows) < 2:
            return self._blank_table(line)
        found = table(self.text, rows, line, self.comma)
        if found is None:
            return None
        self._add_table(found, rows)
        return at

    def _blank_table(self, line: int) -> int | None:
        lines: list[tuple[int, int]] = []
        at = line
        while at <= len(self.source.line_starts) and len(lines) < 2000:
            here = self.source.line_span(at)
            if not self.text[here.start : here.end].strip() or here.end - here.start > 400:
                break
            lines.append((here.start, here.end))
            trial = lines if len(lines) < 3 else [lines[0], lines[-1]]
            if len(trial) > 1 and blank_separated(trial, self.text) is None:
                lines.pop()
                break
            at += 1
        rows = blank_separated(lines, self.text) if len(lines) > 1 else None
        found = table(self.text, rows, line, self.comma) if rows else None
        if found is None or rows is None:
            return None
        self._add_table(found, rows)
        return line + len(rows)

    def _tabular(self, line: int, span: Span) -> int | None:
        """A LaTeX table: ``tabular``, or an ``array`` of numbers with a header."""
        match = _TABULAR.match(self.text, span.start, span.end)
        if match is None:
            return None
        closer = "\\end{" + match[1] + "}"
        stop = self._closing(closer, match.end())
        if stop is None:
            return None
        columns = re.compile(r"\s*(?:\[[a-z]\])?\s*\{[^{}]*\}").match(self.text, match.end(), stop)
        start = columns.end() if columns else match.end()
        if match[1] == "array" and re.search(r"[=≈]", self.text[start:stop]):
            return None
        rows: list[list[Span]] = []
        at = start
        for row in re.compile(r"\\\\(?:\[[^\]\n]{0,12}\])?|\\hline|\\(?:top|mid|bottom)rule").split(self.text[start:stop]):
            row_start = self.text.index(row, at) if row else at
            at = row_start + len(row)
            if row.strip():
                cells, cell_start = [], row_start
                for part in re.split(r"(?<!\\)&", row):
                    cells.append(Span(cell_start, cell_start + len(part)))
                    cell_start += len(part) + 1
                rows.append(cells)
        found = table(self.text, rows, line, self.comma) if rows else None
        if found is None:
            return None
        self._add_table(found, rows)
        return self.source.line(stop) + 1

    def _add_table(self, found: Table, rows: Sequence[Sequence[Span]]) -> None:
        self.dangling = self.open_claim = None
        self.budget -= 2 * sum(len(row) for row in rows)
        self.items.append(found)
        for row in rows:
            for span in row:
                if re.search(r"[=≈]", self.text[span.start : span.end]):
                    self._piece(self._mixed(span.start, span.end))

    def _text(self, line: int, span: Span, fenced: bool) -> None:
        """A line of text: label, conclusions, and the mathematics in it."""
        start = span.start
        found = heading(self.text, start, span.end, line)
        if found is not None:
            self.items.append(found[0])
            self.dangling = self.open_claim = None
            start = found[1]
        elif not fenced:
            self.items.extend(sentences(self.text, start, span.end, line))
        ordinal = _ORDINAL.match(self.text, start, span.end) if found is None else None
        bullet = _BULLET.match(self.text, start, span.end)
        if ordinal:
            start = ordinal.end()
            self.ordinal = Heading(Span(ordinal.start(), ordinal.end()), line, ordinal=int(ordinal[1] or ordinal[2]))
        elif bullet and not self._minus(bullet, span, line):
            start = bullet.end()
        self._piece(self._mixed(start, span.end))
        self.ordinal = None

    def _minus(self, bullet: re.Match[str], span: Span, line: int) -> bool:
        """Whether a dash in front of a number is its sign: no neighbour line starts with a dash too."""
        if not bullet[0].strip().startswith(("-", "+")) or not self.text[bullet.end() : bullet.end() + 1].isdigit():
            return False
        for other in (line - 1, line + 1):
            if 1 <= other <= len(self.source.line_starts):
                near = self.source.line_span(other)
                if self.text[near.start : near.end].strip()[:2] in ("- ", "+ ", "* "):
                    return False
        return True

    # -- tokens

    def _lexed(self, start: int, end: int, latex: bool) -> list[Token]:
        """Tokens of a stretch; nothing if a number in it is too large to be built."""
        if self.budget <= 0:
            return []
        found: list[Token] = []
        try:
            for token in tokens(self.text, start, end, latex, self.comma):
                found.append(token)
        except InputError as error:
            self._refuse(Span(start, end), self.source.line(start), error.reason)
            found = []
        self.budget -= len(found) + 1
        return found

    def _mixed(self, start: int, end: int) -> list[Token]:
        """Tokens of a line of text with mathematics between dollars in it."""
        found: list[Token] = []
        at = start
        for match in _MATH.finditer(self.text, start, end):
            group = next(g for g in range(1, 5) if match[g] is not None)
            inside = self._lexed(match.start(group), match.end(group), latex=True)
            outside = self._lexed(at, match.start(), latex=False)
            found += outside
            if any(token.kind == RELATION for token in inside):
                if not (found and found[-1].kind == RELATION):
                    found.append(Token(SEPARATOR, "$", match.start(), match.start()))
                found += inside
                found.append(Token(SEPARATOR, " ", match.end(), match.end()))
            else:
                found += inside
            at = match.end()
        latex = re.compile(r"\\[A-Za-z]{2,}").search(self.text, at, end) is not None
        found += self._lexed(at, end, latex=latex and at == start and not self._wordy(at, end))
        return found

    def _wordy(self, start: int, end: int) -> bool:
        """Whether a line holds more words than mathematics."""
        words = re.findall(r"(?<![\\\w{])[^\W\d_]{3,}(?![\w}])", self.text[start:end])
        return len(words) > 3

    # -- claims

    def _piece(self, found: Sequence[Token]) -> None:
        """Statements of one piece, in order."""
        if not found:
            return
        fresh = True
        for statement in statements(found):
            self._statement(statement, fresh)
            fresh = False

    def _statement(self, statement: Statement, first: bool) -> None:
        parts, relations = sides(statement)
        if not relations:
            self._without_relation(statement, parts[0], first)
            return
        if not parts[0] and not any(parts):
            return  # a relation sign between words
        line = self.source.line(statement.tokens[0].start)
        if not parts[0]:  # "= 0.35": goes on with the last claim
            if relations[0].value in ("=", "≈", "→") and (first or statement.opens_row or not statement.words):
                self._continue(parts[1:], relations, statement)
            return
        self.dangling = None
        last_empty = not parts[-1]
        if last_empty:
            parts, trailing = parts[:-1], relations[-1]
            relations = relations[:-1]
        self._claim(statement, parts, relations, line)
        if last_empty:
            self.dangling = trailing

    def _without_relation(self, statement: Statement, part: list[Token], first: bool) -> None:
        numbers = [token for token in part if token.kind == NUMBER]
        if part and part[0].kind == COMMAND and part[0].value.startswith("begin:"):
            self._bare_threshold(statement, part)
            return
        if self.dangling is not None and first and self.open_claim is not None and part:
            relation, self.dangling = self.dangling, None
            self._continue([part], [relation], statement)
        elif len(part) == 1 and numbers and first and "." not in part[0].value and not statement.words:
            line = self.source.line(part[0].start)
            self.ordinal = Heading(part[0].span, line, ordinal=int(part[0].value))
        elif statement.arrow and len(numbers) == 1 and len(part) <= 2 and self.items:
            last = self.items[-1]
            if isinstance(last, Claim):
                sign = "-" if part[0].kind == OPERATOR and part[0].value == "-" else ""
                written = numbers[0].written
                assert written is not None
                if sign:
                    written = replace(written, text="-" + written.text, value=-written.value)
                self.items[-1] = replace(last, concluded=written)

    def _bare_threshold(self, statement: Statement, part: list[Token]) -> None:
        """A decision rule that stands alone: ``our predictions are {1 if z >= 0.5, ...}``."""
        span = Span(part[0].start, part[-1].end)
        line = self.source.line(span.start)
        try:
            found = self._threshold(parse(part)[0], span, line)
        except (NotReadError, InputError) as error:
            self._refuse(span, line, str(error))
            return
        if found:
            self.items.append(found)

    def _claim(self, statement: Statement, parts: list[list[Token]], relations: list[Token], line: int) -> None:
        span = Span(statement.tokens[0].start, statement.tokens[-1].end)
        has_number = any(token.kind == NUMBER for token in statement.tokens)
        try:
            subject = _subject(parts[0]) or parse(parts[0])[0]
        except (NotReadError, InputError) as error:
            if has_number and self._mathematical(statement, parts):
                self._refuse(span, line, str(error))
            return
        label, self.ordinal = self.ordinal, None
        threshold = self._threshold(subject, span, line)
        if threshold:
            self.items.append(threshold)
            return
        links: tuple[Link, ...] = ()
        try:
            links = tuple(_link(relation, part) for relation, part in zip(relations, parts[1:], strict=True))
        except (NotReadError, InputError) as error:
            if has_number:
                self._refuse(span, line, str(error))
            if not has_number or not isinstance(subject, Symbol):
                return
        claims = _componentwise(Claim(span, line, subject, links, label)) if links else (Claim(span, line, subject, (), label),)
        for claim in claims:
            found = self._threshold(claim.links[0].expr, span, line) if claim.links else None
            if found and not _defines_function(claim.subject):
                self.items.append(found)
            else:
                self.items.append(claim)
        self.open_claim = len(self.items) - 1

    def _threshold(self, expr: Expr, span: Span, line: int) -> Threshold | None:
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
        return Threshold(span, line, bound, upper, lower, branch.condition.relation in (">=", "<"))

    def _continue(self, parts: list[list[Token]], relations: list[Token], statement: Statement) -> None:
        """Links that belong to the claim before."""
        self.dangling = None
        if self.open_claim is None or not isinstance(self.items[self.open_claim], Claim):
            return
        claim = self.items[self.open_claim]
        assert isinstance(claim, Claim)
        trailing = None
        if parts and not parts[-1]:
            parts, trailing, relations = parts[:-1], relations[-1], relations[:-1]
        try:
            links = tuple(_link(relation, part) for relation, part in zip(relations, parts, strict=True))
        except (NotReadError, InputError) as error:
            span = Span(statement.tokens[0].start, statement.tokens[-1].end)
            if any(token.kind == NUMBER for token in statement.tokens):
                self._refuse(span, self.source.line(span.start), str(error))
            return
        self.items[self.open_claim] = replace(claim, links=claim.links + links)
        self.dangling = trailing

    def _mathematical(self, statement: Statement, parts: Sequence[Sequence[Token]]) -> bool:
        """Whether a statement that cannot be parsed was mathematics at all, and not prose."""
        if statement.words and not all(parts):
            return False
        operators = sum(token.kind in (OPERATOR, OPEN, CLOSE) for token in statement.tokens)
        names = sum(token.kind == NAME for token in statement.tokens)
        return all(parts) and (operators + names > 0)

    def _refuse(self, span: Span, line: int, reason: str) -> None:
        text = " ".join(self.source.text[span.start : min(span.end, span.start + 200)].split())
        self.unread.append(Unread(span, line, text, reason))


# -- helpers


def _blanked(text: str) -> str:
    """Blank out what is struck through, comments, tags and emphasis marks; places stay."""

    def blank(match: re.Match[str]) -> str:
        return re.sub(r"[^\n]", " ", match[0])

    if "~~" in text or "<" in text:
        text = _STRUCK.sub(blank, text)
        text = _TAG.sub(blank, text)
    text = text.replace("\u200b", " ")
    if "**" in text:
        text = re.sub(r"(?<![\w)\]])\*\*(?=\S)|(?<=\S)\*\*(?![\w(\[.-])", "  ", text)
    if "`" in text:
        text = re.sub(r"(?<!`)`(?!`)", " ", text)
    return text


def _decimal_comma(text: str) -> bool:
    """Whether numbers of this document have a decimal comma; decided once for all of them."""
    points = len(re.findall(r"(?<![\d.,])\d+\.\d+(?![\d.])|(?<![\w.])\.\d", text))
    commas = len(re.findall(r"(?<![\d.,(\[])\d+(?:,|\{,\})\d+(?![\d,])", text))
    braced = len(re.findall(r"\d\{,\}\d", text))
    return (commas >= 2 and commas > 3 * points) or (braced > points)


def _link(relation: Token, part: Sequence[Token]) -> Link:
    if not part:
        raise NotReadError("two relation signs in a row", relation.start)
    expr, readings = parse(part)
    value = "=" if relation.value in ("←", "→") else relation.value
    return Link(value, expr, Span(part[0].start, part[-1].end), readings)


def _subject(part: Sequence[Token]) -> Symbol | None:
    """``w_1(2)``, ``E(w)``, ``MSE(1)``: a name with what it belongs to in brackets."""
    opening = next((k for k, token in enumerate(part) if token.kind == OPEN and token.value == "("), None)
    if not opening or part[-1].kind != CLOSE or part[0].kind != NAME:
        return None
    try:
        symbol = parse(part[:opening])[0]
    except NotReadError:
        return None
    inside = part[opening + 1 : -1]
    if not isinstance(symbol, Symbol) or any(token.kind in (OPEN, CLOSE) for token in inside):
        return None
    if symbol.name in APPLIED:
        return None
    if len(inside) == 1 and inside[0].kind == NUMBER and "." not in inside[0].value:
        return replace(symbol, upper=(*symbol.upper, int(inside[0].value)))
    if inside and all(token.kind in (NAME, SEPARATOR, OPERATOR, WORD) or token.value == "1" for token in inside):
        return symbol
    return None


def _defines_function(subject: Expr | None) -> bool:
    return isinstance(subject, Apply)


def _componentwise(claim: Claim) -> tuple[Claim, ...]:
    """A claim about a vector as one claim a component."""
    vectors = [link.expr for link in claim.links]
    subject = claim.subject
    if not isinstance(subject, Vector) and not (isinstance(subject, Symbol) and all(isinstance(v, Vector) for v in vectors)):
        return (claim,)
    sizes = {len(vector.items) for vector in vectors if isinstance(vector, Vector)}
    size = len(subject.items) if isinstance(subject, Vector) else next(iter(sizes), 0)
    if sizes != {size} or any(not isinstance(vector, Vector) for vector in vectors):
        return (claim,)
    names = subject.items if isinstance(subject, Vector) else tuple(replace(subject, index=(k + 1,)) for k in range(size))
    return tuple(
        replace(
            claim,
            subject=names[k],
            links=tuple(
                replace(link, expr=link.expr.items[k], span=link.expr.items[k].span or link.span, readings=())  # type: ignore[attr-defined]
                for link in claim.links
            ),
        )
        for k in range(size)
    )


