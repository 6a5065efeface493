"""What all the walks over one document may cost, however many exercises it holds and in however many ways each is taken."""

from deltarule.checking.ledger import Effort

MAX_WALKED = (
    160_000  # values worked out; a page that is long to work takes a tenth, the longest known two thirds
)
PRODUCT = 8  # values: what holding one product against another costs
CLAIM = 80  # values: what it costs to look at one claim again, when it is asked where its value comes from and what follows


class Pool:
    """Work that is shared: what one walk takes, the next ones do not have."""

    def __init__(self, most: int = MAX_WALKED) -> None:
        self.left = most
        self.is_told = False  # whether it was said that it ran out

    @property
    def is_empty(self) -> bool:
        """Whether no walk may go on."""
        return self.left <= 0

    def take(self, effort: Effort) -> None:
        """Take what was spent since it was last asked."""
        spent = effort.spent + PRODUCT * effort.products
        self.left -= spent - effort.taken
        effort.taken = spent

    def take_claims(self, count: int) -> None:
        """Take what is spent on so many claims behind the walk that judged them."""
        self.left -= CLAIM * count
