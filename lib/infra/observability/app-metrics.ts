/**
 * What the app's functions measure, as CloudWatch has it. Names and dimensions come from the code
 * that measures; nothing here invents one.
 */
import { Duration } from 'aws-cdk-lib';
import { type IMetric, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { metricDimensions, metricNames } from '../../config/metric-names.ts';
import type { FunctionName } from '../bundling/bundler.ts';

/** See this file's head. */
export class AppMetrics {
  readonly #namespace: string;

  constructor(namespace: string) {
    this.#namespace = namespace;
  }

  /** Age of the oldest execution of a queue that could run and does not, in milliseconds. */
  oldestRunnable(queue: string): IMetric {
    return this.#metric('leader', metricNames.oldestRunnableMs, Stats.MAXIMUM, { queue }, queue);
  }

  /** Dead letters of a queue that came into the archive. */
  deadLetters(queue: string): IMetric {
    return this.#metric('archiver', metricNames.deadLetters, Stats.SUM, { queue }, queue);
  }

  /** Ends of executions. @param status `SUCCEEDED`, `FAILED` … */
  ended(status: string): IMetric {
    return this.#metric('worker', metricNames.ended, Stats.SUM, { status }, status);
  }

  /** Ends that were failures or timeouts. */
  failed(): IMetric {
    return this.#metric('worker', metricNames.failed, Stats.SUM);
  }

  /** Executions that leaders have made. */
  fannedOut(): IMetric {
    return this.#metric('leader', metricNames.executionsFannedOut, Stats.SUM);
  }

  /** Executions that the worker of a queue claimed. */
  claimed(queue: string): IMetric {
    return this.#metric('worker', metricNames.claimed, Stats.SUM, { queue }, queue);
  }

  /** What one statement that writes checkpoints takes. @param statistic `p50`, `p99` … */
  commitMs(statistic: string): IMetric {
    return this.#metric('worker', metricNames.commitMs, statistic, {}, `commit ${statistic}`);
  }

  /** Checkpoints in one statement. */
  commitGroup(): IMetric {
    return this.#metric('worker', metricNames.commitGroup, Stats.AVERAGE);
  }

  /** Executions that another worker had taken over. */
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
