/** The functions of an assembly, with the assets that they run. */
import { isObject, type JsonObject } from '../../lib/asl/json/json.ts';
import { type FunctionDefinition, functionDefinition } from '../runtime/function-definition.ts';
import type { FileAsset, Resource } from '../template/assembly.ts';
import type { Resolution } from '../template/resolution.ts';

/** A function of a template. */
export interface DeployedFunction {
  readonly resource: Resource;
  readonly definition: FunctionDefinition;
  /** Whom its calls are made by. */
  readonly roleArn: string;
  /** Whether it sends traces. */
  readonly isTraced: boolean;
}

/** Every function whose code is an asset of this assembly and runs on Node.js. */
export function deployedFunctions(resolution: Resolution): DeployedFunction[] {
  return resolution.ofType('AWS::Lambda::Function').flatMap((resource) => {
    const properties = resolution.propertiesOf(resource);
    const asset = assetOf(resolution, resource, properties);
    if (asset === undefined || !String(properties.Runtime).startsWith('nodejs')) return [];
    const { ref, attributes } = resolution.nameOf(resource);
    const identity = { name: ref, arn: attributes.Arn ?? '', taskRoot: asset.path };
    const { TracingConfig } = properties;
    return [
      {
        resource,
        definition: functionDefinition(properties, identity),
        roleArn: String(properties.Role),
        isTraced: isObject(TracingConfig) && TracingConfig.Mode === 'Active',
      },
    ];
  });
}

/** The asset that a function's `Code` names. */
function assetOf(
  { assembly }: Resolution,
  { stack }: Resource,
  { Code }: JsonObject,
): FileAsset | undefined {
  const key = isObject(Code) ? Code.S3Key : undefined;
  const { assets = [] } = assembly.stacks.find(({ name }) => name === stack) ?? {};
  return assets.find(({ objectKey }) => objectKey === key);
}
