#include "interpreter.hpp"

#include <algorithm>

#include "rules.hpp"  // rules_text, which CMake makes of rules.lua

namespace scripted {

namespace {

/// Takes away all that differs between machines, processes or runs: addresses, files, the
/// collector, the order of a table's memory, libm and other people's randomness.
constexpr const char* prelude = R"lua(
  for _, name in ipairs { "collectgarbage", "dofile", "load", "loadfile", "next", "print",
                          "require", "tostring", "warn" } do _G[name] = nil end
  for _, name in ipairs { "acos", "asin", "atan", "cos", "exp", "log", "random", "randomseed",
                          "sin", "tan" } do math[name] = nil end
  local sorted_keys <const> = sorted_keys
  function pairs(t)
    local keys, i = sorted_keys(t), 0
    return function()
      i = i + 1
      return keys[i], t[keys[i]]
    end
  end
  local set <const> = setmetatable
  function setmetatable(t, meta)
    if meta.__gc or meta.__mode then error("when the collector comes is no rule", 2) end
    return set(t, meta)
  end
  state = {}
)lua";
/// After the rules: a forgotten `local` is an error, not a state that nobody saves.
constexpr const char* afterword =
    "setmetatable(_G, { __newindex = function(_, name) error('no global ' .. name) end })";

void* allocate(void* block, void* piece, std::size_t, std::size_t bytes) {
  auto& memory = *static_cast<tutti::Block*>(block);
  if (bytes == 0) return memory.release(piece), nullptr;
  void* const given = memory.resize(piece, bytes);
  TUTTI_ASSERT(given != nullptr, "the rules need more memory than their block has", memory.size());
  return given;
}

int sorted_keys_in_lua(lua_State* lua) {
  const std::vector<Key> keys = sorted_keys(lua);
  lua_createtable(lua, static_cast<int>(keys.size()), 0);
  for (std::size_t i = 0; i < keys.size(); ++i) {
    push(lua, keys[i]);
    lua_seti(lua, -2, static_cast<lua_Integer>(i) + 1);
  }
  return 1;
}

struct Interpreter {
  tutti::Block block = std::move(*tutti::Block::make({.size = 16 << 20}));
  std::mutex mutex;
  tutti::BlockImage fresh;  // with the rules, before any match
  tutti::BlockImage left;   // what the block holds, if nobody has been there since

  Interpreter() {
    lua_State* const lua = lua_newstate(&allocate, &block);
    block.set_root(lua);
    luaL_requiref(lua, LUA_GNAME, luaopen_base, 1);
    luaL_requiref(lua, LUA_COLIBNAME, luaopen_coroutine, 1);
    luaL_requiref(lua, LUA_TABLIBNAME, luaopen_table, 1);
    luaL_requiref(lua, LUA_MATHLIBNAME, luaopen_math, 1);
    lua_register(lua, "sorted_keys", &sorted_keys_in_lua);
    for (const char* text : {prelude, rules_text, afterword}) {
      const bool is_well = luaL_dostring(lua, text) == LUA_OK;
      TUTTI_ASSERT(is_well, std::string(lua_tostring(lua, -1)));
    }
    lua_settop(lua, 0);
    fresh = block.save();
  }
};

Interpreter& interpreter() {
  static Interpreter one;
  return one;
}

}  // namespace

std::vector<Key> sorted_keys(lua_State* lua) {
  std::vector<Key> keys;
  lua_pushnil(lua);
  while (lua_next(lua, -2) != 0) {
    lua_pop(lua, 1);
    const bool is_number = lua_isinteger(lua, -1) != 0;
    TUTTI_ASSERT(is_number || lua_type(lua, -1) == LUA_TSTRING, "a key is no text or whole number");
    std::size_t size = 0;
    if (is_number) {
      keys.emplace_back(lua_tointeger(lua, -1));
    } else {
      const char* const text = lua_tolstring(lua, -1, &size);
      keys.emplace_back(std::string(text, size));
    }
  }
  std::sort(keys.begin(), keys.end());
  return keys;
}

void push(lua_State* lua, const Key& key) {
  if (const auto* number = std::get_if<lua_Integer>(&key)) {
    lua_pushinteger(lua, *number);
  } else {
    const std::string& text = std::get<std::string>(key);
    lua_pushlstring(lua, text.data(), text.size());
  }
}

Visit::Visit(const tutti::BlockImage& memory) : lock_(interpreter().mutex) {
  Interpreter& one = interpreter();
  const tutti::BlockImage& wanted = memory.is_empty() ? one.fresh : memory;
  if (!one.left.is_same(wanted)) one.block.restore(wanted);
  one.left = {};
}

tutti::BlockImage Visit::leave() { return interpreter().left = interpreter().block.save(); }

lua_State* Visit::lua() const { return static_cast<lua_State*>(interpreter().block.root()); }

}  // namespace scripted
