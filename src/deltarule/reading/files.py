"""Files to texts: decoding, size limits, and which files of a folder are documents.

Nothing is guessed: bytes that are not the text they claim to be are refused, with the place and
what to do about it. A wrong letter could turn a right number into a wrong one.
"""

import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from deltarule.errors import InputError, LimitError
from deltarule.spans import Source

MAX_BYTES = 2_000_000
STDIN = "-"
DOCUMENTS = frozenset({".md", ".markdown", ".mmd", ".txt", ".tex", ".ipynb"})

# longest marks first: UTF-32 little-endian starts with the mark of UTF-16
_MARKS = (
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)

_BINARY = (
    (b"%PDF", "a PDF file", "export or copy its text, or let an OCR program write Markdown"),
    (b"\x89PNG", "a picture", "let an OCR program turn it into Markdown"),
    (b"\xff\xd8\xff", "a picture", "let an OCR program turn it into Markdown"),
    (b"GIF8", "a picture", "let an OCR program turn it into Markdown"),
    (
        b"PK\x03\x04",
        "a packed file (such as .docx, .odt or .zip)",
        "save the document as Markdown or plain text",
    ),
    (b"\x1f\x8b", "a compressed file", "unpack it first"),
)

# Signs of arithmetic in UTF-8 that was once taken for Windows-1252 and saved again: × has become Ã—, − âˆ’,
# · Â·, η Î·. Garbled letters in prose change no number and are let through.
_TAIL = "[\x80-¿€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]"  # what a byte from 0x80 to 0xBF turns into
_MOJIBAKE = re.compile(f"Â[\xa0°±²³µ·¼½¾]|Ã[—·]|[ÎÏ]{_TAIL}|â[€†‡ˆ‰]{_TAIL}|[ÂÃâ][\x80-\x9f]")


def load(path: str | Path) -> Source:
    """Read a text file (``-`` is standard input).

    UTF-8 with or without a byte order mark, and UTF-16 or UTF-32 with one.

    Raises
    ------
    InputError
        It cannot be opened, is not text, or holds garbled characters.
    LimitError
        It is too large.
    """
    name = str(path)
    return Source(name, decode(_read(name), name))


def _read(name: str) -> bytes:
    try:
        if name == STDIN:
            data = sys.stdin.buffer.read(MAX_BYTES + 1)
        elif Path(name).is_dir():
            raise InputError("is a folder", "name a file in it", name)
        else:
            with open(name, "rb") as file:  # noqa: PTH123  # a Path would turn "./a" into "a" in messages
                data = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise InputError("no such file", "check the path and its spelling", name) from None
    except PermissionError:
        raise InputError("may not be read", "check its permissions", name) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(f"cannot be opened ({reason})", "check the path", name) from None
    if len(data) > MAX_BYTES:
        raise LimitError(
            f"is larger than {MAX_BYTES // 1_000_000} MB",
            "split it, or name the file that holds the text",
            name,
        )
    return data


def decode(data: bytes, name: str) -> str:
    """Text of a file's bytes.

    Raises
    ------
    InputError
        It is empty or not text; says where, and what to do.
    """
    encoding = next((encoding for mark, encoding in _MARKS if data.startswith(mark)), "utf-8")
    if encoding == "utf-8":
        _refuse_binary(data, name)
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        if encoding != "utf-8":
            raise InputError(
                f"is not the {encoding.upper()} that it starts as", "save it as UTF-8", name
            ) from None
        raise InputError(
            f"byte 0x{data[error.start]:02X} is not UTF-8 (the file may be Windows-1252 or Latin-1)",
            "save it as UTF-8",
            name,
            line,
        ) from None
    if "\n" not in text:
        text = text.replace("\r", "\n")  # line ends of old Macintosh files; every place stays the same
    if not text.strip():
        raise InputError("the file is empty", "check that it was saved", name)
    _refuse_garbled(text, name)
    return text


def _refuse_binary(data: bytes, name: str) -> None:
    for start, what, remedy in _BINARY:
        if data.startswith(start):
            raise InputError(f"is {what}, not text", remedy, name)
    at = data.find(b"\x00")
    if at >= 0:
        raise InputError(
            "is a binary file, not text",
            "name a text file in UTF-8 (UTF-16 needs its byte order mark)",
            name,
            data.count(b"\n", 0, at) + 1,
        )


def _refuse_garbled(text: str, name: str) -> None:
    garbled = re.search("\0", text) or _MOJIBAKE.search(text)
    if garbled is None:
        return
    line = text.count("\n", 0, garbled.start()) + 1
    if garbled[0] == "\0":
        raise InputError("holds a NUL character", "name a text file", name, line)
    raise InputError(
        f"garbled characters {garbled[0]!a}: UTF-8 that was once saved as another encoding",
        "open the original as UTF-8 and save it as UTF-8 again",
        name,
        line,
    )


def documents(path: str) -> Iterator[str]:
    """Name the documents that a path stands for: itself, or all those in a folder and below, sorted.

    Hidden files and folders are passed over, and links to folders are not followed.

    Raises
    ------
    InputError
        A folder without any document.
    """
    if path == STDIN or not os.path.isdir(path):  # noqa: PTH112  # keeps the path as it was given
        yield path
        return
    found = False
    for folder, below, names in os.walk(path):
        below[:] = sorted(name for name in below if not name.startswith("."))
        for name in sorted(names):
            if not name.startswith(".") and Path(name).suffix.lower() in DOCUMENTS:
                found = True
                yield str(Path(folder) / name)
    if not found:
        raise InputError(
            "no documents in this folder", f"name a file, or a folder with {_listed(DOCUMENTS)}", path
        )


def _listed(suffixes: frozenset[str]) -> str:
    return ", ".join(f"*{suffix}" for suffix in sorted(suffixes))
