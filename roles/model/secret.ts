import * as z from 'zod';
import { SecretName } from './sealed.ts';

/**
 * A secret, once opened: named texts. One that is meant for a line of a configuration holds no line break; a key in PEM
 * has them, and stands in a file of its own. Who sets one quotes it for the file it is meant for.
 */
export const SecretFields = z.record(
  z.string().regex(/^[a-z][a-z0-9-]*$/, 'a field of a secret is named by a-z, 0-9 and -'),
  z.string(),
);
export type SecretFields = z.infer<typeof SecretFields>;

/** What a plan knows of a secret: its name, and the revision at which it was changed last. */
export interface SecretMark {
  readonly name: string;
  readonly revision: number;
}

/**
 * Stands in the text of a file for one field of a secret; the agent puts the field there when it writes. The revision
 * is part of it, so that a file with a changed secret is another text: that is how a plan notices.
 */
export function secretReference({ name, revision }: SecretMark, field: string): string {
  return `{{secret ${SecretName.parse(name)}@${String(revision)} ${field}}}`;
}

const reference = /\{\{secret ([a-z0-9-]+)@(\d+) ([a-z0-9-]+)\}\}/g;

/** The secrets that a text refers to, once each. */
export function secretsIn(text: string): readonly SecretMark[] {
  const found = new Map<string, SecretMark>();
  for (const [, name = '', revision] of text.matchAll(reference)) {
    found.set(`${name}@${revision}`, { name, revision: Number(revision) });
  }
  return [...found.values()];
}

/** The text with each reference replaced; `open` gives the fields of one secret, or undefined for a missing field. */
export function withSecrets(text: string, open: (mark: SecretMark) => SecretFields): string {
  return text.replaceAll(reference, (whole, name: string, revision: string, field: string) => {
    return open({ name, revision: Number(revision) })[field] ?? whole;
  });
}
