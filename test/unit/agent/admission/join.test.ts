import { X509Certificate } from 'node:crypto';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { admit } from '../../../../agent/admission/admit.ts';
import { requireGoodAnswer } from '../../../../agent/admission/join-answer.ts';
import { pinOf, requirePinned } from '../../../../agent/admission/pin.ts';
import { type JoinAnswer, JoinRequest } from '../../../../agent/admission/request.ts';
import { authoritySigningKey, signAdmission } from '../../../../agent/admission/sign.ts';
import {
  type Authority,
  certifyKey,
  issueCertificate,
  publicKeyPin,
} from '../../../../agent/host/certificates.ts';
import { createIdentity, rawPublicKey } from '../../../../agent/local/identity.ts';
import { clusterKey, nodeKey } from '../../../../coordinator/store/keys.ts';
import { asMusterError, type MusterError } from '../../../../roles/model/errors.ts';
import type { NodeRecord } from '../../../../roles/model/node.ts';
import type { Token } from '../../../../roles/model/token.ts';
import {
  type AdmittingCluster,
  admittingCluster,
  authorityOf,
  clusterId,
  requestOf,
} from '../../../support/admitting-cluster.ts';
import { certificateKey } from '../../../support/certificate-key.ts';

const now = new Date('2026-01-01T00:00:00.000Z');
const identity = createIdentity();
const keyPem = certificateKey().privatePem;
const otherKeyPem = certificateKey().publicPem;

let ca: Authority;
let otherCa: Authority;
let serverPem: string;
let otherServerPem: string;
let cluster: AdmittingCluster;
let token: Token;
let request: JoinRequest;
let answer: JoinAnswer;
beforeAll(async () => {
  ca = await authorityOf();
  otherCa = await authorityOf('cnnnnnnnnnnnn');
  const order = { nodeId: createIdentity().nodeId, names: ['b1'], addresses: ['10.0.0.1'], now };
  serverPem = (await issueCertificate(ca, order)).certificatePem;
  otherServerPem = (await issueCertificate(otherCa, order)).certificatePem;
});
beforeEach(async () => {
  cluster = await admittingCluster(ca);
  token = await cluster.token({ pin: publicKeyPin(serverPem) });
  request = requestOf(token, keyPem, { identity });
  answer = await admit(cluster, request);
});

const judge = (given: unknown, parts: { readonly serverPem?: string } = {}): JoinAnswer =>
  requireGoodAnswer({ token, request, address: '10.0.0.1', serverPem, answer: given, ...parts });

function refusal(run: () => unknown): MusterError {
  try {
    run();
  } catch (error) {
    return asMusterError(error);
  }
  throw new Error('it was not refused');
}

describe('what a machine asks with', () => {
  test('is of the form that the API takes, and holds no private key', () => {
    expect(JoinRequest.parse(JSON.parse(JSON.stringify(request)))).toEqual(request);
    expect(JSON.stringify(request)).not.toContain('PRIVATE');
  });

  test('is sent to the machine alone that made the token', () => {
    expect(() => requirePinned(token, '10.0.0.1', serverPem)).not.toThrow();
    const error = refusal(() => requirePinned(token, '10.0.0.1', otherServerPem));
    expect(error).toMatchObject({ code: 'pin-mismatch' });
    expect(error.message).toContain('10.0.0.1');
    expect(error.why).toContain(token.pin);
    expect(error.why).toContain(publicKeyPin(otherServerPem));
  });

  test('has the pin that curl takes', () => {
    expect(pinOf(new X509Certificate(serverPem))).toBe(publicKeyPin(serverPem));
  });
});

test('the true answer is taken, as it came over the wire', () => {
  expect(judge(JSON.parse(JSON.stringify(answer)))).toEqual(answer);
});

