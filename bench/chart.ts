/** Bars as a picture that a document can show: no script, no font of its own. */
import { shown, type Chart } from './report.ts';

const WIDTH = 760;
const LABELS = 250;
const VALUES = 110;
const ROW = 26;
const TOP = 46;
const COLOURS = { own: '#0b7a75', other: '#9aa5b1', text: '#1f2933', ground: '#ffffff' };

/**
 * Horizontal bars in the order given, as SVG. Lengths are logarithmic when the largest value is
 * more than fifty times the smallest; the picture says so.
 */
export function barChart({ title, unit, bars }: Chart): string {
  const values = bars.map(({ value }) => value).filter((value) => value > 0);
  const most = Math.max(...values, 1e-9);
  const least = Math.min(...values, most);
  const isLogarithmic = most / least > 50;
  const share = (value: number): number => {
    if (value <= 0) return 0;
    return isLogarithmic
      ? 0.05 + (0.95 * Math.log(value / least)) / Math.log(most / least)
      : value / most;
  };
  const height = TOP + bars.length * ROW + 12;
  const rows = bars.map(({ label, value, own }, i) => {
    const y = TOP + i * ROW;
    const length = Math.round(share(value) * (WIDTH - LABELS - VALUES));
    const colour = own ? COLOURS.own : COLOURS.other;
    return [
      text(LABELS - 8, y + 14, label, `text-anchor="end"${own ? ' font-weight="bold"' : ''}`),
      `<rect x="${LABELS}" y="${y + 2}" width="${length}" height="${ROW - 9}" fill="${colour}"/>`,
      text(LABELS + length + 6, y + 14, shown(value)),
    ].join('');
  });
  const scale = isLogarithmic ? `${unit}, logarithmic` : unit;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}"`,
    ` font-family="sans-serif" font-size="13" fill="${COLOURS.text}">`,
    `<rect width="${WIDTH}" height="${height}" fill="${COLOURS.ground}"/>`,
    text(12, 22, title, 'font-size="15" font-weight="bold"'),
    text(12, 38, scale, 'font-size="11"'),
    ...rows,
    '</svg>\n',
  ].join('\n');
}

function text(x: number, y: number, content: string, more = ''): string {
  const safe = content.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<text x="${x}" y="${y}"${more === '' ? '' : ` ${more}`}>${safe}</text>`;
}
