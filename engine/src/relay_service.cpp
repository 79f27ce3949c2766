#include "tutti/engine/relay_service.hpp"

#include <algorithm>
#include <ctime>
#include <filesystem>
#include <random>

#include "relay_key.hpp"
#include "tutti/engine/files.hpp"
#include "tutti/net/address.hpp"
#include "tutti/net/room_code.hpp"
#include "tutti/replay/journal_recovery.hpp"
#include "tutti/replay/match_file.hpp"

namespace tutti {

namespace {
/// How often it is tried, while the disk fails, to begin a journal on which syncs succeed.
constexpr std::chrono::seconds renewal_interval{1};
}  // namespace

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
  Result<SigningKey> key = load_relay_key(service->logs_);
  if (!key) return Unexpected{key.error()};
  service->key_ = *key;
  Result<std::unique_ptr<EnetLink>> link = EnetLink::listen(*address);
  if (!link) return Unexpected{link.error()};
  service->link_ = std::move(*link);
  service->journal_path_ =
      service->logs_ + "/relay-" + std::to_string(service->port()) + ".journal";
  service->journal_bytes_max_ = options.journal_bytes_max;
  Result<RecoveredJournal> recovered = recover_journal(posix_storage(), service->journal_path_);
  if (!recovered) return Unexpected{recovered.error()};
  service->journal_.emplace(std::move(recovered->journal));
  std::random_device random;
  for (std::uint64_t& word : options.server.seed)
    word = (std::uint64_t{random()} << 32) | random();
  options.server.utc_at_start = static_cast<std::int64_t>(std::time(nullptr));
  if (options.referee) {
    options.server.referee = [catalog = *options.referee](const std::string& rules) {
      Result<AnyGame> game = catalog.find_rules(rules);
      return game ? std::optional(std::move(*game)) : std::nullopt;
    };
  }
  service->server_ =
      std::make_unique<RelayServer>(*service->link_, *service->journal_, options.server);
  for (MatchRecord& record : recovered->over) {
    if (Result<void> kept = service->sign_and_keep(record); !kept) return Unexpected{kept.error()};
  }
  for (const RecoveredJournal::Running& match : recovered->running) {
    service->server_->restore(match.number, match.record, std::chrono::steady_clock::now());
  }
  return service;
}

std::string RelayService::open_branch(MatchRecord record) {
  std::random_device device;
  Random random((std::uint64_t{device()} << 32) | device());
  do
    record.room = random_room_code(random);
  while (server_->match(record.room) != nullptr);
  record.started_utc = static_cast<std::int64_t>(std::time(nullptr));
  server_->open_branch(record, std::chrono::steady_clock::now());
  return record.room;
}

RelayService::~RelayService() {
  if (!server_ || !journal_) return;
  journal_->flush_and_sync();
  const bool is_done = server_->room_count() == 0 && !journal_->status().error;
  server_.reset();
  journal_.reset();
  // Every match in it is a file of its own by now.
  std::error_code ignored;
  if (is_done) std::filesystem::remove(journal_path_, ignored);
}

/// Begins the journal anew: those of its matches that are over are files by now.
Result<void> RelayService::renew() {
  Result<RenewedJournal> renewed = renew_journal(posix_storage(), journal_path_, *server_);
  if (!renewed) return Unexpected{renewed.error()};
  journal_ = std::move(renewed->journal);
  server_->continue_in(*journal_, renewed->numbers);
  return {};
}

Result<void> RelayService::sign_and_keep(MatchRecord& record) {
  const std::string path =
      logs_ + "/" + match_file_name(record.started_utc, record.log.setup().rules, record.room);
  if (posix_storage().exists(path)) return {};
  if (record.log.last_event() <= record.log.horizon()) sign(record, *key_);
  if (Result<void> written = write_match_file(path, record); !written) return written;
  files_.push_back(path);
  return {};
}

Result<void> RelayService::keep(const RelayServer::FoundDesync& found) {
  // Whose memory fails all the time fills no disk.
  constexpr std::size_t evidence_most = 8;
  if (found.match.desyncs.size() > evidence_most) return {};
  const MatchRecord& match = found.match;
  const std::filesystem::path name =
      match_file_name(match.started_utc, match.log.setup().rules, match.room);
  const std::string path = logs_ + "/" + name.stem().string() + "-tick" +
                           std::to_string(found.bundle.finding.tick.value) + ".desync";
  Result<void> written = posix_storage().replace(path, write_desync(found.match, found.bundle));
  if (written) evidence_.push_back(path);
  return written;
}

std::optional<Error> RelayService::pass(Duration wait) {
  link_->wait(wait);
  const Instant now = std::chrono::steady_clock::now();
  server_->pass(now);
  std::optional<Error> trouble;
  while (auto record = server_->next_finished()) {
    if (Result<void> kept = sign_and_keep(*record); !kept) {
      trouble = kept.error();
      has_unkept_ = true;
    }
  }
  // A match that is nowhere else stays in the journal.
  const bool is_large = journal_->status().written.bytes > journal_bytes_max_;
  const bool must_be_renewed = journal_->status().must_be_renewed && now >= next_renewal_;
  if (!has_unkept_ && (is_large || must_be_renewed)) {
    next_renewal_ = now + renewal_interval;
    if (Result<void> renewed = renew(); !renewed) {
      trouble = renewed.error();
      if (is_large) journal_bytes_max_ *= 2;  // not again at once
    } else {
      journal_bytes_max_ = std::max(journal_bytes_max_, 2 * journal_->status().written.bytes);
    }
  }
  while (const auto found = server_->next_desync()) {
    if (Result<void> kept = keep(*found); !kept) trouble = kept.error();
  }
  const bool is_failing = journal_->status().error.has_value();
  if (is_failing && !is_journal_failing_) trouble = journal_->status().error;
  is_journal_failing_ = is_failing;
  return trouble;
}

std::optional<Error> RelayService::close() {
  server_->end_all();
  const Instant deadline = std::chrono::steady_clock::now() + std::chrono::seconds(6);
  std::optional<Error> trouble;
  while (server_->room_count() > 0 && std::chrono::steady_clock::now() < deadline) {
    if (auto error = pass(std::chrono::milliseconds(2))) trouble = std::move(error);
  }
  return trouble;
}

HostedRelay::HostedRelay(std::unique_ptr<RelayService> service)
    : service_(std::move(service)), port_(service_->port()), thread_([this] {
        while (!is_stopping_)
          service_->pass(std::chrono::milliseconds(2));
        service_->close();
      }) {}

HostedRelay::~HostedRelay() {
  is_stopping_ = true;
  thread_.join();
}

}  // namespace tutti
