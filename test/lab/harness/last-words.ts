import { readFile } from 'node:fs/promises';
import { afterEach } from 'vitest';
import * as z from 'zod';

import { readState } from '../core/state.ts';
import { needLeader } from '../machine/leader.ts';

/** Of each machine: what led to a failure is rarely further back. */
const mostEvents = 25;

const Told = z.object({
  at: z.string(),
  kind: z.string(),
  role: z.string().optional(),
  sentence: z.string(),
});

const toldBy = async (name: string): Promise<string[]> => {
  const journal = `/proc/${await needLeader(name)}/root/var/lib/muster/journal.ndjson`;
  const lines = (await readFile(journal, 'utf8')).trim().split('\n').slice(-mostEvents);
  return lines.map((line) => {
    const { at, kind, role, sentence } = Told.parse(JSON.parse(line));
    return `${name} ${at} ${kind} ${role ?? ''}: ${sentence}`;
  });
};

/**
 * A step that fails where nobody can look at the machines, as in CI, shows what they told in their journals last: as an
 * error beside its own.
 */
afterEach(async ({ task }) => {
  if (task.result?.state !== 'fail') return;
  const { machines = [] } = (await readState()) ?? {};
  const told = await Promise.allSettled(machines.map(({ name }) => toldBy(name)));
  const lines = told.flatMap((one) => (one.status === 'fulfilled' ? one.value : [String(one.reason)]));
  throw new Error(`what the machines told last:\n${lines.join('\n')}`);
});
