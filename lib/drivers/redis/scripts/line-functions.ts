/**
 * Lua functions for the line of a queue. Groups share it by start-time fair queueing: a message's
 * score is the virtual time at which its group is served next, one tick per message, and never
 * before the virtual time of the message taken last. So a group with a long backlog comes after
 * the first message of a new group, a single message of any group is never far from the head, and
 * taking the next message is one ZPOPMIN regardless of the number of groups. Messages without a
 * group form one group.
 */

/**
 * `line_up(keys, members, owners)`: puts members into the line, each under its group, and sets the
 * marker. The sequence number decides among equal scores, so a group keeps its order.
 */
export const lineUp = `
local function line_up(keys, members, owners)
  if #members == 0 then return end
  local virtual = tonumber(redis.call('HGET', keys.meta, 'virtual') or 0)
  local nexts, pairs_ = {}, {}
  for i, member in ipairs(members) do
    local owner = owners[i]
    local start = nexts[owner]
    if not start then
      start = math.max(virtual, tonumber(redis.call('ZSCORE', keys.groups, owner) or 0))
    end
    nexts[owner] = start + 1
    pairs_[2 * i - 1] = start
    pairs_[2 * i] = member
  end
  each_chunk(pairs_, function(...) return redis.call('ZADD', keys.ready, ...) end)
  for owner, start in pairs(nexts) do
    redis.call('ZADD', keys.groups, start, owner)
  end
  redis.call('ZADD', keys.marker, 0, '1')
end
`;

/**
 * `hide(keys, due, members)`: delays members until `due`. A waiting receiver sleeps until the first
 * due time it knows, so an earlier one sets the marker.
 */
export const hide = `
local function hide(keys, due, members)
  if #members == 0 then return end
  local first = redis.call('ZRANGE', keys.delayed, 0, 0, 'WITHSCORES')[2]
  if not first or due < tonumber(first) then redis.call('ZADD', keys.marker, 0, '1') end
  local pairs_ = {}
  for i, member in ipairs(members) do
    pairs_[2 * i - 1] = due
    pairs_[2 * i] = member
  end
  each_chunk(pairs_, function(...) return redis.call('ZADD', keys.delayed, ...) end)
end
`;

/** `owner_of(text, from)`: returns the group of the record that begins there. */
export const ownerOf = `
local function owner_of(text, from)
  return string.sub(text, from, string.find(text, ' ', from, true) - 1)
end
`;

/**
 * `next_seq(keys, count)`: returns the first of `count` new sequence numbers. They follow the
 * clock's microseconds, so they keep rising when Redis lost the last one: a receipt from before a
 * FLUSHALL never matches a message sent after it.
 */
export const nextSeq = `
local function next_seq(keys, count)
  local micros = clock[1] * 1000000 + clock[2]
  local first = math.max(tonumber(redis.call('HGET', keys.meta, 'seq') or 0) + 1, micros)
  redis.call('HSET', keys.meta, 'seq', string.format('%.0f', first + count - 1))
  return first
end
`;
