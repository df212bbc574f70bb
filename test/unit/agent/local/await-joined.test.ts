import { beforeEach, describe, expect, it } from 'vitest';
import type { StatusReport } from '../../../../agent/api/contract.ts';
import { awaitJoined } from '../../../../agent/local/await-joined.ts';
import { asMusterError, type MusterError } from '../../../../roles/model/errors.ts';
import { settle } from '../../../support/fake-clock.ts';
import { type FakeMachine, fakeMachine } from '../../../support/fake-machine.ts';
import { joinedStatus } from '../../../support/joining-machine.ts';

let machine: FakeMachine;
beforeEach(() => {
  machine = fakeMachine();
  machine.agent.runs = true;
});

/** How a wait ends that has three minutes. */
async function outcome(status: StatusReport | undefined): Promise<StatusReport | MusterError> {
  machine.agent.status = status;
  const waiting = awaitJoined(machine, '1.0-test', 0).catch(asMusterError);
  await settle();
  await machine.clock.advance(181_000);
  return waiting;
}

const silent = { cores: undefined } as unknown as { cores: number };

describe('a node has taken its place', () => {
  it.each<[string, StatusReport]>([
    ['once it hears another and serves', joinedStatus()],
    [
      'however the rest of the cluster fares',
      joinedStatus({}, { roles: [{ role: 'balancer', state: 'failing', reason: 'it is down' }] }),
    ],
    [
      'while it copies the database of the others, which may take hours',
      joinedStatus({ roles: [{ role: 'db', state: 'starting', reason: 'it copies 3 of 80 GB' }] }),
    ],
  ])('%s', async (_, status) => {
    expect(await outcome(status)).toEqual(status);
  });

  it('as soon as it is so, and not before', async () => {
    machine.agent.status = joinedStatus({ roles: [] });
    const waiting = awaitJoined(machine, '1.0-test', 0);
    await machine.clock.advance(30_000);
    machine.agent.status = joinedStatus();
    await machine.clock.advance(250);
    expect(await waiting).toEqual(joinedStatus());
    expect(machine.clock.monotonicMs()).toBe(30_250);
  });

  it('and shows its sentences meanwhile', async () => {
    const event = {
      sequence: 4,
      at: '2026-01-01T00:00:00.000Z',
      kind: 'info',
      role: 'web',
      sentence: 'Apache runs',
    };
    machine.agent.answers.set('/v1/events', { schemaVersion: 1, events: [event] });
    await outcome(joinedStatus());
    expect(machine.talk.lines).toContain('      web: Apache runs');
  });
});

describe('after three minutes it is said what is missing', () => {
  it.each<[string, StatusReport, string]>([
    [
      'its own admission',
      { ...joinedStatus(), nodes: joinedStatus().nodes.slice(0, 1) },
      'its own admission is not among the decisions that it knows',
    ],
    [
      'the first word of another',
      joinedStatus({}, silent),
      'no word comes from b1 (10.0.0.1); they must reach',
    ],
    [
      'another that is there now',
      joinedStatus({}, { verdict: 'unreachable' }),
      'no word comes from b1 (10.0.0.1)',
    ],
    ['a role', joinedStatus({ roles: [] }), 'no role was given to it yet'],
    [
      'a role that is ready',
      joinedStatus({ roles: [{ role: 'web', state: 'failing', reason: 'Apache does not answer' }] }),
      'web: Apache does not answer',
    ],
    [
      'a database that fails',
      joinedStatus({ roles: [{ role: 'db', state: 'failing', reason: 'no donor answers' }] }),
      'db: no donor answers',
    ],
    [
      'the agent just installed',
      { ...joinedStatus(), version: '0.9-test' },
      'the agent that answers is 0.9-test, not the one just installed',
    ],
  ])('%s', async (_, status, why) => {
    expect(await outcome(status)).toMatchObject({
      code: 'not-serving',
      message: 'this node has not taken its place after 180 s',
      why: expect.stringContaining(why),
    });
  });

  it.each([
    [['Error: no space left'], 'its last words:\nError: no space left'],
    [[], 'it has written nothing'],
  ])('an answer at all: %j', async (words, why) => {
    machine.agent.words = words;
    expect(await outcome(undefined)).toMatchObject({
      code: 'not-serving',
      message: 'the agent did not answer within 180 s',
      why,
      next: 'muster doctor',
    });
  });
});
