#include "tutti/engine/relay_service.hpp"

#include <algorithm>
#include <ctime>
#include <filesystem>
#include <thread>

#include "match_folder.hpp"
#include "tutti/engine/files.hpp"
#include "tutti/engine/key_files.hpp"
#include "tutti/net/address.hpp"
#include "tutti/net/reach.hpp"
#include "tutti/net/room_code.hpp"

namespace tutti {

namespace {

/// Each pass costs a wake, a write and a look at the socket, however little it has to do: so what
/// comes within this time is taken in, written and told together.
constexpr Duration pass_interval = std::chrono::microseconds(500);

/// The folder is read as seldom as that, since it may have many files; oftener while it is full.
constexpr std::chrono::hours folder_interval{1};
constexpr std::chrono::minutes full_folder_interval{1};

/// The link takes a few more than the relay, which can tell who comes back and say why somebody
/// cannot.
std::size_t connections_for(const RelayServer::Options& server) {
  constexpr std::size_t to_be_refused = 64;
  return std::clamp<std::size_t>(server.peers_max + server.places_kept + to_be_refused, 1,
                                 limits::link_peers);
}

std::int64_t utc_now() { return static_cast<std::int64_t>(std::time(nullptr)); }

}  // namespace

std::string room_tag(const SigningKey& key, std::string_view room) {
  constexpr std::size_t tag_bytes = 4;
  const std::string prefix = "tutti room tag " + key.seed_hex() + " ";
  std::array<std::byte, tag_bytes> tag{};
  Blake2b(tag_bytes).update(as_bytes(prefix)).update(as_bytes(room)).finish(tag);
  return to_hex(BytesView(tag));
}

Result<std::string> room_tag(const std::string& logs, std::string_view room) {
  const Result<SigningKey> key =
      load_key((logs.empty() ? default_matches_folder() : logs) + "/relay.key");
  if (!key) return Unexpected{key.error()};
  return room_tag(*key, room);
}

Result<std::unique_ptr<RelayService>> RelayService::open(Options options) {
  const Result<Address> address = Address::parse(options.listen);
  if (!address) return Unexpected{address.error()};
  std::unique_ptr<RelayService> service(new RelayService());
  service->logs_ = options.logs.empty() ? default_matches_folder() : options.logs;
  std::error_code error;
  std::filesystem::create_directories(service->logs_, error);
  if (error) {
    return fail(Fault::system, "the folder " + service->logs_ +
                                   " for match logs cannot be made: " + error.message());
  }
  Result<SigningKey> key = load_or_make_key(service->logs_ + "/relay.key");
  if (!key) return Unexpected{key.error()};
  options.link.key = *key;
  if (!options.link.certificate) {
    auto certificate = load_certificate(service->logs_ + "/relay.cert", key->public_key());
    if (!certificate) return Unexpected{certificate.error()};
    options.link.certificate = *certificate;
  }
  options.link.peers_max = std::max(options.link.peers_max, connections_for(options.server));
  Result<std::unique_ptr<SealedLink>> link = SealedLink::listen(*address, options.link);
  if (!link) return Unexpected{link.error()};
  service->link_ = std::move(*link);
  service->key_ = *key;
  const std::string own = service->logs_ + "/relay-" + std::to_string(service->port());
  auto outbox = options.fleet == nullptr ? Result<std::shared_ptr<MatchOutbox>>(nullptr)
                                         : MatchOutbox::open(posix_storage(), own + ".outbox");
  if (!outbox) return Unexpected{outbox.error()};
  Result<MatchKeeper> keeper =
      MatchKeeper::open(service->storage_, {.folder = service->logs_,
                                            .journal_path = own + ".journal",
                                            .journal_bytes_max = options.journal_bytes_max,
                                            .key = *key,
                                            .writes_aside = true,
                                            .follower = options.follower,
                                            .outbox = *outbox});
  if (!keeper) return Unexpected{keeper.error()};
  service->keeper_.emplace(std::move(*keeper));
  options.server.seed = {};
  service->is_public_ = is_public(*address);
  options.server = service->chosen(std::move(options.server));
  if (!options.server.utc) options.server.utc = utc_now;
  if (options.referee) {
    options.server.referee = [catalog = *options.referee](const std::string& rules) {
      Result<AnyGame> game = catalog.find_rules(rules);
      return game ? std::optional(std::move(*game)) : std::nullopt;
    };
  }
  service->server_ = std::make_unique<RelayServer>(*service->link_, service->keeper_->journal(),
                                                   std::move(options.server));
  if (options.admission_key) {
    Result<UsedTokens> used = UsedTokens::open(posix_storage(), own + ".tokens", utc_now());
    if (!used) return Unexpected{used.error()};
    service->used_tokens_.emplace(std::move(*used));
    service->server_->require_tokens(*options.admission_key, *service->used_tokens_);
  }
  service->folder_ = std::make_unique<detail::MatchFolder>(service->logs_, options.folder, *outbox);
  service->look_after_folder(std::chrono::steady_clock::now());
  if (options.fleet != nullptr) {
    service->server_->use_directory(*options.fleet);
    service->server_->use_follower(*options.fleet);
  }
  if (const Result<void> gone_on = service->go_on(options.fleet, *outbox); !gone_on) {
    return Unexpected{gone_on.error()};
  }
  return service;
}

/// With the matches of the process before, as far as they are this relay's still.
Result<void> RelayService::go_on(FleetMember* fleet, std::shared_ptr<MatchOutbox> outbox) {
  const std::vector<RecoveredJournal::Running> running = keeper_->take_running();
  std::vector<std::optional<std::uint32_t>> epochs(running.size());
  if (fleet != nullptr) {
    auto entered =
        fleet->enter({.port = port(),
                      .identity_path = logs_ + "/relay-" + std::to_string(port()) + ".fleet",
                      .running = running,
                      .outbox = std::move(outbox)});
    if (!entered) return Unexpected{entered.error()};
    epochs = std::move(*entered);
  }
  for (std::size_t i = 0; i < running.size(); ++i) {
    const auto& [number, record] = running[i];
    if (fleet != nullptr && !epochs[i]) {
      left_elsewhere_.push_back(record.room);
    } else {
      server_->restore(number, record, std::chrono::steady_clock::now(), epochs[i]);
    }
  }
  if (!left_elsewhere_.empty()) keeper_->renew_soon();
  return {};
}

RelayService::RelayService() = default;

RelayService::~RelayService() {
  if (keeper_ && server_) keeper_->close(*server_);
}

std::string RelayService::open_branch(MatchRecord record) {
  record.room = server_->free_code();
  record.started_utc = std::max<std::int64_t>(0, utc_now());
  server_->open_branch(record, std::chrono::steady_clock::now());
  return record.room;
}

std::optional<Error> RelayService::pass(Duration wait) {
  std::this_thread::sleep_until(passed_ + pass_interval);
  link_->wait(wait);
  const Instant now = passed_ = std::chrono::steady_clock::now();
  server_->pass(now);
  auto trouble = keeper_->pass(*server_, now);
  look_after_folder(now);
  last_pass_ = std::chrono::steady_clock::now() - now;
  return trouble;
}

void RelayService::drain(Duration within) {
  server_->drain(within, std::chrono::steady_clock::now());
}

/// The options, with the length of codes that suits the address.
RelayServer::Options RelayService::chosen(RelayServer::Options options) const {
  if (options.code_characters == 0 && is_public_) options.code_characters = long_room_code_length;
  return options;
}

void RelayService::change_options(const RelayServer::Options& options) {
  server_->change_options(chosen(options));
}

std::optional<Error> RelayService::hand_over() {
  // What is told of it is sent before the goodbye of the link, which comes with its end.
  link_->service(std::chrono::steady_clock::now());
  return keeper_->close(*server_);
}

void RelayService::look_after_folder(Instant now) {
  const std::vector<std::string>& files = keeper_->files();
  const std::uint64_t fresh = keeper_->files_written() - files_noted_;
  for (std::size_t i = files.size() - std::min<std::uint64_t>(fresh, files.size());
       i < files.size(); ++i) {
    folder_->note_written(files[i]);
  }
  files_noted_ += fresh;
  const Duration interval =
      folder_->why_full() ? Duration(full_folder_interval) : Duration(folder_interval);
  const bool is_due = looked_at_ == Instant{} || now - looked_at_ >= interval;
  if (is_due) {
    looked_at_ = now;
    folder_->look(std::filesystem::file_time_type::clock::now());
  }
  if (is_due || fresh > 0) server_->refuse_rooms(folder_->why_full());
}

std::optional<std::string> RelayService::why_folder_is_full() const { return folder_->why_full(); }

std::uint64_t RelayService::deleted() const { return folder_->deleted(); }

std::optional<Error> RelayService::close() {
  server_->end_all();
  const Instant deadline = std::chrono::steady_clock::now() + std::chrono::seconds(6);
  std::optional<Error> trouble;
  while (server_->room_count() > 0 && std::chrono::steady_clock::now() < deadline) {
    if (auto error = pass(std::chrono::milliseconds(2))) trouble = std::move(error);
  }
  // A failure on the way may have been made good since.
  const bool was_unkept = keeper_->unkept() > 0;
  std::optional<Error> left = keeper_->close(*server_);
  if (left || was_unkept) return left;
  return trouble;
}

HostedRelay::HostedRelay(std::unique_ptr<RelayService> service)
    : service_(std::move(service)), port_(service_->port()), thread_([this] { run(); }) {}

HostedRelay::~HostedRelay() { close(); }

void HostedRelay::run() {
  const auto note = [this](std::optional<Error> trouble) {
    if (!trouble) return;
    const std::lock_guard lock(mutex_);
    trouble_ = std::move(trouble);
  };
  while (!is_stopping_)
    note(service_->pass(std::chrono::milliseconds(2)));
  note(service_->close());
}

std::optional<Error> HostedRelay::take_trouble() {
  const std::lock_guard lock(mutex_);
  return std::exchange(trouble_, std::nullopt);
}

std::optional<Error> HostedRelay::close() {
  is_stopping_ = true;
  if (thread_.joinable()) thread_.join();
  return take_trouble();
}

}  // namespace tutti
