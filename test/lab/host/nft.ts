import { failed, tryRun } from '../core/run.ts';

/** Puts one table of the lab's own in force, whole, in one transaction; no other table is touched. */
export const loadRules = async (table: string, body: string): Promise<void> => {
  // Declared, deleted, made anew: so the same text works whether the table was there or not.
  const text = `table ${table}\ndelete table ${table}\ntable ${table} {\n${body}\n}\n`;
  const argv = ['nft', '-f', '-'] as const;
  const said = await tryRun([...argv], { input: text });
  if (said.exitCode !== 0) throw failed(argv, said);
};
