"""What was written against what the formula asks for, factor by factor.

Both are brought to the form *outer factor times a sum of signed products*. The result is a list of notes, and for each written
number the quantity it stands for, so that the line can be evaluated again with carried values or repaired ones.
"""

from deltarule.checking.matching.match import Match, Note
from deltarule.checking.matching.sums import Matcher
from deltarule.checking.matching.worth import Worth

__all__ = ["Match", "Matcher", "Note", "Worth"]
