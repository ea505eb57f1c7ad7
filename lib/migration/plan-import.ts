/** Plans the files of imported machines: definitions, stubs of handlers, a configuration. Pure. */
import type { StateGraph } from '../asl/definition.ts';
import { findTaskResources } from '../asl/find-task-resources.ts';
import { isObject, type Json, type JsonObject } from '../asl/json/json.ts';
import { findHandlerTarget } from '../drivers/handlers/handler-target.ts';
import type { FoundMachine } from './read-machines.ts';

/** A file to write. */
export interface PlannedFile {
  /** Its path, relative to the project's folder. */
  readonly path: string;
  readonly content: string;
}

/** A handler that an imported machine calls. */
export interface NeededHandler {
  readonly name: string;
  /** Where it is called: `machine/State`. */
  readonly states: readonly string[];
  /** What the definitions have as its `Resource`, or as its function's name. */
  readonly resources: readonly string[];
}

/** What an import does. */
export interface ImportPlan {
  readonly machines: readonly Pick<FoundMachine, 'name' | 'type' | 'unresolved'>[];
  readonly handlers: readonly NeededHandler[];
  /** Resources that are called as they are: integrations, activities, other machines. */
  readonly kept: readonly { readonly resource: string; readonly states: readonly string[] }[];
  readonly files: readonly PlannedFile[];
}

/** Plans an import. @param language of the stubs and of the configuration */
export function planImport(
  machines: readonly FoundMachine[],
  language: 'ts' | 'js' = 'ts',
): ImportPlan {
  const calls = machines.flatMap(callsOf);
  const handlers = [...Map.groupBy(calls, ({ handler }) => handler)].flatMap(([name, of]) =>
    name === null ? [] : [{ name, states: statesOf(of), resources: resourcesOf(of) }],
  );
  const others = Map.groupBy(
    calls.filter(({ handler }) => handler === null),
    ({ resource }) => resource,
  );
  return {
    machines: machines.map(({ name, type, unresolved }) => ({ name, type, unresolved })),
    handlers,
    kept: [...others].map(([resource, of]) => ({ resource, states: statesOf(of) })),
    files: [
      ...machines.map(({ name, definition }) => ({
        path: `${name}.asl.json`,
        content: `${JSON.stringify(definition, null, 2)}\n`,
      })),
      ...handlers.map((handler) => stubOf(handler, language)),
      { path: `millrace.config.${language}`, content: configOf(machines, handlers, language) },
    ],
  };
}

interface Call {
  readonly state: string;
  readonly resource: string;
  /** Null for what is no function. */
  readonly handler: string | null;
}

function callsOf({ name: machine, definition }: FoundMachine): Call[] {
  // The shape of States is enough to walk: the definition need not be valid.
  if (!isObject(definition.States)) return [];
  return findTaskResources(definition as JsonObject & StateGraph).map((task) => {
    const path = task.location.split('/');
    const state = `${machine}/${(path.at(-2) ?? '').replaceAll('~1', '/').replaceAll('~0', '~')}`;
    const resource = String(task.resource);
    return { state, resource: describe(resource, task.parameters), handler: handlerOf(task) };
  });
}

function handlerOf(task: { readonly resource: string; readonly parameters?: Json }): string | null {
  const { name, isWrapped } = findHandlerTarget(task);
  const isFunction =
    isWrapped || !task.resource.startsWith('arn:') || /:lambda:/.test(task.resource);
  if (!isFunction || name === null) return null;
  return /^[\w.-]{1,140}$/.test(name) ? name : null;
}

function describe(resource: string, parameters: Json | undefined): string {
  const name = isObject(parameters) ? parameters.FunctionName : undefined;
  return typeof name === 'string' ? `${resource} of ${name}` : resource;
}

function statesOf(calls: readonly Call[]): string[] {
  return [...new Set(calls.map(({ state }) => state))];
}

function resourcesOf(calls: readonly Call[]): string[] {
  return [...new Set(calls.map(({ resource }) => resource))];
}

function stubOf({ name, states, resources }: NeededHandler, language: 'ts' | 'js'): PlannedFile {
  const variable = toVariable(name);
  // A state may have any name: it must neither end the comment nor its line.
  const called = `${states.join(', ')} (${resources.join(', ')})`.replaceAll(/\s+/g, ' ');
  const about = `/** Called in ${called.replaceAll('*/', '*\\/')}. */`;
  const lines =
    language === 'ts'
      ? [
          "import type { Handler } from 'millrace';",
          '',
          about,
          `export const ${variable}: Handler = async (input) => {`,
        ]
      : [about, `export const ${variable} = async (input) => {`];
  return {
    path: `handlers/${name}.${language}`,
    content: [
      ...lines,
      `  throw new Error(\`the handler ${name} is not written yet: \${JSON.stringify(input)}\`);`,
      '};',
      '',
    ].join('\n'),
  };
}

function configOf(
  machines: readonly FoundMachine[],
  handlers: readonly NeededHandler[],
  language: 'ts' | 'js',
): string {
  return [
    "import { defineConfig } from 'millrace';",
    ...handlers.map(
      ({ name }) => `import { ${toVariable(name)} } from './handlers/${name}.${language}';`,
    ),
    '',
    'export default defineConfig({',
    '  machines: {',
    ...machines.map(({ name, type }) => {
      const kind = type === 'EXPRESS' ? ", type: 'EXPRESS'" : '';
      return `    ${quoteKey(name)}: { definition: './${name}.asl.json'${kind} },`;
    }),
    '  },',
    ...(handlers.length === 0
      ? []
      : [
          '  handlers: {',
          ...handlers.map(({ name }) => {
            const variable = toVariable(name);
            return name === variable ? `    ${name},` : `    ${quoteKey(name)}: ${variable},`;
          }),
          '  },',
        ]),
    '});',
    '',
  ].join('\n');
}

/** Words that cannot be the name of a variable. */
const reserved = new Set(
  [
    'await break case catch class const continue debugger default delete do else enum export',
    'extends false finally for function if import in instanceof let new null package return',
    'static super switch this throw true try typeof var void while with yield',
  ].flatMap((line) => line.split(' ')),
);

function toVariable(name: string): string {
  const joined = name.replaceAll(/[^A-Za-z0-9_]+(\w?)/g, (_, next: string) => next.toUpperCase());
  const usable = /^[A-Za-z_]/.test(joined) ? joined : `handler${joined}`;
  return reserved.has(usable) ? `${usable}Handler` : usable;
}

function quoteKey(name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) ? name : `'${name}'`;
}
