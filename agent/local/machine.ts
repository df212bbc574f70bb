import { hostname } from 'node:os';
import { socketPath } from '../api/contract.ts';
import { createHost } from '../host/index.ts';
import { addressAnswers } from '../host/neighbours.ts';
import { askThrough } from './ask-agent.ts';
import { detachedAgent } from './detached.ts';
import type { LocalParts } from './parts.ts';
import { terminalTalk } from './talk.ts';
import { systemdAgent } from './unit.ts';

/** Set by install.sh, so that its steps and those of `muster init` are counted through. */
const stepsBeforeVariable = 'MUSTER_STEPS_BEFORE';

/** This machine, its agent and the terminal we were called from. */
export function machineParts(json: boolean): LocalParts {
  const host = createHost();
  return {
    ...host,
    agent: host.init === 'systemd' ? systemdAgent(host) : detachedAgent(host),
    ask: askThrough(socketPath),
    answers: (address) => addressAnswers(host, address),
    isRoot: process.getuid?.() === 0,
    hostname: hostname(),
    stepsBefore: Number.parseInt(process.env[stepsBeforeVariable] ?? '0', 10) || 0,
    talk: terminalTalk(json),
  };
}
