/** Finds the exported names of a file. */
import type { Directive, ExportNamedDeclaration, Statement } from 'oxc-parser';
import type { SourceFile } from './source-file.ts';

/** One exported name. */
export interface Export {
  readonly name: string;
  /** Whether it exists only for the type checker. */
  readonly isType: boolean;
  readonly statement: Statement | Directive;
}

/** Returns every name that the file defines and exports. */
export function exportsOf(file: SourceFile): Export[] {
  return file.program.body.flatMap((statement): Export[] => {
    if (statement.type === 'ExportDefaultDeclaration') {
      return [{ name: 'default', isType: false, statement }];
    }
    if (statement.type !== 'ExportNamedDeclaration' || statement.source !== null) return [];
    const isType = statement.exportKind === 'type';
    return namesOf(statement).map((name) => ({ name, isType, statement }));
  });
}

function namesOf({ declaration, specifiers }: ExportNamedDeclaration): string[] {
  if (declaration === null) {
    return specifiers.flatMap(({ exported }) =>
      exported.type === 'Identifier' ? [exported.name] : [],
    );
  }
  if (declaration.type === 'VariableDeclaration') {
    return declaration.declarations.flatMap(({ id }) =>
      id.type === 'Identifier' ? [id.name] : [],
    );
  }
  return 'id' in declaration && declaration.id?.type === 'Identifier' ? [declaration.id.name] : [];
}
