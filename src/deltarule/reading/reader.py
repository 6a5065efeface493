"""Text to document: walks the lines, takes the mathematics out and turns it into claims.

Markdown is read from its raw source: a Markdown parser eats minus signs, stars and underscores.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import chain
from typing import TypeAlias

from deltarule.algebra.expr import Apply, Expr, Symbol, Vector
from deltarule.document import COLUMN, Claim, Document, Heading, Item, Link, Mention, Place, Table, Threshold
from deltarule.errors import InputError
from deltarule.formulas import Role
from deltarule.notation import roles_of
from deltarule.reading import code_functions
from deltarule.reading.aged import MAX_APART, age, is_owner, marked, owner
from deltarule.reading.asked_tables import answers
from deltarule.reading.characters import normalised
from deltarule.reading.claims import Claims
from deltarule.reading.cleaning import blanked, habits_of, rejoined, unmangled
from deltarule.reading.counted_lines import behind_count, counted_line
from deltarule.reading.counts import counts_errors, error_count
from deltarule.reading.data_frames import frame
from deltarule.reading.drawn import MAX_DRAWN, drawn
from deltarule.reading.flat_tables import (
    MAX_ROWS,
    gives_value,
    is_drawn,
    is_heading,
    legend,
    logged,
    matched,
    units,
)
from deltarule.reading.formula_lines import formulas
from deltarule.reading.from_to import changes
from deltarule.reading.headings import heading, nested, quantity_of_sample, targets_last
from deltarule.reading.indexed_lines import indexed_line, letters_of_samples, listed_by_index
from deltarule.reading.iterate_tables import (
    begin_alike,
    rate_of,
    rows_by_rate,
    told_by_columns,
    told_by_rows,
)
from deltarule.reading.lone_numbers import as_written, lone_number
from deltarule.reading.mathtext import parse
from deltarule.reading.not_read import NotReadError
from deltarule.reading.notebook import is_notebook, notebook_text
from deltarule.reading.other_tables import barred
from deltarule.reading.rarely import rarely
from deltarule.reading.result_tables import (
    Column,
    cell_items,
    column,
    is_result_table,
    is_turned,
    name_of_row,
    only_counts,
    row_items,
    states,
    tells_new_values,
    turned_items,
    value_of_row,
)
from deltarule.reading.rounding_rule import told_figures, with_figures
from deltarule.reading.sentences import sentences, topics_of
from deltarule.reading.tables import cells_of, crosses, is_rule, table
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
from deltarule.reading.token_runs import blank_split
from deltarule.reading.tokens import tokens
from deltarule.reading.told_numbers import MAX_CANDIDATES, MAX_SHORT, apart, outside
from deltarule.reading.told_settings import told_settings
from deltarule.reading.worked_cells import led, number_alone, plain, worked, worked_columns
from deltarule.spans import Source, Span
from deltarule.written import Written

MAX_TOKENS = 25_000
MAX_ITEMS = 1_000
MAX_LINE = 20_000
MAX_LINES = 30_000
MENTIONED = 3  # figures of a number in prose that does not stand elsewhere by chance

_MATH_OPENER = re.compile(r"\$\$?|\\\\?[(\[]")
_BLANK_LINE = re.compile(r"\n[ \r\u200b]*\n")
_COLUMNS = rarely(r"\s*+(?:\[[a-z]\]\s*+)?\{(?:[^{}]|\{[^{}]{0,80}\}){0,200}+\}")
_EQUALITY = re.compile(r"[=≈]")
_ROWS = rarely(
    r"\\\\(?:\[[^\]\n]{0,12}\])?|\\hline|\\(?:top|mid|bottom)rule"
    r"|\\c(?:line|midrule)(?:\([lr]{1,2}\))?\{\d{1,2}-\d{1,2}\}"
)
_SPANNING = rarely(r"\\multi(?:column\{(\d{1,2})\}|row\{\*?\d{0,2}\})\{[^{}]{0,40}\}\{")  # of what follows
_CELLS = rarely(r"(?<!\\)&")
_LATEX_COMMAND = re.compile(r"\\[A-Za-z]{2,}")
_WORDS = re.compile(r"(?<![\\\w{])[^\W\d_]{3,}(?![\w}])")
_CONDITION = re.compile(r"\s{0,4}(?:[Ii]f|[Ww]hen|[Ww]ith|[Ll]et|[Ff]or)\s{1,4}(?=\S)")
_QUOTE = re.compile(r"\s*(?:>\s*)+(?=[^\s\d.=])")
_OPEN_DISPLAY = re.compile(
    r"\s*(?:>\s*)?(\$\$|\\\\?\[|\\begin\{(?:align|aligned|gather|gathered|equation|eqnarray|multline|split|alignat|flalign|displaymath)\*?\})"
)
_CLOSERS = {"$$": "$$", "\\[": "\\]", "\\\\[": "\\\\]"}
_BULLET = re.compile(r"\s*(?:>\s*)*(?:(?:[-*+•▪◦–]|#{1,6})\s+|o\s(?=[Δ∂]))")
_ORDINAL = re.compile(r"\s*(?:>\s*)*(?:\(?(\d{1,3})[.)]|\((\d{1,3})\))(?=\s)")
_PRINTED_NAME = re.compile(r"[ >]{0,8}[A-Za-z]\w{0,20}[ ]{0,4}=[ \r]*")
_PRINTED_NUMBER = re.compile(r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eED][-+]?\d+)?")
_PRINTED_ROW = rarely(rf"{_PRINTED_NUMBER.pattern}(?:[ ]+{_PRINTED_NUMBER.pattern})*")
_DATA_COLUMN = re.compile(
    r"\s{0,8}(?:[-*+•]\s{1,4})?\**([^\W\d_][^:=\d\n|$\\]{1,39})\**\s{0,3}[:=]\**\s{0,4}\$?[\[({]?"
    r"(\s{0,2}[-+]?\d+(?:[.,]\d+)?(?:\s{0,2}[,;]\s{1,3}[-+]?\d+(?:[.,]\d+)?){2,39})\s?[\])}]?\$?\s*\.?\s*"
)
_BARE_ROW = rarely(
    r"[ >\t]{0,8}(?:([^\W\d][^:=\d\n|$\\]{0,40}))?[:=>]{0,2}[ \t]{0,4}"
    r"([-+−]?\d{1,6}[.,]?\d{0,20}(?:[ \t]{1,4}[-+−]?\d{1,6}[.,]?\d{0,20}){1,8})[ \t\r]{0,8}"
)
_BARE_LISTS = rarely(r"[ >\t]{0,8}(?:[\[(][-+−.,;\d \t]{3,200}[\])],?[ \t\r]{0,4}){1,6}")
_BARE_LIST = rarely(r"[\[(]([-+−.,;\d \t]{3,200})[\])]")
_TELLING = rarely(r"\d[.,]\d")
_OPEN_LIST = rarely(r"[ >]{0,8}[^\W\d]\w{0,20}[ ]{0,4}=[ (]{0,20}\[[-+\d.,\[\] eE]{0,400}\r?")
_LISTED = rarely(r"[-+\d.,\[\]() eE\t;]{0,400}\r?")
_EQUALITY_OR_LABEL = rarely(r"[=≈:]")
_JOINED = re.compile(r" {0,3}[-+*/] {0,3}\$[^$=≈\n]{1,200}\$")
_OPERATORS = ("+", "-", "*", "/", "\\cdot", "\\times")
MAX_WORKING = 12  # lines of one working in brackets
MAX_LIST = 24  # lines of a list of numbers
MAX_FORMULA = 60  # lines of a fence of formulas
MAX_INTRODUCED = 3  # lines from a display back to the text that introduces it
MAX_PRINTED = 400  # characters of a line of numbers
_OPEN_CASES = re.compile(r"=\s?\{\s*$")
MAX_CASES = 6  # lines of a definition by cases
_HTML_TABLE = rarely(r"<table\b[^>\n]{0,300}>", re.IGNORECASE)
_HTML_ROW = rarely(r"<tr\b", re.IGNORECASE)
_HTML_CELL = rarely(
    r"<t[dh]\b[^>]{0,300}>([^<]{0,400}(?:<(?!/?t[dhr]\b|/table)[^<]{0,400}){0,20})", re.IGNORECASE
)
MAX_HTML = 60_000  # characters of one table in HTML
_SUPPOSED = re.compile(
    r"(?:common|typical|frequent|usual)\s(?:mistake|error)|would\shave|(?:if|had)\swe\shad|(?:häufige|typische)r?\sfehler|hätte|error\s(?:común|frecuente|típico)"
    r"|(?:habría|hubiera)|erreur\s(?:fréquente|courante|classique)|aurait|aurions|erro\scomum|teria|teríamos|常见错误|错误做法",
    re.IGNORECASE,
)
_FENCE = rarely(r"\s*(?:```|~~~)")
_FORMULA_FENCE = rarely(r"\s*(?:>\s*)?(?:```|~~~)\s?(?:math|katex|latex|tex|\{math\})\s*")
_STATED = rarely(r"[^\W\d_][^=≈\n]{0,60}[=≈]\s{0,3}[-+−]?\.?\d")
_TABULAR = rarely(
    r"\s*(?:\\begin\{(?:center|table|flushleft)\*?\}\s?(?:\[[^\]\n]{0,12}\])?\s{0,8}|\\centering\s{0,8}){0,3}(?:\$\$?\s*)?"
    r"\\begin\{(?:(tabular|array|longtable)\}|(tabular\*|tabularx|tabulary)\}\s?\{[^{}]{0,40}\})"
)

Rule: TypeAlias = Callable[[int, Span], int | None]  # reads what begins on a line: the line behind it


def read_document(source: Source) -> Document:
    """Read a worked solution: Markdown, LaTeX or plain text.

    What holds a number and a relation sign and cannot be understood is listed as unread, with the
    reason; it is never taken for wrong. Work is bounded by counting tokens, so that the result does not
    depend on the machine.
    """
    return _Reader(notebook_text(source) if is_notebook(source) else source).document()


class _Reader:
    """State of one reading: items so far, the claim that a continuation would continue."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.raw = barred(source.text)
        self.text = rejoined(blanked(normalised(unmangled(self.raw))))
        self.settings = list(told_settings(self.text))
        for phrase, _ in self.settings:  # whose words could be taken for something else
            told = self.text[phrase.start : phrase.end]
            self.text = self.text[: phrase.start] + " " * len(told) + self.text[phrase.end :]
        self.habits = habits_of(self.text)
        self.last_is_target = targets_last(self.text)
        self.letters = letters_of_samples(self.text)  # that count samples
        self.topics = topics_of(self.text)
        self.counts_errors = counts_errors(self.text)
        self.fences = "```" in self.text or "~~~" in self.text
        self.claims = Claims(source)
        self.items = self.claims.items
        self.budget = MAX_TOKENS
        self.beyond: int | None = None
        self.no_table_before = 0
        self.legend: list[Span] = []  # what the numbers in the brackets of a log are
        self.owner: tuple[int, Token] | None = (
            None  # the label that old and new values belong to, and its line
        )
        self.mentions: list[Mention] = []
        self.bare: set[Span] = set()  # rows of numbers that nothing is said of
        self.candidates: list[Span] = []  # short numbers that may only be told again
        self.cells: dict[Span, tuple[int, tuple[Token, ...]]] = {}  # what they cost, and their tokens
        self.columns: dict[tuple[str, Span], Column] = {}
        self.ahead: dict[str, tuple[int, int]] = {}  # where a sign was looked for, and where it stands

    def document(self) -> Document:
        line, last = 1, len(self.source.line_starts)
        fenced = False
        rules = self._rules()
        while line <= last:
            if self.budget <= 0 or line > MAX_LINES or len(self.items) > MAX_ITEMS:
                self.beyond = line
                break
            span = self.source.line_span(line)
            if self.fences and _FENCE.match(self.text, span.start, span.end):
                after = None if fenced else self._formula_fence(line, span)
                if after is not None:
                    line = after
                    continue
                fenced = not fenced
                line += 1
                continue
            line = self._block(line, span, fenced, rules)
        self._short_mentions()
        for phrase, setting in self.settings:
            behind = (at for at, item in enumerate(self.items) if item.span.start >= phrase.start)
            self.items.insert(next(behind, len(self.items)), setting)
        items = nested(self.items, self.text)
        figures = told_figures(self.text)
        return Document(
            self.source,
            tuple(items if figures is None else with_figures(items, figures)),
            tuple(self.claims.unread),
            self.beyond,
            mentions=tuple(self.mentions),
        )

    def _short_mentions(self) -> None:
        """Numbers that stand apart in prose and in no claim."""
        taken = [piece.span for piece in self.claims.unread] + [
            each.span for each in self.mentions if not each.brief
        ]
        for item in self.items:
            if isinstance(item, Claim):
                taken += [link.span for link in item.links]
                taken += [item.subject.span] if item.subject is not None and item.subject.span else []
            elif isinstance(item, Place | Table | Threshold) and item.span not in self.bare:
                taken.append(item.span)
        for span in outside(self.candidates, taken)[:MAX_SHORT]:
            try:
                written = as_written(parse(self._lexed(span.start, span.end, latex=False))[0])
            except (NotReadError, InputError):
                continue
            if written is not None:
                self.mentions.append(Mention(span, self.source.line(span.start), written, short=True))

    # -- blocks

    def _rules(self) -> list[Rule]:
        """Ways to read a block, those without a sign of theirs in the whole text left out."""
        rules = (
            (self._html, ("<",)),
            (self._tabular, ("{tabular", "{array}", "{longtable}")),
            (self._display, ("$$", "\\[", "\\begin{")),
            (self._frame, ("  ",)),
            (self._drawn, ("\n  ",)),
            (self._printed, ("=",)),
            (self._log, ("[",)),
            (self._table, ("",)),
            (self._cases, ("{",)),
            (self._code_function, ("return ", "lambda ")),
        )
        texts = (self.source.text, self.text)  # tags stand in the first only, plain spellings in the second
        return [rule for rule, signs in rules if any(sign in text for sign in signs for text in texts)]

    def _block(self, line: int, span: Span, fenced: bool, rules: Sequence[Rule]) -> int:
        """Read what starts on this line; return the line after it."""
        raw = self.source.text
        if span.end - span.start > MAX_LINE:
            self.claims.refuse(
                Span(span.start, span.start + 80), f"the line is longer than {MAX_LINE} characters"
            )
            return line + 1
        if not raw[span.start : span.end].strip():
            return line + 1
        for rule in rules:
            after = rule(line, span)
            if after is not None:
                return after
        last = self._unclosed(line, span)
        self._text(line, Span(span.start, self.source.line_span(last).end), fenced)
        return last + 1

    def _unclosed(self, line: int, span: Span) -> int:
        """Last line of the paragraph's mathematics: what opens on one line may close on a later one."""
        if self._open_list(span):
            return self._end_of_list(line, span)
        if not _open_at_end(self.text, span.start, span.end):
            return self._end_of_working(line, span)
        for last in range(line + 1, min(line + 8, len(self.source.line_starts)) + 1):
            here = self.source.line_span(last)
            if not self.text[here.start : here.end].strip() or here.end - span.start > MAX_LINE:
                return line
            if not _open_at_end(self.text, span.start, here.end):
                return last
        return line

    def _open_list(self, span: Span) -> bool:
        """Whether a list of numbers is given that goes on below: ``X = [[0, 1],``."""
        text = self.text
        return (
            text.count("[", span.start, span.end) > text.count("]", span.start, span.end)
            and _OPEN_LIST.fullmatch(text, span.start, span.end) is not None
        )

    def _end_of_working(self, line: int, span: Span) -> int:
        """Last line of a working in brackets that goes on over lines, an operator between them; else the line itself."""
        text = self.text
        depth = _left_open(text, span.start, span.end)
        if depth < 1 or not _EQUALITY_OR_LABEL.search(text, span.start, span.end):
            return line
        before = text[span.start : span.end].rstrip()
        for last in range(line + 1, min(line + MAX_WORKING, len(self.source.line_starts)) + 1):
            here = self.source.line_span(last)
            inside = text[here.start : here.end].strip()
            goes_on = before.endswith(_OPERATORS) or inside.startswith(_OPERATORS)
            if not goes_on or here.end - here.start > MAX_PRINTED or not inside:
                return line
            depth += _left_open(text, here.start, here.end)
            if depth < 1:
                return last
            before = inside
        return line

    def _end_of_list(self, line: int, span: Span) -> int:
        """Last line of a list that opens here; the line itself, where something else than numbers follows."""
        text = self.text
        for last in range(line + 1, min(line + MAX_LIST, len(self.source.line_starts)) + 1):
            here = self.source.line_span(last)
            if here.end - here.start > MAX_PRINTED or _LISTED.fullmatch(text, here.start, here.end) is None:
                return line
            if text.count("[", span.start, here.end) <= text.count("]", span.start, here.end):
                return last
        return line

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
        inside = self._lexed(start, inside_end, latex=True)
        self.claims.piece(inside)
        if any(token.value == "→" for token in inside) and inside[0].kind == NUMBER:
            self._mention([*self._introduction(line), *inside])  # The loss has fallen: 0.31 → 0.30
        if rest.start < rest.end and self.text[rest.start : rest.end].strip():
            self._text(after, rest, fenced=False)
        return after + 1

    def _introduction(self, line: int) -> list[Token]:
        """The line of text that a colon ends, in front of what is displayed behind it."""
        for before in range(line - 1, max(line - MAX_INTRODUCED, 0), -1):
            span = self.source.line_span(before)
            text = self.text[span.start : span.end].rstrip(" *\r")
            if text:
                near = text.endswith(":") and len(text) < MAX_PRINTED
                return self._lexed(span.start, span.start + len(text) - 1, latex=False) if near else []
        return []

    def _formula_fence(self, line: int, span: Span) -> int | None:
        """A fence of formulas, each read as a display."""
        if _FORMULA_FENCE.fullmatch(self.text, span.start, span.end) is None:
            return None
        lines: list[Span] = []
        for at in range(line + 1, min(line + MAX_FORMULA, len(self.source.line_starts)) + 1):
            here = self.source.line_span(at)
            if _FENCE.match(self.text, here.start, here.end):
                break
            lines.append(here)
        else:
            return None
        if not lines or lines[-1].end - span.end > MAX_LINE or "$" in self.text[span.end : lines[-1].end]:
            return None
        for formula in formulas(self.text, lines):
            self.claims.piece(self._lexed(formula.start, formula.end, latex=True))
        return line + len(lines) + 2

    def _drawn(self, line: int, span: Span) -> int | None:
        """Vectors that are drawn over several lines."""
        if "[" not in self.text[span.start : span.end]:
            return None
        last = min(line + MAX_DRAWN, len(self.source.line_starts))
        lines = [self.source.line_span(at) for at in range(line, last + 1)]
        found = drawn(self.text, lines, lambda start, end: self._lexed(start, end, latex=False))
        if found is None:
            return None
        self.claims.close()
        if found[0]:
            self.claims.piece(found[0])
        else:
            self.claims.refuse(span, "the lines of a drawn vector do not fit together")
        self.claims.close()
        return line + found[1]

    def _printed(self, line: int, span: Span) -> int | None:
        """``w =``, and a line or two below the numbers, as programs for matrices print them."""
        if _PRINTED_NAME.fullmatch(self.text, span.start, span.end) is None:
            return None
        last = len(self.source.line_starts)
        below = [self.source.line_span(at) for at in range(line + 1, min(line + 4, last) + 1)]
        texts = [self.text[here.start : here.end].strip() for here in below]
        at = next((k for k, text in enumerate(texts) if text), None)
        if at is None or _PRINTED_ROW.fullmatch(texts[at]) is None or len(texts[at]) > MAX_PRINTED:
            return None
        if at + 1 < len(texts) and _PRINTED_ROW.fullmatch(texts[at + 1]):
            return None  # a matrix
        here = below[at]
        numbers = [
            Span(m.start(), m.end()) for m in _PRINTED_NUMBER.finditer(self.text, here.start, here.end)
        ]
        found = self._lexed(span.start, span.end, latex=False)
        if len(numbers) > 1:
            found.append(Token(OPEN, "[", numbers[0].start, numbers[0].start))
        for k, number in enumerate(numbers):
            if k:
                found.append(Token(SEPARATOR, ",", number.start, number.start))
            bare = number.end - self.text.startswith(".", number.end - 1)  # 0.
            found += self._lexed(number.start, bare, latex=False)
        if len(numbers) > 1:
            found.append(Token(CLOSE, "]", numbers[-1].end, numbers[-1].end))
        self.claims.piece(found)
        self.claims.close()
        return line + 2 + at

    def _log(self, line: int, span: Span) -> int | None:
        """Lines of a log with numbers in brackets, below a legend that names them."""
        if "[" not in self.text[span.start : span.end]:
            return None
        if not self.legend or logged(self.text, span.start, span.end, len(self.legend)) is None:
            found = legend(self.text, span.start, span.end) if span.end - span.start < 400 else []
            self.legend = found or self.legend
            return None
        rows: list[list[Span]] = []
        at = line
        while at <= len(self.source.line_starts) and len(rows) < MAX_ROWS:
            here = self.source.line_span(at)
            row = logged(self.text, here.start, here.end, len(self.legend))
            if row is None:
                break
            rows.append(row)
            at += 1
        head = [rows[0][0], *self.legend]
        cells = [row[1:] for row in rows]
        found_table = table(self.text, [head, *cells], line, self.habits) if len(rows) > 1 else None
        if found_table is None:
            return None
        self._add_table(replace(found_table, span=Span(rows[0][0].start, rows[-1][-1].end)), [head, *cells])
        return at

    def _cases(self, line: int, span: Span) -> int | None:
        """``f(z) = {`` over lines with a value and its condition each, and ``}``."""
        if _OPEN_CASES.search(self.text, max(span.start, span.end - 40), span.end) is None:
            return None
        found = self._lexed(span.start, span.end, latex=False)
        for at in range(line + 1, min(line + MAX_CASES, len(self.source.line_starts)) + 1):
            here = self.source.line_span(at)
            inside = self._lexed(here.start, here.end, latex=False)
            if inside and inside[0].value == "}":
                self.claims.piece([*found, inside[0]])
                return at + 1
            if found[-1].value != "{":
                found.append(Token(SEPARATOR, ",", here.start, here.start))
            found += inside
        return None

    def _code_function(self, line: int, span: Span) -> int | None:
        """``def f(x):`` over ``return x**2 - 4*x``: the function, if it is a formula in numbers and its arguments."""
        text = self.text
        match = code_functions.one_line(text, span.start, min(span.end, span.start + 400))
        if match is not None:
            return line + 1 if self._code_formula(match, Span(match.end(), span.end)) else None
        match = code_functions.head(text, span.start, min(span.end, span.start + 200))
        if match is None:
            return None
        last = len(self.source.line_starts)
        for at in range(line, min(line + code_functions.MAX_BETWEEN, last) + 1):
            here = self.source.line_span(at)
            start = match.end() if at == line else here.start
            found = code_functions.returned(text, start, min(here.end, start + 400))
            if found is not None:
                return at + 1 if self._code_formula(match, Span(found, here.end)) else None
            inside = text[here.start : here.end].strip()
            if at > line and inside and not inside.startswith(("#", '"', "'")):
                return None  # more is worked out in it
        return None

    def _code_formula(self, match: re.Match[str], span: Span) -> bool:
        """Take in the function that a program defines by one expression; whether it is one."""
        if span.end - span.start > MAX_PRINTED:
            return False
        try:
            body = parse(plain(self._lexed(span.start, span.end, latex=False)))[0]
        except (NotReadError, InputError):
            return False
        subject = code_functions.subject_of(match, body)
        if subject is None:
            return False
        self.claims.close()
        line = self.source.line(match.start(1))
        self.items.append(Claim(Span(match.start(1), span.end), line, subject, (Link("=", body, span),)))
        return True

    def _closing(self, closer: str, start: int) -> int | None:
        """Where a display ends, unless a blank line comes first."""
        stop = self._next(closer, start)
        if stop < 0 or stop - start > 8 * MAX_LINE:
            return None
        blank = self._next("\n\n", start)
        return None if 0 <= blank < stop else stop

    def _next(self, sign: str, start: int) -> int:
        """Next place of a sign, looked for once: lines are read in order; a blank line may hold blanks."""
        known = self.ahead.get(sign)
        if known is not None and known[0] <= start and (known[1] < 0 or known[1] >= start):
            return known[1]
        if sign == "\n\n":
            match = _BLANK_LINE.search(self.text, start)
            found = match.start() if match else -1
        else:
            found = self.text.find(sign, start)
        self.ahead[sign] = (start, found)
        return found

    def _table(self, line: int, span: Span) -> int | None:
        """Consecutive lines that are rows of one table."""
        if line < self.no_table_before:
            return None
        rows: list[list[Span]] = []
        at = line
        first: str | None = None
        while at <= len(self.source.line_starts):
            here = self.source.line_span(at)
            if here.end - here.start > MAX_LINE or len(rows) > 12_000:
                break
            if rows and crosses(self.text[here.start : here.end]):
                at += 1
                continue
            cells = cells_of(self.raw, self.text, here.start, here.end, first)
            first = self.text[here.start : here.end] if first is None else first
            if cells is None or len(cells) < 2:
                break
            if not is_rule(self.text[here.start : here.end]):
                rows.append(cells)
            at += 1
        if len(rows) < 2:
            return self._blank_table(line)
        if "\t" in self.source.text[span.start : span.end] and all(
            _STATED.search(self.text, cell.start, cell.end) for row in rows for cell in row
        ):
            for cell in chain.from_iterable(rows):  # each says what its numbers are
                self._text(self.source.line(cell.start), cell, fenced=False)
                self.claims.close()
            return at
        widths = [len(row) for row in rows]
        if sum(width != widths[0] for width in widths) * 2 > len(widths):  # bars that do not part cells
            flat = self._blank_table(line)
            if flat is not None:
                return flat
        if not self._tables(rows, line):
            self.no_table_before = at  # so that each line is looked at once
            return None
        return at

    def _tables(self, rows: list[list[Span]], line: int) -> bool:
        """Tables that stand in consecutive lines, each from its heading on; whether there is any."""
        starts = [k for k, row in enumerate(rows) if self._names_columns(row)]
        starts = [
            k for k in starts if k + 1 not in starts
        ]  # of two lines of headings the second names the columns
        starts = starts or [0]
        if starts[0] > 2:
            starts.insert(0, 0)
        any_found = False
        for start, stop in zip(starts, [*starts[1:], len(rows)], strict=True):
            found = table(self.text, rows[start:stop], self.source.line(rows[start][0].start), self.habits)
            if found is not None:
                self._add_table(found, rows[start:stop])
                any_found = True
        return any_found

    def _names_columns(self, row: Sequence[Span]) -> bool:
        """Whether a row of cells holds names of quantities, and no values."""
        named = 0
        for span in row:
            text = self.text[span.start : span.end].strip(" $*`")
            if text.replace(".", "").replace(",", "").lstrip("+-").isdigit() and text not in (
                "1",
                "+1",
                "-1",
            ):
                return False
            found = (
                [token for token in self._cell(span) if token.value != ""] if text and len(text) < 120 else []
            )
            if found and any(token.kind == NUMBER and token.value not in ("1", "0") for token in found[:1]):
                return False
            if _values_told(found) > 1 or _is_worked_out(found) or _is_place(found):
                return False
            roles = (self._column(text, span, found) if found else column(text, found)).roles
            named += bool(roles) and (found[0].kind == NAME or found[0].kind != NUMBER)
        return named > 1

    def _blank_table(self, line: int) -> int | None:
        """A table without bars; the row behind its heading may be a second line of headings."""
        here = self.source.line_span(line)
        below = self._line(line + 1)
        if below is None or not self.text[below.start : below.end].strip():
            return None  # a heading has rows
        if here.end - here.start > 400 or gives_value(self.text[here.start : here.end]):
            return None
        head = units(self.text, here.start, here.end)
        if not is_heading(self.text, head):
            return None
        names: list[Span] | None = None
        rows: list[list[Span]] = []
        at = last = line + 1
        skipped = 0
        while at <= len(self.source.line_starts) and len(rows) < MAX_ROWS:
            span = self.source.line_span(at)
            if not self.text[span.start : span.end].strip() or span.end - span.start > 400:
                break
            if rows and is_drawn(self.text[span.start : span.end]):
                at += 1
                continue
            fits = matched(self.text, head, units(self.text, span.start, span.end))
            if fits is None or (names is not None and len(fits[1]) != len(names)):
                skipped += 1
                if skipped > 2 or rows:
                    break
            else:
                names = fits[0]
                rows.append(fits[1])
                last = at + 1
            at += 1
        if names is None or (len(rows) < 2 and not skipped):
            return None
        found = table(self.text, [names, *rows], line, self.habits)
        if found is None:
            return None
        self._add_table(found, [names, *rows])
        for between in range(line + 1, self.source.line(rows[0][0].start)):
            self._text(between, self.source.line_span(between), fenced=False)
        return last

    def _frame(self, line: int, span: Span) -> int | None:
        """A table as pandas prints it."""
        found = frame(self.text, line, self._line)
        made = table(self.text, [found[0], *found[1]], line, self.habits) if found is not None else None
        if found is None or made is None:
            return None
        self._add_table(made, [found[0], *found[1]])
        return found[2]

    def _line(self, line: int) -> Span | None:
        """Where a line stands; None in front of the first and beyond the last, and for one that is too long."""
        span = self.source.line_span(line) if 0 < line <= len(self.source.line_starts) else None
        return span if span is not None and span.end - span.start <= MAX_LINE else None

    def _html(self, line: int, span: Span) -> int | None:
        """A table in HTML, its rows and cells over as many lines as they like."""
        opening = _HTML_TABLE.search(self.source.text, span.start, span.end)
        if opening is None:
            return None
        stop = self.source.text.find("</table>", opening.end(), opening.end() + MAX_HTML)
        rows: list[list[Span]] = []
        starts = [
            match.start() for match in _HTML_ROW.finditer(self.source.text, opening.end(), max(stop, 0))
        ]
        for start, end in zip(starts, [*starts[1:], stop], strict=True):
            cells = [
                _trimmed(self.text, match.start(1), match.end(1))
                for match in _HTML_CELL.finditer(self.source.text, start, end)
            ]
            if cells:
                rows.append(cells)
        if len(rows) < 2 or len({len(row) for row in rows}) > 2 or not self._tables(rows, line):
            return None
        return self.source.line(stop) + 1

    def _tabular(self, line: int, span: Span) -> int | None:
        """A LaTeX table: ``tabular``, or an ``array`` of numbers with a header."""
        match = _TABULAR.match(self.text, span.start, span.end)
        if match is None:
            return None
        name = match[1] or match[2]
        stop = self._closing("\\end{" + name + "}", match.end())
        if stop is None:
            return None
        columns = _COLUMNS.match(self.text, match.end(), stop)
        start = columns.end() if columns else match.end()
        if name == "array" and _EQUALITY.search(self.text, start, stop):
            return None
        rows: list[list[Span]] = []
        at = start
        for row in _ROWS.split(self.text[start:stop]):
            row_start = self.text.index(row, at) if row else at
            at = row_start + len(row)
            if row.strip():
                cells, cell_start = [], row_start
                for part in _CELLS.split(row):
                    cells.append(
                        _unspanned(self.text, _trimmed(self.text, cell_start, cell_start + len(part)))
                    )
                    cell_start += len(part) + 1
                if rows or len(cells) > 1 or "\\multicolumn" not in row:
                    rows.append(cells)
        if len(rows) > 2 and len(rows[0]) < len(rows[1]):
            rows = rows[1:]  # names of groups of columns
        found = table(self.text, rows, line, self.habits) if rows else None
        if found is None:
            return None
        self._add_table(found, rows)
        return self.source.line(stop) + 1

    def _tells_steps(self, columns: Sequence[Column], rows: Sequence[Sequence[Span]]) -> bool:
        """Whether a table shows, step by step, the variables of a function that stands above it: ``step | x | y``."""
        counted = only_counts(self.source, columns[0], [row[0] for row in rows if row])
        if not counted and not any(each.counts == "epoch" for each in columns):
            return False
        names = {each.name for one in columns[counted:] for each in one.subjects if isinstance(each, Symbol)}
        if not names:
            return False
        return any(isinstance(item, Claim) and names <= _variables(item) for item in self.items)

    def _add_table(self, found: Table, rows: Sequence[Sequence[Span]]) -> None:
        self.claims.close()
        self.budget -= 2 * sum(len(row) for row in rows)
        kept = [row for row in rows if any(self.text[span.start : span.end].strip() for span in row)]
        columns = [self._column(self.source.extract(span), span, self._cell(span)) for span in kept[0]]
        iterates = self._iterates(columns, kept)
        if iterates:
            self.items += [Heading(found.span, found.line), *iterates]
            return
        steps = self._tells_steps(columns, kept[1:])
        self.items.append(Heading(found.span, found.line) if steps else found)  # whose x and y are no data
        results = steps or is_result_table(columns) or self._tells_rates(columns, kept[1:])
        results = results or tells_new_values(columns, kept[1:], self._cell)
        working: frozenset[int] = frozenset()
        if not results or any(not each.subjects for each in columns[2:]):  # gradient formula | value
            working = worked_columns(self.text, kept[1:], self._cell)
        behind = [columns[at + 1] for at in working if 0 < at < len(columns) - 1]
        if results and all(each.subjects or each.mark for each in behind):
            self.items.extend(row_items(self.source, columns, kept[1:], self._cell, self._stated))
            return
        turned = len(kept[0]) > 1 and is_turned(columns, kept[1:], self._cell)
        if not working and turned:
            self.items.extend(turned_items(self.source, kept[0], kept[1:], self._cell, self._stated))
            return
        asked = {} if results or turned else answers(kept[1:], self._cell)
        for row in rows:
            value_of_working = False
            told = 0  # cells that were read together with the one that asks for their quantity
            for at, span in enumerate(row):
                if span in asked:
                    chain, told = asked[span]
                    self._answered(chain, span.cover(row[at + told - 1]))
                if told:
                    told -= 1
                    continue
                if value_of_working:
                    value_of_working = False
                    continue
                if row is not kept[0] and at in working and at + 1 < len(row):
                    value_of_working = self._worked_cells(row, at)
                if value_of_working:
                    continue
                named = value_of_row(self.source, row, span, self._cell) if turned and at else []
                if named and row is not kept[0]:
                    self.items.extend(named)
                    continue
                inside = self._cell(span)
                if _EQUALITY.search(self.text, span.start, span.end):
                    self.claims.piece(inside)
                self._mention(inside)

    def _iterates(self, columns: Sequence[Column], kept: Sequence[Sequence[Span]]) -> list[Item]:
        """The places that a descent comes to, where a table has a learning rate for each row or column."""

        def told(span: Span, each: Column) -> list[Item]:
            return cell_items(self.source, span, each, self._cell, self._stated)

        rows = kept[1:]
        rate = rows_by_rate(columns, rows, self._cell)
        if rate is not None:
            return told_by_rows(self.source, columns, rows, rate, told)
        rates = {at: found for at, span in enumerate(kept[0]) if at and (found := rate_of(self._cell(span)))}
        variable, starts = self._descended() if len(rates) > 1 else ("", frozenset())
        if not variable:
            return []
        by_rate = told_by_columns(self.source, rows, rates, variable, told)
        others = [
            item
            for row in rows
            for at, span in enumerate(row[: len(columns)])
            if at and at not in rates
            for item in told(span, columns[at])
        ]
        named = all(states(self._cell(row[at])) for row in rows for at in rates if at < len(row))
        return [*others, *chain.from_iterable(by_rate)] if named or begin_alike(by_rate, starts) else []

    def _descended(self) -> tuple[str, frozenset[Fraction]]:
        """The one variable of the last function that was told, and the values told of it, or of its place 0."""
        function = next(
            (item for item in reversed(self.items) if isinstance(item, Claim) and len(_variables(item)) == 1),
            None,
        )
        variable = next(iter(_variables(function))) if function is not None else ""
        told = (
            as_written(item.links[-1].expr)
            for item in self.items
            if isinstance(item, Claim)
            and isinstance(item.subject, Symbol)
            and item.subject.name == variable
            and (*item.subject.index, *item.subject.upper) in ((), (0,))
            and item.links
        )
        return variable, frozenset(each.value for each in told if each is not None)

    def _tells_rates(self, columns: Sequence[Column], rows: Sequence[Sequence[Span]]) -> bool:
        """Whether a table shows how a learning rate shrinks from step to step: ``t | lr_t``."""
        counted = only_counts(self.source, columns[0], [row[0] for row in rows if row])
        return counted and any(each.tells_rates for each in columns[1:])

    def _answered(self, chain: Sequence[Token], cells: Span) -> None:
        """What is said of a quantity in cells beside one another: the working may stand behind the value."""
        first = len(self.items)
        self.claims.close()
        self.claims.piece(chain)
        self.claims.close()
        for at in range(first, len(self.items)):
            item = self.items[at]
            if isinstance(item, Claim) and item.span.end < item.span.start:
                self.items[at] = replace(item, span=cells)

    def _worked_cells(self, row: Sequence[Span], at: int) -> bool:
        """A cell with an expression and the one behind it with its value as one claim; whether it was one."""
        working, (sign, value) = self._cell(row[at]), led(self._cell(row[at + 1]))
        states_formula = sign is not None and any(token.kind == RELATION for token in working)
        if number_alone(value) is None or (worked(working) is None and not states_formula):
            return False
        sign = sign or Token(RELATION, "=", row[at + 1].start, row[at + 1].start)
        chain = [*plain(working), sign, *value]
        named = at > 0 and not any(token.kind == RELATION for token in working)
        name = name_of_row(self._cell(row[0])) if named else []
        self.claims.close()
        if name:
            chain = [*name, Token(RELATION, "=", name[-1].end, name[-1].end), *chain]
        self.claims.piece(chain)
        self.claims.close()
        return True

    def _cell(self, span: Span) -> list[Token]:
        """Tokens of a table cell, which is looked at more than once."""
        budget, unread = self.budget, len(self.claims.unread)
        known = self.cells.get(span)
        if known is not None and budget > known[0]:
            self.budget -= known[0]
            return list(known[1])
        found = self._mixed(span.start, span.end)
        if unread == len(self.claims.unread):
            self.cells[span] = (budget - self.budget, tuple(found))
        return found

    def _column(self, text: str, span: Span, found: Sequence[Token]) -> Column:
        """What the heading of a column says; `found` are its tokens."""
        told = text.strip(" $*`_").lower(), span
        if told not in self.columns:
            self.columns[told] = column(text, found)
        return self.columns[told]

    def _stated(self, span: Span) -> list[Item]:
        """Items of a cell that holds statements of its own."""
        start = len(self.items)
        self.claims.close()
        self.claims.piece(self._cell(span))
        found = list(self.items[start:])
        del self.items[start:]
        self.claims.close()
        return found

    def _text(self, line: int, span: Span, fenced: bool) -> None:
        """A line of text: label, conclusions, and the mathematics in it."""
        start = span.start
        quoted = _QUOTE.match(self.text, start, span.end)
        start = quoted.end() if quoted else start
        if (
            self._aged(line, start, span.end)
            or self._data_column(line, start, span.end)
            or self._listed(start, span.end)
        ):
            return
        found = heading(self.text, start, span.end, line, self.last_is_target)
        if found is None and self.letters:
            found = indexed_line(self.text, start, span.end, line, self.letters)
        row = (
            None
            if found is not None
            else counted_line(self.text, span, (self._line(line - 1), self._line(line + 1)), line)
        )
        found = found if row is None else (row, behind_count(self.text, row))
        of_sample: list[Token] = []
        if found is not None:
            of_sample = self._of_sample(found[0], start, found[1], span.end)
            self.items.append(found[0])
            self.claims.close()
            start = found[1]
        elif not fenced:
            self.items.extend(sentences(self.text, start, span.end, line, self.topics))
        counted = None
        if self.counts_errors and not fenced:
            counted = error_count(self.text, span.start, span.end, line)
        if counted is not None:
            self.items.append(counted)
            start = counted.span.end  # what stands in front only says which epoch is meant
        ordinal = _ORDINAL.match(self.text, start, span.end) if found is None else None
        bullet = _BULLET.match(self.text, start, span.end)
        if ordinal:
            start = ordinal.end()
            self.claims.ordinal = Heading(
                Span(ordinal.start(), ordinal.end()), line, ordinal=int(ordinal[1] or ordinal[2])
            )
        elif bullet and not self._minus(bullet, span, line):
            start = bullet.end()
        inside = self._mixed(start, span.end)
        first = len(self.items)
        if not self._bare_row(line, start, span.end):
            self.claims.piece([*of_sample, *inside])
        self.claims.ordinal = None
        self._suppose(first, start, span.end)
        self._mention(inside)
        if len(self.candidates) < MAX_CANDIDATES:
            self.candidates += apart(self.text, start, span.end)

    def _suppose(self, first: int, start: int, end: int) -> None:
        """Mark the claims of a sentence that speaks of a mistake, or of what would have been."""
        if len(self.items) == first:
            return
        for match in _SUPPOSED.finditer(self.text, start, end):
            stop = self.text.find(". ", match.end(), end)
            stop = end if stop < 0 else stop
            for at in range(first, len(self.items)):
                item = self.items[at]
                if isinstance(item, Claim) and match.start() < item.span.start < stop:
                    self.items[at] = replace(item, supposed=True)

    def _mention(self, found: Sequence[Token]) -> None:
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
                written = replace(written, text=f"-{written.text}", value=-written.value)
            if len(self.mentions) >= MAX_ITEMS:
                return
            percent = at + 1 < len(found) and found[at + 1].value == "%"
            if token.start >= stop:  # most stand on one line
                line = self.source.line(token.start)
                stop = self.source.line_span(line).end
            self.mentions.append(
                Mention(token.span, line, written, percent, subject, token.start in olds, brief=brief)
            )

    def _data_column(self, line: int, start: int, end: int) -> bool:
        """``Size: 30, 40, 20``: the numbers of all rows under a word of the author's, which no formula knows."""
        listed = self.text.find(",", start, end) >= 0 or self.text.find(";", start, end) >= 0
        match = (
            _DATA_COLUMN.fullmatch(self.text, start, end) if listed and end - start < MAX_PRINTED else None
        )
        if match is None:
            return False
        named = self._lexed(match.start(1), match.end(1), latex=False)
        if len(named) > 1 and set(roles_of(named[0].value)[:1]) & {Role.ERROR, Role.OUTPUT}:
            # p - y = (0.5, -0.5) is about a difference
            return len(named[0].value) > 1 and self._headed_list(named[0], match)
        if not named or any(token.kind != WORD for token in named):
            return False
        found = _with_commas(
            token for token in self._lexed(match.start(2), match.end(2), latex=False) if token.value
        )
        opening = Token(OPEN, "[", found[0].start, found[0].start)
        closing = Token(CLOSE, "]", found[-1].end, found[-1].end)
        try:
            numbers = parse([opening, *found, closing])[0]
        except (NotReadError, InputError):
            return False
        if not isinstance(numbers, Vector) or any(as_written(item) is None for item in numbers.items):
            return False
        name = Symbol(COLUMN + match[1].strip().lower(), span=Span(match.start(1), match.end(1)))
        self.claims.close()
        self.items.append(Claim(Span(match.start(1), match.end(2)), line, name, (), given=numbers))
        return True

    def _bare_row(self, line: int, start: int, end: int) -> bool:
        """``after: 0.5 0.4875 -0.5125``: numbers that a program prints beside one another, under words or under none."""
        if end - start >= MAX_PRINTED:
            return False
        if _BARE_LISTS.fullmatch(self.text, start, end):
            lists = [
                self._place(line, Span(*match.span(1)))
                for match in _BARE_LIST.finditer(self.text, start, end)
            ]
            return any(lists)
        match = _BARE_ROW.fullmatch(self.text, start, end)
        if match is None or not _TELLING.search(self.text, match.start(2), end):
            return False
        named = self._lexed(match.start(1), match.end(1), latex=False) if match[1] else []
        return all(token.kind == WORD for token in named) and self._place(line, Span(*match.span(2)))

    def _place(self, line: int, span: Span) -> bool:
        """Numbers with blanks between them, as a point that nothing is said of; whether they are some."""
        found = [token for token in self._lexed(span.start, span.end, latex=False) if token.value]
        items = blank_split(found)
        if items is None:
            return False
        numbers = tuple(number for item in items if (number := lone_number(item)) is not None)
        if len(numbers) < len(items):
            return False
        self.claims.close()
        self.items.append(Place(Span(found[0].start, found[-1].end), line, numbers))
        self.bare.add(self.items[-1].span)
        return True

    def _headed_list(self, name: Token, match: re.Match[str]) -> bool:
        """``Errors y - ŷ: 0; 1; -2``: a list of what the first word names, and behind it how it is worked out."""
        found = self._lexed(match.start(2), match.end(2), latex=False)
        if name.kind != NAME or not found:
            return False
        self._list(name, _with_commas(found))
        return True

    def _listed(self, start: int, end: int) -> bool:
        """``z: i=1 -0.4, i=2 0.7``: one quantity of every sample."""
        found = listed_by_index(self.text, start, end, self.letters) if self.letters else None
        if found is None:
            return False
        begins, values = found
        names = [token for token in self._mixed(start, begins) if token.kind == NAME]
        if len(names) != 1 or not roles_of(names[0].value):
            return False
        listed = [self._lexed(span.start, span.end, latex=True) for span in values]
        commas = [Token(SEPARATOR, ",", span.end, span.end) for span in values]
        self._list(
            names[0],
            [*chain.from_iterable([*one, comma] for one, comma in zip(listed, commas, strict=True))][:-1],
        )
        return True

    def _list(self, name: Token, found: Sequence[Token]) -> None:
        """A claim of a name and the list of its values."""
        opening, closing = found[0].start, found[-1].end
        self.claims.close()
        self.claims.piece(
            [
                name,
                Token(RELATION, "=", opening, opening),
                Token(OPEN, "[", opening, opening),
                *found,
                Token(CLOSE, "]", closing, closing),
            ]
        )

    def _of_sample(self, label: Heading, start: int, stop: int, end: int) -> list[Token]:
        """The name in front of a sample, ``Net Data 1 = 0``: the quantity that the rest of the line is about."""
        name = quantity_of_sample(self.text, start, stop, end) if label.sample is not None else None
        found = self._lexed(name.start, name.end, latex=False) if name is not None else []
        known = len(found) == 1 and found[0].kind == NAME and roles_of(found[0].value.partition("#")[0])
        return found if known else []

    def _aged(self, line: int, start: int, end: int) -> bool:
        """Whether this is the old or the new value of what a label above names: its claim is read then."""
        if is_owner(self.text, start, end):
            name = owner(self._lexed(start, end, latex=False))
            self.owner = (line, name) if name is not None else None
            return False
        which = age(self.text, start, end) if self.owner is not None else None
        if self.owner is None or which is None or line - self.owner[0] > MAX_APART:
            return False
        colon = Token(RELATION, ":", which[1], which[1] + 1)
        self.claims.close()
        value = self._lexed(which[1] + 1, end, latex=False)
        # the name stands at the place of the word that says which value it is
        name = replace(self.owner[1], start=start, end=which[1])
        self.claims.piece([*marked(name, which[0]), colon, *value])
        return True

    def _minus(self, bullet: re.Match[str], span: Span, line: int) -> bool:
        """Whether a dash in front of a number is its sign: no neighbour line starts with a dash too."""
        if (
            not bullet[0].strip().startswith(("-", "+"))
            or not self.text[bullet.end() : bullet.end() + 1].isdigit()
        ):
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
            found.extend(tokens(self.text, start, end, latex, self.habits))
        except InputError as error:
            self.claims.refuse(Span(start, end), error.reason)
            self.claims.close()  # what goes on from here goes on from what could not be read
            found = []
        self.budget -= len(found) + 1
        return found

    def _mixed(self, start: int, end: int) -> list[Token]:
        """Tokens of a line of text with mathematics between dollars in it."""
        found: list[Token] = []
        at = start
        for opens, first, last, closes in _math(self.text, start, end):
            condition = _CONDITION.match(self.text, first, last)
            inside = self._lexed(
                condition.end() if condition else first, last, latex=not self._prose(first, last)
            )
            found += self._lexed(at, opens, latex=False)
            if self.text[opens] != "$":  # \( $\hat{y}$ = 0 \)
                inside = [token for token in inside if token.value != "$"]
            if any(token.kind == RELATION for token in inside):
                goes_on = found and (
                    found[-1].kind == RELATION
                    or (inside[0].kind == RELATION and found[-1].kind in (NAME, DERIVATIVE, WORD))
                )
                if not goes_on:
                    found.append(Token(SEPARATOR, "$", opens, opens))
                found += inside
                # $w = 0.5 - 0.2 =$ **0.3**, and $E = 0.1$ + $0.2$
                if inside[-1].kind != RELATION and not _JOINED.match(self.text, closes, end):
                    found.append(Token(SEPARATOR, " ", closes, closes))
            else:
                found += inside
            at = closes
        latex = _LATEX_COMMAND.search(self.text, at, end) is not None
        found += self._lexed(at, end, latex=latex and at == start and not self._wordy(at, end))
        return found

    def _prose(self, start: int, end: int) -> bool:
        """Whether plain words stand between dollars: ``$0.2 >= 0 -> output = 1 (wrong, target is 0)$``."""
        if any(sign in self.text[start:end] for sign in "\\_^{"):
            return False
        return len(_WORDS.findall(self.text, start, end)) > 1

    def _wordy(self, start: int, end: int) -> bool:
        """Whether a line holds more words than mathematics."""
        return len(_WORDS.findall(self.text, start, end)) > 3


