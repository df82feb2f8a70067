"""Every verdict that is not simply yes can be read by people."""

from services.volunteering.activities.domain.activity import Verdict
from services.volunteering.messages import VERDICTS


def test_every_verdict_but_the_plain_yes_has_a_text_in_both_languages():
    assert set(VERDICTS) == {verdict.value for verdict in Verdict} - {"OK"}
    assert all(text.zh and text.en for text in VERDICTS.values())
