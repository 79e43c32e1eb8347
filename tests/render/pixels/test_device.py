import pytest
import torch

from render.errors import SetupIncomplete
from render.pixels import device
from render.pixels.device import chosen


@pytest.fixture
def driver(monkeypatch):
    monkeypatch.setattr(device, "_driver_is_there", lambda: True)


@pytest.mark.parametrize(("wish", "meant"), [("cpu", "cpu"), ("auto", "cuda"), ("cuda", "cuda")])
def test_a_graphics_card_is_used_where_it_is_wished_for(wish, meant, driver, monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    assert chosen(wish) == meant


def test_without_a_graphics_card_only_a_firm_wish_for_one_is_refused(driver, monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert (chosen("cpu"), chosen("auto")) == ("cpu", "cpu")
    with pytest.raises(SetupIncomplete, match="device-missing"):
        chosen("cuda")


def test_where_the_machine_has_no_driver_torch_is_not_asked(monkeypatch):
    monkeypatch.setattr(device, "_DRIVER", "libof-no-driver.so")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: pytest.fail("torch was asked"))
    assert chosen("auto") == "cpu"
    with pytest.raises(SetupIncomplete, match="device-missing"):
        chosen("cuda")
