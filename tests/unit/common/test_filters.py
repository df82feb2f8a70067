"""How filters are put together so that the embedded database finds by index."""

from services.common.store import all_of


def test_conditions_on_different_fields_become_one_flat_filter():
    assert all_of({"_id": "a"}, {}, {"grid_id": {"$in": ["g"]}}) == {"_id": "a", "grid_id": {"$in": ["g"]}}


def test_two_conditions_on_one_field_are_both_kept():
    assert all_of({"_id": "a"}, {"_id": {"$gt": "b"}}) == {"$and": [{"_id": "a"}, {"_id": {"$gt": "b"}}]}


def test_no_condition_asks_for_nothing():
    assert all_of({}, {}) == {}


def test_bounds_on_one_field_are_put_together_where_that_says_the_same():
    assert all_of({"due_on": {"$lte": "2025-06-01"}}, {"due_on": {"$gt": "2025-05-01"}}) == {"due_on": {"$lte": "2025-06-01", "$gt": "2025-05-01"}}
    assert all_of({"due_on": {"$gt": "a"}}, {"due_on": {"$gt": "b"}}) == {"$and": [{"due_on": {"$gt": "a"}}, {"due_on": {"$gt": "b"}}]}
