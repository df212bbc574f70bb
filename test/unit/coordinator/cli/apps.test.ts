import { describe, expect, it } from 'vitest';
import type { ApplicationRow } from '../../../../agent/api/contract-apps.ts';
import type { Packed } from '../../../../coordinator/cli/pack.ts';
import { fakeApplications, sampleRow } from '../../../support/fake-applications.ts';
import { fakeClient } from '../../../support/fake-client.ts';
import { muster, type Outcome } from '../../../support/fake-context.ts';

interface Said extends Outcome {
  readonly orders: readonly string[];
}

async function run(line: string, rows?: readonly ApplicationRow[], typed?: string): Promise<Said> {
  const orders: string[] = [];
  const client = fakeClient({ applications: fakeApplications(orders, rows) });
  const pack = async (path: string): Promise<Packed> => ({
    path,
    bytes: 2_048,
    sha256: 'a'.repeat(64),
    fresh: true,
    done: async () => void orders.push('cleaned up'),
  });
  const operator = typed === undefined ? { pack } : { pack, canAnswer: true, answer: async () => typed };
  return { ...(await muster(line, { client, operator })), orders };
}

const next = { release: 'r3', phase: 'prove' as const, back: false, waitsFor: ['b2'] };
const served: ApplicationRow = { ...sampleRow, current: 'r3' };
const failed: ApplicationRow = {
  ...sampleRow,
  failed: { release: 'r3', why: 'b2: /up answers 500', at: '2026-01-01T12:00:00.000Z' },
};

describe('muster app', () => {
  it('ls has a line for each, and show all that is known', async () => {
    expect((await run('app ls')).stdout).toMatch(/shop +r2 +- +shop\.example/);
    const { stdout } = await run('app show shop');
    expect(stdout).toContain('b1 r2, b2 -');
    expect(stdout).toMatch(/r2 +current/);
  });

  it('an application that is not there exits 2', async () => {
    expect((await run('app show blog')).code).toBe(2);
  });

  it('deploy tells each phase and returns once all serve it', async () => {
    const { code, stdout, stderr, orders } = await run('app deploy shop ./shop', [
      sampleRow,
      { ...sampleRow, next: { ...next, phase: 'spread' } },
      { ...sampleRow, next },
      { ...sampleRow, next },
      served,
    ]);

    expect({ code, stdout }).toEqual({ code: 0, stdout: 'all web nodes serve r3 of shop\n' });
    expect(stderr.split('\n')).toEqual([
      'packed ./shop: 2 KiB',
      'looked through: 3 files, PHP',
      'left out, since the application writes there: uploads/a.png',
      'r3: unpacking (waits for b2)',
      'r3: asking it for its health (waits for b2)',
      '',
    ]);
    expect(orders).toEqual(['upload 2048 bytes for shop', 'release of shop', 'cleaned up']);
  });

  it('deploy says which balancer may still take older pages', async () => {
    const storing = { ...next, phase: 'purge' as const, waitsFor: ['b1'] };
    const { code, stderr } = await run('app deploy shop ./shop', [{ ...served, next: storing }]);

    expect(code).toBe(1);
    expect(stderr).toContain('r3: making stored pages old (waits for b1)');
    expect(stderr).toContain('the agent of b1 has not said');
  });

  it('create asks for https where it is told to', async () => {
    expect((await run('app create shop --domain shop.example --domain www.shop.example')).orders).toEqual([
      'create shop at shop.example, www.shop.example',
    ]);
    expect((await run('app create shop --domain shop.example --https')).orders).toEqual([
      'create shop at shop.example, by https',
    ]);
  });

  it('deploy that comes to nothing says why and what is served', async () => {
    const { code, stderr, orders } = await run('app deploy shop ./shop', [
      sampleRow,
      { ...sampleRow, next },
      failed,
    ]);

    expect(code).toBe(1);
    expect(stderr).toContain('r3 of shop is not served; r2 is, as before');
    expect(stderr).toContain('b2: /up answers 500');
    expect(orders).toContain('cleaned up');
  });

  it('rollback goes to the release before unless told otherwise', async () => {
    expect((await run('app rollback shop', [{ ...sampleRow, current: 'r1' }])).orders).toEqual([
      'roll shop back to r1',
    ]);
  });

  it.each([
    { typed: 'shop', code: 0, orders: ['remove shop'] },
    { typed: 'yes', code: 1, orders: [] },
  ])('rm asks for the name; $typed: $code', async ({ typed, code, orders }) => {
    expect(await run('app rm shop', undefined, typed)).toMatchObject({ code, orders });
  });

  it('rm without a terminal needs --yes', async () => {
    expect(await run('app rm shop')).toMatchObject({ code: 2, orders: [] });
    expect(await run('app rm shop --yes')).toMatchObject({ code: 0, orders: ['remove shop'] });
  });

  it('env set takes values, and asks for one that is not there', async () => {
    expect((await run('app env set shop A=1 B', undefined, 'x')).orders).toEqual([
      'environment of shop: +A,B -',
    ]);
    expect((await run('app env set shop A B', undefined, 'x')).code).toBe(2);
    expect((await run('app env unset shop A')).orders).toEqual(['environment of shop: + -A']);
  });

  it('env ls shows no values unless asked', async () => {
    expect((await run('app env ls shop')).stdout).toBe('API_KEY\n');
    expect((await run('app env ls shop --values')).stdout).toBe('API_KEY=secret\n');
  });

  it('logs prints lines as they are', async () => {
    expect((await run('app logs shop -n 5')).stdout).toBe('access: shop 5 false\n');
  });

  it.each(['app create shop', 'app create shop --domain not_a_host'])(
    '%s is not understood',
    async (line) => {
      expect(await run(line)).toMatchObject({ code: 2, orders: [] });
    },
  );
});
