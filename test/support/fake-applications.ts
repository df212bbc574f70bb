import { schemaVersion } from '../../agent/api/contract.ts';
import type { ApplicationRow } from '../../agent/api/contract-apps.ts';
import type { ApplicationClient } from '../../coordinator/cli/client-applications.ts';
import { MusterError } from '../../roles/model/errors.ts';
import { sampleRelease } from './sample-application.ts';

/** An application that serves its second release on two nodes. */
export const sampleRow: ApplicationRow = {
  name: 'shop',
  domains: ['shop.example'],
  current: 'r2',
  releases: [
    { ...rowOf('r1'), state: 'former' },
    { ...rowOf('r2'), state: 'current' },
  ],
  variables: ['API_KEY'],
  nodes: [{ name: 'b1', serves: 'r2' }, { name: 'b2' }],
};

function rowOf(id: string): Omit<ApplicationRow['releases'][number], 'state'> {
  const { at, sha256, bytes, kind } = sampleRelease(id);
  return { id, at, sha256, bytes, kind };
}

/** Applications in memory: `rows` are shown one after another, the last one again and again. */
export function fakeApplications(
  orders: string[],
  rows: readonly ApplicationRow[] = [sampleRow],
): ApplicationClient {
  const left = [...rows];
  const order = (line: string): string => {
    orders.push(line);
    return line;
  };
  return {
    list: async () => ({ schemaVersion, applications: rows.slice(0, 1) }),
    show: async (name) => {
      const application = (left.length > 1 ? left.shift() : left[0]) ?? sampleRow;
      if (application.name === name) return { schemaVersion, application };
      throw new MusterError('not-found', {
        what: `there is no application ${name}`,
        why: 'the applications are shop',
        next: 'muster app ls',
      });
    },
    create: async ({ name, domains, https = false }) => ({
      schemaVersion,
      sentence: order(`create ${name} at ${domains.join(', ')}${https ? ', by https' : ''}`),
    }),
    remove: async (name) => ({ schemaVersion, sentence: order(`remove ${name}`) }),
    upload: async (name, { sha256, bytes }) => {
      order(`upload ${String(bytes)} bytes for ${name}`);
      const { kind, manifest, from } = sampleRelease('r3');
      return {
        schemaVersion,
        facts: { sha256, bytes, kind, manifest },
        files: 3,
        leftOut: ['uploads/a.png'],
        from,
      };
    },
    release: async (name) => ({ schemaVersion, release: 'r3', sentence: order(`release of ${name}`) }),
    rollback: async (name, { release = 'r1' }) => ({
      schemaVersion,
      release,
      sentence: order(`roll ${name} back to ${release}`),
    }),
    variables: async () => ({ schemaVersion, values: { API_KEY: 'secret' } }),
    setVariables: async (name, { set, unset }) => ({
      schemaVersion,
      sentence: order(`environment of ${name}: +${Object.keys(set).join(',')} -${unset.join(',')}`),
    }),
    logs: async function* (name, lines, follow) {
      yield `access: ${name} ${String(lines)} ${String(follow)}`;
    },
  };
}
