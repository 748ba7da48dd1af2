import gifenc from "gifenc";
import { PNG } from "pngjs";

export interface Frame {
  /** A PNG, of the same size as the others. */
  png: Buffer;
  /** How long it is shown, in milliseconds. */
  delay: number;
}

/** Colours in all, with the one that stands for what has not changed. */
const COLOURS = 128;

/** Makes an animation of pictures, with only what changes in each of them. */
export function toGif(frames: Frame[]): Uint8Array {
  const pictures = frames.map(({ png }) => PNG.sync.read(png));
  const palette = gifenc.quantize(sampleOf(pictures), COLOURS - 1);
  const unchanged = palette.length;
  const encoder = gifenc.GIFEncoder();
  let before: Uint8Array | undefined;
  pictures.forEach(({ data, width, height }, at) => {
    const pixels = gifenc.applyPalette(data, palette);
    const index = before ? pixels.map((colour, i) => (colour === before![i] ? unchanged : colour)) : pixels;
    encoder.writeFrame(index, width, height, {
      ...(at === 0 && { palette: [...palette, [0, 0, 0]] }),
      transparent: at > 0,
      transparentIndex: unchanged,
      delay: frames[at]!.delay,
      dispose: 1,
    });
    before = pixels;
  });
  encoder.finish();
  return encoder.bytes();
}

/** The pixels of the pictures of which the colours are taken. */
function sampleOf(pictures: PNG[]): Uint8Array {
  const every = Math.ceil(pictures.length / 6);
  return new Uint8Array(Buffer.concat(pictures.filter((_, at) => at % every === 0).map(({ data }) => data)));
}
