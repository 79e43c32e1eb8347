"""Real preview workers, fed as the web feeds them: a tab opens, seeks, edits, plays; workers die and are replaced."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from redis import Redis

from render import engine
from render.media.wav import write_wav
from render.pixels.jpeg import jpeg
from render.presets.voices import SPEECH_ENGINE
from render.timeline.edits import SetField
from render.timeline.voicing import link, speech_digest, speech_requests, times_to_json
from roles.house import House
from roles.lifeline import tied
from roles.preview_desk import FINE_QUALITY, QUALITIES
from roles.sources import HouseSources
from tests.exporting import keep, small_document
from webapp.database import Database
from webapp.models.columns import new_id, utc_now
from webapp.models.identity import User
from webapp.models.project import Project
from webapp.models.tenant import Tenant
from webapp.services import artefacts, editing, linking, people, previews
from webapp.services.editing import Seat, Sent
from webapp.services.preview_pump import Pump
from webapp.services.preview_wire import HEADER, FrameHead
from webapp.settings import Settings

REPOSITORY = Path(__file__).parents[2]
START_S = 60
SLOTS = 2
TAKEOVER_S = 5
FRAME = 9_600
WORDS = ("早上好。", "中午好。", "晚上好。")


def until(holds: Callable[[], Any], seconds: float = START_S) -> Any:
    deadline = time.monotonic() + seconds
    while not (found := holds()):
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.005)
    return found


@dataclass
class Tab:
    """A browser's tab: keeps what it is sent and acknowledges it at once."""

    pump: Pump
    session: str
    frames: list[tuple[FrameHead, bytes]] = field(default_factory=list)
    news: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def take(self, event: str, payload: Any, landed: Callable[..., None] | None) -> None:
        if landed is None:
            self.news.append((event, payload))
            return
        self.frames.append((FrameHead.unpack(payload), payload[HEADER.size :]))
        landed()

    def say(self, **message: Any) -> None:
        self.pump.previews.say(self.session, message)

    def wait_for(self, *, ticks: int | None = None, revision: int = 0, fine: bool | None = None) -> tuple[FrameHead, bytes]:
        """The first frame of this kind from now on, or the last one there is."""

        def found() -> tuple[FrameHead, bytes] | None:
            for head, data in reversed(self.frames):
                if head.revision >= revision and ticks in {None, head.ticks} and fine in {None, head.fine}:
                    return head, data
            return None

        return until(found)

    def heard(self, event: str, **facts: Any) -> dict[str, Any]:
        """The last news of this kind."""

        def found() -> dict[str, Any] | None:
            matching = [told for name, told in self.news if name == f"preview:{event}" and facts.items() <= told.items()]
            return matching[-1] if matching else None

        return until(found)


@dataclass
class Web:
    """The web process: its pump, and its tabs by session."""

    pump: Pump
    tabs: dict[str, Tab] = field(default_factory=dict)

    def open(self, project: Project) -> Tab:
        session = self.pump.previews.open(project.id, project.tenant_id, "zh", "login", self.pump.owner, short_side_px=240)
        self.tabs[session] = Tab(self.pump, session)
        self.pump.attach(session, session)
        return self.tabs[session]


@dataclass
class Studio:
    """One person's studio with two preview workers at work: all real, shared by the tests of this file."""

    house: House
    tenant: Tenant
    user: User
    workers: subprocess.Popen[bytes]

    def project(self) -> Project:
        """Three scenes whose words nobody has voiced yet; no two projects say the same."""
        return keep(self.house.database, self.tenant, small_document(*WORDS, title=new_id()))


