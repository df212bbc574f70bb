import type { Application, Release } from '../../roles/model/application.ts';
import { releasePath } from '../../roles/model/application-paths.ts';
import { wordsOf } from '../../roles/model/command-line.ts';
import { messageOf } from '../../roles/model/errors.ts';
import type { Clock, Commands, Files, Secrets } from '../../roles/model/ports.ts';
import { type SecretFields, secretsIn, withSecrets } from '../../roles/model/secret.ts';
import type { View } from '../../roles/model/view.ts';
import { environmentOf } from '../../roles/web/environment.ts';

export interface CommandParts {
  readonly commands: Commands;
  readonly files: Files;
  readonly secrets: Secrets;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** A migration of a large table takes minutes; what takes longer belongs into a worker. */
const timeoutMs = 900_000;

/** Where what commands say is kept, beside the logs of the site. */
export function commandLog(name: string): string {
  return `/var/log/apache2/site-${name}-command.log`;
}

/** Runs one command of a release as the site's user, in its folder. Undefined where it ended well, else why not. */
export async function runCommand(
  parts: CommandParts,
  view: View,
  { application, release, command }: { application: Application; release: Release; command: string },
): Promise<string | undefined> {
  const words = wordsOf(command);
  if (words === undefined) return 'it needs a shell, and none runs it';
  const folder = releasePath(application.name, release.id);
  const argv = ['/usr/sbin/runuser', '-u', 'www-data', '--', '/usr/bin/env', '-C', folder, ...words] as const;
  try {
    const environment = await opened(parts.secrets, environmentOf(view, application));
    const ended = await parts.commands.run([...argv], { timeoutMs, environment, signal: parts.signal });
    const said = `${ended.stdout}${ended.stderr}`;
    await note(parts, application, command, ended.exitCode, said);
    if (ended.exitCode === 0) return undefined;
    return `${command} ended with ${String(ended.exitCode)}: ${lastLine(said)}`;
  } catch (error) {
    return `${command}: ${messageOf(error)}`;
  }
}

/** The variables with their secrets in place. */
async function opened(
  secrets: Secrets,
  environment: Readonly<Record<string, string>>,
): Promise<Record<string, string>> {
  const found = new Map<string, SecretFields>();
  for (const mark of secretsIn(Object.values(environment).join('\n'))) {
    found.set(mark.name, await secrets.open(mark));
  }
  return Object.fromEntries(
    Object.entries(environment).map(([key, value]) => [
      key,
      withSecrets(value, ({ name }) => found.get(name) ?? {}),
    ]),
  );
}

async function note(
  { files, clock }: CommandParts,
  { name }: Application,
  command: string,
  exitCode: number,
  said: string,
): Promise<void> {
  const head = `${clock.now().toISOString()} ${command} (exit ${String(exitCode)})`;
  const tail = said === '' || said.endsWith('\n') ? said : `${said}\n`;
  await files.append(commandLog(name), `${head}\n${tail}`, { mode: 0o640, owner: 'root:adm' });
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1)?.trim() ?? '';
}
