import { paths } from '../../../roles/model/paths.ts';
import type { Finding } from '../contract.ts';
import type { Examination } from './examination.ts';
import { fine } from './finding.ts';

/** A service that is to run here. */
export function service({ service: { label, startedBy }, state }: Examination['services'][number]): Finding {
  const id = `service-${state.unit.replace(/\.service$/, '')}`;
  if (!state.installed) {
    return { id, level: 'failure', evidence: `${label} is not installed`, next: 'muster plan' };
  }
  if (state.active !== 'active') {
    const ended = state.ended === undefined ? '' : ` (${state.ended})`;
    const evidence = `${label} is ${state.active}${ended}`;
    return { id, level: 'failure', evidence, next: `muster events; journalctl -u ${state.unit} -n 50` };
  }
  if (!state.enabled && startedBy !== 'agent') {
    const evidence = `${label} runs but does not start with the machine`;
    return { id, level: 'warning', evidence, next: 'muster plan' };
  }
  return fine(id, `${label} runs`);
}

/** What this node reaches of the databases, asked over the very way that applications take. */
export function reachedDatabases(web: Examination['web'] = {}): Finding[] {
  return ['writes', 'reads'].flatMap((what) => {
    const state = web[what];
    const id = `database-${what}`;
    if (state === undefined) return [];
    if (state === 'up') return [fine(id, `a database answers ${what} from here`)];
    const evidence = `no database answers ${what} from here`;
    if (state === 'none') return [{ id, level: 'warning', evidence, next: 'muster role set NODE db' }];
    const next = 'muster status; on the node of the primary: muster doctor';
    return [{ id, level: 'failure', evidence, next }];
  });
}

/** Whether uploads have a place to go to. */
export function reachedFiles({ shared }: NonNullable<Examination['web']> = {}): Finding[] {
  const id = 'shared-files';
  if (shared === undefined) return [];
  if (shared !== 'silent') return [fine(id, `the common files answer at ${paths.shared}`)];
  const evidence = `the common files do not answer at ${paths.shared}: uploads fail here`;
  const next = 'muster status; journalctl -u muster-shared -u glusterd -n 50';
  return [{ id, level: 'failure', evidence, next }];
}
