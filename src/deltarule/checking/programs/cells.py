"""Where a document holds a program: fenced and indented blocks, cells of a notebook, lines of code between text.

A stretch of lines is a program only if its fence says so or something in it is certainly one: a definition, a loop, an import,
a call of print.
What a program prints, ``w = 1.2``, would pass for an assignment.
"""

import ast
import re
import warnings
from textwrap import dedent

MAX_CODE_LINES = 1_000
MAX_STATEMENT = 120  # lines
MAX_PARSED = 400_000  # letters: a line that begins no statement is tried with all that seems to belong to it
_SURE = re.compile(
    r"\s{0,40}(?:import\s|from\s+\w|def\s+\w+\s?\(|class\s+\w|for\s.{1,120}:\s*(?:#|$)|while\s.{1,80}:\s*(?:#|$)|print\s?\(|return\b)"
)
_CODE = re.compile(
    r"\s{0,40}(?:#|@|import\s|from\s|def\s|class\s|for\s|while\s|if\s|elif\s|else\s?:|try\s?:|except\b|with\s|return\b|pass\b|break\b|continue\b"
    r"|(?!(?:array|tensor)\s?\()[A-Za-z_][\w.]{0,60}\s?\(|[A-Za-z_][\w.\[\], :]{0,80}\s?(?:[-+*/]|\*\*|//|@)?=[^=]|[\])}]|\"\"\"|''')"
)
_PROMPT = re.compile(r"(\s{0,40})(?:>>> ?|\.\.\. ?|(?:In|Out) ?\[\d*\]: ?)")
_PUT_ASIDE = re.compile(r"(\s{0,40})#\s?(print\s?\([^#]{1,200}\)\s{0,8}#\s{0,4}[-+\[(]{0,3}\d.{0,200})$")
_CELL = re.compile(r"\s{0,8}(In\s?\[\d{0,4}\]:?|Out\s?\[\d{0,4}\]:?)\s*$")  # alone on its line
_FENCE = re.compile(r"\s*(?:```|~~~)")
_NAMED_FENCE = re.compile(r"\s{0,40}(?:```|~~~)\s?\{?\.?(?:python|py|ipython)3?\b", re.IGNORECASE)


def programs(text: str) -> tuple[list[ast.stmt], set[int]]:
    """Statements of all programs of a text in order, and the lines on which they stand, counted from 1."""
    lines = text.split("\n")
    found: list[ast.stmt] = []
    taken: set[int] = set()
    left = MAX_PARSED
    for start, stop in _stretches(lines):
        statements, used, left = _statements(lines, start, stop, left)
        found += statements
        taken |= used
    return found, taken


def _prompted(line: str) -> str:
    """A line without the prompt of an interpreter."""
    match = _PROMPT.match(line)
    return match[1] + line[match.end() :] if match is not None else line


def _told(line: str) -> str:
    """``# print(z) # 0.5``: a call of print that was put aside, with what it printed, as if it were there."""
    match = _PUT_ASIDE.match(line) if "#" in line else None
    return line if match is None else match[1] + match[2]


def _stretches(lines: list[str]) -> list[tuple[int, int]]:
    """First and last lines of stretches of code; a blank line does not end one, prose and output do."""
    done: list[tuple[int, int]] = []
    start: int | None = None
    last = 0
    deep = quoted = sure = cell = shown = False
    for at, line in enumerate([*lines, "end of all"]):
        plain = _prompted(line)
        begins = _CELL.match(line) if "[" in line else None
        if not plain.strip() and begins is None:
            cell, shown = cell and start is None, False
            if start is not None:
                continue
        inside = start is not None and (deep or plain.startswith((" ", "\t"))) and not _FENCE.match(line)
        inside = inside or (cell and plain.strip() != "")
        if at < len(lines) and begins is None and not shown and (_CODE.match(plain) or inside or quoted):
            start = at if start is None else start
            last = at
            deep = plain.count("(") + plain.count("[") > plain.count(")") + plain.count("]") or (
                deep and plain.count(")") + plain.count("]") <= plain.count("(") + plain.count("[")
            )
            quoted ^= plain.count('"""') % 2 == 1
            continue
        if start is not None and (
            sure or any(_SURE.match(_prompted(each)) for each in lines[start : last + 1])
        ):
            done.append((start, last + 1))
        start, deep, quoted = None, False, False
        if _FENCE.match(line):
            sure, cell = _NAMED_FENCE.match(line) is not None, False
        elif begins is not None:
            sure = cell = begins[1].startswith("In")
            shown = not cell
    return done


def _statements(lines: list[str], start: int, stop: int, left: int) -> tuple[list[ast.stmt], set[int], int]:
    """Statements of a stretch and their lines, and how many letters may still be parsed; a line that belongs to none is passed over."""
    found: list[ast.stmt] = []
    used: set[int] = set()
    at = start
    stop = min(stop, start + MAX_CODE_LINES)
    plain = [_told(_prompted(line).replace("\t", "    ").rstrip("\r")) for line in lines[start:stop]]
    while at < stop and left > 0:
        line = plain[at - start]
        if not line.strip() or line.lstrip().startswith("#"):
            used.add(at + 1)
            at += 1
            continue
        end = _end(plain, at - start) + start
        code = "\n".join(plain[at - start : end - start])
        left -= len(code)
        parsed = _parsed(code)
        if parsed is None:
            at += 1
            continue
        for statement in parsed:
            ast.increment_lineno(statement, at)
        found += parsed
        used |= set(range(at + 1, end + 1))
        at = end
    return found, used, left


def _end(lines: list[str], at: int) -> int:
    """The line behind a statement: its block is indented more, its brackets are closed."""
    indent = len(lines[at]) - len(lines[at].lstrip())
    depth = 0
    end = at
    quoted = False
    for k in range(at, min(len(lines), at + MAX_STATEMENT)):
        line = lines[k]
        text = line.strip()
        own = len(line) - len(line.lstrip())
        goes_on = (
            depth > 0
            or quoted
            or own > indent
            or text.startswith(("else:", "elif ", "except", "finally:", ")", "]", "}"))
        )
        if text and k > at and not goes_on:
            break
        if text:
            bare = text.split("#", 1)[0]
            depth += sum(bare.count(sign) for sign in "([{") - sum(bare.count(sign) for sign in ")]}")
            quoted ^= text.count('"""') % 2 == 1
            end = k + 1
    return end


def _parsed(code: str) -> list[ast.stmt] | None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return ast.parse(dedent(code)).body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None
