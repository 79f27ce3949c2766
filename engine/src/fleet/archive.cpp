// The bytes of what an archive says of a file, and the way of a file into the archive and out.

#include "tutti/engine/fleet_archive.hpp"

#include <algorithm>

namespace tutti {

namespace {

constexpr std::uint8_t file_version = 1;
constexpr std::size_t piece_bytes = limits::archive_piece_bytes;

std::uint32_t pieces_of(std::uint64_t bytes) {
  return static_cast<std::uint32_t>((bytes + piece_bytes - 1) / piece_bytes);
}

/// The digest of a file's bytes, and how many they are.
struct Measured {
  ArchivedFileId id{};
  std::uint64_t bytes = 0;
};

/// Takes a file's bytes in pieces of their full size; the last one may be shorter.
Result<Measured> measure(Storage& storage, const std::string& path,
                         const std::function<Result<void>(std::uint32_t, BytesView)>& piece = {}) {
  Blake2b hash(sizeof(Digest));
  Measured measured;
  Bytes gathered;
  std::uint32_t number = 0;
  const auto hand_on = [&](std::size_t bytes) -> Result<void> {
    const Result<void> done =
        piece ? piece(number, BytesView(gathered).first(bytes)) : Result<void>();
    gathered.erase(gathered.begin(), gathered.begin() + static_cast<std::ptrdiff_t>(bytes));
    ++number;
    return done;
  };
  const auto take = [&](BytesView bytes) -> Result<void> {
    hash.update(bytes);
    measured.bytes += bytes.size();
    if (measured.bytes > limits::file_bytes) {
      return fail(Fault::bad_data, path + ": the file is too large for an archive");
    }
    gathered.insert(gathered.end(), bytes.begin(), bytes.end());
    while (gathered.size() >= piece_bytes) {
      if (Result<void> done = hand_on(piece_bytes); !done) return done;
    }
    return {};
  };
  if (Result<void> read = content_of(storage, path)(take); !read) return Unexpected{read.error()};
  if (!gathered.empty()) {
    if (Result<void> done = hand_on(gathered.size()); !done) return Unexpected{done.error()};
  }
  hash.finish(measured.id.digest.bytes);
  return measured;
}

}  // namespace

std::uint32_t ArchivedFile::pieces() const { return bytes <= piece_bytes ? 0 : pieces_of(bytes); }

Bytes encode(const ArchivedFile& file) {
  Bytes bytes;
  ByteWriter out(bytes);
  out.u8(file_version);
  out.u64(file.bytes);
  out.raw(file.whole);
  return bytes;
}

std::optional<ArchivedFile> decode_archived_file(const ArchivedFileId& id, BytesView bytes) {
  ByteReader in(bytes);
  const std::uint8_t version = in.u8();
  ArchivedFile file{.id = id, .bytes = in.u64()};
  if (!in.ok() || version != file_version || file.bytes > limits::file_bytes) return std::nullopt;
  const std::uint64_t expected = file.pieces() == 0 ? file.bytes : 0;
  if (in.remaining() != expected) return std::nullopt;
  const BytesView whole = in.raw(in.remaining());
  file.whole.assign(whole.begin(), whole.end());
  return file;
}

Result<ArchivedFileId> archive_file(ArchiveStore& archive, Storage& storage,
                                    const std::string& path) {
  const Result<Measured> measured = measure(storage, path);
  if (!measured) return Unexpected{measured.error()};
  ArchivedFile file{.id = measured->id, .bytes = measured->bytes};
  const auto known = archive.file(file.id);
  if (!known) return Unexpected{known.error()};
  if (*known) return file.id;
  // Its bytes a second time; what the digest was of is what is sent.
  const auto send = [&](std::uint32_t number, BytesView piece) -> Result<void> {
    if (file.pieces() > 0) return archive.put_piece(file.id, number, piece);
    file.whole.assign(piece.begin(), piece.end());
    return {};
  };
  const Result<Measured> sent = measure(storage, path, send);
  if (!sent) return Unexpected{sent.error()};
  if (sent->id != file.id) return fail(Fault::bad_data, path + ": the file changes meanwhile");
  const Result<void> put = archive.put(file);
  return put ? Result<ArchivedFileId>(file.id) : Unexpected{put.error()};
}

Result<Bytes> read_archived(ArchiveStore& archive, const ArchivedFile& file) {
  Bytes bytes = file.whole;
  const auto damaged = [&](const char* why) {
    return fail(Fault::bad_data,
                "the archive's file " + to_hex(file.id.digest) + " is damaged: " + why);
  };
  for (std::uint32_t number = 0; number < file.pieces(); ++number) {
    const auto piece = archive.piece(file.id, number);
    if (!piece) return Unexpected{piece.error()};
    if (!*piece) return damaged("a piece is not there");
    if ((*piece)->size() > piece_bytes) return damaged("a piece is too large");
    bytes.insert(bytes.end(), (*piece)->begin(), (*piece)->end());
  }
  if (bytes.size() != file.bytes) return damaged("its size is another one");
  if (digest_of(bytes) != file.id.digest) return damaged("its digest is another one");
  return bytes;
}

}  // namespace tutti
