// Must not compile: games that declare a part in another way than the engine looks for it. Each
// mistake gives one error, with the sentence behind `//!` on its line and nothing else. With NAMED
// it compiles, so that nothing else is wrong with it.

#include <deque>
#include <string>
#include <vector>

#include "tutti/sim/any_game.hpp"
#include "tutti/sim/projection.hpp"

#if defined(NAMED)
#define EITHER(right, wrong) right
#else
#define EITHER(right, wrong) wrong
#endif

using tutti::PlayerId;
using tutti::Random;

namespace {

struct Fine {
  static constexpr const char* name = "fine";
  static constexpr const char* version = "1";
  struct Event {
    std::int8_t move = 0;
    TUTTI_FIELDS(move)
  };
  struct State {
    std::int32_t x = 0;
    TUTTI_FIELDS(x)
  };
  static State start(const tutti::Setup&) { return {}; }
  static void step(State&, tutti::Events<Event>, tutti::Effects<>&) noexcept {}
};

// The parts that every game needs.
struct NoState {
  static constexpr const char* name = "none";
  static constexpr const char* version = "1";
  using Event = Fine::Event;
  EITHER(using State = Fine::State;, )  //! a game needs a `struct State`
  static Fine::State start(const tutti::Setup&) { return {}; }
  static void step(Fine::State&, tutti::Events<Event>, tutti::Effects<>&) noexcept {}
};
struct NoEvent {
  static constexpr const char* name = "none";
  static constexpr const char* version = "1";
  EITHER(using Event = Fine::Event;, )  //! a game needs a `struct Event`
  using State = Fine::State;
  static State start(const tutti::Setup&) { return {}; }
  static void step(State&, tutti::Events<Fine::Event>, tutti::Effects<>&) noexcept {}
};
struct NoValue : Fine {
  struct State : Fine::State {
    State() = default;
    EITHER(, State(const State&) = delete;)  //! State must be a value
  };
  static State start(const tutti::Setup&) { return {}; }
  static void step(State&, tutti::Events<Event>, tutti::Effects<>&) noexcept {}
};

// The types that players send.
struct Said {
  std::uint8_t vote = 0;
  TUTTI_FIELDS(vote)
};
struct Talks {
  static constexpr const char* name = "talks";
  static constexpr const char* version = "1";
  using Input = Fine::Event;
  using Command = Said;
  using Any = std::variant<Input, Command>;
  using Both = tutti::Events<Input, Command>;
  using State = Fine::State;
  static State start(const tutti::Setup&) { return {}; }
  static void step(State&, Both, tutti::Effects<>&) noexcept {}
};
struct HoldsAndSaysAll : Talks {
  EITHER(, using Event = Fine::Event;)  //! a game has an Event, or an Input and a Command
};
struct HoldsNothing {
  static constexpr const char* name = "none";
  static constexpr const char* version = "1";
  EITHER(using Input = Fine::Event;, )  //! a game with a Command needs a `struct Input` too
  using Command = Said;
  using State = Fine::State;
  static State start(const tutti::Setup&) { return {}; }
  static void step(State&, tutti::Events<Fine::Event, Command>, tutti::Effects<>&) noexcept {}
};
struct SaysNothing {
  static constexpr const char* name = "none";
  static constexpr const char* version = "1";
  using Input = Fine::Event;
  EITHER(using Command = Said;, )  //! a game with an Input needs a `struct Command` too
  using State = Fine::State;
  static State start(const tutti::Setup&) { return {}; }
  static void step(State&, tutti::Events<Input, Said>, tutti::Effects<>&) noexcept {}
};
struct SaysNoValue : Talks {
  struct Command : Said {
    Command() = default;
    EITHER(, Command(const Command&) = delete;)  //! Command must be a value
  };
  static void step(State&, tutti::Events<Input, Command>, tutti::Effects<>&) noexcept {}
};
struct SaysWhatItHolds : Talks {
  using Command = EITHER(Said, Input);  //! Input and Command must be two types
};
struct StepsWithoutCommands : Talks {
  static void step(State&, EITHER(Both, tutti::Events<Input>), tutti::Effects<>&) noexcept {
  }  //! a game with commands needs `static void step
};
struct RefusesInputsOnly : Talks {
  static bool is_valid(const State&, PlayerId, const Input&) {  //! is_valid must be
    return true;
  }
  EITHER(
      static bool is_valid(const State&, PlayerId, const Command&) { return true; }, )
};
struct SamplesInputs : Talks {
  static EITHER(Any, Input) sample(Random&) {
    return Input{};  //! sample must be
  }
};
struct PlaysInputs : Talks {
  static std::optional<EITHER(Any, Input)>  //! play must be
  play(const State&, PlayerId, Random&) {
    return Input{};
  }
};

struct NameOfANumber : Fine {
  EITHER(static constexpr const char* name = "fine";
         ,
         static constexpr int name = 3;)  //! a game needs `static constexpr const char* name`
};
struct VersionOfAnObject : Fine {
  EITHER(static constexpr, )
  const char* version = "1";  //! a game needs `static constexpr const char* version`
};
struct StartOfNothing : Fine {
  EITHER(static State start(const tutti::Setup&),
         static State start()) {  //! a game needs `static State start(
    return {};
  }
};
struct StepOfNothing : Fine {
  static void step(State&, EITHER(tutti::Events<Event>, tutti::Events<int>),
                   tutti::Effects<>&) noexcept {}  //! a game needs `static void step(State&,
};
struct StepThatThrows : Fine {
  static void step(State&, tutti::Events<Event>, tutti::Effects<>&) EITHER(noexcept, ) {
  }  //! step must be noexcept
};
struct Final EITHER(, final) : Fine {};  //! a game is a struct that is not final

// Constants.
struct TooMany : Fine {
  static constexpr int players_max = EITHER(64, 65);  //! players_max must be
};
struct Nobody : Fine {
  static constexpr std::uint8_t players_min = EITHER(1, 0);  //! players_min must be
};
struct LeastAboveMost : Fine {
  static constexpr std::uint8_t players_min = EITHER(3, 5);
  static constexpr std::uint8_t players_max = 4;  //! players_min is more than players_max
};
struct PlayersByChance : Fine {
  EITHER(static constexpr, inline static) std::uint8_t players_max = 4;  //! players_max must be
};
struct PlayersPerObject : Fine {
  EITHER(static constexpr, ) std::uint8_t players_max = 4;  //! players_max must be
};
struct NoPace : Fine {
  EITHER(static constexpr std::uint16_t tick_rate = 30;
         ,
         static constexpr double tick_rate = 59.94;)  //! tick_rate must be
};
struct ViewerOfANumber : Fine {
  EITHER(static constexpr const char* viewer = "fine";
         ,
         static constexpr int viewer = 1;)  //! viewer must be
};
struct FloatsByCall : Fine {
  EITHER(
      static constexpr bool has_floats = true;
      , static constexpr bool has_floats() { return true; })  //! has_floats must be
};
struct PaddingByNumber : Fine {
  static constexpr EITHER(bool, int) has_padding = 1;  //! has_padding must be
};

// Optional functions.
struct RefusesByNumber : Fine {
  static EITHER(bool, int) is_valid(const State&, PlayerId, const Event&) {  //! is_valid must be
    return true;
  }
};
struct RefusesByChange : Fine {
  static bool is_valid(EITHER(const State&, State&), PlayerId,
                       const Event&) {  //! is_valid must be
    return true;
  }
};
struct RefusesPerObject : Fine {
  EITHER(static, ) bool is_valid(const State&, PlayerId, const Event&) {  //! is_valid must be
    return true;
  }
};
struct RefusesTwice : Fine {
  static bool is_valid(EITHER(const State&, int), PlayerId, const Event&) { return true; }
  static bool is_valid(const Event&) { return true; }  //! is_valid must be
};
class RefusesInSecret : public Fine {
  EITHER(public:, )
  static bool is_valid(const State&, PlayerId, const Event&) { return true; }  //! is_valid must be
};
struct SamplesPerhaps : Fine {
  static EITHER(Event, std::optional<Event>) sample(Random&) { return Event{}; }  //! sample must be
};
struct SamplesOfNothing : Fine {
  static Event sample(EITHER(Random&, )) { return {}; }  //! sample must be
};
struct PlaysAlways : Fine {
  static EITHER(std::optional<Event>, Event)
      play(const State&, PlayerId, Random&) {  //! play must be
    return Event{};
  }
};
struct PlaysStylishly : Fine {
  static std::optional<Event> play(const State&, PlayerId, Random&,
                                   EITHER(tutti::BotStyle, const char*)) {  //! play must be
    return {};
  }
};

// Effects.
template <class Of>
struct Loud : Fine {
  using Effect = Of;
  static void step(State&, tutti::Events<Event>, tutti::Effects<Of>&) noexcept {}
};
struct KindInWords {
  EITHER(std::uint8_t, std::string) kind{};  //! Effect::kind must be an enum or a number
  TUTTI_FIELDS(EITHER(kind, ))
};
struct KeyThatChanges {
  std::uint64_t key() EITHER(const, ) { return 1; }  //! Effect::key must be
  TUTTI_FIELDS()
};
struct KeyOfAField {
  std::uint64_t EITHER(number, key) = 0;  //! Effect::key must be
  TUTTI_FIELDS(EITHER(number, key))
};
struct NamesInNumbers {
  static constexpr EITHER(const char*, int) names[] = {EITHER("hit", 1)};  //! Effect::names must be
  TUTTI_FIELDS()
};
struct NotAValue {
  NotAValue EITHER(() = default, (int){});  //! Effect must be a value
  TUTTI_FIELDS()
};

// A state's members.
template <class Of>
struct Holds : Fine {
  struct State {
    Of value{};
    TUTTI_FIELDS(value)
  };
  static State start(const tutti::Setup&) { return {}; }
  static void step(State&, tutti::Events<Event>, tutti::Effects<>&) noexcept {}
};
struct NoFields : Fine {
  struct State {
    std::int32_t x = 0;
    EITHER(TUTTI_FIELDS(x), )  //! this type names none of its fields
  };
  static State start(const tutti::Setup&) { return {}; }
  static void step(State&, tutti::Events<Event>, tutti::Effects<>&) noexcept {}
};
struct NoFieldsInside {
  std::int32_t y = 0;
  EITHER(TUTTI_FIELDS(y), )  //! this type names none of its fields
};
struct NoFieldsInEvent : Fine {
  struct Event {
    std::int32_t z = 0;
    EITHER(TUTTI_FIELDS(z), )  //! this type names none of its fields
  };
  static void step(State&, tutti::Events<Event>, tutti::Effects<>&) noexcept {}
};
using Container = EITHER(std::int8_t, std::deque<int>);  //! Cereal does not know this container yet
using Variant = EITHER(std::int8_t, std::variant<int>);  //! Cereal does not know this container yet
struct TextOfANumber {
  EITHER(std::string, int) field_text() const { return {}; }  //! field_text must be
  TUTTI_FIELDS()
};

// Projections.
struct Project {
  static constexpr const char* name = "rows";
  static constexpr std::uint32_t version = 1;
  explicit Project(const tutti::Setup&) {}
  void take(tutti::Tick, const Fine::State&, std::span<const tutti::detail::NoEffect>,
            tutti::Rows&) {}
  void finish(const Fine::State&, tutti::Rows&) {}
};
struct ProjectsNoName : Project {
  using Project::Project;
  static constexpr EITHER(const char*, int) name =
      EITHER("rows", 1);  //! a projection needs `static constexpr const char*
};
struct ProjectsNoVersion : Project {
  using Project::Project;
  static constexpr EITHER(int, const char*) version =
      EITHER(2, "2");  //! a projection needs `static constexpr std::uint32_t
};
struct ProjectsFromNothing : Project {
  explicit ProjectsFromNothing(EITHER(const tutti::Setup&,
                                      int))  //! a projection needs a constructor
      : Project(tutti::Setup{}) {}
};
struct ProjectsNoTicks : Project {
  using Project::Project;
  void take(EITHER(tutti::Tick, const char*), const Fine::State&,
            std::span<const tutti::detail::NoEffect>, tutti::Rows&) {
  }  //! a projection needs `void take
};
struct ProjectsNoEnd : Project {
  using Project::Project;
  void finish(EITHER(const Fine::State&, Fine::State&), tutti::Rows&) {
  }  //! a projection needs `void finish
};

template <class... Games>
void make_tables() {
  (tutti::game_table<Games>(), ...);
}

}  // namespace

