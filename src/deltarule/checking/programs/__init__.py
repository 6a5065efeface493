"""Programs that stand in a document, run to see whether they print what the document says they print.

`cells` finds the programs, `machine` runs them with the values of `arrays`, and `confirming` holds the document's lines against what they print.
"""

import re
from collections.abc import Sequence

from deltarule.checking.claims import FoundSlip, Judged
from deltarule.document import Document
from deltarule.rarely import rarely

MAX_TEXT = 200_000
_HINTS = ("print", "def", "np.")
_PROGRAM = rarely(r"\bprint\s?\(|^[ \t]*def\s|\bnp\.", re.MULTILINE)


def printed_rightly(
    document: Document, judged: Sequence[Judged], slips: Sequence[FoundSlip]
) -> tuple[list[Judged], list[FoundSlip]]:
    """Judge what stands in lines that the document's own program prints; everything else stays as it was."""
    text = document.source.text + document.source.code
    hints = any([hint in text for hint in _HINTS])  # found far quicker than the pattern
    if len(text) > MAX_TEXT or not hints or _PROGRAM.search(text) is None:
        return list(judged), list(slips)
    # a document seldom holds a program, and what runs them is long to load
    from deltarule.checking.programs.confirming import confirmed

    return confirmed(document, judged, slips)
