"""Pictures of the classes: with every child's consent, and taken back with one NO."""

from dataclasses import replace
from datetime import timedelta
from itertools import permutations

import pytest

from services.common.errors import Conflict
from services.common.events.volunteering import ClassPhotoPublished, ClassPhotoUnpublished
from services.volunteering.children.domain import forbid_photos
from services.volunteering.photos import domain
from services.volunteering.photos.domain import PhotoState, Word, may_be_shown
from tests.unit.volunteering.builders import NOW, START, a_child, refusal

YES = [a_child("K1", photo_ok=True), a_child("K2", photo_ok=True)]
ONE_NO = [YES[0], replace(YES[1], photo_ok=False)]


def enter(children=YES, ids=("K1", "K2")):
    return domain.enter(id="F1", session_id="M1", file_ref="相册 3", child_ids=ids, children=children, at=START, by="C1")


def publish(photo, children=YES):
    return domain.publish(photo, children, at=NOW, by="C1")


@pytest.mark.rule("VOL-59")
def test_no_child_is_in_a_picture_who_may_not_be():
    assert enter()[0].state is PhotoState.KEPT
    with pytest.raises(Conflict) as refused:
        enter(ONE_NO)
    assert (refused.value.code, refused.value.extra) == ("PHOTO_NOT_OK", {"child_ids": ["K2"]})
    assert refusal(enter, YES, ("K1", "K3")) == ("child_ids", "NOT_FOUND")


@pytest.mark.rule("VOL-59")
def test_a_group_photo_with_one_no_is_not_published():
    photo, _ = enter()

    shown, facts = publish(photo)
    assert (shown.state, facts) == (PhotoState.PUBLISHED, [ClassPhotoPublished(photo_id="F1", session_id="M1")])
    assert publish(shown) == (shown, [])
    assert refusal(publish, photo, ONE_NO) == "PHOTO_NOT_OK"
    # Nothing is known any more of one of them.
    assert refusal(publish, photo, YES[:1]) == "PHOTO_NOT_OK"


@pytest.mark.rule("VOL-59")
def test_a_picture_that_was_taken_back_is_not_shown_again():
    photo, _ = enter()
    shown, _ = publish(photo)

    back, facts = domain.unpublish(shown, at=NOW)

    assert (back.state, facts) == (PhotoState.UNPUBLISHED, [ClassPhotoUnpublished(photo_id="F1", session_id="M1")])
    assert domain.unpublish(back, at=NOW) == (back, [])
    assert domain.unpublish(photo, at=NOW)[1] == []
    assert refusal(publish, back) == "PHOTO_TAKEN_BACK"


MINUTE = timedelta(minutes=1)


def word(yes, minute=0, guardian="G1"):
    return Word(guardian, yes, NOW + minute * MINUTE)


def on_record(ok, minute=None):
    return a_child("K1", photo_ok=ok, photo_said_at=None if minute is None else NOW + minute * MINUTE)


@pytest.mark.rule("VOL-50", "VOL-59")
@pytest.mark.parametrize(
    ("child", "words", "expected"),
    [
        (on_record(False), [], False),
        (on_record(True, 0), [], True),
        (on_record(True, 0), [word(False, 1)], False),
        (on_record(True, 2), [word(False, 1)], False),
        (on_record(True, 0), [word(True, 1), word(False, 2)], False),
        (on_record(True, 0), [word(False, 1), word(True, 2)], True),
        (on_record(False), [word(False, 1), word(True, 2)], True),
        (on_record(False), [word(True, 1), word(False, 1)], False),
        (on_record(False), [word(False, 1), word(True, 2, "G2")], False),
        (on_record(True, 0), [word(False, 1), word(True, 3, "G2"), word(True, 2)], True),
        (on_record(False, 1), [word(True, 2)], True),
        (on_record(False, 2), [word(True, 1)], False),
        (on_record(False, 2), [word(True, 2)], False),
    ],
)
def test_the_last_word_of_each_guardian_counts_and_one_no_holds_in_whatever_order_they_are_heard(child, words, expected):
    assert {may_be_shown(child, heard) for heard in permutations(words)} == {expected}


@pytest.mark.rule("VOL-59")
def test_a_no_of_the_register_that_is_heard_late_does_not_undo_a_later_yes_on_the_record():
    no_at, yes_at = NOW, NOW + MINUTE

    assert forbid_photos(on_record(True, 1), no_at).photo_ok
    assert not forbid_photos(on_record(True, 1), yes_at).photo_ok
    assert not forbid_photos(on_record(True), no_at).photo_ok
    assert forbid_photos(on_record(False, 1), no_at).photo_said_at == yes_at
