import { harmless, type Paint } from './text.ts';

const styles: Readonly<Record<string, 'green' | 'red' | 'cyan'>> = { '+': 'green', '-': 'red', '@': 'cyan' };

/** A unified diff with its lines coloured by what they do. */
export function renderDiff(diff: string, paint: Paint): string {
  return diff
    .split('\n')
    .map((line) => {
      const style = styles[line.charAt(0)];
      const text = harmless(line);
      return style === undefined ? text : paint(style, text);
    })
    .join('\n');
}
