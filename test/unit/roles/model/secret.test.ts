import { describe, expect, it } from 'vitest';
import { ensureFiles } from '../../../../roles/model/ensure.ts';
import { sha256 } from '../../../../roles/model/fingerprint.ts';
import { nothingObserved, type Observed } from '../../../../roles/model/observed.ts';
import { SecretFields, secretReference, secretsIn, withSecrets } from '../../../../roles/model/secret.ts';

const shop = { name: 'db-shop', revision: 7 };
const text = `user=${secretReference(shop, 'user')} password=${secretReference(shop, 'password')}\n`;

describe('a text that refers to secrets', () => {
  it('names each of them once', () => {
    const other = secretReference({ name: 'app-shop', revision: 9 }, 'env');
    expect(secretsIn(`${text}${other}`)).toEqual([shop, { name: 'app-shop', revision: 9 }]);
    expect(secretsIn('no {{secret}} here')).toEqual([]);
  });

  it('is filled in, whatever the secret looks like', () => {
    const open = (): SecretFields => ({ user: 'shop', password: '$& {{secret x@1 y}}' });
    expect(withSecrets(text, open)).toBe('user=shop password=$& {{secret x@1 y}}\n');
  });

  it('keeps a reference to a field that the secret has not', () => {
    expect(withSecrets(text, () => ({ user: 'shop' }))).toBe(
      `user=shop password=${secretReference(shop, 'password')}\n`,
    );
  });

  it('is another text once the secret was changed', () => {
    expect(secretReference(shop, 'user')).not.toBe(secretReference({ ...shop, revision: 8 }, 'user'));
  });

  it('cannot name what is no secret', () => {
    expect(() => secretReference({ name: '../x', revision: 1 }, 'user')).toThrow(/named by/);
    expect(SecretFields.safeParse({ 'Not A Field': 'x' }).success).toBe(false);
  });
});

describe('a file with a secret', () => {
  const file = { path: '/etc/app.conf', content: text, mode: 0o600, owner: 'root:root' };
  const real = sha256('user=shop password=p\n');
  const observed = (change: Partial<Observed>): Observed => ({
    ...nothingObserved,
    files: { [file.path]: { sha256: real, mode: 0o600, owner: 'root:root' } },
    written: { [file.path]: real },
    sources: { [file.path]: sha256(text) },
    ...change,
  });
  const found = (hash: string, mode = 0o600): Observed['files'] => ({
    [file.path]: { sha256: hash, mode, owner: 'root:root' },
  });

  it.each([
    { what: 'is left alone as it was written', change: {}, why: [] },
    {
      what: 'is put back when another hand changed it',
      change: { files: found('0') },
      why: ['it had been changed by another hand'],
    },
    {
      what: 'is put back when another hand let others read it',
      change: { files: found(real, 0o644) },
      why: ['it had been given another mode or owner'],
    },
    {
      what: 'is written anew for another text or secret',
      change: { sources: { [file.path]: sha256('former') } },
      why: ['it follows the settings, the roster or the hardware'],
    },
    {
      what: 'is written anew where it had no secret before',
      change: { sources: {} },
      why: ['it follows the settings, the roster or the hardware'],
    },
    {
      what: 'is written where there is none',
      change: { files: {}, written: {}, sources: {} },
      why: ['it is not there yet'],
    },
  ])('$what', ({ change, why }) => {
    expect(ensureFiles(observed(change), [file]).map((step) => step.why)).toEqual(why);
  });
});
