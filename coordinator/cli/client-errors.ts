import { existsSync } from 'node:fs';
import { reportedError } from '../../agent/api/contract.ts';
import { MusterError, messageOf } from '../../roles/model/errors.ts';

/** Where systemd is PID 1, it says so by this directory (sd_booted(3)). */
const bootedBySystemd = '/run/systemd/system';

/** Why the agent cannot be asked, with the command that brings it back. Interrupts pass through. */
export function unreachable(error: unknown): unknown {
  if (error instanceof MusterError || (error instanceof Error && error.name === 'AbortError')) return error;
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'EACCES' || code === 'EPERM') {
    return new MusterError('not-root', {
      what: 'the agent answers to root only, and you are not root',
      why: 'its socket is closed to everyone else',
      next: 'sudo muster …, the same command again',
      cause: error,
    });
  }
  const absent = code === 'ENOENT' || code === 'ECONNREFUSED';
  return new MusterError('agent-unreachable', {
    what: 'the agent of this machine does not answer',
    why: absent ? 'it is not running; services run on without it' : messageOf(error),
    next: existsSync(bootedBySystemd) ? 'systemctl start muster' : 'muster agent --detach',
    cause: error,
  });
}

/** An answer that is not 2xx as the error it speaks of. */
export function errorFromAnswer(status: number, body: string): MusterError {
  return reportedError(body) ?? notUnderstood(`an answer with status ${String(status)}`, body);
}

/** The agent and this program are of different versions, or something else answers on the socket. */
export function notUnderstood(what: string, cause: unknown): MusterError {
  return new MusterError('bug', {
    what: `the agent's answer is not understood: ${what}`,
    why: 'the running agent may be of another version than this program',
    next: existsSync(bootedBySystemd) ? 'systemctl restart muster' : 'muster version',
    cause,
  });
}
