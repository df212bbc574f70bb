import type { Command } from 'commander';
import type { Context } from '../context.ts';
import type { AsData } from '../render/answer.ts';
import type { EventsOptions } from '../verbs/events.ts';
import type { StatusOptions } from '../verbs/status.ts';
import { numberFrom } from './arguments.ts';
import { declareVerb } from './help.ts';

/** More lines than the agent gives at once. */
const mostLines = 1000;

/** The verbs that only look. */
export function readingVerbs(program: Command, context: Context, exit: (code: number) => void): void {
  declareVerb(program, 'status', {
    summary: 'how the cluster is: verdict, risks, nodes',
    description: 'How the cluster is: a verdict, the risks, and one line per node (* is this one).',
    examples: ['muster status', 'muster status --watch', 'muster status --json | jq .verdict.level'],
    exits: ['ok', 'failure', 'degraded', 'critical', 'unreachable'],
  })
    .option('--json', 'the report as JSON')
    .option('-w, --watch', 'again every two seconds, until interrupted')
    .action(async (options: StatusOptions) => {
      exit(await (await import('../verbs/status.ts')).status(context, options));
    });

  declareVerb(program, 'events', {
    summary: 'what this node did, and why',
    description: 'What this node did and why, oldest first, one sentence a line.',
    examples: ['muster events -f', 'muster events -n 100 --json'],
    exits: ['ok', 'failure', 'unreachable'],
  })
    .option('-f, --follow', 'go on with each new event, until interrupted')
    .option('-n, --lines <count>', 'how many of the newest to begin with', numberFrom(0, mostLines), 20)
    .option('--json', 'one event a line as JSON')
    .action(async (options: EventsOptions) => {
      exit(await (await import('../verbs/events.ts')).events(context, options));
    });

  declareVerb(program, 'doctor', {
    summary: 'examines this machine and says what to do',
    description: 'Examines this machine: services, store, disk, clock, certificate; says what to do.',
    examples: ['muster doctor'],
    exits: ['ok', 'failure', 'unreachable'],
  })
    .option('--json', 'the findings as JSON')
    .action(async (options: AsData) => {
      exit(await (await import('../verbs/doctor.ts')).doctor(context, options));
    });

  declareVerb(program, 'plan', {
    summary: 'what the agent would do now, with diffs; does nothing',
    description: 'What the agent of this node would do now: each step, its reason, and the diff of its file.',
    examples: ['muster plan'],
    exits: ['ok', 'failure', 'unreachable', 'changes'],
  })
    .option('--json', 'the steps as JSON')
    .action(async (options: AsData) => {
      exit(await (await import('../verbs/plan.ts')).plan(context, options));
    });

  declareVerb(program, 'why', {
    summary: 'why a node has its roles, and how they fare',
    description: 'Why a node has its roles, how each fares, and the last sentences of its history.',
    examples: ['muster why b1'],
    exits: ['ok', 'failure', 'unreachable'],
  })
    .argument('<NODE>', 'the name or the id of a node')
    .option('--json', 'the report as JSON')
    .action(async (node: string, options: AsData) => {
      exit(await (await import('../verbs/why.ts')).why(context, node, options));
    });
}
