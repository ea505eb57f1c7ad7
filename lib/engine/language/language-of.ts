/** Which strategy a state is compiled with. */
import type { QueryLanguageName } from '../../asl/definition.ts';
import { jsonPath } from './json-path.ts';
import { jsonata } from './jsonata.ts';
import type { QueryLanguage } from './query-language.ts';

/** The strategy of the language of this name. */
export function languageOf(name: QueryLanguageName): QueryLanguage {
  return name === 'JSONata' ? jsonata : jsonPath;
}
