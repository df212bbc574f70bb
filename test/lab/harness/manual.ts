import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

const docs = join(import.meta.dirname, '../../../docs');

/** What a page of the manual gives a reader to copy. */
export interface Copied {
  /** The shell's blocks, in their order. */
  readonly commands: readonly string[];
  /** Texts of files, by the path that stands above each. */
  readonly files: ReadonlyMap<string, string>;
}

/** A fenced block; what tells whose text it is stands in the line above, as `path`: and an empty line. */
const block = /(?:^`([^`\n]+)`[^\n]*:\n\n)?^```(\w+)\n(.*?)^```$/gms;

/** Reads what is to be copied off a page, so that a story plays what readers are told. */
export async function copiedFrom(topic: string): Promise<Copied> {
  const page = await readFile(join(docs, `${topic}.md`), 'utf8');
  const blocks = [...page.matchAll(block)].map(([, path, language, text = '']) => ({ path, language, text }));
  return {
    commands: blocks.filter(({ language }) => language === 'sh').map(({ text }) => text),
    files: new Map(blocks.flatMap(({ path, text }) => (path === undefined ? [] : [[path, text] as const]))),
  };
}
