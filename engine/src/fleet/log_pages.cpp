#include "fleet/log_pages.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <utility>

#include "fleet/growing_log.hpp"
#include "tutti/sim/mutant.hpp"

namespace tutti {

namespace {

constexpr std::uint8_t page_version = 1;

}  // namespace

Bytes encode(const LogPage& page) {
  Bytes bytes;
  ByteWriter out(bytes);
  out.u8(page_version);
  out.u64(page.entries);
  out.u64(page.through);
  const Bytes all = encode(page.all);
  out.raw(all);
  return bytes;
}

std::optional<LogPage> decode_log_page(const MatchId& match, BytesView bytes) {
  ByteReader in(bytes);
  const std::uint8_t version = in.u8();
  LogPage page{.entries = in.u64(), .through = in.u64()};
  if (!in.ok() || version != page_version || page.entries == 0) return std::nullopt;
  const auto all = decode_log_entry(match, in.raw(in.remaining()));
  if (!all || all->number + page.entries < page.entries) return std::nullopt;
  page.all = *all;
  return page;
}

Result<std::vector<StoredEntry>> read_log(FleetStore& store, const MatchId& match,
                                          std::uint64_t through, std::vector<StoredEntry> known) {
  const auto is_too_long = [through](const std::vector<StoredEntry>& log) {
    return through != 0 && !log.empty() && log.back().sequence > through;
  };
  std::vector<StoredEntry> log = std::move(known);
  if (log.empty() || is_too_long(log)) {
    const auto pages = store.pages(match);
    if (!pages) return Unexpected{pages.error()};
    log = detail::newest_whole(*pages);
  }
  if (is_too_long(log)) log.clear();
  if (!log.empty() && log.back().sequence == through) return log;
  auto entries = store.read(match, through, log.empty() ? 0 : log.back().sequence);
  if (!entries) return entries;
  log.insert(log.end(), std::make_move_iterator(entries->begin()),
             std::make_move_iterator(entries->end()));
  return log;
}

namespace detail {

namespace {

constexpr Duration page_answer_time = std::chrono::seconds(5);
constexpr Duration page_retry_interval = std::chrono::seconds(1);

}  // namespace

// ---- Making them --------------------------------------------------------------------------------

void LogPages::take(const LogEntry& entry, std::uint64_t sequence) {
  if (is_given_up_) return;
  Bytes& records = gathered_.all.records;
  if (records.size() + entry.records.size() > limits::fleet_entry_bytes) {
    if (sent_) {
      *this = LogPages(page_bytes_);
      is_given_up_ = true;
      return;
    }
    sent_ = std::exchange(gathered_, {});
    is_to_be_sent_ = true;
  }
  if (gathered_.entries == 0) {
    gathered_.all = {
        .match = entry.match, .owner = entry.owner, .epoch = entry.epoch, .number = entry.number};
  }
  gathered_.all.is_whole = gathered_.all.is_whole || entry.is_whole;
  make_room(records, records.size() + entry.records.size());
  records.insert(records.end(), entry.records.begin(), entry.records.end());
  ++gathered_.entries;
  gathered_.through = sequence;
}

/// Of a short match little is kept; and a page that grows does not move again and again.
void LogPages::make_room(Bytes& records, std::size_t size) const {
  if (size <= records.capacity()) return;
  const std::size_t most = page_bytes_ + page_bytes_ / 8;
  records.reserve(std::max(size, records.empty() ? most / 8 : most));
}

void LogPages::pass(FleetStore& store, Instant now) {
  if (!sent_ && gathered_.all.records.size() >= page_bytes_) {
    sent_ = std::exchange(gathered_, {});
    is_to_be_sent_ = true;
  }
  if (!sent_) return;
  const Duration patience = is_to_be_sent_ ? page_retry_interval : page_answer_time;
  if (now - sent_at_ < patience && sent_at_ != Instant{}) return;
  sent_at_ = now;
  is_to_be_sent_ = !store.append_page(*sent_);
}

void LogPages::take(const AppendOutcome& outcome) {
  const bool is_it =
      sent_ && sent_->all.epoch == outcome.epoch && sent_->all.number == outcome.number;
  if (!is_it) return;
  if (outcome.kind == AppendOutcome::Kind::stored) {
    sent_.reset();
    sent_at_ = {};
  } else {
    is_to_be_sent_ = true;
  }
}

// ---- Reading them -------------------------------------------------------------------------------

std::vector<StoredEntry> newest_whole(std::span<const LogPage> pages) {
  struct Chain {
    std::vector<StoredEntry> pages{};
    std::uint64_t next = 0;  // the number of the entry that is wanted
    bool is_whole = false;
  };
  std::map<std::pair<RelayId, std::uint32_t>, Chain> chains;
  for (const LogPage& page : pages) {
    Chain& chain = chains[{page.all.owner, page.all.epoch}];
    if (page.all.number != chain.next && !TUTTI_MUTANT(missing_pages_are_ignored)) continue;
    chain.next += page.entries;
    chain.is_whole = chain.is_whole || page.all.is_whole;
    chain.pages.push_back({page.through, page.all, page.entries});
  }
  Chain newest;
  for (auto& [writer, chain] : chains) {
    const bool is_newer =
        newest.pages.empty() || chain.pages.back().sequence > newest.pages.back().sequence;
    if (chain.is_whole && !chain.pages.empty() && is_newer) newest = std::move(chain);
  }
  return std::move(newest.pages);
}

}  // namespace detail

}  // namespace tutti
