import { stripVTControlCharacters, styleText } from 'node:util';

type Style = Parameters<typeof styleText>[0];
export type Paint = (style: Style, text: string) => string;

/** Colours text where colours are wanted. */
export function painter(output: { readonly colour: boolean }): Paint {
  return (style, text) => (output.colour ? styleText(style, text, { validateStream: false }) : text);
}

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });
const wide =
  /^(\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6])/u;

/** How many columns of a terminal a text takes; colours take none. */
export function width(text: string): number {
  const segments = graphemes.segment(stripVTControlCharacters(text));
  return [...segments].reduce((sum, { segment }) => sum + (wide.test(segment) ? 2 : 1), 0);
}

/** Text from elsewhere (a name, a program's last words) as one harmless line. */
export function oneLine(text: string): string {
  return stripVTControlCharacters(text)
    .replaceAll(/[\s\p{Cc}]+/gu, ' ')
    .trim();
}

/** A line of a file, its indentation kept and everything that could steer a terminal left out. */
export function harmless(line: string): string {
  return stripVTControlCharacters(line).replaceAll(/[^\t\P{Cc}]/gu, '');
}
