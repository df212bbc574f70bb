import type { Command } from 'commander';
import type {
  AgentOptions,
  Context,
  InitOptions,
  JoinOptions,
  LocalVerbs,
  UninstallOptions,
} from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { ipv4, sharedAddresses } from './arguments.ts';
import { declareVerb } from './help.ts';

type GivenJoin = Omit<JoinOptions, 'json'> & Partial<JoinOptions>;
type Exit = (code: number) => void;

/** The verbs that change this machine and need no running agent. */
export function machineVerbs(program: Command, local: LocalVerbs, exit: Exit): void {
  declareVerb(program, 'init', {
    summary: 'makes this machine a cluster of one',
    description: 'Makes this machine a cluster of one. Again, it repairs and keeps the settings.',
    examples: ['muster init', 'muster init --name b1 --address 10.77.0.11 --vip 10.77.0.100'],
    exits: ['ok', 'failure'],
  })
    .option('--name <name>', 'what this node is called; its host name unless given')
    .option('--address <ipv4>', 'the address other nodes reach it by; needed where there are several')
    .option('--cluster <name>', 'what the cluster is called')
    .option('--vip <address>', 'the shared address that users call; twice for two', sharedAddresses)
    .option('--json', 'the result as JSON')
    .action(async ({ json = false, ...given }: Partial<InitOptions>) => {
      await local.init({ ...given, json });
      exit(exitCodes.ok.code);
    });

  declareVerb(program, 'join', {
    summary: 'makes this machine a node of the cluster that a token names',
    description:
      'Makes this machine a node of the cluster that the token names. Again, it goes on where it stopped.',
    examples: ['muster join --token muster1.…', 'muster join --token muster1.… --name b2'],
    exits: ['ok', 'failure'],
  })
    .requiredOption('--token <token>', 'what muster token create printed')
    .option('--name <name>', 'what this node is called; its host name unless given')
    .option('--address <ipv4>', 'the address other nodes reach it by; needed where there are several', ipv4)
    .option('--json', 'the result as JSON')
    .action(async ({ json = false, ...given }: GivenJoin) => {
      await local.join({ ...given, json });
      exit(exitCodes.ok.code);
    });

  declareVerb(program, 'agent', {
    summary: 'runs the agent; systemd does this for you',
    description: 'Runs the agent of this machine. systemd does this for you where it is PID 1.',
    examples: ['muster agent --detach'],
    exits: ['ok', 'failure'],
  })
    .option('--detach', 'in the background, for machines without systemd')
    .action(async ({ detach = false }: Partial<AgentOptions>) => {
      await local.agent({ detach });
      exit(exitCodes.ok.code);
    });

  declareVerb(program, 'uninstall', {
    summary: 'puts this machine back as it was, data aside',
    description:
      'Puts this machine back: services, packages that muster brought, files; former content returns.',
    examples: ['muster uninstall --dry-run', 'muster uninstall --yes'],
    exits: ['ok', 'failure'],
  })
    .option('--dry-run', 'only show what would go')
    .option('-y, --yes', 'do not ask')
    .option('--purge-data', 'remove the data as well; it cannot be brought back')
    .option('--json', 'what is removed as JSON')
    .action(async (options: Partial<UninstallOptions>) => {
      const { dryRun = false, yes = false, purgeData = false, json = false } = options;
      const gone = await local.uninstall({ dryRun, yes, purgeData, json });
      exit((gone ? exitCodes.ok : exitCodes.failure).code);
    });
}

/** The verbs about the program itself. */
export function selfVerbs(program: Command, context: Context, exit: Exit): void {
  declareVerb(program, 'docs', {
    summary: 'the manual; without a topic, its contents',
    description: 'A page of the manual; without a topic, its contents. Needs no agent.',
    examples: ['muster docs', 'muster docs errors'],
    exits: ['ok', 'failure'],
  })
    .argument('[TOPIC]', 'a page, as in errors')
    .action(async (topic: string | undefined) => {
      exit(await (await import('../verbs/docs.ts')).docs(context, topic));
    });

  declareVerb(program, 'version', {
    summary: 'the version of this program',
    description: 'The version of this program; muster --version says the same.',
    examples: ['muster version'],
    exits: ['ok', 'failure'],
  }).action(async () => {
    exit(await (await import('../verbs/version.ts')).version(context));
  });
}
