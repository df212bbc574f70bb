import type { LabMachine } from '../lab/harness/index.ts';

/** What one run of sysbench has seen; the 99th percentile is of its thousands of statements. */
export interface SqlLoad {
  readonly perSecond: number;
  readonly p99Ms: number;
}

/** Two statements of an application: a row by its primary key, and a row of its own commit. */
export const statements = {
  'row by primary key': 'oltp_point_select',
  'row inserted, each its own commit': 'oltp_insert',
} as const;

const secondsPerRun = 4;

/** Enough that the server always has one to work on, fewer than the workers of a small web machine. */
const connections = 8;
const rows = 10_000;

/** The database's account where root alone reads it, and the table. */
const optionsPath = '/root/sysbench.cnf';

/** Installs sysbench on a machine that has the database `database`, and fills its table. */
export async function prepareSysbench(machine: LabMachine, database: string): Promise<void> {
  await machine.exec([
    'sh',
    '-c',
    'apt-get update -q && apt-get install -y --no-install-recommends sysbench',
  ]);
  const { stdout } = await machine.exec(['muster', 'db', 'credentials', database, '--json']);
  const { user, password } = JSON.parse(stdout) as { user: string; password: string };
  const options = { 'mysql-user': user, 'mysql-password': password, 'mysql-db': database };
  const lines = Object.entries(options).map(([name, value]) => `${name}=${value}\n`);
  await machine.writeFile(optionsPath, lines.join(''));
  await machine.exec(['chmod', '600', optionsPath]);
  await sysbench(machine, { address: '127.0.0.1', port: 3306 }, 'oltp_point_select', 'prepare');
}

/** Where a server answers, as the machine sees it. */
export interface SqlPlace {
  readonly address: string;
  readonly port: number;
}

/** Runs one of the statements for some seconds. Throws where one of them failed. */
export async function sqlLoad(machine: LabMachine, place: SqlPlace, script: string): Promise<SqlLoad> {
  const said = await sysbench(machine, place, script, 'run');
  const number = (pattern: RegExp): number => Number(pattern.exec(said)?.[1]);
  if (number(/ignored errors:\s+(\d+)/) !== 0) throw new Error(`statements failed:\n${said}`);
  return {
    perSecond: number(/queries:\s+\d+\s+\(([\d.]+) per sec/),
    p99Ms: number(/99th percentile:\s+([\d.]+)/),
  };
}

async function sysbench(
  machine: LabMachine,
  { address, port }: SqlPlace,
  script: string,
  verb: 'prepare' | 'run',
): Promise<string> {
  const { stdout } = await machine.exec([
    'sysbench',
    `--config-file=${optionsPath}`,
    `--mysql-host=${address}`,
    `--mysql-port=${port}`,
    `--threads=${verb === 'run' ? connections : 1}`,
    `--time=${secondsPerRun}`,
    '--percentile=99',
    script,
    '--tables=1',
    `--table-size=${rows}`,
    verb,
  ]);
  return stdout;
}
