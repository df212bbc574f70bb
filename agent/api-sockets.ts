import { MusterError, messageOf } from '../roles/model/errors.ts';
import { paths } from '../roles/model/paths.ts';
import type { Files } from '../roles/model/ports.ts';
import { Settings } from '../roles/registry.ts';
import { createApp } from './api/app.ts';
import { apiPort, socketPath } from './api/contract.ts';
import type { AgentHandle } from './api/handle.ts';
import { type Certificates, serveLocal, serveSecure } from './api/server.ts';
import type { Journal } from './reconcile/journal.ts';

export interface ApiParts {
  readonly files: Files;
  readonly handle: AgentHandle;
  readonly docs: (topic: string) => Promise<string | undefined>;
  readonly address: string;
  readonly journal: Journal;
}

export interface OpenApi {
  /** Takes renewed certificates from disk, for connections from now on. */
  reload(): Promise<void>;
  close(): Promise<void>;
}

/** Opens the local socket and the HTTPS port. A port that is taken is told, and the local socket serves on. */
export async function openApi(parts: ApiParts): Promise<OpenApi> {
  const { files, journal, handle, docs } = parts;
  const tell = (error: unknown): void => {
    // The journal has its own way to complain; a server's trouble must not end the agent.
    journal.tell({ kind: 'error', sentence: `the API: ${messageOf(error)}` }).catch(() => undefined);
  };
  const app = (access: 'local' | 'certified'): ReturnType<typeof createApp> =>
    createApp({ handle, settings: Settings, docs, access, onBug: (error) => tell(error.cause ?? error) });
  const local = await serveLocal(app('local'), { path: socketPath, files, onError: tell });
  const place = { address: parts.address, port: apiPort, onError: tell };
  const secure = await serveSecure(app('certified'), {
    ...place,
    certificates: await readCertificates(files),
  });
  return {
    reload: async () => secure.reload(await readCertificates(files)),
    close: async () => {
      await Promise.all([local.close(), secure.close()]);
    },
  };
}

/** The node's certificates as they are on disk now. Throws `state-unreadable` where one is missing. */
export async function readCertificates(files: Files): Promise<Certificates> {
  const [certificate, key, authority] = await Promise.all(
    [paths.certificate, paths.certificateKey, paths.authority].map((path) => files.read(path)),
  );
  if (certificate !== undefined && key !== undefined && authority !== undefined)
    return { certificate, key, authority };
  throw new MusterError('state-unreadable', {
    what: `the certificates of this node are not all in ${paths.certificate} and beside it`,
    why: 'the installation was cut off, or they were removed',
    next: './install.sh, again: it makes whole what is missing',
  });
}
