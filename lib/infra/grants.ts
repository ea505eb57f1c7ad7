/** Grants permissions on an app to other principals of the account. */
import { Grant, type IGrantable, type IRole } from 'aws-cdk-lib/aws-iam';
import { MillraceError } from '../errors.ts';
import type { Topology } from './topology.ts';

/** Allows other principals of the account to start batches and to call the API of an app. */
export class MillraceGrants {
  readonly #topology: Topology;

  constructor(topology: Topology) {
    this.#topology = topology;
  }

  /** Allows `grantee` to request batches, by events `millrace.batch.requested` on the app's bus. */
  startBatches(grantee: IGrantable): Grant {
    return this.#grant(grantee, 'events:PutEvents', this.#topology.data.bus.eventBusArn);
  }

  /** Allows `grantee` to put objects, which may start batches, under `prefix` of the bucket. */
  putObjects(grantee: IGrantable, prefix = ''): Grant {
    const { bucket } = this.#topology.data;
    return this.#grant(grantee, 's3:PutObject', bucket.arnForObjects(`${prefix}*`));
  }

  /** Allows `grantee` to call the API by its URL. Throws INVALID_CONFIGURATION without an API. */
  callApi(grantee: IGrantable): Grant {
    const { api } = this.#topology.compute;
    if (api !== undefined) return api.grantCall(grantee);
    throw new MillraceError(
      'INVALID_CONFIGURATION',
      'there is no API to call: leave out api: false',
    );
  }

  /**
   * Allows `grantee` to call Step Functions' API by its URL. Throws INVALID_CONFIGURATION without
   * one.
   */
  callStepFunctions(grantee: IGrantable): Grant {
    const { stepFunctions } = this.#topology.compute;
    if (stepFunctions !== undefined) return stepFunctions.grantCall(grantee);
    throw new MillraceError(
      'INVALID_CONFIGURATION',
      "Step Functions' API is not deployed: set stepFunctions: true",
    );
  }

  /** Allows `grantee` what `millrace dashboard` and the command line need. */
  operate(grantee: IRole): void {
    grantee.addManagedPolicy(this.#topology.operators.policy);
  }

  #grant(grantee: IGrantable, action: string, arn: string): Grant {
    return Grant.addToPrincipal({ grantee, actions: [action], resourceArns: [arn] });
  }
}
