"""What is wrong, in the reader's words: codes and facts become sentences here, when they are read and not when they happen."""

from collections.abc import Mapping
from typing import Final

from flask_babel import LazyString, gettext
from flask_babel import lazy_gettext as _

from render.errors import RenderError
from webapp.errors import WebError

WORDS: Final[Mapping[str, LazyString]] = {
    "not-found": _("There is nothing here. It may have been deleted, or the address may be wrong."),
    "forbidden": _("You may not do this."),
    "signed-out": _("You are no longer signed in. Sign in and try again."),
    "invalid": _("Something in the form is not right. Check it and try again."),
    "conflict": _("This was changed elsewhere in the meantime. Load the page again and repeat your change."),
    "too-many": _("That was too often. Wait a little and try again."),
    "too-large": _("That is too much at once. Send something smaller."),
    "unavailable": _("A part of the studio is not answering. Try again in a moment."),
    "form-expired": _("This page has been open for too long. Load it again and repeat what you did."),
    "method": _("That cannot be done at this address."),
    "fault": _("Something went wrong on our side. It has been noted; try again."),
    "email-wrong": _("That does not look like an e-mail address. Check it, for example name@example.com."),
    "phone-wrong": _("That is not a phone number we can reach. Check the number and the region."),
    "code-wrong": _("That code is not right, or it is no longer good. Check the newest message, or ask for a new code."),
    "code-resend": _("A code was just sent. You can ask for another in %(retry_after_s)s seconds."),
    "code-often": _("Too many codes were asked for. Try again later."),
    "title-long": _("The title is too long: at most %(length_max)s characters."),
    "script-too-long": _("The script is too long: at most %(length_max)s characters."),
    "script-empty": _("There is nothing in this script that can be said. Write at least one sentence."),
    "script-broken": _("This script cannot be used. Shorten it or remove unusual characters."),
    "canvas-unknown": _("Choose one of the offered shapes."),
    "rate-unknown": _("Choose one of the offered frame rates."),
    "language-unknown": _("Choose one of the offered languages."),
    "presenter-unknown": _("Choose one of the offered presenters."),
    "presenter-unready": _("The portrait of %(name)s has not passed the check yet. Choose another presenter."),
    "consent-missing": _("There is no consent for %(name)s. Choose another presenter."),
    "consent-revoked": _("The consent of %(name)s was withdrawn. Choose another presenter."),
    "consent-name-missing": _("Write the name of the person shown."),
    "consent-name-long": _("This name is too long: at most %(length_max)s characters."),
    "consent-name-differs": _("Sign with the same name as above: %(name)s."),
    "consent-not-given": _("The person shown has to agree first."),
    "consent-changed": _("The statement now names another person or is in another language. Read it once more and agree again."),
    "fact-missing": _("Say what the product is called."),
    "fact-long": _("This is too long: at most %(length_max)s characters."),
    "benefit-missing": _("Name at least one thing that the product does or has."),
    "benefits-many": _("That is too many: at most %(count_max)s."),
    "seconds-unknown": _("Choose one of the offered lengths."),
    "file-again": _("Choose the picture once more: browsers do not keep files."),
    "file-missing": _("Choose a picture first."),
    "picture-format": _("This is not a picture we can use. Choose a JPEG, PNG or WebP file."),
    "picture-pixels": _("This picture is too large: at most %(pixels_max)s pixels in all."),
    "picture-bytes": _("This file is too large: at most %(megabytes_max)s MB."),
    "document-too-new": _("This project was made with a newer version of the studio. Update the studio to open it."),
    "document-broken": _("This project cannot be read: its data is damaged."),
    "target-gone": _("Somebody else has deleted what you changed."),
    "after-gone": _("Somebody else has deleted the scene next to it. Try again."),
    "text-replaced": _("Somebody else has replaced these words as a whole."),
    "text-changed": _("Somebody else has changed these words in the meantime."),
    "duplicate-id": _("This is there already."),
    "locked": _("The track is locked. Unlock it first."),
    "in-the-way": _("%(who)s has built on this since; it cannot be taken back now."),
    "nothing-to-undo": _("There is nothing of yours left to undo."),
    "nothing-to-redo": _("There is nothing to redo."),
    "revision-unknown": _("This page has lost track of the project. Load it again."),
    "edit-id-wrong": _("This change came without its name. Load the page again and repeat it."),
    "edit-range": _("This change no longer fits the words. They have been loaded again for you."),
    "edit-too-long": _("These words are too long: at most %(length_max)s characters."),
    "edit-full": _("There is no room for another one here."),
    "edit-split-empty": _("There must be something to say on both sides of the cursor."),
    "edit-no-next-scene": _("There is no scene after this one."),
    "edit-value": _("This value cannot be used here."),
    "document-full": _("The project has grown too large: at most %(megabytes_max)s MB."),
    "name-missing": _("Give the version a name first."),
    "music-unknown": _("Choose one of the offered tracks."),
    "list-place": _("This address leads to no place in the list. Open the list again."),
    "edit-refused": _("This change no longer fits the project. It has been loaded again for you."),
}
"""By code. A sentence says what to do next; `%(fact)s` takes a fact."""


class _Facts(dict[str, str | int]):
    def __missing__(self, _key: str) -> str:
        return "…"


def sentence(code: str, facts: Mapping[str, str | int], fallback: str = "fault") -> str:
    """The sentence for a code, in the reader's language."""
    words = WORDS.get(code) or WORDS[fallback]
    filled: str = str(words) % _Facts(facts)
    return filled


def worded(error: WebError | RenderError) -> str:
    """The sentence for an error."""
    kind = getattr(type(error), "default_code", "invalid")
    return sentence(error.code, error.facts, kind if kind in WORDS else "fault")


def heading(status: int) -> str:
    """The title of the page for an HTTP status."""
    titles: dict[int, str] = {
        404: gettext("Not found"),
        413: gettext("Too large"),
        429: gettext("Too often"),
        503: gettext("Not answering"),
    }
    return titles.get(status) or str(gettext("That did not work"))
