import type { VerdictLevel } from '../../agent/api/contract.ts';
import type { ErrorCode } from '../../roles/model/errors.ts';

/** Every exit code of the program; docs/cli.md carries the same table. */
export const exitCodes = {
  ok: { code: 0, meaning: 'it was done, or all is well; risks alone change nothing' },
  failure: { code: 1, meaning: 'it could not be done' },
  usage: { code: 2, meaning: 'what was asked for is not understood or not valid; nothing was changed' },
  degraded: { code: 3, meaning: 'the cluster serves, but not all of it is well' },
  critical: { code: 4, meaning: 'the cluster does not serve' },
  unreachable: { code: 5, meaning: 'the agent, or the store of decisions, does not answer' },
  changes: { code: 10, meaning: 'the plan has steps' },
  interrupted: { code: 130, meaning: 'interrupted from the keyboard' },
} as const;

export type ExitName = keyof typeof exitCodes;

const byVerdict = { ok: 'ok', degraded: 'degraded', critical: 'critical' } as const satisfies Record<
  VerdictLevel,
  ExitName
>;

/** What `muster status` exits with. */
export function exitOfVerdict(level: VerdictLevel): number {
  return exitCodes[byVerdict[level]].code;
}

/** Errors that are not plain failures. */
const byError: Partial<Record<ErrorCode, ExitName>> = {
  'request-invalid': 'usage',
  'settings-invalid': 'usage',
  'answer-needed': 'usage',
  'not-found': 'usage',
  'token-refused': 'usage',
  'certificate-refused': 'usage',
  'agent-unreachable': 'unreachable',
  'store-unreachable': 'unreachable',
};

/** What the program exits with when a verb ends in this error. */
export function exitOfError(code: ErrorCode): number {
  return exitCodes[byError[code] ?? 'failure'].code;
}
