import stat

import pytest

from webapp.errors import SettingsWrong
from webapp.settings import Environment, Settings


def test_an_empty_environment_runs_embedded_on_a_file_under_home(tmp_path):
    settings = Settings.from_environment({"PIYING_HOME": str(tmp_path)})

    assert settings.environment is Environment.EMBEDDED
    assert settings.database_url == f"sqlite:///{tmp_path}/piying.sqlite3"
    assert settings.assets == tmp_path / "assets"


def test_the_secret_is_made_once_and_readable_by_its_owner_only(tmp_path):
    first = Settings.from_environment({"PIYING_HOME": str(tmp_path)})
    second = Settings.from_environment({"PIYING_HOME": str(tmp_path)})

    assert first.secret_key == second.secret_key
    assert stat.S_IMODE((tmp_path / "secret").stat().st_mode) == 0o600


def test_the_secret_is_not_shown_with_the_settings(tmp_path):
    settings = Settings.from_environment({"PIYING_HOME": str(tmp_path)})

    assert settings.secret_key not in repr(settings)


def test_frames_go_to_the_queue_server_unless_they_have_their_own(tmp_path):
    shared = {"PIYING_HOME": str(tmp_path), "REDIS_URL": "redis://queue"}

    assert Settings.from_environment(shared).frames_url == "redis://queue"
    assert Settings.from_environment(shared | {"FRAMES_URL": "redis://frames"}).frames_url == "redis://frames"


def test_two_installations_on_one_host_have_cookies_of_different_names(tmp_path):
    here, there = (Settings.from_environment({"PIYING_HOME": str(tmp_path / name)}) for name in ("here", "there"))

    assert here.cookie_suffix != there.cookie_suffix


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"PIYING_ENVIRONMENT": "staging"}, "environment-unknown"),
        ({"PIYING_DEVICE": "abacus"}, "device-unknown"),
        ({"PIYING_PREVIEW_SLOTS": "many"}, "not-a-number"),
        ({"PIYING_PREVIEW_SLOTS": "0"}, "not-a-number"),
        ({"PIYING_SECRET_KEY": "short"}, "secret-too-short"),
        ({"PIYING_ENVIRONMENT": "production"}, "queue-missing"),
        ({"PIYING_STRIPE_KEY": "sk"}, "payment-secret-missing"),
    ],
)
def test_settings_that_cannot_be_run_with_are_named(tmp_path, wrong, code):
    with pytest.raises(SettingsWrong) as refused:
        Settings.from_environment({"PIYING_HOME": str(tmp_path), **wrong})

    assert refused.value.code == code


def test_how_one_pays_is_said_by_currency(tmp_path):
    told = {"PIYING_PAY_TO_THB": "Bank of Lamps\n12-345", "PIYING_PAY_TO_USD": "", "PIYING_STRIPE_WEBHOOK_SECRET": "old new"}
    settings = Settings.from_environment({"PIYING_HOME": str(tmp_path), **told})

    assert settings.pay_to == (("THB", "Bank of Lamps\n12-345"),)
    assert settings.stripe_secrets == ("old", "new")
    assert hash(settings) == hash(settings)
