"""Lines that are worked alike: what stands in each of their places, learned from the others of their kind.

Whoever works ``w = 0.5 - 0.1·2·3`` sample by sample writes the same formula with other numbers each time: the weight told
last, the rate, the error of the line above. What nearly all lines of a kind share shows on which one a sign was lost, an old
number stands, a factor is missing, although the arithmetic of that line is right, and whatever the page is about.
"""

from deltarule.checking.workings.deviations import settle_workings

__all__ = ["settle_workings"]
