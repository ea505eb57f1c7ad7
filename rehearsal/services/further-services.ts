/** The services that only have to answer: STS, which says who one is, and CloudWatch's metrics. */
import { randomUUID } from 'node:crypto';
import type { Backend } from '../aws-proxy/gate.ts';
import { jsonReply, xmlReply } from '../aws-proxy/service-errors.ts';
import { arnOf } from '../iam/principal.ts';

/** `GetCallerIdentity`. */
export const stsService: Backend = ({ account }, { principal }) => {
  const facts = `<Arn>${arnOf(principal)}</Arn><UserId>AROA</UserId><Account>${account}</Account>`;
  return xmlReply(
    200,
    `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>${facts}</GetCallerIdentityResult></GetCallerIdentityResponse>`,
  );
};

/** `PutMetricData`: taken and forgotten, in the protocols of forms and of JSON. */
export const monitoringService: Backend = ({ headers }) => {
  if (!headers['content-type']?.includes('form')) return jsonReply(200, {});
  const facts = `<ResponseMetadata><RequestId>${randomUUID()}</RequestId></ResponseMetadata>`;
  return xmlReply(200, `<PutMetricDataResponse>${facts}</PutMetricDataResponse>`);
};
