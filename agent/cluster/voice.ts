import type { NodeId } from '../../roles/model/node.ts';
import { type ClusterMark, type Envelope, headingOf, type Word } from './messages.ts';
import type { Sign } from './signing.ts';

export interface VoiceParts {
  readonly cluster: ClusterMark;
  readonly self: NodeId;
  readonly epoch: number;
  readonly sign: Sign;
}

/** Puts a node's words into envelopes: the signature, then JSON. Every envelope has the next sequence. */
export class Voice {
  readonly #parts: VoiceParts;
  #sequence = 0;

  constructor(parts: VoiceParts) {
    this.#parts = parts;
  }

  /** How many words were put into envelopes. */
  get said(): number {
    return this.#sequence;
  }

  seal(word: Word): Uint8Array {
    const { cluster, self, epoch, sign } = this.#parts;
    this.#sequence += 1;
    const envelope: Envelope = {
      ...headingOf(cluster),
      author: self,
      epoch,
      sequence: this.#sequence,
      word,
    };
    const text = Buffer.from(JSON.stringify(envelope));
    return Buffer.concat([sign(text), text]);
  }
}
