/** Stubs of services that only have to answer: STS, Secrets Manager and CloudWatch. */
import { randomUUID } from 'node:crypto';
import type { ServiceBackend } from '../aws-proxy/aws-proxy-context.ts';
import { readJsonBody } from '../aws-proxy/aws-request.ts';
import { errorReply, jsonReply, xmlReply } from '../aws-proxy/service-replies.ts';
import { principalArn } from '../iam/principal.ts';

/** Answers `GetCallerIdentity`. */
export const stsService: ServiceBackend = ({ account }, { principal }) => {
  const identity = `<Arn>${principalArn(principal)}</Arn><UserId>AROA</UserId><Account>${account}</Account>`;
  return xmlReply(
    200,
    `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>${identity}</GetCallerIdentityResult></GetCallerIdentityResponse>`,
  );
};

/** Answers `GetSecretValue` with the texts that a rehearsal has for secrets, by their ARN. */
export function secretsService(secrets: ReadonlyMap<string, string>): ServiceBackend {
  return (request) => {
    const { SecretId: arn } = readJsonBody(request);
    const text = typeof arn === 'string' ? secrets.get(arn) : undefined;
    if (text !== undefined) return jsonReply(200, { ARN: arn, SecretString: text });
    const message = `Secrets Manager can't find the specified secret.`;
    return errorReply('secretsmanager', {
      code: 'ResourceNotFoundException',
      status: 400,
      message,
    });
  };
}

/** Answers `PutMetricData`, in the protocols of forms and of JSON, and discards the metrics. */
export const monitoringService: ServiceBackend = ({ headers }) => {
  if (!headers['content-type']?.includes('form')) return jsonReply(200, {});
  const metadata = `<ResponseMetadata><RequestId>${randomUUID()}</RequestId></ResponseMetadata>`;
  return xmlReply(200, `<PutMetricDataResponse>${metadata}</PutMetricDataResponse>`);
};
