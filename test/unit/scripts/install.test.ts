import { readFileSync, rmSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type InstallRun, InstallStage, installScript } from '../../support/install-stage.ts';

describe('install.sh', () => {
  let stage: InstallStage;
  const run = (...words: string[]): Promise<InstallRun> => stage.run(words);

  beforeEach(() => {
    stage = new InstallStage();
  });

  afterEach(() => rmSync(stage.folder, { recursive: true }));

  it('shows its manual', async () => {
    const { code, all } = await run('--help');
    expect(code).toBe(0);
    expect(all).toContain('--address IPV4');
    expect(all).toContain('NO_COLOR');
  });

  it.each([
    { words: ['--bogus'], said: 'there is no flag --bogus' },
    { words: ['--name'], said: '--name needs a value' },
    { words: ['--name', 'Big Box'], said: 'a name is 1-63 characters' },
    { words: ['--cluster=-x'], said: 'a cluster name is 1-32 characters' },
    { words: ['--address', 'eth0'], said: 'that is no IPv4 address' },
    { words: ['--address', '10.0.0.256'], said: 'that is no IPv4 address' },
    { words: ['--vip', '10.0.0.9/33'], said: 'that is no IPv4 address, nor one with' },
    { words: ['--vip=10.0.0'], said: 'that is no IPv4 address, nor one with' },
    { words: ['--vip', '10.0.0.9', '--vip', '10.0.0.9/24'], said: '--vip 10.0.0.9 is given twice' },
    { words: ['--vip=10.0.0.7', '--vip=10.0.0.8', '--vip=10.0.0.9'], said: 'two VIPs at most' },
  ])('refuses $words', async ({ words, said }) => {
    const { code, all } = await run(...words);
    expect(code).toBe(2);
    expect(all).toContain(said);
    expect(all).toContain('--help');
  });

  it('runs nothing when it was cut anywhere before its last line', async () => {
    const lines = readFileSync(installScript, 'utf8').trimEnd().split('\n');
    expect(lines.at(-1)).toBe('main "$@"');
    stage.write('install.sh', lines.slice(0, -1).join('\n'));
    expect(await run('--bogus')).toEqual({ code: 0, all: '' });
  });

  it('names everything that is in the way at once, and what to do about each', async () => {
    stage.stub('id', 'if [ "$1" = -un ]; then echo ann; else echo 1000; fi');
    for (const name of ['sudo', 'doas']) stage.stub(name, 'exit 1');
    stage.stub('uname', 'echo riscv64');
    stage.stub('df', 'echo; echo "/dev/x 900 880 20 98% /"');
    stage.stub('getent', 'exit 2');
    stage.stub(
      'ip',
      'if [ "$2" = route ]; then exit 2; else echo "2: a inet 10.0.0.5/24"; echo "3: b inet 10.1.0.5/24"; fi',
    );

    const { code, all } = await run('--check');

    expect(code).toBe(1);
    for (const said of [
      'this is run by ann, not by root',
      'the processor is riscv64',
      '/ has 20 MiB free, muster needs 2048 MiB',
      'add one of: --address 10.0.0.5 (a), --address 10.1.0.5 (b)',
      "the name of apt's mirror mirror.test cannot be looked up",
      'there is neither dist/payload nor a checkout',
      'Nothing has been written.',
    ]) {
      expect(all).toContain(said);
    }
  });

  it.each([
    {
      what: 'a clock that is wrong',
      stubs: { curl: 'echo "HTTP/1.1 200 OK"; echo "Date: Tue, 05 Jan 2021 10:00:00 GMT"' },
      said: "apt's mirror says 2021-01-05 10:00 UTC",
    },
    {
      what: 'a mirror that misses the release',
      stubs: { curl: 'echo "HTTP/1.1 404 Not Found"' },
      said: "apt's mirror mirror.test answers 404",
    },
    {
      what: 'a mirror that does not answer',
      stubs: { curl: 'echo "curl: (7) Failed to connect" >&2; exit 7' },
      said: "apt's mirror mirror.test does not answer: curl: (7) Failed to connect",
    },
    { what: 'no sources', stubs: { 'apt-get': 'true' }, said: 'apt has no sources' },
    { what: 'no address', stubs: { ip: 'true' }, said: 'no interface has an IPv4 address' },
  ])('names $what', async ({ stubs, said }) => {
    for (const [name, body] of Object.entries(stubs)) stage.stub(name, body);
    const { code, all } = await run('--check');
    expect(code).toBe(1);
    expect(all).toContain(said);
  });

  it('refuses an address that no interface has, and offers those there are', async () => {
    const { all } = await run('--check', '--address', '10.9.9.9');
    expect(all).toContain('no interface has the address 10.9.9.9');
    expect(all).toContain('--address 10.0.0.5 (eth0)');
  });

  it('tells a payload that is not whole', async () => {
    stage.write('node', 'half');
    stage.write('SHA256SUMS', `${'0'.repeat(64)}  node\n`);
    const { code, all } = await run('--check');
    expect(code).toBe(1);
    expect(all).toContain('is not whole');
  });

  describe('servers of somebody else', () => {
    /** `active`, `enabled` and `installed` are what systemd and dpkg say; ports are nobody's. */
    const meet = async (
      found: Partial<Record<'active' | 'enabled' | 'installed', string>>,
    ): Promise<string> => {
      stage.write('install.sh', stage.read('install.sh').replaceAll('/run/systemd/system', stage.folder));
      stage.set('ports', '');
      const { active = '-', enabled = '-', installed = '-' } = found;
      stage.stub(
        'systemctl',
        `case "$2 $3" in "is-active ${active}" | "is-enabled ${enabled}") exit 0 ;; esac; exit 3`,
      );
      stage.stub(
        'dpkg-query',
        `for last; do :; done; if [ "$last" = ${installed} ]; then echo installed; else exit 1; fi`,
      );
      return (await run('--check')).all;
    };

    it.each(['nginx', 'memcached', 'mariadb', 'glusterd', 'keepalived', 'haproxy', 'caddy'])(
      '%s that runs is in the way',
      async (service) => {
        expect(await meet({ active: service })).toContain(`${service} is running and is not muster's`);
      },
    );

    it.each([
      { service: 'nginx', installed: 'nginx' },
      { service: 'mariadb', installed: 'mariadb-server' },
      { service: 'glusterd', installed: 'glusterfs-server' },
      { service: 'etcd', installed: 'etcd-server' },
    ])('$service that is off is taken over, whether it starts with the machine or not', async (one) => {
      const all = await meet({ installed: one.installed, enabled: one.service });
      expect(all).toContain(`installed and off: ${one.service}. muster takes them over`);
      expect(all).not.toContain(`${one.service} is off but starts`);
    });

    it('one that muster has no use for must not take port 80 at the next start', async () => {
      expect(await meet({ enabled: 'caddy' })).toContain('caddy is off but starts with the machine');
    });
  });
});
