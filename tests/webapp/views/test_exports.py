"""The pages of exports: the offer, the card, the files and the way to a phone."""

import html
import re

import pytest

from render.presets.exports import FILES as EXPORT_FILES
from render.timeline.document import Document
from tests import exporting
from webapp.ledger.kinds import Kind
from webapp.models.columns import new_id
from webapp.models.export import Export, ExportState
from webapp.models.job import Job
from webapp.services import artefacts, entitlements, exports, jobs, linking
from webapp.services.entitlements import Wish
from webapp.views.export_words import STAGES, TROUBLES, percent

HX = {"HX-Request": "true"}
FILES = {"video": "a" * 64 + ".mp4", "srt": "b" * 64 + ".srt", "vtt": "c" * 64 + ".vtt", "cover": "d" * 64 + ".jpg"}


@pytest.fixture
def project(database, signed_in):
    return exporting.keep(database, signed_in.tenant, exporting.small_document("你好", "再见", title='清露 "x"/y'))


@pytest.fixture
def quoted(database, signed_in, project):
    exporting.voice(database, signed_in.tenant, project.id)
    return exporting.quoted(database, signed_in.tenant, project.id)


def order(person, export):
    return person.client.post(f"/exports/{export.id}/order", headers=HX)


def claimed(database, export):
    with database.transaction() as session:
        claim = jobs.claim(session, session.get_one(Export, export.id).job_id, "worker")
        exports.begin(session, export.id)
    return claim


@pytest.fixture
def done(database, signed_in, quoted, settings):
    order(signed_in, quoted)
    claim = claimed(database, quoted)
    for name in FILES.values():
        path = artefacts.place(settings.artefacts, *name.split("."))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"0123456789" + name.encode())
    with database.transaction() as session:
        jobs.finish(session, claim.job_id, claim.fence)
        exports.publish(session, quoted.id)
        return exports.complete(session, quoted.id, FILES | {"bytes": 74}, 1_000)


def failed(database, export, code, facts):
    claim = claimed(database, export)
    with database.transaction() as session:
        exports.ended(session, jobs.fail(session, claim.job_id, claim.fence, code, facts, retry=False))


def offered(person, project, **wish):
    return person.client.post(f"/projects/{project.id}/exports/offer", data={"preset": "720p", "language": "zh"} | wish, headers=HX)


def fetched(client, address, **headers):
    with client.get(address, headers=headers) as answer:
        return answer, answer.get_data()


def test_the_dialog_offers_sizes_in_the_canvas_s_shape(signed_in, project):
    text = signed_in.client.get(f"/projects/{project.id}/exports/dialog").text

    assert "720 × 720" in text
    assert "1080 × 1080" in text


def test_an_offer_tells_how_much_is_voiced_and_asks_again_until_all_is(signed_in, project):
    text = offered(signed_in, project).text

    assert "0 of 2" in text
    assert 'hx-trigger="every 1s"' in text


def test_the_bell_is_rung_at_the_first_look_and_again_after_a_while(signed_in, project, monkeypatch):
    rung = []
    monkeypatch.setattr(linking, "ask", lambda digests, _project: rung.append(digests))
    for look in range(12):
        offered(signed_in, project, look=str(look))

    assert len(rung) == 2
    assert len(rung[0]) == 2


def test_an_offer_tells_length_and_terms_before_anything_is_held(signed_in, project, quoted):
    text = offered(signed_in, project).text

    assert "New or changed scenes: 2 of 2" in text
    assert re.search(r'offer__length">0:0\d<', text)
    assert "1:00:00" in text
    assert "Available" in text
    assert f"/exports/{quoted.id}/order" in text
    assert "every 1s" not in text


def test_a_language_without_a_voice_is_told_at_once_with_what_to_do(signed_in, database):
    document = exporting.small_document("你好").model_dump()
    document["scenes"][0]["blocks"][0]["texts"]["th"] = {"text": "สวัสดี"}
    project = exporting.keep(database, signed_in.tenant, Document.model_validate(document))

    text = offered(signed_in, project, language="th").text

    assert "No voice here speaks Thai yet" in text
    assert "Record or upload" in text
    assert "hx-trigger" not in text, "nothing is waited for"
    assert "/order" not in text


def test_too_little_is_said_instead_of_a_button(signed_in, project, quoted, database, clock):
    with database.transaction() as session:
        wish = Wish(kind=Kind.VIDEO, amount=3_600_000, subject="live:1")
        entitlements.use(session, signed_in.tenant, wish, clock())
    text = offered(signed_in, project).text

    assert "is missing" in text
    assert "/order" not in text
    assert order(signed_in, quoted).status_code == 409


