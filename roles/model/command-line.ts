/** A word is plain, or in single or double quotes; a backslash before a character outside single quotes keeps it. */
const word = /(?:'[^']*'|"(?:[^"\\]|\\.)*"|\\.|[^\s'"\\])+/g;

/** What only a shell understands: no shell runs a command of an application. */
const shellOnly = /[|&;<>`$()*?~\n]/;

/**
 * A command as its words, as in `php artisan queue:work --tries="3 times"`; undefined where a quote is not closed or
 * the text needs a shell.
 */
export function wordsOf(text: string): readonly [string, ...string[]] | undefined {
  const outside = text.replaceAll(/'[^']*'|"(?:[^"\\]|\\.)*"|\\./g, '');
  if (shellOnly.test(outside) || /['"\\]/.test(outside)) return undefined;
  const [first, ...rest] = [...text.matchAll(word)].map(([found]) => plain(found));
  return first === undefined || first === '' ? undefined : [first, ...rest];
}

function plain(quoted: string): string {
  return quoted.replaceAll(
    /'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)/g,
    (_, single: string | undefined, double: string | undefined, escaped: string | undefined) =>
      single ?? double?.replaceAll(/\\(.)/g, '$1') ?? escaped ?? '',
  );
}
