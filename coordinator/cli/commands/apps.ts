import { type Command, InvalidArgumentError } from 'commander';
import type { Context } from '../context.ts';
import type { ExitName } from '../exit-codes.ts';
import type { AsData } from '../render/answer.ts';
import type { AppLogsOptions } from '../verbs/app-logs.ts';
import type { AppRemovalOptions } from '../verbs/app-rm.ts';
import { numberFrom } from './arguments.ts';
import { declareVerb } from './help.ts';

type Exit = (code: number) => void;

const exits: readonly ExitName[] = ['ok', 'failure', 'unreachable'];
const nameWords = 'the name of an application';

interface CreationOptions extends AsData {
  readonly domain: readonly string[];
  readonly https: boolean;
}

/** As the API bounds them. */
const mostLines = 1_000;

/** `muster app …` */
export function applicationVerbs(program: Command, context: Context, exit: Exit): void {
  const app = declareVerb(program, 'app', {
    summary: 'puts applications on the cluster: create, deploy, roll back',
    description:
      'Puts applications on the cluster, each at its own host names: see muster docs applications.',
    examples: ['muster app create shop --domain shop.example', 'muster app deploy shop ./shop'],
    exits,
  });
  lookingVerbs(app, context, exit);
  releaseVerbs(app, context, exit);
  environmentVerbs(app, context, exit);

  declareVerb(app, 'create', {
    description: 'Makes an application and its database; it answers at its domains once it was deployed.',
    examples: [
      'muster app create shop --domain shop.example --domain www.shop.example',
      'muster app create shop --domain shop.example --https',
    ],
    exits,
  })
    .argument('<NAME>', 'what it is called: 2-20 characters of a-z, 0-9 and -')
    .requiredOption('--domain <host>', 'a host name that leads to it; may be given several times', domains)
    .option('--https', 'also obtain a certificate for them (ACME)', false)
    .option('--json', 'the answer as JSON')
    .action(async (name: string, { domain, https, ...options }: CreationOptions) => {
      const { change } = await import('../verbs/change.ts');
      exit(
        await change(context, options, (client) =>
          client.applications.create({ name, domains: [...domain], https }),
        ),
      );
    });

  declareVerb(app, 'rm', {
    description: 'Removes an application and its releases; its uploads and its database are left.',
    examples: ['muster app rm shop'],
    exits,
  })
    .argument('<APP>', nameWords)
    .option('-y, --yes', 'do not ask for its name')
    .option('--json', 'the answer as JSON')
    .action(async (name: string, { yes = false, ...options }: Partial<AppRemovalOptions>) => {
      exit(await (await import('../verbs/app-rm.ts')).appRm(context, name, { yes, ...options }));
    });
}

function lookingVerbs(app: Command, context: Context, exit: Exit): void {
  declareVerb(app, 'ls', {
    description: 'One line for each application: what it serves, where, and what is on its way.',
    examples: ['muster app ls'],
    exits,
  })
    .option('--json', 'the applications as JSON')
    .action(async (options: AsData) => {
      exit(await (await import('../verbs/app-ls.ts')).appLs(context, options));
    });

  declareVerb(app, 'show', {
    description: 'All that is known of one application, and what each web node serves of it.',
    examples: ['muster app show shop'],
    exits,
  })
    .argument('<APP>', nameWords)
    .option('--json', 'the report as JSON')
    .action(async (name: string, options: AsData) => {
      exit(await (await import('../verbs/app-show.ts')).appShow(context, name, options));
    });

  declareVerb(app, 'logs', {
    description: 'The last lines of the logs of an application on this node: access, error, command.',
    examples: ['muster app logs -f shop'],
    exits,
  })
    .argument('<APP>', nameWords)
    .option('-f, --follow', 'go on with each new line, until interrupted')
    .option('-n, --lines <count>', 'how many of the newest to begin with', numberFrom(0, mostLines), 20)
    .action(async (name: string, options: AppLogsOptions) => {
      exit(await (await import('../verbs/app-logs.ts')).appLogs(context, name, options));
    });
}

