import { beforeEach, describe, expect, it } from 'vitest';
import { leave, refuseToStrand } from '../../../../agent/local/leave.ts';
import type { AskAgent } from '../../../../agent/local/parts.ts';
import type { Membership } from '../../../../agent/local/repair.ts';
import { runUninstall } from '../../../../agent/local/uninstall.ts';
import { encode } from '../../../../coordinator/store/codec.ts';
import { saveSnapshot } from '../../../../coordinator/store/snapshot-file.ts';
import { paths } from '../../../../roles/model/paths.ts';
import { type FakeMachine, fakeMachine } from '../../../support/fake-machine.ts';
import { recordOf } from '../../../support/sketches.ts';

const self = recordOf(2);
const config = { clusterId: 'cmmmmmmmmmmmm', nodeId: self.id, name: self.name, address: self.address };
const membership = (part: Partial<Membership> = {}): Membership => ({
  config,
  voter: false,
  others: ['b1'],
  ...part,
});

let machine: FakeMachine;
let asked: string[];
beforeEach(() => {
  machine = fakeMachine();
  asked = [];
});

/** An agent whose cluster gives one answer after the other, and the last one for ever. */
function turns(...answers: readonly (string | true | undefined)[]): AskAgent {
  return async (path, request) => {
    asked.push(`${request?.method ?? 'GET'} ${path}`);
    const answer = answers[Math.min(asked.length, answers.length) - 1];
    if (answer === undefined) return undefined;
    return { schemaVersion: 1, removed: answer === true, sentence: answer === true ? 'gone' : answer };
  };
}

describe('a node that leaves', () => {
  const ask = `DELETE /v1/nodes/${self.id}`;

  async function left(agent: AskAgent): Promise<string | undefined> {
    const leaving = leave({ ...machine, ask: agent }, membership());
    await machine.clock.advance(100_000);
    return leaving;
  }

  it('is let go', async () => {
    expect(await left(turns(true))).toBeUndefined();
    expect(asked).toEqual([ask]);
  });

  it('ends what it carries first, and each sentence is told once', async () => {
    expect(
      await left(turns('b2 still ends web', 'b2 still ends web', 'b2 still ends node', true)),
    ).toBeUndefined();
    expect(machine.talk.lines).toEqual(['  b2 still ends web', '  b2 still ends node']);
    expect(asked).toHaveLength(4);
  });

  it('goes after a minute and a half, and says what is left to do elsewhere', async () => {
    const sentence = await left(turns('b2 still ends web'));
    expect(sentence).toContain('b2 (nbbbbbbbbbbbb.muster) is still a node for the others');
    expect(sentence).toContain('it had not ended all that it carries: muster node rm b2, on another node');
    expect(asked).toHaveLength(90);
  });

  it('stays where something would be lost with it, and where the cluster has other trouble asks again', async () => {
    const refusal = (code: string): unknown => ({
      error: { code, what: 'b2 stays', why: 'it', next: 'this' },
    });
    const answers = [refusal('store-unreachable'), refusal('not-allowed')];
    await machine.agent.start();
    const leaving = leave({ ...machine, ask: async () => answers.shift() }, membership());
    const outcome = expect(leaving).rejects.toMatchObject({ code: 'not-allowed', message: 'b2 stays' });
    await machine.clock.advance(100_000);
    await outcome;
    expect(answers).toEqual([]);
  });

  it('goes at once where the cluster cannot be asked', async () => {
    expect(await left(turns(undefined))).toContain('since the cluster could not be asked');
    expect(asked).toHaveLength(1);
  });
});

it.each([
  [['b2'], 'muster node rm b2, then muster uninstall here'],
  [['b2', 'b3'], 'muster node rm b2 and so on, then muster uninstall here'],
])('who alone keeps the decisions of %j stays', (others, way) => {
  expect(() => refuseToStrand(membership({ others }))).not.toThrow();
  const strand = (): void => refuseToStrand(membership({ voter: true, others }));
  expect(strand).toThrow('b2 stays as it is: it alone keeps the decisions of the cluster');
  expect(strand).toThrow(
    expect.objectContaining({ code: 'not-allowed', next: expect.stringContaining(way) }),
  );
});

describe('muster uninstall on a node among others', () => {
  const options = { dryRun: false, yes: true, purgeData: false, json: false };

  async function member(ordinal: number): Promise<void> {
    const { id: nodeId, name, address } = recordOf(ordinal);
    const entries = Object.entries(encode({ nodes: [recordOf(1), recordOf(2)] }));
    await saveSnapshot(machine.files, paths.decisions, {
      revision: 3,
      entries: Object.fromEntries(entries.map(([key, value]) => [key, { value, modRevision: 1 }])),
    });
    machine.files.put(
      paths.nodeConfig,
      JSON.stringify({ clusterId: config.clusterId, nodeId, name, address }),
    );
  }

  it('is refused by the only voter, and changes nothing', async () => {
    await member(1);
    const before = [...machine.files.files];
    for (const dryRun of [true, false]) {
      await expect(runUninstall({ ...options, dryRun }, machine)).rejects.toMatchObject({
        code: 'not-allowed',
      });
    }
    expect([[...machine.files.files], machine.agent.calls]).toEqual([before, []]);
  });

  it('asks the cluster to let it go while the agent still runs, and then goes', async () => {
    await member(2);
    const agent = turns('b2 still ends web', true);
    const running: boolean[] = [];
    machine.agent.runs = true;
    const run = runUninstall(options, {
      ...machine,
      ask: (...args) => {
        running.push(machine.agent.runs);
        return agent(...args);
      },
    });
    await machine.clock.advance(2_000);
    expect(await run).toBe(true);
    expect(running).toEqual([true, true]);
    expect(machine.talk.lines).toContain('  b2 still ends web');
    expect(machine.files.text(paths.nodeConfig)).toBeUndefined();
  });

  it('goes all the same where nobody can be asked, and tells what is left', async () => {
    await member(2);
    expect(await runUninstall(options, machine)).toBe(false);
    expect(machine.talk.lines).toEqual(
      expect.arrayContaining([expect.stringMatching(/^left: b2 .* muster node rm b2, on another node$/)]),
    );
    expect(machine.files.text(paths.nodeConfig)).toBeUndefined();
  });

  it('says before what it means, and a no is a no', async () => {
    await member(2);
    machine.talk.typed = 'n';
    expect(await runUninstall({ ...options, yes: false }, { ...machine, ask: turns(true) })).toBe(false);
    expect(machine.talk.lines).toContain('This machine leaves the cluster; b1 goes on. Go on? [y/N] ');
    expect(asked).toEqual([]);
  });

  it('asks nobody where it was removed before', async () => {
    await member(2);
    machine.files.put(paths.tombstone, '{}');
    expect(await runUninstall(options, { ...machine, ask: turns(undefined) })).toBe(true);
    expect(asked).toEqual([]);
  });

  it('asks nobody on a dry run', async () => {
    await member(2);
    await runUninstall({ ...options, dryRun: true }, { ...machine, ask: turns(true) });
    expect(asked).toEqual([]);
  });

  it('bears damaged decisions', async () => {
    await member(2);
    machine.files.put(paths.decisions, '{');
    expect(await runUninstall(options, machine)).toBe(true);
    expect(machine.talk.lines.join('\n')).toContain('it is not known whether others are in this cluster');
  });
});
