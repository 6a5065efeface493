"""One reading of a text: what is known of the text before its first line is read, and what was found so far."""

from deltarule.document import Mention
from deltarule.reading.characters import normalised
from deltarule.reading.claims import Claims
from deltarule.reading.cleaning import blanked, habits_of, rejoined, unmangled
from deltarule.reading.column_names import Column
from deltarule.reading.counts import counts_errors
from deltarule.reading.headings import targets_last
from deltarule.reading.indexed_lines import letters_of_samples
from deltarule.reading.limits import MAX_LINE
from deltarule.reading.lookahead import Lookahead
from deltarule.reading.other_tables import barred
from deltarule.reading.sentences import topics_of
from deltarule.reading.supposed import speaks_of_supposed
from deltarule.reading.token import Token
from deltarule.reading.tokenizer import Tokenizer
from deltarule.reading.told_settings import told_settings
from deltarule.spans import Source, Span


class Reading:
    """What the ways to read a line share: they take it as their first argument and put into it what they find.

    `raw` and `text` are the source with other spellings of the same characters written in one way, each character in
    its place.
    """

    def __init__(self, source: Source) -> None:
        # of the text
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
        self.row_names: dict[str, int] = {}  # of samples, as the table of data above calls its rows
        self.topics = topics_of(self.text)
        self.counts_errors = counts_errors(self.text)
        self.supposes = speaks_of_supposed(self.text)
        # what was found
        self.claims = Claims(source)
        self.items = self.claims.items
        self.mentions: list[Mention] = []
        self.bare: set[Span] = set()  # rows of numbers that nothing is said of
        self.candidates: list[Span] = []  # short numbers that may only be told again
        # what later lines go on with
        self.no_table_before = 0  # the first line that may begin a table
        self.legend: list[Span] = []  # what the numbers in the brackets of a log are
        # the label that old and new values belong to, and its line
        self.owner: tuple[int, Token] | None = None
        self.in_session: bool | None = None  # not known before a line looks like one
        # how its characters are looked at
        self.tokens = Tokenizer(self.text, self.habits, self.claims)
        self.ahead = Lookahead(self.text)
        self.columns: dict[tuple[str, Span], Column] = {}  # what headings of columns say, by text and place

    def line(self, line: int) -> Span | None:
        """Where a line stands; None in front of the first and beyond the last, and for one that is too long."""
        span = self.source.line_span(line) if 0 < line <= len(self.source.line_starts) else None
        return span if span is not None and span.end - span.start <= MAX_LINE else None
