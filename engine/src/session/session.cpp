#include "tutti/engine/session.hpp"

#include <algorithm>

#include "session/opening.hpp"
#include "source/online_source.hpp"
#include "tutti/replay/match_file.hpp"
#include "tutti/sim/mutant.hpp"
#include "tutti/sim/text.hpp"

namespace tutti {

const char* to_text(Status status) {
  switch (status) {
    case Status::connecting:
      return "connecting";
    case Status::catching_up:
      return "catching up";
    case Status::playing:
      return "playing";
    case Status::reconnecting:
      return "reconnecting";
    case Status::waiting:
      return "waiting";
    case Status::held:
      return "held";
    case Status::resyncing:
      return "resyncing";
    case Status::paused:
      return "paused";
    case Status::ended:
      return "ended";
    case Status::failed:
      return "failed";
  }
  return "";
}

AnySession::AnySession(std::unique_ptr<Running> running) : running_(std::move(running)) {}
AnySession::AnySession(AnySession&&) noexcept = default;
AnySession& AnySession::operator=(AnySession&&) noexcept = default;
AnySession::~AnySession() = default;

Result<AnySession> AnySession::begin(AnyGame game, Result<Opening> opening) {
  if (!opening) return Unexpected{opening.error()};
  if (Result<void> saving = check_saving(game); !saving) return Unexpected{saving.error()};
  return AnySession(std::make_unique<Running>(std::move(game), std::move(*opening)));
}

Result<AnySession> AnySession::solo(AnyGame game, SoloOptions options) {
  return begin(game, open_solo(game, options));
}

Result<AnySession> AnySession::join(AnyGame game, JoinOptions options) {
  return begin(game, open_join(game, std::move(options)));
}

Result<AnySession> AnySession::host(AnyGame game, HostOptions options) {
  return begin(game, open_host(game, std::move(options)));
}

Result<AnySession> AnySession::spectate(AnyGame game, SpectateOptions options) {
  return begin(game, open_spectator(game, std::move(options)));
}

Result<AnySession> AnySession::watch(AnyGame game, const std::string& path, WatchOptions options) {
  Result<ReadMatch> match = read_match_file(path);
  if (!match) return Unexpected{match.error()};
  return watch(std::move(game), std::move(match->record), options);
}

Result<AnySession> AnySession::watch(AnyGame game, MatchRecord record, WatchOptions options) {
  return begin(game, open_recording(game, std::move(record), options));
}

Result<AnySession> AnySession::take_over(AnyGame game, const MatchRecord& record, Tick at,
                                         SessionOptions options) {
  return begin(game, open_branch(game, record, at, options));
}

Result<AnySession> AnySession::rehearse(AnyGame game, SoloOptions options) {
  if (options.session.rehearse_depth == 0) options.session.rehearse_depth = 8;
  return solo(std::move(game), std::move(options));
}

Result<AnySession> AnySession::join_over(AnyGame game, std::unique_ptr<Link> link, PeerId relay,
                                         JoinOptions options) {
  return begin(game, open_join_over(game, std::move(link), relay, std::move(options)));
}

AnySession AnySession::over(AnyGame game, std::unique_ptr<Link> link, PeerId relay, Hello hello,
                            SessionOptions options) {
  return AnySession(std::make_unique<Running>(
      std::move(game), open_over(std::move(link), relay, std::move(hello), options)));
}

void AnySession::advance(Instant now) {
  running_->tell_time(now);
  running_->advance(now);
}
std::uint64_t AnySession::advances() const { return running_->advances(); }

bool AnySession::set_input(BytesView input) {
  return running_->set_input(running_->source().players().first(), input);
}
bool AnySession::set_input(PlayerId player, BytesView input) {
  return running_->set_input(player, input);
}
CommandId AnySession::send(BytesView command) {
  return running_->send(running_->source().players().first(), command);
}
CommandId AnySession::send(PlayerId player, BytesView command) {
  return running_->send(player, command);
}
std::optional<CommandId> AnySession::act(PlayerId player, BytesView event) {
  const std::size_t tag_bytes = game().has_commands() ? 1 : 0;
  const auto is = game().tag_of(event);
  if (is == PlayerEvent::command) return send(player, event.subspan(tag_bytes));
  if (is == PlayerEvent::input) set_input(player, event.subspan(tag_bytes));
  return std::nullopt;
}
std::span<const CommandOutcome> AnySession::outcomes() const {
  return running_->hands().outcomes();
}
Tick AnySession::offered_for(PlayerId player) const {
  const Match* match = running_->match();
  return match == nullptr ? Tick{} : match->own.offered_for(player);
}

const void* AnySession::state() const { return running_->state(); }
const void* AnySession::previous_state() const { return running_->previous_state(); }
double AnySession::fraction() const { return running_->fraction(); }
std::span<const EffectNotice> AnySession::effects() const { return running_->notices(); }

Status AnySession::status() const { return running_->status(); }
const Error& AnySession::failure() const { return running_->failure(); }
SessionStatistics AnySession::statistics() const { return running_->statistics(); }
const std::vector<Desync>& AnySession::desyncs() const { return running_->findings().desyncs; }
std::optional<Tick> AnySession::diverged() const { return running_->findings().diverged(); }

const AnyGame& AnySession::game() const { return running_->game(); }
std::optional<PlayerId> AnySession::player() const {
  const LocalPlayers players = running_->source().players();
  return players.is_known() ? std::optional(players.first()) : std::nullopt;
}
std::vector<PlayerId> AnySession::players() const {
  const LocalPlayers players = running_->source().players();
  if (!players.is_known()) return {};
  return {players.slots().begin(), players.slots().end()};
}
bool AnySession::is_watching() const { return running_->is_watching(); }
std::string AnySession::room() const { return running_->source().room(); }
std::vector<std::string> AnySession::names() const {
  std::vector<std::string> names = running_->names();
  for (std::string& name : names)
    name = TUTTI_MUTANT(names_are_shown_raw) ? name : presentable(name);
  return names;
}

std::uint16_t AnySession::port() const {
  const OnlineSource* online = running_->source().online();
  return online == nullptr ? std::uint16_t{0} : online->port();
}

std::optional<Error> AnySession::relay_trouble() {
  OnlineSource* online = running_->source().online();
  return online == nullptr ? std::nullopt : online->take_relay_trouble();
}

std::optional<Error> AnySession::close_relay() {
  OnlineSource* online = running_->source().online();
  return online == nullptr ? std::nullopt : online->close_relay();
}

std::uint32_t AnySession::epoch() const {
  const OnlineSource* online = running_->source().online();
  return online == nullptr ? 0 : online->epoch();
}

std::vector<PlayerId> AnySession::awaited() const { return running_->awaited(); }

std::vector<Newcomer> AnySession::newcomers() const {
  const OnlineSource* online = running_->source().online();
  return online == nullptr ? std::vector<Newcomer>() : online->client().room().newcomers;
}

bool AnySession::is_host_asked() const {
  const OnlineSource* online = running_->source().online();
  return online != nullptr && online->client().room().is_host_asked;
}

std::optional<RoomTerms> AnySession::room_terms() const {
  const OnlineSource* online = running_->source().online();
  if (online == nullptr || !online->client().welcome()) return std::nullopt;
  return online->client().welcome()->terms;
}

std::string AnySession::invitation(std::string_view address) const {
  const OnlineSource* online = running_->source().online();
  return online == nullptr ? std::string() : online->invitation(address);
}

const std::vector<RelayEvent>& AnySession::corrections() const {
  static const std::vector<RelayEvent> none;
  const Match* match = running_->match();
  return match == nullptr ? none : match->roster.corrections();
}

const Timeline* AnySession::timeline() const {
  const Match* match = running_->match();
  return match == nullptr ? nullptr : &match->timeline();
}

Playback* AnySession::playback() { return running_->source().playback(); }

void AnySession::kick(PlayerId player) { running_->source().say(host_word::Kick{player}); }
void AnySession::correct(Correction correction, Tick about, std::string text) {
  running_->source().say(host_word::Correct{correction, about, std::move(text)});
}
void AnySession::end_match() { running_->source().say(host_word::End{}); }

void AnySession::let_in(NewcomerId newcomer) {
  OnlineSource* online = running_->source().online();
  if (online != nullptr) online->client().decide(newcomer, HostWish::let_in);
}

void AnySession::turn_away(NewcomerId newcomer) {
  OnlineSource* online = running_->source().online();
  if (online != nullptr) online->client().decide(newcomer, HostWish::turn_away);
}

void AnySession::become_player(std::string name) {
  OnlineSource* online = running_->source().online();
  if (online == nullptr) return;
  online->client().change_role(Role::player, 0, cut_text(name, limits::name_bytes));
}

void AnySession::become_spectator(std::int64_t delay_seconds) {
  const auto delay = static_cast<std::uint16_t>(
      std::clamp<std::int64_t>(delay_seconds, 0, limits::spectator_delay_seconds));
  OnlineSource* online = running_->source().online();
  if (online != nullptr) online->client().change_role(Role::spectator, delay, "");
}

std::string AnySession::role_refusal() const {
  const OnlineSource* online = running_->source().online();
  return online == nullptr ? std::string() : online->client().role_refusal();
}

Result<MatchRecord> AnySession::recording() const {
  const Match* match = running_->match();
  if (match == nullptr) {
    return fail(Fault::usage, "there is nothing to record before the match begins");
  }
  return match->recorder.recording(match->log(), room(), desyncs());
}

Result<std::string> AnySession::report_bug(std::string_view note, std::string path) const {
  Result<MatchRecord> record = recording();
  if (!record) return Unexpected{record.error()};
  return write_bug_report(std::move(*record), *timeline(), note, std::move(path));
}

void AnySession::leave() { running_->leave(); }

}  // namespace tutti
