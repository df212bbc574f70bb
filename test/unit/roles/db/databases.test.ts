import { describe, expect, it } from 'vitest';
import { databaseSteps, databasesInForce } from '../../../../roles/db/databases.ts';
import { databaseRevision, type NamedDatabase } from '../../../../roles/model/named-database.ts';
import { nothingObserved, type Observed } from '../../../../roles/model/observed.ts';
import type { View } from '../../../../roles/model/view.ts';
import { viewOf } from '../../../support/sketches.ts';

const hash = (digit: string): string => `*${digit.repeat(40)}`;
const shop: NamedDatabase = { name: 'shop', createdAt: '2026-01-01T12:00:00.000Z', passwordHash: hash('A') };
const rotated: NamedDatabase = {
  ...shop,
  passwordHash: hash('B'),
  former: { passwordHash: hash('A'), until: shop.createdAt },
};

function primaryWith(...databases: readonly NamedDatabase[]): View {
  const view = viewOf({ ordinal: 1, roles: ['db'] });
  return { ...view, databases, database: { primary: view.self, since: shop.createdAt, epoch: 3 } };
}

type Row = readonly [kind: string, name: string, detail?: string];

function server(...rows: readonly Row[]): Observed {
  const text = JSON.stringify(rows.map(([kind, name, detail = '']) => ({ kind, name, detail })));
  return { ...nothingObserved, answers: { databases: { ok: true, status: 200, text } } };
}

const account = (...hashes: readonly string[]): Row => {
  const [first, ...others] = hashes.map((one) => ({
    plugin: 'mysql_native_password',
    authentication_string: one,
  }));
  const more = others.length === 0 ? {} : { auth_or: [{}, ...others] };
  return ['account', 'shop', JSON.stringify({ access: 0, ...first, ...more })];
};
const whole = [['database', 'shop'], account(hash('A')), ['grant', 'shop', 'shop']] as const;

const signsIn = `IDENTIFIED VIA mysql_native_password USING '${hash('A')}'`;
const both = `IDENTIFIED VIA mysql_native_password USING '${hash('B')}' OR mysql_native_password USING '${hash('A')}'`;

describe('the databases of applications', () => {
  it.each([
    {
      what: 'are made with an account that may use them alone',
      wanted: shop,
      rows: [['database', 'mysql']],
      statements: [
        'CREATE DATABASE IF NOT EXISTS `shop` CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci',
        `CREATE USER IF NOT EXISTS 'shop'@'%' ${signsIn}`,
        `ALTER USER 'shop'@'%' ${signsIn}`,
        "GRANT ALL PRIVILEGES ON `shop`.* TO 'shop'@'%'",
      ],
    },
    { what: 'are left alone where they are right', wanted: shop, rows: whole, statements: [] },
    {
      what: 'take both passwords while one is replaced',
      wanted: rotated,
      rows: whole,
      statements: [`CREATE USER IF NOT EXISTS 'shop'@'%' ${both}`, `ALTER USER 'shop'@'%' ${both}`],
    },
    {
      what: 'take the new one alone afterwards',
      wanted: shop,
      rows: [whole[0], account(hash('A'), hash('B')), whole[2]],
      statements: [`CREATE USER IF NOT EXISTS 'shop'@'%' ${signsIn}`, `ALTER USER 'shop'@'%' ${signsIn}`],
    },
    {
      what: 'get back a right that another hand took',
      wanted: shop,
      rows: whole.slice(0, 2),
      statements: ["GRANT ALL PRIVILEGES ON `shop`.* TO 'shop'@'%'"],
    },
    {
      what: "go by the operator's word",
      wanted: { ...shop, dropped: true as const },
      rows: whole,
      statements: ["DROP USER IF EXISTS 'shop'@'%'", 'DROP DATABASE IF EXISTS `shop`'],
    },
    { what: 'are gone once', wanted: { ...shop, dropped: true as const }, rows: [], statements: [] },
  ] as const)('$what', ({ wanted, rows, statements }) => {
    const view = primaryWith(wanted);
    const steps = databaseSteps(view, server(...rows));
    expect(steps.flatMap((step) => step.statements)).toEqual(statements);
    const inForce = databasesInForce(view, server(...rows));
    expect(inForce).toEqual(statements.length === 0 ? [databaseRevision(wanted)] : []);
  });

  it('are never dropped without that word', () => {
    expect(databaseSteps(primaryWith(), server(...whole, ['database', 'old']))).toEqual([]);
  });

  it('are said to be in force by the primary alone, and only where it was asked', () => {
    const view = primaryWith(shop);
    expect(databasesInForce({ ...view, self: 'nbbbbbbbbbbbb' }, server(...whole))).toEqual([]);
    expect(databasesInForce(view, nothingObserved)).toEqual([]);
    expect(databaseSteps(view, nothingObserved)).toEqual([]);
  });

  it('keep their password out of what is told', () => {
    const [step] = databaseSteps(primaryWith(shop), server());
    expect(`${step?.what} ${step?.why}`).not.toContain(hash('A'));
  });
});
