"""What is expected to go wrong with a request: one base, so that a view has one way to catch it."""


class Refusal(Exception):
    """Nothing was done. `str()` is a sentence for the client, or for whoever asked; `for_staff` the one for staff.

    Not for a link that leads nowhere (links.BadLink) or a limit that is reached (limits.LimitReached): those are
    answered with a page of their own.
    """

    @property
    def for_staff(self) -> str:
        return str(self)
