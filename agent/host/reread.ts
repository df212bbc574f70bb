import { readFile, stat } from 'node:fs/promises';

/** What a file says, parsed again only when it was changed. */
export class Reread<T> {
  readonly #path: string;
  readonly #parse: (text: string) => T;
  #known: { readonly stamp: string; readonly value: T } | undefined;

  constructor(path: string, parse: (text: string) => T) {
    this.#path = path;
    this.#parse = parse;
  }

  async get(): Promise<T> {
    const { mtimeNs, ino, size } = await stat(this.#path, { bigint: true });
    const stamp = [mtimeNs, ino, size].join(' ');
    if (this.#known?.stamp !== stamp) {
      this.#known = { stamp, value: this.#parse(await readFile(this.#path, 'utf8')) };
    }
    return this.#known.value;
  }
}
