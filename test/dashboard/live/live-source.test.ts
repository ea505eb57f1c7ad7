/** Questions that the server refuses, because the session has ended meanwhile. */
import { expect, it } from 'vitest';
import {
  type LiveReply,
  type LiveSource,
  reportRefusals,
} from '../../../dashboard/src/live/live-source.ts';
import { rejection } from '../../support/rejection.ts';

function sourceThat(ask: LiveSource['ask']): LiveSource {
  return { ask, open: () => ({ close: () => {} }) };
}

it('a question that is refused without a login is reported, and fails as before', async () => {
  const refused = new Error('log in');
  let reports = 0;
  const source = reportRefusals(
    sourceThat(() => Promise.reject(refused)),
    (error) => error === refused,
    () => {
      reports += 1;
    },
  );

  expect(await rejection(source.ask([], undefined, AbortSignal.abort()))).toBe(refused);
  expect(reports).toBe(1);
});

it('no other failure is reported as a missing login, and no reply', async () => {
  const reply: LiveReply = { token: '1', changed: [], askAfterMs: 1 };
  let questions = 0;
  let reports = 0;
  const source = reportRefusals(
    sourceThat(async () => {
      questions += 1;
      if (questions === 1) throw new Error('not reached');
      return reply;
    }),
    () => false,
    () => {
      reports += 1;
    },
  );

  await rejection(source.ask([], undefined, AbortSignal.abort()));
  expect(await source.ask([], undefined, AbortSignal.abort())).toBe(reply);
  expect(reports).toBe(0);
});
