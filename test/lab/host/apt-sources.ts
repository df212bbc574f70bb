import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { LabProblem } from '../core/problem.ts';

/** The Debian release of the machines, as everywhere in the project. */
export const SUITE = 'bookworm';
const SUITES = new Set([SUITE, `${SUITE}-updates`, `${SUITE}-security`]);
const COMPONENT = 'main';
const APT = '/etc/apt';

const line = (uri: string, suite: string): string => `deb ${uri.replace(/\/$/, '')} ${suite} ${COMPONENT}`;

/** Debian's own lines out of a one-line-style list. */
export const fromList = (text: string): string[] =>
  text.split('\n').flatMap((raw) => {
    const found = /^\s*deb\s+(?:\[[^\]]*\]\s+)?(\S+)\s+(\S+)\s+(.+)$/.exec(raw);
    const [, uri, suite, components = ''] = found ?? [];
    if (!uri || !suite || !SUITES.has(suite)) return [];
    return components.split(/\s+/).includes(COMPONENT) ? [line(uri, suite)] : [];
  });

const fieldsOf = (stanza: string): Map<string, string[]> =>
  new Map(
    stanza
      .split('\n')
      .filter((raw) => !raw.startsWith('#'))
      .map((raw) => {
        const [key = '', ...value] = raw.split(':');
        return [key.trim().toLowerCase(), value.join(':').trim().split(/\s+/)] as const;
      }),
  );

/** Debian's own lines out of a deb822 file. */
export const fromDeb822 = (text: string): string[] =>
  text.split(/\n\s*\n/).flatMap((stanza) => {
    const fields = fieldsOf(stanza);
    const off = fields.get('enabled')?.[0]?.toLowerCase() === 'no';
    if (off || !fields.get('types')?.includes('deb') || !fields.get('components')?.includes(COMPONENT))
      return [];
    return (fields.get('uris') ?? []).flatMap((uri) =>
      (fields.get('suites') ?? []).filter((suite) => SUITES.has(suite)).map((suite) => line(uri, suite)),
    );
  });

/** The host's own Debian mirror, as one-line sources for the machines. */
export const hostSources = async (): Promise<string> => {
  const folder = join(APT, 'sources.list.d');
  const names = (await readdir(folder).catch(() => [])).toSorted((one, other) =>
    one.localeCompare(other, 'en'),
  );
  const lines = fromList(await readFile(join(APT, 'sources.list'), 'utf8').catch(() => ''));
  for (const name of names) {
    const text = await readFile(join(folder, name), 'utf8');
    if (name.endsWith('.list')) lines.push(...fromList(text));
    if (name.endsWith('.sources')) lines.push(...fromDeb822(text));
  }
  if (!lines.some((one) => one.includes(` ${SUITE} `))) {
    throw new LabProblem(
      `This host's package sources name no Debian ${SUITE} mirror, so there is nowhere to take the machines from.`,
      `add Debian ${SUITE} to ${join(APT, 'sources.list')}, then the same command again`,
    );
  }
  return `${[...new Set(lines)].join('\n')}\n`;
};
