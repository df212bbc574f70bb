/** Words as a shell has to be given them, so that it hands on exactly these and makes nothing of what is in them. */
export const shellWords = (argv: readonly string[]): string =>
  argv.map((word) => `'${word.replaceAll("'", String.raw`'\''`)}'`).join(' ');
