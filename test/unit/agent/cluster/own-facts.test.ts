import { describe, expect, it } from 'vitest';
import { OwnFacts } from '../../../../agent/cluster/own-facts.ts';
import { smallHardware } from '../../../support/sketches.ts';

describe('load', () => {
  it.each([
    {
      name: 'of a machine that idles, with a breath now and then',
      loads: [0.02, 0.19, 0.05],
      told: 0,
      words: 0,
    },
    { name: 'between two steps', loads: [0.24, 0.26, 0.24, 0.26], told: 0.2, words: 1 },
    { name: 'that grows little by little', loads: [0.1, 0.2, 0.3, 0.4], told: 0.4, words: 2 },
    { name: 'that moves by less than a part of itself', loads: [2, 2.9, 1.1], told: 2, words: 1 },
    { name: 'that is over', loads: [2, 0.01], told: 0, words: 2 },
  ])('$name is told $words times', ({ loads, told, words }) => {
    const own = new OwnFacts('n1', smallHardware);
    for (const load of loads) own.setLoad(load);
    expect(own.current()).toMatchObject({ load: told, sequence: words });
  });
});
