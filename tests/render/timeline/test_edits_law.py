"""The laws of edits, for any document and any edits."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from render.errors import EditRefused
from render.timeline import codec
from render.timeline.document import Document
from render.timeline.edits import Edit, SpliceText, apply, read_edit, rebase, write_edit
from render.timeline.history import undo
from tests.render.timeline.documents import documents, edits, splices


def applied(document: Document, edit: Edit) -> Document:
    try:
        return apply(document, edit).document
    except EditRefused:
        return document


def answer(ask):
    """What was answered, be it a refusal."""
    try:
        return ask()
    except EditRefused as refusal:
        return refusal


def text_of(document: Document) -> list[str]:
    return [block.texts[name].text for scene in document.scenes for block in scene.blocks for name in sorted(block.texts)]


def check_inverse(document, edit):
    before = codec.write(document)
    try:
        after, inverse = apply(document, edit)
    except EditRefused:
        assert codec.write(document) == before
        return
    assert codec.read(codec.write(after)) == after
    restored, redo = apply(after, read_edit(write_edit(inverse)))
    assert codec.write(restored) == before
    assert codec.write(apply(restored, redo).document) == codec.write(after)


def check_replay(document, script):
    """The log of what was accepted, read back from JSON, gives the document; its inverses in reverse give the first one."""
    log, inverses, state = [], [], document
    for edit in script:
        try:
            state, inverse = apply(state, edit)
        except EditRefused:
            continue
        log.append(write_edit(edit))
        inverses.append(inverse)
    replayed = document
    for entry in log:
        replayed = apply(replayed, read_edit(entry)).document
    assert codec.write(replayed) == codec.write(state)
    for inverse in reversed(inverses):
        state = apply(state, inverse).document
    assert codec.write(state) == codec.write(document)


def check_splices_meet(document, first, second):
    """Either order of two splices from one document ends in one text."""
    if any(not _fits(document, edit) for edit in (first, second)):
        return
    one = apply(apply(document, first).document, rebase(second, [first])).document
    other = apply(apply(document, second).document, rebase(first, [second], earlier=True)).document
    assert text_of(one) == text_of(other)


def _fits(document, edit):
    try:
        apply(document, edit)
    except EditRefused:
        return False
    return True


def check_undo(document, script, number):
    """An edit is taken back under all that came after it, or whose edit is in the way is said; the document stays sound."""
    log, inverses, state = [], [], document
    for edit in script:
        try:
            state, inverse = apply(state, edit)
        except EditRefused:
            continue
        log.append(edit)
        inverses.append(inverse)
    if not log:
        return
    number %= len(log)
    later = log[number + 1 :]
    edit = answer(lambda: undo(state, inverses[number], later))
    if isinstance(edit, EditRefused):
        assert edit.reason == "in-the-way"
        assert 0 <= edit.facts["edit"] < len(later)
        return
    undone, redo = apply(state, edit)
    assert codec.read(codec.write(undone)) == undone
    assert codec.write(apply(undone, redo).document) == codec.write(state)


class Server:
    """Orders edits: rebases each onto what came before it and keeps what it accepts."""

    def __init__(self, document):
        self.document, self.log = document, []

    def take(self, edit, base):
        rebased = rebase(edit, self.log[base:])
        self.document = apply(self.document, rebased).document
        self.log.append(rebased)


class Editor:
    """Sees its own edit at once; follows the server's log."""

    def __init__(self, server):
        self.server, self.base, self.confirmed, self.pending = server, 0, server.document, None

    @property
    def shown(self):
        return apply(self.confirmed, self.pending).document if self.pending else self.confirmed

    def edit(self, edit):
        if self.pending is None and _fits(self.confirmed, edit):
            self.pending = edit

    def send(self):
        if self.pending is not None:
            try:
                self.server.take(self.pending, self.base)
            except EditRefused:
                self.pending = None
                return self.catch_up()
            self.pending = None
        return self.catch_up()

    def catch_up(self):
        news = self.server.log[self.base :]
        if self.pending is not None:
            try:
                self.pending = rebase(self.pending, news)
                apply(self.server.document, self.pending)
            except EditRefused:
                self.pending = None
        for edit in news:
            self.confirmed = apply(self.confirmed, edit).document
        self.base = len(self.server.log)


def check_two_editors(document, script):
    server = Server(document)
    editors = [Editor(server), Editor(server)]
    for who, action, edit in script:
        editor = editors[who]
        if action == "edit":
            editor.edit(edit)
        elif action == "send":
            editor.send()
        else:
            editor.catch_up()
        assert codec.read(codec.write(editor.shown)) == editor.shown
    for editor in (*editors, *editors):
        editor.send()
    assert codec.write(editors[0].shown) == codec.write(editors[1].shown) == codec.write(server.document)


def check_nothing_inserted_is_lost(script):
    """Two people type and delete in one text. Every acknowledged character is there at the end, unless somebody who saw it deleted it."""
    start = codec.read({"scenes": [{"id": "s", "blocks": [{"id": "b", "texts": {"zh": {"text": "basis"}}}]}]})
    server, fresh, deleted = Server(start), iter(range(0x4E00, 0x9000)), set()
    editors = [Editor(server), Editor(server)]
    for who, at, delete, insert, sends in script:
        editor = editors[who]
        text = text_of(editor.confirmed)[0]
        start = min(at, len(text))
        characters = "".join(chr(next(fresh)) for _ in range(insert))
        deleted |= set(text[start : start + delete])
        edit = SpliceText(block="b", language="zh", at=start, delete=len(text[start : start + delete]), insert=characters)
        editor.edit(edit)
        if sends:
            editor.send()
    for editor in (*editors, *editors):
        editor.send()
    accepted = {character for edit in server.log for leaf in _splices(edit) for character in leaf.insert}
    assert accepted - deleted <= set(text_of(server.document)[0])


def _splices(edit):
    return [edit] if isinstance(edit, SpliceText) else list(edit.edits)


STEPS = st.lists(st.tuples(st.integers(0, 1), st.sampled_from(["edit", "edit", "send", "follow"]), edits()), max_size=16)
TYPING = st.lists(
    st.tuples(st.integers(0, 1), st.integers(0, 12), st.integers(0, 5), st.integers(0, 3), st.booleans()),
    max_size=20,
)
LAWS = [
    (check_inverse, (documents(), edits())),
    (check_replay, (documents(), st.lists(edits(), max_size=8))),
    (check_splices_meet, (documents(), splices(), splices())),
    (check_undo, (documents(), st.lists(edits(), max_size=6), st.integers(0, 5))),
    (check_two_editors, (documents(), STEPS)),
    (check_nothing_inserted_is_lost, (TYPING,)),
]
NAMES = [law.__name__ for law, _ in LAWS]


def obeyed(law, strategies, examples):
    settings(max_examples=examples, deadline=None)(given(*strategies)(law))()


@pytest.mark.parametrize(("law", "strategies"), LAWS, ids=NAMES)
def test_edits_obey(law, strategies):
    obeyed(law, strategies, 80)


@pytest.mark.soak
@pytest.mark.timeout(1_800)
@pytest.mark.parametrize(("law", "strategies"), LAWS, ids=NAMES)
def test_edits_obey_for_long(law, strategies):
    obeyed(law, strategies, 10_000)
