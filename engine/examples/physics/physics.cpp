// Physics: boxes that up to four players push about, moved by ODE, the Open Dynamics Engine. The
// state is plain numbers, those that ODE's public functions take and give. The world that computes
// with them is a tool of `step`: it is filled at each tick and keeps nothing from one to the next,
// so going back, joining late and seeking need nothing that a game without ODE would not have.
// engine/guides/somebody_elses_engine.md has the reasons for what looks odd here.

#include <ode/ode.h>

#include <mutex>

#include "tutti/sim/assert.hpp"
#include "tutti/sim/game.hpp"

namespace physics {

constexpr std::size_t players = 4, boxes = 8;

/// All that moves: the players' balls, then the boxes. Metres, metres and radians a second.
struct Body {
  std::array<double, 3> place{}, speed{}, spin{};
  std::array<double, 4> turn{1, 0, 0, 0};
  TUTTI_FIELDS(place, speed, spin, turn)
};

struct Physics {
  static constexpr const char *name = "physics", *version = "1";
  static constexpr std::uint8_t players_max = players;
  static constexpr bool has_floats = true;

  struct Event {
    std::int8_t x = 0, y = 0;  // -1, 0 or 1: where the player pushes its ball
    TUTTI_FIELDS(x, y)
  };
  struct State {
    std::array<Body, players + boxes> bodies{};
    std::array<Event, players> pushes{};
    std::uint64_t seed = 0;  // ODE's, from which its solver draws an order
    TUTTI_FIELDS(bodies, pushes, seed)
  };

  static State start(const tutti::Setup& setup) {
    State state;
    state.seed = setup.seed % 0x100000000;
    for (std::size_t i = 0; i < players; ++i)
      state.bodies[i].place = {static_cast<double>(i) * 4 - 6, -6, 0.5};
    for (std::size_t i = 0; i < boxes; ++i) {
      const std::size_t tower = i / 2, floor = i % 2;
      state.bodies[players + i].place = {static_cast<double>(tower) * 2.5 - 3.75, 0,
                                         static_cast<double>(floor) + 0.5};
    }
    return state;
  }
  static bool is_valid(const State&, tutti::PlayerId, const Event& event) {
    return std::abs(event.x) <= 1 && std::abs(event.y) <= 1;
  }
  static Event sample(tutti::Random& random) {
    const int x = random.between(-1, 1);  // one after the other: their order is part of the rules
    const int y = random.between(-1, 1);
    return {static_cast<std::int8_t>(x), static_cast<std::int8_t>(y)};
  }
  static void step(State& state, tutti::Events<Event> events, tutti::Effects<>&) noexcept;
};

/// ODE's world: it is made once, and each step of each match fills it. It goes with the module, and
/// all that ODE has goes with it: else each loading of the module would leave some.
class World {
 public:
  World() {
    dInitODE2(0);
    world_ = dWorldCreate();
    space_ = dSimpleSpaceCreate(nullptr);
    contacts_ = dJointGroupCreate(0);
    dWorldSetGravity(world_, 0, 0, -9.81);
    for (const auto& [x, y] : {std::pair{1, 0}, {-1, 0}, {0, 1}, {0, -1}, {0, 0}})
      add(dCreatePlane(space_, x, y, x == 0 && y == 0, x == 0 && y == 0 ? 0 : -10), nullptr);
    for (dBodyID& body : bodies_) {
      body = dBodyCreate(world_);
      const bool is_ball = &body < &bodies_[players];
      dMass mass;
      is_ball ? dMassSetSphereTotal(&mass, 4, 0.5) : dMassSetBoxTotal(&mass, 1, 1, 1, 1);
      dBodySetMass(body, &mass);
      add(is_ball ? dCreateSphere(space_, 0.5) : dCreateBox(space_, 1, 1, 1), body);
    }
  }

