import { existsSync, readdirSync, rmSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cutShort, InstallGiver, refusing } from '../../support/install-giver.ts';
import { type InstallRun, InstallStage } from '../../support/install-stage.ts';

const log = 'var/log/muster/install.log';
const list = '/payload/SHA256SUMS';
const otherPin = `sha256//${'A'.repeat(43)}=`;
const refusal = { what: 'the token is used up', why: 'it let in 10 of "10"', next: 'muster token create' };

it.each(['curl', 'wget'])('%s is here: without it nothing below would be tested', (tool) => {
  expect(existsSync(`/usr/bin/${tool}`), `missing: apt-get install ${tool}`).toBe(true);
});

// Dozens of programs are started in each, on machines that have more to do.
describe.each([
  { tool: 'curl', other: 'wget' },
  { tool: 'wget', other: 'curl' },
])('install.sh --token, by $tool', { timeout: 20_000 }, ({ tool, other }) => {
  let stage: InstallStage;
  let giver: InstallGiver;

  beforeEach(async () => {
    stage = new InstallStage();
    giver = await InstallGiver.open(stage.path('giver'));
    stage.moveIn();
    stage.set('api_port', String(giver.port));
    stage.stub('apt-get', `echo "'file:/mirror/InRelease' name 0"`);
    stage.without(other);
    rmSync(stage.path('bin/curl'));
    stage.stub(tool, `echo "$*" >>"${stage.path('said-aloud')}"; exec /usr/bin/${tool} "$@"`);
    stage.write('giver/install.sh', stage.read('install.sh'));
    stage.putPayload(`echo "$@ after $MUSTER_STEPS_BEFORE"`, 'giver/payload');
  });

  afterEach(async () => {
    await giver.close();
    rmSync(stage.folder, { recursive: true });
  });

  const join = (...words: string[]): Promise<InstallRun> => stage.run(['--token', giver.pasted, ...words]);
  const there = (name: string): boolean => existsSync(stage.path(name));

  /** Nothing was put in place, and nothing of the way there is left. */
  const expectUntouched = (): void => {
    expect(there('opt/muster')).toBe(false);
    expect(there('usr/local/bin/muster')).toBe(false);
    expect(readdirSync(stage.path('var/tmp'))).toEqual([]);
  };

  it('joins by the pasted line', async () => {
    const { code, all } = await stage.paste(giver.line(tool));
    expect(all).toContain(`muster.mjs join --token ${giver.pasted} --address 10.0.0.5 after 3`);
    expect(all).toContain('[2/8] muster is fetched: ');
    expect(code).toBe(0);
    expect(stage.read('opt/muster/current/lib/part-A1.mjs')).toBe('// a part\n');
    expect(readdirSync(stage.path('var/tmp'))).toEqual([]);
    // The line, the list, and the files: node alone and then the rest where wget is all there is.
    expect(giver.connections).toBeLessThanOrEqual(4);
  });

  it('says the secret in no argument list', async () => {
    await join();
    expect(stage.read('said-aloud')).toContain(list);
    expect(stage.read('said-aloud')).not.toContain(giver.token.secret);
  });

  it('keeps the token out of the log', async () => {
    stage.putPayload('echo joined', 'giver/payload');
    await join();
    expect(stage.read(log)).toContain('joined');
    expect(stage.read(log)).not.toContain(giver.pasted);
  });

  it('takes nothing of a machine with another key, by the line', async () => {
    const { all } = await stage.paste(giver.line(tool, otherPin));
    expect(all).toContain('public key does not match pinned public key');
    expect(giver.asked).toEqual([]);
    expectUntouched();
  });

  it('takes nothing of a machine with another key, by the token', async () => {
    Object.assign(giver.token, { pin: otherPin });
    const { code, all } = await join();
    expect(code).toBe(1);
    expect(all).toContain(`of 127.0.0.1 has another key than the token names (${otherPin})`);
    expect(all).toContain('another machine has that address now, or the node was set up anew');
    expect(giver.asked).toEqual([]);
    expectUntouched();
  });

  it.each([
    {
      what: 'in its words',
      status: 403,
      said: `${refusal.what}: ${refusal.why} (says the node at 127.0.0.1)`,
    },
    // wget throws the words away that come with 401.
    { what: 'even with a 401', status: 401, said: 'muster token create' },
  ])('shows what a node refuses, $what', async ({ status, said }) => {
    giver.instead.set(list, refusing(status, refusal));
    const { code, all } = await join();
    expect(code).toBe(1);
    expect(all).toContain(said);
    expect(all).toContain('Nothing has been written.');
    expectUntouched();
  });

  it('names a node that does not know of payloads', async () => {
    giver.instead.set(list, (response) => response.writeHead(404).end('<html>'));
    expect((await join()).all).toContain('the node at 127.0.0.1 answers 404 when asked for its payload');
  });

  it('goes on to the next address, and names all that are silent', async () => {
    giver.instead.set(list, (response) => response.destroy());
    Object.assign(giver.token, { addresses: ['127.0.0.9', '127.0.0.1'] });
    const { code, all } = await join();
    expect(code).toBe(1);
    expect(all).toMatch(/does not answer on port \d+ of 127\.0\.0\.9 \(.*connect.*\), 127\.0\.0\.1 \(.+\)/i);
    giver.instead.clear();
    expect((await join()).code).toBe(0);
  });

  it.each([
    { line: `${'0'.repeat(64)}  ../escaped`, said: 'a line that does not belong' },
    { line: `${'0'.repeat(64)}  /etc/passwd`, said: 'a line that does not belong' },
    { line: `${'0'.repeat(64)}  lib/"x"`, said: 'a line that does not belong' },
    { line: `${'0'.repeat(64)}  -x`, said: 'a line that does not belong' },
  ])('refuses a list with $line', async ({ line, said }) => {
    stage.write('giver/payload/SHA256SUMS', `${stage.read('giver/payload/SHA256SUMS')}${line}\n`);
    const { code, all } = await join();
    expect(code).toBe(1);
    expect(all).toContain(said);
    expect(all).toContain(line.slice(66));
    expectUntouched();
  });

  it('refuses a list that is not whole', async () => {
    stage.write(
      'giver/payload/SHA256SUMS',
      stage.read('giver/payload/SHA256SUMS').split('\n').slice(0, 3).join('\n'),
    );
    expect((await join()).all).toContain('the list of the payload at 127.0.0.1 is not whole');
  });

  it.each(['node', 'lib/part-A1.mjs'])('undoes a download that was cut in %s', async (name) => {
    giver.instead.set(`/payload/${name}`, cutShort(stage.path(`giver/payload/${name}`)));
    const { code, all } = await join();
    expect(code).toBe(1);
    expect(all).toMatch(/failed: the payload did not come whole from 127\.0\.0\.1: .+/);
    expect(all).toContain('Everything that this run had changed is undone');
    expectUntouched();
  });

  it('undoes a payload that came damaged', async () => {
    stage.write('giver/payload/lib/part-A1.mjs', '// another\n');
    const { code, all } = await join();
    expect(code).toBe(1);
    expect(all).toContain('failed: the payload came damaged from 127.0.0.1: lib/part-A1.mjs: FAILED');
    expectUntouched();
  });

  it('undoes what was interrupted', async () => {
    const interrupting = `case "$*" in *muster-install.*/files*) kill -INT "$PPID"; exit 1 ;; esac`;
    stage.stub(tool, `${interrupting}; exec /usr/bin/${tool} "$@"`);
    const { code, all } = await join();
    expect(code).toBe(1);
    expect(all).toContain('failed: it was interrupted');
    expectUntouched();
  });

  it('undoes a join that failed', async () => {
    stage.putPayload('if [ "$2" = uninstall ]; then exit; fi; echo the reason; exit 1', 'giver/payload');
    const { code, all } = await join();
    expect(code).toBe(1);
    expect(all).toContain('the reason');
    expect(all).toContain('failed: muster join did not come to its end');
    expectUntouched();
  });

  it('repairs a member without a second download', async () => {
    await join();
    stage.write('etc/muster/node.json', JSON.stringify({ clusterId: giver.token.clusterId }, undefined, 2));
    giver.asked.length = 0;
    const { code, all } = await join();
    expect(code).toBe(0);
    expect(all).toContain('muster is fetched: it is here already');
    expect(all).toContain(`join --token ${giver.pasted} after 3`);
    expect(giver.asked).toEqual([list]);
  });

  it('becomes root by sudo, which writes no token into its log', async () => {
    stage.stub('id', 'if [ "$1" = -un ]; then echo ann; else echo "${BECAME:-1000}"; fi');
    stage.stub(
      'sudo',
      `if [ "$1" = -n ]; then exit; fi; echo "$@" >"${stage.path('sudo.log')}"; BECAME=0 exec "$@"`,
    );
    const { code, all } = await stage.paste(giver.line(tool));
    expect(all).toContain(`join --token ${giver.pasted}`);
    expect(code).toBe(0);
    expect(stage.read('sudo.log')).not.toContain(giver.pasted);
    expect(readdirSync(stage.path('var/tmp'))).toEqual([]);
  });

  it('names all that is in the way where nothing lets it be root', async () => {
    stage.stub('id', 'if [ "$1" = -un ]; then echo ann; else echo 1000; fi');
    for (const name of ['sudo', 'doas']) stage.stub(name, 'exit 1');
    giver.instead.set(list, refusing(403, refusal));
    const { code, all } = await stage.paste(giver.line(tool));
    expect(code).toBe(1);
    expect(all).toContain('this is run by ann, not by root');
    expect(all).toContain(refusal.what);
  });
});
