"""Text to document: walks the lines, takes the mathematics out and turns it into claims.

Markdown is read from its raw source: a Markdown parser eats minus signs, stars and underscores.
"""

from collections.abc import Callable, Sequence
from typing import TypeAlias

from deltarule.document import Document
from deltarule.reading.counted_names import with_counted_names
from deltarule.reading.displays import FENCE, cases, display, drawn_vectors, formula_fence
from deltarule.reading.headings import nested
from deltarule.reading.limits import MAX_ITEMS, MAX_LINE, MAX_LINES, PROMPTS
from deltarule.reading.mentions import short_mentions
from deltarule.reading.notebook import is_notebook, notebook_text
from deltarule.reading.rounding_rule import told_figures, with_figures
from deltarule.reading.state import Reading
from deltarule.reading.table_blocks import barred_table, data_frame, log_rows
from deltarule.reading.text_lines import read_text
from deltarule.reading.unclosed import closing_line
from deltarule.reading.wrong_sections import in_wrong_sections
from deltarule.spans import Source, Span, span_of

# reads what begins on a line: the line behind it, or None where something else begins there
Rule: TypeAlias = Callable[[Reading, int, Span], int | None]


def _markup_tables() -> tuple[Rule, Rule]:
    from deltarule.reading.markup_tables import html_table, tabular

    return html_table, tabular


def _program_text() -> tuple[Rule, Rule]:
    from deltarule.reading.program_text import code_function, printed

    return code_function, printed


def _session_line() -> Rule:
    from deltarule.reading.session_lines import session_line

    return session_line


def _printed_scalar() -> Rule:
    from deltarule.reading.printed_scalars import printed_scalar

    return printed_scalar


def _commented_code() -> Rule:
    from deltarule.reading.commented_code import commented_code

    return commented_code


# ways to read a block, in the order in which they are tried, each with signs that it is not found without;
# those that few documents need are loaded for a document that has such a sign
RULES: tuple[tuple[Callable[[], Rule], tuple[str, ...]], ...] = (
    (lambda: _markup_tables()[0], ("<",)),
    (lambda: _markup_tables()[1], ("{tabular", "{array}", "{longtable}")),
    (lambda: display, ("$$", "\\[", "\\begin{")),
    (lambda: data_frame, ("  ",)),
    (lambda: drawn_vectors, ("\n  ",)),
    (lambda: _program_text()[1], ("=",)),
    (lambda: log_rows, ("[",)),
    (_session_line, PROMPTS),
    (lambda: barred_table, ("",)),
    (_printed_scalar, ("\ntensor(", "\narray(", "\nnp.float")),
    (_commented_code, ("// ", " # ")),
    (lambda: cases, ("{",)),
    (lambda: _program_text()[0], ("return ", "lambda ", "@(", "function(", "=> ", "-> ")),
)


def read_document(source: Source) -> Document:
    """Read a worked solution: Markdown, LaTeX or plain text.

    What holds a number and a relation sign and cannot be understood is listed as unread, with the
    reason; it is never taken for wrong. Work is bounded by counting tokens, so that the result does not
    depend on the machine.
    """
    reading = Reading(notebook_text(source) if is_notebook(source) else source)
    beyond = _walk(reading)
    short_mentions(reading)
    for phrase, setting in reading.settings:
        behind = (at for at, item in enumerate(reading.items) if item.span.start >= phrase.start)
        reading.items.insert(next(behind, len(reading.items)), setting)
    items = with_counted_names(in_wrong_sections(nested(reading.items, reading.text), reading.text))
    figures = told_figures(reading.text)
    extent = None if beyond is None else Span(0, reading.source.line_starts[beyond - 1])
    return Document(
        reading.source,
        tuple(items if figures is None else with_figures(items, figures)),
        tuple(reading.claims.unread),
        beyond,
        mentions=tuple(reading.mentions),
        extent=extent,  # what was not looked at says nothing of what was
    )


def _walk(reading: Reading) -> int | None:
    """Read line by line; return the first line that was not looked at, where a budget ran out."""
    line, last = 1, len(reading.source.line_starts)
    text = reading.text
    has_fences = "```" in text or "~~~" in text
    fenced = False
    rules = _rules(reading)
    while line <= last:
        if reading.tokens.budget <= 0 or line > MAX_LINES or len(reading.items) > MAX_ITEMS:
            return _written_from(reading, line)
        span = reading.source.line_span(line)
        if has_fences and FENCE.match(text, span.start, span.end):
            after = None if fenced else formula_fence(reading, line, span)
            if after is not None:
                line = after
                continue
            fenced = not fenced
            line += 1
            continue
        line = _block(reading, line, span, fenced, rules)
    return None


def _written_from(reading: Reading, line: int) -> int | None:
    """The first line from here on that holds anything."""
    start = reading.source.line_starts[line - 1]
    rest = reading.text[start:]
    blank = len(rest) - len(rest.lstrip())
    return reading.source.line(start + blank) if blank < len(rest) else None


def _rules(reading: Reading) -> list[Rule]:
    """Ways to read a block, those without a sign of theirs in the whole text left out."""
    # tags stand in the first only, plain spellings in the second
    texts = (reading.source.text, reading.text)
    return [rule() for rule, signs in RULES if any(sign in text for sign in signs for text in texts)]


def _block(reading: Reading, line: int, span: Span, fenced: bool, rules: Sequence[Rule]) -> int:
    """Read what starts on this line; return the line after it."""
    if span.end - span.start > MAX_LINE:
        reading.claims.refuse(
            Span(span.start, span.start + 80), f"the line is longer than {MAX_LINE} characters"
        )
        return line + 1
    if not reading.source.text[span.start : span.end].strip():
        return line + 1
    for rule in rules:
        after = rule(reading, line, span)
        if after is not None:
            return after
    last = closing_line(reading, line, span)
    read_text(reading, line, span_of((span.start, reading.source.line_span(last).end)), fenced)
    return last + 1
