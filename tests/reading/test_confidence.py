"""Mathpix's side-car: what it was sure of, laid over the text; a misfit in a doubtful place is a remark, and no slip."""

import json
import re
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from deltarule import api, cli
from deltarule.errors import InputError
from deltarule.findings import Status
from deltarule.reading.confidence import read_confidences, side_car
from deltarule.spans import Source

TEXT = """\\begin{tabular}{|c|c|c|}
\\hline x_1 & x_2 & y \\\\
\\hline 2 & 1 & 1 \\\\
\\hline 3 & 5 & 0 \\\\
\\hline
\\end{tabular}

\\( \\eta=0.1 \\), \\( w_{1}=0.5, w_{2}=-0.25, b=0 \\)

Epoch 1
\\[
z_{1}=0.5 \\cdot 2+(-0.25) \\cdot 1+0=0.75
\\]

\\[
z_{2}=0.5 \\cdot 3+(-0.25) \\cdot 5+0=0.35
\\]

\\[
e_{1}=1-0.75=0.35
\\]
"""
LINES = [
    ("\\( \\eta=0.1 \\), \\( w_{1}=0.5, w_{2}=-0.25, b=0 \\)", 0.99),
    ("Epoch 1", 1),
    ("\\[\nz_{1}=0.5 \\cdot 2+(-0.25) \\cdot 1+0=0.75\n\\]", 0.41),
    ("\\[\nz_{2}=0.5 \\cdot 3+(-0.25) \\cdot 5+0=0.35\n\\]", 0.62),
    ("\\[\ne_{1}=1-0.75=0.35\n\\]", 0.97),
]


def _pages(lines: list[tuple[str, float]], key: str = "text_display") -> dict[str, Any]:
    """A side-car as the document service writes it: pages of lines, with more fields than are used."""
    return {
        "pages": [
            {
                "image_id": "one-1",
                "page": 1,
                "lines": [
                    {"cnt": [[0, 0], [9, 9]], "is_printed": False, "is_handwritten": True, key: text, "confidence": sure, "confidence_rate": 0.999}
                    for text, sure in lines
                ],
                "page_width": 1000,
            }
        ]
    }  # fmt: skip


def _files(tmp_path: Path, content: object, suffix: str = ".lines.json") -> Path:
    (tmp_path / "homework.mmd").write_text(TEXT)
    (tmp_path / f"homework{suffix}").write_text(json.dumps(content))
    return tmp_path / "homework.mmd"


def test_without_a_side_car_both_slips_are_slips() -> None:
    """The text alone: 0.35 for 0.25 on line 16, twice."""
    assert [(s.line, s.expected) for s in api.check(TEXT).slips] == [(16, "0.25"), (20, "0.25")]


@pytest.mark.parametrize("suffix", [".lines.json", ".lines.mmd.json"])
@pytest.mark.parametrize("key", ["text", "text_display"])
def test_a_misfit_in_a_doubtful_place_is_a_remark(tmp_path: Path, suffix: str, key: str) -> None:
    """The doubtful line is no slip, the sure one stays; a right line in doubt is as right as ever."""
    path = _files(tmp_path, _pages(LINES, key), suffix)
    marking = api.check(path)
    assert [(s.line, s.expected) for s in marking.slips] == [(20, "0.25")]
    (remark,) = [r for r in marking.remarks if r.code == "remark.possible-misread"]
    assert remark.line == 16
    assert "62 %" in remark.message
    status = {v.line: v.status for v in marking.report.verdicts}
    assert status[12] in (Status.RIGHT, Status.RIGHT_ROUNDED)
    assert status[16] is Status.UNCHECKED
    assert marking.summary.slips == 1


def test_a_document_whose_only_misfit_is_doubtful_is_clean(tmp_path: Path) -> None:
    """No slip is left: the verdict is clean and the status 0."""
    path = _files(tmp_path, _pages([(text, 0.5) for text, _ in LINES]))
    assert api.check(path).verdict == "clean"
    assert cli.main(["check", str(path)]) == 0


def test_right_lines_never_change(tmp_path: Path) -> None:
    """Whatever the side-car says, what was right stays right."""
    before = {v.line: v.status for v in api.check(TEXT).report.verdicts}
    after = {
        v.line: v.status
        for v in api.check(_files(tmp_path, _pages([(t, 0.01) for t, _ in LINES]))).report.verdicts
    }
    assert {line: status for line, status in before.items() if status is not Status.SLIP} == {
        line: status for line, status in after.items() if before[line] is not Status.SLIP
    }


