import type * as z from 'zod';
import { ChangeReport } from '../../agent/api/contract.ts';
import { type PrimaryChange, ServersReport } from '../../agent/api/contract-server.ts';
import type { Change } from './client-databases.ts';

/** The database servers as the agent tells of them. */
export interface ServersClient {
  databaseServers(): Promise<ServersReport>;
  /** Answered once the primary has moved; a dry run says what it would mean. */
  movePrimary(change: PrimaryChange, dryRun: boolean): Promise<ChangeReport>;
}

type Ask = <Report>(schema: z.ZodType<Report>, path: string, change?: Change) => Promise<Report>;

export function serversClient(ask: Ask): ServersClient {
  return {
    databaseServers: () => ask(ServersReport, '/v1/database/servers'),
    movePrimary: (body, dryRun) =>
      ask(ChangeReport, `/v1/database/primary${dryRun ? '?dry-run=1' : ''}`, { method: 'PUT', body }),
  };
}
