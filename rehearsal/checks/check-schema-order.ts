import { isObject } from '../../lib/asl/json/json.ts';
import { envNames } from '../../lib/config/setting-sources.ts';
import { schemaType } from '../cloudformation/next-release.ts';
import type { Resource } from '../template/assembly.ts';
import { findReferences } from '../template/find-references.ts';
import type { Resolution } from '../template/resolution.ts';
import type { DeployedFunction } from './deployed-functions.ts';
import type { TemplateProblem } from './template-problem.ts';

/**
 * Checks that functions get new code only after the schema is migrated: CloudFormation updates in
 * any order what does not depend on each other, and new code fails on an older schema.
 */
export function checkSchemaOrder(
  resolution: Resolution,
  functions: readonly DeployedFunction[],
): TemplateProblem[] {
  return resolution.ofType(schemaType).flatMap((schema) => {
    const migrator = String(resolution.propertiesOf(schema).ServiceToken);
    return functions
      .filter(({ definition, resource }) => definition.arn !== migrator && usesDatabase(resource))
      .filter(({ resource }) => !comesAfter(resolution, resource, schema))
      .map(({ resource }) => ({
        resource: resource.id,
        message:
          `it does not depend on ${schema.id}, so a deploy may run its new code on the old ` +
          'schema: let it depend on the migration',
      }));
  });
}

/** Whether a function of the templates has the address of the database. */
export function usesDatabase({ properties }: Resource): boolean {
  const { Environment: environment } = properties;
  const variables = isObject(environment) ? environment.Variables : undefined;
  return isObject(variables) && Object.hasOwn(variables, envNames.databaseClusterArn);
}

function comesAfter(resolution: Resolution, resource: Resource, other: Resource): boolean {
  if (resource.stack !== other.stack) {
    const { after = [] } =
      resolution.assembly.stacks.find(({ name }) => name === resource.stack) ?? {};
    return after.includes(other.stack);
  }
  const byId = new Map(
    resolution.resources
      .filter(({ stack }) => stack === resource.stack)
      .map((each) => [each.logicalId, each]),
  );
  const seen = new Set<string>();
  const open = [resource];
  for (let each = open.pop(); each !== undefined; each = open.pop()) {
    if (each.id === other.id) return true;
    if (seen.has(each.id)) continue;
    seen.add(each.id);
    const names = [...each.dependsOn, ...findReferences(each.properties)];
    open.push(...names.flatMap((name) => byId.get(name) ?? []));
  }
  return false;
}
