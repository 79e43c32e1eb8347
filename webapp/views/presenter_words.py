"""Presenters in the reader's words: why a portrait was refused and what to do, how far it is, what the gallery's people wear."""

from collections.abc import Mapping
from typing import Final

from flask import Blueprint
from flask_babel import LazyString
from flask_babel import lazy_gettext as _

blueprint = Blueprint("presenter_words", __name__)

REASONS: Final[Mapping[str, LazyString]] = {
    "unreadable": _("The file cannot be read to its end. Save the picture again as JPEG, PNG or WebP and upload that."),
    "too-many-pixels": _("The picture has too many pixels. Make it smaller, 4000 pixels on the longer side are plenty."),
    "no-face": _("No face was found. Take a picture from the front, with even light and the whole face in view."),
    "two-faces": _("There is more than one face. Crop the picture so that only one person is in it."),
    "too-small": _("The face is too small. Come closer, or use a larger picture: the face needs at least 120 pixels across."),
    "turned": _("The head is turned or tilted. Look straight into the camera and keep the head upright."),
    "blurred": _("The face is not sharp. Clean the lens, hold still, and take the picture in good light."),
    "mouth-open": _("The mouth is open. Close the lips, relaxed, as before speaking."),
    "too-short": _("The film is too short. Record at least 30 seconds in one take."),
    "too-long": _("The film is too long. Five minutes are the most; cut it and bring it again."),
    "face-lost": _("The face is out of sight at times. Stay in the picture, and keep hands and hair away from the face."),
    "like-the-screen": _("Something in the picture has the colour of the screen. Wear other colours, and record again."),
    "plain-not-1080p": _("Without a green or blue screen the film has to be 1080p. Record it again in 1080p, or before a screen."),
    "set-format": _("This outfit was filmed at another size than the first one. Record all outfits with the same settings."),
    "set-light": _("This outfit was filmed in another light than the first one. Record all of them in one place, with the same lamps."),
    "no-speech": _("Nobody is heard. Switch the microphone on, record again, and speak all the while, as to a customer."),
    "speech-broken": _("The speech stops too often or for too long. Record again and speak for 30 seconds in one go; any words will do."),
    "speech-drowned": _(
        "Music or noise is nearly as loud as the voice. Record again in a quiet room, without music, close to the microphone."
    ),
    "several-voices": _(
        "Somebody else is heard too. Record again with nobody else talking, neither beside the camera nor from a loudspeaker."
    ),
}
"""By the code of a verdict: what is wrong, and what helps."""

NOTES: Final[Mapping[str, LazyString]] = {
    "not-for-live-4k": _("4K: not for live rooms."),
    "not-for-live-plain": _("Filmed without a screen: not for live rooms."),
}
"""By the code of a note: what it cannot be used for."""

FACTS: Final[Mapping[str, LazyString]] = {
    "width_px": _("Width in pixels"),
    "height_px": _("Height in pixels"),
    "seconds": _("Seconds"),
    "face_width_px": _("Width of the face in pixels"),
    "turn_degrees": _("Turned aside by degrees"),
    "roll_degrees": _("Tilted by degrees"),
    "gap_permille": _("Lips apart, per mille"),
    "sharpness": _("Sharpness"),
    "light_percent": _("Light on the face in per cent"),
    "worn_percent": _("Seen through, per cent"),
    "lost_frames": _("Frames without a face"),
    "speech_percent": _("Speech in the steadiest 30 seconds, per cent"),
    "pause_ms": _("Longest pause there in milliseconds"),
    "voice_db": _("Voice above what is heard between words, decibels"),
    "other_voice_ms": _("Another voice in milliseconds"),
}

MATTINGS: Final[Mapping[str, LazyString]] = {
    "": _("What suits it"),
    "screen": _("Screen (keeps props)"),
    "screen-neck": _("Screen, dark edge at the neck lightened"),
    "person": _("Person (best hair, no props)"),
}
MOUTHS: Final[Mapping[str, LazyString]] = {
    "general": _("The studio’s own"),
    "musetalk": _("MuseTalk, on the server"),
    "latentsync": _("LatentSync, on the server"),
}

