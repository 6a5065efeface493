"""The pages say what is true: their examples are worked again by an evaluator of the tests' own."""

import ast
import operator
import re
from collections.abc import Callable
from fractions import Fraction

import pytest

from deltarule.catalogue import PAGES, codes, overview, page
from deltarule.errors import UsageError
from deltarule.findings import Kind, Status

SLIPS = [
    "arithmetic.value",
    "sign.value",
    "sign.term",
    "sign.difference",
    "sign.update",
    "place-value.shift",
    "copying.operand",
    "copying.row",
    "copying.old",
    "copying.digit",
    "copying.value",
    "formula.factor",
    "formula.rule",
    "formula.direction",
    "formula.updated-weight",
    "formula.stated",
    "rounding.last-place",
    "rounding.short",
    "omission.term",
    "omission.factor",
    "contradiction.value",
    "contradiction.conclusion",
]
REMARKS = [
    "loose-index",
    "carried-unrounded",
    "truncated",
    "double-rounding",
    "string-of-equals",
    "possible-misread",
    "other-convention",
    "constant-factor",
    "provenance",
    "adopted",
    "cancels",
    "contradiction",
    "fewer-places",
    "budget",
]

_OPERATORS: dict[type[ast.operator], Callable[[Fraction, Fraction], Fraction]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


def value(text: str) -> Fraction | None:
    """Exact value of plain arithmetic, None where there is anything else in it."""
    plain = text.strip().rstrip(".").replace("·", "*").replace("^", "**")
    if not re.fullmatch(r"[\d.\s()*/+-]+", plain) or not re.search(r"\d", plain):
        return None
    decimals = re.sub(r"\d+\.\d+", lambda number: f'F("{number[0]}")', plain)
    try:
        tree = ast.parse(decimals, mode="eval").body
    except SyntaxError:
        return None
    return _value(tree)


def _value(node: ast.expr) -> Fraction:
    if isinstance(node, ast.Constant):
        return Fraction(str(node.value))
    if isinstance(node, ast.Call) and isinstance(node.args[0], ast.Constant):
        return Fraction(str(node.args[0].value))
    if isinstance(node, ast.UnaryOp):
        return -_value(node.operand)
    assert isinstance(node, ast.BinOp), ast.dump(node)
    left, right = _value(node.left), _value(node.right)
    if isinstance(node.op, ast.Pow):
        return left ** int(right)
    return _OPERATORS[type(node.op)](left, right)


def links(line: str) -> list[bool]:
    """Whether each neighbouring pair of sides is right: equal, or rounded to the last written place."""
    sides = re.split(r"([=≈])", re.sub(r"\. [A-Z].*", "", line))
    verdicts = []
    for left, sign, right in zip(sides[::2], sides[1::2], sides[2::2], strict=False):
        before, after = value(left), value(right)
        if before is None or after is None:
            continue
        decimals = re.search(r"\.(\d+)\s*$", right)
        unit = Fraction(1, 10 ** len(decimals[1])) if decimals else Fraction(1)
        verdicts.append(before == after if sign == "=" else 2 * abs(before - after) <= unit)
    return verdicts


def last_value(example: str) -> Fraction | None:
    """The value that an example ends with."""
    ends = [value(side) for side in re.split(r"[=≈\n]", example)]
    return next((end for end in reversed(ends) if end is not None), None)


def test_every_kind_code_and_status_has_a_page() -> None:
    """Every kind, every code of the closed list, and every status that a reader may wonder about has a page."""
    wanted = {*SLIPS, *(f"remark.{name}" for name in REMARKS), *(kind.value for kind in Kind), "remark"}
    assert wanted | {Status.FOLLOW_THROUGH, Status.UNREAD, Status.UNCHECKED} == set(PAGES)


@pytest.mark.parametrize("code", SLIPS)
def test_a_code_starts_with_its_kind(code: str) -> None:
    """A slip's code starts with one of the kinds of the closed list."""
    assert page(code).kind in {kind.value for kind in Kind}


@pytest.mark.parametrize("code", PAGES)
def test_what_is_put_right_is_right(code: str) -> None:
    """Every relation between numbers in a page's mended example holds exactly, or to the last written place."""
    for line in page(code).right.splitlines():
        assert all(links(line)), line


@pytest.mark.parametrize("code", SLIPS)
def test_what_went_wrong_is_wrong(code: str) -> None:
    """A page's bad example holds a false relation, or ends with another value than the mended one."""
    entry = page(code)
    assert entry.wrong != entry.right
    if last_value(entry.right) is None:  # a formula or a sentence without a value
        assert code in {"sign.update", "formula.stated", "contradiction.conclusion"}
        return
    false = not all(all(links(line)) for line in entry.wrong.splitlines())
    assert false or last_value(entry.wrong) != last_value(entry.right)


@pytest.mark.parametrize(
    "code", [code for code in SLIPS if not code.startswith(("sign.update", "formula.stated"))]
)
def test_examples_hold_numbers_that_are_checked(code: str) -> None:
    """The evaluator above really looks at the examples: a mended slip has a relation that it can judge."""
    judged = [verdict for line in page(code).right.splitlines() for verdict in links(line)]
    assert judged or code == "contradiction.conclusion"


def test_the_evaluator_can_say_no() -> None:
    """The tests' own evaluator refuses what is false, so that the tests above can fail."""
    assert links("z = 0.4 · 3 + 0.2 = 1.4") == [True]
    assert links("z = 0.4 · 3 + 0.2 = 1.5") == [False]
    assert links("0.4449 ≈ 0.45") == [False]
    assert links("-0.1 · (-1.2) = 0.12 ≈ 0.1") == [True, True]


def test_pages_are_complete() -> None:
    """A page says what it means, why it happens, and gives both examples; titles are short and lines are not long."""
    for entry in PAGES.values():
        assert entry.means.endswith(".")
        assert entry.why.endswith(".")
        assert entry.wrong
        assert entry.right
        assert len(entry.title) <= 50
        assert not entry.title.endswith(".")
        assert all(len(line) <= 88 for line in str(entry).splitlines()), entry.code


def test_an_unknown_name_is_answered_with_the_nearest() -> None:
    """A name that is nearly right gets the right one suggested."""
    with pytest.raises(UsageError, match=r"did you mean copying\.row"):
        page("copying.rows")
    with pytest.raises(UsageError, match="choose from arithmetic, sign"):
        page("xyz")
    with pytest.raises(UsageError, match=r"'a{40}\.\.\.'"):
        page("a" * 100_000)


def test_names_are_found_in_any_case() -> None:
    """Capitals and blanks around a name do not matter."""
    assert page(" Copying.Row ").code == "copying.row"


def test_the_overview_names_every_page() -> None:
    """The list without a name has every code once, under its kind."""
    first_words = [line.split()[0].rstrip(":") for line in overview().splitlines() if line]
    assert sorted(first_words) == sorted(PAGES)
    assert [entry.code for entry in codes("omission")] == ["omission.term", "omission.factor"]
