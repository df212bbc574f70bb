import type { Command } from 'commander';
import type { Context } from '../context.ts';
import type { AsData } from '../render/answer.ts';
import { declareVerb } from './help.ts';

interface Yes {
  readonly yes?: boolean;
}

/** `muster settings …` */
export function settingsVerbs(program: Command, context: Context, exit: (code: number) => void): void {
  const settings = declareVerb(program, 'settings', {
    summary: 'shows or changes what you want of the cluster',
    description: 'Shows or changes what you want of the cluster. A change is shown before it is made.',
    examples: ['muster settings show', 'muster settings set cluster.name=shop'],
    exits: ['ok', 'failure', 'unreachable'],
  });

  declareVerb(settings, 'show', {
    description: 'All settings, defaults filled in, as YAML.',
    examples: ['muster settings show'],
    exits: ['ok', 'failure', 'unreachable'],
  })
    .option('--json', 'as JSON, with the revision')
    .action(async (options: AsData) => {
      exit(await (await import('../verbs/settings-show.ts')).settingsShow(context, options));
    });

  declareVerb(settings, 'set', {
    description: 'Sets keys to values, all of them or none; the diff comes first.',
    examples: ['muster settings set cluster.name=shop', 'muster settings set --yes vip=10.77.0.100'],
    exits: ['ok', 'failure', 'unreachable'],
  })
    .argument(
      '<KEY=VALUE...>',
      'a dotted key, or its last part where no other key ends so, and its value: cluster.name=shop',
    )
    .option('-y, --yes', 'do not ask')
    .action(async (assignments: string[], { yes = false }: Yes) => {
      exit(await (await import('../verbs/settings-set.ts')).settingsSet(context, assignments, { yes }));
    });

  declareVerb(settings, 'edit', {
    description: 'Opens all settings in $VISUAL or $EDITOR; the diff comes before the change.',
    examples: ['EDITOR=nano muster settings edit'],
    exits: ['ok', 'failure', 'unreachable'],
  })
    .option('-y, --yes', 'do not ask after the editor is closed')
    .action(async ({ yes = false }: Yes) => {
      exit(await (await import('../verbs/settings-edit.ts')).settingsEdit(context, { yes }));
    });
}
