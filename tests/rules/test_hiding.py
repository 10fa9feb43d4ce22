"""Hiding passages and showing labels in their places are inverses; an excerpt never shows more than there is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.policy.rules import HIDES_PASSAGES, Reason
from portal.publication.rules import (
    EXCERPT,
    Part,
    Passage,
    PassageOutside,
    codes_in,
    excerpt,
    hide,
    merged,
    parts,
    slug_of,
    with_labels,
)

REASONS = sorted(HIDES_PASSAGES)


@st.composite
def texts_with_passages(draw: st.DrawFn) -> tuple[str, list[Passage]]:
    """A text of any characters, with passages anywhere in it, overlapping or not."""
    text = draw(st.text(min_size=1, max_size=200))
    bounds = st.tuples(st.integers(0, len(text)), st.integers(0, len(text))).filter(lambda pair: pair[0] != pair[1])
    passage = st.builds(lambda pair, code: Passage(min(pair), max(pair), code), bounds, st.sampled_from(REASONS))
    return text, draw(st.lists(passage, max_size=6))


@given(texts_with_passages())
def test_what_was_hidden_put_back_in_its_places_gives_the_text(case: tuple[str, list[Passage]]) -> None:
    text, passages = case
    public, hidden = hide(text, passages)
    taken = iter([text[passage.start : passage.end] for passage in merged(passages)])

    assert with_labels(public, hidden, lambda _code: next(taken)) == text


@given(texts_with_passages())
def test_no_character_of_a_passage_is_left(case: tuple[str, list[Passage]]) -> None:
    text, passages = case
    public, hidden = hide(text, passages)
    covered = {place for passage in passages for place in range(passage.start, passage.end)}

    assert public == "".join(character for place, character in enumerate(text) if place not in covered)
    assert [place for place, _code in hidden] == sorted(int(place) for place, _code in hidden)


@given(texts_with_passages(), st.integers(0, 250), st.integers(20, 80))
def test_an_excerpt_holds_only_words_of_the_text_and_its_labels_stand_within(
    case: tuple[str, list[Passage]], around: int, most: int
) -> None:
    public, hidden = hide(*case)
    cut = excerpt(public, hidden, around=min(around, len(public)), most=most)

    assert cut.text.strip("…") in public
    assert len(cut.text) <= most + 2
    assert all(0 <= int(place) <= len(cut.text) for place, _code in cut.hidden)
    assert len(cut.hidden) <= len(hidden)
    assert "".join(part.text for part in parts(cut, lambda _word: False)) == cut.text


@pytest.mark.parametrize(
    ("passages", "public", "hidden"),
    [
        ([(5, 9)], "Call  now", [[5, "personal-data"]]),
        ([(0, 4)], " 5550 now", [[0, "personal-data"]]),
        ([(10, 13)], "Call 5550 ", [[10, "personal-data"]]),
        ([(5, 7), (6, 9)], "Call  now", [[5, "personal-data"]]),
        ([(5, 7), (7, 9)], "Call  now", [[5, "personal-data"]]),
        ([(0, 13)], "", [[0, "personal-data"]]),
        ([], "Call 5550 now", []),
    ],
)
def test_passages_are_taken_out(passages: list[tuple[int, int]], public: str, hidden: list[list[object]]) -> None:
    assert hide("Call 5550 now", [Passage(*bounds, Reason.PERSONAL_DATA) for bounds in passages]) == (public, hidden)


def test_neighbours_of_different_codes_keep_a_label_each() -> None:
    passages = [Passage(0, 3, Reason.MINOR), Passage(3, 6, Reason.ABUSE)]
    assert hide("AnaBob went home", passages) == (" went home", [[0, "minor"], [0, "abuse"]])


@pytest.mark.parametrize("bounds", [(-1, 2), (3, 3), (4, 2), (2, 14), (20, 22)])
def test_a_passage_outside_of_the_text_is_refused(bounds: tuple[int, int]) -> None:
    with pytest.raises(PassageOutside):
        hide("Call 5550 now", [Passage(*bounds, Reason.PERSONAL_DATA)])


def test_positions_are_code_points_even_beyond_the_basic_plane() -> None:
    public, hidden = hide("🇲🇽👩🏽‍🌾 555-1234 ✅", [Passage(7, 15, Reason.PERSONAL_DATA)])
    assert (public, hidden) == ("🇲🇽👩🏽‍🌾  ✅", [[7, "personal-data"]])


def test_an_excerpt_is_cut_at_the_end_of_a_word_and_shows_the_word_that_was_sought() -> None:
    text = "uno dos tres " * 100 + "aguacate cuatro cinco " + "seis siete " * 100

    beginning = excerpt(text, [])
    around = excerpt(text, [], around=text.index("aguacate"))

    assert beginning.text.startswith("uno dos")
    assert beginning.text.endswith(("uno…", "dos…", "tres…"))
    assert len(beginning.text) <= EXCERPT + 1
    assert around.text.startswith("…")
    assert "aguacate cuatro" in around.text


def test_a_label_after_the_cut_does_not_move_into_the_excerpt() -> None:
    text = "palabra " * 100
    assert excerpt(text, [[700, "minor"]]).hidden == []
    assert excerpt(text, [[16, "minor"]]).hidden == [[16, "minor"]]


def test_an_excerpt_comes_apart_into_words_found_and_labels() -> None:
    public, hidden = hide("Llame al 5550, pymes del sur", [Passage(9, 13, Reason.PERSONAL_DATA)])
    pieces = parts(excerpt(public, hidden), lambda word: word == "pymes")

    assert pieces == [
        Part("Llame al "),
        Part("", code=Reason.PERSONAL_DATA),
        Part(", "),
        Part("pymes", hit=True),
        Part(" del sur"),
    ]


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Certificación de competencias", "certificacion-de-competencias"),
        ("¿Qué sigue para las pymes?", "que-sigue-para-las-pymes"),
        ("  U.S.–Mexico  ", "u-s-mexico"),
        ("北京", ""),
        ("a" * 20 + " " + "b" * 50, "a" * 20),
    ],
)
def test_a_title_becomes_the_end_of_an_address(title: str, slug: str) -> None:
    assert slug_of(title) == slug


def test_codes_are_read_one_a_line_each_once() -> None:
    assert codes_in(" 7K3F-92QM\r\n\n7k3f92qm, 7K3F-92QM;AAAA-1111 ") == ("7K3F-92QM", "7k3f92qm", "AAAA-1111")
