import { describe, expect, it } from 'vitest';
import { detect, findings, startDetector } from '../../../../agent/cluster/detector.ts';
import type {
  DetectorEffect,
  DetectorEvent,
  DetectorState,
} from '../../../../agent/cluster/detector-events.ts';
import type { Finding } from '../../../../agent/cluster/detector-rules.ts';
import type { ServicesSay } from '../../../../agent/cluster/messages.ts';
import { recordOf } from '../../../support/sketches.ts';

const [self, b, c, d] = [1, 2, 3, 4].map((ordinal) => recordOf(ordinal).id) as [
  string,
  string,
  string,
  string,
];
const life = { epoch: 5, incarnation: 0 };
const tickMs = 125;
/** What the tests begin with is long past the start's grace. */
const startMs = 5_000;

/** One node's detector, with time. */
class Bench {
  state: DetectorState = startDetector(self, 9, 0);
  nowMs = 0;
  readonly effects: DetectorEffect[] = [];
  /** Who sends heartbeats. */
  speaking = new Set<string>();
  lagging = new Set<string>();

  constructor(...nodes: string[]) {
    this.step({ kind: 'members', nodes });
    this.speaking = new Set(nodes);
    this.run(startMs);
    this.effects.length = 0;
  }

  step(event: DetectorEvent): void {
    const { state, effects } = detect(this.state, event, this.nowMs);
    this.state = state;
    this.effects.push(...effects);
  }

  run(ms: number, lateMs = 0): void {
    for (const endMs = this.nowMs + ms; this.nowMs < endMs; ) {
      this.nowMs += tickMs;
      for (const node of this.speaking) this.hear(node);
      this.step({ kind: 'tick', lateMs });
    }
  }

  hear(node: string): void {
    this.step({ kind: 'heard', node, life, lagging: this.lagging.has(node) });
  }

  says(observer: string, silent: readonly string[], services: ServicesSay = 'nothing'): void {
    const entries = silent.map((node) => ({ node, life, services }));
    this.step({ kind: 'report', observer, silent: entries, repeatMs: 1_000 });
  }

  /** Its services are asked, and answer or not. */
  probed(node: string, answered: boolean): void {
    this.step({ kind: 'probed', node, answered });
  }

  finding(node: string): Finding | undefined {
    return findings(this.state)[node];
  }

  /** Effects of a kind since the last look. */
  took(kind: DetectorEffect['kind']): readonly DetectorEffect[] {
    return this.effects.splice(0).filter((effect) => effect.kind === kind);
  }
}

describe('a node that falls silent', () => {
  it('is asked after 500 ms, and suspect after 750: its services are asked, and the others told', () => {
    const bench = new Bench(b, c);
    bench.speaking.delete(c);
    bench.run(375);
    expect([bench.finding(c), bench.effects]).toEqual(['alive', []]);
    bench.run(250);
    expect([bench.finding(c), bench.effects.splice(0)]).toEqual([
      'alive',
      [
        { kind: 'ask', node: c },
        { kind: 'ask', node: c },
      ],
    ]);
    bench.run(tickMs);
    expect(bench.finding(c)).toBe('suspect');
    expect(bench.effects).toEqual([
      { kind: 'ask', node: c },
      { kind: 'probe', node: c },
      { kind: 'found', node: c, finding: 'suspect' },
      { kind: 'report', silent: [{ node: c, life, services: 'asking' }], repeatMs: 1_000 },
    ]);
  });

  it('is unreachable after 1.2 s when the only other observer agrees', () => {
    const bench = new Bench(b, c);
    bench.speaking.delete(c);
    bench.run(1_000);
    bench.probed(c, false);
    bench.says(b, [c]);
    bench.run(125);
    expect(bench.finding(c)).toBe('suspect');
    bench.run(125);
    expect(bench.finding(c)).toBe('unreachable');
  });

  it('stays suspect while the other observer hears it', () => {
    const bench = new Bench(b, c);
    bench.speaking.delete(c);
    bench.run(5_000);
    expect(bench.finding(c)).toBe('suspect');
  });

  it('needs two others where there are two', () => {
    const bench = new Bench(b, c, d);
    bench.speaking.delete(d);
    bench.run(1_250);
    bench.probed(d, false);
    bench.says(b, [d]);
    bench.run(tickMs);
    expect(bench.finding(d)).toBe('suspect');
    bench.says(c, [d]);
    bench.run(tickMs);
    expect(bench.finding(d)).toBe('unreachable');
  });

  it('is unreachable on the word of a lone survivor, and all at once when they fail together', () => {
    const bench = new Bench(b, c, d);
    bench.speaking.clear();
    bench.run(1_000);
    for (const node of [b, c, d]) bench.probed(node, false);
    bench.run(250);
    expect([b, c, d].map((node) => bench.finding(node))).toEqual(Array(3).fill('unreachable'));
  });

  it('needs no word of an observer that lags, nor of one that was never heard', () => {
    const bench = new Bench(b, c);
    bench.lagging.add(b);
    bench.step({ kind: 'members', nodes: [b, c, d] });
    bench.speaking.delete(c);
    bench.run(1_000);
    bench.probed(c, false);
    bench.run(250);
    expect(bench.finding(c)).toBe('unreachable');
  });

  it('is unmanaged when its services answer two, or the only one there is', () => {
    const lone = new Bench(b);
    lone.speaking.clear();
    lone.run(1_000);
    lone.probed(b, true);
    lone.run(250);
    expect(lone.finding(b)).toBe('unmanaged');

    const two = new Bench(b, c);
    two.speaking.delete(c);
    two.run(1_000);
    two.probed(c, true);
    two.says(b, [c], 'asking');
    two.run(250);
    expect(two.finding(c), 'while the other still asks').toBe('suspect');
    two.says(b, [c], 'answer');
    two.run(tickMs);
    expect(two.finding(c)).toBe('unmanaged');
    two.says(b, [c], 'nothing');
    two.run(tickMs);
    expect(two.finding(c), 'its services died too').toBe('unreachable');
  });

  it('is alive with its next heartbeat', () => {
    const bench = new Bench(b);
    bench.speaking.clear();
    bench.run(3_000);
    expect(bench.finding(b)).toBe('unreachable');
    bench.effects.length = 0;
    bench.hear(b);
    expect(bench.effects).toEqual([{ kind: 'found', node: b, finding: 'alive' }]);
    bench.run(tickMs);
    expect(bench.took('report')).toEqual([{ kind: 'report', silent: [], repeatMs: 1_000 }]);
  });

  it('stays unreachable while an observer more comes that has not looked yet', () => {
    const bench = new Bench(b, c);
    bench.speaking.delete(c);
    bench.run(1_000);
    bench.probed(c, false);
    bench.says(b, [c]);
    bench.run(500);
    bench.step({ kind: 'members', nodes: [b, c, d] });
    bench.speaking.add(d);
    bench.run(1_500);
    expect(bench.finding(c)).toBe('unreachable');
  });

  it('is suspect sooner when its connection closed and it does not answer', () => {
    const bench = new Bench(b);
    bench.speaking.clear();
    bench.step({ kind: 'hint', node: b });
    expect(bench.took('ask')).toHaveLength(1);
    bench.run(375);
    expect(bench.finding(b)).toBe('suspect');
  });

  it('is alive when its connection closed and it answers', () => {
    const bench = new Bench(b);
    bench.step({ kind: 'hint', node: b });
    bench.run(1_000);
    expect(bench.finding(b)).toBe('alive');
  });
});

