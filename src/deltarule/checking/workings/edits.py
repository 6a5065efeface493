"""How one build of numbers is made of another: a factor or a term left out, a factor taken twice."""

from collections.abc import Iterator

from deltarule.records import record


@record
class Edit:
    """What was done to one place of a build."""

    what: str  # factor, divisor, term or twice
    place: int
    build: str


def edits(build: str) -> Iterator[Edit]:
    """The builds that come of one slip with one number of a build."""
    at = -1
    for place in range(build.count("#")):
        at = build.index("#", at + 1)
        before, after = build[at - 1], build[at + 1]
        without = build[:at], build[at + 1 :]
        if before == "/":
            yield Edit("divisor", place, without[0][:-1] + without[1])
            continue
        if before == "*":
            yield Edit("factor", place, without[0][:-1] + without[1])
        elif after == "*":
            yield Edit("factor", place, without[0] + without[1][1:])
        elif before == "+" and after in "+)":
            yield Edit("term", place, without[0][:-1] + without[1])
        elif before == "(" and after == "+":
            yield Edit("term", place, without[0] + without[1][1:])
        if "*" in (before, after):
            yield Edit("twice", place, f"{without[0]}#*#{without[1]}")
