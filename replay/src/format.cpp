#include "tutti/replay/format.hpp"

#include <xxhash.h>

#include <algorithm>

namespace tutti {

namespace {

constexpr std::array<std::byte, 8> magic = {std::byte{0x89}, std::byte{'T'},  std::byte{'U'},
                                            std::byte{'T'},  std::byte{0x0D}, std::byte{0x0A},
                                            std::byte{0x1A}, std::byte{0x0A}};
constexpr std::array<std::byte, 4> sync = {std::byte{0xD7}, std::byte{'T'}, std::byte{'u'},
                                           std::byte{0x1E}};
constexpr std::size_t checked_from = 8;  // sync and checksum come first

std::uint32_t checksum_of(BytesView bytes) {
  return static_cast<std::uint32_t>(XXH3_64bits(bytes.data(), bytes.size()));
}

bool begins_with(BytesView bytes, BytesView start) {
  return bytes.size() >= start.size() && std::equal(start.begin(), start.end(), bytes.begin());
}

/// Whether bytes that do not begin with the magic do so but for its line ends, which a transfer as
/// text changes.
bool is_sent_as_text(BytesView file) {
  const auto is_line_end = [](std::byte byte) { return byte == magic[4] || byte == magic[5]; };
  if (!begins_with(file, BytesView(magic).first(4))) return false;
  const auto after = std::find_if_not(file.begin() + 4, file.end(), is_line_end);
  return after != file.end() && *after == magic[6];
}

void put_u32(Bytes& bytes, std::size_t at, std::uint32_t value) {
  for (std::size_t i = 0; i < 4; ++i)
    bytes[at + i] = static_cast<std::byte>((value >> (8 * i)) & 0xFF);
}

struct Parsed {
  std::uint32_t checksum = 0;
  std::uint32_t length = 0;
  Record record;
};

/// A header with believable numbers whose payload lies within the bytes; not yet checked.
std::optional<Parsed> parse(BytesView bytes) {
  if (!begins_with(bytes, sync) || bytes.size() < record_header_bytes) return std::nullopt;
  ByteReader in(bytes.subspan(sync.size()));
  Parsed parsed;
  parsed.checksum = in.u32();
  parsed.record.type = in.u8();
  parsed.record.flags = in.u8();
  parsed.record.match = MatchNumber{in.u32()};
  parsed.length = in.u32();
  if (parsed.length > payload_bytes_max || parsed.length > in.remaining()) return std::nullopt;
  parsed.record.payload = in.raw(parsed.length);
  return parsed;
}

bool is_intact(BytesView bytes, const Parsed& parsed) {
  const std::size_t size = record_header_bytes - checked_from + parsed.length;
  return checksum_of(bytes.subspan(checked_from, size)) == parsed.checksum;
}

/// How many bytes of payloads a search behind damage may check. Chance makes a sync word once in
/// four thousand million bytes; only intent makes many, each claiming a long payload, and only then
/// does the budget run out.
std::size_t search_budget(BytesView bytes) { return 4 * bytes.size() + payload_bytes_max; }

struct Found {
  std::size_t offset = 0;
  bool is_certain = true;  // false: the budget ran out here
};

/// Where the first whole record begins, if there is one.
std::optional<Found> find_record(BytesView bytes, std::size_t& budget) {
  std::size_t offset = 0;
  for (;;) {
    const BytesView rest = bytes.subspan(offset);
    const auto found = std::search(rest.begin(), rest.end(), sync.begin(), sync.end());
    if (found == rest.end()) return std::nullopt;
    offset += static_cast<std::size_t>(found - rest.begin());
    if (const std::optional<Parsed> parsed = parse(bytes.subspan(offset))) {
      if (parsed->length > budget) return Found{offset, false};
      if (is_intact(bytes.subspan(offset), *parsed)) return Found{offset, true};
      budget -= parsed->length;
    }
    ++offset;
  }
}

bool is_known_type(std::uint8_t type) {
  switch (static_cast<RecordType>(type)) {
    case RecordType::setup:
    case RecordType::events:
    case RecordType::digests:
    case RecordType::end:
    case RecordType::snapshot:
    case RecordType::mark:
    case RecordType::telemetry:
    case RecordType::signature:
    case RecordType::index:
    case RecordType::footer:
    case RecordType::desync:
    case RecordType::evidence:
    case RecordType::margins:
    case RecordType::client_key:
    case RecordType::player_signature:
    case RecordType::page:
      return true;
    case RecordType::used_token:
      break;  // in no file of matches
  }
  return false;
}

}  // namespace

Handling handling_of(const Record& record) {
  std::uint8_t meant = record_flags::critical | record_flags::derived;
  const auto type = static_cast<RecordType>(record.type);
  if (type == RecordType::events || type == RecordType::snapshot || type == RecordType::telemetry) {
    meant |= record_flags::compressed;
  }
  if (is_known_type(record.type) && (record.flags & ~meant) == 0) return Handling::read;
  return (record.flags & record_flags::critical) != 0 ? Handling::refuse : Handling::skip;
}

std::string record_name(std::uint8_t type) {
  constexpr std::array names = {
      "SETUP",     "EVENTS",    "DIGESTS",         "END",       "SNAPSHOT", "FACTS",  "MARK",
      "TELEMETRY", "SIGNATURE", "BRANCH",          "INDEX",     "FOOTER",   "DESYNC", "EVIDENCE",
      "MARGINS",   "CLIENTKEY", "PLAYERSIGNATURE", "USEDTOKEN", "PAGE"};
  if (type >= 1 && type <= names.size()) return names[type - 1U];
  return std::to_string(type);
}

void append_file_header(Bytes& file) {
  ByteWriter out(file);
  const std::size_t start = file.size();
  out.raw(magic);
  out.u16(format_version);
  out.u16(0);
  out.u32(checksum_of(BytesView(file).subspan(start)));
}

Result<void> check_file_header(BytesView file) {
  if (file.empty()) return fail(Fault::bad_data, "the file is empty");
  if (!begins_with(file, BytesView(magic).first(std::min(file.size(), magic.size())))) {
    if (is_sent_as_text(file)) {
      return fail(Fault::bad_data,
                  "this is not a Tutti file any more: it was sent as text, which changed its line "
                  "ends; send it again as binary");
    }
    return fail(Fault::bad_data, "this is not a Tutti file: it does not begin like one");
  }
  if (file.size() < file_header_bytes) {
    return fail(Fault::bad_data,
                "the file ends inside its header, after " + std::to_string(file.size()) + " bytes");
  }
  ByteReader in(file.subspan(magic.size()));
  const std::uint16_t version = in.u16();
  in.u16();
  if (in.u32() != checksum_of(file.first(file_header_bytes - 4))) {
    return fail(Fault::bad_data, "the file's header is damaged");
  }
  if (version != format_version) {
    return fail(Fault::bad_data, "the file has format " + std::to_string(version) +
                                     ", this program reads format " +
                                     std::to_string(format_version));
  }
  return {};
}

std::size_t begin_record(Bytes& file, RecordType type, std::uint8_t flags, MatchNumber match) {
  const std::size_t start = file.size();
  ByteWriter out(file);
  out.raw(sync);
  out.u32(0);  // the checksum and the length are known at the end
  out.u8(static_cast<std::uint8_t>(type));
  out.u8(flags);
  out.u32(match.value);
  out.u32(0);
  return start;
}

void finish_record(Bytes& file, std::size_t start) {
  const std::size_t length = file.size() - start - record_header_bytes;
  TUTTI_ASSERT(length <= payload_bytes_max, length);
  put_u32(file, start + 14, static_cast<std::uint32_t>(length));
  put_u32(file, start + 4, checksum_of(BytesView(file).subspan(start + checked_from)));
}

void append_record(Bytes& file, const Record& record) {
  const std::size_t start =
      begin_record(file, static_cast<RecordType>(record.type), record.flags, record.match);
  ByteWriter(file).raw(record.payload);
  finish_record(file, start);
}

RecordReader::RecordReader(BytesView bytes) : bytes_(bytes), search_budget_(search_budget(bytes)) {}

std::optional<Record> RecordReader::next() {
  const BytesView rest = bytes_.subspan(offset_);
  const std::optional<Parsed> parsed = parse(rest);
  if (!parsed || !is_intact(rest, *parsed)) return std::nullopt;
  offset_ += record_header_bytes + parsed->length;
  return parsed->record;
}

std::optional<std::size_t> RecordReader::resync() {
  if (offset_ == bytes_.size()) return std::nullopt;
  const auto found = find_record(bytes_.subspan(offset_ + 1), search_budget_);
  if (!found || !found->is_certain) return std::nullopt;
  const std::size_t skipped = found->offset + 1;
  offset_ += skipped;
  return skipped;
}

bool may_hold_a_record(BytesView bytes) {
  std::size_t budget = search_budget(bytes);
  return find_record(bytes, budget).has_value();
}

}  // namespace tutti
