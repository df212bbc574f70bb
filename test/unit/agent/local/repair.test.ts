import { beforeEach, describe, expect, it } from 'vitest';
import { runInit } from '../../../../agent/local/init.ts';
import { runJoin } from '../../../../agent/local/join.ts';
import { joinersPackages, neededPackages } from '../../../../agent/local/packages.ts';
import { membershipOf } from '../../../../agent/local/repair.ts';
import { decisionsPrefix } from '../../../../coordinator/store/keys.ts';
import { saveSnapshot } from '../../../../coordinator/store/snapshot-file.ts';
import { asMusterError } from '../../../../roles/model/errors.ts';
import { paths } from '../../../../roles/model/paths.ts';
import { type AdmittingCluster, admittingCluster } from '../../../support/admitting-cluster.ts';
import type { FakeFiles } from '../../../support/fake-files.ts';
import { type FakeMachine, healthyStatus } from '../../../support/fake-machine.ts';
import { type JoiningMachine, joinedStatus, joiningMachine } from '../../../support/joining-machine.ts';

let cluster: AdmittingCluster;
let machine: JoiningMachine;
beforeEach(async () => {
  cluster = await admittingCluster();
  machine = await joiningMachine(cluster);
});

const textsOf = (files: FakeFiles): [string, string | undefined][] =>
  [...files.files.keys()].map((path) => [path, files.text(path)]);

/** Runs the installer on it anew; what was said, and what was refused. */
async function again(on: FakeMachine): Promise<string | undefined> {
  on.packages.calls.length = 0;
  on.agent.calls.length = 0;
  const error = await runInit({ json: false }, on).then(() => undefined, asMusterError);
  return error === undefined ? undefined : `${error.code}: ${error.message}`;
}

describe('a node that joined others', () => {
  beforeEach(async () => {
    await runJoin({ token: await machine.token(), json: false }, machine);
  });

  it('is made whole by muster init, and stays the node it is', async () => {
    const before = textsOf(machine.files);
    machine.agent.runs = false;
    expect(await again(machine)).toBeUndefined();
    expect(textsOf(machine.files)).toEqual(before);
    expect(machine.packages.calls).toEqual([`install ${joinersPackages().join(' ')}`]);
    expect(machine.agent.calls).toEqual(['prepare', 'start']);
  });

  it.each([paths.identity, paths.authority, paths.certificate, paths.certificateKey, paths.networkKey])(
    'without %s is told so, and nothing is made anew',
    async (path) => {
      await machine.files.remove(path);
      const before = textsOf(machine.files);
      expect(await again(machine)).toBe(`state-unreadable: ${path} is missing`);
      expect(textsOf(machine.files)).toEqual(before);
      expect(machine.agent.calls).toEqual([]);
    },
  );

  it('and was removed since does not become a cluster of its own', async () => {
    machine.files.put(paths.tombstone, '{}');
    const before = textsOf(machine.files);
    expect(await again(machine)).toBe('node-refused: this machine was removed from its cluster');
    expect(textsOf(machine.files)).toEqual(before);
  });

  it('without its decisions does not become a cluster of its own', async () => {
    await machine.files.remove(paths.decisions);
    const before = textsOf(machine.files);
    expect(await again(machine)).toBe(`state-unreadable: ${paths.decisions} is missing`);
    expect(textsOf(machine.files)).toEqual(before);
  });
});

describe('the first node of several', () => {
  beforeEach(async () => {
    machine.agent.status = healthyStatus('1.0-test');
    machine.questions.answers.set('http://10.0.0.5/', { ok: true, status: 200, text: 'hello' });
    await runInit({ json: false }, machine);
    const { nodeId } = (JSON.parse(machine.files.text(paths.nodeConfig) ?? '') ?? {}) as { nodeId: string };
    const decided = JSON.parse(machine.files.text(paths.decisions) ?? '') as { entries: object };
    const other = { id: 'nbbbbbbbbbbbb', name: 'b2', ordinal: 2, address: '10.0.0.2' };
    const entries = {
      ...decided.entries,
      '/muster/nodes/nbbbbbbbbbbbb': { value: JSON.stringify(other), modRevision: 3 },
    };
    await saveSnapshot(machine.files, paths.decisions, { revision: 3, entries });
    machine.agent.status = joinedStatus({ id: nodeId });
  });

  it('keeps the decisions', async () => {
    expect(await membershipOf(machine.files)).toMatchObject({ voter: true, others: ['b2'] });
    expect(await again(machine)).toBeUndefined();
    expect(machine.packages.calls).toEqual([`install ${neededPackages().join(' ')}`]);
  });

  it.each([paths.authorityKey, paths.authority, paths.certificateKey])(
    'without %s makes no new authority',
    async (path) => {
      const [key, certificate] = [
        machine.files.text(paths.authorityKey),
        machine.files.text(paths.authority),
      ];
      await machine.files.remove(path);
      expect(await again(machine)).toBe(`state-unreadable: ${path} is missing`);
      expect([undefined, key]).toContain(machine.files.text(paths.authorityKey));
      expect([undefined, certificate]).toContain(machine.files.text(paths.authority));
      expect(machine.files.text(path)).toBeUndefined();
    },
  );
});

describe('whether a machine is one of several', () => {
  it('is not so before it is a node, nor alone', async () => {
    expect(await membershipOf(machine.files)).toBeUndefined();
    await saveSnapshot(machine.files, paths.decisions, await cluster.decisions.read(decisionsPrefix));
    expect(await membershipOf(machine.files)).toBeUndefined();
    const { id: nodeId, name, address } = cluster.first;
    machine.files.put(
      paths.nodeConfig,
      JSON.stringify({ clusterId: 'cmmmmmmmmmmmm', nodeId, name, address }),
    );
    expect(await membershipOf(machine.files)).toBeUndefined();
  });
});
