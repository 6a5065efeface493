"""Messages about settings, which are written for Python, in the words of the command line."""

import re

_SETTINGS = "learning_rate|epochs|batch_size|momentum|l2|loss|activation|convention|missing"
_SETTING = re.compile(rf"""\b({_SETTINGS})=(?:"([^"]*)"|'([^']*)'|([^\s:;,"']+))""")
_REWORDED = (
    (re.compile(r",? or a schedule(?:: a function of the epoch, such as \S+)?$"), ""),
    (re.compile(r'give "auto", a number above 0$'), "give auto or a number above 0"),
    (re.compile(r"\b0 (sample|feature)\(s\)(?: \(shape=\([^)]*\)\))?: "), ""),
    (re.compile(r"\bask for (?=--)"), "give "),
    (re.compile(r"\bleave the column out$"), "leave the column out with --leave-out NAME"),
    (re.compile(r"\b(?<!-)l2 above 0"), "--l2 above 0"),
    (
        re.compile(r"train a regressor if it is a quantity: name no activation or loss for classes"),
        "if it is a quantity, write it in numbers, and name no activation or loss for classes",
    ),
    (
        re.compile(r"train a regressor(?: if it is a quantity)?"),
        "name no activation or loss for classes if it is a quantity",
    ),
)


def in_options(message: str) -> str:
    """The same with options instead of Python's arguments.

    >>> in_options('momentum=2: give a number from 0 to just below 1')
    '--momentum 2: give a number from 0 to just below 1'
    >>> in_options('t.csv: row 1 holds NaN; fill it in, or ask for missing="drop" or missing="mean"')
    't.csv: row 1 holds NaN; fill it in, or give --missing drop or --missing mean'
    """
    said = _SETTING.sub(
        lambda found: f"--{found[1].replace('_', '-')} {found[2] or found[3] or found[4] or ''}", message
    )
    for pattern, words in _REWORDED:
        said = pattern.sub(words, said)
    return said
