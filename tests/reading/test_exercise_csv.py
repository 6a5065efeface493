"""A table in CSV is read as written, or refused with line and remedy where two readings are possible."""

import pytest

from deltarule.errors import InputError
from deltarule.reading.exercise_csv import looks_like_csv, read_exercise_csv
from deltarule.spans import Source


def table(text: str, **options: object) -> list[list[str]]:
    """Rows of a table as texts, the target last."""
    exercise = read_exercise_csv(Source("d.csv", text), **options)  # type: ignore[arg-type]  # each case names its own options
    return [
        [cell.text for cell in (*row, y)] for row, y in zip(exercise.features, exercise.targets, strict=True)
    ]


@pytest.mark.parametrize(
    "text",
    [
        "a,b,y\n1,2.50,0\n-3,4,1\n",
        "a;b;y\n1;2.50;0\n-3;4;1",
        "a\tb\ty\r\n1\t2.50\t0\r\n-3\t4\t1\r\n",
        "a|b|y\n1|2.50|0\n-3|4|1\n",
        "\n a, b, y\n\n 1, 2.50, 0\n-3, 4, 1\n\n",
        '"a","b","y"\n"1","2.50","0"\n"-3","4","1"\n',
        "a;b;y\n1;2,50;0\n−3;4;1\n",
        "1,2.50,0\n-3,4,1\n",
    ],
)
def test_the_usual_forms_give_the_same_table(text: str) -> None:
    """Commas, semicolons, tabs, bars, blanks, quotes, a decimal comma or a missing header change nothing."""
    assert table(text) == [["1", "2.50", "0"], ["-3", "4", "1"]]


def test_names_come_from_the_header() -> None:
    """The header names features and target; without one they are called x_1, x_2, ... and y."""
    named = read_exercise_csv(Source("d", "size,price,age\n1,2,3"), target="price")
    assert (named.feature_names, named.target_name) == (("size", "age"), "price")
    bare = read_exercise_csv(Source("d", "1,2,3\n4,5,6"))
    assert (bare.feature_names, bare.target_name) == (("x_1", "x_2"), "y")
    assert bare.missing == ("weights", "bias", "learning_rate")


def test_options_decide_what_the_text_leaves_open() -> None:
    """A number such as 1,500 is refused until it is said what its comma means."""
    text = "a;y\n1,500;1\n"
    with pytest.raises(InputError, match=r"d\.csv:2: '1,500' could be thousands or decimals"):
        table(text)
    assert table(text, decimal_comma=True) == [["1.500", "1"]]
    assert table("a;y\n0,500;1\n") == [["0.500", "1"]]
    assert table("a:y\n1:2\n", delimiter=":") == [["1", "2"]]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a,y\n1,2\n3\n", "d.csv:3: 1 cells instead of 2; give every row a number for each column"),
        ("a,y\n1,2,3\n", "d.csv:2: 3 cells instead of 2"),
        ("a,y\n1,two\n", "d.csv:2: cell 2: 'two' is not a number"),
        ("a,y\n1,nan\n", "d.csv:2: cell 2: 'nan' is not a number"),
        ("a,y\n1,\n", "d.csv:2: cell 2 is empty; every cell needs a number"),
        ("a,y\n1,1e10000000\n", "d.csv:2: cell 2: exponent 10000000 is beyond ±400"),
        ("a,y\n1,٣\n", "d.csv:2: cell 2: '٣' is not a number"),
        ("a,y\n", "d.csv: the data table has no rows"),
        ("a\n1\n", "d.csv:1: the data table has 1 column; give the target"),
        ("a,a\n1,2\n", "d.csv:1: two columns are called 'a'"),
        ('a,y\n"1,2\n', "d.csv:2: is not CSV: unexpected end of data; close the quotes"),
        ("a;y\n1.5;1,5\n", "d.csv:2: both commas and points in numbers ('1,5'); use one decimal sign"),
        ("a,y\n1," + "9" * 100_000, "d.csv:2: a line of 100002 characters"),
        ("a,y\n1," + "9" * 100, "d.csv:2: cell 2: a number of 100 digits"),
        ("a,y\n" + "1,2\n" * 10_001, "the data table has 10001 rows"),
        ("a,y\n" + "1,2\n" * 30_000, "30002 lines"),
        (",".join("1" for _ in range(202)), "d.csv:1: the data table has 202 columns"),
    ],
)
def test_mistakes_are_named_with_line_and_remedy(text: str, message: str) -> None:
    """Ragged rows, text in a number's place, empty cells and oversized files are refused by name and line."""
    with pytest.raises(InputError) as caught:
        table(text)
    assert message in str(caught.value)


def test_an_unknown_target_is_answered_with_the_columns() -> None:
    """A wrong target name lists the right ones."""
    with pytest.raises(InputError, match="no column is called 'z'; choose from a, y"):
        table("a,y\n1,2", target="z")


def test_a_table_is_told_from_a_document() -> None:
    """A text without a file name is a table only if every line has the same delimiters and no formula in it."""
    assert looks_like_csv("a,y\n1,2\n3,4\n")
    assert looks_like_csv("a;y\n0,5;2\n")
    assert not looks_like_csv("x y\n1 2")
    assert not looks_like_csv("First, the sum.\nz = 1, e = 2")
    assert not looks_like_csv("a,y")
