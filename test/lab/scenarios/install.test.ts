import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBreakingMirror } from '../../support/breaking-mirror.ts';
import { differences, type FileTree, fileTree } from '../../support/file-tree.ts';
import { GATEWAY } from '../core/address.ts';
import { eventually, type Lab, type LabMachine, openLab } from '../harness/index.ts';

const checkout = join(import.meta.dirname, '../../..');
const place = '/root/muster';
const gateway = GATEWAY;

interface Ended {
  readonly exitCode: number;
  readonly all: string;
}

async function install(machine: LabMachine, ...words: string[]): Promise<Ended> {
  const { exitCode, stdout } = await machine.exec(
    ['sh', '-c', 'cd "$0" && exec ./install.sh "$@" 2>&1', place, ...words],
    { reject: false },
  );
  return { exitCode, all: stdout };
}

/** A user whom nothing lets become root. */
async function installAsUser(machine: LabMachine): Promise<Ended> {
  const script =
    'cp "$0/install.sh" /tmp && cd /tmp && exec setpriv --reuid 1000 --clear-groups ./install.sh 2>&1';
  const { exitCode, stdout } = await machine.exec(['sh', '-c', script, place], { reject: false });
  return { exitCode, all: stdout };
}

const trouble = `
for port in 80 8081; do
  setsid "$0/dist/payload/node" -e "require('net').createServer().listen($port)" >/dev/null 2>&1 &
done
mount -t tmpfs -o size=64M tmpfs /opt
mount --bind /dev/null /etc/resolv.conf
printf 'ID=debian\\nVERSION_ID="11"\\nPRETTY_NAME="Debian 11"\\n' >/tmp/os-release
mount --bind /tmp/os-release /usr/lib/os-release
`;
const repair = 'umount /opt /etc/resolv.conf /usr/lib/os-release; pkill -f "[c]reateServer"; rm -r /tmp/*';

/** Another system, a full disk, strangers on our ports, no names: for as long as `look` takes. */
async function inTrouble<T>(machine: LabMachine, look: () => Promise<T>): Promise<T> {
  await machine.exec(['sh', '-c', trouble, place]);
  await eventually(
    'strangers listen',
    async () =>
      (await machine.exec(['ss', '-Hltn', 'sport = :80 or sport = :8081'])).stdout.split('\n').length > 2,
    { deadlineMs: 10_000 },
  );
  try {
    return await look();
  } finally {
    await machine.exec(['sh', '-c', repair]);
  }
}

async function page(machine: LabMachine): Promise<string> {
  const answer = await fetch(`http://${machine.address}/`, { signal: AbortSignal.timeout(5_000) });
  return `${answer.status} ${await answer.text()}`;
}

async function processes(machine: LabMachine): Promise<string> {
  return (await machine.exec(['sh', '-c', 'pgrep -o haproxy; pgrep -o apache2; pgrep -o etcd || true']))
    .stdout;
}