def _with_commas(found: Iterable[Token]) -> list[Token]:
    """A list with a comma between its numbers, whatever stands there."""
    return [replace(token, value=",") if token.kind == SEPARATOR else token for token in found]


def _is_long(written: Written | None) -> bool:
    """Whether a number has decimals and enough figures to be known again by them."""
    # a number has no more figures than characters, and those cost nothing to count
    if written is None or written.places < 1 or len(written.text) < MENTIONED:
        return False
    figures = written.text.replace(".", "", 1).lstrip("0")
    return len(figures) >= MENTIONED if figures.isdecimal() else written.figures >= MENTIONED


def _variables(claim: Claim) -> set[str]:
    """The names that a claim gives a function of, ``f(x, y) = ...`` and ``L = x^2 + y^2``."""
    subject = claim.subject
    if isinstance(subject, Apply):
        return {symbol.name for symbol in subject.arg.symbols}
    body = claim.links[-1].expr if claim.links and isinstance(subject, Symbol) else None
    if body is None or isinstance(body, Symbol) or claim.part is not None:
        return set()
    return {symbol.name for symbol in body.symbols} - {subject.name if isinstance(subject, Symbol) else ""}


def _math(text: str, start: int, end: int) -> Iterator[tuple[int, int, int, int]]:
    """Mathematics between delimiters on a line: where each opens, its inside, where it closes."""
    at = start
    closed = {"\\)": True, "\\]": True, "$$": True, "$": True}  # whether a closer may still come
    while True:
        match = _MATH_OPENER.search(text, at, end)
        if match is None:
            return
        opener = match[0]
        closer = {"(": "\\)", "[": "\\]"}.get(opener[-1], opener)
        stop = text.find(closer, match.end(), end) if closed[closer] else -1
        if stop < 0:
            closed[closer] = False
            at = match.end()
            continue
        doubled = stop - 1 if closer != opener and text[stop - 1] == "\\" else stop
        if opener == "$" and not _dollars(text, match.end(), stop):
            at = match.end()
            continue
        yield match.start(), match.end(), doubled, stop + len(closer)
        at = stop + len(closer)


