/** The rules of replacement, compared with CloudFormation's resource schemas. */
import { describe, expect, it } from 'vitest';
import { replacementRules } from '../../../rehearsal/cloudformation/replacement-rules.ts';
import { coreNames } from '../../../rehearsal/template/core-names.ts';
import { otherNames } from '../../../rehearsal/template/other-names.ts';
import { findSchema } from '../../support/resource-schemas.ts';

describe('the rules of replacement', () => {
  it('each type that a rehearsal names is replaced by the properties that its schema says', () => {
    const types = [...coreNames.keys(), ...otherNames.keys()].filter(
      (type) => type !== 'AWS::CDK::Metadata',
    );

    const known = Object.fromEntries(
      types.map((type) => [type, [...(replacementRules.get(type)?.replacing ?? [])].toSorted()]),
    );

    const expected = types.map((type) => {
      const properties = Object.entries(findSchema(type)?.properties ?? {});
      const replacing = properties.filter(([, each]) => each.causesReplacement === 'yes');
      return [type, replacing.map(([name]) => name).toSorted()];
    });
    expect(known).toEqual(Object.fromEntries(expected));
  });
});
