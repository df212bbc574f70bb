import { MusterError } from '../../roles/model/errors.ts';
import type { Questions } from '../../roles/model/ports.ts';
import type { RuntimeStep } from '../../roles/model/step.ts';
import type { Gate } from '../database/gate.ts';

export interface RuntimeParts {
  readonly questions: Questions;
  readonly database: Pick<Gate, 'isNewest'>;
}

/** What HAProxy says to a command that it has carried out; silence, mostly. */
const accepted = /^\s*$|changed from|no need to change/;

/** False where the word that it follows from has changed: what is left of it is not done. Rejects with `runtime-refused`. */
export async function tellHaproxy(
  { questions, database }: RuntimeParts,
  { socket, commands, epoch }: RuntimeStep,
): Promise<boolean> {
  for (const line of commands) {
    if (epoch !== undefined && !database.isNewest(epoch)) return false;
    const answer = await questions.ask({ kind: 'runtime', socket, command: line });
    if (answer.ok && accepted.test(answer.text)) continue;
    throw new MusterError('runtime-refused', {
      what: `HAProxy did not take the command "${line}"`,
      why: answer.ok ? answer.text.trim() : answer.error,
      next: 'journalctl -u haproxy -n 20',
    });
  }
  return true;
}
