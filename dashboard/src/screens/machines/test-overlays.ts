/** How a tested state and the state after it look in the graph. Pure. */
import type { ApiReply } from '../../../../lib/api/contract/contract.ts';
import { noOverlay } from '../../graph/node-overlay.ts';
import type { Overlays } from '../../graph/overlay-store.ts';
import { statusLook } from '../../ui/status-look.ts';

/** The reply of a test. */
export type TestReply = ApiReply<'testState'>;

/** Returns the status of a test as visits have it. */
export function visitStatusOf(status: TestReply['status']): string {
  if (status === 'RETRIABLE') return 'RETRYING';
  return status === 'CAUGHT_ERROR' ? 'CAUGHT' : status;
}

/** Returns the overlays of the tested state and of the next one. */
export function testOverlays(state: string, reply: TestReply | undefined): Overlays {
  if (reply === undefined || state === '') return new Map();
  const status = visitStatusOf(reply.status);
  const { tone, word } = statusLook(status);
  const { nextState } = reply;
  return new Map([
    [state, { ...noOverlay, status, tone, notes: [word], sentence: `tested: ${word}` }],
    ...(nextState === undefined
      ? []
      : [
          [
            nextState,
            { ...noOverlay, tone: 'running' as const, notes: ['next'], sentence: 'comes next' },
          ] as const,
        ]),
  ]);
}