function releaseVerbs(app: Command, context: Context, exit: Exit): void {
  declareVerb(app, 'deploy', {
    description:
      'Brings a folder or a .tar.gz to all web nodes, proves it there, and switches all of them to it; or changes nothing.',
    examples: ['muster app deploy shop ./shop', 'muster app deploy shop shop.tar.gz'],
    exits,
  })
    .argument('<APP>', nameWords)
    .argument('<PATH>', 'a folder, or an archive packed by tar and gzip')
    .option('--json', 'the report as JSON')
    .action(async (name: string, path: string, options: AsData) => {
      exit(await (await import('../verbs/app-deploy.ts')).appDeploy(context, name, path, options));
    });

  declareVerb(app, 'releases', {
    description: 'The releases that are kept, and which of them is served.',
    examples: ['muster app releases shop'],
    exits,
  })
    .argument('<APP>', nameWords)
    .option('--json', 'the releases as JSON')
    .action(async (name: string, options: AsData) => {
      exit(await (await import('../verbs/app-releases.ts')).appReleases(context, name, options));
    });

  declareVerb(app, 'rollback', {
    description: 'Switches all web nodes back to the release before, or to the one that is named.',
    examples: ['muster app rollback shop', 'muster app rollback shop r3'],
    exits,
  })
    .argument('<APP>', nameWords)
    .argument('[RELEASE]', 'as in muster app releases')
    .option('--json', 'the report as JSON')
    .action(async (name: string, release: string | undefined, options: AsData) => {
      exit(await (await import('../verbs/app-rollback.ts')).appRollback(context, name, release, options));
    });
}

function environmentVerbs(app: Command, context: Context, exit: Exit): void {
  const env = declareVerb(app, 'env', {
    description: 'The variables in the environment of an application: kept sealed, given to its processes.',
    examples: ['muster app env set shop APP_ENV=production', 'muster app env ls shop'],
    exits,
  });

  declareVerb(env, 'set', {
    description:
      'Sets variables; a name without a value is asked for, so that no secret stands in a command line.',
    examples: ['muster app env set shop APP_ENV=production', 'muster app env set shop API_KEY < key.txt'],
    exits,
  })
    .argument('<APP>', nameWords)
    .argument('<VARIABLE...>', 'NAME=VALUE, or NAME to be asked for its value')
    .option('--json', 'the answer as JSON')
    .action(async (name: string, variables: string[], options: AsData) => {
      exit(await (await import('../verbs/app-env-set.ts')).appEnvSet(context, name, variables, options));
    });

  declareVerb(env, 'unset', {
    description: 'Takes variables away.',
    examples: ['muster app env unset shop API_KEY'],
    exits,
  })
    .argument('<APP>', nameWords)
    .argument('<VARIABLE...>', 'names')
    .option('--json', 'the answer as JSON')
    .action(async (name: string, unset: string[], options: AsData) => {
      const { change } = await import('../verbs/change.ts');
      exit(
        await change(context, options, (client) =>
          client.applications.setVariables(name, { set: {}, unset }),
        ),
      );
    });

  declareVerb(env, 'ls', {
    description: 'The names of the variables; with --values what they hold, too.',
    examples: ['muster app env ls shop', 'muster app env ls shop --values'],
    exits,
  })
    .argument('<APP>', nameWords)
    .option('--values', 'show the values, which may be secrets')
    .option('--json', 'as JSON')
    .action(async (name: string, options: AsData & { readonly values?: boolean }) => {
      exit(await (await import('../verbs/app-env-ls.ts')).appEnvLs(context, name, options));
    });
}

/** Reads one host name after another. */
function domains(text: string, before: readonly string[] = []): readonly string[] {
  if (!/^[a-z0-9.-]{1,253}$/.test(text)) {
    throw new InvalidArgumentError('It must be a host name in small letters, as in shop.example.');
  }
  return [...before, text];
}
