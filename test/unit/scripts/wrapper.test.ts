import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { runSparingly } from '../../../agent/local/parts.ts';

describe('the wrapper', () => {
  it.each(runSparingly('"$home/node"').slice(1))('runs the agent as its unit does, with %s', async (word) => {
    const wrapper = await readFile('scripts/wrapper.sh', 'utf8');
    const [agent] = wrapper.split('\nfi\n');
    expect(agent?.split(/\s/)).toContain(word);
  });
});
