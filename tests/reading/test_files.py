"""Files become texts, or are refused with a reason, a place and a remedy; nothing is guessed."""

import io
import sys
from pathlib import Path

import pytest

from deltarule.errors import InputError, LimitError
from deltarule.reading.files import MAX_BYTES, documents, load

TEXT = "z = 0.4 · 3 + 0.2 ≈ 1.4\r\nη = 0.1\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_encodings_that_say_what_they_are_are_read(encoding: str, tmp_path: Path) -> None:
    """UTF-8 with and without a mark, and UTF-16 and UTF-32 with one, give the same text, line ends included."""
    path = tmp_path / "a.md"
    path.write_bytes(TEXT.encode(encoding))
    source = load(path)
    assert source.text == TEXT
    assert source.name == str(path)


def test_big_endian_utf_16_is_read(tmp_path: Path) -> None:
    """The byte order mark is believed either way round."""
    path = tmp_path / "a.md"
    path.write_bytes(b"\xfe\xff" + TEXT.encode("utf-16-be"))
    assert load(path).text == TEXT


def test_old_macintosh_line_ends_make_lines(tmp_path: Path) -> None:
    """A text with carriage returns only has lines, each character still at its place."""
    path = tmp_path / "a.txt"
    path.write_bytes(b"a = 1\rb = 2\r")
    assert load(path).text == "a = 1\nb = 2\n"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "the file is empty; check that it was saved"),
        (b" \n\t\n", "the file is empty"),
        (b"\xef\xbb\xbf", "the file is empty"),
        (b"%PDF-1.7 ...", "is a PDF file, not text; export or copy its text"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "is a picture, not text; let an OCR program"),
        (b"\xff\xd8\xff\xe0", "is a picture"),
        (b"PK\x03\x04\x14", "is a packed file"),
        (b"one\ntwo\x00three", ":2: is a binary file, not text"),
        ("z = 1\n".encode("utf-16-le"), ":1: is a binary file, not text; name a text file in UTF-8"),
        ("a\nb\nx = 3 × 4 = 12, größer".encode("cp1252"), ":3: byte 0xD7 is not UTF-8"),
        (b"\xff\xfea", "is not the UTF-16 that it starts as; save it as UTF-8"),
        ("a = 1\u0000".encode("utf-8-sig"), ":1: holds a NUL character"),
    ],
)
def test_what_is_no_text_is_refused(content: bytes, reason: str, tmp_path: Path) -> None:
    """Empty, binary and wrongly encoded files are refused with name, line and remedy."""
    path = tmp_path / "a.md"
    path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        load(path)
    assert str(caught.value).startswith(str(path))
    assert reason in str(caught.value)


@pytest.mark.parametrize("sign", "−≈×·÷ηΔΣα→–½²≥∂σ")
def test_garbled_signs_are_refused(sign: str, tmp_path: Path) -> None:
    """A sign of arithmetic that went through another encoding could change a number, so the file is refused."""
    path = tmp_path / "a.md"
    path.write_text(f"fine\nz = 3 {sign} 4".encode().decode("cp1252", errors="replace"), encoding="utf-8")
    with pytest.raises(InputError, match=r":2: garbled characters .* save it as UTF-8 again"):
        load(path)


@pytest.mark.parametrize(
    "text", ["größer, Ärger, señal, façade, São, MÃE", "erreur © 2024 — «oui»", "Îles, Âge, ÂGE"]
)
def test_accents_are_not_taken_for_garbage(text: str, tmp_path: Path) -> None:
    """Ordinary letters of other languages come through."""
    path = tmp_path / "a.md"
    path.write_text(text, encoding="utf-8")
    assert load(path).text == text


def test_a_large_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    """Beyond the limit the message says so; just below it the file is read."""
    path = tmp_path / "a.md"
    path.write_bytes(b"a" * MAX_BYTES)
    assert len(load(path).text) == MAX_BYTES
    path.write_bytes(b"a" * (MAX_BYTES + 1))
    with pytest.raises(LimitError, match="larger than 2 MB; split it"):
        load(path)


def test_what_cannot_be_opened_is_said(tmp_path: Path) -> None:
    """A missing file, a folder and an impossible name each get their own reason."""
    for name, reason in (
        (tmp_path / "none.md", "no such file"),
        (tmp_path, "is a folder"),
        ("a\0b", "cannot be opened"),
    ):
        with pytest.raises(InputError, match=reason):
            load(name)


def test_a_dash_is_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    """The name - reads standard input, with the same care."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"\xef\xbb\xbfz = 1\n")))
    source = load("-")
    assert (source.name, source.text) == ("-", "z = 1\n")


def test_folders_are_walked_in_order(tmp_path: Path) -> None:
    """Documents of a folder and below come sorted; hidden ones, other kinds of files and exercises stay out."""
    for name in (
        "b.md",
        "a.txt",
        "sub/c.TEX",
        "sub/d.mmd",
        "sub/e.ipynb",
        ".ipynb_checkpoints/e.ipynb",
        ".hidden/e.md",
        "f.png",
        ".g.md",
        "exercise.toml",
        "data.csv",
    ):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("z = 1", encoding="utf-8")
    found = [str(Path(name).relative_to(tmp_path)) for name in documents(str(tmp_path))]
    assert found == [
        "a.txt",
        "b.md",
        str(Path("sub", "c.TEX")),
        str(Path("sub", "d.mmd")),
        str(Path("sub", "e.ipynb")),
    ]


def test_a_file_stands_for_itself(tmp_path: Path) -> None:
    """A named file is taken whatever it is called, and whether it exists is found out on reading."""
    assert list(documents(str(tmp_path / "x.unknown"))) == [str(tmp_path / "x.unknown")]
    assert list(documents("-")) == ["-"]


def test_a_folder_without_documents_is_an_error(tmp_path: Path) -> None:
    """An empty folder is named rather than called clean."""
    with pytest.raises(
        InputError, match=r"no documents in this folder; name a file, or a folder with .*\*\.md"
    ):
        list(documents(str(tmp_path)))
