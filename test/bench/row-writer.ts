import { join } from 'node:path';
import { build } from 'esbuild';
import type { LabMachine } from '../lab/harness/index.ts';

const program = '/root/writer.mjs';
const runtime = '/opt/muster/current/node';
const credentials = '/root/writer.json';

/** What became of rows written by the local endpoint at 200 a second. */
export interface Written {
  readonly acknowledged: number;
  readonly failed: number;
  /** How many failed, by code. */
  readonly kinds: Readonly<Record<string, number>>;
  /** The longest time between two acknowledgements. */
  readonly longestPauseMs: number;
  /** Acknowledged, and not there afterwards. */
  readonly lost: number;
}

/** Brings the writer (inside/writer.ts) to a machine, and the account of a database. */
export async function prepareWriter(machine: LabMachine, database: string): Promise<void> {
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, 'inside/writer.ts')],
    write: false,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    // mysql2 is CommonJS and calls require(), which an ES module does not have.
    banner: {
      js: "import { createRequire } from 'node:module';const require = createRequire(import.meta.url);",
    },
    logLevel: 'warning',
  });
  await machine.writeFile(program, outputFiles[0]?.text ?? '');
  const { stdout } = await machine.exec(['muster', 'db', 'credentials', database, '--json']);
  await machine.writeFile(credentials, stdout);
  await machine.exec(['chmod', '600', credentials]);
}

/** Writes for so many seconds. */
export async function writeRows(machine: LabMachine, seconds: number): Promise<Written> {
  const { stdout } = await machine.exec([runtime, program, credentials, String(seconds)]);
  return JSON.parse(stdout) as Written;
}
