import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { install, well } from '../harness/cluster.ts';
import { readsPort, signIn, sql, writesPort } from '../harness/endpoints.ts';
import { eventually, type Lab, type LabMachine, openLab } from '../harness/index.ts';
import { join, tokenOn } from '../harness/join.ts';

const settleMs = 90_000;
const unit = 'muster-endpoints.service';

/** Two machines: a database on the first, a web server on both. */
describe('the databases as applications see them', () => {
  let lab: Lab;
  let b1: LabMachine;
  let b2: LabMachine;

  beforeAll(async () => {
    lab = await openLab({ machines: 2 });
    b1 = lab.machine('b1');
    b2 = lab.machine('b2');
    await install(b1);
    await join(b2, await tokenOn(b1));
    await b2.exec(['muster', 'role', 'forbid', 'b2', 'db']);
    await well(b1, settleMs);
  });

  afterAll(async () => lab.close());

  test('a database is made on one machine, and used on every other', async () => {
    await b2.exec(['muster', 'db', 'create', 'shop']);
    for (const machine of [b1, b2]) await signIn(machine, 'shop');
    await sql(
      b2,
      writesPort,
      'shop',
      'CREATE TABLE said (word VARCHAR(20)); INSERT INTO said VALUES ("hello")',
    );
    for (const machine of [b1, b2]) {
      expect(await sql(machine, readsPort, 'shop', 'SELECT word, @@hostname FROM said')).toBe('hello\tb1');
    }
  });

  test('its account sees nothing else, and cannot write to a closed server', async () => {
    expect(await sql(b2, writesPort, 'shop', 'SHOW DATABASES')).toBe('information_schema\nshop');
    const grants = await sql(b2, writesPort, 'shop', 'SHOW GRANTS');
    expect(grants.split('\n')).toHaveLength(2);
    expect(grants).not.toMatch(/SUPER|READ_ONLY ADMIN|GRANT OPTION/);
  });

  test('names lead to the endpoints', async () => {
    const { stdout } = await b2.exec(['getent', 'ahostsv4', 'primary.db.muster', 'replicas.db.muster']);
    expect(stdout).toContain('127.0.0.1');
    const named = ['--defaults-extra-file=/root/sql.cnf', '-h', 'replicas.db.muster', '-N', 'shop'];
    expect((await b2.exec(['mariadb', ...named], { input: 'SELECT word FROM said' })).stdout.trim()).toBe(
      'hello',
    );
  });

  test('no password is in the journal, in the list of processes, or in a file that others read', async () => {
    const { stdout } = await b2.exec(['muster', 'db', 'credentials', 'shop', '--json']);
    const { password } = JSON.parse(stdout) as { password: string };
    for (const machine of [b1, b2]) {
      const found = await machine.exec(
        [
          'sh',
          '-c',
          'grep -rlsF "$0" /etc /var/lib/muster /var/log; journalctl -q --no-pager | grep -F "$0"',
          password,
        ],
        { reject: false },
      );
      expect(found.stdout).toBe('');
    }
  });

  test('a new password is good at once, and the former one for a while', async () => {
    await b2.exec(['muster', 'db', 'credentials', 'shop', '--rotate']);
    expect(await sql(b1, writesPort, 'shop', 'SELECT 1')).toBe('1');
    await eventually(
      'the new one signs in',
      async () => {
        await signIn(b2, 'shop');
        return (await sql(b2, writesPort, 'shop', 'SELECT 1')) === '1';
      },
      { deadlineMs: 20_000 },
    );
  });

  test('a database that starts again costs a pause and no error; none of it is a reload', async () => {
    const life = async (): Promise<string> =>
      (await b2.exec(['systemctl', 'show', unit, '-p', 'InvocationID,ExecMainPID'])).stdout;
    const before = await life();
    await b1.exec(['systemctl', 'kill', '-s', 'KILL', 'mariadb']);
    await eventually(
      'writes go on',
      async () => {
        await sql(b2, writesPort, 'shop', 'INSERT INTO said VALUES ("again")');
        return true;
      },
      { deadlineMs: 60_000 },
    );
    expect(await life()).toBe(before);
  });

  test('a database is dropped by its name, everywhere, and leaves no secret behind', async () => {
    await b2.exec(['muster', 'db', 'drop', 'shop', '--yes']);
    expect((await b1.exec(['mariadb', '-N', '-e', 'SHOW DATABASES LIKE "shop"'])).stdout).toBe('');
    const gone = await b2.exec(['muster', 'db', 'credentials', 'shop'], { reject: false });
    expect(gone.stderr).toContain('there is no database shop');
  });
});
