/** Joins the lines of a configuration text; `false` leaves a line out, a list adds several. Ends with a newline. */
export function lines(...parts: readonly (string | false | readonly string[])[]): string {
  const all = parts.flatMap((part) => (part === false ? [] : part));
  return `${all.join('\n')}\n`;
}

/** The first line of every text muster writes; `comment` is the syntax of its language. */
export function ownedBy(role: string, comment = '#'): string {
  return `${comment} Written by muster (role ${role}); changes by hand are put back. Ask: muster docs operations`;
}

/** Marks a branch that the types rule out. */
export function assertNever(value: never): never {
  throw new Error(`not one of the known kinds: ${JSON.stringify(value)}`);
}
