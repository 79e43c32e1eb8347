"""The plain face: a document as it is without what flatters its presenters, to hold one beside the other."""

from render.timeline.acting import Beautify
from render.timeline.document import Document, Layer, PresenterContent


def unflattered(document: Document) -> Document:
    """The document with every presenter's beautify at nothing. Times and places stay."""
    scenes = tuple(scene.model_copy(update={"layers": tuple(map(_plain, scene.layers))}) for scene in document.scenes)
    tracks = tuple(track.model_copy(update={"layers": tuple(map(_plain, track.layers))}) for track in document.tracks)
    return document.model_copy(update={"scenes": scenes, "tracks": tracks})


def _plain(layer: Layer) -> Layer:
    if not isinstance(layer.content, PresenterContent):
        return layer
    return layer.model_copy(update={"content": layer.content.model_copy(update={"beautify": Beautify()})})
