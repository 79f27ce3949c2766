// The relay's match under thousands of commands by chance, sane and insane: promises are checked
// after every single one, and on the log that is left.

#include <algorithm>
#include <map>

#include "relay.hpp"
#include "support/catch.hpp"
#include "tutti/net/relay_match.hpp"
#include "tutti/sim/random.hpp"

using namespace tutti;
using namespace tutti::test;

namespace {

constexpr std::uint8_t slots = 4;
constexpr int commands_per_match = 4000;

/// The happenings in a match, so that a test can tell that it was a match.
using Counts = std::map<std::string, int>;

/// A match between players who are late, early, silent, greedy or gone, by chance. After every
/// command it is compared with what its rules promise.
class WildMatch {
 public:
  WildMatch(std::uint64_t seed, RelayMatch::Options options)
      : random_(seed), match_(std::move(options)) {}

  void run(int commands) {
    for (int i = 0; i < commands; ++i) {
      if (random_.chance(200)) stalled_ = player();
      handle(command());
    }
    handle(command::End{});
    check_silence_after_end();
  }

  const RelayMatch& match() const { return match_; }
  const Counts& counts() const { return counts_; }
  Random& random() { return random_; }

 private:
  PlayerId player() { return PlayerId{static_cast<std::uint8_t>(random_.below(slots))}; }

  Command command() {
    const std::uint32_t dice = random_.below(100);
    if (dice < 25) return command::Advance{match_.clock() + random_.between(0, 2)};
    if (dice < 60) return announcement();
    if (dice < 94) return offer();
    if (dice < 98) return command::Admit{"somebody"};
    if (dice < 99) return command::Leave{player(), LeaveReason::quit};
    return command::Advance{match_.clock() + (random_.chance(8) ? 70 : 5)};
  }

  Command announcement() {
    PlayerId who = player();
    if (who == stalled_) who = PlayerId{static_cast<std::uint8_t>((who.value + 1) % slots)};
    if (random_.chance(100)) return command::Announce{who, Tick{INT64_MAX / 4}};
    // Every slot has a path of another length.
    return command::Announce{who, match_.clock() - 4 * who.value + random_.between(-3, 1)};
  }

  Command offer() {
    const PlayerId who = player();
    std::uint32_t counter = match_.counted(who);
    if (random_.chance(10)) counter += static_cast<std::uint32_t>(random_.between(-3, 3));
    const bool is_wild = random_.chance(15);
    const Tick stamp = match_.clock() - 2 * who.value +
                       (is_wild ? random_.between(-40, 40) : random_.between(-2, 6));
    payload_.resize(random_.chance(50) ? limits::event_bytes + 1 : random_.below(4));
    return command::Offer{who, counter, stamp, payload_};
  }

  void handle(const Command& command) {
    const Tick horizon = match_.horizon();
    std::vector<Tick> progress;
    std::vector<std::int64_t> window;
    for (std::uint8_t slot = 0; slot < slots; ++slot) {
      progress.push_back(match_.progress(PlayerId{slot}));
      window.push_back(match_.window(PlayerId{slot}));
    }
    const auto* offered = std::get_if<command::Offer>(&command);
    const bool is_next = offered && offered->counter == match_.counted(offered->player);
    const bool was_over = match_.is_over();
    const auto& outcomes = match_.handle(command);
    if (offered && (!is_next || was_over)) REQUIRE(outcomes.empty());
    if (is_next && !was_over) REQUIRE(outcomes.size() == 1);
    for (const Outcome& what : outcomes) {
      if (const auto* accepted = std::get_if<outcome::Accepted>(&what)) {
        const EventView& event = match_.accepted(accepted->sequence).event;
        REQUIRE(event.tick > horizon);
        if (!event.author.is_relay()) {
          const std::uint8_t slot = event.author.player().value;
          check_accepted(*offered, event, horizon, progress[slot], window[slot]);
        } else {
          ++counts_[text_of_relay_event(*decode_relay_event(event.payload)).substr(0, 4)];
        }
      } else if (const auto* refused = std::get_if<outcome::Refused>(&what)) {
        check_refused(*offered, *refused, horizon);
      }
    }
    check_horizon(horizon);
  }

  void check_accepted(const command::Offer& offer, const EventView& event, Tick horizon,
                      Tick progress, std::int64_t window) {
    const Tick clock = match_.clock();
    Tick& last_tick = last_ticks_[event.author];
    REQUIRE(event.tick >= offer.stamp);
    REQUIRE(event.tick > progress);
    REQUIRE(event.tick >= clock - window);
    REQUIRE(event.tick >= last_tick);
    if (event.tick > offer.stamp) {
      // Not a tick later than it must be.
      const Tick before = event.tick - 1;
      REQUIRE((before <= horizon || before <= progress || before < clock - window ||
               before <= last_tick));
      ++counts_["moved"];
    }
    ++counts_["accepted"];
    last_tick = event.tick;
  }

