import { Duration } from 'aws-cdk-lib';
import { type IMetric, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { metricDimensions, metricNames } from '../../config/metric-names.ts';
import type { FunctionName } from '../bundling/bundler.ts';

/**
 * The metrics that the functions of an app report, in CloudWatch. Names and dimensions come from
 * the code that reports them.
 */
export class AppMetrics {
  readonly #namespace: string;

  constructor(namespace: string) {
    this.#namespace = namespace;
  }

  /** Age of the oldest execution of a queue that waits for a worker, in seconds. */
  oldestRunnable(queue: string): IMetric {
    return this.#metric('leader', metricNames.queueOldest, Stats.MAXIMUM, { queue }, queue);
  }

  /** Dead letters of a queue that were archived. */
  deadLetters(queue: string): IMetric {
    return this.#metric('archiver', metricNames.deadLetters, Stats.SUM, { queue }, queue);
  }

  /** Executions that ended with a status, such as `SUCCEEDED` or `FAILED`. */
  ended(status: string): IMetric {
    return this.#metric('worker', metricNames.ended, Stats.SUM, { status }, status);
  }

  /** Executions that failed or timed out. */
  failed(): IMetric {
    return this.#metric('worker', metricNames.failed, Stats.SUM);
  }

  /** Executions created by the fan-out of batches. */
  fannedOut(): IMetric {
    return this.#metric('leader', metricNames.executionsFannedOut, Stats.SUM);
  }

  /** Executions claimed by the worker of a queue. */
  claimed(queue: string): IMetric {
    return this.#metric('worker', metricNames.claimed, Stats.SUM, { queue }, queue);
  }

  /** Duration of the statements that write checkpoints; `statistic` is `p50`, `p99` … */
  commitDuration(statistic: string): IMetric {
    return this.#metric('worker', metricNames.commitDuration, statistic, {}, `commit ${statistic}`);
  }

  /** Checkpoints in one statement. */
  commitGroup(): IMetric {
    return this.#metric('worker', metricNames.commitGroup, Stats.AVERAGE);
  }

  /** Checkpoints refused because another worker had taken over the execution. */
  leaseLosses(): IMetric {
    return this.#metric('worker', metricNames.leaseLosses, Stats.SUM);
  }

  #metric(
    service: FunctionName,
    metricName: string,
    statistic: string,
    dimensions: Readonly<Record<string, string>> = {},
    label: string = metricName,
  ): IMetric {
    return new Metric({
      namespace: this.#namespace,
      metricName,
      statistic,
      label,
      period: Duration.minutes(1),
      dimensionsMap: { [metricDimensions.service]: service, ...dimensions },
    }) as IMetric;
  }
}
