#include "relay/running_relay.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>

#include "base/key_choice.hpp"
#include "fleet/fleet_choice.hpp"
#include "relay/news_lines.hpp"
#include "relay/shards.hpp"
#include "relay/signals.hpp"
#include "relay/status_port.hpp"

namespace tutti::tool {

namespace {

constexpr Duration longest_wait = std::chrono::milliseconds(2);
constexpr Duration fleet_interval = std::chrono::milliseconds(250);
constexpr Duration hand_over_interval = std::chrono::seconds(2);
/// At the end, for what the fleet does not have yet. It stays in the journal or in files anyway.
constexpr Duration fleet_patience = std::chrono::seconds(2);

/// This machine's, as its administrator calls it.
std::string host_name() {
  std::array<char, 256> name{};
  if (::gethostname(name.data(), name.size() - 1) != 0) return "?";
  return name.data();
}

/// Nothing for a relay by itself.
Result<std::unique_ptr<Fleet>> open_fleet(const Settings& settings) {
  if (settings.fleet.empty()) return std::unique_ptr<Fleet>();
  auto servers = fleet_servers(settings.fleet);
  if (!servers) return Unexpected{servers.error()};
  auto address = fleet_address(settings.fleet_address, settings.service.listen);
  if (!address) return Unexpected{address.error()};
  return Fleet::open({.store = {.servers = std::move(*servers),
                                .credentials = settings.fleet_credentials,
                                .copies = settings.fleet_copies},
                      .address = std::move(*address)});
}

}  // namespace

Result<std::unique_ptr<RunningRelay>> RunningRelay::open(const Settings& all, Origin origin) {
  Settings settings = settings_of_shard(all, origin.shard, all.shards);
  RelayService::Options options = settings.service;
  options.link.peers_max = std::min(options.server.peers_max, limits::link_peers);
  if (settings.is_referee) {
    std::vector<std::filesystem::path> folders(settings.games_folders.begin(),
                                               settings.games_folders.end());
    for (std::filesystem::path& folder : GameCatalog::usual_folders())
      folders.push_back(std::move(folder));
    options.referee = GameCatalog(std::move(folders));
  }
  if (!settings.admission_key.empty()) {
    const auto key = read_public_key(settings.admission_key);
    if (!key) return Unexpected{key.error()};
    options.admission_key = *key;
  }
  auto fleet = open_fleet(settings);
  if (!fleet) return Unexpected{fleet.error()};
  options.follower = fleet->get();
  options.fleet = fleet->get();
  auto service = RelayService::open(std::move(options));
  if (!service) return Unexpected{service.error()};
  const auto address = status_address(settings.status, (*service)->port());
  if (!address) return Unexpected{address.error()};
  std::unique_ptr<RunningRelay> relay(new RunningRelay(std::move(*fleet), std::move(*service),
                                                       std::move(settings), std::move(origin)));
  if (!*address) return relay;
  LookDesk& desk = relay->desk_;
  const auto answer = [&desk](const std::string& path) {
    return answer_of_status_port(path, desk);
  };
  auto http = HttpServer::open(**address, answer);
  // A UDP port that the system has chosen says nothing about the TCP port of the same number.
  const auto listen = Address::parse(relay->settings_.service.listen);
  const bool is_chosen = relay->settings_.status.empty() && listen && listen->port == 0;
  if (!http && is_chosen) http = HttpServer::open({.host = (*address)->host, .port = 0}, answer);
  if (!http) return Unexpected{http.error()};
  relay->http_ = std::move(*http);
  relay->status_ = Address{(*address)->host, relay->http_->port()}.text();
  return relay;
}

RunningRelay::RunningRelay(std::unique_ptr<Fleet> fleet, std::unique_ptr<RelayService> service,
                           Settings settings, Origin origin)
    : fleet_(std::move(fleet)),
      service_(std::move(service)),
      settings_(std::move(settings)),
      origin_(std::move(origin)),
      log_(settings_.log_format, settings_.log_level),
      started_(std::chrono::steady_clock::now()) {}

std::optional<Error> RunningRelay::run() {
  catch_signals({.reloads = !origin_.file.empty()});
  say({"started",
       {{"version", TUTTI_VERSION},
        {"listen", listens_at()},
        {"status", status_.empty() ? "off" : status_},
        {"logs", service_->logs()},
        {"key", to_hex(service_->key())}}});
  for (const std::string& room : service_->left_elsewhere())
    say({"left_elsewhere", {{"room", service_->room_tag(room)}}});
  while (interrupts() == 0 && !is_drained()) {
    const auto trouble = service_->pass(longest_wait);
    if (trouble) warn(*trouble);
    passes_.add(service_->last_pass());
    tell();
    tell_of_fleet();
    desk_.answer([this] { return look(); });
    take_hangups();
  }
  const bool is_handed_over = interrupts() == 0;
  const std::size_t left = service_->server().running_count();
  std::optional<Error> trouble = is_handed_over ? service_->hand_over() : service_->close();
  tell();
  if (fleet_ && !fleet_->finish(fleet_patience)) {
    const FleetStatus status = fleet_->status();
    say({"fleet_behind",
         {{"bytes", status.lag_bytes}, {"files", status.archive_waiting}},
         LogLevel::warning});
  }
  tell_of_fleet();
  if (trouble) trouble = without_codes(*trouble);
  if (trouble) say({"trouble", {{"sentence", trouble->sentence}}, LogLevel::error});
  say({"stopped", {{"matches_left_for_the_next", is_handed_over ? left : 0}}});
  log_.close();
  return trouble;
}

bool RunningRelay::is_drained() {
  const int asked = terminations();
  if (asked == 0 && !(fleet_ && fleet_->is_asked_to_drain())) return false;
  const Instant now = std::chrono::steady_clock::now();
  if (fleet_ && now - handed_over_at_ >= hand_over_interval) {
    handed_over_at_ = now;
    service_->hand_over_matches();  // again those that no other relay could take
  }
  if (!drains_until_) {
    drains_until_ = now + settings_.drain_time;
    service_->drain(settings_.drain_time);
    say({"draining",
         {{"seconds", settings_.drain_time / std::chrono::seconds(1)},
          {"rooms", service_->server().room_count()}}});
  }
  if (asked == 0) return false;  // there, and empty, until its operator stops it
  return asked > 1 || now >= *drains_until_ || service_->server().room_count() == 0;
}

// ---- What the operator is told ------------------------------------------------------------------

void RunningRelay::tell() {
  const TagOf tag_of = [this](const std::string& room) { return service_->room_tag(room); };
  while (const auto news = service_->next_news())
    say_seldom(line_of(*news, tag_of));
  for (; const auto file = service_->next_written(); ++files_)
    say_seldom(line_of(*file, tag_of));
  const Instant now = std::chrono::steady_clock::now();
  for (const auto& [event, count] : throttle_.take_left_out(now))
    say({"left_out", {{"of", event}, {"lines", count}}});
}

void RunningRelay::tell_of_fleet() {
  const Instant now = std::chrono::steady_clock::now();
  if (!fleet_ || now - fleet_seen_ < fleet_interval) return;
  fleet_seen_ = now;
  const RelayServer& server = service_->server();
  fleet_->announce(
      {.host = host_name(),
       .listen = listens_at(),
       .version = TUTTI_VERSION,
       .rooms = static_cast<std::uint32_t>(server.room_count()),
       .matches = static_cast<std::uint32_t>(server.running_count()),
       .connections = static_cast<std::uint32_t>(server.peer_count()),
       .mirrors = static_cast<std::uint32_t>(server.mirror_count()),
       .mirrored = static_cast<std::uint32_t>(server.mirrored_spectators()),
       .up_seconds = static_cast<std::uint32_t>((now - started_) / std::chrono::seconds(1)),
       .is_draining = server.is_draining()});
  FleetStatus status = fleet_->status();
  if (status.trouble != fleet_told_.trouble && !status.trouble.empty()) {
    say_seldom({"fleet_trouble", {{"sentence", status.trouble}}, LogLevel::warning});
  } else if (status.trouble != fleet_told_.trouble) {
    say({"fleet_well", {{"behind_bytes", status.lag_bytes}}});
  }
  const auto tell_of = [this](std::uint64_t before, std::uint64_t count, const char* event) {
    if (count > before) say({event, {{"matches", count - before}}, LogLevel::error});
  };
  tell_of(fleet_told_.fenced, status.fenced, "fleet_fenced");
  tell_of(fleet_told_.lost, status.lost, "fleet_lost");
  tell_of(fleet_told_.archive_lost, status.archive_lost, "fleet_archive_lost");
  fleet_told_ = std::move(status);
}

void RunningRelay::warn(const Error& trouble) {
  say_seldom({"trouble", {{"sentence", without_codes(trouble).sentence}}, LogLevel::warning});
}

void RunningRelay::say(const LogLine& line) { log_.write(line); }

void RunningRelay::say_seldom(const LogLine& line) {
  if (throttle_.admits(line.event, std::chrono::steady_clock::now())) say(line);
}

std::string RunningRelay::listens_at() const {
  const Result<Address> asked = Address::parse(settings_.service.listen);
  return Address{asked ? asked->host : "", service_->port()}.text();
}

RelayLook RunningRelay::look() const {
  const Instant now = std::chrono::steady_clock::now();
  const RelayServer& server = service_->server();
  RelayLook look{.listen = listens_at(),
                 .shard = settings_.service.server.shard,
                 .key = to_hex(service_->key()),
                 .up = now - started_,
                 .no_newcomers = server.why_no_newcomers().value_or(""),
                 .folder_full = service_->why_folder_is_full().value_or(""),
                 .is_draining = server.is_draining(),
                 .rooms = server.room_count(),
                 .matches_running = server.running_count(),
                 .connections = server.peer_count(),
                 .mirrors = server.mirror_count(),
                 .mirrored = server.mirrored_spectators(),
                 .unkept = service_->unkept(),
                 .journals = service_->renewals(),
                 .files = files_,
                 .files_deleted = service_->deleted(),
                 .log_lines_lost = log_.lost(),
                 .statistics = server.statistics(),
                 .link = service_->link_statistics(),
                 .passes = passes_,
                 .fleet = fleet_ ? std::optional(fleet_->status()) : std::nullopt,
                 .newest = server.summaries(rooms_listed_max, now)};
  if (const JournalStatus* journal = service_->journal_status()) {
    look.journal_bytes = journal->written.bytes;
    look.records_dropped = journal->records_dropped;
    if (journal->error) look.trouble = journal->error->sentence;
  }
  for (RoomSummary& room : look.newest)
    room.room = service_->room_tag(room.room);
  return look;
}

// ---- SIGHUP -------------------------------------------------------------------------------------

void RunningRelay::take_hangups() {
  const int all = hangups();
  if (std::exchange(hangups_taken_, all) == all) return;
  Result<Settings> read = load_settings(origin_.file, origin_.given);
  if (!read) {
    return say({"not_reloaded", {{"sentence", read.error().sentence}}, LogLevel::error});
  }
  Json changed = Json::array(), waiting = Json::array();
  Settings next = settings_of_shard(*read, origin_.shard, settings_.shards);
  for (const Setting& setting : all_settings()) {
    const std::vector<std::string> before = texts_of(settings_, setting);
    if (before == texts_of(next, setting)) continue;
    (setting.is_for_start ? waiting : changed).push_back(setting.name);
    if (!setting.is_for_start) continue;
    // As it was, until the next start.
    const Place place = setting.place(next);
    if (auto* const* list = std::get_if<std::vector<std::string>*>(&place)) (*list)->clear();
    for (const std::string& text : before)
      static_cast<void>(set(next, setting, text));
  }
  settings_ = std::move(next);
  service_->change_options(settings_.service.server);
  log_.change(settings_.log_format, settings_.log_level);
  say({"reloaded", {{"changed", changed}, {"waiting_for_the_next_start", waiting}}});
}

}  // namespace tutti::tool
