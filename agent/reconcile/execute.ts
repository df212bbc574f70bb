import { hasApplied, hasLetGo } from '../../roles/model/applied.ts';
import { MusterError } from '../../roles/model/errors.ts';
import type { Clock, Commands, Questions, Secrets } from '../../roles/model/ports.ts';
import type {
  AwaitStep,
  CloneStep,
  CommandStep,
  CopyStep,
  ServiceStep,
  SqlStep,
  Step,
  VacantStep,
} from '../../roles/model/step.ts';
import { assertNever } from '../../roles/model/text.ts';
import type { NodeView, View } from '../../roles/model/view.ts';
import type { Gate } from '../database/gate.ts';
import type { BackOff } from './back-off.ts';
import { writeFile } from './file-step.ts';
import type { ObserveParts } from './observe.ts';
import { tellHaproxy } from './runtime-step.ts';

export interface ExecuteParts extends ObserveParts {
  readonly commands: Commands;
  readonly questions: Questions;
  readonly clock: Clock;
  readonly secrets: Secrets;
  /** Whether another machine answers at an address. */
  readonly answers: (address: string) => Promise<boolean>;
  readonly backOff: BackOff;
  /** The way to this machine's own database. */
  readonly database: Pick<Gate, 'carryOut' | 'isNewest'>;
  /** Turns this machine's way to the databases to where they are now. */
  readonly turnWay: () => Promise<void>;
  /** Takes the data of another node's database. */
  readonly clone: (step: CloneStep) => Promise<void>;
  /** The agent ends, or begins anew at another address: what waits for a program does not hold it up. */
  readonly signal: AbortSignal;
}

/** `told`: it is in the journal already. `deferred`: not now, and nothing was changed; the sentence says until when. */
export type Outcome =
  | { readonly done: true; readonly told?: true }
  | { readonly done: false; readonly deferred: string };

const done: Outcome = { done: true };
const decidedAnew: Outcome = { done: false, deferred: 'who is the primary was decided anew' };

/** Carries out one step. Throws a MusterError when it cannot; a step that threw may be tried again. */
export async function execute(parts: ExecuteParts, step: Step, view: View): Promise<Outcome> {
  switch (step.kind) {
    case 'packages':
      await parts.packages.install(step.names, (came) => parts.manifest.recordPackages(came));
      return done;
    case 'file':
      await writeFile(parts, step.file);
      return done;
    case 'service':
      return serve(parts, step);
    case 'runtime':
      if (step.epoch === undefined) await tellHaproxy(parts, step);
      else await parts.turnWay();
      return step.epoch === undefined ? done : { done: true, told: true };
    case 'await':
      return awaited(step, view);
    case 'vacant':
      return vacant(parts, step);
    case 'remove':
      await parts.files.remove(step.path);
      await parts.manifest.forgetFile(step.path);
      return done;
    case 'command':
      await runProgram(parts, step);
      return done;
    case 'copy':
      return copy(parts, step);
    case 'sql':
      return tellDatabase(parts, step);
    case 'clone':
      await parts.clone(step);
      return done;
    default:
      return assertNever(step);
  }
}

async function serve(parts: ExecuteParts, step: ServiceStep): Promise<Outcome> {
  const { services, manifest } = parts;
  const { service, action } = step;
  if (action === 'enable') await manifest.recordService(service.unit);
  if (action === 'start') {
    const waitMs = parts.backOff.waitMs(service.unit);
    if (waitMs > 0)
      return { done: false, deferred: `${service.label} is started again in ${seconds(waitMs)}` };
    parts.backOff.started(service.unit);
  }
  await services[action](service);
  if (action === 'start' || action === 'restart' || action === 'reload') {
    await manifest.setLoaded(service.unit, step.fingerprint);
  }
  if (action === 'stop') await manifest.setLoaded(service.unit, undefined);
  return done;
}

/** Nobody is asked: what the others have in force comes with their facts, and a new fact wakes the cycle. */
function awaited({ role, revision, nodes, why, until }: AwaitStep, view: View): Outcome {
  const fits = (node: NodeView): boolean =>
    until === 'gone' ? hasLetGo(node, role, revision) : hasApplied(node, role, revision);
  const missing = view.nodes.filter((node) => nodes.includes(node.record.id) && !fits(node));
  if (missing.length === 0) return done;
  const names = missing.map((node) => node.record.name).join(', ');
  return { done: false, deferred: `waits for ${names}: ${why}` };
}

async function vacant({ answers }: ExecuteParts, { address, why }: VacantStep): Promise<Outcome> {
  if (!(await answers(address))) return done;
  return { done: false, deferred: `a machine answers at ${address}: ${why}` };
}

/** Every change of ours is in the manifest, so that it can be undone. */
async function copy(
  { files, manifest }: ExecuteParts,
  { from, to, mode, owner }: CopyStep,
): Promise<Outcome> {
  const content = (await files.read(from)) ?? '';
  await manifest.keepFormer(to);
  await files.write(to, content, { mode, owner });
  await manifest.recordWritten(to, content);
  return done;
}

async function tellDatabase({ database }: ExecuteParts, step: SqlStep): Promise<Outcome> {
  if (await database.carryOut(step)) return done;
  return decidedAnew;
}

function seconds(ms: number): string {
  return `${Math.ceil(ms / 1_000)} s`;
}

/** A program says the cause last. */
const keptLines = 3;

async function runProgram(
  { commands, signal }: Pick<ExecuteParts, 'commands' | 'signal'>,
  { argv, does, timeoutMs }: CommandStep,
): Promise<void> {
  const { exitCode, stdout, stderr } = await commands.run(argv, { timeoutMs, signal });
  if (exitCode === 0) return;
  if (signal.aborted) {
    throw new MusterError('command-failed', {
      what: `was not waited for: ${does}`,
      why: 'the agent ended, or began anew at another address, meanwhile',
      next: 'nothing: it is looked at again after the start',
    });
  }
  const said = `${stdout}\n${stderr}`.trim().split('\n').slice(-keptLines).join('\n');
  throw new MusterError('command-failed', {
    what: `could not ${does}`,
    why: said === '' ? `${argv[0]} ended with exit code ${String(exitCode)}` : said,
    next: argv.join(' '),
  });
}
