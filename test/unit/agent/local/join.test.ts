import { beforeEach, describe, expect, it } from 'vitest';
import { admit } from '../../../../agent/admission/admit.ts';
import { removeNode } from '../../../../agent/admission/remove.ts';
import { revokeToken } from '../../../../agent/admission/tokens.ts';
import { type JoinOptions, runJoin } from '../../../../agent/local/join.ts';
import { joinersPackages } from '../../../../agent/local/packages.ts';
import { membershipOf } from '../../../../agent/local/repair.ts';
import { NodeConfig } from '../../../../agent/local/state.ts';
import { asMusterError, type MusterError } from '../../../../roles/model/errors.ts';
import { paths } from '../../../../roles/model/paths.ts';
import { decodeToken } from '../../../../roles/model/token.ts';
import {
  type AdmittingCluster,
  admittingCluster,
  authorityOf,
  clusterId,
  requestOf,
} from '../../../support/admitting-cluster.ts';
import { type JoiningMachine, joinedStatus, joiningMachine } from '../../../support/joining-machine.ts';

let cluster: AdmittingCluster;
let machine: JoiningMachine;
let options: JoinOptions;
beforeEach(async () => {
  cluster = await admittingCluster();
  machine = await joiningMachine(cluster);
  options = { token: await machine.token(), json: false };
});

async function refusal(part: Partial<JoinOptions> = {}, parts = machine): Promise<MusterError> {
  const error = await runJoin({ ...options, ...part }, parts).then(() => undefined, asMusterError);
  if (error === undefined) throw new Error('it was not refused');
  return error;
}

const written = (): string[] => [...machine.files.files.keys()].filter((path) => !path.startsWith('/opt'));
const config = (): NodeConfig => NodeConfig.parse(JSON.parse(machine.files.text(paths.nodeConfig) ?? ''));

describe('muster join', () => {
  it('makes a machine a node, in numbered steps', async () => {
    await runJoin(options, machine);
    expect(machine.asked).toEqual(['/v1/join?dry-run=1', '/v1/join']);
    expect(machine.packages.calls).toEqual([`install ${joinersPackages().join(' ')}`]);
    expect(machine.agent.calls).toEqual(['prepare', 'start']);
    const steps = machine.talk.lines.filter((line) => line.startsWith('['));
    expect(steps.map((line) => line.replace(/:.*/, ''))).toEqual([
      '[3/7] the cluster is asked',
      '[4/7] packages',
      '[5/7] admission',
      "[6/7] muster's agent",
      '[7/7] it takes its place',
    ]);
    expect(machine.talk.lines).toContain('web-1 is a node of the cluster muster, one of 2; it carries web.');
    expect(machine.talk.lines.at(-1)).toBe('Next: muster status');
  });

  it('writes down what makes it a node, secrets for root alone, and no key of the authority', async () => {
    await runJoin(options, machine);
    const { nodes } = await cluster.known();
    const { clusterId: id, nodeId, name, address } = config();
    expect([id, name, address]).toEqual([clusterId, 'web-1', '10.0.0.5']);
    expect(nodes[1]).toMatchObject({ id: nodeId, name, address, ordinal: 2 });
    for (const path of [paths.identity, paths.certificateKey, paths.networkKey, paths.decisions]) {
      expect(machine.files.files.get(path)?.mode, path).toBe(0o600);
    }
    expect(machine.files.text(paths.authorityKey)).toBeUndefined();
    expect(await membershipOf(machine.files)).toMatchObject({ voter: false, others: ['b1'] });
  });

  it('tells what is not quite as asked', async () => {
    await runJoin({ ...options, name: 'b1' }, machine);
    expect(config().name).toBe('b1-2');
    expect(machine.talk.lines.join('\n')).toContain('the name b1 belongs to another node');
  });

  it('answers with data alone where that is asked for', async () => {
    await runJoin({ ...options, json: true }, machine);
    expect(machine.talk.answers).toMatchObject([{ schemaVersion: 1, node: { name: 'web-1' } }]);
  });

  it('shows no secret of the token', async () => {
    await runJoin(options, machine);
    const [, payload = ''] = options.token.split('.');
    const { secret } = JSON.parse(Buffer.from(payload, 'base64url').toString()) as { secret: string };
    expect(machine.talk.lines.join('\n')).not.toContain(secret);
    expect(machine.files.text(paths.decisions)).not.toContain(secret);
  });
});

