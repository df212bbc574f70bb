import { join } from 'node:path';
import { MusterError } from '../roles/model/errors.ts';
import { runParts } from './agent.ts';
import { createHost, type Host } from './host/index.ts';
import { lockAgent } from './host/lock.ts';
import { detachedAgent } from './local/detached.ts';

export interface RunAgentOptions {
  /** Go on in the background; for machines without systemd. */
  readonly detach: boolean;
  readonly version: string;
  /** The folder of the manual, one `<topic>.md` each. */
  readonly docs: string;
}

/** The agent's whole life: returns when it was told to end and has ended in order. */
export async function runAgent(options: RunAgentOptions): Promise<void> {
  const host = createHost();
  requireRoot();
  if (options.detach) return detachedAgent(host).start();
  const stop = new AbortController();
  // The first signal ends the agent in order; its services run on.
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stop.abort());
  const lock = await lockAgent();
  try {
    await runParts({
      host,
      signal: stop.signal,
      version: options.version,
      docs: docsFrom(host, options.docs),
    });
  } finally {
    await lock.release();
  }
}

function requireRoot(): void {
  if (process.getuid?.() === 0) return;
  throw new MusterError('not-root', {
    what: 'the agent is for root',
    why: 'it installs packages, writes configuration and runs services',
    next: 'sudo systemctl start muster, or: sudo muster agent --detach',
  });
}

/** Topics are names: a path leads nowhere. */
function docsFrom(host: Host, folder: string): (topic: string) => Promise<string | undefined> {
  return async (topic) =>
    /^[a-z0-9-]+$/.test(topic) ? host.files.read(join(folder, `${topic}.md`)) : undefined;
}
