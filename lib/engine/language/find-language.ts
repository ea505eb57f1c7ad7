import type { QueryLanguageName } from '../../asl/definition.ts';
import { jsonPath } from './json-path.ts';
import { jsonata } from './jsonata.ts';
import type { QueryLanguage } from './query-language.ts';

/** Returns the query language of this name. */
export function findLanguage(name: QueryLanguageName): QueryLanguage {
  return name === 'JSONata' ? jsonata : jsonPath;
}
