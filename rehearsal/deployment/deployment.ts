import type { Clock } from '../../lib/ports/clock.ts';
import type { AwsProxy } from '../aws-proxy/aws-proxy.ts';
import type { ProxyClientConfig } from '../aws-proxy/proxy-client.ts';
import type { AccessModel } from '../iam/access-model.ts';
import type { PolicyStatement } from '../iam/policy-statement.ts';
import type { IdentityProvider } from '../identity/identity-provider.ts';
import type { AccountConcurrency } from '../runtime/account-concurrency.ts';
import type { FunctionLogs } from '../runtime/function-logs.ts';
import type { AlarmNotifier } from '../services/alarm-notifier.ts';
import type { TraceReceiver } from '../services/trace-receiver.ts';
import type { QueuePoller } from '../sources/queue-poller.ts';
import type { Resolution } from '../template/resolution.ts';
import type { Backends } from './backends.ts';
import type { Coverage } from './coverage.ts';
import type { CustomResources } from './custom-resources.ts';
import type { EventBridge } from './event-bridge.ts';
import type { Problems } from './problems.ts';
import type { ProxyCallers } from './proxy-callers.ts';
import type { ResourceIndex } from './resource-index.ts';
import type { RunningFunction } from './running-function.ts';

/**
 * The templates deployed on this machine: the servers and functions that run, what invokes them,
 * and what has been recorded of each. `openDeployment` opens one, `createResources` fills it, and
 * `destroyDeployment` ends it.
 */
export interface Deployment {
  readonly resolution: Resolution;
  readonly resourceIndex: ResourceIndex;
  readonly access: AccessModel;
  readonly clock: Clock;
  /** How many times faster schedules run, and the messages of failed invocations come back. */
  readonly speed: number;
  /** Maximum number of processes of one function at once. */
  readonly processesMax: number;

  readonly proxy: AwsProxy;
  readonly callers: ProxyCallers;
  /** Calls in the name of the user and of CloudFormation: an administrator of the account. */
  readonly operator: ProxyClientConfig;
  readonly backends: Backends;
  readonly eventBridge: EventBridge;
  /** Logs people in to the hosted dashboard; null when the templates have none. */
  readonly identityProvider: IdentityProvider | null;
  readonly customResources: CustomResources;
  /** The invocations that the account may run at once. */
  readonly concurrency: AccountConcurrency;
  readonly alarms: AlarmNotifier;
  /** The functions by ARN. */
  readonly functions: Map<string, RunningFunction>;
  /** The pollers by the id of their event source mapping. */
  readonly pollers: Map<string, QueuePoller>;
  /** Names of the buckets that report new objects to EventBridge. */
  readonly notifyingBuckets: Set<string>;
  /** Called in reverse order when the deployment is destroyed. */
  readonly cleanups: (() => Promise<void>)[];

  readonly logs: FunctionLogs;
  /** Receives the spans of functions; null when none has a tracing layer. */
  readonly traces: TraceReceiver | null;
  readonly coverage: Coverage;
  readonly problems: Problems;
  /** The policy statements that have allowed a call. */
  readonly usedStatements: Set<PolicyStatement>;
  /** What the rehearsal did in place of the CDK's own functions, one sentence each. */
  readonly standIns: Set<string>;
}
