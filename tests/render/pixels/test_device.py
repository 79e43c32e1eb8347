import pytest
import torch

from render.errors import SetupIncomplete
from render.pixels.device import chosen


@pytest.mark.parametrize(("wish", "device"), [("cpu", "cpu"), ("auto", "cuda"), ("cuda", "cuda")])
def test_a_graphics_card_is_used_where_it_is_wished_for(wish, device, monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    assert chosen(wish) == device


def test_without_a_graphics_card_only_a_firm_wish_for_one_is_refused(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert (chosen("cpu"), chosen("auto")) == ("cpu", "cpu")
    with pytest.raises(SetupIncomplete, match="device-missing"):
        chosen("cuda")
