import { Refusal } from './schemas.ts';

/** What the gateway says in place of an answer. */
export interface GatewayRefusal {
  /** One of `grpcCodes`, or another of gRPC's. */
  readonly code: number;
  readonly message: string;
}

/** The codes of gRPC that mean something else to us than "not now". */
export const grpcCodes = { invalidArgument: 3, notFound: 5 } as const;

/** Undefined where the body is not a refusal of the gateway's. */
export function refusalOf(body: unknown): GatewayRefusal | undefined {
  const parsed = Refusal.safeParse(body);
  return parsed.success ? parsed.data : undefined;
}