def _values_told(found: Sequence[Token]) -> int:
    """How many values a cell gives: two in ``z = -0.3, O = 0``, which names no column."""
    plain = [token for token in found if token.kind != OPERATOR]
    return sum(
        name.kind == NAME and sign.value == "=" and value.kind == NUMBER
        for name, sign, value in zip(plain, plain[1:], plain[2:], strict=False)
    )


def _is_place(found: Sequence[Token]) -> bool:
    """Whether a cell holds a place, ``(2.6; 0.6)``: numbers in brackets, and nothing else."""
    inside = [token for token in found if token.value not in ("^", "$", "-", "+")]
    numbers = sum(token.kind == NUMBER for token in inside)
    return (
        numbers > 1
        and inside[0].kind == OPEN
        and all(token.kind in (NUMBER, OPEN, CLOSE, SEPARATOR) for token in inside)
    )


def _is_worked_out(found: Sequence[Token]) -> bool:
    """Whether a cell works a quantity out in numbers, ``w = 0.6 - 0.1(-4.8) = 1.08``, which names no column either."""
    found = [token for token in found if token.kind != SEPARATOR]
    signs = [at for at, token in enumerate(found) if token.kind == RELATION]
    if len(signs) < 2 or found[0].kind != NAME or any(found[at].value not in ("=", "≈") for at in signs):
        return False
    behind = found[signs[0] + 1 :]
    end = next((at for at, token in enumerate(behind) if token.kind == WORD), len(behind))
    return end > signs[-1] - signs[0] and all(token.kind not in (NAME, DERIVATIVE) for token in behind[:end])


