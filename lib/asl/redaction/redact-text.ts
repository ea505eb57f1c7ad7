import { skipString, skipValue } from '../json/skip-json.ts';
import { redactionMask, redactJson } from './redact-json.ts';
import type { RedactionRules } from './redaction-rules.ts';

/**
 * Masks values in a text that is JSON, or that contains JSON between other words, as the causes of
 * errors do. Strings in the JSON may contain JSON again. JSON that is complete is masked by all
 * rules; where it was cut off, only the values of keys are masked.
 * @param depth how often JSON inside of strings is looked into. @default 3
 */
export function redactText(text: string, rules: RedactionRules, depth = 3): string {
  const redactString =
    depth > 0 ? (inner: string) => redactText(inner, rules, depth - 1) : undefined;
  const whole = redactJson(text, rules, redactString);
  if (whole !== null) return whole;
  const parts: string[] = [];
  let from = 0;
  let attempts = 0;
  for (let at = findOpening(text, 0); at >= 0 && attempts < attemptsMax; ) {
    const end = skipValue(text, at);
    const part = end < 0 ? null : text.slice(at, end);
    const redacted = part === null ? null : redactJson(part, rules, redactString);
    if (redacted === null) {
      attempts += 1;
      at = findOpening(text, at + 1);
      continue;
    }
    parts.push(redactPairs(text.slice(from, at), rules), redacted);
    from = end;
    at = findOpening(text, end);
  }
  return parts.join('') + redactPairs(text.slice(from), rules);
}

/** Maximum number of brackets that are tried and begin no JSON: each is read to the end. */
const attemptsMax = 20;

function findOpening(text: string, from: number): number {
  const found = /[{[]/g;
  found.lastIndex = from;
  return found.exec(text)?.index ?? -1;
}

/** A key with its colon; inside a string its quotes are escaped. */
const pair = /(\\*")([^"\\]{1,200})\1\s*:\s*/g;

/** Masks the value after each key that the rules name, wherever the pair stands. */
function redactPairs(text: string, { keys }: RedactionRules): string {
  if (keys === null || !text.includes('"')) return text;
  const kept: string[] = [];
  let from = 0;
  for (const { 0: found, 1: quote = '', 2: key = '', index } of text.matchAll(pair)) {
    if (index < from || !keys.test(key)) continue;
    const start = index + found.length;
    kept.push(text.slice(from, start), redactionMask.replaceAll('"', quote));
    from = findPairEnd(text, start, quote);
  }
  return kept.join('') + text.slice(from);
}

/** Returns the end of a value; that of the text when the value is cut off. */
function findPairEnd(text: string, start: number, quote: string): number {
  if (text.startsWith(quote, start)) {
    if (quote !== '"') {
      const end = text.indexOf(quote, start + quote.length);
      return end < 0 ? text.length : end + quote.length;
    }
    const end = skipString(text, start);
    return end < 0 ? text.length : end;
  }
  if (text.charAt(start) === '{' || text.charAt(start) === '[') {
    const end = skipValue(text, start);
    return end < 0 ? text.length : end;
  }
  const end = /[,}\]\s]/g;
  end.lastIndex = start;
  return end.exec(text)?.index ?? text.length;
}
