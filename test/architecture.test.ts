import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { roleNames } from '../roles/model/node.ts';
import { roles } from '../roles/registry.ts';
import { importCycles, root, type SourceFile, sourceTree } from './support/source-tree.ts';

const tree = sourceTree();
const shipped = tree.filter((file) => !file.path.startsWith('test/') && !file.path.startsWith('scripts/'));

const mostLines = 350;
const mostMedianLines = 70;

/** Files of `from` that import a file matching `to`. */
function crossings(from: RegExp, to: RegExp, except: RegExp = /^$/): string[] {
  return tree
    .filter((file) => from.test(file.path) && !except.test(file.path))
    .flatMap((file) =>
      file.files.filter((target) => to.test(target)).map((target) => `${file.path} -> ${target}`),
    );
}

function importersOf(names: RegExp, allowed: RegExp, files: readonly SourceFile[] = shipped): string[] {
  return files
    .filter((file) => !allowed.test(file.path))
    .flatMap((file) =>
      file.packages.filter((name) => names.test(name)).map((name) => `${file.path} imports ${name}`),
    );
}

describe('the plan of the house', () => {
  it('has no cycle between files', () => {
    expect(importCycles(tree)).toEqual([]);
  });

  it.each([
    {
      what: 'a role imports roles/model and its own folder only',
      from: /^roles\/(?!model\/)\w+\/(?!.*registry)/,
      to: /^(agent|coordinator|test|scripts)\//,
    },
    { what: 'the model imports nothing but itself', from: /^roles\/model\//, to: /^(?!roles\/model\/)/ },
    {
      what: 'the store imports roles/model only',
      from: /^coordinator\/store\//,
      to: /^(?!coordinator\/store\/|roles\/model\/)/,
    },
    {
      what: 'the brain imports the store and roles',
      from: /^coordinator\/brain\//,
      to: /^(?!coordinator\/(brain|store)\/|roles\/)/,
    },
    { what: 'the agent does not import the CLI', from: /^agent\//, to: /^coordinator\/(cli|dashboard)\// },
  ])('$what', ({ from, to }) => {
    expect(crossings(from, to)).toEqual([]);
  });

  it('no role imports another role', () => {
    const strangers = shipped
      .filter((file) => /^roles\/\w+\//.test(file.path))
      .flatMap((file) => {
        const own = file.path.split('/')[1];
        return file.files
          .filter((target) => /^roles\/\w+\//.test(target))
          .filter((target) => ![own, 'model'].includes(target.split('/')[1]))
          .map((target) => `${file.path} -> ${target}`);
      });
    expect(strangers).toEqual([]);
  });

  it('the CLI sees the API contract and the model; its main.ts alone the agent and the local verbs', () => {
    const allowed = /^(coordinator\/cli\/|agent\/api\/contract(-[a-z]+)?\.ts|roles\/(model\/|registry\.ts))/;
    const beyond = shipped
      .filter((file) => file.path.startsWith('coordinator/cli/'))
      .flatMap((file) =>
        file.files.filter((target) => !allowed.test(target)).map((target) => ({ from: file.path, target })),
      );
    const strangers = beyond.filter(
      ({ from, target }) => from !== 'coordinator/cli/main.ts' || !/^agent\/(main\.ts|local\/)/.test(target),
    );
    expect(strangers).toEqual([]);
  });
});

describe('effects', () => {
  const machine = /^node:(fs|child_process|net|dgram|http|https|tls|os)$/;
  it('processes and the file system are touched in agent/host, and by the CLI for the operator', () => {
    const strangers = importersOf(/^node:(fs|child_process)$/, /^(agent\/host|coordinator\/cli)\//);
    expect(strangers).toEqual([]);
  });

  it('roles are pure', () => {
    const impure = shipped.filter((file) => file.path.startsWith('roles/'));
    expect(importersOf(machine, /^$/, impure)).toEqual([]);
    const reaching = impure.filter((file) =>
      /\b(Date\.now|new Date\(|Math\.random|process\.|setTimeout|fetch\()/.test(file.text),
    );
    expect(reaching.map((file) => file.path)).toEqual([]);
  });

  it.each([
    { name: 'systeminformation', folder: 'agent/hardware' },
    { name: 'libp2p', folder: 'agent/cluster' },
    { name: '@chainsafe/libp2p-gossipsub', folder: 'agent/cluster' },
    { name: '@libp2p/crypto', folder: 'agent/cluster' },
    { name: '@multiformats/multiaddr', folder: 'agent/cluster' },
    { name: '@peculiar/x509', folder: 'agent/host' },
    { name: 'mysql2/promise', folder: 'agent/host' },
    { name: 'hono', folder: 'agent/api' },
    { name: '@hono/node-server', folder: 'agent/api' },
    { name: 'commander', folder: 'coordinator/cli' },
  ])('$name is imported in $folder only', ({ name, folder }) => {
    const exactly = new RegExp(`^${name.replaceAll('/', '\\/')}$`);
    expect(importersOf(exactly, new RegExp(`^${folder}/`))).toEqual([]);
  });

  it('nobody hands a line to a shell', () => {
    const shells = shipped.filter((file) => /\bshell:\s*true|execSync|(?<!\.)\bexec\(/.test(file.text));
    expect(shells.map((file) => file.path)).toEqual([]);
  });
});

describe('a role', () => {
  it.each(roles.map((role) => role.name))('%s fills the folder contract', (name) => {
    const files = [
      'README.md',
      'index.ts',
      'settings.ts',
      'observed.ts',
      'plan.ts',
      'templates.ts',
      'health.ts',
    ];
    const missing = files.filter((file) => !existsSync(join(root, 'roles', name, file)));
    expect(missing).toEqual([]);
  });

  it('stands in the registry once, under a name of the model', () => {
    const names = roles.map((role) => role.name);
    expect(new Set(names).size).toBe(names.length);
    expect(names.filter((name) => !roleNames.includes(name))).toEqual([]);
  });

  it('claims ports that no other role claims', () => {
    const ports = roles.flatMap((role) => role.ports);
    expect(new Set(ports).size).toBe(ports.length);
  });
});

describe('files', () => {
  it(`are at most ${mostLines} lines, and ${mostMedianLines} in the median`, () => {
    const sizes = tree.map((file) => file.lines).sort((a, b) => a - b);
    expect(tree.filter((file) => file.lines > mostLines).map((file) => file.path)).toEqual([]);
    expect(sizes[Math.floor(sizes.length / 2)]).toBeLessThanOrEqual(mostMedianLines);
  });

  it('have names of one kind, and named exports', () => {
    const oddly = tree.filter((file) => !/^[a-z0-9-/]+(\.test)?\.ts$/.test(file.path));
    expect(oddly.map((file) => file.path)).toEqual([]);
    expect(shipped.filter((file) => /^export default/m.test(file.text)).map((file) => file.path)).toEqual([]);
  });
});
