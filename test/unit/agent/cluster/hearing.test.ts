import { beforeEach, describe, expect, it } from 'vitest';
import { Hearing } from '../../../../agent/cluster/hearing.ts';
import { PeerBook } from '../../../../agent/cluster/peer-book.ts';
import { Voice, type VoiceParts } from '../../../../agent/cluster/voice.ts';
import { FakeFiles } from '../../../support/fake-files.ts';
import { simIdentity } from '../../../support/sim-identity.ts';

const cluster = { id: 'caaaaaaaaaaaa', generation: 2 };
const [me, author, relay, stranger] = [1, 2, 3, 4].map(simIdentity) as [Known, Known, Known, Known];
type Known = ReturnType<typeof simIdentity>;
const word = { kind: 'goodbye' as const };

function voiceOf({ member, sign }: Known, parts: Partial<VoiceParts> = {}): Voice {
  return new Voice({ cluster, self: member.id, epoch: 5, sign, ...parts });
}

let book: PeerBook;
let hearing: Hearing;

beforeEach(() => {
  book = new PeerBook({ files: new FakeFiles(), path: '/peers.json', onError: () => undefined });
  hearing = new Hearing(cluster, me.member.id, book);
  hearing.setPeers([author.member, relay.member]);
  book.setEpoch(author.member.id, 5);
  hearing.met(author.member.id, 5, 0);
});

function hear(bytes: Uint8Array, nowMs = 0): string {
  const heard = hearing.open(relay.member.id, bytes, nowMs);
  return heard.reception === 'accept' ? `accept ${heard.word.kind}` : `${heard.reception} ${heard.why}`;
}

describe('a word', () => {
  it('is listened to once', () => {
    const bytes = voiceOf(author).seal(word);
    expect([hear(bytes), hear(bytes)]).toEqual(['accept goodbye', 'ignore old']);
  });

  it('may be overtaken by one of another kind, and not by one of its own', () => {
    const voice = voiceOf(author);
    const [first, second] = [voice.seal(word), voice.seal(word)];
    const third = voice.seal({ kind: 'refutation', incarnation: 1 });
    expect([hear(third), hear(second), hear(first)]).toEqual([
      'accept refutation',
      'accept goodbye',
      'ignore old',
    ]);
  });

  it.each([
    { what: 'of a stranger', bytes: () => voiceOf(stranger).seal(word), is: 'ignore stranger' },
    {
      what: 'of a stranger in the name of a node',
      bytes: () => voiceOf(author, { sign: stranger.sign }).seal(word),
      is: 'reject forged',
    },
    {
      what: 'of another cluster',
      bytes: () => voiceOf(author, { cluster: { id: 'cbbbbbbbbbbbb', generation: 2 } }).seal(word),
      is: 'ignore other-cluster',
    },
    {
      what: 'of a former generation',
      bytes: () => voiceOf(author, { cluster: { ...cluster, generation: 1 } }).seal(word),
      is: 'ignore other-cluster',
    },
    { what: 'of a former life', bytes: () => voiceOf(author, { epoch: 4 }).seal(word), is: 'ignore old' },
    {
      what: 'of a life that no heartbeat has shown yet',
      bytes: () => voiceOf(author, { epoch: 6 }).seal(word),
      is: 'ignore early',
    },
    { what: 'of its own', bytes: () => voiceOf(me).seal(word), is: 'ignore own' },
    { what: 'that is garbage', bytes: () => Buffer.alloc(300, 'x'), is: 'reject unreadable' },
    { what: 'that is empty', bytes: () => new Uint8Array(), is: 'reject unreadable' },
    { what: 'that is too large', bytes: () => Buffer.alloc(70_000), is: 'reject too-large' },
    {
      what: 'in a format to come',
      bytes: () => Buffer.concat([Buffer.alloc(64), Buffer.from('{"format":2}')]),
      is: 'ignore other-format',
    },
    {
      what: 'that was changed on its way',
      bytes: () => {
        const text = Buffer.from(voiceOf(author).seal({ kind: 'refutation', incarnation: 1 })).toString(
          'latin1',
        );
        return Buffer.from(text.replace('"incarnation":1', '"incarnation":9'), 'latin1');
      },
      is: 'reject forged',
    },
  ])('$what is not listened to', ({ bytes, is }) => {
    expect(hear(bytes())).toBe(is);
  });

  it('from before the author was first heard is a recording, or comes with the next exchange', () => {
    const voice = voiceOf(author, { epoch: 6 });
    const [before, after] = [voice.seal(word), voice.seal(word)];
    hearing.met(author.member.id, 6, 1);
    expect([hear(before), hear(after)]).toEqual(['ignore old', 'accept goodbye']);
  });

  it('of a node that was removed is that of a stranger', () => {
    hearing.setPeers([relay.member]);
    expect(hear(voiceOf(author).seal(word))).toBe('ignore stranger');
  });

  it('too many at once are dropped, and later ones are heard', () => {
    const voice = voiceOf(author);
    const heard = Array.from({ length: 100 }, () => hear(voice.seal(word)));
    expect(heard.filter((reception) => reception === 'accept goodbye')).toHaveLength(80);
    expect(heard.at(-1)).toBe('ignore too-many');
    expect(hear(voice.seal(word), 1_000)).toBe('accept goodbye');
  });
});
