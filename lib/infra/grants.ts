/** What others in the account can be allowed to do with an app. */
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import { MillraceError } from '../errors.ts';
import type { Topology } from './topology.ts';

/** See this file's head. */
export class MillraceGrants {
  readonly #topology: Topology;

  constructor(topology: Topology) {
    this.#topology = topology;
  }

  /** Lets `grantee` ask for batches: events `millrace.batch.requested` on the app's bus. */
  startBatches(grantee: IGrantable): Grant {
    return this.#grant(grantee, 'events:PutEvents', this.#topology.data.bus.eventBusArn);
  }

  /** Lets `grantee` bring objects, which may start batches, below `prefix` of the app's bucket. */
  putObjects(grantee: IGrantable, prefix = ''): Grant {
    const { bucket } = this.#topology.data;
    return this.#grant(grantee, 's3:PutObject', bucket.arnForObjects(`${prefix}*`));
  }

  /** Lets `grantee` call the API by its URL. Throws INVALID_CONFIGURATION when it is off. */
  callApi(grantee: IGrantable): Grant {
    const { api } = this.#topology.compute;
    if (api !== undefined) return api.grantCall(grantee);
    throw new MillraceError(
      'INVALID_CONFIGURATION',
      'there is no API to call: leave out api: false',
    );
  }

  #grant(grantee: IGrantable, action: string, arn: string): Grant {
    return Grant.addToPrincipal({ grantee, actions: [action], resourceArns: [arn] });
  }
}
