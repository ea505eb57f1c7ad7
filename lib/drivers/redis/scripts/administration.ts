/** Scripts that count, list, pause, resume and purge queues, and that wake a listener. */
import { type Script, script } from './script.ts';

/**
 * KEYS: the queues'. Returns for each queue: ready, delayed, in flight, dead, whether paused (0,
 * 1), and the age of the oldest ready message in milliseconds (0: none). Messages that are due or
 * expired count as ready, though only a receive puts them into the line. The oldest is searched
 * among the first ten: later ones were sent later, or follow other messages of their group.
 */
export const statsScript: Script = script(
  'stats',
  { flags: 'no-writes' },
  `
local function sent_at(record, from)
  return tonumber(string.match(record, '^%S* (%d+) ', from) or 0)
end

local function oldest(keys)
  local times = {}
  for _, member in ipairs(redis.call('ZRANGE', keys.ready, 0, 9)) do
    times[#times + 1] = sent_at(member, string.find(member, ' ', 1, true) + 1)
  end
  local late = redis.call('ZRANGE', keys.delayed, '-inf', now, 'BYSCORE', 'LIMIT', 0, 1)[1]
  if late then times[#times + 1] = sent_at(late, string.find(late, ' ', 1, true) + 1) end
  local expired = redis.call('ZRANGE', keys.flight, '-inf', now, 'BYSCORE', 'LIMIT', 0, 1)[1]
  local record = expired and redis.call('HGET', keys.messages, expired)
  if record then times[#times + 1] = sent_at(record, 1) end
  if #times == 0 then return 0 end
  return math.max(now - math.min(unpack(times)), 0)
end

local answer = {}
for queue = 0, #KEYS / 9 - 1 do
  local keys = keys_of(queue)
  local late = redis.call('ZCOUNT', keys.delayed, '-inf', now)
  local expired = redis.call('ZCOUNT', keys.flight, '-inf', now)
  answer[#answer + 1] = redis.call('ZCARD', keys.ready) + late + expired
  answer[#answer + 1] = redis.call('ZCARD', keys.delayed) - late
  answer[#answer + 1] = redis.call('ZCARD', keys.flight) - expired
  answer[#answer + 1] = redis.call('ZCARD', keys.dead)
  answer[#answer + 1] = redis.call('HEXISTS', keys.meta, 'paused')
  answer[#answer + 1] = oldest(keys)
end
return answer
`,
);

/**
 * KEYS: one queue's. ARGV: max. Returns members of the line. Messages that are expired or due
 * follow in the same form.
 */
export const peekScript: Script = script(
  'peek',
  { flags: 'no-writes' },
  `
local keys, max = keys_of(0), tonumber(ARGV[1])
local seen = redis.call('ZRANGE', keys.ready, 0, max - 1)
local function behind(key)
  if #seen >= max then return {} end
  return redis.call('ZRANGE', key, '-inf', now, 'BYSCORE', 'LIMIT', 0, max - #seen)
end
for _, member in ipairs(behind(keys.delayed)) do seen[#seen + 1] = member end
for _, receipt in ipairs(behind(keys.flight)) do
  local record = redis.call('HGET', keys.messages, receipt)
  if record then seen[#seen + 1] = string.match(receipt, '^%d+:%d+') .. ' ' .. record end
end
return seen
`,
);

/**
 * KEYS: one queue's. Returns the number of messages deleted; Redis frees the memory in a thread.
 */
export const purgeScript: Script = script(
  'purge',
  { flags: 'allow-oom' },
  `
local keys = keys_of(0)
local count = redis.call('ZCARD', keys.ready) + redis.call('ZCARD', keys.delayed)
  + redis.call('ZCARD', keys.flight)
redis.call('UNLINK', keys.ready, keys.delayed, keys.flight, keys.messages, keys.groups, keys.marker)
return count
`,
);

/** KEYS: one queue's. */
export const pauseScript: Script = script(
  'pause',
  { flags: 'allow-oom' },
  `
redis.call('HSET', keys_of(0).meta, 'paused', '1')
return 1
`,
);

/** KEYS: one queue's. Sets the marker, because the queue may hold messages. */
export const resumeScript: Script = script(
  'resume',
  { flags: 'allow-oom' },
  `
redis.call('HDEL', keys_of(0).meta, 'paused')
redis.call('ZADD', keys_of(0).marker, 0, '1')
return 1
`,
);

/** KEYS: a process's wake key. It expires in case its process no longer waits. */
export const wakeScript: Script = script(
  'wake',
  { flags: 'allow-oom' },
  `
redis.call('ZADD', KEYS[1], 0, '1')
redis.call('PEXPIRE', KEYS[1], 60000)
return 1
`,
);
