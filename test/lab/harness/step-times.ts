/** A numbered step of an installation or a join as it tells of itself: `[4/8] packages: 71 came new (12.3 s)`. */
export interface StepTime {
  readonly title: string;
  readonly seconds: number;
}

/** The steps in what an installation said, in order. */
export const stepTimes = (said: string): readonly StepTime[] =>
  [...said.matchAll(/^\[\d+\/\d+\] ([^:\n]*?)(?::.*)? \((\d+\.\d) s\)$/gm)].map(([, title, seconds]) => ({
    title: title ?? '',
    seconds: Number(seconds),
  }));
