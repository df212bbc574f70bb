import { width } from './text.ts';

export interface Column {
  readonly title: string;
  /** Numbers stand at the right. */
  readonly right?: boolean;
}

/** Spaces between two columns. */
const gap = '  ';

/** Lines of a table, titles first; columns are as wide as their widest cell and nothing is cut. */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[]): string[] {
  const all = [columns.map(({ title }) => title), ...rows];
  const widths = columns.map((_, index) => Math.max(...all.map((cells) => width(cells[index] ?? ''))));
  return all.map((cells) =>
    columns
      .map((column, index) => {
        const cell = cells[index] ?? '';
        const space = ' '.repeat((widths[index] ?? 0) - width(cell));
        return column.right === true ? space + cell : cell + space;
      })
      .join(gap)
      .trimEnd(),
  );
}
