import { getOwn, isObject, type Json, type JsonObject } from '../../lib/asl/json/json.ts';
import {
  type Assembly,
  findResource,
  isCustomResource,
  type Resource,
  type Stack,
} from './assembly.ts';
import { createPhysicalName } from './create-physical-name.ts';
import { resolveIntrinsics, type Scope, unresolvable } from './intrinsics.ts';
import type { AwsEnvironment, PhysicalName } from './name-rule.ts';

/** Options of {@link Resolution}. */
export interface ResolutionOptions {
  /** The URL of AWS. The environment is account 000000000000 in us-east-1. */
  readonly endpoint: string;
  /** Values of template parameters by name. @default the default of each parameter */
  readonly parameters?: Readonly<Record<string, string>>;
  /**
   * Returns the value of `{{resolve:REFERENCE}}`.
   * @default it stays as it is: only AWS can read the secret
   */
  readonly dynamic?: (reference: string) => string;
}

/** The account of all resources, which is also the one of the local servers. */
export const rehearsalAccount = '000000000000';

/** The region of all resources. */
const rehearsalRegion = 'us-east-1';

/**
 * An assembly as it is deployed: resolves properties, outputs and conditions once resources have
 * names. A custom resource is named by its answer; every other resource is named by rule, the same
 * in every run.
 */
export class Resolution {
  readonly assembly: Assembly;
  readonly environment: AwsEnvironment;
  readonly #options: ResolutionOptions;
  readonly #names = new Map<string, PhysicalName>();
  readonly #properties = new Map<string, JsonObject>();
  readonly #openConditions = new Set<string>();

  constructor(assembly: Assembly, options: ResolutionOptions) {
    this.assembly = assembly;
    this.#options = options;
    this.environment = {
      partition: 'aws',
      account: rehearsalAccount,
      region: rehearsalRegion,
      endpoint: options.endpoint,
    };
  }

  /** All resources whose conditions hold. */
  get resources(): Resource[] {
    return this.assembly.stacks.flatMap(({ resources }) =>
      resources.filter((resource) => this.isDeployed(resource)),
    );
  }

  /** Returns the resources of a type. */
  ofType(type: string): Resource[] {
    return this.resources.filter((resource) => resource.type === type);
  }

  /** Whether a resource's condition holds. */
  isDeployed({ id, stack, condition }: Resource): boolean {
    return condition === undefined || this.#createScope(stack).condition(condition, id);
  }

