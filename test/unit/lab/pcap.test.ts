import { expect, test } from 'vitest';

import { payloadsIn } from '../../lab/harness/pcap.ts';

const fileHeader = Buffer.alloc(24);
const ethernet = Buffer.alloc(14);

const ip = (protocol: number, segment: Buffer): Buffer => {
  const header = Buffer.alloc(20);
  header[0] = 0x45;
  header.writeUInt16BE(20 + segment.length, 2);
  header[9] = protocol;
  return Buffer.concat([header, segment]);
};

const udp = (text: string): Buffer => ip(17, Buffer.concat([Buffer.alloc(8), Buffer.from(text)]));

/** With 12 bytes of options, as real connections have them. */
const tcp = (text: string): Buffer => {
  const header = Buffer.alloc(32);
  header[12] = (32 / 4) << 4;
  return ip(6, Buffer.concat([header, Buffer.from(text)]));
};

const captured = (packet: Buffer): Buffer => {
  const header = Buffer.alloc(16);
  // Ethernet frames have at least 60 bytes.
  const frame = Buffer.concat([ethernet, packet, Buffer.alloc(Math.max(0, 46 - packet.length))]);
  header.writeUInt32LE(frame.length, 8);
  return Buffer.concat([header, frame]);
};

const texts = (all: readonly Buffer[]): string[] => all.map(String);

test('what both transports carried, padding and acknowledgements apart', () => {
  const packets = [udp('beat'), tcp(''), tcp('hello'), udp('another beat')].map(captured);
  const { udp: datagrams, tcp: said } = payloadsIn(Buffer.concat([fileHeader, ...packets]));
  expect([texts(datagrams), texts(said)]).toEqual([['beat', 'another beat'], ['hello']]);
});

test('a capture that ends within a packet, or holds none', () => {
  const cut = Buffer.concat([fileHeader, captured(udp('whole')), Buffer.alloc(9)]);
  expect(texts(payloadsIn(cut).udp)).toEqual(['whole']);
  expect(payloadsIn(fileHeader)).toEqual({ udp: [], tcp: [] });
});
