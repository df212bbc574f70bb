/** What was said over one kind of transport, packet by packet. */
export interface Payloads {
  readonly udp: readonly Buffer[];
  readonly tcp: readonly Buffer[];
}

const FILE_HEADER_BYTES = 24;
const PACKET_HEADER_BYTES = 16;
const ETHERNET_BYTES = 14;
const UDP_HEADER_BYTES = 8;
/** Numbers of the two in an IPv4 header. */
const [TCP, UDP] = [6, 17];

const packetsIn = (capture: Buffer): Buffer[] => {
  const packets: Buffer[] = [];
  for (let at = FILE_HEADER_BYTES; at + PACKET_HEADER_BYTES <= capture.length; ) {
    const length = capture.readUInt32LE(at + 8);
    at += PACKET_HEADER_BYTES;
    packets.push(capture.subarray(at, at + length));
    at += length;
  }
  return packets;
};

/** What a packet carries beyond its headers; the padding of short Ethernet frames is no part of it. */
const payloadOf = (packet: Buffer): { readonly protocol: number; readonly bytes: Buffer } => {
  const ip = packet.subarray(ETHERNET_BYTES);
  const headerBytes = ((ip[0] ?? 0) & 0x0f) * 4;
  const protocol = ip[9] ?? 0;
  const segment = ip.subarray(headerBytes, ip.readUInt16BE(2));
  const skipped = protocol === UDP ? UDP_HEADER_BYTES : ((segment[12] ?? 0) >> 4) * 4;
  return { protocol, bytes: segment.subarray(skipped) };
};

/** The payloads of all IPv4 packets in a file of `tcpdump -w`; empty ones (acknowledgements) are left out. */
export const payloadsIn = (capture: Buffer): Payloads => {
  const all = packetsIn(capture)
    .map(payloadOf)
    .filter(({ bytes }) => bytes.length > 0);
  const of = (wanted: number): Buffer[] =>
    all.filter(({ protocol }) => protocol === wanted).map(({ bytes }) => bytes);
  return { udp: of(UDP), tcp: of(TCP) };
};