  void check_refused(const command::Offer& offer, const outcome::Refused& refused, Tick horizon) {
    switch (refused.reason) {
      case OfferRefusal::expired:
        REQUIRE(horizon - offer.stamp > limits::input_window_ticks);
        break;
      case OfferRefusal::too_early:
        REQUIRE(offer.stamp - match_.clock() > limits::stamp_ahead_ticks);
        break;
      case OfferRefusal::over_limit: {
        const auto last = match_.log().events_at(last_ticks_[author_of(offer.player)]);
        const auto own = std::count_if(last.begin(), last.end(), [&](const EventView& event) {
          return event.author == author_of(offer.player);
        });
        REQUIRE((offer.payload.size() > limits::event_bytes ||
                 own == static_cast<std::ptrdiff_t>(limits::events_per_tick)));
        break;
      }
      case OfferRefusal::not_playing:
        REQUIRE_FALSE(match_.is_playing(offer.player));
        break;
      case OfferRefusal::over_budget:  // it has none to keep to
      case OfferRefusal::after_end:
        REQUIRE(false);
        break;
    }
    ++counts_[word_for(refused.reason)];
  }

  void check_horizon(Tick before) {
    REQUIRE(match_.horizon() >= before);
    if (match_.is_over()) return;
    std::optional<Tick> slowest;
    for (std::uint8_t slot = 0; slot < slots; ++slot) {
      if (!match_.is_playing(PlayerId{slot})) continue;
      const Tick progress = match_.progress(PlayerId{slot});
      slowest = slowest ? std::min(*slowest, progress) : progress;
    }
    const Tick trail = match_.clock() - limits::input_window_ticks;
    REQUIRE(match_.horizon() >= trail);
    REQUIRE(match_.horizon() == std::max({before, trail, slowest.value_or(match_.clock())}));
    counts_["held back"] += match_.horizon() == trail;
  }

  void check_silence_after_end() {
    const std::uint32_t accepted = match_.accepted_count();
    const Head head = match_.log().head();
    for (int i = 0; i < 100; ++i)
      handle(command());
    REQUIRE(match_.accepted_count() == accepted);
    REQUIRE(match_.log().head() == head);
  }

  Random random_;
  RelayMatch match_;
  PlayerId stalled_{};
  Bytes payload_;
  std::map<Author, Tick> last_ticks_;
  Counts counts_;
};

/// The log as a game would see it: whether it is in, and it acts only while it is.
void check_log(const Log& log) {
  std::array<bool, slots> is_in{};
  const EventView* before = nullptr;
  bool has_ended = false;
  for (const EventView& event : log.events()) {
    if (before != nullptr) REQUIRE(std::is_lt(canonical_order(*before, event)));
    before = &event;
    REQUIRE_FALSE(has_ended);
    if (!event.author.is_relay()) {
      REQUIRE(is_in[event.author.player().value]);
      continue;
    }
    const auto relay_event = decode_relay_event(event.payload);
    REQUIRE(relay_event);
    bool& is_player_in = is_in[relay_event->player.value];
    if (relay_event->kind == EventKind::joined) {
      REQUIRE_FALSE(is_player_in);
      is_player_in = true;
    } else if (relay_event->kind == EventKind::left) {
      REQUIRE(is_player_in);
      is_player_in = false;
    } else if (relay_event->kind == EventKind::match_ended) {
      has_ended = true;
    } else if (relay_event->kind != EventKind::match_started) {
      REQUIRE(is_player_in);
    }
  }
  REQUIRE(has_ended);
}

/// The same events in another order of arrival.
Log shuffled(const RelayMatch& match, Random& random) {
  std::vector<std::uint32_t> sequences(match.accepted_count());
  for (std::uint32_t i = 0; i < sequences.size(); ++i) {
    sequences[i] = i;
    std::swap(sequences[i], sequences[random.below(i + 1)]);
  }
  Log log(match.log().setup());
  for (const std::uint32_t sequence : sequences)
    REQUIRE(log.add(match.accepted(sequence).event) == Log::Added::yes);
  log.close(match.horizon());
  return log;
}

}  // namespace

TEST_CASE("relay: through any commands, a match's promises hold") {
  Counts counts;
  for (std::uint64_t seed = 1; seed <= 24; ++seed) {
    CAPTURE(seed);
    WildMatch wild(seed, {.setup = setup_for(slots)});
    wild.run(commands_per_match);
    for (const auto& [what, count] : wild.counts())
      counts[what] += count;
    check_log(wild.match().log());
    const Log other = shuffled(wild.match(), wild.random());
    for (Tick tick{0}; tick <= other.horizon(); ++tick)
      REQUIRE(other.head(tick) == wild.match().log().head(tick));
  }
  // It was a match: all that can happen did, many times.
  for (const char* what : {"accepted", "moved", "expired", "too early", "over limit", "not playing",
                           "held back", "join", "left", "sile", "retu"}) {
    CAPTURE(what);
    CHECK(counts[what] > 100);
  }
}

TEST_CASE("relay: through any commands, a match ends at its time") {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    CAPTURE(seed);
    Random random(seed);
    Relay relay(with_terms(2, {.ends_at = 50}));
    relay.admit("ada");
    relay.announce(ada, 0);
    while (!relay.match().is_over()) {
      const std::int64_t clock = relay.clock();
      relay.offer(ada, clock + random.between(-3, 31));
      relay.announce(ada, clock + random.between(-3, 31));
      if (random.chance(40)) relay.leave(bob);
      if (random.chance(10)) relay.admit("bob");
      relay.announce(bob, clock);
      relay.advance(clock + random.between(0, 4));
    }
    REQUIRE(relay.match().log().ended() == Tick{50});
    REQUIRE(relay.horizon() == 50);
  }
}
