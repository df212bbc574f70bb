import { healthHost, healthPath } from '../../roles/model/health-path.ts';
import { listen } from '../../roles/model/listen.ts';
import type { NodeId } from '../../roles/model/node.ts';
import type { Question } from '../../roles/model/observed.ts';
import type { Questions } from '../../roles/model/ports.ts';
import type { NodeView, View } from '../../roles/model/view.ts';

/** A server within one network answers within milliseconds; the detector waits for 400. */
const timeoutMs = 350;

/** Whether a service of a node answers this one, whatever it answers: its machine lives, and serves. */
export async function servicesAnswer(
  questions: Questions,
  view: View | undefined,
  id: NodeId,
): Promise<boolean> {
  const node = view?.nodes.find(({ record }) => record.id === id);
  if (node === undefined) return false;
  const answers = await Promise.all(questionsTo(node).map((question) => questions.ask(question)));
  return answers.some(({ ok }) => ok);
}

/** One question for each role that can be asked from another machine. */
function questionsTo({ record: { address }, roles }: NodeView): readonly Question[] {
  const ports = { balancer: listen.http, web: listen.web } as const;
  return Object.entries(ports)
    .filter(([role]) => roles.some((carried) => carried === role))
    .map(([, port]) => ({
      kind: 'http',
      url: `http://${address}:${port}${healthPath}`,
      headers: { host: healthHost },
      timeoutMs,
    }));
}
