import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { explainVerb } from './help.ts';

interface Yes {
  readonly yes?: boolean;
}

/** `muster settings …` */
export function settingsVerbs(program: Command, context: Context, exit: (code: number) => void): void {
  const settings = program
    .command('settings')
    .summary('shows or changes what you want of the cluster')
    .description('Shows or changes what you want of the cluster. A change is shown before it is made.');
  explainVerb(settings, {
    examples: ['muster settings show', 'muster settings set cluster.name=shop'],
    exits: ['ok', 'failure', 'unreachable'],
  });

  const show = settings
    .command('show')
    .description('All settings, defaults filled in, as YAML.')
    .option('--json', 'as JSON, with the revision')
    .action(async (options: { readonly json?: boolean }) => {
      exit(await (await import('../verbs/settings-show.ts')).settingsShow(context, options));
    });
  explainVerb(show, { examples: ['muster settings show'], exits: ['ok', 'failure', 'unreachable'] });

  const set = settings
    .command('set')
    .description('Sets keys to values, all of them or none; the diff comes first.')
    .argument('<KEY=VALUE...>', 'a dotted key and its value, as in cluster.name=shop')
    .option('-y, --yes', 'do not ask')
    .action(async (assignments: string[], { yes = false }: Yes) => {
      exit(await (await import('../verbs/settings-set.ts')).settingsSet(context, assignments, { yes }));
    });
  explainVerb(set, {
    examples: ['muster settings set cluster.name=shop', 'muster settings set --yes cluster.name=shop'],
    exits: ['ok', 'failure', 'unreachable'],
  });

  const edit = settings
    .command('edit')
    .description('Opens all settings in $VISUAL or $EDITOR; the diff comes before the change.')
    .option('-y, --yes', 'do not ask after the editor is closed')
    .action(async ({ yes = false }: Yes) => {
      exit(await (await import('../verbs/settings-edit.ts')).settingsEdit(context, { yes }));
    });
  explainVerb(edit, {
    examples: ['EDITOR=nano muster settings edit'],
    exits: ['ok', 'failure', 'unreachable'],
  });
}
