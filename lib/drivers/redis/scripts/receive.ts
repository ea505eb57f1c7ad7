/** The script of `receive`. */
import { deliveryFunctions, sweepFunction } from './delivery-functions.ts';
import { lineUp, ownerOf } from './line-functions.ts';
import { script } from './script.ts';

/** Puts messages whose delay is over into the line, so that they share it fairly; 500 per call. */
const promote = `
local function promote(keys)
  local due = redis.call('ZRANGE', keys.delayed, '-inf', now, 'BYSCORE', 'LIMIT', 0, 500)
  if #due == 0 then return end
  local owners = {}
  for i, member in ipairs(due) do
    owners[i] = owner_of(member, string.find(member, ' ', 1, true) + 1)
  end
  line_up(keys, due, owners)
  redis.call('ZREM', keys.delayed, unpack(due))
end
`;

/**
 * Delivers expired messages in place, before the line: they have waited longest. They keep their
 * receipt until then, so a late worker can still acknowledge them.
 */
const takers = `
local function deliver(taking, seq, deliveries, record)
  if deliveries >= taking.limit then
    add(taking.dead, seq, deliveries, 'maxReceiveCount ' .. record)
  else
    add(taking.batch, seq, deliveries + 1, record)
    taking.wanted = taking.wanted - 1
  end
end

local function take_expired(keys, taking)
  while taking.wanted > 0 do
    local asked = taking.wanted
    local found, seen, newer = take_due(keys.flight, keys.messages, keys.meta, asked)
    taking.newer = taking.newer + newer
    for _, entry in ipairs(found) do deliver(taking, entry[1], entry[2], entry[3]) end
    if seen < asked then return end
  end
end

local function take_ready(keys, taking)
  while taking.wanted > 0 do
    local asked = taking.wanted
    local popped = redis.call('ZPOPMIN', keys.ready, asked)
    for i = 1, #popped, 2 do
      local member = popped[i]
      local space = string.find(member, ' ', 1, true)
      local colon = string.find(member, ':', 1, true)
      local deliveries = tonumber(string.sub(member, colon + 1, space - 1))
      deliver(taking, string.sub(member, 1, colon - 1), deliveries, string.sub(member, space + 1))
    end
    if #popped > 0 then
      local virtual = popped[#popped]
      redis.call('HSET', keys.meta, 'virtual', virtual)
      redis.call('ZREMRANGEBYSCORE', keys.groups, '-inf', virtual)
    end
    if #popped < 2 * asked then return end
  end
end
`;

const body = `
local max, visibility, limit = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])

local function first_due(key)
  return tonumber(redis.call('ZRANGE', key, 0, 0, 'WITHSCORES')[2] or math.huge)
end

local function readopt(keys)
  return function(seq, deliveries, record)
    line_up(keys, { seq .. ':' .. deliveries .. ' ' .. record }, { owner_of(record, 1) })
  end
end

local function receive_from(keys, wanted)
  local taking = {
    wanted = wanted, limit = limit, newer = 0,
    batch = new_batch(now + visibility), dead = new_batch(now)
  }
  promote(keys)
  take_expired(keys, taking)
  take_ready(keys, taking)
  if taking.wanted > 0 then
    sweep(keys.flight, keys.messages, keys.meta, 'sweep', readopt(keys))
  end
  write(taking.batch, keys.flight, keys.messages)
  write(taking.dead, keys.dead, keys.letters)
  return taking
end

-- The receiver that popped the marker may have taken enough elsewhere: the next one continues.
local function mark_if_left(keys)
  if redis.call('EXISTS', keys.ready) == 1 then redis.call('ZADD', keys.marker, 0, '1') end
end

local answer, left, due, newer = { -1 }, max, math.huge, 0
for queue = 0, #KEYS / 9 - 1 do
  local keys = keys_of(queue)
  local paused = redis.call('HGET', keys.meta, 'paused')
  if left > 0 and not paused then
    local taking = receive_from(keys, left)
    left = taking.wanted
    newer = newer + taking.newer
    if taking.batch.length > 0 then
      answer[#answer + 1] = queue
      answer[#answer + 1] = taking.batch.store
    elseif left == max then
      due = math.min(due, first_due(keys.delayed), first_due(keys.flight))
    end
  end
  if left == 0 and not paused then mark_if_left(keys) end
end
if left == max and due < math.huge then answer[1] = math.max(math.ceil(due - now), 0) end
if newer > 0 then answer[#answer + 1] = 'newer' end
return answer
`;

/**
 * Receives from all queues in one call, in the order given.
 *
 * KEYS: the queues'. ARGV: max, visibilityMs, maxReceiveCount. Returns the time until a hidden
 * message becomes visible (milliseconds, -1 for never; determined only if nothing was taken), then
 * for each queue with deliveries its number and a list of receipts and records, alternating; at the
 * end `newer` if messages in a newer form were put off.
 *
 * `allow-oom`: delivering and acknowledging is what empties a full Redis. The script only moves
 * data within a queue.
 */
export const receiveScript = script(
  'receive',
  { flags: 'allow-oom' },
  lineUp,
  ownerOf,
  deliveryFunctions,
  sweepFunction,
  promote,
  takers,
  body,
);
