/** Resolves once the signal has aborted. */
export async function aborted(signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  signal.addEventListener('abort', () => resolve(), { once: true });
  if (signal.aborted) resolve();
  await promise;
}

/** What comes of it, or undefined as soon as the signal aborts; what comes later, be it trouble, is of no use. */
export async function unlessAborted<Value>(
  signal: AbortSignal,
  coming: Promise<Value>,
): Promise<Value | undefined> {
  const cut = Promise.withResolvers<undefined>();
  const end = (): void => cut.resolve(undefined);
  signal.addEventListener('abort', end, { once: true });
  if (signal.aborted) end();
  try {
    return await Promise.race([coming, cut.promise]);
  } finally {
    signal.removeEventListener('abort', end);
  }
}
