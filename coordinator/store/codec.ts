import { z } from 'zod';
import { Assignment } from '../../roles/model/assignment.ts';
import { messageOf } from '../../roles/model/errors.ts';
import { NodeId, NodeRecord } from '../../roles/model/node.ts';
import type { Snapshot } from '../../roles/model/ports.ts';
import { assignmentKey, kindOf, nodeKey, settingsKey } from './keys.ts';

/** The voter whose brain decides. */
export const Leader = z.strictObject({ node: NodeId });
export type Leader = z.infer<typeof Leader>;

/** A stored value that could not be understood; the others count all the same. */
export interface MalformedDecision {
  readonly key: string;
  readonly why: string;
}

/** All decisions, understood. */
export interface DecisionSet {
  readonly revision: number;
  /** Parsed JSON, not yet checked: the schema is roles/registry.ts's. Undefined while none are stored. */
  readonly settings: unknown;
  /** The revision of the last change of the settings; 0 while none are stored. */
  readonly settingsRevision: number;
  /** In order of their ordinals. */
  readonly nodes: readonly NodeRecord[];
  readonly assignments: Readonly<Record<NodeId, Assignment>>;
  readonly leader?: Leader;
  readonly malformed: readonly MalformedDecision[];
}

/** Understands a snapshot. Unknown keys are left out; a malformed value is named and does no harm to the others. */
export function decode(snapshot: Snapshot): DecisionSet {
  const found: Found = {
    settings: undefined,
    settingsRevision: 0,
    nodes: [],
    assignments: {},
    leader: undefined,
  };
  const malformed: MalformedDecision[] = [];
  for (const [key, entry] of Object.entries(snapshot.entries)) {
    try {
      takeIn(found, key, entry.value);
      if (key === settingsKey) found.settingsRevision = entry.modRevision;
    } catch (error) {
      malformed.push({ key, why: error instanceof z.ZodError ? z.prettifyError(error) : messageOf(error) });
    }
  }
  const { leader, nodes, ...rest } = found;
  return {
    ...rest,
    revision: snapshot.revision,
    nodes: nodes.sort((a, b) => a.ordinal - b.ordinal),
    ...(leader === undefined ? {} : { leader }),
    malformed,
  };
}

interface Found {
  settings: unknown;
  settingsRevision: number;
  nodes: NodeRecord[];
  assignments: Record<NodeId, Assignment>;
  leader: Leader | undefined;
}

function takeIn(found: Found, key: string, value: string): void {
  const name = kindOf(key);
  switch (name.kind) {
    case 'settings':
      found.settings = JSON.parse(value);
      return;
    case 'leader':
      found.leader = Leader.parse(JSON.parse(value));
      return;
    case 'node':
      found.nodes.push(parseRecord(name.id, value));
      return;
    case 'assignment':
      found.assignments[NodeId.parse(name.id)] = Assignment.parse(JSON.parse(value));
      return;
    case 'unknown':
  }
}

function parseRecord(id: string, value: string): NodeRecord {
  const record = NodeRecord.parse(JSON.parse(value));
  if (record.id !== id) throw new Error(`it speaks of ${record.id}`);
  return record;
}

/** Decisions as they are put into the store: key to value. */
export function encode(set: {
  readonly settings?: unknown;
  readonly nodes?: readonly NodeRecord[];
  readonly assignments?: Readonly<Record<NodeId, Assignment>>;
}): Record<string, string> {
  const values: Record<string, string> = {};
  if (set.settings !== undefined) values[settingsKey] = JSON.stringify(set.settings);
  for (const record of set.nodes ?? []) values[nodeKey(record.id)] = JSON.stringify(record);
  for (const [id, assignment] of Object.entries(set.assignments ?? {})) {
    values[assignmentKey(id)] = JSON.stringify(assignment);
  }
  return values;
}
