/** Explains why a rehearsal did not exercise the resources of a type. */
export function explainNotExercised(type: string): {
  readonly verdict: 'checked' | 'not exercised';
  readonly why: string;
} {
  const why = checked.get(type);
  if (why !== undefined) return { verdict: 'checked', why };
  const [, reason] = reasons.find(([prefix]) => type.startsWith(prefix)) ?? [];
  return {
    verdict: 'not exercised',
    why: reason ?? 'nothing called it, or it took no part in what was run',
  };
}

/** Resources that only decide what others may do. */
const checked: ReadonlyMap<string, string> = new Map([
  ['AWS::IAM::ManagedPolicy', 'its statements were evaluated for every call of its holders'],
  ['AWS::IAM::Policy', 'its statements were evaluated for every call'],
  ['AWS::IAM::Role', 'its policies were evaluated for every call'],
  ['AWS::Lambda::EventInvokeConfig', 'its retries and maximum event age were enforced'],
  ['AWS::Lambda::Permission', 'evaluated when its source invoked the function'],
  ['AWS::S3::BucketPolicy', 'its statements were evaluated for every call'],
  ['AWS::CloudFront::OriginAccessControl', 'its signature was assumed where policies ask for it'],
  ['AWS::CloudFront::ResponseHeadersPolicy', 'its headers were added to every answer'],
  ['AWS::SQS::QueuePolicy', 'its statements were evaluated for every call'],
]);

/** Reasons by the beginning of the type, longest first. */
const reasons: readonly (readonly [string, string])[] = [
  ['AWS::EC2::', 'there is no network here: the cluster is reached by its Data API'],
  ['AWS::RDS::', 'a local PostgreSQL took its place; capacity and backups are not shown'],
  ['AWS::CloudWatch::', 'its metric was not driven over its threshold'],
  ['AWS::Logs::', 'logs were collected locally: retention and encryption are not shown'],
  ['AWS::KMS::', 'nothing was encrypted'],
  ['AWS::SecretsManager::', 'its ARN was checked for every call; rotation is not shown'],
  ['AWS::SNS::', 'no subscriber was notified'],
  ['AWS::CloudFront::', 'no browser opened the dashboard'],
  ['AWS::CDK::', 'metadata of the CDK'],
];
