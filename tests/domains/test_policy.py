"""The policy: every reason has its words in both languages, notices say what must be said, pages hold the rules."""

import re
from datetime import date

import pytest

from portal.i18n import LANGUAGES
from portal.policy import labels, notices
from portal.policy.notices import notice
from portal.policy.pages import accessibility, moderation, moderation_reasons, privacy
from portal.policy.pages.blocks import Page
from portal.policy.rules import HIDES_PASSAGES, KEEPS_UNPUBLISHED, Reason
from portal.submissions import labels as submission_labels
from portal.submissions import rules as submission_rules
from tests.visitor import Visitor

DAY, UNTIL = date(2022, 5, 3), date(2022, 6, 2)


def written(published: bool, *reasons: Reason, **more: str) -> dict[str, str]:
    text = notice("7K3F-92QM", reasons=reasons, published=published, decided_on=DAY, appeal_until=UNTIL, **more)
    return {language: text[language] for language in LANGUAGES}


def test_every_reason_has_its_words() -> None:
    assert set(labels.REASONS) == set(Reason)
    assert set(labels.HIDDEN) == set(notices.HIDDEN) == HIDES_PASSAGES
    assert set(notices.NOT_PUBLISHED) >= KEEPS_UNPUBLISHED
    assert set(moderation_reasons.REASONS) == set(moderation_reasons.USE) == set(Reason)


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        (submission_labels.STAKEHOLDER_TYPES, submission_rules.StakeholderType),
        (submission_labels.COUNTRIES, submission_rules.Country),
        (submission_labels.LANGUAGES, submission_rules.TextLanguage),
        (submission_labels.WRITTEN_IN, submission_rules.TextLanguage),
        (submission_labels.STATUSES, submission_rules.Status),
        (submission_labels.VERDICTS, submission_rules.Verdict),
        (submission_labels.SHOW_AS, submission_rules.ShowAs),
        (submission_labels.CONFIDENTIALITY, submission_rules.Confidentiality),
        (submission_labels.CHANNELS, submission_rules.Channel),
    ],
)
def test_every_choice_of_a_submission_has_its_words(
    words: dict[str, object], kind: type[submission_rules.Status]
) -> None:
    assert set(words) == set(kind)


def test_a_notice_opens_with_date_and_code_and_closes_with_the_appeal() -> None:
    texts = written(False, Reason.SPAM)
    assert texts["en"].startswith("May 3, 2022\nWe reviewed your submission 7K3F-92QM.\n\n")
    assert texts["es"].startswith("3 de mayo de 2022\nRevisamos su aportación con folio 7K3F-92QM.\n\n")
    assert texts["en"].endswith("you can appeal until June 2, 2022 with your receipt code and access key.")
    assert "puede presentar una inconformidad hasta el 2 de junio de 2022 con su folio" in texts["es"]


def test_a_published_text_gets_thanks_and_no_appeal() -> None:
    texts = written(True)
    assert texts["en"].endswith("Your submission is now public. Thank you for taking part.")
    assert texts["es"].endswith("Su aportación ya es pública. Gracias por participar.")


@pytest.mark.parametrize("reason", sorted(HIDES_PASSAGES))
def test_a_notice_of_hidden_words_says_that_the_rest_is_public(reason: Reason) -> None:
    texts = written(True, reason)
    assert "We published your submission" in texts["en"]
    assert "Publicamos su aportación" in texts["es"]
    assert "did not publish your submission" not in texts["en"]


@pytest.mark.parametrize("reason", sorted(KEEPS_UNPUBLISHED - {Reason.CARE}))
def test_a_notice_of_a_refusal_never_says_that_something_was_published(reason: Reason) -> None:
    texts = written(False, reason, other="AAAA-1111")
    assert "We published" not in texts["en"]
    assert "Publicamos" not in texts["es"]
    assert "{" not in texts["en"] + texts["es"]


def test_a_notice_has_a_paragraph_for_each_reason_once() -> None:
    texts = written(True, Reason.PERSONAL_DATA, Reason.ABUSE, Reason.PERSONAL_DATA)
    assert texts["en"].count("\n\n") == 4
    assert texts["en"].count("personal data") == 1


def test_care_gives_help_lines_and_speaks_of_no_rule() -> None:
    texts = written(False, Reason.CARE)
    for text in texts.values():
        assert "988" in text
        assert "800 911 2000" in text
    assert not re.search("rule|polic|did not publish", texts["en"])
    assert not re.search("regla|política|no publicamos", texts["es"], re.IGNORECASE)


def test_a_duplicate_names_the_receipt_that_counts() -> None:
    assert "under receipt AAAA-1111." in written(False, Reason.DUPLICATE, other="AAAA-1111")["en"]
    assert "con otro folio" in written(False, Reason.DUPLICATE)["es"]


def test_who_reports_wrongdoing_is_led_to_offices_that_can_investigate(visitor: Visitor) -> None:
    texts = written(False, Reason.SOURCE_PROTECTION, base_url="https://dialogo.example/")
    for language in LANGUAGES:
        address = re.search(r"https://dialogo.example(/\S+)#(\S+)", texts[language])
        assert address
        assert visitor.get(address[1]).html.find(id=address[2])


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_reason_can_be_linked_to(visitor: Visitor, language: str) -> None:
    page = visitor.open("policy.moderation_policy", language).html
    for reason in Reason:
        rule = page.find(id=str(reason))
        assert rule.h3.get_text() == labels.REASONS[reason][language]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("endpoint", ["moderation_policy", "privacy", "accessibility"])
def test_the_pages_name_their_parts_and_set_no_cookie(visitor: Visitor, language: str, endpoint: str) -> None:
    page = visitor.open(f"policy.{endpoint}", language)
    ids = {tag["id"] for tag in page.html.select("[id]")}
    links = [link["href"][1:] for link in page.html.select(".contents a")]
    assert links
    assert set(links) <= ids
    assert "Set-Cookie" not in page.headers


@pytest.mark.parametrize("page", [moderation.PAGE, privacy.PAGE, accessibility.PAGE])
def test_anchors_are_given_once_in_each_language(page: Page) -> None:
    for language in LANGUAGES:
        anchors = [section.anchor[language] for section in page.sections]
        assert len(set(anchors)) == len(anchors)