  /** Returns the properties of a resource without intrinsic functions. */
  propertiesOf(resource: Resource): JsonObject {
    const known = this.#properties.get(resource.id);
    if (known !== undefined) return known;
    const where = `${resource.id}/Properties`;
    const value = resolveIntrinsics(resource.properties, this.#createScope(resource.stack), where);
    const properties = isObject(value) ? value : {};
    this.#properties.set(resource.id, properties);
    return properties;
  }

  /** Returns how an update of a resource is made, without intrinsic functions. */
  updatePolicyOf({ stack, id, updatePolicy }: Resource): JsonObject {
    if (updatePolicy === undefined) return {};
    const resolved = this.#resolve(stack, updatePolicy, `${id}/UpdatePolicy`);
    return isObject(resolved) ? resolved : {};
  }

  /**
   * Returns the name of a resource. Throws INVALID_CONFIGURATION for a custom resource that has not
   * answered yet, and for a type without a naming rule.
   */
  nameOf(resource: Resource): PhysicalName {
    const known = this.#names.get(resource.id);
    if (known !== undefined) return known;
    const created = createPhysicalName(resource, this.propertiesOf(resource), this.environment);
    if (created === undefined) throw unresolvable(resource.id, whyUnnamed(resource));
    this.#names.set(resource.id, created);
    return created;
  }

  /** Sets the name that a resource got when it was created. */
  setName(resource: Resource, name: PhysicalName): void {
    this.#names.set(resource.id, name);
  }

  /** Finds a resource by its `Ref` or its ARN. */
  find(type: string, reference: string): Resource | undefined {
    return this.ofType(type).find((resource) => {
      const { ref, attributes } = this.nameOf(resource);
      return ref === reference || attributes.Arn === reference;
    });
  }

  /** Returns the outputs of a stack whose conditions hold. */
  outputsOf(stack: string): Readonly<Record<string, Json>> {
    const outputs = section(this.#stack(stack), 'Outputs');
    const scope = this.#createScope(stack);
    const names = Object.keys(outputs).filter((name) => {
      const condition = field(getOwn(outputs, name), 'Condition');
      return typeof condition !== 'string' || scope.condition(condition, `${stack}/${name}`);
    });
    return Object.fromEntries(names.map((name) => [name, this.#output(stack, name, stack)]));
  }

  #stack(name: string): Stack | undefined {
    return this.assembly.stacks.find((stack) => stack.name === name);
  }

  #createScope(stack: string): Scope {
    return {
      region: this.environment.region,
      ref: (name, where) => this.#ref(stack, name, where),
      attribute: (logicalId, attribute, where) =>
        this.#attribute(stack, logicalId, attribute, where),
      condition: (name, where) => this.#condition(stack, name, where),
      mapping: (map, first, second) => {
        const row = field(getOwn(section(this.#stack(stack), 'Mappings'), map), first);
        return field(row, second);
      },
      exported: (name, where) => this.#exported(name, where),
      output: (other, name, where) => this.#output(other, name, where),
      dynamic: (reference) => this.#options.dynamic?.(reference) ?? `{{resolve:${reference}}}`,
    };
  }

  #ref(stack: string, name: string, where: string): Json | undefined {
    if (name.startsWith('AWS::')) return this.#pseudo(stack, name, where);
    const parameter = getOwn(section(this.#stack(stack), 'Parameters'), name);
    if (parameter !== undefined) return this.#parameter(name, parameter, where);
    return this.nameOf(this.#resource(stack, name, where)).ref;
  }

  #pseudo(stack: string, name: string, where: string): Json | undefined {
    const { account, partition, region } = this.environment;
    switch (name) {
      case 'AWS::AccountId':
        return account;
      case 'AWS::Region':
        return region;
      case 'AWS::Partition':
        return partition;
      case 'AWS::URLSuffix':
        return 'amazonaws.com';
      case 'AWS::StackName':
        return stack;
      case 'AWS::StackId':
        return `arn:${partition}:cloudformation:${region}:${account}:stack/${stack}/rehearsal`;
      case 'AWS::NotificationARNs':
        return [];
      case 'AWS::NoValue':
        return undefined;
      default:
        throw unresolvable(where, `${name} is not a pseudo parameter of CloudFormation`);
    }
  }

  #parameter(name: string, parameter: Json, where: string): Json {
    const given = this.#options.parameters?.[name];
    if (given !== undefined) return given;
    const value = field(parameter, 'Default');
    const type = String(field(parameter, 'Type'));
    if (value === undefined) {
      throw unresolvable(where, `the parameter ${name} has no default: give it a value`);
    }
    if (!type.startsWith('AWS::SSM::')) {
      return type.includes('List') && typeof value === 'string' ? value.split(',') : value;
    }
    const stored = this.find('AWS::SSM::Parameter', String(value));
    if (stored !== undefined) return this.nameOf(stored).attributes.Value ?? '';
    throw unresolvable(
      where,
      `${name} is read from the SSM parameter ${String(value)}, which no stack creates: give it a value`,
    );
  }

  #attribute(stack: string, logicalId: string, attribute: string, where: string): Json {
    const resource = this.#resource(stack, logicalId, where);
    const { attributes } = this.nameOf(resource);
    const value = Object.hasOwn(attributes, attribute) ? attributes[attribute] : undefined;
    if (value !== undefined) return value;
    const known = Object.keys(attributes).join(', ') || 'none';
    throw unresolvable(
      where,
      `${resource.type} ${logicalId} has no attribute ${attribute} here; known: ${known}`,
    );
  }

  #resource(stack: string, logicalId: string, where: string): Resource {
    const resource = findResource(this.assembly, stack, logicalId);
    if (resource === undefined) {
      throw unresolvable(where, `${stack} has no resource and no parameter ${logicalId}`);
    }
    if (!this.isDeployed(resource)) {
      throw unresolvable(where, `${logicalId} is not deployed: its condition does not hold`);
    }
    return resource;
  }

  #condition(stack: string, name: string, where: string): boolean {
    const conditions = section(this.#stack(stack), 'Conditions');
    const condition = getOwn(conditions, name);
    const key = `${stack}/Conditions/${name}`;
    if (condition === undefined) throw unresolvable(where, `${stack} has no condition ${name}`);
    if (this.#openConditions.has(key)) throw unresolvable(key, 'the condition refers to itself');
    this.#openConditions.add(key);
    try {
      return resolveIntrinsics(condition, this.#createScope(stack), key) === true;
    } finally {
      this.#openConditions.delete(key);
    }
  }

  #exported(name: string, where: string): Json {
    for (const { name: stack, template } of this.assembly.stacks) {
      const outputs = section({ template }, 'Outputs');
      for (const [output, declared] of Object.entries(outputs)) {
        const exported = field(field(declared, 'Export'), 'Name');
        if (exported === undefined) continue;
        if (this.#resolve(stack, exported, `${stack}/Outputs/${output}/Export`) === name) {
          return this.#output(stack, output, where);
        }
      }
    }
    throw unresolvable(where, `no stack exports ${name}`);
  }

  #output(stack: string, name: string, where: string): Json {
    const value = field(getOwn(section(this.#stack(stack), 'Outputs'), name), 'Value');
    if (value === undefined) throw unresolvable(where, `${stack} has no output ${name}`);
    return this.#resolve(stack, value, `${stack}/Outputs/${name}`);
  }

  #resolve(stack: string, value: Json, where: string): Json {
    return resolveIntrinsics(value, this.#createScope(stack), where) ?? null;
  }
}

function whyUnnamed(resource: Resource): string {
  return isCustomResource(resource)
    ? 'the custom resource has not answered yet'
    : `a rehearsal does not know Ref and GetAtt of ${resource.type}`;
}

function section(stack: Pick<Stack, 'template'> | undefined, name: string): JsonObject {
  const found = stack === undefined ? undefined : getOwn(stack.template, name);
  return isObject(found) ? found : {};
}

function field(value: Json | undefined, key: string): Json | undefined {
  return isObject(value) ? getOwn(value, key) : undefined;
}
