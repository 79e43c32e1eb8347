"""Both views of one document, in both of its shapes: everything stays within reach, goes back exactly, and leaves no look behind."""

import json
import random
import re
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings, strategies
from sqlmodel import col, select

from render.timeline.edits import apply, read_edit
from render.timeline.invariants import names_in
from tests.webapp.views.test_clips import SECOND, Cutter
from webapp.models.project import EditRecord
from webapp.services import documents, projects

NAMES = count()
REFUSALS = {200, 409, 422}


class Shaper(Cutter):
    """Somebody at both views, who looks now and then at another shape."""

    def edit_in(self, shape, edit):
        data = {"id": next(self.ids), "base": self.revision(), "edit": json.dumps(edit)}
        return self.client.post(f"{self.path}/shapes/{shape}/edits", data=data, headers={"X-Shape": shape, "X-View": self.looking})


def step(cutter, dice):
    """One random gesture of either view; it may be refused, but never break."""
    document = cutter.document()
    clips = [layer.id for holder in (*document.scenes, *document.tracks) for layer in holder.layers] or ["nobody"]
    scenes = [scene.id for scene in document.scenes] or ["nobody"]
    rows = ["", "v3", "a3", *(f"t{track.id}" for track in document.tracks)]
    clip, scene, by = dice.choice(clips), dice.choice(scenes), str(dice.randrange(-6 * SECOND, 6 * SECOND))
    block = next((block.id for one in document.scenes for block in one.blocks), "nobody")
    shape = next((variant.id for variant in document.variants), "nobody")
    looks = {"transform.x": by, "opacity": "300", "hidden": dice.choice(["true", "false"]), "content.crop": '{"left": 900}'}
    field = dice.choice(list(looks))
    look = {"kind": "set-field", "target": clip, "field": field, "value": json.loads(looks[field])}
    gestures = [
        lambda: cutter.do("clips/move", clips=" ".join(dice.sample(clips, min(2, len(clips)))), by=by),
        lambda: cutter.do("clips/move", clips=clip, by=by, row=dice.choice(rows)),
        lambda: cutter.do("clips/trim", clips=clip, edge=dice.choice(["start", "end"]), by=by),
        lambda: cutter.do("clips/split", clips=clip, at=str(abs(int(by)))),
        lambda: cutter.do("clips/remove", clips=clip, ripple=dice.choice(["0", "1"])),
        lambda: cutter.do("clips/duplicate", clips=clip),
        lambda: cutter.do("clips/add", kind=dice.choice(["title", "shape", "overlay", "audio"]), at=str(abs(int(by)))),
        lambda: cutter.do(f"clips/{clip}/{dice.choice(['start', 'end', 'length'])}", value=str(dice.randrange(9))),
        lambda: cutter.do(f"clips/{clip}/{dice.choice(['track', 'scene'])}"),
        lambda: cutter.do(f"clips/{clip}/points", points="[[0,0],[240000,1000]]"),
        lambda: cutter.do(f"clips/{clip}/speed", value=dice.choice(["500", "2000", "1"])),
        lambda: cutter.do(f"clips/{scene}/scene-length", value=str(dice.randrange(1, 6))),
        lambda: cutter.edit(
            {"kind": "set-field", "target": clip, "field": dice.choice(["hidden", "muted", "locked"]), "value": dice.random() < 0.4}
        ),
        lambda: cutter.edit({"kind": "move-item", "id": scene, "parent": "document", "after": ""}),
        lambda: cutter.edit({"kind": "splice-text", "block": block, "language": "zh", "at": 0, "insert": "冰"}),
        lambda: cutter.do("scenes", after=scene),
        lambda: cutter.do(f"scenes/{scene}/duplicate"),
        lambda: cutter.do(f"scenes/{scene}/merge"),
        lambda: cutter.do(f"scenes/{scene}/titles"),
        lambda: cutter.do(f"scenes/{scene}/split", block=block, language="zh", at="1"),
        lambda: cutter.edit_in(shape, look),
        lambda: cutter.edit_in(shape, look),
        lambda: cutter.do("shapes", value="16:9"),
        lambda: cutter.do(f"shapes/{shape}/back", value=dice.choice(["", clip])),
        lambda: cutter.edit({"kind": "remove-item", "id": dice.choice([clip, scene])}),
        lambda: cutter.do(f"layers/{clip}/copy"),
        lambda: cutter.do("undo"),
        lambda: cutter.do("redo"),
    ]
    answer = dice.choice(gestures)()
    assert answer.status_code in REFUSALS, answer.text
    after = cutter.document()
    assert all(names_in(after) >= variant.overrides.keys() for variant in after.variants)


def everything_is_reachable(cutter):
    document = cutter.document()
    wanted = {layer.id for holder in (*document.scenes, *document.tracks) for layer in holder.layers}
    scenes = cutter.page()
    layout = cutter.layout()
    by_time = {clip.id for column in layout.columns for clip in column.clips} | {clip.id for clip in layout.strip}
    assert by_time == wanted
    rows = {row.key for row in layout.rows}
    assert {clip.row for column in layout.columns for clip in column.clips} | {clip.row for clip in layout.strip} <= rows
    assert all(clip.start >= 0 and clip.duration >= 0 for column in layout.columns for clip in column.clips)
    told = {
        name
        for group in re.findall(r'id="(?:piece|title|layer)-([\w-]+)"|data-edit="([\w-]+):content\.shot"', scenes)
        for name in group
        if name
    }
    assert wanted <= told


def every_edit_can_be_taken_back(cutter):
    with cutter.database.reading() as session:
        project = projects.find(session, cutter.tenant, cutter.id)
        for record in session.exec(select(EditRecord).where(EditRecord.project_id == cutter.id).order_by(col(EditRecord.revision))):
            before = documents.at_revision(session, project, record.revision - 1)
            after, inverse = apply(before, read_edit(record.edit))
            assert after == documents.at_revision(session, project, record.revision)
            assert apply(after, inverse).document == before
            assert apply(after, read_edit(record.inverse)).document == before


def run(signed_in, database, clock, seed, steps):
    with database.transaction() as session:
        wishes = projects.Wishes(title="Cup", language="zh", presenter="mei", script="你好。早上好。\n\n再见。\n\n明天见。")
        project = projects.start(session, signed_in.tenant, wishes, clock())
    cutter = Shaper(signed_in, project.id, database, (f"both{number}" for number in NAMES))
    cutter.do("shapes", value="16:9")
    dice = random.Random(seed)
    for _ in range(steps):
        step(cutter, dice)
        clock.forward(seconds=3)
    everything_is_reachable(cutter)
    every_edit_can_be_taken_back(cutter)


def checked(signed_in, database, clock, examples, steps):
    quiet = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]

    @settings(max_examples=examples, deadline=None, suppress_health_check=quiet)
    @given(strategies.integers(0, 2**32))
    def check(seed):
        run(signed_in, database, clock, seed, steps)

    check()


def test_random_gestures_of_both_views_lose_nothing(signed_in, database, clock):
    checked(signed_in, database, clock, 3, 24)


@pytest.mark.soak
@pytest.mark.timeout(3_000)
def test_many_random_gestures_of_both_views_lose_nothing(signed_in, database, clock):
    checked(signed_in, database, clock, 60, 60)
