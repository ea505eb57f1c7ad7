import { createHash } from 'node:crypto';

/** A Lua script. Scripts run whole or not at all, and read the time from Redis's clock. */
export interface Script extends ScriptText {
  /** Names the script in errors. */
  readonly name: string;
  /** The same script for servers that do not support the first line, `#!lua`. */
  readonly plain: ScriptText;
}

/** The text of a script, and the SHA-1 that identifies it. */
export interface ScriptText {
  readonly text: string;
  readonly sha1: string;
}

/** Whether a script may run when Redis is at its `maxmemory`. */
export interface ScriptTraits {
  /**
   * `allow-oom`: it runs anyway, because it frees memory or needs little; `no-writes`: it only
   * reads. Without a flag Redis refuses it before it writes anything.
   */
  readonly flags?: 'allow-oom' | 'no-writes';
}

/**
 * Maximum number of arguments of one call inside a script: Lua's stack ends at 8,000. Even, so that
 * pairs stay together.
 */
const argumentsMax = 1_000;

/**
 * Begins every script.
 *
 * `keys_of(i)`: returns the keys of the i-th queue (from 0), by the names in keys.ts.
 * `each_chunk(arguments, call)`: calls with at most 1,000 arguments at a time; returns the sum.
 */
const prelude = `
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)

local function keys_of(i)
  local at = i * 9
  return {
    ready = KEYS[at + 1], flight = KEYS[at + 2], messages = KEYS[at + 3],
    delayed = KEYS[at + 4], groups = KEYS[at + 5], meta = KEYS[at + 6],
    marker = KEYS[at + 7], dead = KEYS[at + 8], letters = KEYS[at + 9]
  }
end

local function each_chunk(arguments, call)
  local sum = 0
  for from = 1, #arguments, ${argumentsMax} do
    local to = math.min(from + ${argumentsMax - 1}, #arguments)
    local answer = call(unpack(arguments, from, to))
    if type(answer) == 'number' then sum = sum + answer end
  end
  return sum
end
`;

/** Creates a script from a body and the functions that it uses. */
export function script(name: string, traits: ScriptTraits, ...parts: string[]): Script {
  const { flags } = traits;
  const shebang = `#!lua${flags === undefined ? '' : ` flags=${flags}`}`;
  const text = [prelude, ...parts].join('\n');
  return { name, ...named(`${shebang}\n${text}`), plain: named(text) };
}

function named(text: string): ScriptText {
  return { text, sha1: createHash('sha1').update(text).digest('hex') };
}
