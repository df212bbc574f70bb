import { MusterError } from '../../roles/model/errors.ts';
import type { Client } from './client.ts';
import type { Context, LocalVerbs } from './context.ts';
import { exitCodes } from './exit-codes.ts';
import { listenForInterrupt } from './interrupt.ts';
import { createOperator, outputTo } from './operator.ts';
import { placeOf } from './place.ts';
import { renderError } from './render/error.ts';
import { run } from './run.ts';

/** The program's entry. Everything heavy is brought in by the verb that needs it, so that help is instant. */
const place = placeOf(import.meta.dirname);
const interrupt = listenForInterrupt(() => process.exit(exitCodes.interrupted.code));
const err = outputTo(process.stderr);

const context: Context = {
  version: () => place.version(),
  out: outputTo(process.stdout),
  err,
  connect,
  operator: createOperator(place, interrupt),
  signal: interrupt.signal,
  now: () => new Date(),
};

const local: LocalVerbs = {
  agent: async (options) => {
    // The agent ends in its own order on the same signal, and outlives whoever reads its log.
    interrupt.release();
    outliveReaders();
    const { runAgent } = await import('../../agent/main.ts');
    // A payload that lost a file is no reason to leave services without their agent.
    const version = await place.version().catch(() => 'unknown');
    const docs = await place.docs().catch(() => import.meta.dirname);
    await runAgent({ ...options, version, docs });
  },
  init: async (options) => (await import('../../agent/local/init.ts')).runInit(options),
  join: async (options) => (await import('../../agent/local/join.ts')).runJoin(options),
  uninstall: async (options) => (await import('../../agent/local/uninstall.ts')).runUninstall(options),
};

async function connect(): Promise<Client> {
  const { socketPath } = await import('../../agent/api/contract.ts');
  const { createClient } = await import('./client.ts');
  return createClient({ socketPath, signal: interrupt.signal });
}

/** Whoever reads no further (`muster events | head`) wants no complaint. */
function endQuietly(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') process.exit(exitCodes.ok.code);
  const refused = new MusterError('file-refused', {
    what: `the output could not be written: ${error.message}`,
    why: 'the file or device that it goes to takes no more',
    next: 'df -h',
    cause: error,
  });
  err.write(renderError(refused, err, false));
  process.exit(exitCodes.failure.code);
}

function outliveReaders(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.off('error', endQuietly).on('error', () => undefined);
  }
}

process.stdout.on('error', endQuietly);
process.stderr.on('error', endQuietly);
process.exitCode = await run(process.argv.slice(2), context, local);
// A connection or a timer that something left behind must not keep a program alive that has ended.
process.stdout.write('', () => process.exit());
