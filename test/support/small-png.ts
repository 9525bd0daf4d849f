/**
 * A picture of a screen in fewer bytes: its 256 most frequent colours, of which a page that is
 * drawn rather than photographed has hardly more.
 */
import { crc32, deflateSync } from 'node:zlib';
import type { Page } from 'playwright-core';

const COLOURS_MAX = 256;
const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** The same picture with a palette; a browser's page reads what the screenshot holds. */
export async function smallPng(page: Page, png: Buffer): Promise<Buffer> {
  const { width, height, pixels } = await pixelsOf(page, png);
  const palette = commonest(pixels);
  const nearest = nearestIn(palette);
  const rows = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1)
      rows[y * (width + 1) + 1 + x] = nearest(colourAt(pixels, y * width + x));
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  // Eight bits of a palette, without interlacing.
  header.set([8, 3, 0, 0, 0], 8);
  const colours = Buffer.from(palette.flatMap((one) => [one >> 16, (one >> 8) & 255, one & 255]));
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('PLTE', colours),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** Red, green and blue of each pixel, row by row. */
async function pixelsOf(page: Page, png: Buffer) {
  const { width, height, base64 } = await page.evaluate(async (given) => {
    const bytes = Uint8Array.from(atob(given), (letter) => letter.charCodeAt(0));
    const image = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
    const canvas = new OffscreenCanvas(image.width, image.height);
    canvas.getContext('2d')?.drawImage(image, 0, 0);
    const drawn = canvas.getContext('2d')?.getImageData(0, 0, image.width, image.height).data;
    const { length } = drawn ?? [];
    const rgb = new Uint8Array((length / 4) * 3);
    for (let i = 0, at = 0; i < length; i += 4)
      for (let part = 0; part < 3; part += 1) rgb[at++] = drawn?.[i + part] ?? 0;
    let text = '';
    for (let i = 0; i < rgb.length; i += 8_192)
      text += String.fromCharCode(...rgb.subarray(i, i + 8_192));
    return { width: image.width, height: image.height, base64: btoa(text) };
  }, png.toString('base64'));
  return { width, height, pixels: Buffer.from(base64, 'base64') };
}

const colourAt = (pixels: Buffer, place: number): number => pixels.readUIntBE(place * 3, 3);

function commonest(pixels: Buffer): readonly number[] {
  const counts = new Map<number, number>();
  for (let place = 0; place < pixels.length / 3; place += 1) {
    const colour = colourAt(pixels, place);
    counts.set(colour, (counts.get(colour) ?? 0) + 1);
  }
  const sorted = [...counts].sort(([, a], [, b]) => b - a);
  return sorted.slice(0, COLOURS_MAX).map(([colour]) => colour);
}

/** The place in the palette of the colour that is most like a given one. */
function nearestIn(palette: readonly number[]): (colour: number) => number {
  const known = new Map(palette.map((colour, place) => [colour, place]));
  const distance = (a: number, b: number): number =>
    [16, 8, 0].reduce((sum, bits) => sum + (((a >> bits) & 255) - ((b >> bits) & 255)) ** 2, 0);
  return (colour) => {
    const found = known.get(colour);
    if (found !== undefined) return found;
    const far = palette.map((one) => distance(one, colour));
    const place = far.indexOf(Math.min(...far));
    known.set(colour, place);
    return place;
  };
}

function chunk(type: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, sum]);
}
