import { describe, expect, it } from 'vitest';
import type { SqlConnection } from '../../../../agent/host/sql-connection.ts';
import { SqlSessions } from '../../../../agent/host/sql-sessions.ts';

/** A server that counts who comes; `log` is what each connection was asked, by its number. */
class Server {
  readonly log: string[] = [];
  readonly open = new Set<number>();
  came = 0;
  /** Connections of a life of the server end with it. */
  life = 1;
  hold: Promise<void> = Promise.resolve();

  connect = async (): Promise<SqlConnection> => {
    this.came += 1;
    const [number, life] = [this.came, this.life];
    this.open.add(number);
    const demand = (): void => {
      if (life !== this.life) throw new Error('the server has gone away');
    };
    return {
      query: async (statement) => {
        await this.hold;
        demand();
        if (statement === 'bad') throw new Error('error in your SQL syntax');
        this.log.push(`${number}: ${statement}`);
        return [{ said: statement }];
      },
      renew: async () => demand(),
      rest: () => undefined,
      destroy: () => void this.open.delete(number),
    };
  };
}

describe('statements for the server of this machine', () => {
  it('run in order on one connection, which is kept for the next ones', async () => {
    const server = new Server();
    const sql = new SqlSessions(server.connect);
    expect(await sql.run(['a', 'b'], 100)).toEqual([[{ said: 'a' }], [{ said: 'b' }]]);
    await sql.run(['c'], 100);
    expect(server.log).toEqual(['1: a', '1: b', '1: c']);
  });

  it('side by side take one each, and few are kept afterwards', async () => {
    const server = new Server();
    const sql = new SqlSessions(server.connect);
    await Promise.all(['a', 'b', 'c', 'd', 'e'].map((statement) => sql.run([statement], 100)));
    expect(server.came).toBe(5);
    expect(server.open.size).toBe(3);
    await Promise.all(['f', 'g', 'h'].map((statement) => sql.run([statement], 100)));
    expect(server.came).toBe(5);
  });

  it('do not wait behind one that hangs', async () => {
    const server = new Server();
    const sql = new SqlSessions(server.connect);
    await sql.run(['a'], 100);
    const held = Promise.withResolvers<void>();
    server.hold = held.promise;
    const hanging = sql.run(['waits'], 100);
    await Promise.resolve();
    server.hold = Promise.resolve();
    await sql.run(['b'], 100);
    held.resolve();
    await hanging;
    expect(server.log).toContain('2: b');
  });

  it('find a server that has started anew without an error', async () => {
    const server = new Server();
    const sql = new SqlSessions(server.connect);
    await Promise.all(['a', 'b'].map((statement) => sql.run([statement], 100)));
    server.life += 1;
    await sql.run(['c'], 100);
    expect(server.log.at(-1)).toBe('3: c');
    expect([...server.open]).toEqual([3]);
  });

  it('that fail say which one it was, and leave no connection behind', async () => {
    const server = new Server();
    const sql = new SqlSessions(server.connect);
    await expect(sql.run(['a', 'bad', 'c'], 100)).rejects.toMatchObject({
      code: 'sql-failed',
      message: 'MariaDB did not carry out: bad',
      why: 'error in your SQL syntax',
    });
    expect(server.log).toEqual(['1: a']);
    expect(server.open.size).toBe(0);
  });

  it('that find no server say so', async () => {
    const sql = new SqlSessions(async () => Promise.reject(new Error('connect ENOENT')));
    await expect(sql.run(['a'], 100)).rejects.toMatchObject({
      message: 'MariaDB did not carry out: the connection',
      why: 'connect ENOENT',
    });
  });
});