describe('before anything is written it is refused', () => {
  it.each<[string, () => Promise<MusterError>, string]>([
    ['to others than root', () => refusal({}, { ...machine, isRoot: false }), 'not-root'],
    ['with a damaged token', () => refusal({ token: options.token.slice(0, -1) }), 'token-refused'],
    [
      'with a token that is over',
      () => machine.clock.advance(3_600_000).then(() => refusal()),
      'token-refused',
    ],
    [
      'with a token that was revoked',
      async () => {
        await revokeToken(cluster, decodeToken(options.token).id);
        return refusal();
      },
      'token-refused',
    ],
    [
      'with a token that is used up',
      async () => {
        const token = await machine.token(1);
        await admit(cluster, requestOf(decodeToken(token), cluster.ca.privateKeyPem));
        return refusal({ token });
      },
      'token-refused',
    ],
    ['at an address that it has not', () => refusal({ address: '10.0.0.9' }), 'preflight-failed'],
    [
      'on another release',
      async () => {
        const { hardware } = machine;
        const release = { id: 'debian', version: '13', name: 'trixie' };
        return refusal({}, { ...machine, hardware: async () => ({ ...(await hardware()), release }) });
      },
      'release-mismatch',
    ],
    [
      'by another thing than an answer',
      () =>
        refusal(
          {},
          {
            ...machine,
            cluster: async () => ({ status: 200, body: '{"let":"in"}', address: '10.0.0.1', serverPem: '' }),
          },
        ),
      'node-refused',
    ],
    [
      'by a program that is none of ours',
      () =>
        refusal(
          {},
          {
            ...machine,
            cluster: async () => ({ status: 200, body: '<html>', address: '10.0.0.1', serverPem: '' }),
          },
        ),
      'node-refused',
    ],
  ])('%s', async (_, run, code) => {
    const error = await run();
    expect(error.code).toBe(code);
    expect([written(), machine.packages.calls, machine.agent.calls]).toEqual([[], [], []]);
  });
});

describe('a run that was cut', () => {
  it('asks again with the same keys where the answer got lost', async () => {
    const lost = { ...machine, cluster: lossy(machine) };
    expect(await refusal({}, lost)).toMatchObject({ code: 'peer-unreachable' });
    expect(machine.files.text(paths.nodeConfig)).toBeUndefined();
    await runJoin(options, machine);
    expect(machine.keys.size).toBe(1);
    const { nodes, tokens } = await cluster.known();
    expect(nodes).toHaveLength(2);
    expect(Object.values(tokens)).toMatchObject([{ usesLeft: 9 }]);
  });

  it('leaves no node where a mirror fails', async () => {
    machine.packages.broken.add(joinersPackages()[0] ?? '');
    expect(await refusal()).toMatchObject({ code: 'packages-failed' });
    expect((await cluster.known()).nodes).toHaveLength(1);
    expect(machine.files.text(paths.nodeConfig)).toBeUndefined();
  });

  it('writes nothing of an answer that does not hold', async () => {
    const forged = { ...machine, cluster: withAnswer(machine, { networkKey: 'short' }) };
    expect(await refusal({}, forged)).toMatchObject({ code: 'node-refused' });
    expect(machine.files.text(paths.authority)).toBeUndefined();
    expect(machine.files.text(paths.nodeConfig)).toBeUndefined();
  });
});

