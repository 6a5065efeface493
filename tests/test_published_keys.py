"""The keys of the published worked examples: that they can be read, and that they speak of what stands in the document.

A key is worked out by hand and by throw-away scripts; a line that has moved or a number that was mistyped would count as a
failure (or a success) of the checker in every measurement. What the documents hold is of no concern here.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from deltarule.findings import Kind

FOLDER = Path(__file__).resolve().parent / "solutions" / "published"
KEYS = sorted(path for part in ("dev", "heldout") for path in (FOLDER / part).glob("*.key.json"))
DOCUMENTS = sorted(
    path for part in ("dev", "heldout") for path in (FOLDER / part).glob("*") if path.suffix != ".json"
)
VERDICTS = {"right", "right-rounded", "follow-through", "slip", "unchecked", "uncheckable"}
KINDS = {kind.value for kind in Kind}


def _name(path: Path) -> str:
    return path.name.removesuffix(".key.json")


def _lines(path: Path) -> list[str]:
    """Lines of the one document that a key belongs to, split as an editor does."""
    (document,) = (other for other in DOCUMENTS if other.parent == path.parent and other.stem == _name(path))
    return document.read_text(encoding="utf-8").split("\n")


def _key(path: Path) -> dict[str, Any]:
    key: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return key


def test_every_document_has_a_key() -> None:
    """A document without a key would be left out of every measurement without a word."""
    assert [(path.parent, path.stem) for path in DOCUMENTS] == [(path.parent, _name(path)) for path in KEYS]
    assert {path.parent.name for path in KEYS} == {"dev", "heldout"}


@pytest.mark.parametrize("path", KEYS, ids=_name)
def test_what_a_key_names_stands_on_its_line(path: Path) -> None:
    """Every claim and slip of a key is text of the line that it names."""
    lines, key = _lines(path), _key(path)
    assert key["claims"], "a key without claims measures nothing"
    for entry in (*key["claims"], *key["slips"]):
        assert 1 <= entry["line"] <= len(lines), entry
        assert entry["written"], entry
        assert entry["written"] in lines[entry["line"] - 1], entry
    for line in key["doubtful_lines"]:
        assert 1 <= line <= len(lines)


@pytest.mark.parametrize("path", KEYS, ids=_name)
def test_verdicts_and_kinds_are_those_of_the_closed_lists(path: Path) -> None:
    """Verdicts and kinds are spelled as the measurement reads them, and a slip has its record."""
    key = _key(path)
    charged = {slip["line"] for slip in key["slips"]}
    for claim in key["claims"]:
        assert claim["verdict"] in VERDICTS, claim
        assert claim["kind"] is None or claim["kind"] in KINDS, claim
        assert claim["verdict"] != "slip" or claim["line"] in charged, claim
    for slip in key["slips"]:
        assert slip["kinds"], slip
        assert set(slip["kinds"]) <= KINDS, slip
        assert isinstance(slip["harmless"], bool), slip


@pytest.mark.parametrize("path", KEYS, ids=_name)
def test_every_document_has_a_source(path: Path) -> None:
    """Every document is named in one of the lists of sources."""
    sources = "".join(file.read_text(encoding="utf-8") for file in sorted(FOLDER.glob("SOURCES-*.md")))
    assert f"{path.parent.name}/{_name(path)}." in sources
    assert _key(path)["source"]
