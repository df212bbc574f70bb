import { afterEach, expect, test, vi } from 'vitest';
import { DecisionsCopy } from '../../../../agent/decisions/copy.ts';
import { calledApp } from '../../../support/called-app.ts';
import { type FakeHandle, fakeHandle } from '../../../support/fake-handle.ts';

interface Watched {
  readonly handle: FakeHandle;
  readonly listeners: Set<() => void>;
  readonly lines: ReadableStreamDefaultReader<string>;
}

/** Someone who watches, and has not read a line yet. */
async function watched(): Promise<Watched> {
  const listeners = new Set<() => void>();
  const handle = fakeHandle({
    onCopy: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  });
  const response = await calledApp(handle)('/v1/decisions/watch');
  expect(response.headers.get('content-type')).toBe('application/x-ndjson');
  const lines = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  if (lines === undefined) throw new Error('there is no stream');
  return { handle, listeners, lines };
}

afterEach(() => vi.useRealTimers());

test('the copy is as the node has it', async () => {
  const copy = {
    revision: 9,
    entries: { '/muster/settings': { value: '{}', modRevision: 3 } },
    store: { answers: false, sentence: 'it is silent' },
  };
  const response = await calledApp(fakeHandle({ copy: () => copy }))('/v1/decisions');
  expect(DecisionsCopy.parse(await response.json())).toEqual(copy);
});

test('a watch begins with a line, and has one for each change, until whoever watches goes', async () => {
  const { listeners, lines } = await watched();
  expect(await lines.read()).toEqual({ done: false, value: '{}\n' });
  for (const listener of listeners) listener();
  expect(await lines.read()).toEqual({ done: false, value: '{}\n' });
  await lines.cancel();
  await expect.poll(() => listeners.size).toBe(0);
});

test('a quiet watch shows that it lives, every five seconds', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  const { lines, listeners } = await watched();
  await lines.read();
  vi.advanceTimersByTime(4_999);
  for (const listener of listeners) listener();
  expect((await lines.read()).value).toBe('{}\n');
  vi.advanceTimersByTime(1);
  expect((await lines.read()).value).toBe('\n');
  expect(vi.getTimerCount()).toBe(1);
  await lines.cancel();
  await expect.poll(() => vi.getTimerCount()).toBe(0);
});
