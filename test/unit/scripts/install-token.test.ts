import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { existsSync, rmSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MusterError } from '../../../roles/model/errors.ts';
import { sha256 } from '../../../roles/model/fingerprint.ts';
import { decodeToken, encodeToken, type Token } from '../../../roles/model/token.ts';
import { InstallStage } from '../../support/install-stage.ts';

const token: Token = {
  id: 'tabcdefghijkl',
  secret: Buffer.from('0123456789abcdef').toString('base64url'),
  clusterId: 'cabcdefghijkl',
  addresses: ['10.0.0.1', '10.0.0.2'],
  pin: `sha256//${'A'.repeat(43)}=`,
  expiresAt: '2026-01-02T03:04:05.000Z',
};
const good = encodeToken(token);

/** What a token with this content would be. */
function encoded(content: unknown): string {
  const body = `muster1.${Buffer.from(JSON.stringify(content)).toString('base64url')}`;
  return `${body}.${sha256(body).slice(0, 8)}`;
}

function refusalOf(text: string): MusterError {
  try {
    decodeToken(text);
  } catch (error) {
    if (error instanceof MusterError) return error;
  }
  throw new Error(`${text} is a good token`);
}

describe('install.sh --token', () => {
  let stage: InstallStage;

  beforeEach(() => {
    stage = new InstallStage();
    stage.moveIn();
    stage.stub('curl', 'echo "curl: (7) no way there" >&2; exit 7');
    stage.stub('apt-get', `echo "'file:/mirror/InRelease' name 0"`);
  });

  afterEach(() => rmSync(stage.folder, { recursive: true }));

  it.each([
    { how: 'empty', text: '' },
    { how: 'something else', text: 'sesame' },
    { how: 'without its beginning', text: good.slice(3) },
    { how: 'of another version', text: good.replace('muster1', 'muster2') },
    { how: 'cut short in its payload', text: good.slice(0, 50) },
    { how: 'cut short in its checksum', text: good.slice(0, -3) },
    { how: 'with a character changed', text: good.replace(/.\./, '~.').replace('~', 'x') },
    {
      how: 'with its payload changed',
      text: `${good.slice(0, 40)}${good[40] === 'A' ? 'B' : 'A'}${good.slice(41)}`,
    },
    { how: 'with a space', text: `${good.slice(0, 40)} ${good.slice(40)}` },
    { how: 'with a line break', text: `${good.slice(0, 40)}\n${good.slice(40)}` },
    { how: 'with more behind it', text: `${good}.${good}` },
  ])('says of a token that is $how what muster itself says', async ({ text }) => {
    const { code, all } = await stage.run(['--token', text]);
    const said = refusalOf(text);
    expect(code).toBe(2);
    expect(all).toContain(`${said.message}: ${said.why}`);
    expect(all).toContain(`Next: ${said.next}`);
  });

  it.each([
    { name: 'id', content: { ...token, id: 'x' } },
    { name: 'secret', content: { ...token, secret: 'short' } },
    { name: 'clusterId', content: { ...token, clusterId: 'c$(id)' } },
    { name: 'addresses', content: { ...token, addresses: [] } },
    { name: 'addresses', content: { ...token, addresses: ['10.0.0.256'] } },
    { name: 'pin', content: { ...token, pin: 'sha256//x' } },
    { name: 'pin', content: { ...token, pin: `${token.pin}\nheader = "x"` } },
    { name: 'expiresAt', content: { ...token, expiresAt: '2026-13-02T03:04:05Z' } },
    { name: 'id', content: 'no object' },
  ])('refuses a token whose $name is of another shape', async ({ name, content }) => {
    const { code, all } = await stage.run(['--token', encoded(content)]);
    expect(code).toBe(2);
    expect(all).toContain(refusalOf(encoded(content)).message);
    expect(all).toContain(`its ${name} is missing or of another shape`);
  });

  it.each([
    { words: ['--cluster', 'other'], said: '--cluster does not go with --token' },
    { words: ['--vip', '10.0.0.9'], said: '--vip does not go with --token' },
  ])('goes not with $words', async ({ words, said }) => {
    const { code, all } = await stage.run(['--token', good, ...words]);
    expect(code).toBe(2);
    expect(all).toContain(said);
  });

  it.each([
    { how: 'with spaces around it', word: ` ${good}\n` },
    { how: 'from a file', word: '@token' },
  ])('takes a token $how', async ({ word }) => {
    stage.write('token', `${good}\n`);
    expect((await stage.run(['--token', word])).all).toContain('the token was good until');
  });

  it('names a token that is over, with both times', async () => {
    stage.stub(
      'date',
      'case "$*" in "+%s") echo 1767323045 ;; *T%H:*) echo NOW ;; *) exec /usr/bin/date "$@" ;; esac',
    );
    const { code, all } = await stage.run(['--token', good]);
    expect(code).toBe(1);
    expect(all).toContain(`the token was good until ${token.expiresAt}, the clock of this machine says NOW`);
    expect(all).toContain('timedatectl');
  });

  it('names another cluster that the machine is in, and all else in one go', async () => {
    stage.write('etc/muster/node.json', JSON.stringify({ clusterId: 'cbbbbbbbbbbbb' }));
    const { code, all } = await stage.run([
      '--token',
      encodeToken({ ...token, expiresAt: '2099-01-01T00:00:00Z' }),
    ]);
    expect(code).toBe(1);
    expect(all).toContain('member of cluster cbbbbbbbbbbbb, the token is of cabcdefghijkl');
    expect(all).toContain('muster uninstall');
    expect(all).toContain('on port 7701 of 10.0.0.1 (curl: (7) no way there), 10.0.0.2 (');
    expect(all).toContain('Nothing has been written.');
    expect(existsSync(stage.path('var/log'))).toBe(false);
  });

  it('is missed by a script that came through a pipe', async () => {
    const { code, all } = await stage.paste('sh -s -- <install.sh');
    expect(code).toBe(1);
    expect(all).toContain('there is no token');
  });

  it('shows its manual also through a pipe', async () => {
    expect((await stage.paste('sh -s -- --help <install.sh')).all).toContain('--token TOKEN');
  });

  it('names who holds a UDP port', async () => {
    const socket = createSocket('udp4').bind(0, '127.0.0.1');
    await once(socket, 'listening');
    stage.set('ports', `${socket.address().port}/udp`);
    const { all } = await stage.run(['--check']);
    socket.close();
    expect(all).toMatch(/port \d+\/udp is in use by node \(process \d+\)/);
  });
});
