import { X509Certificate } from 'node:crypto';
import type { Observed } from '../model/observed.ts';
import { paths } from '../model/paths.ts';
import type { CopyStep, SqlStep } from '../model/step.ts';
import { databasePki } from './service.ts';
import { sqlStep } from './sql-step.ts';
import type { ServerState } from './state.ts';

/** The server runs as its own user and may read its copies alone. */
export const certificateCopies = [
  { from: paths.authority, to: `${databasePki}/ca.crt` },
  { from: paths.certificate, to: `${databasePki}/server.crt` },
  { from: paths.certificateKey, to: `${databasePki}/server.key` },
] as const;

const owner = 'mysql:mysql';
const mode = 0o600;

export function ensureCopies({ files }: Observed): CopyStep[] {
  return certificateCopies
    .filter(({ from, to }) => {
      const copy = files[to];
      const same = copy?.sha256 === files[from]?.sha256 && copy?.mode === mode && copy.owner === owner;
      return files[from] !== undefined && !same;
    })
    .map(({ from, to }) => {
      return { kind: 'copy', from, to, mode, owner, why: 'MariaDB proves itself to the other nodes with it' };
    });
}

/** A renewed certificate is shown from the next connection on. Both sides write a date as OpenSSL does. */
export function ensureFresh({ texts }: Observed, state: ServerState, epoch: number): SqlStep[] {
  const pem = texts[paths.certificate];
  if (pem === undefined || state.certificateEnds === '') return [];
  if (new X509Certificate(pem).validTo === state.certificateEnds) return [];
  return [sqlStep(epoch)('show the renewed certificate', ['FLUSH SSL'], 'the former one ends')];
}
