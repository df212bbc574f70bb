import { paths } from '../../roles/model/paths.ts';
import type { Clock, Files } from '../../roles/model/ports.ts';
import { socketPath } from '../api/contract.ts';
import { detach } from '../host/detach.ts';
import { isAlive, ProcessIdentity, signalProcess } from '../host/processes.ts';
import { tailLog } from '../host/services/service-log.ts';
import { jsonOf } from './ask-agent.ts';
import { type AgentProcess, agentArgv } from './parts.ts';

/** The agent writes its process down here while it runs (agent/host/lock.ts). */
const pidPath = `${paths.run}/agent.pid`;
const logPath = `${paths.log}/agent.log`;

/** It ends its cycle first, and a package manager may be at work in it. */
const stopPatienceMs = 30_000;
const pollMs = 50;

/** The agent where there is no systemd: a process of its own session. Nothing starts it with the machine. */
export function detachedAgent({
  files,
  clock,
}: {
  readonly files: Files;
  readonly clock: Clock;
}): AgentProcess {
  const found = (): Promise<ProcessIdentity | undefined> => runningAgent(files);
  const start = async (): Promise<void> => {
    await detach({ argv: agentArgv, socketPath, clock });
  };
  const stop = async (): Promise<void> => {
    const agent = await found();
    if (agent !== undefined) await end(agent, clock);
  };
  return {
    prepare: async () => undefined,
    running: async () => (await found()) !== undefined,
    start,
    async restart() {
      await stop();
      await start();
    },
    stop,
    lastWords: (lines) => tailLog(logPath, lines),
  };
}

async function runningAgent(files: Files): Promise<ProcessIdentity | undefined> {
  const holder = ProcessIdentity.safeParse(jsonOf((await files.read(pidPath)) ?? ''));
  return holder.success && isAlive(holder.data) ? holder.data : undefined;
}

async function end(agent: ProcessIdentity, clock: Clock): Promise<void> {
  const until = clock.monotonicMs() + stopPatienceMs;
  signalProcess(agent, 'SIGTERM');
  while (isAlive(agent) && clock.monotonicMs() < until) await clock.sleep(pollMs);
  signalProcess(agent, 'SIGKILL');
  while (isAlive(agent)) await clock.sleep(pollMs);
}
