import { withoutTokens } from '../../operations/execution-view/redactor.ts';
import { parseEventId } from '../../operations/execution-view/visits.ts';
import { Refusal } from '../problem.ts';
import type { AppOpener, OperationHandlers } from './app-opener.ts';
import { redactorFor, redactVisit } from './redacted-replies.ts';

/** The operations that show what an execution did, and answer what it waits for. */
type ViewOperation =
  | 'getExecutionHistory'
  | 'listVisits'
  | 'getIterations'
  | 'getDocument'
  | 'revealDocument'
  | 'answerTask';

/** Maximum size of a document that is revealed, in bytes: the maximum of `getDocument`. */
const revealedBytesMax = 67_108_864;

/** Handles the operations on the inside of an execution. Task tokens are masked for everyone. */
export function executionViewHandlers(open: AppOpener): OperationHandlers<ViewOperation> {
  return {
    getExecutionHistory: async ({ params, query: { cursor, failed, ...request } }, call) => {
      const app = await open();
      const redactor = redactorFor(app, call);
      const { executionId, events, next } = await app.executions.history(params.executionId, {
        ...request,
        failed: failed === '1',
        ...(cursor !== undefined && { from: cursor }),
      });
      return {
        executionId,
        events: events.map((event) => redactor?.event(event) ?? withoutTokens(event)),
        next: next === null ? null : String(next),
      };
    },
    listVisits: async ({ params, query: { failed, ...request } }, call) => {
      const app = await open();
      const redactor = redactorFor(app, call);
      const page = await app.executions.visits(params.executionId, {
        ...request,
        failed: failed === '1',
      });
      return { ...page, visits: page.visits.map((visit) => redactVisit(visit, redactor)) };
    },
    getIterations: async ({ params }) =>
      (await open()).executions.iterations(params.executionId, parseEventId(params.eventId)),
    getDocument: async ({ params, query }, call) => {
      const app = await open();
      const found = await app.executions.document(params.executionId, params.document, {
        ...query,
        redactor: redactorFor(app, call),
        showsLarge: call.role === 'owner',
      });
      if (found.text !== null) return found;
      throw new Refusal(
        'FORBIDDEN',
        `the document has ${found.bytes} bytes, and only up to 1 MiB can be redacted: an owner may ` +
          'look at it',
      );
    },
    revealDocument: async ({ params }) => {
      const { text } = await (await open()).executions.document(
        params.executionId,
        params.document,
        { from: 0, bytes: revealedBytesMax, redactor: null, showsLarge: true },
      );
      return { text: text ?? '' };
    },
    answerTask: async ({ params, body }) => {
      const { executions } = await open();
      await executions.answerTask(params.executionId, parseEventId(params.eventId), body);
      return { accepted: true };
    },
  };
}
