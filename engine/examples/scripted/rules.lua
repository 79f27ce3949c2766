-- The rules of Scripted: sheep that follow what players throw. All that lives from one tick to the
-- next is in the table `state`: booleans, numbers, texts, and tables of these by texts or whole
-- numbers. A local variable out here would be forgotten by whoever joins late.

local field <const> = 1000 -- lengths are whole numbers, a thousandth of the field

local function random(below)
  state.random = state.random * 48271 % 2147483647
  return state.random % below
end

function start(seed)
  state.random = seed % 2147483646 + 1
  state.bait, state.sheep, state.eaten = {}, {}, 0
  for i = 1, 12 do
    state.sheep[i] = { x = random(field), y = random(field), mood = "idle" }
  end
end

function act(player, x, y) state.bait[player] = { x = x, y = y, left = 300 } end

function leave(player) state.bait[player] = nil end

local function distance(a, b) return math.abs(a.x - b.x) + math.abs(a.y - b.y) end

-- A coroutine that ends in the tick in which it began: no save has to know of it.
local function others_near(sheep, reach)
  return coroutine.wrap(function()
    for _, other in ipairs(state.sheep) do
      if other ~= sheep and distance(sheep, other) < reach then coroutine.yield(other) end
    end
  end)
end

local function nearest_bait(sheep)
  local found, least
  for _, bait in pairs(state.bait) do -- in the order of its keys, here as everywhere
    local far = distance(sheep, bait)
    if not least or far < least then found, least = bait, far end
  end
  return found, least
end

local function towards(from, to, pace) return math.max(-pace, math.min(pace, to - from)) end

local function graze(sheep)
  local bait, far = nearest_bait(sheep)
  if bait and far < 8 then
    sheep.mood, bait.left, state.eaten = "eats", bait.left - 1, state.eaten + 1
  elseif bait and far < 600 then
    sheep.mood = "runs"
    sheep.x = sheep.x + towards(sheep.x, bait.x, 3)
    sheep.y = sheep.y + towards(sheep.y, bait.y, 3)
  else
    sheep.mood = "idle"
    sheep.x = (sheep.x + random(3) - 1) % field
    sheep.y = (sheep.y + random(3) - 1) % field
  end
  for other in others_near(sheep, 6) do
    other.x = (other.x + (other.x < sheep.x and -1 or 1)) % field
  end
end

function step()
  for _, sheep in ipairs(state.sheep) do graze(sheep) end
  for player, bait in pairs(state.bait) do
    bait.left = bait.left - 1
    if bait.left <= 0 then state.bait[player] = nil end
  end
end
