/** The workloads as Remotion's users write them: components that are asked what the current frame looks like. */

import {
  AbsoluteFill,
  Composition,
  Html5Audio,
  Img,
  interpolate,
  OffthreadVideo,
  registerRoot,
  Sequence,
  staticFile,
  useCurrentFrame,
  useVideoConfig,
} from "remotion";

const SCENE = { frames: 262, starts: [0, 238] };
const FADE = 24;
const SUBTITLE = { frames: 50, count: 10 };
const SLIDE = { frames: 150, count: 10, fade: 12 };
const MUSIC = 0.5;
const DUCKED = 0.12;
const RELEASE = 10;
const WITHIN = { extrapolateLeft: "clamp", extrapolateRight: "clamp" };

const upTo = (count) => Array.from({ length: count }, (_, index) => index);
const boxed = ([left, top, width, height]) => ({ position: "absolute", left, top, width, height });

/** How loud music is: low where somebody speaks, and on its way there and back. */
function volumeBeside(said, frame) {
  const away = said.map(([first, end]) => Math.max(first - frame, frame - end, 0));
  return interpolate(Math.min(...away), [0, RELEASE], [DUCKED, MUSIC], WITHIN);
}

/** A photograph that grows evenly, and the presenter over it. */
function Scene({ number, first, presenter, zoom }) {
  const frame = useCurrentFrame();
  const { durationInFrames, width, height } = useVideoConfig();
  const opacity = number ? interpolate(frame, [0, FADE], [0, 1], WITHIN) : 1;
  const transform = `scale(${zoom ** (frame / durationInFrames)})`;
  return (
    <AbsoluteFill style={{ opacity }}>
      <Img src={staticFile(`upright${number}.jpg`)} style={{ width, height, transform }} />
      <OffthreadVideo
        src={staticFile("presenter_vp9.webm")}
        trimBefore={first}
        style={boxed(presenter)}
        transparent
        muted
      />
    </AbsoluteFill>
  );
}

/** W1: two scenes, a logo, a subtitle every two seconds, voice and music that gives way to it. */
function Ad({ logo, presenter, said, subtitle, zoom }) {
  return (
    <AbsoluteFill>
      {SCENE.starts.map((start, number) => (
        <Sequence key={start} from={start} durationInFrames={SCENE.frames}>
          <Scene number={number} first={start} presenter={presenter} zoom={zoom} />
        </Sequence>
      ))}
      <Img src={staticFile("logo.png")} style={boxed(logo)} />
      {upTo(SUBTITLE.count).map((number) => (
        <Sequence key={number} from={number * SUBTITLE.frames} durationInFrames={SUBTITLE.frames}>
          <Img src={staticFile(`subtitle${number}.png`)} style={boxed(subtitle)} />
        </Sequence>
      ))}
      <Html5Audio src={staticFile("voice-w1.wav")} />
      <Html5Audio src={staticFile("music.wav")} volume={(frame) => volumeBeside(said, frame)} />
    </AbsoluteFill>
  );
}

/** A still with words, faded from black and back to it. */
function Slide({ number, box }) {
  const frame = useCurrentFrame();
  const { durationInFrames } = useVideoConfig();
  const times = [0, SLIDE.fade, durationInFrames - SLIDE.fade, durationInFrames];
  return (
    <AbsoluteFill style={{ opacity: interpolate(frame, times, [0, 1, 1, 0]) }}>
      <Img src={staticFile(`lying${number}.jpg`)} />
      <Img src={staticFile(`slide${number}.png`)} style={boxed(box)} />
    </AbsoluteFill>
  );
}

/** W2: ten slides and music. */
function Slides({ slide }) {
  return (
    <AbsoluteFill style={{ backgroundColor: "black" }}>
      {upTo(SLIDE.count).map((number) => (
        <Sequence key={number} from={number * SLIDE.frames} durationInFrames={SLIDE.frames}>
          <Slide number={number} box={slide} />
        </Sequence>
      ))}
      <Html5Audio src={staticFile("music.wav")} volume={MUSIC} />
    </AbsoluteFill>
  );
}

/** W3: clips with their sound, cut and joined. */
function Cuts({ cuts }) {
  let shown = 0;
  return (
    <AbsoluteFill>
      {cuts.map(([clip, first, frames]) => {
        const from = shown;
        shown += frames;
        return (
          <Sequence key={clip} from={from} durationInFrames={frames}>
            <OffthreadVideo src={staticFile(`clip${clip}.mp4`)} trimBefore={first} />
          </Sequence>
        );
      })}
    </AbsoluteFill>
  );
}

registerRoot(() => (
  <>
    <Composition id="W1" component={Ad} width={1080} height={1920} fps={25} durationInFrames={500} />
    <Composition id="W2" component={Slides} width={1920} height={1080} fps={25} durationInFrames={1500} />
    <Composition id="W3" component={Cuts} width={1920} height={1080} fps={25} durationInFrames={600} />
  </>
));
