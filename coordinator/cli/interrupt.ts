/** What an interrupt from the keyboard does to this program. */
export interface Interrupt {
  /** Aborts with the first interrupt. */
  readonly signal: AbortSignal;
  /** Lets the terminal's interrupts pass by while another program owns the terminal. */
  ignoredDuring<Value>(work: () => Promise<Value>): Promise<Value>;
  /** Hands interrupts over to somebody else for good. */
  release(): void;
}

/** Listens for SIGINT; `onInterrupt` is called after the signal was aborted. */
export function listenForInterrupt(onInterrupt: () => void): Interrupt {
  const controller = new AbortController();
  let ignored = false;
  const listener = (): void => {
    if (ignored) return;
    controller.abort();
    onInterrupt();
  };
  process.on('SIGINT', listener);
  return {
    signal: controller.signal,
    release: () => void process.off('SIGINT', listener),
    ignoredDuring: async (work) => {
      ignored = true;
      try {
        return await work();
      } finally {
        ignored = false;
      }
    },
  };
}
