/** Why a rehearsal shows nothing of a resource of some type, or only that its settings hold. */

/** See this file's head. */
export function whyNotExercised(type: string): {
  readonly verdict: 'checked' | 'not exercised';
  readonly why: string;
} {
  const why = checked.get(type);
  if (why !== undefined) return { verdict: 'checked', why };
  const [, reason] = reasons.find(([prefix]) => type.startsWith(prefix)) ?? [];
  return {
    verdict: 'not exercised',
    why: reason ?? 'nothing here calls it, or it has no part in what was run',
  };
}

/** What has no life of its own: its statements and settings decided what others were allowed. */
const checked: ReadonlyMap<string, string> = new Map([
  ['AWS::IAM::Policy', 'its statements were asked at every call'],
  ['AWS::IAM::Role', 'its policies were asked at every call'],
  ['AWS::Lambda::EventInvokeConfig', 'its retries and age were kept to'],
  ['AWS::Lambda::Permission', 'asked when its source called the function'],
  ['AWS::S3::BucketPolicy', 'its statements were asked at every call'],
  ['AWS::SQS::QueuePolicy', 'its statements were asked at every call'],
]);

/** The longest prefixes first. */
const reasons: readonly (readonly [string, string])[] = [
  ['AWS::EC2::', 'there is no network here: the cluster is reached by its Data API'],
  ['AWS::RDS::', 'a PostgreSQL of this machine took its place; capacity and backups are not shown'],
  ['AWS::CloudWatch::', 'its metric was not driven over its threshold'],
  ['AWS::Logs::', 'logs were collected here: retention and encryption are not shown'],
  ['AWS::KMS::', 'nothing was encrypted here'],
  ['AWS::SecretsManager::', 'its ARN was checked at every call; rotation is not shown'],
  ['AWS::SNS::', 'nobody was notified'],
  ['AWS::CDK::', 'data for the CDK itself'],
];
