import type { LabMachine } from './machine.ts';

/** Where a web node finds its databases. */
export const writesPort = 3306;
export const readsPort = 3307;

/** Puts a client's options where root alone reads them: the password stays out of every list of processes. */
export async function signIn(machine: LabMachine, database: string): Promise<void> {
  const { stdout } = await machine.exec(['muster', 'db', 'credentials', database, '--json']);
  const { user, password } = JSON.parse(stdout) as { user: string; password: string };
  const options = `[client]\nuser=${user}\npassword=${password}\nhost=127.0.0.1\nprotocol=tcp\n`;
  await machine.writeFile(optionsPath, options);
  await machine.exec(['chmod', '600', optionsPath]);
}

const optionsPath = '/root/sql.cnf';

/** Runs statements through an endpoint of a machine on which `signIn` was called; what came back, without titles. */
export async function sql(
  machine: LabMachine,
  port: number,
  database: string,
  statements: string,
): Promise<string> {
  const words = [`--defaults-extra-file=${optionsPath}`, `--port=${String(port)}`, '-N', database];
  return (await machine.exec(['mariadb', ...words], { input: statements })).stdout.trim();
}
