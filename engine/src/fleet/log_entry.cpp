// The bytes of an entry, and a log made of entries again.

#include <algorithm>

#include "fleet/growing_log.hpp"
#include "tutti/replay/format.hpp"

namespace tutti {

namespace {

constexpr std::uint8_t entry_version = 1;
constexpr std::uint8_t whole_flag = 1;
constexpr std::size_t head_bytes = 30;

void take(std::vector<detail::EpochEntries>& epochs, const StoredEntry& stored) {
  if (stored.entry.number == 0) {
    epochs.emplace_back(stored);
  } else if (!epochs.empty()) {
    // One that was confirmed together with a fence may come behind it.
    const auto own = std::find_if(epochs.rbegin(), epochs.rend(),
                                  [&](const auto& each) { return each.is_of(stored.entry); });
    (own == epochs.rend() ? epochs.back() : *own).take(stored);
  }
}

}  // namespace

MatchId match_id_of(const MatchRecord& record) {
  Bytes bytes;
  ByteWriter out(bytes);
  out.text("tutti match 1");
  out.text(record.room);
  out.u64(static_cast<std::uint64_t>(record.started_utc));
  out.run(record.door);
  const Setup& setup = record.log.setup();
  out.text(setup.rules);
  out.u64(setup.seed);
  out.u8(setup.players);
  out.run(setup.options);
  return {digest_of(bytes)};
}

Bytes encode(const LogEntry& entry) {
  Bytes bytes;
  bytes.reserve(head_bytes + entry.records.size());
  ByteWriter out(bytes);
  out.u8(entry_version);
  out.u8(entry.is_whole ? whole_flag : 0);
  out.raw(entry.owner.bytes);
  out.u32(entry.epoch);
  out.u64(entry.number);
  out.raw(entry.records);
  return bytes;
}

std::optional<LogEntry> decode_log_entry(const MatchId& match, BytesView bytes) {
  ByteReader in(bytes);
  const std::uint8_t version = in.u8();
  const std::uint8_t flags = in.u8();
  LogEntry entry{.match = match, .is_whole = (flags & whole_flag) != 0};
  const BytesView owner = in.raw(entry.owner.bytes.size());
  entry.epoch = in.u32();
  entry.number = in.u64();
  if (!in.ok() || version != entry_version || (flags & ~whole_flag) != 0) return std::nullopt;
  if (in.remaining() > limits::fleet_entry_bytes) return std::nullopt;
  std::copy(owner.begin(), owner.end(), entry.owner.bytes.begin());
  const BytesView records = in.raw(in.remaining());
  entry.records.assign(records.begin(), records.end());
  return entry;
}

Result<AssembledLog> assemble(std::span<const StoredEntry> entries) {
  std::vector<detail::EpochEntries> epochs;
  for (const StoredEntry& stored : entries)
    take(epochs, stored);
  if (epochs.empty()) {
    return fail(Fault::bad_data, "the beginning of the match is not there any more");
  }
  const auto whole = std::find_if(epochs.rbegin(), epochs.rend(),
                                  [](const auto& each) { return each.is_whole(); });
  const auto begun = std::find_if(epochs.rbegin(), epochs.rend(),
                                  [](const auto& each) { return !each.records().empty(); });
  const detail::EpochEntries& chosen = whole != epochs.rend()   ? *whole
                                       : begun != epochs.rend() ? *begun
                                                                : epochs.back();
  AssembledLog log{.has_hole = chosen.has_hole()};
  append_file_header(log.journal);
  const Bytes& records = chosen.records();
  log.journal.insert(log.journal.end(), records.begin(), records.end());
  return log;
}

}  // namespace tutti
