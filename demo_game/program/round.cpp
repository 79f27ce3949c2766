#include "program/round.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <ctime>
#include <thread>

#include "program/printing.hpp"

namespace counterpoint {

namespace {

using namespace std::chrono_literals;

/// A shorter match is not worth keeping.
constexpr std::int64_t kept_ticks = 600;
/// Half a tick.
constexpr auto pass_without_screen = 8ms;

volatile std::sig_atomic_t is_interrupted = 0;
void interrupt(int) { is_interrupted = 1; }

tutti::PlayerId player_of(std::size_t slot) {
  return tutti::PlayerId{static_cast<std::uint8_t>(slot)};
}

}  // namespace

bool is_asked_to_end() {
  static const bool is_listening = [] {
    return std::signal(SIGINT, interrupt) != SIG_ERR && std::signal(SIGTERM, interrupt) != SIG_ERR;
  }();
  return is_listening && is_interrupted != 0;
}

Round::Round(GameSession session, const Options& options)
    : options_(options),
      session_(std::move(session)),
      random_(options.seed),
      started_utc_(static_cast<std::int64_t>(std::time(nullptr))) {
  if (options.mode == Mode::training) training_.emplace();
  const std::uint16_t port = session_.port();
  if (port == 0) return;
  const std::string& listen = options.listen;
  options_.listen = fmt::format("{}:{}", listen.substr(0, listen.rfind(':')), port);
}

tutti::Tick Round::present() const {
  const tutti::Timeline* timeline = session_.any().timeline();
  return timeline != nullptr ? timeline->present() : tutti::Tick{};
}

void Round::pass(tutti::Instant match_now, tutti::Instant now) {
  now_ = match_now;
  session_.advance(now_);
  rollback_marks_.update(session_);
  print_room();
  entertain(now);
  begin_training_again();
  let_bots_play();
}

bool Round::is_local(std::size_t slot) const {
  if (session_.is_watching()) return false;
  if (!is_online(options_.mode)) return slot < state().players;
  const auto own = session_.players();
  return std::find(own.begin(), own.end(), player_of(slot)) != own.end();
}

std::size_t Round::hands() const {
  if (options_.mode == Mode::local) return options_.players;
  return is_online(options_.mode) ? options_.local_players : 1;
}

std::size_t Round::hands_of(std::size_t slot) const {
  if (!is_online(options_.mode)) return slot % hands();
  const auto own = session_.players();
  return static_cast<std::size_t>(std::find(own.begin(), own.end(), player_of(slot)) -
                                  own.begin()) %
         hands();
}

bool Round::has_bot(std::size_t slot) const {
  const bool has_company = options_.mode == Mode::bot || options_.mode == Mode::training ||
                           options_.mode == Mode::take_over;
  const bool is_anothers = has_company && slot != options_.seat;
  return is_local(slot) && (options_.is_bot || is_anothers || filled_.test(slot));
}

void Round::fill(std::size_t slot, bool is_filled) {
  if (filled_.test(slot) == is_filled) return;
  filled_.set(slot, is_filled);
  // The other one begins with empty hands.
  session_.set_input(player_of(slot), Controls{});
  held_[slot] = {};
}

bool Round::hold(std::size_t slot, Controls held) {
  session_.set_input(player_of(slot), held);
  return std::exchange(held_[slot], held) != held;
}

void Round::let_bots_play() {
  if (session_.any().timeline() == nullptr || present() <= decided_) return;
  decided_ = present();
  for (std::size_t slot = 0; slot < fighters_max; ++slot) {
    if (!has_bot(slot)) continue;
    if (training_ && slot > 0) {
      hold(slot, training_->dummy(state(), slot, random_));
      continue;
    }
    const auto wish = play_bot(state(), player_of(slot), random_, {.strength = options_.strength});
    if (wish) session_.set_input(player_of(slot), *wish);
  }
}

/// The bots that a host brings join as soon as there is a room.
void Round::entertain(tutti::Instant now) {
  if (options_.mode != Mode::host || options_.guests == 0 || session_.room().empty()) return;
  if (!company_) {
    auto company = Company::join(options_, session_.room());
    if (!company) {
      options_.guests = 0;
      news_ = "The computer's fighters cannot come: " + company.error().sentence;
      return;
    }
    company_.emplace(std::move(*company));
  }
  company_->play(now);
  for (const tutti::Newcomer& newcomer : session_.newcomers()) {
    if (company_->expects(newcomer)) session_.let_in(newcomer.id);
  }
}

void Round::print_room() {
  if (has_printed_room_ || session_.room().empty() || options_.mode == Mode::watch) return;
  has_printed_room_ = true;
  print_line(stdout, "room " + session_.room());
}

/// Training has no end: a round that is over, by its clock or the last life, begins again.
void Round::begin_training_again() {
  if (!training_ || session_.any().timeline() == nullptr) return;
  const auto begun = training_->round_to_repeat(state(), present());
  if (!begun) return;
  const auto recorded = record();
  const auto gone = recorded ? go_back(*recorded, *begun) : tutti::Result<void>{};
  if (!gone) news_ = gone.error().sentence;
}

tutti::Result<void> Round::go_back(const tutti::MatchRecord& record, tutti::Tick at) {
  auto session = tutti::take_over<Counterpoint>(record, at, {});
  if (!session) return tutti::Unexpected{session.error()};
  session_ = std::move(*session);
  session_.advance(now_);
  decided_ = at;
  // Nobody holds any longer what was held at that tick.
  for (std::size_t slot = 0; slot < state().players; ++slot)
    session_.set_input(player_of(slot), Controls{});
  held_ = {};
  return {};
}

std::string Round::invitation(const std::vector<std::string>& addresses) const {
  if (!is_online(options_.mode)) return {};
  if (options_.mode != Mode::host) return session_.any().invitation();
  return session_.any().invitation(addresses.empty() ? "127.0.0.1" : addresses.front());
}

std::string Round::question() const {
  const auto newcomers = session_.any().newcomers();
  if (newcomers.empty()) return {};
  std::string names;
  for (const std::string& name : newcomers.front().names)
    names += (names.empty() ? "" : ", ") + (name.empty() ? "somebody" : name);
  const char* what = newcomers.front().role == tutti::Role::player ? "play" : "watch";
  return fmt::format("May {} {}?", names, what);
}

void Round::answer(tutti::HostWish wish) {
  const auto newcomers = session_.any().newcomers();
  if (newcomers.empty()) return;
  const tutti::NewcomerId id = newcomers.front().id;
  wish == tutti::HostWish::let_in ? session_.let_in(id) : session_.turn_away(id);
}

void Round::change_role() {
  if (!is_online(options_.mode)) return;
  held_ = {};
  if (session_.is_watching()) return session_.become_player(options_.name);
  session_.become_spectator(options_.behind_seconds);
}

std::string Round::keep() const {
  const bool is_wanted = options_.mode == Mode::join || options_.mode == Mode::bot ||
                         options_.mode == Mode::local || options_.mode == Mode::take_over;
  if (!is_wanted || state().match == 0) return {};
  auto recorded = record();
  if (!recorded || recorded->log.horizon().value < kept_ticks) return {};
  recorded->marks = rollback_marks_.all();
  const auto kept = counterpoint::keep(*recorded, matches_folder(options_));
  return kept ? std::string() : "The match was not kept: " + kept.error().sentence;
}

std::string Round::keep_clip() const {
  const auto recorded = record();
  if (!recorded) return "There is nothing to keep yet.";
  const tutti::Tick end = recorded->log.horizon();
  const tutti::Tick from{
      std::max<std::int64_t>(0, end.value - clip_seconds * Counterpoint::tick_rate)};
  const auto kept = counterpoint::keep_clip(*recorded, from, end, matches_folder(options_));
  return kept ? "The last 30 seconds are in the theatre: " + *kept
              : "The clip was not kept: " + kept.error().sentence;
}

std::string Round::report_bug() const {
  const auto saved = session_.any().report_bug("a player saw something wrong here");
  return saved ? "A bug report is in " + *saved
               : "The bug report was not saved: " + saved.error().sentence;
}

Options Round::taken_over(tutti::Tick at) const {
  Options next = options_;
  next.mode = Mode::take_over;
  next.from_tick = at.value;
  next.seat = 0;
  while (next.seat + 1U < fighters_max && !state().fighters[next.seat].is_present)
    ++next.seat;
  return next;
}

Ending Round::ending() const {
  Ending ending;
  if (session_.status() == tutti::Status::failed) {
    ending.failure = session_.failure().sentence;
    ending.status = 1;
  }
  return ending;
}

Ending play_headless(Round& round) {
  const auto begun = std::chrono::steady_clock::now();
  const auto limit = std::chrono::seconds(round.options().seconds);
  while (!is_asked_to_end() && round.session().status() < tutti::Status::ended) {
    const auto now = std::chrono::steady_clock::now();
    if (limit.count() > 0 && now - begun >= limit) break;
    round.pass(now, now);
    if (const std::string news = round.news(); !news.empty()) print_complaint(news);
    std::this_thread::sleep_until(now + pass_without_screen);
  }
  const Ending ending = round.ending();
  if (ending.status == 0) print_line(stdout, Wording::summary(round.session()));
  return ending;
}

}  // namespace counterpoint