describe('a node that others do not hear', () => {
  it('refutes with a later incarnation, once for all reports under way', () => {
    const bench = new Bench(b, c);
    bench.state = { ...bench.state, life };
    bench.says(b, [self]);
    bench.says(c, [self]);
    expect(bench.took('refute')).toEqual([{ kind: 'refute', life: { epoch: 5, incarnation: 1 } }]);
  });

  it('tells its present life to whoever speaks of a former one', () => {
    const bench = new Bench(b);
    bench.says(b, [self]);
    expect(bench.took('refute')).toEqual([{ kind: 'refute', life: { epoch: 9, incarnation: 0 } }]);
  });

  it('is suspect at worst to those who get its refutations', () => {
    const bench = new Bench(b);
    bench.speaking.clear();
    for (let second = 1; second <= 5; second += 1) {
      bench.run(1_000);
      bench.step({ kind: 'refuted', node: b, life: { epoch: 5, incarnation: second } });
    }
    expect(bench.finding(b)).toBe('suspect');
    bench.run(4_000);
    expect(bench.finding(b)).toBe('unreachable');
  });

  it.each([
    { refuting: 'of before its last heartbeat', incarnation: 0, becomes: 'unreachable' },
    { refuting: 'of after it', incarnation: 1, becomes: 'suspect' },
  ])('is $becomes after a refutation $refuting', ({ incarnation, becomes }) => {
    const bench = new Bench(b);
    bench.speaking.clear();
    bench.run(1_000);
    bench.step({ kind: 'refuted', node: b, life: { epoch: 5, incarnation } });
    bench.run(1_000);
    expect(bench.finding(b)).toBe(becomes);
  });
});

describe('a node that dies with a refutation on its lips', () => {
  it('is unreachable as soon as any other', () => {
    const bench = new Bench(b);
    bench.speaking.clear();
    bench.run(250);
    bench.step({ kind: 'refuted', node: b, life: { epoch: 5, incarnation: 1 } });
    bench.run(750);
    bench.probed(b, false);
    bench.run(250);
    expect(bench.finding(b)).toBe('unreachable');
  });
});

describe('a node that stood still itself', () => {
  it('doubts itself: nobody gets worse, nothing is reported, and the pause is nobody’s silence', () => {
    const bench = new Bench(b, c);
    bench.speaking.clear();
    bench.nowMs += 10_000;
    bench.step({ kind: 'tick', lateMs: 9_875 });
    bench.run(500);
    expect([bench.finding(b), bench.effects]).toEqual(['alive', []]);
    bench.run(3_000);
    expect(bench.finding(b)).toBe('unreachable');
  });
});

describe('an observer that is removed', () => {
  it('leaves no report behind; those of the others stand', () => {
    const bench = new Bench(b, c, d);
    for (const observer of [b, c]) bench.says(observer, [d]);
    bench.step({ kind: 'members', nodes: [c, d] });
    expect([...(bench.state.members.get(d)?.reports.keys() ?? [])]).toEqual([c]);
  });
});

describe('a newcomer', () => {
  it('is given ten seconds for its first word', () => {
    const bench = new Bench(b);
    bench.step({ kind: 'members', nodes: [b, c] });
    bench.run(10_000);
    expect(bench.finding(c)).toBe('alive');
    bench.run(1_000);
    expect(bench.finding(c)).toBe('suspect');
  });

  it('is forgotten when it is no longer admitted', () => {
    const bench = new Bench(b, c);
    bench.step({ kind: 'members', nodes: [b] });
    expect(findings(bench.state)).toEqual({ [b]: 'alive' });
  });
});
