import type * as z from 'zod';
import { ChangeReport } from '../../agent/api/contract.ts';
import {
  CredentialsReport,
  type DatabaseRequest,
  DatabasesReport,
} from '../../agent/api/contract-databases.ts';

/** A request that changes something. */
export interface Change {
  readonly method: 'PUT' | 'POST' | 'DELETE';
  readonly body?: object;
}

/** The databases of applications as the agent tells of them. */
export interface DatabasesClient {
  databases(): Promise<DatabasesReport>;
  /** Answered once it is decided; the list tells when the primary has done it. So are the next two. */
  createDatabase(name: string): Promise<ChangeReport>;
  dropDatabase(name: string): Promise<ChangeReport>;
  rotatePassword(name: string): Promise<ChangeReport>;
  credentials(name: string): Promise<CredentialsReport>;
}

type Ask = <Report>(schema: z.ZodType<Report>, path: string, change?: Change) => Promise<Report>;

export function databasesClient(ask: Ask): DatabasesClient {
  const pathOf = (name: string): string => `/v1/databases/${encodeURIComponent(name)}`;
  return {
    databases: () => ask(DatabasesReport, '/v1/databases'),
    createDatabase: (name) =>
      ask(ChangeReport, '/v1/databases', { method: 'POST', body: { name } satisfies DatabaseRequest }),
    dropDatabase: (name) => ask(ChangeReport, pathOf(name), { method: 'DELETE' }),
    rotatePassword: (name) => ask(ChangeReport, `${pathOf(name)}/password`, { method: 'POST' }),
    credentials: (name) => ask(CredentialsReport, `${pathOf(name)}/credentials`),
  };
}
