import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Lab, openLab } from '../../harness/index.ts';

const checkout = join(import.meta.dirname, '../../../..');
const place = '/root/muster';

describe('the build path', () => {
  let lab: Lab;

  beforeAll(async () => {
    lab = await openLab({ machines: 1, bare: true });
  });

  afterAll(async () => lab.close());

  test('a checkout without a payload builds it, serves, and leaves no build tools', async () => {
    const b1 = lab.machine('b1');
    const folder = await mkdtemp(join(tmpdir(), 'checkout-'));
    await execa('git', ['-C', checkout, 'checkout-index', '--all', `--prefix=${folder}/`]);
    await b1.put(folder, place);
    await rm(folder, { recursive: true });
    const packages = async (): Promise<string> =>
      (await b1.exec(['dpkg-query', '-W', '-f', '${binary:Package}\n'])).stdout;
    const had = new Set((await packages()).split('\n'));

    const { stdout } = await b1.exec(['sh', '-c', `cd ${place} && exec ./install.sh 2>&1`]);

    expect(stdout).toMatch(/Done in [\d.]+ s, and [\d.]+ s for building the payload/);
    const answer = await fetch(`http://${b1.address}/`);
    expect(answer.status).toBe(200);
    const came = (await packages()).split('\n').filter((name) => !had.has(name));
    expect(came).toContain('haproxy');
    expect(came.filter((name) => /^(nodejs|npm|node-.*)$/.test(name))).toEqual([]);
    const left = await b1.exec(['sh', '-c', 'ls -d /var/tmp/muster-build.* /root/.npm 2>/dev/null || true']);
    expect(left.stdout).toBe('');
  });
});