@pytest.fixture(scope="module")
def studio(queue_server: str, blank_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    home = tmp_path_factory.mktemp("studio")
    shutil.copy(blank_database, home / "piying.sqlite3")
    environment = {**os.environ, "PIYING_HOME": str(home), "PIYING_PREVIEW_SLOTS": str(SLOTS), "REDIS_URL": queue_server}
    for name in ("DATABASE_URL", "FRAMES_URL"):
        environment.pop(name, None)
    settings = Settings.from_environment(environment)
    database = Database(settings.database_url)
    with database.transaction() as session:
        user = people.find_or_open(session, people.Address("email", "mei@example.com"), "en", utc_now())
        tenant = people.personal_tenant(session, user.id)
    previews.at.cache_clear()
    with Redis.from_url(queue_server) as client:
        client.flushall()
    command = (sys.executable, "worker.py", "preview", "--count", str(SLOTS))
    workers = subprocess.Popen(command, cwd=REPOSITORY, env=environment, preexec_fn=tied())  # noqa: PLW1509 - one thread
    yield Studio(House(settings, database), tenant, user, workers)
    workers.kill()
    workers.wait()
    database.dispose()


@pytest.fixture
def web(studio: Studio) -> Iterator[Web]:
    """A web process with no tabs yet."""

    def send(socket: str, event: str, payload: Any, landed: Callable[..., None] | None) -> None:
        held.tabs[socket].take(event, payload, landed)

    url = studio.house.settings.frames_url
    held = Web(Pump(previews.at(url, SLOTS), send, url))
    yield held
    for session in held.tabs:
        held.pump.release(session)
    held.pump.close()


def edit(studio: Studio, project: Project, colour: str) -> int:
    """Give the first scene another colour, as the editor does; the revision it made."""
    change, seat = SetField(target="s0", field="background.colour", value=colour), Seat(studio.tenant, studio.user, project.id, utc_now())
    with studio.house.database.transaction() as session:
        now = session.get_one(Project, project.id).revision
        outcome = editing.submit(session, seat, Sent(new_id(), now, change))
    previews.tell_revision(studio.house.settings.frames_url, project.id, outcome.revision)
    return outcome.revision


def children(pid: int) -> set[int]:
    """Every living process below `pid`."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent = stat.read_text().rpartition(")")[2].split()[:2]
        except (FileNotFoundError, ProcessLookupError):
            continue
        if state != "Z":
            parents[int(stat.parent.name)] = int(parent)
    found = {pid}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found - {pid}


def voice(house: House, project: Project, text: str, seconds: float) -> None:
    """Voice a passage as the speech worker does, and tell the project."""
    document = small_document(*WORDS)
    requests = {request.text: request for request in speech_requests(document, "zh", SPEECH_ENGINE).values()}
    digest = speech_digest(requests[text])
    samples = np.sin(np.arange(int(48_000 * seconds)) / 20).astype(np.float32) * 0.1
    write_wav(artefacts.place(house.settings.artefacts, digest, "wav"), samples)
    times = link(document, "zh", SPEECH_ENGINE, {}).blocks["b0"].times
    with house.database.transaction() as session:
        linking.voiced(session, digest, {**times_to_json(times), "duration": int(seconds * 240_000), "estimated": False}, 1, utc_now())
    previews.tell(house.settings.frames_url, project.id, {"type": "voiced"})


def test_a_tab_sees_the_very_pixels_of_the_export(web: Web, studio: Studio) -> None:
    project = studio.project()
    tab = web.open(project)
    first, data = tab.wait_for(fine=False)
    _, fine_data = tab.wait_for(fine=True)

    document = small_document(*WORDS)
    manifest = link(document, "zh", SPEECH_ENGINE, {})
    sources = HouseSources(studio.house, project.tenant_id)
    frame = engine.frame(document, 0.0, size_px=(240, 240), manifest=manifest, sources=sources, avatars=Nobody())  # type: ignore[arg-type]
    assert (first.width_px, first.height_px, first.ticks, first.session) == (240, 240, 0, tab.session)
    assert data == jpeg(frame, QUALITIES[0])
    assert fine_data == jpeg(frame, FINE_QUALITY)
    program = tab.heard("program")
    assert [scene["id"] for scene in program["scenes"]] == ["s0", "s1", "s2"]
    assert not program["complete"]


def test_fifty_seeks_and_twenty_edits_start_no_process(web: Web, studio: Studio) -> None:
    project = studio.project()
    tab = web.open(project)
    tab.wait_for(fine=True)
    before = children(studio.workers.pid)

    for number in range(50):
        tab.say(type="seek", ticks=number * FRAME)
        tab.wait_for(ticks=number * FRAME)
    for number in range(20):
        tab.wait_for(revision=edit(studio, project, f"#{number:02x}4060"))

    assert children(studio.workers.pid) == before
    assert {head.generation for head, _ in tab.frames} == {1}


def test_on_a_narrow_line_pictures_are_coarser_until_the_tab_has_a_new_one(web: Web, studio: Studio) -> None:
    tab = web.open(studio.project())
    tab.wait_for(fine=True)

    tab.say(type="line", level=3, trip_ms=300)
    tab.say(type="seek", ticks=FRAME)
    head, coarse = tab.wait_for(ticks=FRAME, fine=False)
    tab.say(type="hello")
    tab.say(type="seek", ticks=2 * FRAME)
    _, again = tab.wait_for(ticks=2 * FRAME, fine=False)

    assert len(coarse) < len(again)
    assert 0 < head.begun_us <= head.made_us


def test_a_killed_worker_is_replaced_by_the_spare_and_its_words_count_no_more(web: Web, studio: Studio) -> None:
    project = studio.project()
    tab = web.open(project)
    tab.wait_for(fine=True)
    horse = next(pid for pid in children(studio.workers.pid) if not children(pid) and working(pid, children(studio.workers.pid)))

    began = time.monotonic()
    os.kill(parent(horse), signal.SIGKILL)
    os.kill(horse, signal.SIGKILL)
    until(lambda: any(head.generation == 2 for head, _ in tab.frames), TAKEOVER_S)

    assert time.monotonic() - began < TAKEOVER_S
    assert ("preview:state", {"state": "lost", "place": 0, "session": tab.session}) in tab.news


def test_while_playing_frames_come_in_order_and_an_edit_waits_for_its_sound(web: Web, studio: Studio) -> None:
    project = studio.project()
    tab = web.open(project)
    tab.wait_for(fine=True)
    tab.frames.clear()
    tab.say(type="play", ticks=0, program="")
    until(lambda: len(tab.frames) > 5)
    revision = edit(studio, project, "#0000ff")
    program = tab.heard("program", revision=revision)
    assert {head.revision for head, _ in tab.frames} == {0}
    tab.heard("sound", revision=revision)

    tab.say(type="play", ticks=12 * FRAME, program=f"{revision}:{program['manifest']}")
    head, _ = tab.wait_for(revision=revision)
    tab.say(type="stop", ticks=20 * FRAME)
    tab.wait_for(ticks=20 * FRAME, revision=revision, fine=True)

    assert head.timed
    ticks = [head.ticks for head, _ in tab.frames if head.timed and head.revision == 0]
    assert ticks == sorted(set(ticks))


def test_words_that_get_their_voice_are_heard_and_the_playhead_keeps_its_place(web: Web, studio: Studio) -> None:
    project = studio.project()
    tab = web.open(project)
    tab.wait_for(fine=True)
    silent = tab.heard("sound")
    first = tab.heard("program")
    second = first["scenes"][1]
    tab.say(type="seek", ticks=second["start"] + 3 * FRAME)
    tab.wait_for(ticks=second["start"] + 3 * FRAME)

    voice(studio.house, project, "早上好。", 3.0)
    after = until(
        lambda: next((told for name, told in tab.news if name == "preview:program" and told["manifest"] != first["manifest"]), None)
    )

    assert after["scenes"][0]["duration"] > first["scenes"][0]["duration"]
    assert after["ticks"] == after["scenes"][1]["start"] + 3 * FRAME
    tab.wait_for(ticks=after["ticks"])
    sound = tab.heard("sound", manifest=after["manifest"])
    assert sound["pieces"][0] != silent["pieces"][0]
    place = artefacts.place(studio.house.settings.artefacts, previews.sound_name(project.id, sound["pieces"][0]), previews.SOUND)
    assert place.read_bytes()[:4] == b"fLaC"


def test_two_tabs_have_a_worker_each_and_a_closed_one_frees_it(web: Web, studio: Studio) -> None:
    project = studio.project()
    one, two = web.open(project), web.open(project)
    one.wait_for()
    two.wait_for()
    third = web.open(project)
    assert third.heard("state")["state"] == "waiting"

    web.pump.release(one.session)

    third.wait_for()


def working(pid: int, family: set[int]) -> bool:
    """Whether this is a job's process: the child of a child."""
    return parent(pid) in family


def parent(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


class Nobody:
    """No presenter plays."""

    version = "nobody"
