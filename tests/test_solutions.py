"""Worked solutions with the verdict beside the offending line: `tests/solutions/*.md`.

A finding is written as a comment at the end of the line on which it is reported, several one after the other::

    $$z_1 = 2 \\cdot 0.5 + 0.1 = 1.2$$ <!-- slip: arithmetic 1.1 -->

    slip: KIND or CODE [expected value] [harmless]    in the order in which they stand on the line
    follows: LINES                                    right given the slips on these lines
    remark: CODE without "remark."
    unread                                            a piece that cannot be read
    unchecked                                         read, but its quantity or an operand is not known
    conclusion: right, wrong or open

    reads: SETTING VALUE; ...                         what the exercise is read as (on any line)

The comments are taken off, so that lines and columns stay as they are; then the document is marked and *all* of its findings
are compared, both ways. To add a case, add a file.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from deltarule import api
from deltarule.errors import InputError
from deltarule.findings import Kind, Status
from deltarule.reading import read_document
from deltarule.reading.problem import understand
from deltarule.spans import Source
from deltarule.written import parse_number

FOLDER = Path(__file__).resolve().parent / "solutions"
FILES = sorted(FOLDER.glob("*.md"))
_COMMENT = re.compile(r"\s*<!--\s*(slip|follows|remark|unread|unchecked|conclusion|reads)\b:?\s*(.*?)\s*-->")


def _stripped(text: str) -> str:
    return "\n".join(_COMMENT.sub("", line) for line in text.split("\n"))


def _expected(text: str) -> Iterator[tuple[int, str, str]]:
    for number, line in enumerate(text.split("\n"), 1):
        for what, rest in _COMMENT.findall(line):
            yield number, what, rest


def _fits(wanted: str, code: str, expected: str, harmless: bool) -> bool:
    """Whether a slip is the one that a comment asks for: kind or code, and if given the value and that it is harmless."""
    words = wanted.split()
    if harmless != ("harmless" in words):
        return False
    if words[0] not in (code, code.partition(".")[0]):
        return False
    value = next((word for word in words[1:] if word != "harmless"), None)
    return value is None or _same(value, expected)


def _same(left: str, right: str) -> bool:
    try:
        return parse_number(left).value == parse_number(right).value
    except InputError:
        return left == right


def _told(marking: api.Marking) -> Iterator[tuple[int, str, str]]:
    """Every finding of a marking but its slips, as its comment would be written."""
    for item in marking.follow_through:
        yield item.line, "follows", " ".join(map(str, item.from_lines))
    for remark in marking.remarks:
        yield remark.line, "remark", remark.code.removeprefix("remark.")
    for piece in marking.unread:
        yield piece.line, "unread", ""
    for verdict in marking.report.verdicts:
        if verdict.status is Status.UNCHECKED:
            yield verdict.line, "unchecked", ""
    for conclusion in marking.report.conclusions:
        yield conclusion.line, "conclusion", {True: "right", False: "wrong", None: "open"}[conclusion.right]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_all_findings_are_the_expected_ones(path: Path) -> None:
    """Each expected finding is there, and no other."""
    text = path.read_text(encoding="utf-8")
    marking = api.check(Source(path.name, _stripped(text)))
    slips = list(marking.slips)
    wrong = []
    for line, _, wanted in (entry for entry in _expected(text) if entry[1] == "slip"):
        found = next(
            (s for s in slips if s.line == line and _fits(wanted, s.code, s.expected, s.harmless)), None
        )
        if found is None:
            wrong.append(f"line {line}: no {wanted}")
        else:
            slips.remove(found)
    wrong += [
        f"line {s.line}: found {s.code} {s.expected}{' harmless' if s.harmless else ''}: {s.message}"
        for s in slips
    ]
    expected = [entry for entry in _expected(text) if entry[1] not in ("slip", "reads")]
    for entry in _told(marking):
        if entry in expected:
            expected.remove(entry)
        else:
            wrong.append("line {}: found {} {}".format(*entry))
    wrong += ["line {}: no {} {}".format(*entry) for entry in expected]
    lines = text.split("\n")
    at = [
        (message, int(message.split()[1].rstrip(":")))
        for message in sorted(wrong, key=lambda m: int(m.split()[1].rstrip(":")))
    ]
    assert not wrong, "\n" + "\n".join(f"{message}\n    {lines[number - 1]}" for message, number in at)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_exercise_is_read_as_it_is_meant(path: Path) -> None:
    """What a `reads` comment says of the exercise is what was read."""
    text = path.read_text(encoding="utf-8")
    settings = [pair for _, what, rest in _expected(text) if what == "reads" for pair in rest.split(";")]
    assert settings, "say with a `reads` comment how the exercise is to be read"
    exercise = api.check(Source(path.name, _stripped(text))).exercise
    for name, value in (pair.split(maxsplit=1) for pair in settings):
        assert _shown(getattr(exercise, name)) == value.strip(), name


def _shown(value: object) -> str:
    if value is None:
        return "none"
    if isinstance(value, tuple):
        return " ".join(_shown(item) for item in value)
    return str(getattr(value, "text", value))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_no_line_is_passed_over(path: Path) -> None:
    """Every line with a relation sign before a number has a verdict, is a setting of the exercise, or is listed as unread."""
    text = _stripped(path.read_text(encoding="utf-8"))
    source = Source(path.name, text)
    document = read_document(source)
    settings = understand(document, None).statements
    known = {source.line(document.items[position].span.start) for position in settings}
    report = api.check(source).report
    known |= {verdict.line for verdict in report.verdicts} | {piece.line for piece in report.unread}
    known |= {
        item.line for item in document.items if type(item).__name__ in ("Table", "Threshold", "Sentence")
    }
    for number, line in enumerate(text.split("\n"), 1):
        if re.search(r"[=≈←]\s*[-−+(]?\s*[\d.]", line) and number not in known and number + 2 not in known:
            pytest.fail(f"line {number} is passed over: {line}")


def test_every_kind_of_slip_has_a_case() -> None:
    """Each kind of the closed list stands in at least one document, harmless and carried cases included."""
    entries = [entry for path in FILES for entry in _expected(path.read_text(encoding="utf-8"))]
    slips = [rest for _, what, rest in entries if what == "slip"]
    assert {rest.split()[0].partition(".")[0] for rest in slips} == {kind.value for kind in Kind}
    assert any("harmless" in rest for rest in slips)
    assert {"carried-unrounded", "truncated", "adopted", "cancels", "loose-index"} <= {
        rest for _, what, rest in entries if what == "remark"
    }
    assert {"follows", "unread", "conclusion"} <= {what for _, what, _ in entries}
