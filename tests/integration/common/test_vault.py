"""A database that is away is never taken for a person whose data were erased (P7, P10)."""

from __future__ import annotations

import pytest
from pymongo import MongoClient
from pymongo.errors import AutoReconnect

from services.common.ids import new_id
from services.common.privacy import Unsealable, Vault


@pytest.fixture
def master_key(keys):
    return (keys / "master.key").read_bytes()


@pytest.fixture
def database(mongodb_uri):
    with MongoClient(mongodb_uri) as client:
        name = f"vault_{new_id().lower()}"
        yield client, name
        client.drop_database(name)


@pytest.fixture
def vault(database, master_key):
    vault = Vault(*database, master_key)
    vault.prepare()
    return vault


@pytest.fixture
def another(database, master_key):
    """The vault as another process has it, with no key in its memory."""
    return Vault(*database, master_key)


class _Away:
    """A collection whose database does not answer."""

    def __getattr__(self, name):
        def away(*args, **kwargs):
            raise AutoReconnect("connection refused")

        return away


@pytest.mark.promise("P7")
def test_a_key_that_cannot_be_fetched_is_not_a_key_that_was_destroyed(vault, another, monkeypatch):
    sealed = vault.seal("person", {"name": "x"})
    with monkeypatch.context() as broken:
        broken.setattr(another._at_hand, "_keys", _Away())
        with pytest.raises(AutoReconnect):
            another.unseal("person", sealed)

    assert another.unseal("person", sealed) == {"name": "x"}
    assert vault.destroy("person")


@pytest.mark.promise("P7")
def test_a_key_that_could_not_be_made_is_made_at_the_next_try(vault, monkeypatch):
    with monkeypatch.context() as broken:
        broken.setattr(vault, "_keys", _Away())
        with pytest.raises(AutoReconnect):
            vault.seal("person", {"name": "x"})

    assert vault.unseal("person", vault.seal("person", {"name": "x"})) == {"name": "x"}


@pytest.mark.promise("P10")
def test_what_is_sealed_for_one_is_not_read_as_anothers(vault):
    with pytest.raises(Unsealable):
        vault.unseal("other", vault.seal("person", {"name": "x"}))


@pytest.mark.promise("P10")
def test_what_a_destroyed_key_sealed_is_read_by_nobody_any_more(vault, another):
    sealed = vault.seal("person", {"name": "x"})
    assert vault.destroy("person")
    assert not vault.destroy("person")

    for reader in (vault, another):
        with pytest.raises(Unsealable):
            reader.unseal("person", sealed)


@pytest.mark.promise("P10")
def test_many_are_sealed_each_with_a_key_of_their_own(vault, another):
    before = vault.seal("known", {"name": "before"})
    sealed = vault.seal_many([(owner, {"name": owner}) for owner in ("known", "new", "newer")] + [("new", {"name": "again"})])

    with another.keys_of(sealed):
        assert [another.unseal(owner, value)["name"] for owner, value in zip(("known", "new", "newer", "new"), sealed, strict=True)] == ["known", "new", "newer", "again"]
    assert another.unseal("known", before) == {"name": "before"}
    assert vault.destroy("new")
    with pytest.raises(Unsealable):
        vault.unseal("new", sealed[1])
    assert vault.unseal("newer", sealed[2]) == {"name": "newer"}


@pytest.mark.promise("P10")
def test_two_who_seal_for_the_same_person_at_once_share_one_key(vault, another, monkeypatch):
    first = another.seal("person", {"name": "first"})
    with monkeypatch.context() as late:
        # The other's key was not there yet when this one looked.
        late.setattr(vault._keys, "find", _empty_once(vault._keys.find))
        second = vault.seal_many([("person", {"name": "second"})])[0]

    assert vault.unseal("person", second) == {"name": "second"}
    assert vault.unseal("person", first) == {"name": "first"}
    assert vault.destroy("person")
    assert not vault.destroy("person")


def _empty_once(find):
    """Return a `find` that at first finds nothing."""
    empty = [[]]
    return lambda *args, **kwargs: empty.pop() if empty else find(*args, **kwargs)
