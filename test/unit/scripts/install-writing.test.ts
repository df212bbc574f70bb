import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { InstallStage } from '../../support/install-stage.ts';

const log = 'var/log/muster/install.log';

describe('install.sh, from where it writes', () => {
  let stage: InstallStage;

  beforeEach(() => {
    stage = new InstallStage();
    stage.moveIn();
  });

  afterEach(() => rmSync(stage.folder, { recursive: true }));

  const there = (name: string): boolean => existsSync(stage.path(name));

  /** `init` says why it fails; `uninstall` takes its logs away as the real one does. */
  const putFailing = (): void =>
    stage.putPayload(
      `if [ "$2" = uninstall ]; then echo back; rm -r "${stage.path('var/log/muster')}"; exit 0; fi; echo the reason; exit 1`,
    );

  it('puts muster in place and goes on with muster init', async () => {
    stage.putPayload('echo "$@ after $MUSTER_STEPS_BEFORE"');
    const { code, all } = await stage.run(['--name', 'b1']);
    expect(code).toBe(0);
    expect(all).toContain('muster.mjs init --name b1 --address 10.0.0.5 after 2');
    expect(all).toContain('Done in ');
    expect(there('usr/local/bin/muster')).toBe(true);
    expect(readFileSync(stage.path(log), 'utf8')).toContain('init --name b1');
    expect(readdirSync(stage.path('run'))).toEqual(['muster']);
  });

  it('passes VIPs on to muster init', async () => {
    stage.putPayload('echo "$@"');
    const { all } = await stage.run(['--vip', '10.0.0.9/24', '--vip=10.0.0.8']);
    expect(all).toContain('init --address 10.0.0.5 --vip 10.0.0.9/24 --vip 10.0.0.8');
  });

  it.each([
    { shell: 'bash', file: 'usr/share/bash-completion/completions/muster' },
    { shell: 'zsh', file: 'usr/share/zsh/vendor-completions/_muster' },
    { shell: 'fish', file: 'usr/share/fish/vendor_completions.d/muster.fish' },
  ])('helps a $shell that is there, and makes no folder for others', async ({ file }) => {
    stage.putPayload('true');
    mkdirSync(dirname(stage.path(file)), { recursive: true });
    expect((await stage.run([])).code).toBe(0);
    expect(there(file)).toBe(true);
    expect(readdirSync(stage.path('usr/share'))).toHaveLength(1);
  });

  it('undoes what failed, and keeps the log that it points to', async () => {
    putFailing();
    const { code, all } = await stage.run([]);
    expect(code).toBe(1);
    expect(all).toContain('failed: muster init did not come to its end');
    expect(all).toContain('Everything that this run had changed is undone; the log stays.');
    expect(all).toContain(`Next: repair this, then run the same command again; ${stage.path(log)}`);
    expect(readFileSync(stage.path(log), 'utf8')).toMatch(/the reason\n.*back\n/s);
    expect(readdirSync(stage.path('var/log'))).toEqual(['muster']);
    expect(there('opt/muster')).toBe(false);
    expect(there('usr/local/bin/muster')).toBe(false);
  });

  it('says so where not all could be undone', async () => {
    stage.putPayload('echo no way; exit 1');
    const { code, all } = await stage.run([]);
    expect(code).toBe(1);
    expect(all).toContain('Not everything could be undone');
    expect(there('opt/muster')).toBe(true);
  });

  it('goes to its end where nothing can be shown', async () => {
    stage.putPayload('echo well');
    expect((await stage.run([], '>/dev/full 2>/dev/full')).code).toBe(0);
    expect(there('usr/local/bin/muster')).toBe(true);
  });

  it('goes to its end where whoever reads has gone', async () => {
    stage.putPayload('for line in 1 2 3; do echo "$line"; done');
    await stage.run([], '| true');
    expect(readFileSync(stage.path(log), 'utf8')).toContain('Done in ');
  });

  it('undoes what failed also where nothing can be shown', async () => {
    putFailing();
    expect((await stage.run([], '>/dev/full 2>/dev/full')).code).toBe(1);
    expect(there('opt/muster')).toBe(false);
    expect(readFileSync(stage.path(log), 'utf8')).toContain('the reason');
  });

  it.each([
    { what: 'a folder that cannot be made', file: 'usr' },
    { what: 'a file that cannot be copied', file: 'usr/local/bin/muster.new/in-the-way' },
  ])('treats $what as a failure like any other', async ({ file }) => {
    putFailing();
    stage.write(file, '');
    const { code, all } = await stage.run([]);
    expect(code).toBe(1);
    expect(all).toContain('failed: ');
    expect(all).toContain('Everything that this run had changed is undone');
    expect(all).toContain('Next: repair this');
    expect(there('opt/muster')).toBe(false);
    expect(there('run/muster-install.lock')).toBe(false);
  });

  it('tells also a failure before anything is written', async () => {
    stage.putPayload('true');
    stage.stub('df', 'exit 1');
    stage.stub('awk', 'exit 3');
    const { code, all } = await stage.run([]);
    expect(code).toBe(1);
    expect(all).toContain('Nothing has been written.');
    expect(all).toContain('Next: ');
  });
});
