import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Verdict } from '../../../../roles/model/view.ts';
import { SimCluster } from '../../../support/sim-cluster.ts';
import { calm } from '../../../support/sim-network.ts';
import { ready } from '../../../support/sketches.ts';

let cluster: SimCluster;

beforeEach(async () => {
  cluster = new SimCluster(3, 1);
  await cluster.start();
  await cluster.clock.advance(3_000);
});

afterEach(() => cluster.stop());

/** What the second node says of the first. */
const verdict = (): Verdict | undefined => cluster.node(1).membership?.verdicts()[cluster.node(0).id];

describe('a membership', () => {
  it('brings facts to everyone within a second', async () => {
    const { id, facts } = cluster.node(0);
    facts.setRole('web', ready, { applied: 'r1' });
    await cluster.clock.advance(1_000);
    for (const node of cluster.nodes) expect(node.membership?.facts()[id]?.applied).toEqual({ web: 'r1' });
    expect(cluster.node(1).membership?.ready()[id]).toEqual(['web']);
  });

  it('brings facts to everyone within five seconds when the word of them was lost', async () => {
    const { id, facts } = cluster.node(0);
    cluster.network.weather = { ...calm, loss: 1 };
    facts.setRole('web', ready, { applied: 'r1' });
    await cluster.clock.advance(300);
    expect(cluster.node(1).membership?.facts()[id]?.applied).toEqual({});
    cluster.network.weather = calm;
    await cluster.clock.advance(5_000);
    for (const node of cluster.nodes) expect(node.membership?.facts()[id]?.applied).toEqual({ web: 'r1' });
  });

  it('tells who has which decisions', async () => {
    cluster.node(0).membership?.setDecisions({ generation: 1, revision: 42 });
    await cluster.clock.advance(200);
    expect(cluster.node(2).decisionsOfOthers.get(cluster.node(0).id)).toEqual({
      generation: 1,
      revision: 42,
    });
  });

  it('takes a dead node for dead, though it speaks, until the decisions say otherwise', async () => {
    const dead = cluster.members.map((member, index) => ({ ...member, dead: index === 0 }));
    cluster.node(1).membership?.setMembers(dead);
    expect(verdict()).toBe('dead');
    cluster.node(1).membership?.setMembers(cluster.members);
    await cluster.clock.advance(500);
    expect(verdict()).toBe('alive');
  });

  it('lets a node go that says goodbye, and has it back in its next life', async () => {
    cluster.node(0).membership?.sayGoodbye();
    await cluster.clock.advance(200);
    expect(verdict()).toBe('left');
    cluster.node(0).stop('agent');
    await cluster.clock.advance(3_000);
    expect(verdict()).toBe('left');
    await cluster.node(0).start(cluster.members);
    await cluster.clock.advance(1_000);
    expect(verdict()).toBe('alive');
  });

  it('buries whom the authority buries: nobody talks with it any more, and those who were away learn it', async () => {
    const [buried, teller, away] = [cluster.node(0), cluster.node(1), cluster.node(2)];
    away.stop('agent');
    await cluster.clock.advance(500);
    teller.membership?.tellTombstone({ node: buried.id, seal: 'authority' });
    await away.start(cluster.members);
    await cluster.clock.advance(4_000);
    expect(away.tombstones).toEqual([buried.id]);
    expect(cluster.verdictsOn(buried.id)).toEqual(['left', 'left']);
    expect(away.membership?.facts()[buried.id]).toBeUndefined();
    expect(away.membership?.connected()).toEqual([teller.id]);
    expect(buried.membership?.connected()).toEqual([]);
  });

  it('passes over a tombstone that the authority did not make', async () => {
    cluster.node(1).membership?.tellTombstone({ node: cluster.node(0).id, seal: 'mine' });
    await cluster.clock.advance(500);
    expect(verdict()).toBe('alive');
  });

  it('finds a node unmanaged whose services go on without its agent', async () => {
    cluster.node(0).stop('agent');
    await cluster.clock.advance(2_500);
    expect(cluster.verdictsOn(cluster.node(0).id)).toEqual(['unmanaged', 'unmanaged']);
    cluster.node(0).serves = false;
    await cluster.clock.advance(2_500);
    expect(cluster.verdictsOn(cluster.node(0).id)).toEqual(['unreachable', 'unreachable']);
  });

  it('lets go of a node that is unreachable, and is connected to it soon after it is back', async () => {
    const [watcher, victim] = [cluster.node(0), cluster.node(2)];
    victim.stop('power');
    await cluster.clock.advance(2_000);
    expect(watcher.membership?.connected()).toEqual([cluster.node(1).id]);
    await cluster.clock.advance(30_000);
    await victim.start(cluster.members);
    await cluster.clock.advance(2_500);
    expect(watcher.membership?.connected()).toContain(victim.id);
  });

  it('never calls a node unmanaged or worse that only stood still for a moment', async () => {
    cluster.node(0).pause();
    await cluster.clock.advance(1_000);
    expect(verdict()).toBe('suspect');
    cluster.node(0).resume();
    await cluster.clock.advance(500);
    expect(cluster.disagreements()).toEqual([]);
  });

  it('admits a newcomer, whose facts come with the others', async () => {
    cluster.stop();
    cluster = new SimCluster(4, 2);
    const [first, second, third, newcomer] = cluster.nodes.map((_, index) => cluster.node(index));
    const three = cluster.members.slice(0, 3);
    for (const node of [first, second, third]) await node?.start(three);
    await cluster.clock.advance(3_000);
    for (const node of [first, second, third]) node?.membership?.setMembers(cluster.members);
    await newcomer?.start(cluster.members);
    await cluster.clock.advance(3_000);
    expect(cluster.disagreements()).toEqual([]);
  });

  it('keeps talking when its disk takes nothing, tells it once, and writes when it does', async () => {
    const { files, errors } = cluster.node(0);
    files.refusals.set('/peers.json', 'no space left');
    await cluster.clock.advance(12_000);
    expect([verdict(), errors.length]).toEqual(['alive', 1]);
    files.refusals.clear();
    await cluster.clock.advance(6_000);
    expect(files.text('/peers.json')).toContain(cluster.node(1).id);
  });
});
