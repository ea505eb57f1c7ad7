import type { IntegrationName } from '../../engine/task/integration-name.ts';
import { MillraceError } from '../../errors.ts';
import type { ApiShape, ServiceModels } from '../../ports/service-models.ts';
import { findService, isLambdaInvoke, parseSdkService, toOptimizedName } from './integrations.ts';
import { toPascalCase } from './java-names.ts';
import { SdkEnums } from './sdk-enums.ts';
import { SdkLoader } from './sdk-loader.ts';
import type { Shape } from './sdk-shapes.ts';
import { toClientPackage } from './service-packages.ts';

/**
 * Reads the response shapes of AWS services from the models in the SDK's clients. The models have
 * types, required members and enumerations, but no lengths and ranges.
 */
export class SdkModels implements ServiceModels {
  readonly #loader: SdkLoader;

  /** @param folder the app's folder, where SDK packages are searched first */
  constructor(folder: string) {
    this.#loader = new SdkLoader(folder);
  }

  async findResponse(named: IntegrationName): Promise<ApiShape | undefined> {
    const service = named.service === 'states' ? 'sfn' : findService(named);
    if (service === null) return undefined;
    const model = await this.#model(service, named.action);
    const toMemberName = parseSdkService(named.service) === null ? toOptimizedName : toPascalCase;
    const shape =
      model === undefined
        ? undefined
        : toApiShape(model, { toMemberName, enums: await this.#enums(service) });
    if (shape?.type !== 'structure' || !isLambdaInvoke(named)) return shape;
    // The result shows a function's payload as a document, not as the API's bytes.
    return { ...shape, members: new Map(shape.members).set('Payload', () => anything) };
  }

  async #enums(service: string): Promise<SdkEnums> {
    const name = toClientPackage(service);
    return new SdkEnums(await this.#loader.readDeclarations(name), await this.#loader.load(name));
  }

  /** Returns the model of an operation's response. */
  async #model(service: string, action: string): Promise<ModelShape | undefined> {
    const name = toClientPackage(service);
    const missing = this.#loader.findProblem(name);
    if (missing !== null) {
      const message = `a mock of ${service}:${action} cannot be checked: ${missing}, or set fieldValidationMode NONE`;
      throw new MillraceError('INVALID_CONFIGURATION', message, { fields: { package: name } });
    }
    const module = await this.#loader.load(name);
    const wanted = `${action}$`.toLowerCase();
    const operation = Object.entries(module).find(([key]) => key.toLowerCase() === wanted)?.[1];
    if (!Array.isArray(operation)) return undefined;
    const { NormalizedSchema } = await this.#loader.loadDependency(name, '@smithy/core/schema');
    const { of } = NormalizedSchema as { of(schema: unknown): ModelShape };
    return of(operation[5]);
  }
}

/** Member names and enumerations for {@link toApiShape}. */
interface ReadOptions {
  readonly toMemberName: (member: string) => string;
  readonly enums: SdkEnums;
}

/** A shape of a model, with the members that calls do not need. */
interface ModelShape extends Shape {
  isBooleanSchema(): boolean;
  isNumericSchema(): boolean;
  isBigIntegerSchema(): boolean;
  isBigDecimalSchema(): boolean;
  /** `[kind, namespace, name, traits, members, shapes, how many of them are required]`. */
  getSchema(): unknown;
  getValueSchema(): ModelShape;
  structIterator(): Iterable<readonly [string, ModelShape]>;
}

const anything: ApiShape = Object.freeze({ type: 'any' });
const anyText: ApiShape = Object.freeze({ type: 'string' });

function toApiShape(model: ModelShape, options: ReadOptions, values?: readonly string[]): ApiShape {
  if (model.isStructSchema()) return toApiStructure(model, options);
  const item = () => toApiShape(model.getValueSchema(), options, values);
  if (model.isListSchema()) return { type: 'list', item };
  if (model.isMapSchema()) return { type: 'map', item };
  if (model.isBooleanSchema()) return { type: 'boolean' };
  if (isNumber(model)) return { type: 'number' };
  if (model.isStringSchema()) return values === undefined ? anyText : { type: 'string', values };
  // In a state, bytes and timestamps are strings.
  return model.isBlobSchema() || model.isTimestampSchema() ? anyText : anything;
}

function isNumber(model: ModelShape): boolean {
  return model.isNumericSchema() || model.isBigIntegerSchema() || model.isBigDecimalSchema();
}

/** In a model, the required members come first. */
function toApiStructure(model: ModelShape, options: ReadOptions): ApiShape {
  const schema = model.getSchema();
  const name = Array.isArray(schema) ? String(schema[2]) : '';
  const members = [...model.structIterator()].map(([member, inner]) => {
    const values = () => options.enums.findValues(name, member);
    return [options.toMemberName(member), () => toApiShape(inner, options, values())] as const;
  });
  const count = Array.isArray(schema) && typeof schema[6] === 'number' ? schema[6] : 0;
  const required = members.slice(0, count).map(([name]) => name);
  return { type: 'structure', members: new Map(members), required };
}
