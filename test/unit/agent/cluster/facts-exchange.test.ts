import { beforeEach, describe, expect, it } from 'vitest';
import { FactsExchange } from '../../../../agent/cluster/facts-exchange.ts';
import { FactsStore } from '../../../../agent/cluster/facts-store.ts';
import { Hearing } from '../../../../agent/cluster/hearing.ts';
import type { DecisionsAt, Word } from '../../../../agent/cluster/messages.ts';
import { OwnFacts } from '../../../../agent/cluster/own-facts.ts';
import { PeerBook } from '../../../../agent/cluster/peer-book.ts';
import { Tombstones } from '../../../../agent/cluster/tombstones.ts';
import { PeerUnreachable, type Transport } from '../../../../agent/cluster/transport.ts';
import { settle } from '../../../support/fake-clock.ts';
import { FakeFiles } from '../../../support/fake-files.ts';
import { seededRandom } from '../../../support/seeds.ts';
import { simIdentity } from '../../../support/sim-identity.ts';
import { ready, smallHardware } from '../../../support/sketches.ts';

const cluster = { id: 'caaaaaaaaaaaa', generation: 1 };
const members = [1, 2, 3, 4].map((ordinal) => simIdentity(ordinal).member);
type FactsWord = Extract<Word, { kind: 'facts' }>;

/** One node's facts, and a wire to any of the others that carries requests at once. */
class Party {
  readonly id: string;
  readonly facts: OwnFacts;
  readonly store: FactsStore;
  readonly exchange: FactsExchange;
  readonly words: FactsWord[] = [];
  readonly heardOf = new Map<string, DecisionsAt>();
  decisions: DecisionsAt | null = null;
  readonly outlived: number[] = [];
  requests = 0;

  constructor(ordinal: number, parties: Map<string, Party>, epoch = 5) {
    const { member, sign } = simIdentity(ordinal);
    this.id = member.id;
    parties.set(this.id, this);
    this.facts = new OwnFacts(this.id, smallHardware);
    const book = new PeerBook({ files: new FakeFiles(), path: '/peers.json', onError: () => undefined });
    const hearing = new Hearing(cluster, this.id, book);
    hearing.setPeers(members.filter(({ id }) => id !== this.id));
    this.store = new FactsStore({ cluster, self: this.id, epoch, sign, hearing });
    const transport: Pick<Transport, 'connected' | 'request'> = {
      connected: () => [...parties.keys()].filter((id) => id !== this.id),
      request: async (to, bytes) => {
        this.requests += 1;
        const other = parties.get(to);
        if (other === undefined) throw new PeerUnreachable(to);
        return other.exchange.answer(this.id, bytes);
      },
    };
    this.exchange = new FactsExchange({
      cluster,
      transport: transport as Transport,
      random: seededRandom(1),
      store: this.store,
      tombstones: new Tombstones({ verify: () => undefined, ends: () => false, atMs: () => 0 }, book),
      ownFacts: () => this.facts.current(),
      say: (word) => void this.words.push(word as FactsWord),
      decisions: () => this.decisions,
      onFacts: () => undefined,
      onTombstone: () => undefined,
      onDecisionsAt: (node, at) => void this.heardOf.set(node, at),
      onOutlived: (epoch) => void this.outlived.push(epoch),
    });
  }

  applied(node: string): string | undefined {
    return this.store.facts(() => 5)[node]?.applied.web;
  }
}

let a: Party;
let b: Party;
let c: Party;

beforeEach(() => {
  const parties = new Map<string, Party>();
  [a, b, c] = [new Party(1, parties), new Party(2, parties), new Party(3, parties)];
  a.exchange.tick(0);
});

/** Tells a change of the first party's facts; the word for it. */
function change(revision: string, nowMs: number): FactsWord {
  a.facts.setRole('web', ready, { applied: revision });
  a.exchange.changed();
  a.exchange.tick(nowMs);
  const word = a.words.at(-1);
  if (word === undefined) throw new Error('nothing was said');
  return word;
}

