#include "keeping.hpp"

#include "tutti/engine/files.hpp"
#include "tutti/replay/match_file.hpp"

namespace tutti::detail {

namespace {

constexpr std::chrono::seconds full_for{2};
/// So soon after that the file is there.
constexpr std::chrono::seconds tried_within{2};
/// Bytes that suffice for the end of a match in the journal, and never for a file of it.
constexpr std::uint64_t space_for_the_end = 300;

}  // namespace

void Keeping::begin(const Setup& setup, const std::string& room, Instant now) {
  began_at_ = now;
  name_ = match_file_name(0, setup.rules, room);
  if (trouble_ == Trouble::full_for_a_while || trouble_ == Trouble::full_until_the_end) {
    storage_->set_faults({.space_bytes = storage_->statistics().bytes + space_for_the_end});
  } else if (trouble_ == Trouble::name_is_taken) {
    MatchRecord other({.room = room, .setup = setup});
    other.log.close(Tick{60});
    other_ = write_match(other);
    const Result<void> written = storage_->replace(name_, other_);
    TUTTI_ASSERT(written.has_value());
  }
}

void Keeping::pass(Instant now) {
  if (!began_at_) return;
  const bool is_full = trouble_ == Trouble::full_for_a_while && now - *began_at_ <= full_for;
  if (trouble_ == Trouble::full_for_a_while && !is_full) storage_->set_faults({});
}

bool Keeping::is_over(Instant now) const {
  if (!began_at_) return false;
  return trouble_ != Trouble::full_for_a_while || now - *began_at_ > full_for + tried_within;
}

void Keeping::end_relay(MatchKeeper& keeper, RelayServer& server) {
  files_ = keeper.files();
  if (trouble_ == Trouble::killed) return;
  const std::string journal = keeper.journal_path();
  const std::optional<Error> left = keeper.close(server);
  files_ = keeper.files();
  const bool is_everything_kept = trouble_ != Trouble::full_until_the_end;
  if (is_everything_kept == left.has_value()) {
    complain(left ? "the relay ended with: " + left->sentence
                  : "the relay ended without a word about a match that is no file");
  }
  if (is_everything_kept == storage_->exists(journal)) {
    complain(is_everything_kept ? "the journal is left though all of its matches are files"
                                : "the journal is gone though its match is no file");
  }
}

void Keeping::start_again(Link& link, MatchKeeper::Options options) {
  if (!is_restarted()) return;
  storage_->set_faults({});
  Result<MatchKeeper> keeper = MatchKeeper::open(*storage_, std::move(options));
  if (!keeper) return complain("a relay cannot be started again: " + keeper.error().sentence);
  RelayServer server(link, keeper->journal(), {.seed = {1, 0, 0, 0}});
  if (const auto left = keeper->close(server)) complain("a restarted relay: " + left->sentence);
  files_.insert(files_.end(), keeper->files().begin(), keeper->files().end());
}

std::optional<MatchRecord> Keeping::record() {
  if (files_.size() != 1) {
    complain("the match is in " + std::to_string(files_.size()) + " files");
  }
  if (trouble_ == Trouble::name_is_taken && *storage_->read(name_) != other_) {
    complain("the file of another program was replaced");
  }
  if (files_.empty()) return std::nullopt;
  Result<ReadMatch> read = read_match_file(files_.front(), *storage_);
  if (read) return std::move(read->record);
  complain(read.error().sentence);
  return std::nullopt;
}

}  // namespace tutti::detail