describe('a bare machine becomes a cluster of one, and a bare machine again', () => {
  let lab: Lab;
  /** b1 runs systemd; b2 is a container without. */
  let machines: readonly LabMachine[];
  const before = new Map<string, FileTree>();

  beforeAll(async () => {
    expect(existsSync(join(checkout, 'dist/payload/VERSION')), 'npm run build comes first').toBe(true);
    lab = await openLab({ machines: 2, bare: true, shape: { b2: { init: 'none' } } });
    machines = lab.machines;
    for (const machine of machines) {
      await machine.put(join(checkout, 'dist/payload'), `${place}/dist/payload`);
      await machine.put(join(checkout, 'install.sh'), `${place}/install.sh`);
      // Somebody has been here before: uninstall must give it back.
      await machine.writeFile('/etc/haproxy/haproxy.cfg', '# written by hand\n');
      await machine.exec(['chmod', '640', '/etc/haproxy/haproxy.cfg']);
      before.set(machine.name, await fileTree(machine));
    }
  });

  afterAll(async () => lab.close());

  const changed = async (machine: LabMachine): Promise<string[]> =>
    differences(before.get(machine.name) ?? new Map(), await fileTree(machine));

  test('everything that is in the way is named at once, and nothing is written', async () => {
    const b1 = lab.machine('b1');
    const { asUser, asRoot } = await inTrouble(b1, async () => ({
      asUser: await installAsUser(b1),
      asRoot: await install(b1),
    }));

    expect(asUser.exitCode).toBe(1);
    expect(asUser.all).toContain('not by root');
    expect(asUser.all).toContain('this is Debian 11');
    expect(asRoot.exitCode).toBe(1);
    for (const said of [
      'this is Debian 11',
      '/opt has 64 MiB free',
      'port 80 is in use by node',
      'port 8081 is in use by node',
      'cannot be looked up',
      'Nothing has been written.',
    ]) {
      expect(asRoot.all).toContain(said);
    }
    expect(await changed(b1)).toEqual([]);
  });

  test('a mirror that breaks half-way leaves nothing half-done', async () => {
    const b1 = lab.machine('b1');
    await using mirror = await openBreakingMirror(5);
    const settings = '/etc/apt/apt.conf.d/99-story';
    await b1.exec(['mkdir', '-p', '/tmp/archives/partial']);
    await b1.writeFile(
      settings,
      `Acquire::http::Proxy "http://${gateway}:${mirror.port}";\nDir::Cache::archives "/tmp/archives";\n`,
    );

    const { exitCode, all } = await install(b1);
    await b1.exec(['rm', '-r', settings, '/tmp/archives']);

    expect(all).toContain('nothing was changed');
    expect(mirror.packages).toBeGreaterThan(5);
    expect(exitCode).toBe(1);
    expect(all).toContain('Everything that this run had changed is undone');
    const [log] = /\/var\/log\/muster\/\S+\.log/.exec(all.split('Next: ').at(-1) ?? '') ?? [];
    expect((await b1.exec(['cat', log ?? 'the log that is named'])).stdout).toContain('nothing was changed');
    expect((await b1.exec(['ls', '/var/log/muster'])).stdout).toContain('packages.log');
    expect(await changed(b1)).toEqual([]);
  });

  test('one command later port 80 answers with the PHP page', async () => {
    for (const machine of machines) {
      const { exitCode, all } = await install(machine);
      expect(all).toContain(`http://${machine.address}/`);
      expect(all).toContain('Next: muster status');
      expect(exitCode).toBe(0);
      expect(await page(machine)).toMatch(/^200 [^]*PHP/);
    }
  });

  test('a second run changes nothing', async () => {
    for (const machine of machines) {
      const [running, tree] = [await processes(machine), await fileTree(machine)];
      const { exitCode, all } = await install(machine);
      expect(exitCode).toBe(0);
      expect(all).toContain('packages: all there');
      expect(all).toContain("muster's agent: runs");
      expect(await processes(machine)).toBe(running);
      const alive = /^\/var\/lib\/(mysql\/.*|muster(\/(etcd\/.*|journal\.ndjson|decisions\.json))?):/;
      expect(differences(tree, await fileTree(machine)).filter((line) => !alive.test(line))).toEqual([]);
    }
  });

  test('a dry run of uninstall lists and changes nothing', async () => {
    const b1 = lab.machine('b1');
    const { stdout } = await b1.exec(['muster', 'uninstall', '--dry-run']);
    expect(stdout).toContain('haproxy.service');
    expect(await page(b1)).toMatch(/^200 /);
  });

  test('uninstall gives the machine back as it was; data stay unless they shall go', async () => {
    for (const [index, machine] of machines.entries()) {
      const words = index === 0 ? ['--purge-data'] : [];
      const { stdout } = await machine.exec(['muster', 'uninstall', '--yes', ...words]);
      expect(stdout).toContain('muster is gone from this machine.');
      await expect(page(machine)).rejects.toThrow();
      const data = (line: string): boolean => index > 0 && line.startsWith('/var/lib/mysql');
      expect((await changed(machine)).filter((line) => !data(line))).toEqual([]);
      const left = await machine.exec(['sh', '-c', 'pgrep -l "haproxy|apache2|php-fpm|etcd|node" || true']);
      expect(left.stdout).toBe('');
    }
  });
});
