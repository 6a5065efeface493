"""What is said on standard error."""

import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from deltarule.errors import InputError


def complain(error: "InputError") -> "InputError":
    """Say on standard error what is wrong, and hand the error back."""
    say(str(error))
    return error


def say(message: str) -> None:
    """Say something on standard error, with nothing invisible in it."""
    from deltarule.writing.visible import visible

    if sys.stderr is not None:  # print would take standard output instead
        with suppress(OSError):
            print(visible(message), file=sys.stderr)


def unexpected(error: BaseException, name: str = "") -> "InputError":
    """What to say about a mistake of deltarule's own."""
    from deltarule.errors import InputError

    if os.environ.get("DELTARULE_TRACEBACK"):
        import traceback

        traceback.print_exception(error)
    what = f"{type(error).__name__}: {error}"[:200]
    return InputError(
        f"deltarule made a mistake of its own ({what})",
        "please report it with the file and the command; DELTARULE_TRACEBACK=1 shows where it happened",
        name,
    )
