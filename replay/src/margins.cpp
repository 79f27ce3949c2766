// The payload of MARGINS records, as FORMAT.md lays it out.

#include "payloads.hpp"

namespace tutti {

namespace {

/// No item is smaller.
constexpr std::size_t item_bytes_least = 7;

std::uint32_t read_count(ByteReader& in) {
  const std::uint64_t count = in.varint();
  if (count > UINT32_MAX) in.fail();
  return in.ok() ? static_cast<std::uint32_t>(count) : 0;
}

}  // namespace

void MarginItems::add(const ArrivalMargins& item) {
  TUTTI_ASSERT(item.from >= previous_, item.from, previous_);
  ByteWriter out(items_);
  out.varint(static_cast<std::uint64_t>(item.from - previous_));
  out.u8(item.player.value);
  out.varint(item.count);
  out.varint(item.late);
  out.signed_varint(item.least);
  out.signed_varint(item.most);
  out.signed_varint(item.total);
  previous_ = item.from;
  ++count_;
}

void MarginItems::move_to(Bytes& file, MatchNumber match) {
  const std::size_t start = begin_record(file, RecordType::margins, record_flags::derived, match);
  ByteWriter out(file);
  out.varint(count_);
  out.raw(items_);
  finish_record(file, start);
  *this = {};
}

void append_margins(Bytes& file, MatchNumber match, std::span<const ArrivalMargins> margins) {
  MarginItems items;
  for (const ArrivalMargins& item : margins)
    items.add(item);
  items.move_to(file, match);
}

std::optional<std::vector<ArrivalMargins>> decode_margins(BytesView payload) {
  ByteReader in(payload);
  const std::uint64_t count = in.varint();
  if (!in.ok() || count > in.remaining() / item_bytes_least) return std::nullopt;
  std::vector<ArrivalMargins> margins;
  margins.reserve(count);
  Tick previous;
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::uint64_t after = in.varint();
    if (after > static_cast<std::uint64_t>(limits::match_ticks - previous.value)) in.fail();
    ArrivalMargins item;
    item.from = previous + (in.ok() ? static_cast<std::int64_t>(after) : 0);
    item.player = PlayerId{in.u8()};
    item.count = read_count(in);
    item.late = read_count(in);
    item.least = in.signed_varint();
    item.most = in.signed_varint();
    item.total = in.signed_varint();
    if (!in.ok() || item.player.value >= limits::players) return std::nullopt;
    previous = item.from;
    margins.push_back(item);
  }
  return margins;
}

}  // namespace tutti