SEXES: Final[Mapping[str, LazyString]] = {"female": _("Female"), "male": _("Male")}
AGES: Final[Mapping[str, LazyString]] = {"young": _("Young"), "adult": _("Adult"), "middle": _("Middle-aged"), "senior": _("Senior")}
LOOKS: Final[Mapping[str, LazyString]] = {
    "african": _("African"),
    "east-asian": _("East Asian"),
    "european": _("European"),
    "latin": _("Latin"),
    "southeast-asian": _("Southeast Asian"),
}
TRADES: Final = (
    "beauty",
    "business",
    "craft",
    "education",
    "finance",
    "food",
    "home",
    "lifestyle",
    "retail",
    "services",
    "sport",
    "technology",
    "travel",
)

UNJUDGED: Final[Mapping[str, LazyString]] = {
    "setup-incomplete": _("The studio's face models are not installed. Ask whoever runs this studio to finish the set-up, then try again."),
    "sandbox-missing": _("This studio has no safe place to open uploads yet. Ask whoever runs it to install one, then try again."),
    "disk-full": _("The studio's disk is full. Ask whoever runs it to make room, then try again."),
    "consent-revoked": _("The consent was withdrawn before the picture was looked at."),
    "consent-missing": _("There is no consent for this picture."),
}
"""By the code of a job that failed: the picture was not looked at, and why."""

STAGES: Final[Mapping[str, LazyString]] = {
    "": _("Waiting for its turn"),
    "reading": _("Looking for the face and cutting the person out"),
    "judging": _("Following the face through the film"),
    "cutting": _("Cutting the person out, frame by frame"),
    "keeping": _("Keeping the presenter"),
}

TAGS: Final[Mapping[str, LazyString]] = {
    "apron": _("apron"),
    "beauty": _("beauty"),
    "blue shirt": _("blue shirt"),
    "bright": _("bright"),
    "business": _("business"),
    "calm": _("calm"),
    "caring": _("caring"),
    "casual": _("casual"),
    "charcoal suit": _("charcoal suit"),
    "craft": _("craft"),
    "education": _("education"),
    "expert": _("expert"),
    "field jacket": _("field jacket"),
    "finance": _("finance"),
    "food": _("food"),
    "friendly": _("friendly"),
    "green tee": _("green tee"),
    "grey shirt": _("grey shirt"),
    "home": _("home"),
    "lifestyle": _("lifestyle"),
    "navy suit": _("navy suit"),
    "outdoor": _("outdoor"),
    "purple shirt": _("purple shirt"),
    "red shirt": _("red shirt"),
    "retail": _("retail"),
    "services": _("services"),
    "sport": _("sport"),
    "technology": _("technology"),
    "travel": _("travel"),
    "trusted": _("trusted"),
    "warm": _("warm"),
    "white suit": _("white suit"),
    "white tee": _("white tee"),
}


@blueprint.app_template_filter("refusal_words")
def refusal_words(code: str) -> str:
    """What is wrong with a portrait, and what to do."""
    return str(REASONS.get(code) or REASONS["unreadable"])


@blueprint.app_template_filter("unjudged_words")
def unjudged_words(code: str) -> str:
    """Why a portrait was not looked at."""
    return str(UNJUDGED.get(code) or _("Something went wrong on our side; it is not the picture. Try again."))


@blueprint.app_template_filter("ingest_stage")
def ingest_stage(stage: str) -> str:
    """What is being done with a portrait."""
    return str(STAGES.get(stage) or STAGES[""])


@blueprint.app_template_filter("tag")
def tag(name: str) -> str:
    """A gallery tag."""
    return str(TAGS.get(name, name))


@blueprint.app_template_filter("note_words")
def note_words(code: str) -> str:
    """What a presenter cannot be used for."""
    return str(NOTES.get(code, code))


@blueprint.app_template_filter("fact_words")
def fact_words(name: str) -> str:
    """What a number of a verdict says."""
    return str(FACTS.get(name, name))


@blueprint.app_template_filter("matting_words")
def matting_words(name: str) -> str:
    """What a way of cutting out is called."""
    return str(MATTINGS.get(name, name))


@blueprint.app_context_processor
def _filters() -> dict[str, object]:
    return {"sexes": SEXES, "ages": AGES, "looks": LOOKS, "trades": TRADES, "mouth_words": MOUTHS}
