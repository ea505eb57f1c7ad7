/**
 * All prices of the cost model: list prices of us-east-1 in US dollars, without free tiers and
 * volume discounts, each with its source and date. None was taken from a bill.
 */

/** A price and its source. */
export interface Price {
  readonly usd: number;
  readonly unit: string;
  readonly source: string;
  /** The date on which the source was read, or published if that is earlier. */
  readonly date: string;
}

const stepFunctions = 'aws.amazon.com/step-functions/pricing, stored copy';
const durable = 'dawnliphardt.com on the launch; repeated by api-evangelist 2026-09';
const sqs = 'cloudburn.io 2026-03, factualminds.com 2026-06';
const aurora = 'public cost estimates of 2025 and 2026';
const lambda = 'aws.amazon.com/lambda/pricing, by api-evangelist';
const events = 'cloudburn.io 2026-03, factualminds.com 2026-06';
const cloudWatch = 'signoz.io 2026-02, factualminds.com 2026-06';
const alarms = 'aws.amazon.com/cloudwatch/pricing, by public cost estimates of 2026';
const secrets = 'hivebook.wiki, undated; repeated by public cost estimates of 2024 to 2026';
const nat = 'cloudburn.io 2026-02, egresscost.com 2026-03';
const cloudFront = 'aws.amazon.com/cloudfront/pricing, by public cost estimates of 2026';

/** The price table. */
export const prices = Object.freeze({
  standardTransition: price(25e-6, 'state transition', `${stepFunctions}; wring.co`, '2026-03-14'),
  expressRequest: price(1e-6, 'Express execution', stepFunctions, '2026-11-24'),
  expressGbSecond: price(1.667e-5, 'GB-second of Express', stepFunctions, '2026-11-24'),
  durableOperation: price(8e-6, 'durable operation', durable, '2026-09-20'),
  durableGbWritten: price(0.25, 'GB written by durable functions', durable, '2025-12-01'),
  durableGbMonth: price(0.15, 'GB-month kept by durable functions', durable, '2025-12-01'),
  lambdaRequest: price(0.2e-6, 'Lambda invocation', lambda, '2026-09-01'),
  lambdaGbSecond: price(1.33334e-5, 'GB-second of Lambda on arm64', lambda, '2026-09-01'),
  sqsRequest: price(0.4e-6, 'SQS request of up to 64 KB', sqs, '2026-06-13'),
  dataApiUnit: price(0.35e-6, '32 KB of a Data API call', aurora, '2026-01-01'),
  acuHour: price(0.12, 'ACU-hour, Aurora Standard', aurora, '2026-01-01'),
  auroraIo: price(0.2e-6, 'Aurora I/O', aurora, '2026-01-01'),
  logsGb: price(0.5, 'GB of logs taken in', cloudWatch, '2026-06-13'),
  cloudFrontRequest: price(1e-6, 'HTTPS request to CloudFront', cloudFront, '2026-10-01'),
  secretMonth: price(0.4, 'secret and month', secrets, '2026-11-30'),
  alarmMonth: price(0.1, 'metric of an alarm and month', alarms, '2026-11-30'),
  metricMonth: price(0.3, 'custom metric and month of hours', cloudWatch, '2026-02-15'),
  dashboardMonth: price(3, 'CloudWatch dashboard and month', cloudWatch, '2026-06-13'),
  event: price(1e-6, 'event of your own on EventBridge, up to 64 KB', events, '2026-06-13'),
  scheduleInvocation: price(1e-6, 'invocation by EventBridge Scheduler', events, '2026-03-13'),
  natHour: price(0.045, 'hour of a NAT gateway', nat, '2026-02-24'),
});

/** The amounts of all prices, for the formulas. */
export type Amounts = Readonly<Record<keyof typeof prices, number>>;

/** Returns the amounts in a region where everything costs `factor` times as much. */
export function amountsFor(factor: number): Amounts {
  const usd = (each: Price) => each.usd * factor;
  return {
    standardTransition: usd(prices.standardTransition),
    expressRequest: usd(prices.expressRequest),
    expressGbSecond: usd(prices.expressGbSecond),
    durableOperation: usd(prices.durableOperation),
    durableGbWritten: usd(prices.durableGbWritten),
    durableGbMonth: usd(prices.durableGbMonth),
    lambdaRequest: usd(prices.lambdaRequest),
    lambdaGbSecond: usd(prices.lambdaGbSecond),
    sqsRequest: usd(prices.sqsRequest),
    dataApiUnit: usd(prices.dataApiUnit),
    acuHour: usd(prices.acuHour),
    auroraIo: usd(prices.auroraIo),
    logsGb: usd(prices.logsGb),
    cloudFrontRequest: usd(prices.cloudFrontRequest),
    secretMonth: usd(prices.secretMonth),
    alarmMonth: usd(prices.alarmMonth),
    metricMonth: usd(prices.metricMonth),
    dashboardMonth: usd(prices.dashboardMonth),
    event: usd(prices.event),
    scheduleInvocation: usd(prices.scheduleInvocation),
    natHour: usd(prices.natHour),
  };
}

function price(usd: number, unit: string, source: string, date: string): Price {
  return { usd, unit, source, date };
}
