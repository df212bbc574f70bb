import { type RoleName, roleNames } from '../../roles/model/node.ts';

/** What a node says of itself four times a second, to each of the others apart. */
export interface Heartbeat {
  readonly epoch: number;
  /** Counts datagrams to one receiver within one epoch. */
  readonly sequence: number;
  readonly incarnation: number;
  /** How many words it has broadcast in this epoch: whoever hears it for the first time takes none of them. */
  readonly said: number;
  /**
   * The latest epoch in which the author heard the receiver; 0 for not yet. The receiver's own proves that this is no
   * recording; a later one, that the receiver forgot a life of its own.
   */
  readonly echo: number;
  /** Asks for an answer at once. */
  readonly asks: boolean;
  /** The author's own timers are late: it judges nobody. */
  readonly lagging: boolean;
  /** Roles that are ready. */
  readonly ready: readonly RoleName[];
  /** Of all that the author has heard of everyone, 32 bits: whoever has heard the same has the same mark. */
  readonly mark: number;
}

/** First byte: raised when the layout changes. */
const layout = 2;
/** layout, flags, ready, epoch (6), sequence (4), incarnation (4), said (4), echo (6), mark (4). */
const heartbeatBytes = 31;
const asksFlag = 1;
const laggingFlag = 2;

export function encodeHeartbeat(heartbeat: Heartbeat): Uint8Array {
  const bytes = Buffer.alloc(heartbeatBytes);
  bytes.writeUInt8(layout, 0);
  bytes.writeUInt8((heartbeat.asks ? asksFlag : 0) | (heartbeat.lagging ? laggingFlag : 0), 1);
  bytes.writeUInt8(bitsOf(heartbeat.ready), 2);
  bytes.writeUIntBE(heartbeat.epoch, 3, 6);
  bytes.writeUInt32BE(heartbeat.sequence, 9);
  bytes.writeUInt32BE(heartbeat.incarnation, 13);
  bytes.writeUInt32BE(heartbeat.said, 17);
  bytes.writeUIntBE(heartbeat.echo, 21, 6);
  bytes.writeUInt32BE(heartbeat.mark, 27);
  return bytes;
}

/** Undefined for anything else. */
export function decodeHeartbeat(data: Uint8Array): Heartbeat | undefined {
  if (data.length !== heartbeatBytes || data[0] !== layout) return undefined;
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  const flags = bytes.readUInt8(1);
  return {
    asks: (flags & asksFlag) !== 0,
    lagging: (flags & laggingFlag) !== 0,
    ready: rolesOf(bytes.readUInt8(2)),
    epoch: bytes.readUIntBE(3, 6),
    sequence: bytes.readUInt32BE(9),
    incarnation: bytes.readUInt32BE(13),
    said: bytes.readUInt32BE(17),
    echo: bytes.readUIntBE(21, 6),
    mark: bytes.readUInt32BE(27),
  };
}

/** A bit for each role, in the order of `roleNames`: names are only ever added at its end. */
function bitsOf(roles: readonly RoleName[]): number {
  return roles.reduce((bits, role) => bits | (1 << roleNames.indexOf(role)), 0);
}

function rolesOf(bits: number): readonly RoleName[] {
  return roleNames.filter((_, index) => (bits & (1 << index)) !== 0);
}