void make_all() {
  make_tables<Fine, NoState, NoEvent, NoValue, NameOfANumber, VersionOfAnObject, StartOfNothing,
              StepOfNothing, StepThatThrows, Final, TooMany, Nobody, LeastAboveMost,
              PlayersByChance, PlayersPerObject, NoPace, ViewerOfANumber, FloatsByCall,
              PaddingByNumber, RefusesByNumber, RefusesByChange, RefusesPerObject, RefusesTwice,
              RefusesInSecret, SamplesPerhaps, SamplesOfNothing, PlaysAlways, PlaysStylishly>();
  make_tables<Talks, HoldsAndSaysAll, HoldsNothing, SaysNothing, SaysNoValue, SaysWhatItHolds,
              StepsWithoutCommands, RefusesInputsOnly, SamplesInputs, PlaysInputs>();
  make_tables<Loud<KindInWords>, Loud<KeyThatChanges>, Loud<KeyOfAField>, Loud<NamesInNumbers>,
              Loud<NotAValue>, NoFields, Holds<NoFieldsInside>, NoFieldsInEvent, Holds<Container>,
              Holds<Variant>, Holds<TextOfANumber>>();
  tutti::any_game<StepThatThrows>();
  tutti::projection_tables<Fine, Project, ProjectsNoName, ProjectsNoVersion, ProjectsFromNothing,
                           ProjectsNoTicks, ProjectsNoEnd>();
}
