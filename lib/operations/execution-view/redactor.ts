import type { Json } from '../../asl/json/json.ts';
import { parseJson } from '../../asl/json/parse-json.ts';
import { redactionMask } from '../../asl/redaction/redact-json.ts';
import { redactText } from '../../asl/redaction/redact-text.ts';
import { hasRules, type RedactionRules } from '../../asl/redaction/redaction-rules.ts';
import type { HistoryEvent } from '../../engine/history-event.ts';
import { exceedsBytes } from '../../engine/limits.ts';
import { maskTaskTokens } from '../../engine/task/mask-task-tokens.ts';
import { documentKeys } from './history.ts';

/** Maximum size of a document that is redacted, in bytes; longer ones are masked as a whole. */
export const redactedBytesMax = 1_048_576;

/**
 * Masks secrets in documents by the rules of an app, and task tokens. Everything else of a JSON
 * text stays letter for letter.
 */
export class Redactor {
  readonly #rules: RedactionRules;

  constructor(rules: RedactionRules) {
    this.#rules = rules;
  }

  /** Whether the app has rules at all. */
  get hasRules(): boolean {
    return hasRules(this.#rules);
  }

  /** Returns a JSON text, or a text that may contain JSON, with its secrets masked. */
  text(text: string): string {
    if (!this.hasRules) return maskTaskTokens(text);
    if (exceedsBytes(text, redactedBytesMax)) return redactionMask;
    return maskTaskTokens(redactText(text, this.#rules));
  }

  /** Returns a document with its secrets masked. */
  value(value: Json): Json {
    return parseJson(this.text(JSON.stringify(value)));
  }

  /** Returns an event with the secrets in its documents masked. */
  event(event: HistoryEvent): HistoryEvent {
    const redacted = JSON.stringify(event, (key, value: unknown) => {
      if (key === 'assignedVariables') return this.#variables(value);
      const isDocument = documentKeys.has(key) || key === 'cause';
      return isDocument && typeof value === 'string' ? this.text(value) : value;
    });
    return JSON.parse(redacted) as HistoryEvent;
  }

  #variables(variables: unknown): unknown {
    if (typeof variables !== 'object' || variables === null) return variables;
    return Object.fromEntries(
      Object.entries(variables).map(([name, text]) => {
        const isSecret = this.#rules.keys?.test(name) ?? false;
        return [name, isSecret ? redactionMask : this.text(String(text))];
      }),
    );
  }
}

/** Returns an event with its task tokens masked, and nothing else. */
export function withoutTokens(event: HistoryEvent): HistoryEvent {
  return JSON.parse(maskTaskTokens(JSON.stringify(event))) as HistoryEvent;
}
