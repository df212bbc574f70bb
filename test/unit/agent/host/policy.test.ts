import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ServicePolicy } from '../../../../agent/host/policy.ts';

let directory: string;
let path: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'muster-policy-'));
  path = join(directory, 'policy-rc.d');
});
afterEach(() => rm(directory, { recursive: true }));

function verdict(action: string): number | null {
  try {
    execFileSync(path, ['--quiet', 'apache2', action]);
    return 0;
  } catch (error) {
    return (error as { status: number | null }).status;
  }
}

describe('ServicePolicy', () => {
  it('holds services back and leaves nothing behind', async () => {
    const policy = new ServicePolicy(path);

    await policy.hold('nothing');
    expect([verdict('start'), verdict('stop')]).toEqual([101, 101]);
    await policy.hold('stop');
    expect([verdict('start'), verdict('stop')]).toEqual([101, 0]);

    expect(await policy.release()).toBe(true);
    expect(await readdir(directory)).toEqual([]);
    expect(await policy.release()).toBe(false);
  });

  it('puts back the policy that was there, a link too', async () => {
    await symlink('/etc/alternatives/policy', path);
    const policy = new ServicePolicy(path);

    await policy.hold('nothing');
    await policy.release();

    expect(await readlink(path)).toBe('/etc/alternatives/policy');
    expect(await readdir(directory)).toEqual(['policy-rc.d']);
  });

  it('puts right what a crash left, at any moment of it', async () => {
    await writeFile(path, 'theirs');
    await new ServicePolicy(path).hold('nothing');

    await new ServicePolicy(path).hold('nothing');
    expect(await new ServicePolicy(path).release()).toBe(true);
    expect(await readFile(path, 'utf8')).toBe('theirs');

    await writeFile(`${path}.muster-kept`, 'theirs');
    await rm(path);
    expect(await new ServicePolicy(path).release()).toBe(true);
    expect(await readFile(path, 'utf8')).toBe('theirs');
  });

  it('leaves a policy that another hand put in place of ours', async () => {
    await writeFile(path, 'first');
    const policy = new ServicePolicy(path);
    await policy.hold('nothing');
    await writeFile(path, 'second');

    expect(await policy.release()).toBe(false);
    expect(await readFile(path, 'utf8')).toBe('second');
    expect(await readdir(directory)).toEqual(['policy-rc.d']);
  });
});
