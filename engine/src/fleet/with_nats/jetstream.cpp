#include "fleet/with_nats/jetstream.hpp"

#include <algorithm>
#include <atomic>
#include <charconv>
#include <thread>
#include <utility>

namespace tutti {

namespace detail {

namespace {

constexpr const char* log_subjects = "tutti.log.*";
constexpr const char* log_subject = "tutti.log.";

constexpr std::int64_t log_second = 1'000'000'000;
/// Matches are kept for a day; ids for longer than the servers need to find another leader.
constexpr StreamPlan log_plan{.name = log_stream,
                              .subjects = log_subjects,
                              .description = "tutti fleet log, records 1",
                              .description_any = "tutti fleet log, records ",
                              .kept_ns = 24 * 3600 * log_second,
                              .duplicates_ns = 120 * log_second};
/// The beginning of a long match is in pages alone, when its entries have gone.
constexpr StreamPlan page_plan{.name = page_stream,
                               .subjects = "tutti.page.*",
                               .description = "tutti fleet pages, records 1",
                               .description_any = "tutti fleet pages, records ",
                               .kept_ns = 7 * 24 * 3600 * log_second,
                               .duplicates_ns = 120 * log_second};
/// Before the names of pages, among those of entries.
constexpr char page_mark = 'p';
/// Of the names of entries, at most.
constexpr std::size_t id_length = 2 * (2 * sizeof(Digest::bytes)) + 3 + 10 + 20;
/// Most of what is done at once waits for servers.
constexpr std::size_t threads_most = 8;
/// Of other relays, that nobody has heard yet.
constexpr std::size_t words_most = 256;

/// An entry's name: the same one is always sent with the same bytes.
std::string id_of(const LogEntry& entry) {
  std::string id;
  id.reserve(id_length);
  id.append(to_hex(entry.match.digest)).append(1, ':').append(to_hex(BytesView(entry.owner.bytes)));
  id.append(1, ':').append(std::to_string(entry.epoch));
  id.append(1, ':').append(std::to_string(entry.number));
  return id;
}

std::optional<MatchId> match_of(std::string_view subject) {
  const std::string_view prefix = log_subject;
  if (!subject.starts_with(prefix)) return std::nullopt;
  const auto digest = digest_from_hex(subject.substr(prefix.size()));
  return digest ? std::optional(MatchId{*digest}) : std::nullopt;
}

std::optional<LogEntry> entry_of(const natsMsg* message, std::size_t most) {
  const auto match = match_of(natsMsg_GetSubject(message));
  const BytesView data = data_of(message);
  if (!match) return std::nullopt;
  return decode_log_entry(*match, data.first(std::min(data.size(), most)));
}

void take_answer(jsCtx*, natsMsg* raw, jsPubAck* answer, jsPubAckErr*, void* closure) {
  const NatsMessage message(raw);
  const auto renewal = renewal_in(raw);
  if (answer != nullptr && renewal) static_cast<Mailbox*>(closure)->put_announced(*renewal);
}

/// The name of an entry, with which the answer to it comes.
std::string name_of(const LogEntry& entry) {
  std::string name;
  name.reserve(id_length);
  name.append(to_hex(entry.match.digest)).append(1, '.').append(std::to_string(entry.epoch));
  name.append(1, '.').append(std::to_string(entry.number));
  return name;
}

/// The number behind these words; nothing if they are not there.
std::optional<std::uint64_t> number_behind(std::string_view text, std::string_view words) {
  const std::size_t at = text.find(words);
  if (at == text.npos) return std::nullopt;
  std::uint64_t number = 0;
  const char* first = text.data() + at + words.size();
  const auto read = std::from_chars(first, text.data() + text.size(), number);
  return read.ec == std::errc() ? std::optional(number) : std::nullopt;
}

/// What a stream's answer says, with the name of the entry. A server writes it without spaces, and
/// these names are in no text of it. A duplicate is one of the very bytes: an entry's id names its
/// match, its writer and its place.
std::optional<AppendOutcome> outcome_in(std::string_view name, natsMsg* answer) {
  constexpr std::size_t digits = 2 * sizeof(Digest::bytes);
  const bool is_page = name.starts_with(page_mark);
  if (is_page) name.remove_prefix(1);
  const auto match = digest_from_hex(name.substr(0, digits));
  const std::size_t point = name.rfind('.');
  const auto epoch = number_behind(name.substr(std::min(digits, name.size())), ".");
  const auto number = point == name.npos ? std::nullopt : number_behind(name.substr(point), ".");
  if (!match || !epoch || !number) return std::nullopt;
  AppendOutcome outcome{
      .match = {*match}, .epoch = static_cast<std::uint32_t>(*epoch), .number = *number};
  outcome.is_page = is_page;
  const BytesView data = data_of(answer);
  const std::string_view text(reinterpret_cast<const char*>(data.data()), data.size());
  if (const auto code = number_behind(text, "\"err_code\":")) {
    if (*code == JSStreamWrongLastSequenceErr) outcome.kind = AppendOutcome::Kind::refused;
  } else if (const auto sequence = number_behind(text, "\"seq\":")) {
    outcome.kind = AppendOutcome::Kind::stored;
    outcome.sequence = *sequence;
  }
  return outcome;
}

}  // namespace

std::string subject_of(const MatchId& match) { return log_subject + to_hex(match.digest); }
std::string page_subject_of(const MatchId& match) { return "tutti.page." + to_hex(match.digest); }

// ---- What libnats hands over --------------------------------------------------------------------

Mailbox& Mailbox::make(std::function<void()> wake) {
  static std::mutex all_mutex;
  static auto& all = *new std::deque<Mailbox>;
  const std::lock_guard lock(all_mutex);
  Mailbox& box = all.emplace_back();
  box.wake = std::move(wake);
  return box;
}

void Mailbox::close() {
  const std::lock_guard lock(mutex);
  wake = nullptr;
  announced.clear();
  words.clear();
}

void Mailbox::put_announced(std::uint32_t renewal) {
  const std::lock_guard lock(mutex);
  announced.push_back(renewal);
  if (wake) wake();
}

void Mailbox::put_word(const RelayWord& word) {
  const std::lock_guard lock(mutex);
  if (!wake || words.size() >= words_most) return;
  words.push_back(word);
  wake();
}

// ---- Logs ---------------------------------------------------------------------------------------

JetStream::~JetStream() {
  mailbox_->close();
  // Its thread ends, so that its subscriptions may go.
  if (connection_) natsConnection_Close(connection_.get());
}

Result<void> JetStream::open() {
  if (auto opened = open_client(nats_short_answer_ms, take_answer, mailbox_); !opened)
    return opened;
  return open_streams({&log_plan, &page_plan, &relay_plan, &room_plan});
}

Result<void> JetStream::append(const LogEntry& entry, std::uint64_t after) {
  return publish(subject_of(entry.match), encode(entry), name_of(entry),
                 {{"Nats-Msg-Id", id_of(entry)},
                  {"Nats-Expected-Stream", log_stream},
                  {"Nats-Expected-Last-Subject-Sequence", std::to_string(after)}});
}

Result<void> JetStream::append_page(const LogPage& page) {
  return publish(page_subject_of(page.all.match), encode(page), page_mark + name_of(page.all),
                 {{"Nats-Msg-Id", id_of(page.all)}, {"Nats-Expected-Stream", page_stream}});
}

Result<void> JetStream::publish(
    const std::string& subject, BytesView bytes, const std::string& name,
    std::initializer_list<std::pair<const char*, std::string>> headers) {
  if (!publisher_.is_open()) {
    if (auto opened = publisher_.open(options_); !opened) return opened;
  }
  if (!publisher_.is_connected()) return out_of_reach();
  NatsMessage message = message_of(subject, bytes, publisher_.reply_subject(name));
  natsStatus status = message ? NATS_OK : NATS_NO_MEMORY;
  for (const auto& [header, value] : headers) {
    if (status == NATS_OK) status = natsMsgHeader_Set(message.get(), header, value.c_str());
  }
  if (status == NATS_OK) status = publisher_.publish(std::move(message));
  return status == NATS_OK ? Result<void>() : trouble("an entry cannot be sent", status);
}

std::optional<AppendOutcome> JetStream::next_outcome() {
  if (!publisher_.is_open()) return std::nullopt;
  std::string name;
  while (NatsMessage answer = publisher_.next_answer(name)) {
    const auto outcome = outcome_in(name, answer.get());
    publisher_.done_with(std::move(answer));
    if (outcome) return outcome;
  }
  return std::nullopt;
}

void JetStream::in_parallel(std::size_t count, const std::function<void(std::size_t)>& work) {
  std::atomic<std::size_t> next = 0;
  const auto go_on = [&] {
    for (std::size_t i = next++; i < count; i = next++)
      work(i);
  };
  std::vector<std::thread> threads;
  while (threads.size() + 1 < std::min(count, threads_most))
    threads.emplace_back(go_on);
  go_on();
  for (std::thread& thread : threads)
    thread.join();
}

AppendOutcome JetStream::append_now(const LogEntry& entry, std::uint64_t after) {
  const NatsMessage message = message_of(subject_of(entry.match), encode(entry));
  // The same fence at another place is another one.
  const std::string id = id_of(entry) + ":" + std::to_string(after);
  AppendOutcome outcome = publish_after(context_.get(), message.get(), log_stream, id, after);
  outcome.match = entry.match;
  outcome.epoch = entry.epoch;
  outcome.number = entry.number;
  return outcome;
}

Result<std::optional<StoredEntry>> JetStream::last(const MatchId& match) {
  const auto message = last_message(log_stream, subject_of(match));
  if (!message) return Unexpected{message.error()};
  if (*message == nullptr) return std::optional<StoredEntry>();
  return stored(message->get(), natsMsg_GetSequence(message->get()));
}

Result<std::vector<MatchId>> JetStream::matches() {
  const auto subjects = subjects_in(log_stream, log_subjects);
  if (!subjects) return Unexpected{subjects.error()};
  std::vector<MatchId> found;
  for (const std::string& subject : *subjects) {
    if (const auto match = match_of(subject)) found.push_back(*match);
  }
  return found;
}

Result<std::optional<StoredEntry>> JetStream::stored(const natsMsg* message,
                                                     std::uint64_t sequence) const {
  auto entry = entry_of(message, limits::fleet_entry_bytes + entry_head_bytes + 1);
  if (!entry) return of_something_else(log_stream);
  return std::optional(StoredEntry{sequence, std::move(*entry)});
}

}  // namespace detail

Result<std::unique_ptr<FleetStore>> open_jetstream(const FleetStoreOptions& options,
                                                   std::function<void()> wake) {
  TUTTI_ASSERT(!options.servers.empty());
  auto store = std::make_unique<detail::JetStream>(options, std::move(wake));
  if (const Result<void> opened = store->open(); !opened) return Unexpected{opened.error()};
  return std::unique_ptr<FleetStore>(std::move(store));
}

}  // namespace tutti
