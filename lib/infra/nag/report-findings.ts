/** Findings of cdk-nag in a deploy. */
import type {
  IPolicyValidationContext,
  IPolicyValidationPlugin,
  PolicyValidationPluginReport,
} from 'aws-cdk-lib';

/**
 * Reports the findings of a pack of cdk-nag as warnings. They are about settings that the owner of
 * an app has chosen, so that they never keep it from being deployed.
 */
export class FindingReport implements IPolicyValidationPlugin {
  readonly name: string;
  readonly #pack: IPolicyValidationPlugin;

  constructor(pack: IPolicyValidationPlugin) {
    this.name = pack.name;
    this.#pack = pack;
  }

  validate(context: IPolicyValidationContext): PolicyValidationPluginReport {
    const { violations } = this.#pack.validate(context);
    return {
      success: true,
      violations: violations.map((found) => ({ ...found, severity: 'warning', fix: howToAnswer })),
    };
  }
}

const howToAnswer =
  'Change the setting, or acknowledge the finding: a wildcard in deployment.taskPolicies by a ' +
  'reason beside it; in a CDK app, any finding by ' +
  'Validations.of(construct).acknowledge({ id, reason }).';
