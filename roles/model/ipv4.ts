/** An IPv4 address as a number; the text has passed a schema. */
function numberOf(address: string): number {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}

function textOf(address: number): string {
  return [24, 16, 8, 0].map((bits) => Math.floor(address / 2 ** bits) % 256).join('.');
}

/** Whether two addresses lie in one network of this prefix. */
export function sameNetwork(one: string, other: string, prefix: number): boolean {
  const size = 2 ** (32 - prefix);
  return Math.floor(numberOf(one) / size) === Math.floor(numberOf(other) / size);
}

/** The longest prefix of a network with an address for all of its machines at once. */
const mostBroadcastPrefix = 30;

/** The address of all machines in the network of this one; undefined in a network of two or one, which has none. */
export function broadcastOf(address: string, prefix: number): string | undefined {
  if (prefix > mostBroadcastPrefix) return undefined;
  const size = 2 ** (32 - prefix);
  return textOf(Math.floor(numberOf(address) / size) * size + size - 1);
}

/** Why no machine of a network can be at this address; undefined where one can. */
export function unfitForMachine(address: string): string | undefined {
  const [first = 0] = address.split('.').map(Number);
  if (first === 0) return 'it stands for no machine';
  if (first === 127) return 'it is loopback, which is every machine itself';
  if (address === '255.255.255.255') return 'it is the address of all machines of a network';
  if (first >= 240) return 'it is reserved';
  return first >= 224 ? 'it is a multicast address' : undefined;
}
