"""The service as a whole."""

from __future__ import annotations

from services.learning.messages import MESSAGES
from services.learning.service import LearningApi


def test_no_feature_of_the_api_hides_a_method_of_another():
    owners: dict[str, type] = {}
    for feature in LearningApi.__bases__:
        for name, value in vars(feature).items():
            if callable(value):
                assert owners.setdefault(name, feature) is feature, f"{name} stands in two features"


def test_every_text_stands_in_both_languages():
    for code, text in MESSAGES.items():
        assert text.zh and text.en and text.zh != text.en, code
