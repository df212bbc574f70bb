import type { View } from '../../roles/model/view.ts';
import { schemaVersion } from '../api/contract.ts';
import type { ServersReport } from '../api/contract-server.ts';
import type { ServerHandle } from '../api/handle.ts';
import { backupStream } from '../host/backup.ts';
import type { Hand } from './hand.ts';
import type { Servers } from './servers.ts';

export interface ServerHandleParts {
  readonly signal: AbortSignal;
  readonly view: () => View | undefined;
  readonly hand: Hand;
  readonly servers: Servers;
}

/** The API's hand on the database servers. */
export function serverHandle({ signal, view, hand, servers }: ServerHandleParts): ServerHandle {
  return {
    look: () => hand.look(),
    turn: (epoch) => hand.turn(epoch),
    all: async () => serversReport(view(), await servers.all()),
    backup: () => backupStream(signal),
  };
}

function serversReport(view: View | undefined, reports: Awaited<ReturnType<Servers['all']>>): ServersReport {
  const database = view?.database;
  const servers = reports.map((server) => {
    const record = view?.nodes.find((node) => node.record.id === server.node)?.record;
    const acker = database?.ackers?.includes(server.node) === true;
    return { name: record?.name ?? server.node, address: record?.address ?? '', acker, server };
  });
  return { schemaVersion, ...(database === undefined ? {} : { decision: database }), servers };
}
