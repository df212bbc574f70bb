import { paths } from '../../roles/model/paths.ts';
import type { Files } from '../../roles/model/ports.ts';
import { type Manifest, openManifest } from '../reconcile/manifest.ts';
import { askStatus, isVersion } from './agent-answers.ts';
import type { LocalParts } from './parts.ts';

/** Where muster keeps what it knows, and what it writes down about this machine. */
export async function openState({ files }: LocalParts): Promise<Manifest> {
  // Apache reaches its page below; what is secret in here is closed file by file.
  await files.makeDirectory(paths.state, { mode: 0o711 });
  return openManifest(files, paths.state);
}

/** The payload that is current; undefined where the program does not run from a payload. */
export async function installedVersion(files: Files): Promise<string | undefined> {
  return (await files.read(`${paths.payload}/current/VERSION`))?.trim();
}

/** Starts the agent of the current payload; one that runs and is of it stays. In a few words what came of it. */
export async function agentStep(
  { agent, ask }: LocalParts,
  manifest: Manifest,
  version: string | undefined,
): Promise<string> {
  await agent.prepare(manifest);
  if (!(await agent.running())) {
    await agent.start();
    return 'started';
  }
  const status = await askStatus(ask);
  if (status !== undefined && isVersion(status, version)) return 'runs';
  await agent.restart();
  return status === undefined
    ? 'it did not answer and is started anew'
    : `started anew, it was ${status.version}`;
}
