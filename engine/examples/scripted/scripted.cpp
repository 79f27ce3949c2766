// Scripted: a game whose rules are in Lua (rules.lua). On this machine a state is a copy of Lua's
// memory, so that a rollback costs one `memcpy`, whatever the rules have built up in there. For
// everybody else it is what the table `state` says, key by key in their order: that is what
// snapshots, digests and late joiners have.
// engine/guides/somebody_elses_engine.md has the reasons.

#include <cereal/types/string.hpp>

#include "interpreter.hpp"
#include "tutti/sim/game.hpp"

namespace scripted {

/// The table on top of Lua's stack, as archives see it.
struct Table {
  enum class Kind : std::uint8_t { boolean, whole, real, text, table };
  static constexpr int depth_most = 16;
  lua_State* lua;
  int depth = 0;

  template <class Archive>
  void save(Archive& archive) const {
    TUTTI_ASSERT(depth < depth_most, "a table of the state contains itself");
    luaL_checkstack(lua, 4, nullptr);
    const std::vector<Key> keys = sorted_keys(lua);
    archive(cereal::make_size_tag(keys.size()));
    for (const Key& key : keys) {
      push(lua, key);
      lua_gettable(lua, -2);
      const auto* text = std::get_if<std::string>(&key);
      const std::string name = text ? *text : std::to_string(std::get<lua_Integer>(key));
      if constexpr (std::is_same_v<Archive, tutti::FieldLister>) {
        save_value(archive, name.c_str(), kind());
      } else {
        archive(text != nullptr);
        text ? archive(*text) : archive(std::get<lua_Integer>(key));
        archive(kind());
        save_value(archive, name.c_str(), kind());
      }
      lua_pop(lua, 1);
    }
  }

  /// Pushes the table. Refuses, as Cereal's own loaders do, what no table saves.
  template <class Archive>
  void load(Archive& archive) {
    refuse_if(depth >= depth_most || lua_checkstack(lua, 4) == 0);
    cereal::size_type size = 0;
    archive(cereal::make_size_tag(size));
    lua_newtable(lua);
    bool is_first = true;
    for (Key last; size > 0; --size) {
      Key key;
      bool is_text = false;
      archive(is_text);
      is_text ? archive(key.emplace<std::string>()) : archive(key.emplace<lua_Integer>());
      refuse_if(!is_first && !(last < key));
      is_first = false;
      push(lua, key);
      load_value(archive);
      lua_rawset(lua, -3);
      last = std::move(key);
    }
  }

 private:
  static void refuse_if(bool is_wrong) {
    if (is_wrong) throw cereal::Exception("not a table of the rules");
  }
  Kind kind() const {
    const int type = lua_type(lua, -1);
    if (type == LUA_TBOOLEAN) return Kind::boolean;
    if (type == LUA_TNUMBER) return lua_isinteger(lua, -1) ? Kind::whole : Kind::real;
    if (type == LUA_TSTRING) return Kind::text;
    TUTTI_ASSERT(type == LUA_TTABLE, "the state holds what cannot be saved",
                 lua_typename(lua, type));
    return Kind::table;
  }
  template <class Archive>
  void save_value(Archive& archive, const char* name, Kind kind) const {
    const auto as = [&](const auto& value) { archive(cereal::make_nvp(name, value)); };
    if (kind == Kind::boolean) as(lua_toboolean(lua, -1) != 0);
    if (kind == Kind::whole) as(lua_tointeger(lua, -1));
    if (kind == Kind::real) as(lua_tonumber(lua, -1));
    if (kind == Kind::text) as(std::string(lua_tostring(lua, -1), lua_rawlen(lua, -1)));
    if (kind == Kind::table) as(Table{lua, depth + 1});
  }
  /// Pushes the value.
  template <class Archive>
  void load_value(Archive& archive) {
    Kind kind{};
    archive(kind);
    refuse_if(kind > Kind::table);
    bool truth = false;
    lua_Integer whole = 0;
    lua_Number real = 0;
    std::string text;
    if (kind == Kind::boolean) archive(truth), lua_pushboolean(lua, truth);
    if (kind == Kind::whole) archive(whole), lua_pushinteger(lua, whole);
    if (kind == Kind::real) archive(real), lua_pushnumber(lua, real);
    if (kind == Kind::text) archive(text), lua_pushlstring(lua, text.data(), text.size());
    if (kind == Kind::table) Table{lua, depth + 1}.load(archive);
  }
};

struct Scripted {
  static constexpr const char *name = "scripted", *version = "1";
  static constexpr std::uint8_t players_max = 4;
  static constexpr bool has_floats = true;

  struct Event {
    std::uint16_t x = 0, y = 0;  // where the player throws its bait, 0 to 999
    TUTTI_FIELDS(x, y)
  };
  struct State {
    tutti::BlockImage memory;  // all of Lua's

    template <class Archive>
    void save(Archive& archive) const {
      const Visit visit(memory);
      lua_getglobal(visit.lua(), "state");
      archive(cereal::make_nvp("state", Table{visit.lua()}));
    }
    template <class Archive>
    void load(Archive& archive) {
      Visit visit({});
      Table{visit.lua()}.load(archive);
      lua_setglobal(visit.lua(), "state");
      memory = visit.leave();
    }
  };

  static State start(const tutti::Setup& setup) {
    Visit visit({});
    visit.call("start", setup.seed >> 1);
    return {visit.leave()};
  }
  static void step(State& state, tutti::Events<Event> events, tutti::Effects<>&) noexcept {
    Visit visit(state.memory);
    for (const auto& event : events) {
      if (const Event* input = event.input())
        visit.call("act", event.player.value, input->x, input->y);
      if (event.kind == tutti::EventKind::left) visit.call("leave", event.player.value);
    }
    visit.call("step");
    state.memory = visit.leave();
  }
  static bool is_valid(const State&, tutti::PlayerId, const Event& event) {
    return event.x < 1000 && event.y < 1000;
  }
  static Event sample(tutti::Random& random) {
    const auto x = static_cast<std::uint16_t>(random.below(1000));
    const auto y = static_cast<std::uint16_t>(random.below(1000));
    return {x, y};
  }
};

}  // namespace scripted

TUTTI_GAME_MODULE(scripted::Scripted)
