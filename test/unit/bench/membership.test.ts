import { describe, expect, it } from 'vitest';
import { privateMiB, residentMiB, ticksOf } from '../../bench/membership/proc.ts';
import { memberEvent } from '../../bench/membership/serf.ts';
import { Sights } from '../../bench/membership/sights.ts';
import { sidesRow, tail } from '../../bench/membership/tables.ts';

describe('a line of serf', () => {
  const stamp = '    2024/03/01 09:40:00';
  it.each([
    {
      line: `${stamp} [INFO] serf: EventMemberFailed: b2 10.77.0.12`,
      says: { name: 'b2', sight: 'gone' },
    },
    { line: `${stamp} [INFO] serf: EventMemberJoin: b3 10.77.0.13`, says: { name: 'b3', sight: 'there' } },
    {
      line: `${stamp} [INFO] serf: EventMemberLeave: b3 10.77.0.13`,
      says: { name: 'b3', sight: 'doubted' },
    },
    { line: `${stamp} [INFO] memberlist: Suspect b2 has failed, no acks received`, says: undefined },
    { line: `${stamp} [INFO] agent: Received event: member-failed`, says: undefined },
    { line: '==> Serf agent running!', says: undefined },
  ])('$line', ({ line, says }) => {
    expect(memberEvent(line)).toEqual(says);
  });
});

describe('sights', () => {
  const names = ['b1', 'b2', 'b3'];
  const seen = (sight: 'there' | 'gone', atMs: number): { sight: 'there' | 'gone'; atMs: number } => ({
    sight,
    atMs,
  });

  it('are one when the last of all has come', () => {
    const sights = new Sights();
    sights.see('b1', 'b3', seen('gone', 5));
    expect(sights.since(['b1', 'b2'], ['b3'], 'gone')).toBeUndefined();
    sights.see('b2', 'b3', seen('gone', 7));
    expect(sights.since(['b1', 'b2'], ['b3'], 'gone')).toBe(7);
  });

  it('count from when they were so, however often that is said again', () => {
    const sights = new Sights();
    for (const atMs of [5, 9]) sights.see('b1', 'b3', seen('gone', atMs));
    expect(sights.since(['b1'], ['b3'], 'gone')).toBe(5);
    expect(sights.gone).toBe(1);
    sights.see('b1', 'b3', seen('there', 10));
    sights.see('b1', 'b3', seen('gone', 11));
    expect(sights.gone).toBe(2);
  });

  it('are waited for', async () => {
    const sights = new Sights();
    const known = sights.until(names, names, 'there', 10_000);
    for (const observer of names) {
      for (const subject of names) if (observer !== subject) sights.see(observer, subject, seen('there', 3));
    }
    expect(await known).toBe(3);
  });

  it('are given up when their time is over', async () => {
    expect(await new Sights().until(names, names, 'there', 0)).toBeUndefined();
  });

  it('end with the life of who had them', () => {
    const sights = new Sights();
    sights.see('b1', 'b2', seen('there', 1));
    expect(sights.otherwise(['b1', 'b2'], 'there')).toBe('b2→b1');
    sights.forget('b1');
    expect(sights.otherwise(['b1', 'b2'], 'there')).toBe('b1→b2, b2→b1');
  });
});

describe('figures', () => {
  it.each([
    { what: 'ninety-nine', values: Array.from({ length: 99 }, (_, index) => index), p99: undefined },
    { what: 'a hundred', values: Array.from({ length: 100 }, (_, index) => 100 - index), p99: 99 },
    { what: 'two hundred', values: Array.from({ length: 200 }, (_, index) => index + 1), p99: 198 },
  ])('of $what', ({ values, p99 }) => {
    expect(tail(values)).toBe(p99);
  });

  it('stand side by side', () => {
    expect(sidesRow('1 of 3 killed', { muster: [1, 1.5, 1.25], serf: [5, 6] }, '1.5 s')).toBe(
      '| 1 of 3 killed | 1.25 s |  | 1.50 s | 3 | 5.50 s | 6.00 s | 2 | 1.5 s |',
    );
  });
});

describe('what the kernel says of a process', () => {
  it('has its time behind its name, whatever that is', () => {
    const fields = ['S', 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 250, 50, 7, 7];
    expect(ticksOf(`42 (node (x) y) ${fields.join(' ')}`)).toBe(300);
  });

  it('has its memory in KiB', () => {
    const rollup = 'Rss:    81920 kB\nPss:   3 kB\nPrivate_Clean:  1024 kB\nPrivate_Dirty:  20480 kB\n';
    expect([residentMiB(rollup), privateMiB(rollup)]).toEqual([80, 21]);
  });
});
