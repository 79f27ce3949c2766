// A journal that takes the place of another while its matches run.

#include "relay/room.hpp"
#include "tutti/net/server.hpp"
#include "tutti/replay/journal_recovery.hpp"

namespace tutti {

Result<std::vector<MatchNumber>> RelayServer::copy_matches(Journal& journal) {
  std::vector<MatchNumber> numbers;
  for (const auto& [code, room] : rooms_) {
    const Result<MatchNumber> number = room->copy_into(journal);
    if (!number) return Unexpected{number.error()};
    numbers.push_back(*number);
  }
  return numbers;
}

void RelayServer::continue_in(Journal& journal, std::span<const MatchNumber> numbers) {
  TUTTI_ASSERT(numbers.size() == rooms_.size(), numbers.size());
  journal_ = &journal;
  std::size_t next = 0;
  for (auto& [code, room] : rooms_)
    room->continue_in(journal, numbers[next++]);
}

Result<RenewedJournal> renew_journal(Storage& storage, const std::string& path, RelayServer& server,
                                     std::span<JournaledMatch> over) {
  const std::string next = next_journal_path(path);
  if (Result<void> cleared = storage.replace(next, {}); !cleared) {
    return Unexpected{cleared.error()};
  }
  Result<Journal> opened = Journal::open(storage, next);
  if (!opened) return Unexpected{opened.error()};
  RenewedJournal renewed{.journal = std::move(*opened)};
  Result<std::vector<MatchNumber>> numbers = server.copy_matches(renewed.journal);
  if (!numbers) return Unexpected{numbers.error()};
  renewed.numbers = std::move(*numbers);
  std::vector<MatchPages> pages;
  for (const JournaledMatch& match : over) {
    Result<CopiedMatch> copied = renewed.journal.copy(match);
    if (!copied) return Unexpected{copied.error()};
    pages.push_back(renewed.journal.pages(std::move(copied->places), match.pages.events()));
  }
  if (const auto& error = renewed.journal.flush_and_sync().error) return Unexpected{*error};
  if (Result<void> renamed = storage.rename(next, path); !renamed) {
    return Unexpected{renamed.error()};
  }
  for (std::size_t i = 0; i < over.size(); ++i)
    over[i].pages = std::move(pages[i]);
  return renewed;
}

}  // namespace tutti
