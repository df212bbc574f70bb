import type { DecisionSet } from '../../coordinator/store/codec.ts';
import { environmentSecret, fieldOf } from '../../roles/model/application.ts';
import { archivePath } from '../../roles/model/application-paths.ts';
import { MusterError } from '../../roles/model/errors.ts';
import type { Files } from '../../roles/model/ports.ts';
import type { ApplicationHandle } from '../api/application-words.ts';
import { followLogs, type LogFiles } from '../host/log-lines.ts';
import type { ReleaseFiles } from '../host/release-tree.ts';
import { openFields } from '../secrets/open.ts';
import { commandLog } from './run-command.ts';
import type { ReleaseStore } from './store.ts';

export interface ApplicationHandleParts {
  readonly files: Files;
  readonly releases: ReleaseFiles;
  readonly store: ReleaseStore;
  readonly known: () => DecisionSet | undefined;
}

/** The API's hand on what lies here of applications. */
export function applicationHandle(parts: ApplicationHandleParts): ApplicationHandle {
  const { files, releases, store, known } = parts;
  return {
    receive: (name, sha256, stream) => store.receive(name, sha256, stream),
    archive: (name, sha256) => releases.send(archivePath(name, sha256)),
    variables: (name) => variables(files, known(), name),
    logs: (name, lines, signal) => followLogs(logsOf(name), lines, signal),
  };
}

function logsOf(name: string): LogFiles {
  const site = `/var/log/apache2/site-${name}`;
  return { access: `${site}-access.log`, error: `${site}-error.log`, command: commandLog(name) };
}

async function variables(
  files: Files,
  known: DecisionSet | undefined,
  name: string,
): Promise<Record<string, string>> {
  const names = known?.applications[name]?.environment.names ?? [];
  if (known === undefined || names.length === 0) return {};
  const fields = await openFields(files, known, environmentSecret(name)).catch(() => undefined);
  if (fields === undefined) {
    throw new MusterError('secret-missing', {
      what: `the environment of ${name} cannot be read here`,
      why: 'it is sealed to the web nodes and to those that keep the decisions',
      next: `muster app env ls ${name}, on a web node`,
    });
  }
  return Object.fromEntries(names.map((one) => [one, fields[fieldOf(one)] ?? '']));
}
