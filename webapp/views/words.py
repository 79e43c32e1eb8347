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
    "folder-name-missing": _("Give the folder a name first."),
    "folder-name-long": _("This name is too long: at most %(length_max)s characters."),
    "folder-name-taken": _("There is a folder called %(name)s already."),
    "folders-full": _("There are too many folders: at most %(folders_max)s. Put some of them together."),
    "share-life-unknown": _("Choose one of the offered times."),
    "share-password-short": _("The password is too short: at least %(length_min)s characters."),
    "share-password-wrong": _("That is not the password. Ask whoever sent you the address."),
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
    "file-empty": _("This file is empty. Choose another one."),
    "media-format": _(
        "This is not a file we can use. Choose a picture, a video (MP4, MOV, WebM, MKV) or a sound (MP3, M4A, WAV, OGG, FLAC)."
    ),
    "media-bytes": _("This file is too large: at most %(megabytes_max)s MB."),
    "media-empty": _("This file is empty. Choose another one."),
    "media-truncated": _("This file is damaged or breaks off. Export or copy it once more, then upload it again."),
    "media-pixels": _("The picture is too large: at most %(pixels_max)s pixels in all. Make it smaller first."),
    "media-small": _("The picture is too small: at least %(side_px_min)s pixels on each side."),
    "media-length": _("This is too long: at most %(seconds_max)s seconds. Cut it first."),
    "media-silent": _("There is no sound in this file."),
    "media-memory": _("This file takes more memory than there is for one. Make it smaller first."),
    "media-unreadable": _("This file cannot be read. Save it in another format, for example JPEG or MP4, then upload it again."),
    "media-disk-full": _("The studio's disk is full. Ask whoever runs it to make room, then try again."),
    "media-unexpected": _("Something went wrong on our side while reading this file. Try again."),
    "media-worker-lost": _("Something went wrong on our side while reading this file. Try again."),
    "media-sandbox-missing": _("Files cannot be read safely on this server. Ask whoever runs it to install bubblewrap."),
    "disk-full": _("The studio's disk is full. Ask whoever runs it to make room, then try again."),
    "storage-full": _("Your storage is full: %(megabytes_free)s of %(megabytes_max)s MB are free. Delete something you no longer need."),
    "upload-broken": _("This upload cannot be understood. Load the page again and repeat it."),
    "upload-offset": _("This upload is farther along than this page knew. It goes on by itself."),
    "upload-busy": _("This file is being uploaded elsewhere at this moment."),
    "upload-longer": _("This file has changed while it was uploaded. Choose it once more."),
    "asset-name-missing": _("Give it a name first."),
    "asset-used": _("It is still used in %(projects)s projects. Take it out of them, or put something else in its place."),
    "replace-kind": _("Choose something else of the same kind to stand in its place."),
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
    "edit-split-outside": _("The playhead is not inside a chosen clip. Move it there first."),
    "edit-presenter-stays": _("A presenter speaks the words of her scene and stays in it."),
    "edit-no-scene": _("There is no scene there. Add one first."),
    "edit-target-kind": _("This cannot be done with it."),
    "clips-none": _("Choose a clip first."),
    "time-wrong": _("Write the time as seconds, or as minutes and seconds: 62.5 or 1:02.50."),
    "edit-value": _("This value cannot be used here."),
    "document-full": _("The project has grown too large: at most %(megabytes_max)s MB."),
    "name-missing": _("Give the version a name first."),
    "music-unknown": _("Choose one of the offered tracks."),
    "name-empty": _("Write a name."),
    "text-long": _("This is too long: at most %(length_max)s characters."),
    "address-taken": _("Another account signs in with this address. Use a different one, or sign in with it."),
    "factor-wrong": _("That code is not right. Wait for the next one in your authenticator and type that."),
    "factor-locked": _("Too many wrong codes. Try again in 15 minutes."),
    "factor-required": _("As an agent or operator you need the second factor."),
    "google-refused": _("Signing in with Google did not work. Try again, or use a code."),
    "google-away": _("Google is not answering. Try again in a moment, or use a code."),
    "google-address": _("Google has not verified an e-mail address of yours. Use a code instead."),
    "member-there": _("This person is a user here already."),
    "member-admin": _("This person is the administrator. Hand the administration over first."),
    "cap-wrong": _("A limit is a whole number, or empty for none."),
    "agent-code-unknown": _("No agent has this code. Check it with your agent."),
    "binding-kind": _("An agent cannot have an agent of this sort."),
    "binding-there": _("You have an agent already. Part from it first."),
    "binding-consent": _("Agree first: tick the box above the button."),
    "visit-reason": _("Write why you go in. The customer can read it."),
    "client-code-wrong": _("Write a client code of at most %(length_max)s characters."),
    "client-code-taken": _("This client code is in use."),
    "discount-wrong": _("Write the part of the list price that is paid, from 0.1 to 100, with one decimal at most."),
    "agent-parent-unknown": _("No agent of first level has this code."),
    "licences-many": _("That is too many: at most %(count_max)s pictures."),
    "money-wrong": _("Write an amount above zero, with two decimals at most, and choose its currency."),
    "staff-roles-missing": _("Tick at least one kind of work."),
    "staff-last-admin": _("Somebody has to do the administration. Give it to another person first."),
    "approval-open": _("This was asked for already and still waits."),
    "approval-decided": _("This is decided already."),
    "approval-own": _("You asked for this yourself: somebody else has to decide."),
    "approval-twice": _("You have given your word on this already: it takes another person."),
    "list-place": _("This address leads to no place in the list. Open the list again."),
    "edit-refused": _("This change no longer fits the project. It has been loaded again for you."),
    "entitlement-short": _(
        "This takes %(needed)s, and %(available)s is left: %(missing)s is missing. Top up, or ask your agent or whoever runs the studio to."
    ),
    "cap-reached": _("This takes %(needed)s, and your own share has %(available)s left. Ask your administrator to raise it."),
    "cap-negative": _("A share cannot be less than nothing."),
    "amount-negative": _("An amount cannot be less than nothing."),
    "cash-short": _("This costs %(needed)s %(currency)s, and %(available)s is there: %(missing)s is missing. Top up, then try again."),
    "cost-changed": _("This now costs %(cost)s %(currency)s. Look at it once more, then confirm."),
    "agent-wrong": _("Only an agent has a cash balance."),
    "amount-wrong": _("Write an amount above zero."),
    "evidence-wrong": _("Say what proves it, in at most %(length_max)s characters."),
    "reason-wrong": _("Give a reason, in at most %(length_max)s characters."),
    "not-reversible": _("This cannot be taken back."),
    "reversal-used": _("Some of it has been used already, so it cannot be taken back."),
    "items-missing": _("Choose at least one product."),
    "count-wrong": _("Write how many: one or more."),
    "quantity-wrong": _("Write a quantity above zero."),
    "expiry-past": _("Choose a date that is still to come."),
    "tenant-kind": _("Only personal accounts and enterprises can be topped up."),
    "purchase-personal": _("An enterprise is topped up by its agent or by the operator."),
    "currency-missing": _("Choose a currency."),
    "contract-missing": _("Write the total of the contract and its currency."),
    "contract-date": _("The contract has to be dated %(latest)s or earlier."),
    "discount-differs": _("The discount does not fit the total. The right one is %(right)s."),
    "cost-owner-missing": _("Say who bears the cost."),
    "test-code-missing": _("Write the test code."),
    "test-form-missing": _("Add the request form."),
    "approval-missing": _("This needs an approval first."),
    "approval-used": _("This approval has been used already, or is for something else."),
    "kind-wrong": _("Choose one of the offered kinds."),
    "product-not-sold": _("“%(product)s” is not for sale in this currency. Choose another product or currency."),
    "product-code-taken": _("Another product has this code."),
    "product-code-wrong": _("Give the product a code of at most %(length_max)s characters."),
    "product-name-wrong": _("Give the product a name of at most %(length_max)s characters."),
    "product-fixed": _("What a product holds cannot be changed. Take it off the list and add another."),
    "price-wrong": _("A price cannot be less than nothing."),
    "days-wrong": _("Write how many days: one or more, or leave it empty."),
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
