import { readFile } from 'node:fs/promises';

import { placesOf } from '../core/paths.ts';

const TOLD_CHARACTERS = 1500;

/** The end of what a machine printed while it booted. */
export const lastWords = async (name: string): Promise<string> => {
  const text = await readFile(placesOf(name).console, 'utf8').catch(() => '');
  return text.slice(-TOLD_CHARACTERS).trim();
};
