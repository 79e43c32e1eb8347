"""What the compiled loops draw, in plain torch: for other devices, and for the test that holds the loops to it.

Everything is linear in colours, so it is done in premultiplied Y, U, V less their offsets, and alpha, 0 to 255.
"""

import torch
from torch.nn import functional

from render.avatar.anatomy import smooth
from render.avatar.interior import interior, openness
from render.avatar.lids import Eye, closed
from render.avatar.mouth import Box
from render.avatar.score import PLACE, Curve
from render.avatar.stage import OFFSETS, Stage
from render.avatar.warping import LOWER, RESTING, UPPER, channels_last
from render.pixels.planes import Planes

Tensor = torch.Tensor


def draw_with_tensors(stage: Stage, colours: Tensor, shifts: Tensor, controls: Curve, planes: Planes) -> None:
    """Draw a whole frame over `planes`; `colours` (1, 4, height, width) are the picture's, `shifts` as in `warping`."""
    everything, blink = Box(0, 0, stage.width_px, stage.height_px), float(controls[PLACE["blink"]])
    _put(planes, everything, base(stage, colours, shifts))
    _put(planes, stage.mouth, mouth(stage, colours, shifts, controls))
    for eye in stage.eyes if blink > 0 else ():
        _put(planes, eye.box, lid(stage, colours, shifts, eye, blink))


def base(stage: Stage, colours: Tensor, shifts: Tensor) -> Tensor:
    """(4, height, width): everything by the pose and the upper field; the lower side of the mouth is drawn over it."""
    everything = Box(0, 0, stage.width_px, stage.height_px)
    return _sampled(colours, _places(stage, shifts[UPPER], everything))[0]


def mouth(stage: Stage, colours: Tensor, shifts: Tensor, controls: Curve) -> Tensor:
    """(4, h, w): the mouth's box, the upper side, behind it and before the inside of the mouth the lower one."""
    upper_places, lower_places = (_places(stage, shifts[side], stage.mouth) for side in (UPPER, LOWER))
    upper, lower = _sampled(colours, upper_places)[0], _sampled(colours, lower_places)[0]
    above, covered = (_near(stage, mask, at) for mask, at in zip(stage.masks, (upper_places, lower_places), strict=True))
    apart = (upper_places - lower_places)[0]
    free = (1 - above) * smooth(0.04, 1.0, apart[0] * apart[0] + apart[1] * apart[1])
    inside = _inside(stage, _places(stage, shifts[RESTING], stage.mouth), controls, free * (1 - covered))
    parted = torch.lerp(torch.lerp(upper, inside, free), lower, covered)
    return torch.lerp(upper, parted, stage.mouth_edge)


def lid(stage: Stage, colours: Tensor, shifts: Tensor, eye: Eye, amount: float) -> Tensor:
    """(4, h, w): an eye's box with its lid `amount` (0 to 1) down."""
    places = _places(stage, shifts[UPPER], eye.box)
    moved, cover, shade = closed(eye, places[0], amount)
    mixed = torch.lerp(_sampled(colours, places)[0], _sampled(colours, moved[None])[0], cover)
    return torch.cat([mixed[:3] * shade, mixed[3:]])


def _places(stage: Stage, shift: Tensor, box: Box) -> Tensor:
    """(1, 2, h, w): where a box's pixels take their colours from."""
    centres = box.centres().to(stage.device)[None]
    size = centres.new_tensor([shift.shape[2], shift.shape[1]]).view(1, 2, 1, 1) * stage.step_px
    return centres + functional.grid_sample(
        shift[None], channels_last(centres * (2 / size) - 1), padding_mode="border", align_corners=False
    )


def _sampled(picture: Tensor, places: Tensor) -> Tensor:
    size = places.new_tensor([picture.shape[3], picture.shape[2]]).view(1, 2, 1, 1)
    return functional.grid_sample(picture, channels_last(places * (2 / size) - 1), padding_mode="border", align_corners=False)


def _near(stage: Stage, mask: Tensor, places: Tensor) -> Tensor:
    """(h, w) of a mask (height, width) that covers `stage.near`."""
    corner = places.new_tensor([stage.near.left, stage.near.top]).view(1, 2, 1, 1)
    return _sampled(mask[None, None], places - corner)[0, 0]


def _inside(stage: Stage, resting: Tensor, controls: Curve, hole: Tensor) -> Tensor:
    """(4, h, w): cavity, tongue, lower teeth, upper teeth; darker where the opening is narrow."""
    stands = interior(stage, controls)
    moved = torch.cat([resting - (stage.face.down * drop).to(stage.device).view(1, 2, 1, 1) for drop in stands.drops_px])
    corner, size = (moved.new_tensor(pair).view(1, 2, 1, 1) for pair in _corner_and_size(stage.mouth))
    upper, lower, flesh = functional.grid_sample(stage.mouth_layers, channels_last((moved - corner) * (2 / size) - 1), align_corners=False)
    around = openness(stage, functional.avg_pool2d(hole[None, None], 4, ceil_mode=True)[0, 0])
    light = functional.interpolate(around[None, None], hole.shape, mode="bilinear", align_corners=False)[0, 0]
    light, seen = (light * 1.5).clamp(0, 1) ** 0.7, stands.seen
    inside = stage.cavity[:, None, None] * (0.55 + light)
    inside = flesh[:3] * (0.30 + 0.55 * light) + inside * (1 - flesh[3])
    inside = lower[:3] * (seen * (0.45 + 0.5 * light)) + inside * (1 - seen * lower[3])
    inside = upper[:3] * (seen * (0.55 + 0.45 * light)) + inside * (1 - seen * upper[3])
    return torch.cat([inside, torch.full_like(inside[:1], 255.0)])


def _corner_and_size(box: Box) -> tuple[list[float], list[float]]:
    return [float(box.left), float(box.top)], [float(box.width), float(box.height)]


def _put(planes: Planes, box: Box, colours: Tensor) -> None:
    """Write colours (4, h, w) into a box of the planes as code values."""
    codes = colours[:3] + colours[3] * colours.new_tensor(OFFSETS)[:, None, None]
    small = functional.avg_pool2d(codes[None, 1:], 2)[0]
    half = Box(box.left // 2, box.top // 2, box.width // 2, box.height // 2)
    torch.as_tensor(planes.y)[box.rows, box.columns] = _bytes(codes[0])
    torch.as_tensor(planes.u)[half.rows, half.columns] = _bytes(small[0])
    torch.as_tensor(planes.v)[half.rows, half.columns] = _bytes(small[1])
    if planes.a is not None:
        torch.as_tensor(planes.a)[box.rows, box.columns] = _bytes(colours[3])


def _bytes(plane: Tensor) -> Tensor:
    return (plane + 0.5).clamp(0, 255).to(torch.uint8)
