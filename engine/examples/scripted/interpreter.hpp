#pragma once
// Lua with all of its memory in a tutti::Block, and what the rules may use of it.

#include <lua.hpp>

#include <mutex>
#include <string>
#include <variant>
#include <vector>

#include "tutti/sim/assert.hpp"
#include "tutti/sim/block.hpp"

namespace scripted {

/// Of a table in `state`. Keys are ordered: whole numbers, then texts by their bytes.
using Key = std::variant<lua_Integer, std::string>;

/// The keys of the table on top of the stack, in their order.
std::vector<Key> sorted_keys(lua_State* lua);
void push(lua_State* lua, const Key& key);

/// Some time with the one interpreter of this process, from a memory that an earlier visit left.
/// States are copies of such a memory, so that going back is one `memcpy`, and going on where the
/// last visit left is nothing.
class Visit {
 public:
  /// Waits until nobody else is there. An empty memory is one in which the rules have just been
  /// loaded.
  explicit Visit(const tutti::BlockImage& memory);
  /// The memory as it is now, to come back to.
  tutti::BlockImage leave();

  lua_State* lua() const;
  /// Calls a function of the rules. An error in the rules is a bug: it ends the process.
  template <class... Numbers>
  void call(const char* function, Numbers... arguments) {
    lua_getglobal(lua(), function);
    (lua_pushinteger(lua(), static_cast<lua_Integer>(arguments)), ...);
    const bool is_well = lua_pcall(lua(), sizeof...(arguments), 0, 0) == LUA_OK;
    TUTTI_ASSERT(is_well, std::string(lua_tostring(lua(), -1)));
  }

 private:
  std::unique_lock<std::mutex> lock_;
};

}  // namespace scripted
