import type { Millrace } from '../app/millrace.ts';
import type { AwsScope } from '../engine/arn/aws-scope.ts';
import type { AppContext } from '../operations/app-context.ts';
import type { Clock } from '../ports/clock.ts';
import type { MockFiles } from './mock-files.ts';
import type { PageTokens } from './page-token.ts';

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
  /** Aborts when the caller's connection ends. */
  readonly signal: AbortSignal;
}
