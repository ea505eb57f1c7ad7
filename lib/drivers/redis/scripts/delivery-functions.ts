/**
 * Lua functions that deliver messages and dead letters. A delivery is a member of an index
 * (`flight`, `dead`) by its receipt, with a text in a store (`messages`, `letters`) under the same
 * receipt. Either can be lost alone: Redis evicted a key, or was restored from half a backup. A
 * receipt without a text is dropped and counted; a text without a receipt is found by the sweep.
 */

/**
 * `new_batch(visible_at)`, `add(batch, seq, deliveries, text)`: collect deliveries.
 * `write(batch, index, store)`: writes the collected receipts and texts to index and store.
 * `take_due(index, store, meta, wanted)`: removes at most `wanted` receipts whose time is over from
 * both; returns a list of `{seq, deliveries, text}`, and how many receipts were found.
 */
export const deliveryFunctions = `
local function new_batch(visible_at)
  return { visible_at = visible_at, length = 0, index = {}, store = {} }
end

local function add(batch, seq, deliveries, text)
  local receipt = seq .. ':' .. deliveries .. ':' .. now
  local n = batch.length
  batch.index[n + 1] = batch.visible_at
  batch.index[n + 2] = receipt
  batch.store[n + 1] = receipt
  batch.store[n + 2] = text
  batch.length = n + 2
end

local function write(batch, index, store)
  each_chunk(batch.index, function(...) return redis.call('ZADD', index, ...) end)
  each_chunk(batch.store, function(...) return redis.call('HSET', store, ...) end)
end

local function take_due(index, store, meta, wanted)
  local receipts = redis.call('ZRANGE', index, '-inf', now, 'BYSCORE', 'LIMIT', 0, wanted)
  if #receipts == 0 then return {}, 0 end
  local found, lost = {}, 0
  local texts = redis.call('HMGET', store, unpack(receipts))
  for i, receipt in ipairs(receipts) do
    local seq, deliveries = string.match(receipt, '^(%d+):(%d+):')
    if seq and texts[i] then
      found[#found + 1] = { seq, tonumber(deliveries), texts[i] }
    else
      lost = lost + 1
    end
  end
  redis.call('ZREM', index, unpack(receipts))
  redis.call('HDEL', store, unpack(receipts))
  if lost > 0 then redis.call('HINCRBY', meta, 'lost', lost) end
  return found, #receipts
end
`;

/**
 * `sweep(index, store, meta, field, adopt)`: if the store has more entries than the index, scans a
 * page of them, continuing where it stopped; each entry that the index lacks is removed and passed
 * to `adopt(seq, deliveries, text)`. If nothing is missing, it costs two length commands.
 */
export const sweepFunction = `
local function sweep(index, store, meta, field, adopt)
  if redis.call('HLEN', store) <= redis.call('ZCARD', index) then return end
  local page = redis.call('HSCAN', store, redis.call('HGET', meta, field) or '0', 'COUNT', 200)
  redis.call('HSET', meta, field, page[1])
  local entries = page[2]
  for i = 1, #entries, 2 do
    if not redis.call('ZSCORE', index, entries[i]) then
      redis.call('HDEL', store, entries[i])
      local seq, deliveries = string.match(entries[i], '^(%d+):(%d+):')
      if seq then adopt(seq, deliveries, entries[i + 1]) end
    end
  end
end
`;
