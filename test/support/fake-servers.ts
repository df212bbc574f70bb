import { schemaVersion } from '../../agent/api/contract.ts';
import type { ServersReport } from '../../agent/api/contract-server.ts';
import type { ServersClient } from '../../coordinator/cli/client-servers.ts';
import { recordOf } from './sketches.ts';

const [first, second] = [recordOf(1), recordOf(2)];

/** A primary, and a replica that acknowledges. */
const sampleServers: ServersReport = {
  schemaVersion,
  decision: { primary: first.id, since: '2026-01-01T00:00:00.000Z', ackers: [second.id], epoch: 12 },
  servers: [
    {
      name: first.name,
      address: first.address,
      acker: false,
      server: { schemaVersion, node: first.id, serves: 'primary', readOnly: false, position: '0-1-7' },
    },
    {
      name: second.name,
      address: second.address,
      acker: true,
      server: {
        schemaVersion,
        node: second.id,
        serves: 'replica',
        readOnly: true,
        position: '0-1-7',
        lagSeconds: 0.2,
      },
    },
  ],
};

export function serverAnswers(orders: string[]): ServersClient {
  return {
    databaseServers: async () => sampleServers,
    movePrimary: async ({ node = 'any', lost }, dryRun) => {
      if (!dryRun) orders.push(`${lost ? 'promote' : 'switchover'} ${node}`);
      return { schemaVersion, sentence: `${node} is the primary of the database` };
    },
  };
}
