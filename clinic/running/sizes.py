"""How many bytes one request may have. Pure: the web server asks before it reads a body, the middleware before a form does."""

LONGEST_BODY = 1024 * 1024  # nobody types as much, and pictures are sent smaller
LONGEST_LIST = 8 * 1024 * 1024  # some 50,000 people, who come with about a hundred letters each
# Where lists are chosen, and the steps after that. deploy/nginx.conf knows it, too.
LISTS = "/panel/set-up/import/"


def longest_body(path: str) -> int:
    """The most that may be sent to this address."""
    return LONGEST_LIST if path.startswith(LISTS) else LONGEST_BODY