describe('a machine that is a node', () => {
  it('of this cluster is repaired, and not admitted again', async () => {
    await runJoin(options, machine);
    const before = [...machine.files.files];
    machine.asked.length = 0;
    await machine.clock.advance(7_200_000);
    await runJoin(options, machine);
    expect(machine.asked).not.toContain('/v1/join');
    expect([...machine.files.files]).toEqual(before);
    expect(machine.agent.calls.at(-1)).toBe('prepare');
  });

  it('of another cluster stays there', async () => {
    await runJoin(options, machine);
    const other = await admittingCluster(await authorityOf());
    const text = await (await joiningMachine(other)).token();
    const moved = JSON.stringify({ ...config(), clusterId: 'cnnnnnnnnnnnn' });
    machine.files.put(paths.nodeConfig, moved);
    const before = [...machine.files.files];
    const error = await refusal({ token: text });
    expect(error).toMatchObject({ code: 'node-refused', next: expect.stringContaining('muster uninstall') });
    expect(`${error.message} ${error.why}`).toMatch(/cnnnnnnnnnnnn.*cmmmmmmmmmmmm/);
    expect([...machine.files.files]).toEqual(before);
  });

  it.each([
    ['and knows that it was removed', () => machine.files.put(paths.tombstone, '{}')],
    ['and does not know yet that it was removed', () => undefined],
  ])('%s comes back with a new token alone', async (_, before) => {
    await runJoin(options, machine);
    const { signingKey } = await cluster.authority();
    await cluster.clock.advance(1_000);
    await removeNode({ ...cluster, signingKey }, config().nodeId);
    before();
    await cluster.clock.advance(1_000);
    const known = machine.files.text(paths.identity);
    await runJoin({ ...options, token: await machine.token() }, machine);
    expect((await cluster.known()).nodes.map(({ id }) => id)).toEqual([cluster.first.id, config().nodeId]);
    expect([machine.files.text(paths.identity), machine.files.text(paths.tombstone)]).toEqual([
      known,
      undefined,
    ]);
    expect(machine.agent.calls.at(-1)).toBe('restart');
  });

  it('and was removed does not come back with the token it had', async () => {
    await runJoin(options, machine);
    const { signingKey } = await cluster.authority();
    await removeNode({ ...cluster, signingKey }, config().nodeId);
    machine.files.put(paths.tombstone, '{}');
    expect(await refusal()).toMatchObject({
      code: 'token-refused',
      message: expect.stringContaining('in again'),
    });
  });

  it('is repaired also while the cluster is silent', async () => {
    await runJoin(options, machine);
    const silent = {
      ...machine,
      cluster: async () => {
        throw new Error('nobody answers');
      },
    };
    await runJoin(options, silent);
    expect(machine.agent.calls.at(-1)).toBe('prepare');
  });
});

it('an agent of another payload is started anew', async () => {
  await runJoin(options, machine);
  machine.agent.status = { ...joinedStatus(), version: '0.9-test' };
  machine.agent.restart = async () => {
    machine.agent.calls.push('restart');
    machine.agent.status = joinedStatus();
  };
  await runJoin(options, machine);
  expect(machine.agent.calls.at(-1)).toBe('restart');
});

/** The admission is carried out, and nobody hears of it. */
function lossy({ cluster: ask }: JoiningMachine): JoiningMachine['cluster'] {
  return async (...asked) => {
    const answer = await ask(...asked);
    if (asked[1].includes('dry-run')) return answer;
    throw Object.assign(asMusterError(new Error('the line is cut')), { code: 'peer-unreachable' });
  };
}

function withAnswer({ cluster: ask }: JoiningMachine, part: object): JoiningMachine['cluster'] {
  return async (...asked) => {
    const answer = await ask(...asked);
    if (asked[1].includes('dry-run')) return answer;
    return { ...answer, body: JSON.stringify({ ...(JSON.parse(answer.body) as object), ...part }) };
  };
}
