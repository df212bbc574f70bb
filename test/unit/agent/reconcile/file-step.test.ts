import { beforeEach, describe, expect, it } from 'vitest';
import { writeFile } from '../../../../agent/reconcile/file-step.ts';
import { MusterError } from '../../../../roles/model/errors.ts';
import { sha256 } from '../../../../roles/model/fingerprint.ts';
import { secretReference } from '../../../../roles/model/secret.ts';
import { type FakeMachine, fakeMachine } from '../../../support/machine.ts';

let machine: FakeMachine;
beforeEach(async () => {
  machine = await fakeMachine();
});

describe('a file with a secret', () => {
  const content = `password=${secretReference({ name: 'db-shop', revision: 3 }, 'word')}\n`;
  const file = { path: '/etc/app.conf', content, mode: 0o600, owner: 'root:root' };

  it('has it on disk, and the manifest tells only what it was made from', async () => {
    await writeFile(machine, file);
    expect(await machine.files.read(file.path)).toBe('password=secret of db-shop\n');
    expect(machine.manifest.entries().files[file.path]).toMatchObject({
      written: sha256('password=secret of db-shop\n'),
      source: sha256(content),
    });
    const kept = await machine.files.read('/var/lib/muster/manifest.json');
    expect(kept).not.toContain('secret of');
  });

  it('stays as it was where the secret cannot be opened', async () => {
    const missing = new MusterError('secret-missing', { what: 'a', why: 'b', next: 'c' });
    const closed = { ...machine, secrets: { open: () => Promise.reject(missing) } };
    await expect(writeFile(closed, file)).rejects.toBe(missing);
    expect(await machine.files.read(file.path)).toBeUndefined();
    expect(machine.manifest.entries().files[file.path]).toBeUndefined();
  });

  it('is checked as it will stand there, by nobody but root', async () => {
    const seen: (string | undefined)[] = [];
    const commands = {
      run: async (argv: readonly string[]) => {
        const path = argv[1] ?? '';
        seen.push(await machine.files.read(path), String((await machine.files.inspect(path))?.mode));
        return { exitCode: 0, stdout: '', stderr: '' };
      },
    };
    await writeFile({ ...machine, commands }, { ...file, check: ['/usr/bin/checker', '{}'] });
    expect(seen).toEqual(['password=secret of db-shop\n', String(0o600)]);
  });
});

it('a file without one has no other source than its text', async () => {
  const file = { path: '/etc/plain.conf', content: 'plain\n', mode: 0o644, owner: 'root:root' };
  await writeFile(machine, file);
  expect(machine.manifest.entries().files[file.path]).toEqual({ former: null, written: sha256('plain\n') });
});
