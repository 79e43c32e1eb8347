"""Recordings that were just brought: waited for, named, refused in words; nobody else's are told."""

import pytest

from webapp.models.asset import Asset, AssetKind, AssetState


@pytest.fixture
def brought(signed_in, database, clock):
    def bring(state, kind=AssetKind.AUDIO, reason=None):
        with database.transaction() as session:
            made = {"created_at": clock(), "media_type": "audio/webm", "reason": reason}
            asset = Asset(tenant_id=signed_in.tenant.id, digest="a" * 64, kind=kind, state=state, **made)
            session.add(asset)
            session.flush()
            return f"/recordings/{asset.id}"

    return bring


def test_a_recording_is_named_once_it_has_been_read(signed_in, brought):
    assert signed_in.client.get(brought(AssetState.READY)).json == {"digest": "a" * 64}


def test_one_that_is_still_read_is_waited_for(signed_in, brought):
    assert signed_in.client.get(brought(AssetState.CHECKING)).status_code == 202


@pytest.mark.parametrize(
    ("state", "kind", "reason"), [(AssetState.REFUSED, AssetKind.AUDIO, "media-truncated"), (AssetState.READY, AssetKind.IMAGE, None)]
)
def test_what_is_no_sound_is_refused(signed_in, brought, state, kind, reason):
    assert signed_in.client.get(brought(state, kind, reason)).status_code == 422


def test_another_tenants_recording_is_not_found(stranger, brought):
    assert stranger.client.get(brought(AssetState.READY)).status_code == 404
