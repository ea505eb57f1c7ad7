import type { AccessModel } from '../iam/access-model.ts';
import type { AwsRequest } from './aws-request.ts';
import type { ProxyCaller } from './proxy-caller.ts';
import type { ServiceReply } from './service-replies.ts';

/** What answers for a service: the URL of a server, or a function of this process. */
export type ServiceBackend =
  | string
  | ((request: AwsRequest, caller: ProxyCaller) => ServiceReply | Promise<ServiceReply>);

/** What {@link AwsProxy} authorizes calls with, and forwards them to. */
export interface AwsProxyContext {
  readonly access: AccessModel;
  /** By service, as signatures name it: `sqs`, `s3`, `rds-data`, `scheduler` … */
  readonly backends: Readonly<Record<string, ServiceBackend>>;
  /** ARNs of encryption keys by the ARN of the resource that they encrypt. @default none */
  readonly keys?: ReadonlyMap<string, string>;
}
