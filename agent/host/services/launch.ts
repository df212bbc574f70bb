import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { MusterError } from '../../../roles/model/errors.ts';
import type { Files } from '../../../roles/model/ports.ts';
import type { ServiceSpec } from '../../../roles/model/service.ts';
import type { Accounts, User } from '../accounts.ts';
import { cleanEnvironment } from '../environment.ts';
import { identify, type ProcessIdentity } from '../processes.ts';
import { systemCode } from '../refusal.ts';
import { clearPidFile } from './pid-file.ts';

export interface LaunchParts {
  readonly files: Files;
  readonly accounts: Accounts;
}

export interface Launched {
  readonly main: ProcessIdentity;
  /** Resolves at its end with how: `exit 1`, `signal KILL`. */
  readonly ended: Promise<string>;
}

/**
 * Starts a service in a session of its own, so that neither the agent's end nor its terminal reaches it. Nothing is
 * awaited after the start, so that the caller can write down what was started. Of a user, only the main group is taken.
 */
export async function launch(
  service: ServiceSpec,
  logPath: string,
  { files, accounts }: LaunchParts,
): Promise<Launched> {
  const user = await userOf(service, accounts);
  for (const { path, mode, owner } of service.runtimeDirectories ?? []) {
    await files.makeDirectory(path, { mode, owner });
  }
  await clearPidFile(service, files);
  const log = openSync(logPath, 'a', 0o640);
  const child = spawnDetached(service, user, log);
  closeSync(log);
  const main = child.pid === undefined ? undefined : identify(child.pid);
  if (main === undefined) throw await notStarted(service, child);
  return { main, ended: endOf(child) };
}

function spawnDetached(
  { foreground: [program, ...args], environment }: ServiceSpec,
  user: User | undefined,
  logFd: number,
): ChildProcess {
  // Whoever started the agent may have had a stricter one; services expect Debian's.
  process.umask(0o022);
  const home = user === undefined ? {} : { HOME: user.home, USER: user.name };
  const child = spawn(program, args, {
    cwd: '/',
    env: { ...cleanEnvironment(), ...home, ...environment },
    detached: true,
    stdio: ['ignore', logFd, logFd],
    ...(user === undefined ? {} : { uid: user.uid, gid: user.gid }),
  });
  child.unref();
  return child;
}

async function userOf(service: ServiceSpec, accounts: Accounts): Promise<User | undefined> {
  if (service.user === undefined) return undefined;
  const user = await accounts.user(service.user);
  if (user === undefined) throw failed(service, `there is no user ${service.user} on this machine`);
  return user;
}

function endOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => {
      resolve(signal === null ? `exit ${String(code)}` : `signal ${signal.replace('SIG', '')}`);
    });
  });
}

async function notStarted(service: ServiceSpec, child: ChildProcess): Promise<MusterError> {
  const [error] = (await once(child, 'error').catch((thrown: unknown) => [thrown])) as [unknown];
  const code = systemCode(error);
  return failed(
    service,
    code === 'ENOENT' ? 'the program is not there' : `the system refused it (${code ?? 'no reason'})`,
  );
}

function failed({ label, foreground: [program] }: ServiceSpec, why: string): MusterError {
  return new MusterError('service-failed', {
    what: `${label} could not be started: ${program}`,
    why,
    next: 'muster doctor',
  });
}
