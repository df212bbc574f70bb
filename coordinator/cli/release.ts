import type { ApplicationRow, ReleaseReport } from '../../agent/api/contract-apps.ts';
import { MusterError } from '../../roles/model/errors.ts';
import type { Client } from './client.ts';
import type { Context } from './context.ts';
import { exitCodes } from './exit-codes.ts';
import { type AsData, answer, renderSentence } from './render/answer.ts';
import { oneLine } from './render/text.ts';

/** A person who waits sees each phase. */
const everyMs = 250;

/** Balancers take a purge in within a second; one that has not within a minute needs somebody to look. */
const mostPurgeLooks = 240;

type Next = NonNullable<ApplicationRow['next']>;

const phaseWords: Readonly<Record<Next['phase'], string>> = {
  spread: 'unpacking',
  command: 'running its release command',
  prove: 'asking it for its health',
  switch: 'switching',
  purge: 'making stored pages old',
};

/**
 * Tells how a release fares until it is served by every web node and no stored page is of another, or it has come to
 * nothing. It goes on without us. Throws `deploy-failed`, `not-purged`.
 */
export async function followRelease(
  context: Context,
  client: Client,
  name: string,
  begun: ReleaseReport,
  options: AsData,
): Promise<number> {
  let told = '';
  let purgeLooks = 0;
  for (;;) {
    const { application } = await client.applications.show(name);
    const { next } = application;
    if (next?.release !== begun.release) {
      requireServed(application, begun.release);
      const sentence = `all web nodes serve ${begun.release} of ${name}`;
      answer(context, { ...begun, sentence }, options, renderSentence);
      return exitCodes.ok.code;
    }
    const line = `${begun.release}: ${phaseWords[next.phase]} (${waits(next)})\n`;
    if (line !== told) context.err.write(line);
    told = line;
    if (next.phase === 'purge') purgeLooks += 1;
    if (purgeLooks > mostPurgeLooks) throw stillStored(name, next);
    await context.operator.pause(everyMs);
    if (context.signal.aborted) return exitCodes.interrupted.code;
  }
}

function stillStored(name: string, { release, waitsFor }: Next): MusterError {
  return new MusterError('not-purged', {
    what: `all web nodes serve ${release} of ${name}, and pages of another release may still come from a cache`,
    why: `the agent of ${waitsFor.map(oneLine).join(', ') || 'a balancer'} has not said that its HAProxy takes none any more`,
    next: 'muster status; on that machine: muster events -n 20',
  });
}

function waits({ waitsFor }: Next): string {
  return waitsFor.length === 0 ? 'all are ready' : `waits for ${waitsFor.map(oneLine).join(', ')}`;
}

function requireServed({ name, current, failed }: ApplicationRow, release: string): void {
  if (current === release && failed?.release !== release) return;
  throw new MusterError('deploy-failed', {
    what: `${release} of ${name} is not served; ${current === undefined ? 'nothing is' : `${current} is, as before`}`,
    why: failed?.release === release ? failed.why : 'another release came after it',
    next: `muster app logs ${name}, then muster app deploy ${name} PATH`,
  });
}
