import type { Millrace } from '../app/millrace.ts';
import type { AwsScope } from '../engine/arn/aws-scope.ts';
import type { ActivityRequest, ActivityWork } from '../operations/activities.ts';
import type { AppContext } from '../operations/app-context.ts';
import type { Clock } from '../ports/clock.ts';
import type { MockFiles } from './mock-files.ts';
import type { PageTokens } from './page-token.ts';

/** Waits for work of an activity; null when none came in time. */
export type PollActivity = (
  activity: string,
  request: ActivityRequest,
) => Promise<ActivityWork | null>;

/** What operations of the API work with. */
export interface OperationContext {
  readonly app: Millrace;
  /** What operations work with. */
  readonly context: AppContext;
  /** The account and region in ARNs. */
  readonly scope: AwsScope;
  readonly clock: Clock;
  readonly tokens: PageTokens;
  /** The mocked test cases; null for none. */
  readonly mocks: MockFiles | null;
  readonly pollActivity: PollActivity;
  /** Size that an answer may have, in bytes. A longer page of a history ends early. */
  readonly answerBytesMax: number;
  /** Aborts when the caller's connection ends. */
  readonly signal: AbortSignal;
}
