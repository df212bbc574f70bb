import { describe, expect, it } from 'vitest';
import { PeerBook } from '../../../../agent/cluster/peer-book.ts';
import { Places } from '../../../../agent/cluster/places.ts';
import { FakeFiles } from '../../../support/fake-files.ts';
import { recordOf } from '../../../support/sketches.ts';

const { id, address: decided } = recordOf(2);

describe('where another node is', () => {
  it.each([
    { heard: undefined, said: undefined, of: decided, elsewhere: [] },
    { heard: undefined, said: decided, of: decided, elsewhere: [] },
    { heard: undefined, said: '10.77.0.72', of: decided, elsewhere: ['10.77.0.72'] },
    { heard: '10.77.0.62', said: '10.77.0.62', of: '10.77.0.62', elsewhere: [decided] },
    { heard: '10.77.0.62', said: '10.77.0.72', of: '10.77.0.62', elsewhere: [decided, '10.77.0.72'] },
    { heard: decided, said: undefined, of: decided, elsewhere: [] },
  ])(
    'heard at $heard, its facts say $said: $of, and perhaps $elsewhere',
    ({ heard, said, of, elsewhere }) => {
      const book = new PeerBook({ files: new FakeFiles(), path: '/peers.json', onError: () => undefined });
      const places = new Places(book, () => said);
      places.setMembers([{ id, address: decided, gossipKey: 'k', dead: false }]);
      const moved = heard !== undefined && places.heard(id, heard);
      expect({ moved, of: places.of(id), elsewhere: places.elsewhere(id) }).toEqual({
        moved: of !== decided,
        of,
        elsewhere,
      });
    },
  );

  it('is nowhere for a stranger', () => {
    const book = new PeerBook({ files: new FakeFiles(), path: '/peers.json', onError: () => undefined });
    const places = new Places(book, () => undefined);
    expect([places.heard(id, decided), places.of(id), places.elsewhere(id)]).toEqual([false, undefined, []]);
  });
});
