import { randomUUID } from 'node:crypto';
import type { JsonObject } from '../../lib/asl/json/json.ts';
import type { AwsProxy } from '../aws-proxy/aws-proxy.ts';
import {
  callSqs,
  type ProxiedResponse,
  type ProxyClientConfig,
} from '../aws-proxy/proxy-client.ts';
import type { DeployedFunction } from '../checks/deployed-functions.ts';
import type { Principal } from '../iam/principal.ts';

/** Gives every caller of the AWS proxy an access key of its own, by which the proxy knows it. */
export class ProxyCallers {
  readonly #proxy: AwsProxy;
  readonly #region: string;
  readonly #accessKeyIds = new Map<string, string>();

  constructor(proxy: AwsProxy, region: string) {
    this.#proxy = proxy;
    this.#region = region;
  }

  /** Returns the client configuration of a caller; the first request admits it to the proxy. */
  clientFor(name: string, principal: Principal): ProxyClientConfig {
    return {
      endpoint: this.#proxy.url,
      region: this.#region,
      accessKeyId: this.#accessKeyIds.get(name) ?? this.#admit(name, principal),
    };
  }

  /** Calls SQS with the role of a function, as Lambda does for an event source mapping. */
  callSqsAs(
    { resource, definition, roleArn }: DeployedFunction,
    action: string,
    request: JsonObject,
  ): Promise<ProxiedResponse> {
    const principal = { kind: 'role', roleArn, session: definition.name } as const;
    const client = this.clientFor(`Lambda for ${resource.logicalId}`, principal);
    return callSqs(client, action, request);
  }

  #admit(name: string, principal: Principal): string {
    const accessKeyId = `KEY${randomUUID().replaceAll('-', '').slice(0, 17).toUpperCase()}`;
    this.#proxy.admit(accessKeyId, { name, principal });
    this.#accessKeyIds.set(name, accessKeyId);
    return accessKeyId;
  }
}
