"""A search reads what fits from its index and not everybody, on both engines: two thousand people, fifty in `prove`."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from booking.models import Client
from booking.people.search import SHOWN, find_people, read_question
from tests.cast import NOW

pytestmark = pytest.mark.django_db

FIRST = (
    "Aoife",
    "Bartosz",
    "Ciara",
    "Dara",
    "Emma",
    "Farah",
    "Grace",
    "Hugo",
    "Ines",
    "Jonas",
    "Keira",
    "Liam",
    "Maeve",
)
LAST = ("Adeyemi", "Brennan", "Costa", "Doyle", "Egan", "Fischer", "Gallagher", "Hughes", "Ivanova", "Jensen", "Kelly")
SYLLABLES = ("ba", "ce", "di", "fo", "gu", "ha", "ke", "li", "mo", "nu", "pa", "re", "si", "to", "vu")


def make_people(count: int) -> None:
    """Names as uneven as they are: few first names, many last ones, each with a number of its own."""
    Client.objects.bulk_create(
        (
            Client(
                name=f"{FIRST[number % len(FIRST)]} {LAST[number % len(LAST)]}{_tail(number)}",
                email=f"client{number}@clients.example",
                phone=f"087 {number // 10_000:03} {number % 10_000:04}",
                created_at=NOW,
            )
            for number in range(count)
        ),
        batch_size=2_000,
    )
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            # Both, and all rows rather than a random part: the server may have counted the table while it was empty.
            cursor.execute("SET LOCAL default_statistics_target = 1000")
            cursor.execute("ANALYZE booking_searchkey, booking_client")


def _tail(number: int) -> str:
    return "".join(SYLLABLES[number // 15**place % 15] for place in range(3))


QUESTIONS = (
    "aoife",
    "aofie",
    "adeyemibabaca",
    "brenan",
    "087 000 0042",
    "0042",
    "client42@clients.example",
    "emma 0017",
)


@pytest.mark.parametrize("count", [2_000, pytest.param(50_000, marks=pytest.mark.prove)])
def test_every_question_is_one_statement_from_the_index(count: int) -> None:
    make_people(count)

    for words in QUESTIONS:
        question = read_question(words, country="IE")
        with CaptureQueriesContext(connection) as asked:
            answer = find_people(question)
        assert len(asked) == 1, words
        assert len(answer.hits) <= SHOWN
        plan = explain(asked[0]["sql"])
        assert "search_key_by_key" in plan, (words, plan)
        assert "SCAN booking_searchkey" not in plan, (words, plan)
        assert "Seq Scan on booking_searchkey" not in plan, (words, plan)


def explain(statement: str) -> str:
    verb = "EXPLAIN QUERY PLAN" if connection.vendor == "sqlite" else "EXPLAIN"
    with connection.cursor() as cursor:
        cursor.execute(f"{verb} {statement.replace('%', '%%')}")
        return "\n".join(str(row[-1]) for row in cursor.fetchall())
