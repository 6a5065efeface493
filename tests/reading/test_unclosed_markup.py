"""Markup that stops halfway is read as far as it goes, in no more time than its length asks for."""

import time

from deltarule import check
from deltarule.checking.columns.data import listed_data


def test_a_table_without_rows_is_no_error() -> None:
    """A table of which only the first tag was kept leaves the lines below it to be read."""
    assert check("<table border='1'>\nno rows here\n</table>\n\n$0.5 + 0.25 = 0.75$\n").summary.right == 1
    assert check("<table>\n\n$0.5 + 0.25 = 0.75$\n").summary.right == 1


def test_rows_that_no_bracket_closes_take_no_longer() -> None:
    """Rows on lines of their own may share the blanks between them in one way only."""
    began = time.process_time()
    list(listed_data("[[" + "1. 2. 3.]\n   [" * 60 + "1. 2.\n x", 0))
    assert time.process_time() - began < 1


def test_a_rule_with_the_time_of_day_is_no_relation() -> None:
    """What a program prints below such a rule is not set equal to the time."""
    log = "".join(f"=========09:41:{seconds}\nturn =  {seconds}\n" for seconds in (15, 27, 48))
    assert not check(f"```\n{log}```\n").slips
