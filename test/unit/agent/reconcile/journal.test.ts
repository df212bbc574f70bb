import { describe, expect, it } from 'vitest';
import { openJournal } from '../../../../agent/reconcile/journal.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { FakeFiles } from '../../../support/fake-files.ts';

const path = '/var/lib/muster/journal.ndjson';

describe('the journal', () => {
  it('numbers and dates what it is told, and knows it again after a restart', async () => {
    const [files, clock] = [new FakeFiles(), new FakeClock()];
    const journal = await openJournal(files, clock, path);
    await journal.tell({ kind: 'info', sentence: 'one' });
    await clock.advance(1_000);
    await journal.tell({ kind: 'drift', role: 'web', sentence: 'two' });
    const again = await openJournal(files, clock, path);
    expect(again.after(0, 10)).toEqual([
      { sequence: 1, at: '2026-01-01T00:00:00.000Z', kind: 'info', sentence: 'one' },
      { sequence: 2, at: '2026-01-01T00:00:01.000Z', kind: 'drift', role: 'web', sentence: 'two' },
    ]);
    await again.tell({ kind: 'info', sentence: 'three' });
    expect(again.after(2, 10).map((event) => event.sequence)).toEqual([3]);
  });

  it('passes over a line that a power cut left half-written', async () => {
    const files = new FakeFiles({
      [path]: '{"sequence":7,"at":"2026-01-01T00:00:00.000Z","kind":"info","sentence":"whole"}\n{"seq',
    });
    const journal = await openJournal(files, new FakeClock(), path);
    expect(journal.after(0, 10).map((event) => event.sentence)).toEqual(['whole']);
    await journal.tell({ kind: 'info', sentence: 'next' });
    const again = await openJournal(files, new FakeClock(), path);
    expect(again.after(0, 10).map((event) => event.sentence)).toEqual(['whole', 'next']);
  });

  it('gives the newest when more were asked for than it may give', async () => {
    const journal = await openJournal(new FakeFiles(), new FakeClock(), path);
    for (const sentence of ['a', 'b', 'c']) await journal.tell({ kind: 'info', sentence });
    expect(journal.after(0, 2).map((event) => event.sentence)).toEqual(['b', 'c']);
  });

  it('tells those who listen until they stop', async () => {
    const journal = await openJournal(new FakeFiles(), new FakeClock(), path);
    const heard: string[] = [];
    const stop = journal.listen((event) => heard.push(event.sentence));
    await journal.tell({ kind: 'info', sentence: 'a' });
    stop();
    await journal.tell({ kind: 'info', sentence: 'b' });
    expect(heard).toEqual(['a']);
  });

  it('begins a new file when the old one is large, and still knows both', async () => {
    const files = new FakeFiles();
    const journal = await openJournal(files, new FakeClock(), path);
    const long = 'x'.repeat(600_000);
    for (const sentence of [long, long, 'after']) await journal.tell({ kind: 'info', sentence });
    expect(files.text(path)?.length).toBeLessThan(1_000);
    const again = await openJournal(files, new FakeClock(), path);
    expect(again.after(0, 10).map((event) => event.sequence)).toEqual([1, 2, 3]);
  });

  it('keeps what the disk does not take, and writes it when it does', async () => {
    const files = new FakeFiles();
    const journal = await openJournal(files, new FakeClock(), path);
    files.refusals.set(path, 'no space left');
    await journal.tell({ kind: 'info', sentence: 'while full' });
    expect(journal.after(0, 10).map((event) => event.sentence)).toEqual(['while full']);
    files.refusals.clear();
    await journal.tell({ kind: 'info', sentence: 'after' });
    const again = await openJournal(files, new FakeClock(), path);
    expect(again.after(0, 10).map((event) => event.sentence)).toEqual(['while full', 'after']);
  });
});