describe('an answer is refused', () => {
  const otherRecord = (part: Partial<NodeRecord>): JoinAnswer => {
    const record = { ...answer.record, ...part };
    const { entries, revision } = answer.snapshot;
    const entry = { value: JSON.stringify(record), modRevision: revision };
    return {
      ...answer,
      record,
      snapshot: { revision, entries: { ...entries, [nodeKey(record.id)]: entry } },
    };
  };
  const admissionWith = (part: object): JoinAnswer => {
    const record = answer.record.admission?.record;
    if (record === undefined) throw new Error('there is no admission');
    return otherRecord({
      admission: signAdmission({ ...record, ...part }, authoritySigningKey(ca.privateKeyPem)),
    });
  };
  const certificateFor = async (part: object): Promise<JoinAnswer> => {
    const order = {
      nodeId: identity.nodeId,
      names: [],
      addresses: [],
      publicKeyPem: request.certificateKeyPem,
    };
    return { ...answer, certificatePem: await certifyKey(ca, { ...order, now, ...part }) };
  };

  test.each<{ what: string; make: () => unknown; says: string }>([
    { what: 'of another form', make: () => ({ ...answer, record: 'you' }), says: 'not of the form' },
    { what: 'with more than belongs in it', make: () => ({ ...answer, run: 'me' }), says: 'not of the form' },
    {
      what: 'without a readable authority',
      make: () => ({ ...answer, caPem: 'x' }),
      says: 'of the authority',
    },
    {
      what: 'with an authority that is none',
      make: () => ({ ...answer, caPem: answer.certificatePem }),
      says: 'its authority is none',
    },
    {
      what: 'with the authority of another cluster',
      make: () => ({ ...answer, caPem: otherCa.certificatePem }),
      says: 'that of another cluster',
    },
    {
      what: 'with an authority made for the occasion',
      make: async () => ({ ...answer, caPem: (await authorityOf()).certificatePem }),
      says: 'not under its own authority',
    },
    {
      what: 'with decisions of another cluster',
      make: () => {
        const { revision, entries } = answer.snapshot;
        const value = JSON.stringify({ id: 'cnnnnnnnnnnnn', generation: 1 });
        const other = { ...entries, [clusterKey]: { value, modRevision: 1 } };
        return { ...answer, snapshot: { revision, entries: other } };
      },
      says: 'not those of the cluster',
    },
    {
      what: 'without a word of this machine in the decisions',
      make: () => ({ ...answer, snapshot: { revision: 9, entries: clusterOnly() } }),
      says: 'not among its decisions',
    },
    {
      what: 'with a record that nobody signed',
      make: () => otherRecord({ admission: signedBy(otherCa) }),
      says: 'does not hold',
    },
    {
      what: 'with a record for another datagram key',
      make: () => admissionWith({ datagramKey: rawPublicKey(createIdentity().datagramPublicKeyPem) }),
      says: 'speaks of another machine',
    },
    {
      what: 'with a record of another name than it says',
      make: () => admissionWith({ name: 'b9' }),
      says: 'speaks of another machine',
    },
    {
      what: 'with another address than asked for',
      make: () => otherRecord({ address: '10.0.0.9' }),
      says: 'speaks of another machine',
    },
    {
      what: 'with a certificate for another key',
      make: () => certificateFor({ publicKeyPem: otherKeyPem }),
      says: 'for another key',
    },
    {
      what: 'with a certificate for another node',
      make: () => certificateFor({ nodeId: createIdentity().nodeId }),
      says: 'for another node',
    },
    {
      what: 'with a certificate of nobody known',
      make: () => ({ ...answer, certificatePem: otherServerPem }),
      says: 'not signed by its authority',
    },
  ])('$what', async ({ make, says }) => {
    const given = await make();
    const error = refusal(() => judge(given));
    expect(error.code).toBe('node-refused');
    expect(error.message).toContain(says);
    expect(error.why).not.toBe('');
  });

  test('that came from another machine than the one that made the token', () => {
    expect(refusal(() => judge(answer, { serverPem: otherServerPem }))).toMatchObject({
      code: 'pin-mismatch',
    });
  });

  test('meant for another machine', async () => {
    const other = await admit(
      cluster,
      requestOf(token, keyPem, { identity: createIdentity(), name: 'b3', address: '10.0.0.3' }),
    );
    expect(refusal(() => judge(other)).message).toContain('speaks of another machine');
  });

  function clusterOnly(): JoinAnswer['snapshot']['entries'] {
    return { [clusterKey]: { value: JSON.stringify({ id: clusterId, generation: 1 }), modRevision: 2 } };
  }

  function signedBy(authority: Authority): NonNullable<NodeRecord['admission']> {
    const record = answer.record.admission?.record;
    if (record === undefined) throw new Error('there is no admission');
    return signAdmission(record, authoritySigningKey(authority.privateKeyPem));
  }
});
