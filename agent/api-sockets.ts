import { MusterError, messageOf } from '../roles/model/errors.ts';
import { paths } from '../roles/model/paths.ts';
import type { Clock, Files, Random } from '../roles/model/ports.ts';
import { Settings } from '../roles/registry.ts';
import { createApp } from './api/app.ts';
import type { Certificates } from './api/certificates.ts';
import { apiPort, socketPath } from './api/contract.ts';
import type { AgentHandle } from './api/handle.ts';
import { type SecureListener, serveLocal, serveSecure } from './api/server.ts';
import type { Journal } from './reconcile/journal.ts';
import { startLoop } from './reconcile/loop.ts';

export interface ApiParts {
  readonly files: Files;
  readonly clock: Clock;
  readonly random: Random;
  readonly signal: AbortSignal;
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

/** An address that comes late (DHCP) or a port that is taken is tried again this often. */
const retryMs = 5_000;

/**
 * Opens the local socket, and the HTTPS port as soon as it can be had: a port that is taken, or an address that is not
 * there yet, is told once and must not keep the agent from its work.
 */
export async function openApi(parts: ApiParts): Promise<OpenApi> {
  const { files, journal } = parts;
  let last = '';
  const tell = (error: unknown): void => {
    const sentence = `the API: ${messageOf(error)}`;
    // Whoever repeats himself must not push the operator's own events out of the journal.
    if (sentence !== last) void journal.tell({ kind: 'error', sentence });
    last = sentence;
  };
  const local = await serveLocal(appOf(parts, 'local', tell), { path: socketPath, files, onError: tell });
  let secure: SecureListener | undefined;
  let told = '';
  const opening = startLoop({
    ...parts,
    periodMs: retryMs,
    run: async () => {
      secure ??= await serveSecure(appOf(parts, 'certified', tell), {
        address: parts.address,
        port: apiPort,
        onError: tell,
        certificates: await readCertificates(files),
      });
      return false;
    },
    onError: async (error) => {
      if (messageOf(error) !== told) tell(error);
      told = messageOf(error);
    },
  });
  return {
    reload: async () => secure?.reload(await readCertificates(files)),
    close: async () => {
      await opening.ended;
      await Promise.all([local.close(), secure?.close()]);
    },
  };
}

function appOf(
  { handle, docs }: ApiParts,
  access: 'local' | 'certified',
  tell: (error: unknown) => void,
): ReturnType<typeof createApp> {
  return createApp({
    handle,
    settings: Settings,
    docs,
    access,
    onBug: (error) => tell(error.cause ?? error),
  });
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
