/** Finds the imports, re-exports and type references of a file. */
import { posix } from 'node:path';
import { Visitor } from 'oxc-parser';
import type { SourceFile } from './source-file.ts';

/** One reference to another module. */
export interface Import {
  /** As written: `./json.ts`, `node:fs`, `pg`. */
  readonly specifier: string;
  /** The path from the root of a relative import; undefined for packages and built-in modules. */
  readonly target: string | undefined;
  /** Whether it exists only for the type checker. */
  readonly typeOnly: boolean;
  /** Whether the module is loaded when the line runs, by `import()`. */
  readonly lazy: boolean;
  /** Whether the names are exported again. */
  readonly reExport: boolean;
  /** The imported names; `'*'` for all. */
  readonly names: readonly string[];
  readonly line: number;
}

const cache = new WeakMap<SourceFile, readonly Import[]>();

/** Returns every import of a file. */
export function importsOf(file: SourceFile): readonly Import[] {
  let imports = cache.get(file);
  if (imports === undefined) {
    imports = findImports(file);
    cache.set(file, imports);
  }
  return imports;
}

type Details = Omit<Import, 'specifier' | 'target' | 'line'>;

const all: Details = { typeOnly: false, lazy: false, reExport: false, names: ['*'] };

function findImports(file: SourceFile): Import[] {
  const imports: Import[] = [];
  const add = (specifier: string, start: number, details: Details) => {
    const target = specifier.startsWith('.')
      ? posix.join(posix.dirname(file.path), specifier)
      : undefined;
    imports.push({ specifier, target, line: file.lineAt(start), ...details });
  };
  new Visitor({
    ImportDeclaration(node) {
      const typeOnly = node.importKind === 'type' || everyIsType(node.specifiers);
      const names = node.specifiers.map((each) =>
        each.type === 'ImportSpecifier' ? nameOf(each.imported) : importedName[each.type],
      );
      add(node.source.value, node.start, { ...all, typeOnly, names });
    },
    ExportNamedDeclaration(node) {
      if (node.source === null) return;
      const names = node.specifiers.map((each) => nameOf(each.local));
      const typeOnly = node.exportKind === 'type';
      add(node.source.value, node.start, { ...all, typeOnly, reExport: true, names });
    },
    ExportAllDeclaration(node) {
      const typeOnly = node.exportKind === 'type';
      add(node.source.value, node.start, { ...all, typeOnly, reExport: true });
    },
    ImportExpression(node) {
      const specifier = node.source;
      if (specifier.type !== 'Literal' || typeof specifier.value !== 'string') return;
      add(specifier.value, node.start, { ...all, lazy: true });
    },
    TSImportType(node) {
      add(node.source.value, node.start, { ...all, typeOnly: true });
    },
  }).visit(file.program);
  return imports;
}

const importedName = { ImportDefaultSpecifier: 'default', ImportNamespaceSpecifier: '*' } as const;

function everyIsType(
  specifiers: readonly { readonly type: string; importKind?: string }[],
): boolean {
  return specifiers.length > 0 && specifiers.every((each) => each.importKind === 'type');
}

function nameOf(
  name: { type: 'Identifier'; name: string } | { type: 'Literal'; value: unknown },
): string {
  return name.type === 'Identifier' ? name.name : String(name.value);
}
