/**
 * An assembly as deployed: the values of properties, outputs and conditions, once every resource
 * has a name. What a resource answered when it was created is recorded here, as CloudFormation
 * does; everything else is named by rule, the same in every run.
 */
import { getOwn, isObject, type Json, type JsonObject } from '../../lib/asl/json/json.ts';
import { type Assembly, findResource, type Resource, type Stack } from './assembly.ts';
import { resolveIntrinsics, type Scope, unresolvable } from './intrinsics.ts';
import { type PhysicalName, type Place, physicalNameOf } from './physical-names.ts';

/** Options of {@link Resolution}. */
export interface ResolutionOptions {
  /** What `Place.endpoint` says; its other fields are AWS's: account 000000000000 in us-east-1. */
  readonly endpoint: string;
  /** Values of parameters of templates, by name; the default of a parameter serves else. */
  readonly parameters?: Readonly<Record<string, string>>;
  /**
   * What `{{resolve:REFERENCE}}` stands for.
   * @default it stays as it is: only AWS would read the secret
   */
  readonly dynamic?: (reference: string) => string;
}

/** The account that everything is in; the one of the local servers, too. */
export const rehearsalAccount = '000000000000';

/** The region that everything is in. */
const rehearsalRegion = 'us-east-1';

/** See this file's head. */
export class Resolution {
  readonly assembly: Assembly;
  readonly place: Place;
  readonly #options: ResolutionOptions;
  readonly #names = new Map<string, PhysicalName>();
  readonly #properties = new Map<string, JsonObject>();
  readonly #openConditions = new Set<string>();

  constructor(assembly: Assembly, options: ResolutionOptions) {
    this.assembly = assembly;
    this.#options = options;
    this.place = {
      partition: 'aws',
      account: rehearsalAccount,
      region: rehearsalRegion,
      endpoint: options.endpoint,
    };
  }

  /** The resources of all stacks whose conditions hold. */
  get resources(): Resource[] {
    return this.assembly.stacks.flatMap(({ resources }) =>
      resources.filter((resource) => this.isDeployed(resource)),
    );
  }

  /** Those of `type`. */
  ofType(type: string): Resource[] {
    return this.resources.filter((resource) => resource.type === type);
  }

  /** Whether a resource's condition holds. */
  isDeployed({ id, stack, condition }: Resource): boolean {
    return condition === undefined || this.#scopeOf(stack).condition(condition, id);
  }

  /** The properties of a resource, without a function left in them. */
  propertiesOf(resource: Resource): JsonObject {
    const known = this.#properties.get(resource.id);
    if (known !== undefined) return known;
    const where = `${resource.id}/Properties`;
    const value = resolveIntrinsics(resource.properties, this.#scopeOf(resource.stack), where);
    const properties = isObject(value) ? value : {};
    this.#properties.set(resource.id, properties);
    return properties;
  }

  /**
   * What a resource is called. `INVALID_CONFIGURATION` for a custom resource that has not answered
   * yet, and for a type that no rule names.
   */
  nameOf(resource: Resource): PhysicalName {
    const known = this.#names.get(resource.id);
    if (known !== undefined) return known;
    const made = physicalNameOf(resource, this.propertiesOf(resource), this.place);
    if (made === undefined) throw unresolvable(resource.id, whyNameless(resource));
    this.#names.set(resource.id, made);
    return made;
  }

  /** Records what a resource answered when it was created. */
  name(resource: Resource, name: PhysicalName): void {
    this.#names.set(resource.id, name);
  }

  /** The resource that `reference` names: its `Ref`, or its ARN. */
  find(type: string, reference: string): Resource | undefined {
    return this.ofType(type).find((resource) => {
      const { ref, attributes } = this.nameOf(resource);
      return ref === reference || attributes.Arn === reference;
    });
  }

  /** The outputs of a stack whose conditions hold. */
  outputsOf(stack: string): Readonly<Record<string, Json>> {
    const outputs = section(this.#stack(stack), 'Outputs');
    const scope = this.#scopeOf(stack);
    const names = Object.keys(outputs).filter((name) => {
      const condition = field(getOwn(outputs, name), 'Condition');
      return typeof condition !== 'string' || scope.condition(condition, `${stack}/${name}`);
    });
    return Object.fromEntries(names.map((name) => [name, this.#output(stack, name, stack)]));
  }

  #stack(name: string): Stack | undefined {
    return this.assembly.stacks.find((stack) => stack.name === name);
  }

  #scopeOf(stack: string): Scope {
    return {
      region: this.place.region,
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
    const { account, partition, region } = this.place;
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
        throw unresolvable(where, `${name} is no pseudo parameter of CloudFormation's`);
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
      `${name} is read from the SSM parameter ${String(value)}, which no stack makes: give it a value`,
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
    if (this.#openConditions.has(key)) throw unresolvable(key, 'the condition asks for itself');
    this.#openConditions.add(key);
    try {
      return resolveIntrinsics(condition, this.#scopeOf(stack), key) === true;
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
    return resolveIntrinsics(value, this.#scopeOf(stack), where) ?? null;
  }
}

function whyNameless({ type }: Resource): string {
  return type.startsWith('Custom::') || type === 'AWS::CloudFormation::CustomResource'
    ? 'the custom resource has not answered yet'
    : `a rehearsal does not know what Ref and GetAtt of ${type} are`;
}

function section(stack: Pick<Stack, 'template'> | undefined, name: string): JsonObject {
  const found = stack === undefined ? undefined : getOwn(stack.template, name);
  return isObject(found) ? found : {};
}

function field(value: Json | undefined, key: string): Json | undefined {
  return isObject(value) ? getOwn(value, key) : undefined;
}
