import type { CloudFormationCustomResourceEvent, Context } from 'aws-lambda';
import { connectStore } from '../app/compose/open-store.ts';
import { resolveSettings } from '../config/settings.ts';
import { readLogin } from '../drivers/secrets-manager/read-login.ts';
import { systemClock } from '../drivers/system/system-clock.ts';
import { hasCode, type MillraceError, messageOf } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';
import type { Store, StoreRoles } from '../ports/store/store.ts';
import { pause } from '../retry/pause.ts';
import { type ResourceFailure, sendResourceResponse } from './custom-resource.ts';
import { type FunctionHandler, type FunctionOptions, FunctionRuntime } from './function-runtime.ts';
import { isRotation, type LoginVersions, type RotationEvent, rotateLogin } from './rotate-login.ts';

/** Time reserved for the response to the stack, in milliseconds: enough for two attempts. */
const responseMs = 15_000;
/** Time between two attempts to reach the database, in milliseconds. */
const retryMs = 3_000;

/** Options of {@link migrateFunction}; a deployed function uses the defaults. */
export interface MigrateOptions extends FunctionOptions {
  /** @default the system clock */
  readonly clock?: Clock;
  /** Returns the text of a secret. @default that of AWS Secrets Manager */
  readonly readSecret?: (arn: string) => Promise<string>;
  /** The versions of secrets. @default those of AWS Secrets Manager */
  readonly versions?: LoginVersions;
}

/**
 * Creates the function that migrates the database of its environment, as a custom resource of
 * CloudFormation. Creating and updating the resource migrates the schema, waits for a database that
 * is starting or resuming, and gives the roles of all other functions what they need, with the
 * passwords in their secrets; deleting it changes nothing. It also rotates these passwords, step by
 * step as Secrets Manager requests it. The stack gets a response before the
 * function times out, whatever happens.
 *
 * An update never fails because the schema is newer: it is the rollback of a deploy, and its
 * failure would leave the stack stuck. Functions that do not work on the newer schema refuse to
 * start.
 */
export function migrateFunction(
  options: MigrateOptions = {},
): FunctionHandler<CloudFormationCustomResourceEvent | RotationEvent, void> {
  const runtime = new FunctionRuntime(options);
  const { logger } = runtime;
  const { clock = systemClock, drivers, readSecret = readFromSecretsManager } = options;
  const connect = async () => {
    const here = process.cwd();
    const { store } = resolveSettings({}, runtime.env, { config: here, current: here });
    return drivers?.store ?? (await connectStore(store));
  };
  const readRoles = async (): Promise<StoreRoles> => {
    const { applicationSecretArn, readerSecretArn } = runtime.env;
    const read = async (arn: string | undefined) =>
      arn === undefined ? undefined : readLogin(arn, await readSecret(arn));
    return { application: await read(applicationSecretArn), reader: await read(readerSecretArn) };
  };
  return runtime.handler(async (event, lambda) => {
    if (isRotation(event)) {
      await rotate({ connect, runtime, versions: options.versions }, event);
      logger.info('password rotated', { step: event.Step, secret: event.SecretId });
      return;
    }
    const failure = await handleRequest({ connect, readRoles, clock, logger }, event, lambda);
    logger.info('schema request handled', { request: event.RequestType, failure });
    await sendResourceResponse(event, failure);
  });
}

interface RotateDeps {
  readonly connect: () => Promise<Store>;
  readonly runtime: FunctionRuntime;
  readonly versions: LoginVersions | undefined;
}

async function rotate({ connect, runtime, versions }: RotateDeps, event: RotationEvent) {
  const { applicationSecretArn: application, readerSecretArn: reader } = runtime.env;
  await rotateLogin(
    {
      versions: versions ?? (await openVersions()),
      secrets: { application, reader },
      setPasswords: async (roles) => {
        const store = await connect();
        await store.migrate(roles);
      },
    },
    event,
  );
}

/** Loaded on demand: a rotation is rare. */
async function openVersions(): Promise<LoginVersions> {
  const { SecretVersions } = await import('../drivers/secrets-manager/secret-versions.ts');
  return new SecretVersions();
}

/** Loaded on demand: deleting the resource reads nothing. */
async function readFromSecretsManager(arn: string): Promise<string> {
  const { readSecret } = await import('../drivers/secrets-manager/read-secret.ts');
  return await readSecret(arn);
}

interface MigrateFunctionDeps {
  readonly connect: () => Promise<Store>;
  /** Returns the roles of the other functions, with their passwords. */
  readonly readRoles: () => Promise<StoreRoles>;
  readonly clock: Clock;
  readonly logger: Logger;
}

async function handleRequest(
  deps: MigrateFunctionDeps,
  { RequestType }: CloudFormationCustomResourceEvent,
  lambda: Context,
): Promise<ResourceFailure> {
  if (RequestType === 'Delete') return null;
  const leftMs = Math.max(0, lambda.getRemainingTimeInMillis() - responseMs);
  const deadline = new AbortController();
  const cancel = deps.clock.after(leftMs, () => deadline.abort());
  const { signal } = deadline;
  const late = new Promise<ResourceFailure>((resolve) => {
    signal.addEventListener('abort', () => resolve(describeTimeout(leftMs)), { once: true });
  });
  try {
    return await Promise.race([migrate(deps, signal, RequestType === 'Update'), late]);
  } finally {
    cancel();
    deadline.abort();
  }
}

async function migrate(
  { connect, readRoles, clock, logger }: MigrateFunctionDeps,
  signal: AbortSignal,
  acceptsNewer: boolean,
): Promise<ResourceFailure> {
  let store: Store | null = null;
  for (;;) {
    try {
      store ??= await connect();
      await store.migrate(await readRoles());
      return null;
    } catch (error) {
      if (acceptsNewer && isNewerSchema(error)) {
        logger.error('schema is newer than this release: deploy a newer one', {
          error: error.message,
        });
        return null;
      }
      const isRetryable = hasCode(error, 'STORE_UNAVAILABLE') && error.retryable;
      if (!isRetryable || signal.aborted) return describeFailure(error);
      logger.warn('database not reached: retrying', { error: error.message });
      await pause(clock, retryMs, signal);
    }
  }
}

function isNewerSchema(error: unknown): error is MillraceError {
  if (!hasCode(error, 'STORE_FAILED')) return false;
  const { applied, known } = error.fields;
  return typeof applied === 'number' && typeof known === 'number' && applied > known;
}

function describeFailure(error: unknown): string {
  return (
    `the schema was not migrated: ${messageOf(error)}. Fix that and deploy again; completed ` +
    'migrations are kept, and none runs twice'
  );
}

function describeTimeout(waitedMs: number): string {
  const seconds = Math.round(waitedMs / 1_000);
  return (
    `the schema was not migrated within ${seconds} s: check that the cluster is available, see ` +
    'the log of this function, then deploy again'
  );
}