  ~World() {
    dJointGroupDestroy(contacts_);
    dSpaceDestroy(space_);  // with its geoms
    dWorldDestroy(world_);  // with its bodies
    dCloseODE();            // with what it keeps for each thread
  }
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  void step(Physics::State& state) {
    // Parts of ODE keep data for each thread that calls it.
    constexpr auto all = static_cast<unsigned>(dAllocateMaskAll);
    thread_local const int prepared = dAllocateODEDataForThread(all);
    TUTTI_ASSERT(prepared != 0);
    fill(state);
    dSpaceCollide(space_, this, [](void* self, dGeomID a, dGeomID b) {
      auto& pairs = static_cast<World*>(self)->pairs_;
      pairs.push_back(std::minmax(number(a), number(b)));
    });
    // The space tells pairs in an order that depends on what moved before.
    std::sort(pairs_.begin(), pairs_.end());
    for (const auto& [a, b] : pairs_) touch(geoms_[a], geoms_[b]);
    pairs_.clear();
    dRandSetSeed(state.seed);  // of the process, not of the world
    dWorldQuickStep(world_, 1.0 / 60);
    state.seed = dRandGetSeed();
    dJointGroupEmpty(contacts_);
    read(state);
  }

 private:
  static std::size_t number(dGeomID geom) { return *static_cast<std::size_t*>(dGeomGetData(geom)); }
  void add(dGeomID geom, dBodyID body) {
    if (body != nullptr) dGeomSetBody(geom, body);
    numbers_[count_] = count_;
    dGeomSetData(geom, &numbers_[count_]);
    geoms_[count_++] = geom;
  }
  void fill(const Physics::State& state) {
    for (std::size_t i = 0; i < bodies_.size(); ++i) {
      const auto& [place, speed, spin, turn] = state.bodies[i];
      dBodySetPosition(bodies_[i], place[0], place[1], place[2]);
      dBodySetLinearVel(bodies_[i], speed[0], speed[1], speed[2]);
      dBodySetAngularVel(bodies_[i], spin[0], spin[1], spin[2]);
      dBodySetQuaternion(bodies_[i], turn.data());  // normalises: so at each tick, on each machine
      if (i >= players) continue;
      const Physics::Event& push = state.pushes[i];
      dBodyAddForce(bodies_[i], 60.0 * push.x, 60.0 * push.y, 0);
    }
  }
  void read(Physics::State& state) const {
    for (std::size_t i = 0; i < bodies_.size(); ++i) {
      auto& [place, speed, spin, turn] = state.bodies[i];
      std::copy_n(dBodyGetPosition(bodies_[i]), 3, place.begin());
      std::copy_n(dBodyGetLinearVel(bodies_[i]), 3, speed.begin());
      std::copy_n(dBodyGetAngularVel(bodies_[i]), 3, spin.begin());
      std::copy_n(dBodyGetQuaternion(bodies_[i]), 4, turn.begin());
    }
  }
  void touch(dGeomID a, dGeomID b) {
    std::array<dContact, 4> contacts{};
    const int count =
        dCollide(a, b, static_cast<int>(contacts.size()), &contacts[0].geom, sizeof(dContact));
    for (int i = 0; i < count; ++i) {
      dContact& contact = contacts[static_cast<std::size_t>(i)];
      contact.surface.mode = dContactApprox1;
      contact.surface.mu = 0.6;
      dJointAttach(dJointCreateContact(world_, contacts_, &contact), dGeomGetBody(a),
                   dGeomGetBody(b));
    }
  }

  dWorldID world_;
  dSpaceID space_;
  dJointGroupID contacts_;
  std::array<dBodyID, players + boxes> bodies_{};
  std::array<dGeomID, 5 + players + boxes> geoms_{};
  std::array<std::size_t, 5 + players + boxes> numbers_{};
  std::size_t count_ = 0;
  std::vector<std::pair<std::size_t, std::size_t>> pairs_;
};

void Physics::step(State& state, tutti::Events<Event> events, tutti::Effects<>&) noexcept {
  for (const auto& event : events) {
    if (event.player.value >= players) continue;
    if (const Event* input = event.input()) state.pushes[event.player.value] = *input;
    if (event.kind == tutti::EventKind::left) state.pushes[event.player.value] = {};
  }
  // Matches may be stepped on several threads; ODE's seed and this world are of the process.
  static std::mutex mutex;
  const std::lock_guard lock(mutex);
  static World world;
  world.step(state);
}

}  // namespace physics

TUTTI_GAME_MODULE(physics::Physics)
