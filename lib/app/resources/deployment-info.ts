import {
  type DeploymentDescription,
  describeDeployment,
  waysToFollow,
} from '../../operations/deployment/describe-deployment.ts';
import {
  changedSince,
  type Fingerprints,
  showsDepths,
  toLiveToken,
} from '../../operations/deployment/live-changes.ts';
import { type LiveTopics, parseTopics } from '../../operations/deployment/live-topics.ts';
import { diagnoseApp } from '../../operations/diagnosis/diagnose-app.ts';
import type { Finding } from '../../operations/diagnosis/finding.ts';
import { queueNames } from '../../operations/queues.ts';
import { type FindHit, find } from '../../operations/search/find.ts';
import type { ResourceDeps } from './resource-deps.ts';

/** The topics that have changed, and the token to ask with next time. */
export interface LiveChanges {
  readonly token: string;
  readonly changed: readonly string[];
}

/** How long the depths of queues are kept, in milliseconds: some brokers bill each question. */
const depthsMs = { free: 1_000, billed: 10_000 };

/** The deployment that an app belongs to: what it is, and what has changed in it. */
export class DeploymentInfo {
  readonly #deps: ResourceDeps;
  #depths = { readAt: Number.NEGATIVE_INFINITY, text: '' };

  constructor(deps: ResourceDeps) {
    this.#deps = deps;
  }

  /** Returns what the deployment is, and what this process can do with it. Reads nothing. */
  describe(): DeploymentDescription {
    return describeDeployment(this.#deps.context, this.#deps.roles.reachesWorkers);
  }

  /**
   * Finds executions, batches, machines, queues and errors by the beginning of an id or a name, at
   * most 5 of each kind.
   */
  find(text: string): Promise<FindHit[]> {
    return find(this.#deps.lists, text);
  }

  /**
   * Checks the deployment over the connections of this app, as `millrace doctor` does, and yields
   * each finding at once.
   */
  diagnose(): AsyncGenerator<Finding> {
    return diagnoseApp(this.#deps.context);
  }

  /** Time between two questions about changes, in milliseconds. */
  get askAfterMs(): number {
    return waysToFollow(this.#deps.context).askAfterMs;
  }

  /**
   * Returns which topics have changed since a token; all of them without one. Throws
   * INVALID_ARGUMENT for a topic that does not exist.
   */
  async changes(topics: string, since?: string): Promise<LiveChanges> {
    const fingerprints = await this.fingerprints(parseTopics(topics));
    return { token: toLiveToken(fingerprints), changed: changedSince(fingerprints, since) };
  }

  /** Reads a fingerprint of each topic, which differs after a change, by one statement. */
  async fingerprints(topics: LiveTopics): Promise<Fingerprints> {
    const { store } = this.#deps.lists;
    const found = await store.readFingerprints([...topics.values()]);
    const depths = showsDepths(topics) ? await this.#readDepths() : '';
    return new Map(
      [...topics].map(([text, { kind }], index) => {
        const withDepths = kind === 'overview' || kind === 'queues';
        return [text, `${found[index] ?? ''}${withDepths ? depths : ''}`];
      }),
    );
  }

  /**
   * Tells other processes of this machine where this one serves its dashboard, when they find the
   * embedded database locked. @param url null when it no longer does
   */
  announce(url: string | null): void {
    this.#deps.context.store.announce?.(url);
  }

  async #readDepths(): Promise<string> {
    const { context, roles } = this.#deps;
    const { broker, clock, settings } = context;
    if (!roles.reachesWorkers) return '';
    const isBilled =
      settings.broker.driver === 'sqs' ||
      (settings.broker.driver === 'redis' && settings.broker.url.startsWith('http'));
    const keptMs = isBilled ? depthsMs.billed : depthsMs.free;
    if (clock.monotonicMs() < this.#depths.readAt + keptMs) return this.#depths.text;
    const stats = await broker.stats(queueNames(context));
    // Ages grow by themselves, which is no change.
    const text = JSON.stringify(stats.map(({ oldestMs: _, ...counts }) => counts));
    this.#depths = { readAt: clock.monotonicMs(), text };
    return text;
  }
}
