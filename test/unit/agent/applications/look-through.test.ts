import { describe, expect, it } from 'vitest';
import { lookThrough } from '../../../../agent/applications/look-through.ts';
import { type TarPart, tarOf } from '../../../support/tarball.ts';

/** In small pieces, as a disk may give it. */
async function* pieces(bytes: Uint8Array, size = 100): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const look = (parts: readonly TarPart[]): ReturnType<typeof lookThrough> => lookThrough(pieces(tarOf(parts)));

const link = (path: string, target: string): TarPart => ({ path, type: '2', target });
const file = (path: string, text = 'x'): TarPart => ({ path, text });
const manifest = (text: string): TarPart => file('muster.app.yml', text);

describe('an archive that is looked through', () => {
  it.each<{ what: string; parts: TarPart[]; why: RegExp }>([
    { what: 'a path from the root', parts: [file('/etc/passwd')], why: /root of the machine/ },
    { what: 'a step up', parts: [file('a/../../etc/passwd')], why: /leads out/ },
    { what: 'a device', parts: [{ path: 'null', type: '3' }], why: /neither a file/ },
    { what: 'a pipe', parts: [{ path: 'pipe', type: '6' }], why: /neither a file/ },
    { what: 'a control character', parts: [file('a\nb')], why: /control character/ },
    { what: 'a link to the root', parts: [link('a', '/etc')], why: /leads to \/etc/ },
    { what: 'a link that leads out', parts: [link('a/b', '../../etc')], why: /leads out/ },
    {
      what: 'links that lead out together',
      parts: [link('here', '.'), link('up', 'here/..')],
      why: /leads out/,
    },
    { what: 'links in a circle', parts: [link('a', 'b'), link('b', 'a')], why: /circle/ },
    { what: 'a file below a link', parts: [link('a', 'b'), file('a/x')], why: /lies below a, a link/ },
    { what: 'a file that is there twice', parts: [file('a'), file('a')], why: /twice/ },
    { what: 'a second name of nothing', parts: [{ path: 'a', type: '1', target: 'b' }], why: /second name/ },
    {
      what: 'a second name of a file outside',
      parts: [{ path: 'a', type: '1', target: '/etc/shadow' }],
      why: /root of the machine/,
    },
    { what: 'a key that does not exist', parts: [manifest('nonsense: 1')], why: /nonsense/ },
    { what: 'a manifest that is no YAML', parts: [manifest('a: [')], why: /no YAML/ },
    {
      what: 'a directive that is not allowed',
      parts: [manifest('apache: LoadModule x y')],
      why: /LoadModule is not allowed/,
    },
    {
      what: 'a proxy by rewriting',
      parts: [manifest('apache: RewriteRule ^ http://x/ [P]')],
      why: /reaches beyond/,
    },
    { what: 'a command for a shell', parts: [manifest('release: rm -rf $HOME')], why: /command/ },
    { what: 'a writable folder that leads out', parts: [manifest('writable: [../x]')], why: /inside/ },
    { what: 'a public folder that is not there', parts: [manifest('public: web')], why: /there is none/ },
    { what: 'a writable file', parts: [manifest('writable: [a]'), file('a')], why: /no folder/ },
  ])('is refused for $what', async ({ parts, why }) => {
    await expect(look(parts)).rejects.toMatchObject({
      code: 'archive-refused',
      why: expect.stringMatching(why),
    });
  });

  it('is refused where it is cut off', async () => {
    const whole = tarOf([file('a', 'x'.repeat(2_000))]);

    await expect(lookThrough(pieces(whole.subarray(0, 1_000)))).rejects.toMatchObject({
      why: /in the middle/,
    });
  });

  it('is refused where it is damaged', async () => {
    const whole = tarOf([file('a')]);
    whole[0] = 0x62;

    await expect(lookThrough(pieces(whole))).rejects.toMatchObject({ why: /damaged/ });
  });

  it('may have links inside, long paths, and folders named twice', async () => {
    const folder: TarPart = { path: 'a/', type: '5' };
    const found = await look([folder, folder, file('a/x.html'), link('a/y', 'x.html'), link('z', 'a/y')]);

    expect(found).toMatchObject({ kind: 'static', files: 3, manifest: { public: '.' } });
  });

  it('takes the folder public where there is one, and says what is PHP', async () => {
    const found = await look([file('./public/index.php'), file('./lib/a.txt')]);

    expect(found).toMatchObject({ kind: 'php', manifest: { public: 'public', health: '/' } });
  });

  it('names what is left out for lying where the application writes', async () => {
    const found = await look([manifest('writable: [uploads]'), file('uploads/a.png'), file('index.php')]);

    expect(found.leftOut).toEqual(['uploads/a.png']);
  });

  it('reads long names of pax and of GNU', async () => {
    const long = `${'d'.repeat(60)}/${'e'.repeat(60)}/index.php`;
    const record = ` path=${long}\n`;
    const size = record.length + String(record.length + 3).length;
    const pax = tarOf([{ path: 'PaxHeader', type: 'x', text: `${String(size)}${record}` }, file('short')]);
    const gnu = tarOf([{ path: '././@LongLink', type: 'L', text: `${long}\0` }, file('short')]);

    expect(await lookThrough(pieces(pax))).toMatchObject({ kind: 'php' });
    expect(await lookThrough(pieces(gnu))).toMatchObject({ kind: 'php' });
  });
});
