import type { Application, Release } from '../../roles/model/application.ts';
import { listen } from '../../roles/model/listen.ts';
import type { Answer } from '../../roles/model/observed.ts';
import type { Clock, Questions } from '../../roles/model/ports.ts';
import { releaseWordPath } from '../../roles/model/release-word.ts';

export interface ProveParts {
  readonly questions: Questions;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** Apache and PHP are reloaded for it first, and PHP waits for requests that take their time. */
const untilThereMs = 75_000;

/** Apache's reload alone; whoever waits looks again afterwards. */
const switchMs = 10_000;

/** The first pages of a release are compiled, and a database may have to be reached. */
const untilWellMs = 15_000;
const answerMs = 10_000;
const everyMs = 150;

/** Asks a site, by its own name, which release it is. */
async function wordAt(parts: ProveParts, where: string, host: string): Promise<string | undefined> {
  const url = `http://${where}${releaseWordPath}`;
  const answer = await parts.questions.ask({ kind: 'http', url, headers: { host }, timeoutMs: answerMs });
  return answer.ok && answer.status === 200 ? answer.text.trim() : undefined;
}

/** Waits until a site answers with a release; false where it does not in time. */
export async function serves(
  parts: ProveParts,
  where: string,
  { domains: [host = ''] }: Application,
  release: Release,
  patienceMs = switchMs,
): Promise<boolean> {
  const endMs = parts.clock.monotonicMs() + patienceMs;
  while (parts.clock.monotonicMs() < endMs && !parts.signal.aborted) {
    if ((await wordAt(parts, where, host)) === release.id) return true;
    await parts.clock.sleep(everyMs, parts.signal);
  }
  return false;
}

/** Asks a release for its health, beside the one that visitors get. Undefined where it is well, else why not. */
export async function prove(
  parts: ProveParts,
  application: Application,
  release: Release,
): Promise<string | undefined> {
  const { questions, clock, signal } = parts;
  const where = `127.0.0.1:${String(listen.preview)}`;
  if (!(await serves(parts, where, application, release, untilThereMs))) return 'Apache did not take it in';
  const [host = ''] = application.domains;
  const url = `http://${where}${release.manifest.health}`;
  const endMs = clock.monotonicMs() + untilWellMs;
  for (;;) {
    const answer = await questions.ask({ kind: 'http', url, headers: { host }, timeoutMs: answerMs });
    if (answer.ok && answer.status < 400) return undefined;
    if (clock.monotonicMs() >= endMs || signal.aborted) return `${release.manifest.health} ${saying(answer)}`;
    await clock.sleep(everyMs, signal);
  }
}

function saying(answer: Answer): string {
  return answer.ok ? `answers ${String(answer.status)}` : answer.error;
}