def test_the_command_takes_the_side_car_beside_the_document_or_the_one_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """By name beside it; ``--confidence`` names another, for any document."""
    path = _files(tmp_path, _pages(LINES))
    cli.main(["check", str(path), "--format", "json"])
    assert [s["line"] for s in json.loads(capsys.readouterr().out)["slips"]] == [20]
    other = tmp_path / "other.json"
    other.write_text(json.dumps(_pages([(LINES[4][0], 0.2)])))
    cli.main(["check", str(path), "--format", "json", "--confidence", str(other)])
    assert [s["line"] for s in json.loads(capsys.readouterr().out)["slips"]] == [16]
    assert cli.main(["check", str(path), str(path), "--confidence", str(other)]) == 2
    assert "--confidence" in capsys.readouterr().err


def test_only_mmd_files_have_a_side_car(tmp_path: Path) -> None:
    """A file of that name beside a Markdown document is somebody else's."""
    path = _files(tmp_path, _pages(LINES))
    assert side_car(str(path)) == str(tmp_path / "homework.lines.json")
    (tmp_path / "homework.lines.mmd.json").write_text("{}")
    assert side_car(str(path)) == str(tmp_path / "homework.lines.mmd.json")
    assert side_car(str(tmp_path / "homework.md")) is None
    assert side_car(str(tmp_path / "nowhere.mmd")) is None


def test_words_of_an_image_are_placed_one_by_one() -> None:
    """`word_data`: each word where it stands next, and equal words in their order."""
    words = [("z_{2}=0.5", 0.99), ("0.35", 0.3), ("e_{1}=1-", 0.98), ("0.35", 0.8)]
    content = {"word_data": [{"type": "math", "text": text, "confidence": sure} for text, sure in words]}
    text = "z_{2}=0.5 0.35 e_{1}=1- 0.35"
    found = read_confidences(Source("a.json", json.dumps(content)), Source("a.mmd", text))
    assert [(text[c.span.start : c.span.end], c.value) for c in found] == [
        (word, Fraction(str(sure))) for word, sure in words
    ]
    assert found[3].span.start == 24


def test_blanks_and_delimiters_do_not_matter() -> None:
    """The service writes ``\\( ... \\)`` where the document may have dollars, and breaks lines elsewhere."""
    content = {"line_data": [{"text": "so \\( w_1 = 0.5 \\) and\n\\[ b = 0 \\]", "confidence": 0.5}]}
    text = "First.\n\nso $w_1=0.5$ and $$\nb = 0\n$$ then"
    (found,) = read_confidences(Source("a.json", json.dumps(content)), Source("a.mmd", text))
    assert text[found.span.start : found.span.end] == "so $w_1=0.5$ and $$\nb = 0"


def test_one_figure_for_the_whole_holds_for_all_of_it() -> None:
    """An answer without lines has one confidence."""
    (found,) = read_confidences(Source("a.json", '{"text": "z", "confidence": 0.25}'), Source("a.mmd", "abc"))
    assert (found.span.start, found.span.end, found.value) == (0, 3, Fraction(1, 4))


def test_what_is_not_found_says_nothing() -> None:
    """A piece that is not in the document, or has no confidence, is passed over; later ones still fit."""
    lines = [("nowhere to be seen", 0.1), ("Epoch 1", 0.4)]
    content = _pages(lines)
    content["pages"][0]["lines"].insert(1, {"text": "z_{1}=0.5"})
    content["pages"][0]["lines"].insert(1, {"text": "z_{1}=0.5", "confidence": 7})
    content["pages"][0]["lines"].insert(1, {"text": "z_{1}=0.5", "confidence": "NaN"})
    found = read_confidences(Source("a.json", json.dumps(content)), Source("a.mmd", TEXT))
    assert [(TEXT[c.span.start : c.span.end], c.value) for c in found] == [("Epoch 1", Fraction(2, 5))]


@pytest.mark.parametrize(
    "content",
    ["", "[", "[]", "{}", "7", "null", "[" * 100_000, '{"pages": 3}', '{"pages": [{"lines": {}}]}', '{"confidence": 1e999}', '{"confidence": NaN}']
)  # fmt: skip
def test_a_file_that_is_no_side_car_is_named_with_the_remedy(tmp_path: Path, content: str) -> None:
    """One sentence with the name of the file; the document is not silently marked without it."""
    path = tmp_path / "a.lines.json"
    path.write_text(content or " x")
    with pytest.raises(InputError, match=re.escape("a.lines.json")) as raised:
        api.check(TEXT, confidence=path)
    assert "Mathpix" in str(raised.value)


def test_a_large_side_car_costs_no_more_than_its_size() -> None:
    """Ten thousand lines that are nowhere: each is looked for within reach only."""
    content = _pages([(f"line number {k} of somebody else", 0.5) for k in range(10_000)])
    assert read_confidences(Source("a.json", json.dumps(content)), Source("a.mmd", "ab " * 300_000)) == ()
