/**
 * A script as the client runs it: its text, the SHA-1 that names it, and what the server should
 * know of it before it runs. Scripts run whole or not at all, and tell the time by Redis's clock.
 */
import { createHash } from 'node:crypto';

/** A script; see this file's head. */
export interface Script extends ScriptText {
  /** For people. */
  readonly name: string;
  /** The same for servers that do not know the first line, `#!lua`. */
  readonly plain: ScriptText;
}

/** What is sent, and the SHA-1 that stands for it. */
export interface ScriptText {
  readonly text: string;
  readonly sha1: string;
}

/** What a script may do when Redis is at its `maxmemory`. */
export interface ScriptTraits {
  /**
   * `allow-oom`: it may run all the same, because it frees memory or needs little; `no-writes`: it
   * only reads. Without, it is refused whole, before it wrote anything.
   */
  readonly flags?: 'allow-oom' | 'no-writes';
}

/**
 * Most arguments of one call inside a script: Lua's stack ends at 8,000. Even, so that pairs stay
 * together.
 */
const argumentsMax = 1_000;

/**
 * What every script begins with.
 *
 * `keys_of(i)`: the keys of the i-th queue (from 0), by the names in keys.ts.
 * `each_chunk(arguments, call)`: calls with at most 1,000 arguments at a time; answers the sum.
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

/** Makes a script of a body and the fragments that it uses. */
export function script(name: string, traits: ScriptTraits, ...parts: string[]): Script {
  const { flags } = traits;
  const shebang = `#!lua${flags === undefined ? '' : ` flags=${flags}`}`;
  const text = [prelude, ...parts].join('\n');
  return { name, ...named(`${shebang}\n${text}`), plain: named(text) };
}

function named(text: string): ScriptText {
  return { text, sha1: createHash('sha1').update(text).digest('hex') };
}
