"""A database that is away is never taken for a person whose data were erased (P7, P10)."""

from __future__ import annotations

import pytest
from pymongo import MongoClient
from pymongo.errors import AutoReconnect, EncryptionError

from services.common.ids import new_id
from services.common.privacy import Unsealable, Vault


@pytest.fixture
def vault(mongodb_uri, keys):
    with MongoClient(mongodb_uri) as client:
        name = f"vault_{new_id().lower()}"
        vault = Vault(client, name, (keys / "master.key").read_bytes())
        vault.prepare()
        yield vault
        client.drop_database(name)


def _away(*args, **kwargs):
    raise EncryptionError(AutoReconnect("connection refused"))


@pytest.mark.promise("P7")
def test_a_key_that_cannot_be_fetched_is_not_a_key_that_was_destroyed(vault, monkeypatch):
    sealed = vault.seal("person", {"name": "x"})
    with monkeypatch.context() as broken:
        broken.setattr(vault._encryption, "decrypt", _away)
        with pytest.raises(AutoReconnect):
            vault.unseal("person", sealed)

    assert vault.unseal("person", sealed) == {"name": "x"}
    assert vault.destroy("person")


@pytest.mark.promise("P7")
def test_a_key_that_could_not_be_made_is_made_at_the_next_try(vault, monkeypatch):
    with monkeypatch.context() as broken:
        broken.setattr(vault._encryption, "create_data_key", _away)
        broken.setattr(vault._encryption, "encrypt", _away)
        with pytest.raises(AutoReconnect):
            vault.seal("person", {"name": "x"})

    assert vault.unseal("person", vault.seal("person", {"name": "x"})) == {"name": "x"}


@pytest.mark.promise("P10")
def test_what_is_sealed_for_one_is_not_read_as_anothers(vault):
    with pytest.raises(Unsealable):
        vault.unseal("other", vault.seal("person", {"name": "x"}))
