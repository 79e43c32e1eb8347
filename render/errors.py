"""Everything the renderer refuses, named for what is wrong.

RenderError
├── DocumentRefused          the document itself (render.timeline)
│   ├── SchemaTooNew
│   ├── DocumentBroken
│   └── EditRefused
├── SpeechRefused            a text that cannot be spoken
├── PresenterRefused         a portrait or presenter that cannot be used
├── MediaRefused             a file that cannot be read
├── MissingSource            an asset, presenter or sound that is not there
├── Cancelled                the caller asked to stop
└── SetupIncomplete          model files or fonts are missing: run `make setup`

Each carries `code` (stable, for translation) and `facts` (plain JSON values for the message).
"""

from typing import ClassVar


class RenderError(Exception):
    """The root: `code` names the problem, `facts` fill the message."""

    code: ClassVar[str] = "render"

    def __init__(self, reason: str = "", **facts: str | int) -> None:
        super().__init__(reason or self.code)
        self.reason = reason or self.code
        self.facts: dict[str, str | int] = facts


class DocumentRefused(RenderError):
    """The document is not one that can be rendered; `facts["path"]` says where."""

    code = "document"


class SchemaTooNew(DocumentRefused):
    """A newer program wrote it."""

    code = "document-too-new"


class DocumentBroken(DocumentRefused):
    """It does not fit the schema."""

    code = "document-broken"


class EditRefused(DocumentRefused):
    """An edit that cannot be applied; `reason` is a code such as `target-gone`, `index`, `field`, `value`, `locked`."""

    code = "edit-refused"


class SpeechRefused(RenderError):
    """A text that the speech engine cannot say."""

    code = "speech"


class PresenterRefused(RenderError):
    """A portrait that cannot become a presenter; `reason` is a code such as `no-face`, `two-faces`, `too-small`."""

    code = "presenter"


class MediaRefused(RenderError):
    """A file that cannot be read; `reason` is a code such as `format`, `pixels`, `truncated`."""

    code = "media"


class MissingSource(RenderError):
    """Something the document names is not there; `facts["what"]` and `facts["name"]`."""

    code = "missing-source"


class Cancelled(RenderError):
    """The caller asked to stop."""

    code = "cancelled"


class SetupIncomplete(RenderError):
    """A model file or font is missing or damaged: `make setup` fetches it."""

    code = "setup-incomplete"
