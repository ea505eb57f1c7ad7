import { rmSync } from 'node:fs';
import { version } from '../../lib/config/version.ts';
import { MillraceError } from '../../lib/errors.ts';
import {
  type CustomResourceRequest,
  deleteStacks,
  deployStacks,
  updateStacks,
} from '../cloudformation/change-stacks.ts';
import { schemaType } from '../cloudformation/next-release.ts';
import { planChange } from '../cloudformation/plan-change.ts';
import { describeChanges, resolveAssembly } from '../cloudformation/rehearse-update.ts';
import { SimulatedAccount } from '../cloudformation/simulated-account.ts';
import { askCustomResource } from '../deployment/ask-custom-resource.ts';
import { alarmStep } from '../scenario/alarm-steps.ts';
import { requestBatch } from '../scenario/batch-steps.ts';
import { recordNewerSchema } from '../scenario/database/newer-schema.ts';
import { synthesize } from '../synthesize.ts';
import type { Resolution } from '../template/resolution.ts';
import { writeRelease } from './changed-config.ts';
import { RehearsedApp, type RehearsedAppDeps } from './rehearsed-app.ts';
import type { BatchEnd, SandboxCloud, SandboxRelease } from './sandbox-cloud.ts';

/** What a {@link RehearsedCloud} works with. */
export interface RehearsedCloudDeps extends RehearsedAppDeps {
  /** The prefix of the stacks' names. */
  readonly name: string;
  /** Where the templates are written. */
  readonly output: string;
}

/**
 * A rehearsal in place of an account. The first release runs as in every rehearsal; what the others
 * change is worked out from their templates, with the functions of the first.
 */
export class RehearsedCloud implements SandboxCloud {
  readonly #deps: RehearsedCloudDeps;
  readonly #account = new SimulatedAccount();
  #app: RehearsedApp | null = null;
  #current: Resolution | null = null;

  constructor(deps: RehearsedCloudDeps) {
    this.#deps = deps;
  }

  async describe(): Promise<readonly string[]> {
    return [`Millrace ${version}, Node ${process.version}`, 'a rehearsal on this machine, not AWS'];
  }

  async deploy(release: SandboxRelease): Promise<string> {
    const templates = await this.#synthesize(release);
    if (this.#current === null) return await this.#deployFirst(templates);
    const before = this.#current;
    const after = await resolveAssembly(templates, before);
    const functions = planChange(before, after).filter(({ resource }) => {
      return resource.type === 'AWS::Lambda::Function';
    });
    const failing = functions.at(-1)?.resource;
    const outcome = await updateStacks({
      account: this.#account,
      before,
      after,
      ask: (request) => this.#ask(request),
      ...(release === 'broken' && failing !== undefined && { failingId: failing.id }),
    });
    if (outcome.kind !== 'updated') {
      throw failure(`${outcome.stack} was ${outcome.kind}: ${outcome.reason}`);
    }
    this.#current = after;
    return describeChanges(outcome.changes);
  }

  async runBatch(name: string): Promise<BatchEnd> {
    const { context } = this.#running();
    const before = await context.batchIds(name);
    await requestBatch(context, name, crypto.randomUUID());
    const id = await context.waitForNewBatch(name, before);
    const { status, succeeded, failed } = await context.waitForEnd(id);
    return { status, succeeded, failed };
  }

  async soundAlarm(): Promise<string | null> {
    const { context } = this.#running();
    return alarmStep.skipReason?.(context) === null ? await alarmStep.run(context) : null;
  }

  async recordNewerSchema(exists: boolean): Promise<void> {
    await recordNewerSchema(this.#running().context, exists);
  }

  readSchema(): Promise<{ readonly applied: number; readonly known: number }> {
    return this.#running().readSchema();
  }

  async destroy(): Promise<readonly string[]> {
    if (this.#current === null) return [];
    await deleteStacks(this.#account, this.#current, (request) => this.#ask(request));
    return this.#account.existing;
  }

  async close(): Promise<void> {
    await this.#app?.close();
    rmSync(this.#deps.output, { recursive: true, force: true });
  }

  async #synthesize(release: SandboxRelease): Promise<string> {
    const { folder, config, name, output } = this.#deps;
    const written = writeRelease(config, release);
    try {
      return await synthesize({
        folder,
        config: written.path,
        output: `${output}/${release.replace(' ', '-')}`,
        context: { name, retain: 'false' },
      });
    } finally {
      written.remove();
    }
  }

  async #deployFirst(templates: string): Promise<string> {
    this.#app = await RehearsedApp.open(templates, this.#deps);
    const { resolution } = this.#app.deployment;
    await deployStacks(this.#account, resolution, async () => {});
    this.#current = resolution;
    return `${resolution.resources.length} resources`;
  }

  async #ask(request: CustomResourceRequest): Promise<void> {
    if (request.resource.type !== schemaType) return;
    await askCustomResource(this.#running().deployment, request);
  }

  #running(): RehearsedApp {
    if (this.#app !== null) return this.#app;
    throw failure('nothing is deployed');
  }
}

function failure(reason: string): MillraceError {
  return new MillraceError('CONFLICT', reason);
}
