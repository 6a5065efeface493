"""The terminal report: the line, a caret under the place, one sentence, and what matters at the end."""

import re
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

from deltarule.report import Report
from deltarule.writing.report import Look, write_report
from deltarule.writing.report_terminal import text


def test_the_caret_stands_under_the_slip(homework: Report) -> None:
    """Below each quoted line the carets cover exactly what was written wrongly."""
    rows = write_report([homework], "terminal").splitlines()
    covered = []
    for above, below in pairwise(rows):
        if re.fullmatch(r" +\| +\^+", below):
            covered.append(above[below.index("^") : below.rindex("^") + 1])
    assert covered == [
        "1.05", "w_j + \\Delta w_j", "0.19 \\cdot 9", "12.59", "76.28", "-6941.44", "7655.5", "7310.44", "34.7 million",
        "\\neq smallest MSE",
    ]  # fmt: skip


def test_wide_letters_and_tabs_do_not_shift_the_caret(marked: Callable[..., Report]) -> None:
    """The caret counts columns, not letters."""
    rows = write_report([marked("誤差\tz = 1 + 2 = 4", "4")], "terminal").splitlines()
    at = next(i for i, row in enumerate(rows) if row.rstrip().endswith("^"))
    # two wide letters take four columns, the tab four: what stands before the 4 is 7 + 4 + 4 + 12 wide
    assert rows[at].index("^") == 7 + 4 + 4 + len("z = 1 + 2 = ")


def test_it_is_plain_unless_colours_are_asked_for(homework: Report) -> None:
    """Without a terminal there are no escape sequences; with colours the text is the same."""
    plain = write_report([homework], "terminal")
    painted = write_report([homework], "terminal", Look(color=True))
    assert "\x1b" not in plain
    assert "\x1b[" in painted
    unpainted = re.sub(r"\x1b\[[0-9;]*m", "", painted)
    assert [row.rstrip() for row in unpainted.splitlines()] == plain.splitlines()
    assert [row.rstrip() for row in text(homework).plain.splitlines()] == plain.splitlines()


def test_lines_keep_to_the_width(homework: Report) -> None:
    """No row is longer than the terminal is wide."""
    for width in (60, 80, 120):
        assert (
            max(len(row) for row in write_report([homework], "terminal", Look(width=width)).splitlines())
            <= width
        )


def test_it_ends_with_what_matters(homework: Report) -> None:
    """The end names the counts, the first slip, what follows from which, the conclusion and the evidence."""
    end = " ".join(write_report([homework], "terminal").partition("\nSummary\n")[2].split())
    for piece in (
        "120 claims checked: 90 right",
        "10 right given an earlier slip",
        "7 with slips, 1 not read",
        "First slip: line 26 (arithmetic.value, z_1, epoch 1).",
        "Lines 168 and 176 follow from line 166",
        "Conclusion of line 206: right.",
        "0.1 is 11.1 times the largest stable learning rate",
    ):
        assert piece in end


def test_an_unreadable_file_says_why(unreadable: Report) -> None:
    """A file that cannot be used is not called clean."""
    written = write_report([unreadable], "terminal")
    assert written.startswith("b.md: could not be used\n")
    assert "is a binary file, not text" in written


def test_a_long_list_is_cut_and_says_so(marked: Callable[..., Report]) -> None:
    """Of thousands of findings the first hundreds are shown, and the count still names all."""
    report = marked("z = 1 + 2 = 4", "4")
    many = replace(report, slips=report.slips * 2000)
    written = write_report([many], "terminal")
    assert written.startswith("x.md: 2000 slips\n")
    assert written.count("^\n") == 500
    assert "... and 1500 more, down to line 1; the other formats list them all." in written


def test_brackets_in_a_document_are_not_markup(marked: Callable[..., Report]) -> None:
    """What looks like the markup of a terminal library is shown as it stands."""
    painted = write_report(
        [marked("[bold]z[/bold] = 1 + 2 = 4", "4", "[red]no[/red] :smile:")], "terminal", Look(color=True)
    )
    unpainted = re.sub(r"\x1b\[[0-9;]*m", "", painted)
    assert "[bold]z[/bold] = 1 + 2 = 4" in unpainted
    assert "[red]no[/red] :smile:" in unpainted
