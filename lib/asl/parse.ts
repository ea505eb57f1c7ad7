import type { MachineDefinition } from './definition.ts';
import type { Json } from './json.ts';
export interface ParseOptions {
  readonly source?: string;
}
export function parseDocument(_text: string, _options: ParseOptions = {}): Json {
  throw new Error('to come');
}
export function parseDefinition(_text: string, _options: ParseOptions = {}): MachineDefinition {
  throw new Error('to come');
}
