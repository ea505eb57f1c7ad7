import type { RedactionRules } from '../asl/redaction/redaction-rules.ts';
import type { EndHook } from '../batch/end-hook.ts';
import type { PayloadCheck } from '../batch/payload-schema.ts';
import type { BatchConfig } from '../config/config.ts';
import type { Webhooks } from '../config/webhooks-config.ts';
import type { Handlers, Transformer } from '../drivers/handlers/handler.ts';
import type { Connections } from '../drivers/http/connection.ts';
import type { LoggingConfiguration } from '../engine/execution-log-event.ts';
import type { ExecutionLog } from '../ports/execution-log.ts';
import type { Logger } from '../ports/logger.ts';
import type { RetryDelay } from '../retry/task-retry-delay.ts';
import type { ConfiguredLimits } from '../roles/limits/limit-catalog.ts';

/** The functions and facts of a configuration that settings cannot hold. */
export interface AppDefinition {
  /** The app's folder: relative paths start here, and packages are looked up from here. */
  readonly folder: string;
  readonly handlers: Handlers;
  readonly transformers: Readonly<Record<string, Transformer>>;
  /** The batches of the configuration, by name. */
  readonly batches: Readonly<Record<string, BatchConfig>>;
  /** Credentials and headers that `http:invoke` adds to its requests, by connection name. */
  readonly connections: Connections;
  /** Hosts that Tasks may call without TLS. */
  readonly insecureHosts: ReadonlySet<string>;
  /** Hosts that Tasks may call at private addresses, `host` or `host:port`. */
  readonly privateHosts: ReadonlySet<string>;
  /** The services and actions that Tasks may call; null for all. */
  readonly integrations: readonly string[] | null;
  /** Where alerts go, and the secrets of webhooks. */
  readonly webhooks: Webhooks;
  /** The activities that external workers may poll. */
  readonly activities: ReadonlySet<string>;
  /** Returns the error names of a machine for which a retry is pointless. */
  readonly nonRetryable: (machineId: string) => ReadonlySet<string>;
  /** Returns the check of a machine's inputs; null without one. @default any JSON is accepted */
  readonly inputCheckOf?: (machineId: string) => PayloadCheck | null;
  /** The same of its outputs. */
  readonly outputCheckOf?: (machineId: string) => PayloadCheck | null;
  /** Returns who is notified of the ends of a machine's executions. @default no one */
  readonly endHookOf?: (machineId: string) => EndHook | null;
  readonly retryDelay: RetryDelay;
  /** The limits of machines and handlers. @default none */
  readonly limits?: ConfiguredLimits;
  /** What is masked in the documents that people look at. */
  readonly redaction: RedactionRules;
  readonly loggingOf: (machineId: string) => LoggingConfiguration;
  readonly logger: Logger;
  /** @default JSON lines, written where the settings say */
  readonly executionLog?: ExecutionLog;
}
