import type { Command } from 'commander';
import type { PlaceableRole, RoleChange } from '../../../agent/api/contract.ts';
import type { Context } from '../context.ts';
import type { AsData } from '../render/answer.ts';
import type { RemovalOptions } from '../verbs/node-rm.ts';
import { oneOf, roleWords } from './arguments.ts';
import { declareVerb, type VerbWords } from './help.ts';

interface DryRun extends AsData {
  readonly dryRun?: boolean;
}

type Exit = (code: number) => void;

const exits = ['ok', 'failure', 'unreachable'] as const;

/** `muster node …` and `muster role …` */
export function nodeVerbs(program: Command, context: Context, exit: Exit): void {
  const node = declareVerb(program, 'node', {
    summary: 'shows, drains or removes nodes',
    description: 'Shows the nodes of the cluster, drains one, or removes one.',
    examples: ['muster node ls', 'muster node drain b2'],
    exits,
  });
  lookingVerbs(node, context, exit);
  drainVerbs(node, context, exit);
  removalVerb(node, context, exit);
  roleVerbs(program, context, exit);
}

function lookingVerbs(node: Command, context: Context, exit: Exit): void {
  declareVerb(node, 'ls', {
    description: 'All nodes, one a line (* is this one).',
    examples: ['muster node ls', 'muster node ls --json | jq -r .nodes[].name'],
    exits,
  })
    .option('--json', 'the nodes as JSON')
    .action(async (options: AsData) => {
      exit(await (await import('../verbs/node-ls.ts')).nodeLs(context, options));
    });

  declareVerb(node, 'show', {
    description: 'All that is known of one node: state, hardware, roles and why it has them.',
    examples: ['muster node show b2'],
    exits,
  })
    .argument('<NODE>', 'the name or the id of a node')
    .option('--json', 'the report as JSON')
    .action(async (name: string, options: AsData) => {
      exit(await (await import('../verbs/node-show.ts')).nodeShow(context, name, options));
    });
}

function drainVerbs(node: Command, context: Context, exit: Exit): void {
  const drain = (name: string, drained: boolean, words: VerbWords): Command =>
    declareVerb(node, name, words)
      .argument('<NODE>', 'the name or the id of a node')
      .option('--dry-run', 'only say what it would mean')
      .option('--json', 'the answer as JSON')
      .action(async (wanted: string, { dryRun, json = false }: DryRun) => {
        const { change } = await import('../verbs/change.ts');
        exit(await change(context, { json }, (client) => client.drainNode(wanted, drained, dryRun)));
      });

  drain('drain', true, {
    description: 'Lets a node finish what it has, while it gets nothing new.',
    examples: ['muster node drain b2'],
    exits,
  });
  drain('undrain', false, {
    description: 'Lets a drained node take new work again.',
    examples: ['muster node undrain b2'],
    exits,
  });
}

function removalVerb(node: Command, context: Context, exit: Exit): void {
  declareVerb(node, 'rm', {
    description: 'Removes a node for good: it comes back only by joining anew. Says first what that means.',
    examples: ['muster node rm b2 --dry-run', 'muster node rm b2'],
    exits,
  })
    .argument('<NODE>', 'the name or the id of a node')
    .option('--dry-run', 'only say what it would mean')
    .option('-y, --yes', 'do not ask for its name')
    .option('--json', 'the last answer as JSON')
    .action(async (wanted: string, { yes = false, ...options }: Partial<RemovalOptions>) => {
      exit(await (await import('../verbs/node-rm.ts')).nodeRm(context, wanted, { yes, ...options }));
    });
}

function roleVerbs(program: Command, context: Context, exit: Exit): void {
  const role = declareVerb(program, 'role', {
    summary: 'wishes for a role on a node, forbids it, or leaves it to muster',
    description: 'Wishes for a role on a node, forbids it there, or leaves it to muster.',
    examples: ['muster role set b2 balancer', 'muster role auto b2 balancer'],
    exits,
  });
  const wish = (name: RoleChange['wish'], description: string): Command =>
    declareVerb(role, name, { description, examples: [`muster role ${name} b2 balancer`], exits })
      .argument('<NODE>', 'the name or the id of a node')
      .addArgument(oneOf('<ROLE>', 'a role', roleWords))
      .option('--dry-run', 'only say what it would mean')
      .option('--json', 'the answer as JSON')
      .action(async (node: string, role: PlaceableRole, { dryRun, json = false }: DryRun) => {
        const { change } = await import('../verbs/change.ts');
        exit(await change(context, { json }, (client) => client.wishRole(node, role, name, dryRun)));
      });

  wish('set', 'Gives a node a role, and keeps it there.');
  wish('forbid', 'Takes a role from a node, and keeps it away.');
  wish('auto', 'Leaves it to muster again whether a node has a role.');
}