def test_one_click_or_two_are_one_export(signed_in, database, quoted):
    answers = [order(signed_in, quoted) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [202, 202]
    with database.reading() as session:
        told = exports.all_of(session, signed_in.tenant)
    assert [one.export.id for one in told] == [quoted.id]


def test_without_scripts_an_order_leads_to_its_page(signed_in, quoted):
    assert signed_in.client.post(f"/exports/{quoted.id}/order").location == f"/exports/{quoted.id}"


def test_a_card_asks_again_while_its_export_is_in_the_making_and_no_longer(signed_in, database, quoted, clock):
    order(signed_in, quoted)
    claim = claimed(database, quoted)
    with database.transaction() as session:
        jobs.progress(session, claim.job_id, claim.fence, stage="composing", done=50, total=100)
    running = signed_in.client.get(f"/exports/{quoted.id}", headers=HX).text
    with database.transaction() as session:
        exports.ended(session, jobs.stop(session, claim.job_id, claim.fence))
    ended = signed_in.client.get(f"/exports/{quoted.id}", headers=HX).text

    assert "Drawing the pictures" in running
    assert "52%" in running
    assert "every 1s" in running
    assert "every 1s" not in ended
    assert "Try again" in ended


def test_stages_follow_each_other_to_a_hundred():
    edges = [edge for stage in STAGES.values() for edge in stage]
    assert edges[0] == 0
    assert edges[-1] == 100
    assert edges == sorted(edges)
    assert [percent({"stage": stage, "done": 1, "total": 1}) for stage in STAGES] == [end for _, end in STAGES.values()]
    assert percent({}) == percent({"stage": "unheard", "done": 3, "total": 2}) == 0


@pytest.mark.parametrize("code", [*sorted(TROUBLES), "never-heard-of", "not-found"])
def test_a_failure_is_worded_when_it_is_read(signed_in, database, quoted, code):
    order(signed_in, quoted)
    failed(database, quoted, code, {"what": "asset"})
    text = html.unescape(signed_in.client.get(f"/exports/{quoted.id}", headers=HX).text)

    notice = re.search(r'role="alert">(.+?)</p>', text)
    assert notice
    assert "%(" not in notice[1]
    assert "-" not in notice[1]


def test_trying_again_twice_is_one_new_export(signed_in, database, quoted):
    order(signed_in, quoted)
    failed(database, quoted, "media", {})
    key = re.search(r'name="key" value="(\w+)"', signed_in.client.get(f"/exports/{quoted.id}", headers=HX).text)[1]
    for _ in range(2):
        assert signed_in.client.post(f"/exports/{quoted.id}/retry", data={"key": key}, headers=HX).status_code == 202

    with database.reading() as session:
        assert {told.export.id for told in exports.all_of(session, signed_in.tenant)} == {quoted.id, key}


def test_cancelling_a_waiting_export_ends_it(signed_in, database, quoted):
    order(signed_in, quoted)
    text = signed_in.client.post(f"/exports/{quoted.id}/cancel", headers=HX).text

    assert "Cancelled" in text
    with database.reading() as session:
        assert session.get_one(Export, quoted.id).state is ExportState.CANCELLED


@pytest.mark.parametrize(
    ("kind", "media_type"), [("video", "video/mp4"), ("srt", "application/x-subrip"), ("vtt", "text/vtt"), ("cover", "image/jpeg")]
)
def test_files_are_played_in_ranges_and_kept_under_the_project_s_title(signed_in, done, kind, media_type):
    address = f"/exports/{done.id}/files/{kind}"
    part, body = fetched(signed_in.client, address, Range="bytes=2-4")
    kept, _ = fetched(signed_in.client, f"{address}?save=1")

    assert (part.status_code, body, part.mimetype) == (206, b"234", media_type)
    assert "attachment" not in part.headers.get("Content-Disposition", "")
    disposition = kept.headers["Content-Disposition"]
    assert disposition.startswith("attachment;")
    assert "filename*=UTF-8''%E6%B8%85%E9%9C%B2%20x%20y%20720p%20zh." in disposition


def test_there_is_no_file_before_there_is_a_film(signed_in, quoted):
    order(signed_in, quoted)
    for address in ("files/video", "phone", "qr.svg"):
        assert signed_in.client.get(f"/exports/{quoted.id}/{address}").status_code == 404, address


@pytest.mark.parametrize("kind", list(EXPORT_FILES))
def test_every_kind_of_file_that_can_be_made_can_be_fetched(signed_in, done, database, settings, kind):
    name = f"{'ef' * 32}.{EXPORT_FILES[kind]}"
    path = artefacts.named(settings.artefacts, name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"made")
    with database.transaction() as session:
        session.get_one(Export, done.id).files = {kind: name}

    answer, body = fetched(signed_in.client, f"/exports/{done.id}/files/{kind}?save=1")
    assert (answer.status_code, body) == (200, b"made")


@pytest.mark.parametrize("kind", ["bytes", "audio", "x", "..", "%2e%2e"])
def test_there_are_four_files_and_no_more(signed_in, done, kind):
    assert signed_in.client.get(f"/exports/{done.id}/files/{kind}").status_code == 404


def test_another_tenant_finds_nothing(stranger, project, done):
    key = {"key": new_id()}
    for method, address in (
        ("GET", f"/projects/{project.id}/exports"),
        ("GET", f"/projects/{project.id}/exports/dialog"),
        ("POST", f"/projects/{project.id}/exports/offer"),
        ("GET", f"/exports/{done.id}"),
        ("POST", f"/exports/{done.id}/order"),
        ("POST", f"/exports/{done.id}/cancel"),
        ("POST", f"/exports/{done.id}/retry"),
        ("GET", f"/exports/{done.id}/phone"),
        ("GET", f"/exports/{done.id}/qr.svg"),
        *(("GET", f"/exports/{done.id}/files/{kind}") for kind in FILES),
    ):
        assert stranger.client.open(address, method=method, data=key if method == "POST" else None).status_code == 404, address
    assert done.id not in stranger.client.get("/exports").text


def lent(person, export):
    text = html.unescape(person.client.get(f"/exports/{export.id}/phone").text)
    return re.search(r'value="http://localhost(/phone/[^"]+)"', text)[1]


def test_a_phone_needs_the_address_and_nothing_else(signed_in, done, client):
    address = lent(signed_in, done)

    page = client.get(address)
    assert page.status_code == 200
    assert "清露" in page.text
    assert fetched(client, f"{address}/video", Range="bytes=0-3")[1] == b"0123"
    assert "attachment" in fetched(client, f"{address}/srt?save=1")[0].headers["Content-Disposition"]


def test_an_address_for_a_phone_expires_and_cannot_be_bent(signed_in, stranger, done, client, clock):
    address = lent(signed_in, done)
    *_, tenant_id, export_id, expires, proof = address.split("/")
    for bent in (
        f"/phone/{stranger.tenant.id}/{export_id}/{expires}/{proof}",
        f"/phone/{tenant_id}/{new_id()}/{expires}/{proof}",
        f"/phone/{tenant_id}/{export_id}/{int(expires) + 3600}/{proof}",
        f"/phone/{tenant_id}/{export_id}/{expires}/{'0' * 64}",
    ):
        assert client.get(bent).status_code == client.get(f"{bent}/video").status_code == 404, bent
    clock.forward(hours=24)

    assert client.get(address).status_code == client.get(f"{address}/video").status_code == 404


def test_the_code_to_scan_is_a_picture_without_script_or_style(signed_in, done):
    answer = signed_in.client.get(f"/exports/{done.id}/qr.svg")

    assert answer.mimetype == "image/svg+xml"
    assert "<script" not in answer.text
    assert "style=" not in answer.text


def test_the_lists_show_what_was_ordered(signed_in, project, done):
    for address in ("/exports", f"/projects/{project.id}/exports"):
        text = signed_in.client.get(address).text
        assert f'id="export-{done.id}"' in text, address
        assert "Download video" in text, address


def test_a_job_that_another_kind_left_ends_no_export(database, signed_in, quoted):
    with database.transaction() as session:
        job = jobs.create(session, signed_in.tenant.id, "export", new_id(), queue="render")
        exports.ended(session, session.get_one(Job, job.id))


def test_an_offer_for_a_platform_says_what_does_not_suit_it(signed_in, project, quoted):
    assert "TikTok" in signed_in.client.get(f"/projects/{project.id}/exports/dialog").text

    assert "takes at least 0:05" in offered(signed_in, project, preset="tiktok-1").text
    assert "wants another shape: 9:16. This video is 1:1." in offered(signed_in, project, preset="reels-1").text
    assert 'class="notice"' not in offered(signed_in, project, preset="1080p").text
    assert offered(signed_in, project, preset="tiktok-0").status_code == 422


def test_languages_are_chosen_together_and_each_video_of_the_order_is_told(database, signed_in):
    document = exporting.small_document("你好", "再见")
    scenes = document.model_dump()["scenes"]
    scenes[0]["blocks"][0]["texts"]["en"] = {"text": "Hello."}
    project = exporting.keep(database, signed_in.tenant, type(document).model_validate(document.model_dump() | {"scenes": scenes}))
    dialog = signed_in.client.get(f"/projects/{project.id}/exports/dialog").text
    assert re.findall(r'type="checkbox" name="language" value="(\w+)"( checked)?', dialog) == [("zh", " checked"), ("en", "")]
    for language in ("zh", "en"):
        exporting.voice(database, signed_in.tenant, project.id, language=language)

    told = html.unescape(offered(signed_in, project, language=["zh", "en"]).text)

    assert told.count("720 × 720 · ") == 2
    assert "English: 1 passage is not written yet and will not be heard." in told
    assert "Make 2 videos" in told
    assert offered(signed_in, project, language=[]).status_code == 422
