/**
 * Lua functions that deliver messages and dead letters. A delivery is a member of an index
 * (`flight`, `dead`) by its receipt, with a text in a store (`messages`, `letters`) under the same
 * receipt. Either can be lost alone: Redis evicted a key, or was restored from half a backup. A
 * receipt without a text is dropped and counted; a text without a receipt is found by the sweep.
 *
 * A receipt ends with the version of the form of its text; one that ends without is of version 1.
 * What a newer release has written in a newer form is left where it is for a process that knows it.
 */
import { recordVersion } from '../message-record.ts';

/** How long an entry in a newer form is put off when it is found, in milliseconds. */
const newerPutOffMs = 30_000;

/**
 * `new_batch(visible_at)`, `add(batch, seq, deliveries, text)`: collect deliveries.
 * `write(batch, index, store)`: writes the collected receipts and texts to index and store.
 * `take_due(index, store, meta, wanted)`: removes at most `wanted` receipts whose time is over from
 * both; returns a list of `{seq, deliveries, text}`, how many receipts were found, and how many of
 * them were put off because their form is newer.
 * `is_newer(receipt)`: whether the receipt names a text in a newer form.
 */
export const deliveryFunctions = `
local function new_batch(visible_at)
  return { visible_at = visible_at, length = 0, index = {}, store = {} }
end

local function is_newer(receipt)
  local version = string.match(receipt, '^%d+:%d+:%d+:(%d+)$')
  return version and tonumber(version) > ${recordVersion}
end

local function add(batch, seq, deliveries, text)
  local receipt = seq .. ':' .. deliveries .. ':' .. now .. ':${recordVersion}'
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
  local seen, newer = #receipts, 0
  for i = seen, 1, -1 do
    if is_newer(receipts[i]) then
      redis.call('ZADD', index, now + ${newerPutOffMs}, receipts[i])
      table.remove(receipts, i)
      newer = newer + 1
    end
  end
  if #receipts == 0 then return {}, seen, newer end
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
  return found, seen, newer
end
`;

/**
 * `sweep(index, store, meta, field, adopt)`: if the store has more entries than the index, scans a
 * page of them, continuing where it stopped; each entry that the index lacks is removed and passed
 * to `adopt(seq, deliveries, text)`, or indexed again if its form is newer. If nothing is missing,
 * it costs two length commands.
 */
export const sweepFunction = `
local function sweep(index, store, meta, field, adopt)
  if redis.call('HLEN', store) <= redis.call('ZCARD', index) then return end
  local page = redis.call('HSCAN', store, redis.call('HGET', meta, field) or '0', 'COUNT', 200)
  redis.call('HSET', meta, field, page[1])
  local entries = page[2]
  for i = 1, #entries, 2 do
    if not redis.call('ZSCORE', index, entries[i]) and is_newer(entries[i]) then
      redis.call('ZADD', index, now, entries[i])
    elseif not redis.call('ZSCORE', index, entries[i]) then
      redis.call('HDEL', store, entries[i])
      local seq, deliveries = string.match(entries[i], '^(%d+):(%d+):')
      if seq then adopt(seq, deliveries, entries[i + 1]) end
    end
  end
end
`;
