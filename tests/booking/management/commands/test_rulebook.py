"""`rulebook`, as it is called: with no environment and no database."""

import io
import json

from django.core.management import call_command

from booking.rules.rulebook import load_rulebook
from tests.environment import ROOT
from tests.programs import MANAGE, run


def test_the_rulebook_as_json_tells_every_rule() -> None:
    done = run(*MANAGE, "rulebook", "--format", "json", variables={})

    printed = json.loads(done.out)
    assert (done.status, done.err, printed["version"]) == (0, "", load_rulebook().version)
    assert [rule["id"] for rule in printed["rules"]] == [rule.id for rule in load_rulebook().rules]
    assert all(rule["in_words"] and rule["client"] and rule["source"] for rule in printed["rules"])


def test_the_page_to_sign_shows_every_rule_and_says_that_nobody_has_reviewed_it() -> None:
    done = run(*MANAGE, "rulebook", "--format", "md", variables={})

    assert (done.status, done.err) == (0, "")
    assert load_rulebook().version in done.out
    assert "no physician has reviewed" in done.out
    assert all(place in done.out for place in ("Name:", "Registration:", "Date:", "Signature:"))
    missing = [
        rule.id
        for rule in load_rulebook().rules
        if not all(text in done.out for text in (f"### {rule.id}\n", rule.text, rule.client, rule.staff, rule.source))
    ]
    assert missing == []


def test_the_page_in_docs_is_the_one_that_is_printed() -> None:
    """It also keeps every word of the rules in a second place: a change shows in review."""
    printed = io.StringIO()
    call_command("rulebook", format="md", stdout=printed)

    assert (ROOT / "docs" / "rulebook.md").read_text(encoding="utf-8") == printed.getvalue()
