/** An IPv4 address as a number; the text has passed a schema. */
function numberOf(address: string): number {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}

/** Whether two addresses lie in one network of this prefix. */
export function sameNetwork(one: string, other: string, prefix: number): boolean {
  const size = 2 ** (32 - prefix);
  return Math.floor(numberOf(one) / size) === Math.floor(numberOf(other) / size);
}
