import { beforeEach, describe, expect, it } from 'vitest';
import { runInit } from '../../../../agent/local/init.ts';
import { runUninstall } from '../../../../agent/local/uninstall.ts';
import { openManifest } from '../../../../agent/reconcile/manifest.ts';
import { paths } from '../../../../roles/model/paths.ts';
import { type FakeMachine, fakeMachine } from '../../../support/fake-machine.ts';

const options = { dryRun: false, yes: true, purgeData: false, json: false };

describe('muster uninstall', () => {
  let machine: FakeMachine;

  beforeEach(async () => {
    machine = fakeMachine();
    machine.files.put('/etc/hosts', 'as it was\n', 0o640, 'root:adm');
    machine.questions.answers.set('http://10.0.0.5/', { ok: true, status: 200, text: 'hello' });
    await runInit({ json: false }, machine);
    const manifest = await openManifest(machine.files, paths.state);
    await manifest.keepFormer('/etc/hosts');
    const block = '# muster: begin\n10.77.0.11 b1.muster\n# muster: end\n';
    await manifest.recordWritten('/etc/hosts', `as it was\n${block}`);
    // The operator has added a line since.
    machine.files.put('/etc/hosts', `as it was\n${block}and more\n`);
    await manifest.keepFormer('/etc/new.conf');
    machine.files.put('/etc/new.conf', 'ours');
    await manifest.recordWritten('/etc/new.conf', 'ours');
    await manifest.recordService('haproxy.service');
    machine.talk.lines.length = 0;
  });

  it('puts the machine back: agent first, packages and files, itself last', async () => {
    const came = (await openManifest(machine.files, paths.state)).entries().packages;
    await runUninstall(options, machine);

    expect(machine.agent.calls.at(-1)).toBe('stop');
    expect(machine.services.calls).toEqual(['stop haproxy.service', 'disable haproxy.service']);
    expect(machine.packages.calls.at(-1)).toBe(`purge ${came.join(' ')}`);
    expect(machine.files.files.get('/etc/hosts')).toMatchObject({ mode: 0o640, owner: 'root:adm' });
    expect(machine.files.text('/etc/hosts')).toBe('as it was\nand more\n');
    const left = [...machine.files.files.keys()].filter((path) => path !== '/etc/hosts');
    expect(left).toEqual([expect.stringMatching(/^\/var\/backups\/muster-c.{12}\.tar$/)]);
    expect(machine.files.files.get(left[0] ?? '')?.mode).toBe(0o600);
  });

  it('ends what a package had enabled itself, and does not disable what was enabled before', async () => {
    const manifest = await openManifest(machine.files, paths.state);
    await manifest.setLoaded('apache2.service', 'fingerprint');
    await runUninstall(options, machine);
    expect(machine.services.calls).toEqual([
      'stop haproxy.service',
      'disable haproxy.service',
      'stop apache2.service',
    ]);
  });

  it('ends what the agent itself keeps running, where there is no systemd', async () => {
    machine.files.put('/run/muster/services/php8.2-fpm.service.json', '{}');
    await runUninstall(options, { ...machine, init: 'none' });
    expect(machine.services.calls).toContain('stop php8.2-fpm.service');
    expect(machine.commands.lines).not.toContain('systemctl daemon-reload');
  });

  it('clears what the purged packages leave behind', async () => {
    machine.files.put('/var/lib/haproxy/dev/log', '');
    await runUninstall(options, machine);
    expect(machine.files.text('/var/lib/haproxy/dev/log')).toBeUndefined();
    expect(machine.commands.lines).toEqual(
      expect.arrayContaining([
        'rmdir /var/lib/haproxy/dev',
        expect.stringContaining('--remove php-fpm.sock'),
      ]),
    );
  });

  it('keeps nothing where that is asked for', async () => {
    await runUninstall({ ...options, purgeData: true }, machine);
    expect([...machine.files.files.keys()]).toEqual(['/etc/hosts']);
  });

  it.each([
    {
      purgeData: false,
      said: '  keep the data of databases and uploads: /var/lib/mysql, /srv/muster',
      stays: true,
    },
    {
      purgeData: true,
      said: '  REMOVE the data of databases and uploads: /var/lib/mysql, /srv/muster',
      stays: false,
    },
  ])('leaves data alone unless it shall go: $purgeData', async ({ purgeData, said, stays }) => {
    await (await openManifest(machine.files, paths.state)).recordPackages(['mariadb-server']);
    machine.files.put('/var/lib/mysql/shop/orders.ibd', 'rows');
    machine.files.put('/srv/muster/files/photo', 'bytes');
    await runUninstall({ ...options, purgeData }, machine);
    expect(machine.talk.lines).toContain(said);
    expect(machine.files.text('/var/lib/mysql/shop/orders.ibd') !== undefined).toBe(stays);
    expect(machine.files.text('/srv/muster/files/photo') !== undefined).toBe(stays);
  });

  it('never touches a database that was there before muster', async () => {
    const manifest = `${paths.state}/manifest.json`;
    const brought = machine.files.text(manifest) ?? '';
    machine.files.put(manifest, brought.replace(/\s*"mariadb-server",/, ''));
    machine.files.put('/var/lib/mysql/theirs/t.ibd', 'rows');
    await runUninstall({ ...options, purgeData: true }, machine);
    expect(machine.files.text('/var/lib/mysql/theirs/t.ibd')).toBe('rows');
  });

  it('lists, and changes nothing, on a dry run', async () => {
    const before = [...machine.files.files];
    await runUninstall({ ...options, dryRun: true, yes: false }, machine);
    expect([...machine.files.files]).toEqual(before);
    expect(machine.agent.calls).not.toContain('stop');
    const said = machine.talk.lines.join('\n');
    for (const word of ['haproxy.service', '/etc/hosts', '/etc/new.conf', 'apache2', '/opt/muster']) {
      expect(said).toContain(word);
    }
  });

  it('asks first, and until then changes nothing', async () => {
    machine.talk.typed = 'n';
    machine.packages.calls.length = 0;
    expect(await runUninstall({ ...options, yes: false }, machine)).toBe(false);
    expect(machine.talk.lines.at(-1)).toBe('Nothing has been changed.');
    expect(machine.packages.calls).toEqual([]);
    expect(machine.agent.calls).not.toContain('stop');
    machine.talk.typed = 'y';
    expect(await runUninstall({ ...options, yes: false }, machine)).toBe(true);
    expect(machine.talk.lines.at(-1)).toBe('muster is gone from this machine.');
  });

  it('is for root, also to look', async () => {
    const user = { ...machine, isRoot: false };
    await expect(runUninstall({ ...options, dryRun: true }, user)).rejects.toMatchObject({
      code: 'not-root',
      next: expect.stringMatching(/sudo muster uninstall --dry-run$/),
    });
  });

  it('purges also what an installation that was cut had brought, once the agent has ended', async () => {
    machine.packages.cutOff.push('libcut');
    machine.packages.versions.set('libcut', '1.0');
    let ran: boolean | undefined;
    const install = machine.packages.install.bind(machine.packages);
    machine.packages.install = (names, record) => {
      ran = machine.agent.runs;
      return install(names, record);
    };
    await runUninstall(options, machine);
    expect(ran).toBe(false);
    expect(machine.packages.versions.has('libcut')).toBe(false);
    expect(machine.talk.lines.join('\n')).toContain('had brought: libcut');
  });

  it('keeps a package that others need by now, tells it, and goes on', async () => {
    machine.packages.kept.set('apache2', 'theirs needs it');
    expect(await runUninstall(options, machine)).toBe(false);
    expect(machine.talk.lines).toContain('left: the package apache2: theirs needs it');
    expect(machine.talk.lines.at(-1)).toBe('muster is gone from this machine, but for what is left above.');
    expect(machine.files.text('/etc/muster/node.json')).toBeUndefined();
    expect(machine.packages.versions.has('haproxy')).toBe(false);
  });

  it('keeps former content aside that cannot go back to its place, and goes on', async () => {
    machine.files.refusals.set('/etc/hosts', 'it is a symbolic link');
    machine.files.refusals.set('/etc/new.conf', 'the file system is read-only');
    expect(await runUninstall(options, machine)).toBe(false);
    const said = machine.talk.lines.join('\n');
    expect(said).toContain('left: /etc/hosts could not be changed: it is a symbolic link');
    expect(said).toContain('left: /etc/new.conf could not be changed: the file system is read-only');
    expect(machine.files.text('/var/backups/muster-former/etc/hosts')).toBe('as it was\n');
    expect(said).toContain('files: 0 removed, 0 put back');
    expect(machine.files.text('/etc/muster/node.json')).toBeUndefined();
  });

  it('tells where the former content of a file is missing', async () => {
    const manifest = await openManifest(machine.files, paths.state);
    machine.files.put('/etc/lost', 'of old');
    await manifest.keepFormer('/etc/lost');
    await manifest.recordWritten('/etc/lost', 'ours');
    const former = manifest.entries().files['/etc/lost']?.former?.sha256 ?? '';
    machine.files.files.delete(manifest.formerPath(former));
    expect(await runUninstall(options, machine)).toBe(false);
    const said = machine.talk.lines.join('\n');
    expect(said).toContain('left: /etc/lost stays as it is: its former content is missing');
    expect(said).toContain('files: 1 removed, 1 put back');
  });

  it('keeps configuration from before that cannot be unpacked', async () => {
    machine.files.put('/var/lib/muster/former/earlier.tar', 'archive');
    machine.commands.script('tar --directory / --extract', { exitCode: 2, stderr: 'Read-only file system' });
    expect(await runUninstall(options, machine)).toBe(false);
    const said = machine.talk.lines.join('\n');
    expect(said).toContain('kept in /var/backups/muster-earlier.tar');
    expect(machine.commands.lines).toContain(
      'mv /var/lib/muster/former/earlier.tar /var/backups/muster-earlier.tar',
    );
  });

  it('goes on where a service will not end', async () => {
    machine.services.failures.set('stop haproxy.service', 'it hangs');
    expect(await runUninstall(options, machine)).toBe(false);
    expect(machine.talk.lines.filter((line) => line.startsWith('left: '))).toHaveLength(1);
    expect(machine.files.text('/etc/muster/node.json')).toBeUndefined();
  });

  it('refuses where nobody can answer', async () => {
    await expect(runUninstall({ ...options, yes: false }, machine)).rejects.toMatchObject({
      code: 'answer-needed',
      next: 'muster uninstall --yes',
    });
  });

  it('tells of a mount point and takes the rest', async () => {
    machine.files.mountPoints.add('/var/lib/muster/www');
    await runUninstall(options, machine);
    expect(machine.talk.lines.join('\n')).toContain('left: /var/lib/muster could not be changed');
    expect(machine.files.text('/etc/muster/node.json')).toBeUndefined();
  });

  it('bears a machine where nothing was done yet', async () => {
    const bare = fakeMachine();
    await runUninstall(options, bare);
    expect(bare.packages.calls).toEqual(['install ']);
    expect(bare.talk.lines.at(-1)).toBe('muster is gone from this machine.');
  });

  it('leaves a file alone that was kept and never written', async () => {
    machine.files.put('/etc/kept', 'as it is');
    await (await openManifest(machine.files, paths.state)).keepFormer('/etc/kept');
    machine.files.put('/etc/kept', 'changed by its owner since');
    await runUninstall(options, machine);
    expect(machine.files.text('/etc/kept')).toBe('changed by its owner since');
  });
});
