/** Lines that tell of a failure. Of an address that apt could not fetch, the reason stands on the line below. */
const failure = /^(E: |W: Failed to fetch|Err:|dpkg(-deb)?: error|dpkg: dependency problems)/;

/** Before dpkg's own line stand the last words of the package's script. */
const linesBefore = 2;
const linesAfter = 1;

/** An operator reads as much; where a mirror is gone, every file of it fails with the same words. */
const longestReason = 14;

/** The failures among all that was said, each with the lines around it. */
export function reasonIn(said: readonly string[]): string {
  const told = said.flatMap((line, index) => (failure.test(line) ? [index] : []));
  return said
    .filter((_, index) => told.some((at) => index >= at - linesBefore && index <= at + linesAfter))
    .filter((line) => !/^(Reading|Building) .*\.\.\.$/.test(line))
    .slice(-longestReason)
    .join('\n');
}

/** Whether somebody else was at work, so that apt or dpkg did not even begin. */
export function isLocked(reason: string): boolean {
  // A dpkg that apt had started already may have done half of its work.
  if (/^E: Sub-process /m.test(reason)) return false;
  return /^E: (Could not get lock|Unable to lock|Unable to acquire the dpkg)|^dpkg: error: dpkg .*lock was locked/m.test(
    reason,
  );
}

/** The packages that a simulated installation would bring or renew; those of a foreign architecture as `name:architecture`. */
export function expectedIn(said: readonly string[]): string[] {
  return said.flatMap((line) => /^Inst (\S+) /.exec(line)?.[1] ?? []);
}

/** Who needs a package that dpkg would not take away. */
export function neededBy(said: readonly string[], name: string): readonly string[] {
  // One of several architectures is named with its own.
  const refusals = [name, `${name}:`].map((one) => `dpkg: dependency problems prevent removal of ${one}`);
  const at = said.findIndex((line) => line === `${refusals[0]}:` || line.startsWith(refusals[1] ?? line));
  if (at === -1) return [];
  const after = said.slice(at + 1);
  const end = after.findIndex((line) => !line.startsWith(' '));
  const reasons = end === -1 ? after : after.slice(0, end);
  return [...new Set(reasons.flatMap((line) => /^ (\S+) (?:pre-)?depends on /.exec(line)?.[1] ?? []))];
}
