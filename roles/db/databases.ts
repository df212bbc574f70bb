import * as z from 'zod';
import { databaseRevision, type NamedDatabase } from '../model/named-database.ts';
import type { Observed, Question } from '../model/observed.ts';
import type { SqlStep } from '../model/step.ts';
import type { View } from '../model/view.ts';
import { sqlStep } from './sql-step.ts';
import { createDatabase, dropDatabase, grantDatabase, setPasswords } from './statements-databases.ts';

/** Databases, accounts that sign in by the network, and who may do what: all that the steps are planned from. */
const statement = [
  "SELECT 'database' AS kind, SCHEMA_NAME AS name, '' AS detail FROM information_schema.SCHEMATA",
  "UNION ALL SELECT 'account', User, Priv FROM mysql.global_priv WHERE Host = '%'",
  "UNION ALL SELECT 'grant', User, Db FROM mysql.db WHERE Host = '%' AND Create_priv = 'Y'",
].join(' ');

export const databasesQuestion: Question = { kind: 'sql', statement };

const Rows = z.array(
  z.object({ kind: z.enum(['database', 'account', 'grant']), name: z.string(), detail: z.string() }),
);
type Rows = z.infer<typeof Rows>;

/** Of an account, as much as is ours to compare: the first way to sign in, and those beside it. */
const Password = z.object({ authentication_string: z.string().optional() });
const Account = Password.extend({ auth_or: z.array(Password).optional() });

/**
 * Makes on the primary what was decided: each database, its account, and nothing that would let it touch another one.
 * What nobody decided is never dropped. Replicas hear it from the primary.
 */
export function databaseSteps(view: View, observed: Observed): SqlStep[] {
  const rows = rowsOf(observed);
  if (rows === undefined) return [];
  const step = sqlStep(view.database?.epoch ?? 0);
  return (view.databases ?? []).flatMap((database) => {
    const statements = statementsFor(database, rows);
    if (statements.length === 0) return [];
    const what = `${database.dropped === true ? 'drop' : 'set up'} the database ${database.name}`;
    return [step(what, statements, 'the operator wants it')];
  });
}

/** The databases that are here as they were decided, for `facts.applied`; none on a server that takes no writes. */
export function databasesInForce(view: View, observed: Observed): readonly string[] {
  const rows = rowsOf(observed);
  if (rows === undefined || view.database?.primary !== view.self) return [];
  const done = (view.databases ?? []).filter((database) => statementsFor(database, rows).length === 0);
  return done.map(databaseRevision);
}

function statementsFor(database: NamedDatabase, rows: Rows): readonly string[] {
  const { name } = database;
  const found = (kind: Rows[number]['kind'], detail?: string): Rows[number] | undefined =>
    rows.find((row) => row.kind === kind && row.name === name && (detail ?? row.detail) === row.detail);
  const [schema, account] = [found('database'), found('account')];
  if (database.dropped === true) {
    return schema === undefined && account === undefined ? [] : dropDatabase(name);
  }
  const hashes = [
    database.passwordHash,
    ...(database.former === undefined ? [] : [database.former.passwordHash]),
  ];
  return [
    ...(schema === undefined ? [createDatabase(name)] : []),
    ...(account !== undefined && hashesOf(account.detail).join() === hashes.join()
      ? []
      : setPasswords(name, hashes)),
    ...(found('grant', name) === undefined ? [grantDatabase(name)] : []),
  ];
}

function hashesOf(priv: string): readonly string[] {
  const account = Account.safeParse(JSON.parse(priv)).data;
  const ways = account === undefined ? [] : [account, ...(account.auth_or ?? [])];
  return ways.flatMap(({ authentication_string: hash }) => (hash === undefined ? [] : [hash]));
}

function rowsOf({ answers }: Observed): Rows | undefined {
  const answer = answers['databases'];
  return answer?.ok === true ? Rows.parse(JSON.parse(answer.text)) : undefined;
}
