import { expect, test } from 'vitest';
import { servicesAnswer } from '../../../../agent/gossip/ask-services.ts';
import type { NodeView } from '../../../../roles/model/view.ts';
import { FakeQuestions } from '../../../support/fake-questions.ts';
import { recordOf, viewOf } from '../../../support/sketches.ts';

const { id, address } = recordOf(2);
const path = '/.well-known/muster/health';
const [balancer, web] = [`http://${address}:80${path}`, `http://${address}:8081${path}`];

test.each<{ what: string; roles: NodeView['roles']; asked: readonly string[] }>([
  { what: 'both', roles: ['balancer', 'web'], asked: [balancer, web] },
  { what: 'a web server', roles: ['web'], asked: [web] },
  { what: 'nothing that can be asked from elsewhere', roles: ['db'], asked: [] },
])('who carries $what is asked for that, and answers by any of it', async ({ roles, asked }) => {
  const view = viewOf({ ordinal: 1 }, { ordinal: 2, roles });
  const silent = new FakeQuestions();
  expect(await servicesAnswer(silent, view, id)).toBe(false);
  expect(silent.asked).toEqual(asked);
  for (const url of asked) {
    const one = new FakeQuestions();
    one.answers.set(url, { ok: true, status: 503, text: '' });
    expect(await servicesAnswer(one, view, id)).toBe(true);
  }
});

test('who is not known is not asked', async () => {
  const questions = new FakeQuestions();
  expect(await servicesAnswer(questions, undefined, id)).toBe(false);
  expect(await servicesAnswer(questions, viewOf({ ordinal: 1 }), id)).toBe(false);
  expect(questions.asked).toEqual([]);
});
