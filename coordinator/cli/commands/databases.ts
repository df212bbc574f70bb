import type { Command } from 'commander';
import type { Context } from '../context.ts';
import type { AsData } from '../render/answer.ts';
import type { CredentialsOptions } from '../verbs/db-credentials.ts';
import { declareVerb } from './help.ts';

/** The verbs of `muster db` about the databases of applications. */
export function databaseVerbs(db: Command, context: Context, exit: (code: number) => void): void {
  declareVerb(db, 'create', {
    description: 'Makes a database, and an account with a password that may use it and no other.',
    examples: ['muster db create shop'],
    exits: ['ok', 'failure', 'unreachable'],
  })
    .argument('<NAME>', 'of a-z, 0-9 and -, a letter first; the account is called the same')
    .option('--json', 'the answer as JSON')
    .action(async (name: string, options: AsData) => {
      exit(await (await import('../verbs/db-create.ts')).dbCreate(context, name, options));
    });

  declareVerb(db, 'ls', {
    description: 'All databases of applications: whether each is there, and its size.',
    examples: ['muster db ls'],
    exits: ['ok', 'failure', 'unreachable'],
  })
    .option('--json', 'the databases as JSON')
    .action(async (options: AsData) => {
      exit(await (await import('../verbs/db-ls.ts')).dbLs(context, options));
    });

  declareVerb(db, 'credentials', {
    description: 'How to reach a database, its password included; for root, on a web node.',
    examples: ['muster db credentials shop', 'muster db credentials shop --rotate'],
    exits: ['ok', 'failure', 'unreachable'],
  })
    .argument('<DATABASE>', 'the name of a database')
    .option('--rotate', 'make a new password first; the former one is good for ten more minutes')
    .option('--json', 'the credentials as JSON')
    .action(async (name: string, options: CredentialsOptions) => {
      exit(await (await import('../verbs/db-credentials.ts')).dbCredentials(context, name, options));
    });

  declareVerb(db, 'shell', {
    description: 'Opens the SQL client on a database; without a name as root, on this machine’s own server.',
    examples: ['muster db shell shop', 'echo "SHOW TABLES" | muster db shell shop'],
    exits: ['ok', 'failure', 'unreachable'],
  })
    .argument('[DATABASE]', 'the name of a database')
    .action(async (name: string | undefined) => {
      exit(await (await import('../verbs/db-shell.ts')).dbShell(context, name));
    });

  declareVerb(db, 'drop', {
    description: 'Deletes a database with all that is in it, on every node; it asks for the name.',
    examples: ['muster db drop shop', 'muster db drop shop --yes'],
    exits: ['ok', 'failure', 'unreachable'],
  })
    .argument('<DATABASE>', 'the name of a database')
    .option('-y, --yes', 'do not ask')
    .option('--json', 'the answer as JSON')
    .action(async (name: string, { yes = false, ...options }: AsData & { readonly yes?: boolean }) => {
      exit(await (await import('../verbs/db-drop.ts')).dbDrop(context, name, { ...options, yes }));
    });
}
