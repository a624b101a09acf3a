"""The many pieces of a day, drawn: visits, free time and blocks of a column, and rows of the table."""

from collections.abc import Iterable
from datetime import date

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from clinic.panel.day.shown import Badge, Block, Board, Column, Gap, Place, VisitBlock
from clinic.panel.stencil import fill_in

PIECES = "panel/day/pieces"


def draw_columns(board: Board, *, with_gaps: bool) -> SafeString:
    """The columns of the board, one after the other. `with_gaps`: free time is a link to book it."""
    lines = _join(fill_in(f"{PIECES}/line.html", {"place": _classes(hour.place)}) for hour in board.hours)
    now = fill_in(f"{PIECES}/now.html", {"place": _classes(Place(board.now_row, 1))}) if board.now_row else ""
    return _join(
        fill_in(
            f"{PIECES}/column.html",
            {
                "key": column.key,
                "therapist_id": column.therapist_id,
                "location_id": board.location.pk,
                "begins_at": column.begins_at.isoformat(),
                "lines": lines,
                "now": now if column.has_now else "",
                "pieces": _draw_column(column, board.day, with_gaps=with_gaps),
            },
        )
        for column in board.columns
    )


def draw_rows(board: Board) -> SafeString:
    """The rows of the table, in order of time; empty where there is no visit."""
    return _join(_draw_row(visit, therapist) for visit, therapist in board.visits)


def _draw_column(column: Column, day: date, *, with_gaps: bool) -> SafeString:
    gaps = column.gaps if with_gaps else ()
    return _join(
        [
            *(_draw_block(block) for block in column.blocks),
            *(_draw_gap(gap, column.therapist_id) for gap in gaps),
            *(piece for visit in column.visits for piece in _draw_visit(visit, day)),
        ]
    )


def _draw_block(block: Block) -> SafeString:
    return fill_in(f"{PIECES}/block.html", {"kind": block.kind, "place": _classes(block.place), "word": block.word})


def _draw_gap(gap: Gap, therapist_id: int) -> SafeString:
    return fill_in(
        f"{PIECES}/gap.html",
        {
            "place": _classes(gap.place),
            "starts_at": gap.starts_at.isoformat(),
            "therapist_id": therapist_id,
            "query": gap.query,
            "span": gap.span,
            "room": f", {gap.room}" if gap.room else "",
        },
    )


def _draw_visit(visit: VisitBlock, day: date) -> Iterable[SafeString]:
    yield fill_in(
        f"{PIECES}/visit.html",
        {
            "state": visit.state,
            "lines": visit.lines,
            "place": _classes(visit.place),
            "kinds": " ".join(sorted(visit.kinds)),
            "reference": visit.reference,
            "starts_at": visit.starts_at.isoformat(),
            "last_event": "" if visit.last_event is None else visit.last_event,
            "day": day.isoformat(),
            "row": visit.place.row,
            "rows": visit.place.rows,
            "words": _draw_words(visit),
        },
    )
    if visit.turnover:
        yield fill_in(f"{PIECES}/turnover.html", {"place": _classes(visit.turnover)})


def _draw_words(visit: VisitBlock) -> SafeString:
    """The lines of a card: as many as it has room for."""
    loud = [badge for badge in visit.badges if badge.kind != "quiet"]
    care = [badge for badge in loud if badge.kind == "careful"]
    others = [badge for badge in loud if badge.kind != "careful"]
    quiet = [badge.word for badge in visit.badges if badge.kind == "quiet"]
    phone = fill_in(f"{PIECES}/phone.html", {"phone": visit.phone}) if visit.phone else ""
    # Beside a caution there is no room for it on the screen; on paper there is.
    printed = (
        fill_in(f"{PIECES}/phone_printed.html", {"phone": visit.phone})
        if visit.phone and visit.lines < 4
        else SafeString()
    )
    words: dict[str, str | int] = {
        "time": visit.time,
        "ends": visit.ends,
        "minutes": visit.minutes,
        "room": visit.room,
        "state_word": visit.state_word or ", ".join(quiet),
        "name": visit.name or _("Being booked online"),
        "new": fill_in(f"{PIECES}/new.html", {}) if visit.is_new else "",
        "mark": visit.mark,
        "treatment": visit.treatment,
    }
    if visit.lines <= 2:
        return fill_in(
            f"{PIECES}/words_{visit.lines}.html",
            words | {"badges": _draw_badges(loud), "phone": printed if care else phone},
        )
    drawn = fill_in(
        f"{PIECES}/words_3.html",
        words | {"badges": _draw_badges(others), "care": _join([_draw_badges(care), printed], " ") if care else phone},
    )
    if visit.lines == 3:
        return drawn
    return drawn + fill_in(f"{PIECES}/words_more.html", {"phone": phone if care else "", "past": visit.past})


def _draw_row(visit: VisitBlock, therapist: str) -> SafeString:
    return fill_in(
        f"{PIECES}/row.html",
        {
            "reference": visit.reference,
            "state": visit.state,
            "span": visit.span,
            "name": visit.name or _("Kept by a visitor"),
            "therapist": therapist,
            "what": _what(visit),
            "state_word": visit.state_word or _("Booked"),
            "badges": _draw_badges(visit.badges),
            "kinds": " ".join(sorted(visit.kinds)),
            "phone": visit.phone,
        },
    )


def _draw_badges(badges: Iterable[Badge]) -> SafeString:
    return _join([_draw_badge(one) for one in badges], " ")


def _draw_badge(badge: Badge) -> SafeString:
    blanks: dict[str, str | int] = {
        "kind": badge.kind,
        "word": badge.word,
        "short": badge.short,
        "number": badge.number,
    }
    piece = "badge_counted" if badge.number else "badge_twice" if badge.short else "badge"
    return fill_in(f"{PIECES}/{piece}.html", blanks)


def _what(visit: VisitBlock) -> str:
    return f"{visit.treatment}, {visit.room}" if visit.room else visit.treatment


def _classes(place: Place) -> str:
    """As in static/panel-grid.css."""
    return f"r{place.row} n{place.rows}"


def _join(pieces: Iterable[SafeString], between: str = "") -> SafeString:
    return mark_safe(between.join(pieces))  # noqa: S308 - pieces are safe