def _trimmed(text: str, start: int, end: int) -> Span:
    """A cell without the blanks and newlines around it."""
    while start < end and text[start] in " \n\r":
        start += 1
    while end > start and text[end - 1] in " \n\r":
        end -= 1
    return Span(start, end)


def _unspanned(text: str, span: Span) -> Span:
    """What stands in a cell that spans several rows or columns: ``\\multirow{3}{*}{1}``."""
    match = _SPANNING.match(text, span.start, span.end)
    if match is None or text[span.end - 1] != "}":
        return span
    return _trimmed(text, match.end(), span.end - 1)


def _open_at_end(text: str, start: int, end: int) -> bool:
    """Whether mathematics between single dollars or round brackets is still open at the end."""
    inside = text[start:end]
    if "$" in inside:
        if "$$" in inside:
            return False
        return (inside.count("$") - inside.count("\\$")) % 2 == 1 and any(
            sign in inside[inside.rfind("$") :] for sign in "=\\^_"
        )
    return inside.count("\\(") > inside.count("\\)")


def _left_open(text: str, start: int, end: int) -> int:
    """How many more brackets open in a stretch than close."""
    return sum(text.count(sign, start, end) for sign in "([") - sum(
        text.count(sign, start, end) for sign in ")]"
    )


def _dollars(text: str, first: int, last: int) -> bool:
    """Whether two dollars hold mathematics and not an amount of money."""
    inside = text[first:last]
    if not inside.strip():
        return False
    tight = not inside[0].isspace() and not inside[-1].isspace()
    return tight or any(sign in inside for sign in "=\\^_")


def _begins(before: Token | None, sign: Token) -> bool:
    """Whether a sign glued to a number belongs to it and takes nothing away: ``[-0.1 -0.2]``."""
    if before is None or before.kind not in (NUMBER, NAME, CLOSE, COMMAND, INDEX, POWER):
        return True
    return before.kind == NUMBER and before.end < sign.start
