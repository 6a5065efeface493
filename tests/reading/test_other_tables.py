"""The same table in the markups that people use: each says what the table with bars says."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deltarule import api
from deltarule.document import Claim
from deltarule.reading import read_document
from deltarule.reading.other_tables import barred
from deltarule.spans import Source

HEAD = ("x1", "x2", "t", "y", "e", "w1", "w2", "b")
# y = w1 x1 + w2 x2 + b with 0.1, 0.2 and 0; e = t - y; each number of the new row is the old one and 0.1 e x
ROWS = (
    ("1", "2", "1", "0.5", "0.5", "0.15", "0.3", "0.05"),
    ("2", "1", "0", "0.65", "-0.65", "0.02", "0.235", "-0.015"),
    ("1", "0", "1", "0.005", "0.995", "0.1195", "0.235", "0.0845"),
)
INTRO = "Delta rule, learning rate 0.1. Output y = w1 x1 + w2 x2 + b, error e = t - y. Start w1 = 0.1, w2 = 0.2, b = 0.\n\n"


def _lines(first: str, between: str, last: str, *, head_between: str = "", rule: str = "") -> str:
    head = first + (head_between or between).join(HEAD) + last
    body = [first + between.join(row) + last for row in ROWS]
    return "\n".join([head, *([rule] if rule else []), *body])


def _latex(environment: str, columns: str, head: str = "") -> str:
    rows = " \\\\\n".join(" & ".join(row) for row in (HEAD, *ROWS))
    return f"\\begin{{{environment}}}{columns}\n\\toprule\n{head}{rows} \\\\ \\bottomrule\n\\end{{{environment.partition('}')[0]}}}"


GROUPS = "\\multicolumn{3}{c|}{Input} & \\multicolumn{2}{c|}{Result} & \\multicolumn{3}{c}{New} \\\\ \\cmidrule(lr){1-3}\n"
WIKI = '{| class="wikitable"\n! ' + " !! ".join(HEAD) + "\n"
WIKI += "".join("|- style='color: red'\n| " + " || ".join(row) + "\n" for row in ROWS) + "|}"
MARKUPS: dict[str, str] = {
    "bars": _lines("| ", " | ", " |", rule="|" + "---|" * len(HEAD)),
    "commas": _lines("", ",", ""),
    "quoted names": _lines("", ",", "").replace("x1,x2,t", '"x1","x2","t"'),
    "semicolons and decimal commas": _lines("", ";", "").replace(".", ","),
    "double bars above": _lines("|", "|", "|").replace(
        "|x1|x2|t|y|e|w1|w2|b|", "||x1||x2||t||y||e||w1||w2||b||"
    ),
    "a wiki": WIKI,
    "LaTeX with groups": _latex("tabular", "{|c*{2}{c}|cc|ccc@{}|}", GROUPS),
    "LaTeX as wide as the page": _latex("tabularx", "{\\textwidth}{" + "c" * len(HEAD) + "}"),
    "LaTeX over pages": _latex("longtable", "{" + "c" * len(HEAD) + "}"),
}
RECORDS: dict[str, str] = {
    "as a program prints it": "\n".join(
        "{" + ", ".join(f"'{name}': {cell}" for name, cell in zip(HEAD, row, strict=True)) + "}"
        for row in ROWS
    ),
    "as JSON": "[\n"
    + ",\n".join(
        "  {" + ", ".join(f'"{name}": {cell}' for name, cell in zip(HEAD, row, strict=True)) + "}"
        for row in ROWS
    )
    + "\n]",
    "line by line": "\n\n".join(
        f"Step {k}\n" + "\n".join(f"  {name}: {cell}" for name, cell in zip(HEAD, row, strict=True))
        for k, row in enumerate(ROWS, 1)
    ),
}


def _said(text: str) -> list[tuple[str, str]]:
    """Left side and number of each claim of a table."""
    items = read_document(Source("a.md", INTRO + text + "\n")).items
    claims = [item for item in items if isinstance(item, Claim) and item.line > 2]
    return [(str(claim.subject), str(claim.links[-1].expr)) for claim in claims]


@pytest.mark.parametrize("markup", MARKUPS)
def test_a_table_says_the_same_in_every_markup(markup: str) -> None:
    """The names and numbers are those of the table with bars, cell by cell."""
    values = [claim[1].replace(",", ".") for claim in _said(MARKUPS[markup])]
    assert len(values) == sum(len(row) for row in ROWS)
    assert [claim[0] for claim in _said(MARKUPS[markup])] == [claim[0] for claim in _said(MARKUPS["bars"])]


@pytest.mark.parametrize("record", RECORDS)
def test_a_record_names_its_own_cells(record: str) -> None:
    """Each number is claimed of the name in front of it, and all are right."""
    assert _said(RECORDS[record]) == _said(MARKUPS["bars"])
    assert api.check(INTRO + RECORDS[record] + "\n").slips == ()


@pytest.mark.parametrize("text", MARKUPS.values(), ids=MARKUPS)
@pytest.mark.parametrize(("right", "wrong"), [("0.235", "0.253"), ("-0.65", "-0.56")])
def test_a_wrong_cell_is_found_in_every_markup(text: str, right: str, wrong: str) -> None:
    """The table is clean, and is not when one number in the middle is wrong."""
    change: Callable[[str], str] = (lambda s: s.replace(".", ",")) if ";" in text else str
    assert api.check(INTRO + text + "\n").slips == ()
    found = api.check(INTRO + text.replace(change(right), change(wrong), 1) + "\n").slips
    assert change(wrong) in [
        slip.written.replace(".", ",") if ";" in text else slip.written for slip in found
    ]


@given(st.text(alphabet="|!{}-+,;:'\"[]() \nxwt1230.=a", max_size=200))
def test_places_stay(text: str) -> None:
    """Whatever is written otherwise, the length and the lines stay."""
    done = barred(text)
    assert len(done) == len(text)
    assert [k for k, char in enumerate(done) if char == "\n"] == [
        k for k, char in enumerate(text) if char == "\n"
    ]


def test_arrays_of_one_row_are_their_lists() -> None:
    """A tensor with one number is that number; places stay."""
    assert barred("w=tensor([[0.1, 0.2]], requires_grad=True)").split() == ["w=", "[0.1,", "0.2]"]
    assert barred("b=tensor([0.5])").split() == ["b=", "0.5"]
    assert barred("tensor([[0.1], [0.2]])") == "tensor([[0.1], [0.2]])"
