#include "model/live_match.hpp"

#include <algorithm>

#include "base/bot_choice.hpp"
#include "tutti/net/room_code.hpp"

namespace tutti::inspect {

namespace {

constexpr Duration relay_period = std::chrono::milliseconds(4);
/// The dice of the room's code, and of each bot.
constexpr std::uint64_t room_stream = 11;
constexpr std::uint64_t bot_stream = 100;

}  // namespace

LiveMatch::LiveMatch(Options options)
    : options_(std::move(options)),
      setup_(options_.game.setup(options_.seed, options_.players)),
      begin_(std::chrono::seconds(1000)),
      now_(begin_),
      network_(options_.seed),
      link_(network_.listen()),
      cost_(std::make_unique<CountingClock>()) {
  setup_.options = options_.game_options;
  setup_.terms = options_.terms;
  Result<Journal> journal = Journal::open(storage_, "relay.journal");
  TUTTI_ASSERT(journal.has_value(), journal.error().sentence);  // its disk is memory
  journal_ = std::make_unique<Journal>(std::move(*journal));
  server_ = std::make_unique<RelayServer>(
      *link_, *journal_, RelayOptions{.puts_away = false, .seed = {options_.seed, 0, 0, 0}});
  Random random(options_.seed, room_stream);
  room_ = random_room_code(random);
  machines_.reserve(options_.players);
  for (std::size_t i = 0; i < options_.players; ++i)
    add_machine(i, random);
}

LiveMatch::~LiveMatch() = default;

void LiveMatch::add_machine(std::size_t index, Random& random) {
  const tool::TwoWays weather =
      index < options_.weather.size() ? options_.weather[index] : tool::TwoWays{};
  const StormDice dice{.up = random.next(), .down = random.next()};
  std::unique_ptr<Link> link = network_.endpoint();
  const Result<PeerId> path = network_.connect(*link, *link_, weather.up, weather.down, dice);
  TUTTI_ASSERT(path.has_value(), index);
  Hello hello{.room = room_,
              .name = "bot " + std::to_string(index + 1),
              .rules = setup_.rules,
              .create = setup_};
  const Duration tick = Duration(std::chrono::seconds(1)) / setup_.tick_rate;
  machines_.push_back(
      {.session = AnySession::over(options_.game, std::move(link), *path, std::move(hello),
                                   {.tuning = {.cost_clock = cost_.get()}}),
       .path = *path,
       .weather = weather,
       .dice = dice,
       .random = Random(options_.seed, bot_stream + index),
       // Frames of displays that are off by up to 0.2 %, beginning at any moment.
       .period = tick + tick * random.between(-20, 20) / 10'000,
       .due = now_ + tick * static_cast<std::int64_t>(random.below(1000)) / 1000,
       .writer = TrackWriter(PlayerId{static_cast<std::uint8_t>(index)})});
}

void LiveMatch::advance(Duration time) {
  const Instant until = now_ + time;
  while (now_ + relay_period <= until) {
    now_ += relay_period;
    server_->pass(now_);
    for (std::size_t i = 0; i < machines_.size(); ++i) {
      // One comes after the other, so that each has the slot of its number.
      if (i > 0 && !machines_[i - 1].session.player()) break;
      if (machines_[i].due <= now_) act(i);
    }
  }
}

void LiveMatch::act(std::size_t index) {
  Machine& machine = machines_[index];
  machine.due = std::max(machine.due + machine.period, now_);
  AnySession& session = machine.session;
  session.advance(now_);
  const Timeline* timeline = session.timeline();
  if (timeline == nullptr) return;
  machine.writer.look(*timeline, std::chrono::duration_cast<SeenTime>(now_ - begin_));
  if (session.status() != Status::playing || timeline->present() <= machine.acted) return;
  machine.acted = timeline->present();
  const PlayerId player = *session.player();
  const auto event =
      tool::act(options_.game, session.state(), player, machine.random, options_.bots);
  if (event) session.act(player, *event);
}

void LiveMatch::set_weather(std::size_t player, const tool::TwoWays& weather) {
  Machine& machine = machines_[player];
  machine.weather = weather;
  network_.set_weather(machine.path, weather.up, weather.down, machine.dice);
}

const Log* LiveMatch::log() const {
  const RelayMatch* match = server_->match(room_);
  return match == nullptr ? nullptr : &match->log();
}

Tick LiveMatch::clock() const {
  const RelayMatch* match = server_->match(room_);
  return match == nullptr ? Tick{} : match->clock();
}

Result<MatchRecord> LiveMatch::record() const {
  Result<MatchRecord> merged = fail(Fault::usage, "the match has not begun");
  for (const Machine& machine : machines_) {
    if (machine.session.timeline() == nullptr) continue;
    Result<MatchRecord> own = machine.session.recording();
    if (!own) return own;
    if (!merged) {
      merged = std::move(own);
    } else if (const auto done = merge(*merged, std::move(*own)); !done) {
      return Unexpected{done.error()};
    }
  }
  return merged;
}

}  // namespace tutti::inspect
