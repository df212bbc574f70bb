import { schemaVersion } from '../../agent/api/contract.ts';
import type { DatabasesReport } from '../../agent/api/contract-databases.ts';
import type { DatabasesClient } from '../../coordinator/cli/client-databases.ts';
import { MusterError } from '../../roles/model/errors.ts';

/** Databases in memory: one is there, and what is asked for is done by the second look. */
export function databaseAnswers(orders: string[]): DatabasesClient {
  let databases: DatabasesReport['databases'] = [
    { name: 'shop', createdAt: '2026-01-01T11:00:00.000Z', state: 'ready', bytes: 2_097_152 },
  ];
  const said = (sentence: string): { schemaVersion: 1; sentence: string } => {
    orders.push(sentence);
    return { schemaVersion, sentence };
  };
  return {
    databases: async () => {
      const now = databases;
      databases = now
        .filter(({ state }) => state !== 'being dropped')
        .map((one) => Object.assign({}, one, { state: 'ready' as const }));
      return { schemaVersion, databases: now };
    },
    createDatabase: async (name) => {
      databases = [...databases, { name, createdAt: '2026-01-01T12:05:00.000Z', state: 'being made' }];
      return said(`create ${name}`);
    },
    dropDatabase: async (name) => {
      databases = databases.map((one) =>
        one.name === name ? Object.assign({}, one, { state: 'being dropped' as const }) : one,
      );
      return said(`drop ${name}`);
    },
    rotatePassword: async (name) => said(`rotate ${name}`),
    credentials: async (name) => {
      if (name !== 'shop') {
        throw new MusterError('not-found', { what: name, why: 'it is so', next: 'muster db ls' });
      }
      const place = { host: '127.0.0.1', port: 3306, readPort: 3307 };
      return { schemaVersion, name, user: name, password: 'sample-password', ...place };
    },
  };
}