describe('facts', () => {
  it('are told whole, then by what changed', () => {
    const word = change('r1', 200);
    expect(a.words.map(({ base }) => base)).toEqual([null, 0]);
    expect(Object.keys(JSON.parse(word.change) as object)).toEqual(['sequence', 'health', 'applied']);
    for (const said of a.words) expect(b.exchange.takeChange(a.id, a.id, 5, said)).toBe(true);
    expect(b.applied(a.id)).toBe('r1');
  });

  it('that change several times at once are told once', () => {
    a.facts.setRole('web', ready, { applied: 'r1' });
    a.exchange.changed();
    a.exchange.tick(50);
    a.facts.setRole('web', ready, { applied: 'r2' });
    a.exchange.changed();
    for (const nowMs of [100, 125, 150, 250]) a.exchange.tick(nowMs);
    expect(a.words).toHaveLength(2);
  });

  it('of load alone are told within a minute', () => {
    a.facts.setLoad(0.7);
    a.exchange.tick(47_000);
    expect(a.words).toHaveLength(1);
    a.exchange.tick(60_000);
    expect(a.words).toHaveLength(2);
  });

  it('that are a change from something unknown are fetched from whoever passed it on', async () => {
    const word = change('r1', 200);
    c.store.take(required(a.store.record(a.id)));
    expect(b.exchange.takeChange(c.id, a.id, 5, word)).toBe(true);
    await settle();
    expect(b.applied(a.id)).toBe('r1');
  });

  it('go both ways in an exchange, those of third parties too', async () => {
    b.exchange.tick(0);
    c.exchange.tick(0);
    c.store.take(required(b.store.record(b.id)));
    a.exchange.exchangeWith(c.id);
    await settle();
    for (const party of [a, c])
      expect(Object.keys(party.store.facts(() => 5)).sort()).toEqual([a.id, b.id, c.id]);
  });

  it('of a life that is over say what a machine is, and not how its roles fare', () => {
    b.facts.setRole('web', ready, { applied: 'r1', details: { 'serves.shop': 'r2' } });
    b.exchange.tick(0);
    a.store.take(required(b.store.record(b.id)));
    const told = { applied: { web: 'r1' }, hardware: smallHardware };
    expect(a.store.facts(() => 5)[b.id]).toMatchObject({
      ...told,
      health: { web: ready },
      details: { web: { 'serves.shop': 'r2' } },
    });
    const after = a.store.facts(() => 6)[b.id];
    expect(after).toMatchObject({ ...told, health: {} });
    expect(after?.details).toBeUndefined();
  });

  it('that are equal cost one question', async () => {
    a.exchange.exchangeWith(b.id);
    await settle();
    const before = a.requests;
    a.exchange.exchangeWith(b.id);
    await settle();
    expect(a.requests - before).toBe(1);
  });

  it.each([
    { heard: 'those who say the same', differ: [0, 0], agoMs: 0, range: [1, 1] },
    { heard: 'one who says another mark', differ: [0, 1], agoMs: 0, range: [30, 40] },
    { heard: 'one who said another mark and is silent since', differ: [0, 1], agoMs: 1_000, range: [1, 1] },
    { heard: 'nobody', differ: [], agoMs: 0, range: [30, 40] },
  ])('are compared $range times in 40 s by who hears $heard', async ({ differ, agoMs, range }) => {
    let questions = 0;
    for (let nowMs = 250; nowMs <= 40_000; nowMs += 250) {
      const before = a.requests;
      differ.forEach((bit, index) => {
        const node = [b, c][index]?.id ?? '';
        a.exchange.heardMark(node, a.exchange.mark() ^ bit, bit === 0 ? nowMs : nowMs - agoMs);
      });
      a.exchange.tick(nowMs);
      await settle();
      if (a.requests > before) questions += 1;
    }
    expect(questions).toBeGreaterThanOrEqual(range[0] ?? 0);
    expect(questions).toBeLessThanOrEqual(range[1] ?? 0);
  });

  it('are not compared while news are on their way, of which one node hears a little later each time', async () => {
    await settle();
    const before = a.requests;
    for (let beat = 1; beat <= 80; beat += 1) {
      const isBehind = beat % 4 < 2;
      a.exchange.heardMark(b.id, a.exchange.mark() ^ (isBehind ? 1 : 0), beat * 250);
      a.exchange.tick(beat * 250);
      await settle();
    }
    expect(a.requests - before).toBe(0);
  });

  it('and decisions have a mark, the same for who knows the same', async () => {
    change('r1', 200);
    expect(b.exchange.mark()).not.toBe(a.exchange.mark());
    a.exchange.exchangeWith(b.id);
    await settle();
    expect(b.exchange.mark()).toBe(a.exchange.mark());
    a.decisions = { generation: 1, revision: 7 };
    expect(b.exchange.mark()).not.toBe(a.exchange.mark());
    b.decisions = a.decisions;
    expect(b.exchange.mark()).toBe(a.exchange.mark());
  });

  it('of a neighbour that is away are asked for again later', async () => {
    await settle();
    const before = a.requests;
    for (let time = 0; time < 2; time += 1) {
      a.exchange.exchangeWith(members[3]?.id ?? '');
      await settle();
    }
    expect(a.requests - before).toBe(2);
  });

  it('come with the decisions that each has', async () => {
    a.decisions = { generation: 1, revision: 7 };
    b.decisions = { generation: 1, revision: 9 };
    a.exchange.exchangeWith(b.id);
    await settle();
    expect([a.heardOf.get(b.id), b.heardOf.get(a.id)]).toEqual([b.decisions, a.decisions]);
  });

  it('that were changed on their way are not taken', () => {
    const word = change('r1', 200);
    const whole = required(a.store.record(a.id));
    const lie = { ...whole, text: whole.text.replace('r1', 'r9') };
    expect(b.store.take(lie)).toBe('forged');
    expect(b.store.take({ ...whole, node: c.id })).toBe('forged');
    expect(b.store.take({ ...whole, sequence: whole.sequence + 1 })).toBe('forged');
    expect(b.store.take({ ...whole, epoch: whole.epoch + 1 })).toBe('forged');
    const first = required(a.words[0]);
    b.exchange.takeChange(a.id, a.id, 5, first);
    expect(b.exchange.takeChange(a.id, a.id, 5, { ...word, change: '{"load":9}' })).toBe(false);
    expect(b.exchange.takeChange(a.id, a.id, 5, { ...word, change: 'garbage' })).toBe(false);
    expect(b.applied(a.id)).toBeUndefined();
  });

  it.each([
    { what: 'of a later life of this node itself', epoch: 9, changes: 0 },
    { what: 'of a copy of this machine, which began in the same second,', epoch: 5, changes: 2 },
  ])('$what say that it is outlived, if it signed them', async ({ epoch, changes }) => {
    const later = new Party(1, new Map(), epoch);
    for (let change = 0; change < changes; change += 1)
      later.facts.setRole('web', ready, { applied: `r${change}` });
    later.exchange.tick(0);
    const record = required(later.store.record(a.id));
    b.store.take(record);
    a.exchange.exchangeWith(b.id);
    await settle();
    expect(a.outlived).toEqual([epoch]);
    expect(a.store.take({ ...record, epoch: 99 })).toBe('own');
    expect(later.store.take(required(a.store.record(a.id)))).toBe('own');
  });

  it('of before, of strangers and of oneself by others are not taken', () => {
    const old = required(a.store.record(a.id));
    change('r1', 200);
    const whole = required(a.store.record(a.id));
    expect(b.store.take(whole)).toBe('new');
    expect(b.store.take(whole)).toBe('known');
    expect(b.store.take(old)).toBe('known');
    expect(b.store.take({ ...old, node: 'nzzzzzzzzzzzz' })).toBe('stranger');
    expect(a.store.take({ ...whole, epoch: 99 })).toBe('own');
  });

  it.each([
    '',
    'garbage',
    '{}',
    '{"format":1,"cluster":"cbbbbbbbbbbbb","generation":1,"kind":"delivery","records":[],"tombstones":[]}',
  ])('are not exchanged over nonsense: %s', (text) => {
    expect(() => a.exchange.answer(b.id, Buffer.from(text))).toThrow();
  });
});

function required<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error('it is not there');
  return value;
}
