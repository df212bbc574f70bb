import type { Application, Release } from '../../roles/model/application.ts';
import { type ApplicationWords, applicationDetails } from '../../roles/model/application-facts.ts';
import { ApplicationManifest } from '../../roles/model/application-manifest.ts';
import type { NodeView } from '../../roles/model/view.ts';
import { recordOf } from './sketches.ts';

/** A release of PHP whose folder `public` is seen, with all defaults unless told otherwise. */
export function sampleRelease(id: string, manifest: Partial<ApplicationManifest> = {}): Release {
  const number = id.slice(1);
  return {
    id,
    at: '2026-01-01T12:00:00.000Z',
    from: recordOf(1).id,
    sha256: number.padStart(64, '0'),
    bytes: 1_000,
    kind: 'php',
    manifest: { ...ApplicationManifest.parse({ public: 'public' }), ...manifest },
  };
}

/** The application `shop` with these releases. */
export function sampleApplication(part: Partial<Application> = {}): Application {
  return {
    name: 'shop',
    domains: ['shop.example', 'www.shop.example'],
    releases: [sampleRelease('r1')],
    counted: 1,
    attempts: 1,
    environment: { names: [], version: 0 },
    ...part,
  };
}

/** The node, saying this of `shop` and ready as a web server. */
export function saying(node: NodeView, words: ApplicationWords): NodeView {
  if (node.facts === undefined) return node;
  const health = { ...node.facts.health, web: { state: 'ready', reason: 'it answers' } } as const;
  return { ...node, facts: { ...node.facts, health, details: { web: applicationDetails('shop', words) } } };
}
