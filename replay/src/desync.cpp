// The bytes of findings and evidence. Decoders trust nothing.

#include "tutti/replay/desync.hpp"

#include <cstring>

#include "payloads.hpp"
#include "tutti/sim/text.hpp"

namespace tutti {

namespace {

void write_tick(ByteWriter& out, Tick tick) { out.varint(static_cast<std::uint64_t>(tick.value)); }

/// 0 for none, else the tick plus 1.
void write_tick(ByteWriter& out, const std::optional<Tick>& tick) {
  out.varint(tick ? static_cast<std::uint64_t>(tick->value) + 1 : 0);
}

std::optional<Tick> read_optional_tick(ByteReader& in) {
  const std::uint64_t value = in.varint();
  if (value > static_cast<std::uint64_t>(limits::match_ticks) + 1) in.fail();
  if (!in.ok() || value == 0) return std::nullopt;
  return Tick{static_cast<std::int64_t>(value) - 1};
}

Bytes read_state(ByteReader& in) {
  const BytesView bytes = in.run(limits::evidence_state_bytes);
  return Bytes(bytes.begin(), bytes.end());
}

void append_side(Bytes& file, const DesyncSide& side) {
  const std::size_t start =
      begin_record(file, RecordType::evidence, record_flags::derived, only_match);
  ByteWriter out(file);
  out.u8(side.player.value);
  out.text(cut_text(side.machine, limits::machine_bytes));
  out.raw(side.reported.bytes);
  out.raw(side.refolded.bytes);
  write_tick(out, side.fault);
  write_tick(out, side.first_hash);
  out.varint(side.hashes.size());
  for (const std::uint64_t hash : side.hashes)
    out.u64(hash);
  out.run(side.before);
  write_tick(out, side.held_tick);
  out.run(side.held);
  out.run(side.refolded_state);
  finish_record(file, start);
}

std::optional<DesyncSide> decode_side(BytesView payload) {
  ByteReader in(payload);
  DesyncSide side;
  side.player = PlayerId{in.u8()};
  side.machine = in.text(limits::machine_bytes);
  read_array(in, side.reported.bytes);
  read_array(in, side.refolded.bytes);
  side.fault = read_optional_tick(in);
  side.first_hash = read_tick(in);
  const std::uint64_t count = in.varint();
  if (count > limits::evidence_hashes) in.fail();
  for (std::uint64_t i = 0; i < count && in.ok(); ++i)
    side.hashes.push_back(in.u64());
  side.before = read_state(in);
  side.held_tick = read_tick(in);
  side.held = read_state(in);
  side.refolded_state = read_state(in);
  if (!in.ok()) return std::nullopt;
  return side;
}

}  // namespace

std::string to_text(DesyncVerdict verdict) {
  switch (verdict) {
    case DesyncVerdict::mended:
      return "mended";
    case DesyncVerdict::outvoted:
      return "outvoted";
    case DesyncVerdict::refereed:
      return "refereed";
    case DesyncVerdict::disputed:
      return "disputed";
  }
  return "unknown";
}

void write_finding(ByteWriter& out, const DesyncFinding& finding) {
  write_tick(out, finding.tick);
  write_tick(out, finding.agreed);
  write_tick(out, finding.first);
  out.u8(static_cast<std::uint8_t>(finding.verdict));
  out.u64(finding.wrong);
}

DesyncFinding read_finding(ByteReader& in) {
  DesyncFinding finding;
  finding.tick = read_tick(in);
  finding.agreed = read_tick(in);
  finding.first = read_optional_tick(in);
  const std::uint8_t verdict = in.u8();
  if (verdict > static_cast<std::uint8_t>(DesyncVerdict::disputed)) in.fail();
  finding.verdict = static_cast<DesyncVerdict>(verdict);
  finding.wrong = in.u64();
  return finding;
}

void append_desync(Bytes& file, MatchNumber match, const DesyncFinding& finding) {
  const std::size_t start = begin_record(file, RecordType::desync, record_flags::derived, match);
  ByteWriter out(file);
  write_finding(out, finding);
  finish_record(file, start);
}

std::optional<DesyncFinding> decode_desync(BytesView payload) {
  ByteReader in(payload);
  const DesyncFinding finding = read_finding(in);
  if (!in.ok()) return std::nullopt;
  return finding;
}

Bytes write_desync(const MatchRecord& match, const DesyncBundle& bundle) {
  Bytes file;
  append_file_header(file);
  append_setup(file, only_match, {match.room, match.started_utc, match.build, match.log.setup()});
  append_events(file, only_match, {1, match.log.events().subspan(1), match.log.horizon()});
  if (!match.digests.empty()) append_digests(file, only_match, match.digests, &match.log);
  append_desync(file, only_match, bundle.finding);
  for (const DesyncSide& side : bundle.sides)
    append_side(file, side);
  return file;
}

Result<ReadDesync> read_desync(BytesView file) {
  Result<ReadMatch> match = read_match(file);
  if (!match) return Unexpected{match.error()};
  if (match->record.desyncs.empty()) {
    return fail(Fault::bad_data, "the file tells of no difference between players' states");
  }
  ReadDesync read{std::move(*match), {}};
  read.bundle.finding = read.match.record.desyncs.back();
  RecordReader records(file.subspan(file_header_bytes));
  while (const std::optional<Record> record = records.next()) {
    if (record->type != static_cast<std::uint8_t>(RecordType::evidence)) continue;
    std::optional<DesyncSide> side = decode_side(record->payload);
    if (!side) return fail(Fault::bad_data, "a side's evidence makes no sense");
    read.bundle.sides.push_back(std::move(*side));
  }
  if (read.bundle.sides.empty()) {
    return fail(Fault::bad_data,
                "the file says that states differed and holds no evidence: look for the .desync "
                "file that was written beside it");
  }
  return read;
}

}  // namespace tutti
