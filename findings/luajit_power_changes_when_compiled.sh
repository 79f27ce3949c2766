#!/usr/bin/env bash
# LuaJIT: a function that squares by `v ^ 2` changes its answer once the compiler has seen it.
#
# Expected: the same function gives the same double for the same argument at every call.
# Seen:     with the interpreter `^` calls pow(); compiled code multiplies. For 151 of 200,000
#           arguments below 100 the two differ in the last bits, and a function that has been
#           called some 50 times changes its answer between two calls with one argument.
# So:       rules written for LuaJIT are not a pure function of the state: a tick that is simulated
#           again may differ. Write `v * v`, or turn the compiler off.
#
# luajit 2.1.0~beta3+git20220320+dfsg-4.1+deb12u1 (Debian 12, amd64), 2026-11-29. Output then:
#   differ: 151 of 200000
#   call 59: 9302.2004330228865 -> 9302.2004330228883
#   with the compiler off: 0 changes
set -euo pipefail
version=2.1.0~beta3+git20220320+dfsg-4.1+deb12u1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get download -q "luajit=$version" "libluajit-5.1-2=$version" "libluajit-5.1-common=$version" > log 2>&1 ||
  { cat log; exit 3; }
for package in *.deb; do dpkg -x "$package" files; done
export LD_LIBRARY_PATH=$work/files/usr/lib/$(dpkg-architecture -qDEB_HOST_MULTIARCH)
export LUA_PATH="$work/files/usr/share/luajit-2.1.0-beta3/?.lua;;"

cat > square.lua << 'LUA'
local function made() return loadstring("return function(v) return v ^ 2 end")() end
local interpreted, compiled = made(), made()
if jit.status() then jit.off(interpreted) end
math.randomseed(7)
local differ, example = 0, nil
for _ = 1, 200000 do
  local v = math.random() * 100
  if interpreted(v) ~= compiled(v) then
    differ = differ + 1
    example = example or v
  end
end
print(("differ: %d of 200000"):format(differ))
local fresh = made()
local before = example and fresh(example)
for call = 2, example and 500 or 0 do
  local now = fresh(example)
  if now ~= before then print(("call %d: %.17g -> %.17g"):format(call, before, now)) end
  before = now
end
LUA
files/usr/bin/luajit square.lua | tee on.txt
files/usr/bin/luajit -joff square.lua > off.txt
echo "with the compiler off: $(grep -c '^call' off.txt || true) changes"
grep -q '^call [0-9]*: ' on.txt && ! grep -q '^call' off.txt && grep -qx 'differ: 0 of 200000' off.txt ||
  { echo "the behaviour has changed"; exit 1; }
