import { join } from 'node:path';
import { MusterError } from '../roles/model/errors.ts';
import type { Clock } from '../roles/model/ports.ts';
import { runParts } from './agent.ts';
import { createHost, type Host } from './host/index.ts';
import { lockAgent } from './host/lock.ts';
import { detachedAgent } from './local/detached.ts';
import type { AgentInput } from './parts.ts';
import { AddressChanged } from './self/own-address.ts';
import { Twin } from './self/twin.ts';

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
    const { version, docs } = options;
    await live({ host, signal: stop.signal, version, docs: docsFrom(host, docs) });
  } finally {
    await lock.release();
  }
}

/**
 * From its start to its end: anew, in the same process, where the machine has another address now, or where it is to
 * keep still beside another one.
 */
async function live(input: Omit<AgentInput, 'twin'>): Promise<void> {
  const { clock } = input.host;
  for (let twin: Twin | undefined = new Twin(clock); twin !== undefined; ) {
    const life: AgentInput = { ...input, twin };
    twin = await runParts(life).then(
      () => undefined,
      (error: unknown) => {
        const next = nextLife(error, life.twin, clock);
        return input.signal.aborted ? undefined : next;
      },
    );
  }
}

/** With what the agent begins anew; throws what it does not live on after. */
function nextLife(ended: unknown, twin: Twin, clock: Clock): Twin {
  if (ended instanceof AddressChanged) return new Twin(clock, ended.left);
  if (ended instanceof MusterError && ended.code === 'twin-lives') return twin;
  throw ended;
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
