import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { databaseVerbs } from './databases.ts';
import { serverVerbs } from './db-servers.ts';
import { declareVerb } from './help.ts';

/** `muster db …` */
export function dbVerbs(program: Command, context: Context, exit: (code: number) => void): void {
  const db = declareVerb(program, 'db', {
    summary: 'databases of your applications, and the servers that hold them',
    description:
      'Makes, lists, opens and drops the databases of your applications; shows their servers, and moves the writes.',
    examples: ['muster db create shop', 'muster db ls'],
    exits: ['ok', 'failure', 'unreachable'],
  });
  databaseVerbs(db, context, exit);
  serverVerbs(db, context, exit);
}
