import type { Wants } from '../model/observed.ts';
import { paths } from '../model/paths.ts';
import type { View } from '../model/view.ts';
import { certificateCopies } from './certificates.ts';
import { databasesQuestion } from './databases.ts';
import { filesOf } from './files.ts';
import { mariadb, originPath } from './service.ts';
import type { DbSettings } from './settings.ts';
import { stateQuestions } from './state.ts';

/** Packages the role stands on. */
export const packages = ['mariadb-server', 'mariadb-backup'];

/** What the role reads off its machine. */
export function wants(view: View, settings: DbSettings): Wants {
  const copies = certificateCopies.flatMap(({ from, to }) => [from, to]);
  return {
    packages,
    files: [...filesOf(view, settings).map(({ path }) => path), ...copies],
    texts: [originPath, paths.certificate],
    services: [mariadb],
    questions: { ...stateQuestions, databases: databasesQuestion },
  };
}
