/**
 * Scripts that settle deliveries: acknowledge, extend, release, dead-letter. A receipt is the
 * member of its delivery in the index, so a stale receipt matches no member and has no effect.
 *
 * KEYS: the queues'. ARGV: the script's own arguments, then for each group of deliveries the number
 * of its queue, `live` or `dead`, a count, and that many receipts. All return the positions (from
 * 1, over all groups) of the receipts that had no effect.
 *
 * `allow-oom`: they free memory, or move existing data.
 */
import { recordVersion } from '../message-record.ts';
import { hide, lineUp, ownerOf } from './line-functions.ts';
import { type Script, script } from './script.ts';

/**
 * `each_line(from, act)`: calls `act(keys, index, store, receipts, live)` for the groups that begin
 * at ARGV[from]; `act` returns a table with `true` at each receipt that had its effect, or `true`
 * if all had. `held(index, receipts)`: returns which receipts are valid and not expired.
 * `take_held(…)`: removes those, and passes each with its text to `give`.
 */
const eachLine = `
local function each_line(from, act)
  local void, place = {}, 0
  while from <= #ARGV do
    local keys, count = keys_of(tonumber(ARGV[from])), tonumber(ARGV[from + 2])
    local live = ARGV[from + 1] == 'live'
    local receipts = {}
    for i = 1, count do receipts[i] = ARGV[from + 2 + i] end
    local index, store = keys.flight, keys.messages
    if not live then index, store = keys.dead, keys.letters end
    local done = act(keys, index, store, receipts, live)
    if done ~= true then
      for i = 1, count do
        if not done[i] then void[#void + 1] = place + i end
      end
    end
    place = place + count
    from = from + 3 + count
  end
  return void
end

local function held(index, receipts)
  local scores = redis.call('ZMSCORE', index, unpack(receipts))
  local mine = {}
  for i, score in ipairs(scores) do mine[i] = score and tonumber(score) > now or false end
  return mine
end

local function take_held(index, store, meta, receipts, give)
  local mine = held(index, receipts)
  local taken = {}
  for i, receipt in ipairs(receipts) do
    if mine[i] then taken[#taken + 1] = receipt end
  end
  if #taken == 0 then return mine end
  local texts = redis.call('HMGET', store, unpack(taken))
  redis.call('ZREM', index, unpack(taken))
  redis.call('HDEL', store, unpack(taken))
  local lost = 0
  for i, receipt in ipairs(taken) do
    if texts[i] then give(receipt, texts[i]) else lost = lost + 1 end
  end
  if lost > 0 then redis.call('HINCRBY', meta, 'lost', lost) end
  return mine
end
`;

/**
 * Nearly always all receipts are valid, and two variadic calls suffice. Otherwise the store decides
 * for each receipt: it also has the messages that the index has lost.
 */
export const acknowledgeScript: Script = script(
  'acknowledge',
  { flags: 'allow-oom' },
  eachLine,
  `
return each_line(1, function(keys, index, store, receipts)
  local removed = redis.call('ZREM', index, unpack(receipts))
  if removed == #receipts then
    redis.call('HDEL', store, unpack(receipts))
    return true
  end
  local done = {}
  for i, receipt in ipairs(receipts) do done[i] = redis.call('HDEL', store, receipt) == 1 end
  return done
end)
`,
);

/** ARGV: visibilityMs, and the maximum total time that a delivery can be held. */
export const extendScript: Script = script(
  'extend',
  { flags: 'allow-oom' },
  eachLine,
  `
local visible_at, held_max = now + ARGV[1], tonumber(ARGV[2])
return each_line(3, function(keys, index, store, receipts)
  local mine, later = held(index, receipts), {}
  for i, receipt in ipairs(receipts) do
    local received = tonumber(string.match(receipt, '^%d+:%d+:(%d+)') or 0)
    mine[i] = mine[i] and visible_at <= received + held_max
    if mine[i] then
      later[#later + 1] = visible_at
      later[#later + 1] = receipt
    end
  end
  each_chunk(later, function(...) return redis.call('ZADD', index, 'XX', ...) end)
  return mine
end)
`,
);

/**
 * ARGV: delayMs. A message goes back to the line, or is delayed; a dead letter stays where it is,
 * under a receipt that no receiver has.
 */
export const releaseScript: Script = script(
  'release',
  { flags: 'allow-oom' },
  lineUp,
  hide,
  ownerOf,
  eachLine,
  `
local delay = tonumber(ARGV[1])

local function to_line(keys, receipts)
  local members, owners = {}, {}
  local mine = take_held(keys.flight, keys.messages, keys.meta, receipts, function(receipt, record)
    members[#members + 1] = string.match(receipt, '^%d+:%d+') .. ' ' .. record
    owners[#owners + 1] = owner_of(record, 1)
  end)
  if delay > 0 then hide(keys, now + delay, members) else line_up(keys, members, owners) end
  return mine
end

return each_line(2, function(keys, index, store, receipts, live)
  if live then return to_line(keys, receipts) end
  return take_held(index, store, keys.meta, receipts, function(receipt, letter)
    local renamed = string.match(receipt, '^%d+:%d+:') .. '0:${recordVersion}'
    redis.call('ZADD', index, now + delay, renamed)
    redis.call('HSET', store, renamed, letter)
  end)
end)
`,
);

/** ARGV: the reason, as one word. A dead letter cannot be dead-lettered again. */
export const deadLetterScript: Script = script(
  'deadLetter',
  { flags: 'allow-oom' },
  eachLine,
  `
return each_line(2, function(keys, index, store, receipts, live)
  if not live then return {} end
  return take_held(index, store, keys.meta, receipts, function(receipt, record)
    redis.call('ZADD', keys.dead, now, receipt)
    redis.call('HSET', keys.letters, receipt, ARGV[1] .. ' ' .. record)
  end)
end)
`,
);
