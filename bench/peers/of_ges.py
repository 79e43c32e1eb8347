"""GStreamer Editing Services, in the system's own Python: `/usr/bin/python3 -m bench.peers.of_ges W1 FILM`."""

import sys
from pathlib import Path

import gi

for library in ("Gst", "GstController", "GstPbutils", "GES"):
    gi.require_version(library, "1.0")
from gi.repository import GES, GLib, Gst, GstController, GstPbutils  # noqa: E402 - versions come first

from bench.peers.numbers import FACTS, MEDIA  # noqa: E402 - as above

Gst.init(None)
GES.init()
SECOND = Gst.SECOND
SOUND, PICTURE = GES.TrackType.AUDIO, GES.TrackType.VIDEO


def frames(count: int) -> int:
    """So many frames in nanoseconds."""
    return count * SECOND // 25


def timeline(width: int, height: int):
    """An empty one with a picture and a sound track."""
    made = GES.Timeline.new()
    picture, sound = GES.VideoTrack.new(), GES.AudioTrack.new()
    picture.set_restriction_caps(Gst.Caps.from_string(f"video/x-raw,width={width},height={height},framerate=25/1"))
    sound.set_restriction_caps(Gst.Caps.from_string("audio/x-raw,rate=48000,channels=2"))
    made.add_track(picture)
    made.add_track(sound)
    return made


def clip(layer, name: str, start: int, first: int, length: int, kinds=PICTURE):
    """A file on a layer."""
    asset = GES.UriClipAsset.request_sync(Gst.filename_to_uri(str(MEDIA / name)))
    return layer.add_asset(asset, start, first, length, kinds)


def placed(item, left: int, top: int, width: int, height: int):
    """The clip's picture in its box."""
    element = item.find_track_element(None, GES.VideoSource)
    for name, value in (("posx", left), ("posy", top), ("width", width), ("height", height)):
        element.set_child_property(name, value)
    return element


def moved(element, name: str, points: list[tuple[int, float]], first: int = 0) -> None:
    """A property that goes from value to value."""
    source = GstController.InterpolationControlSource()
    source.props.mode = GstController.InterpolationMode.LINEAR
    element.set_control_source(source, name, "direct-absolute")
    for at, value in points:
        source.set(first + at, value)


def w1():
    """The talking ad. The first layer is the highest."""
    film = timeline(1080, 1920)
    layers = [film.append_layer() for _ in range(6)]
    placed(clip(layers[1], "logo.png", 0, 0, 20 * SECOND), *FACTS.logo)
    for n in range(10):
        placed(clip(layers[0], f"subtitle{n}.png", 2 * n * SECOND, 0, 2 * SECOND), *FACTS.subtitle)
    layers[2].set_auto_transition(True)
    layers[3].set_auto_transition(True)
    for n, start in enumerate((0, 238)):
        placed(clip(layers[2], "presenter_qtrle.mov", frames(start), frames(start), frames(262)), *FACTS.presenter)
        photo = placed(clip(layers[3], f"upright{n}.jpg", frames(start), 0, frames(262)), 0, 0, 1080, 1920)
        for name, first, last in (("width", 1080, 1242), ("height", 1920, 2208), ("posx", 0, -81), ("posy", 0, -144)):
            moved(photo, name, [(0, first), (frames(262), last)])
    clip(layers[4], "voice-w1.wav", 0, 0, 20 * SECOND, SOUND)
    music = clip(layers[5], "music.wav", 0, 0, 20 * SECOND, SOUND)
    music.find_track_element(None, GES.AudioSource).set_child_property("volume", 0.12)
    return film


def w2():
    """The slide show."""
    film = timeline(1920, 1080)
    above, below, heard = (film.append_layer() for _ in range(3))
    fade = [(0, 0.0), (frames(12), 1.0), (frames(138), 1.0), (frames(150), 0.0)]
    for n in range(10):
        moved(placed(clip(above, f"slide{n}.png", 6 * n * SECOND, 0, 6 * SECOND), *FACTS.slide), "alpha", fade)
        moved(placed(clip(below, f"lying{n}.jpg", 6 * n * SECOND, 0, 6 * SECOND), 0, 0, 1920, 1080), "alpha", fade)
    music = clip(heard, "music.wav", 0, 0, 60 * SECOND, SOUND)
    music.find_track_element(None, GES.AudioSource).set_child_property("volume", 0.5)
    return film


def w3():
    """Three clips cut and joined."""
    film = timeline(1920, 1080)
    layer, shown = film.append_layer(), 0
    for n, at, count in FACTS.cuts:
        clip(layer, f"clip{n}.mp4", frames(shown), frames(at), frames(count), PICTURE | SOUND)
        shown += count
    return film


def render(film, out: str) -> int:
    """To an MP4 with the settings of all; the exit status."""
    container = GstPbutils.EncodingContainerProfile.new("mp4", None, Gst.Caps.from_string("video/quicktime,variant=iso"), None)
    picture = GstPbutils.EncodingVideoProfile.new(Gst.Caps.from_string("video/x-h264,profile=high"), None, None, 1)
    picture.set_variableframerate(False)
    settings = "props,speed-preset=(int)3,pass=(int)5,quantizer=(uint)23,bframes=(uint)3,key-int-max=(uint)250,threads=(uint)2"
    picture.set_element_properties(Gst.Structure.from_string(settings)[0])
    container.add_profile(picture)
    container.add_profile(GstPbutils.EncodingAudioProfile.new(Gst.Caps.from_string("audio/mpeg,mpegversion=4"), None, None, 1))
    pipeline, loop, status = GES.Pipeline.new(), GLib.MainLoop(), [0]
    pipeline.set_timeline(film)
    pipeline.set_render_settings(Gst.filename_to_uri(str(Path(out).absolute())), container)
    pipeline.set_mode(GES.PipelineFlags.RENDER)

    def heard(_bus, message) -> None:
        if message.type == Gst.MessageType.ERROR:
            sys.stderr.write(f"{message.parse_error()}\n")
            status[0] = 1
        if message.type in {Gst.MessageType.EOS, Gst.MessageType.ERROR}:
            loop.quit()

    bus = pipeline.get_bus()
    bus.add_signal_watch()
    bus.connect("message", heard)
    pipeline.set_state(Gst.State.PLAYING)
    loop.run()
    pipeline.set_state(Gst.State.NULL)
    return status[0]


if __name__ == "__main__":
    sys.exit(render({"W1": w1, "W2": w2, "W3": w3}[sys.argv[1]](), sys.argv[2]))
