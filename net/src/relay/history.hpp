#pragma once
// The whole log of a room's match: its end is in memory, with the match, and what lies further back
// is in pages of the journal, which are read when somebody needs them: a latecomer, a player who
// comes back, the match's file. So a match takes about the same memory however long it goes on.

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "tutti/net/relay_match.hpp"
#include "tutti/replay/journal.hpp"

namespace tutti::detail {

class History {
 public:
  /// The journal must outlive this, or be replaced by `continue_in`.
  History(Journal& journal, MatchNumber number) : journal_(&journal), number_(number) {}

  // ---- Putting away ----

  /// Appends a page with the match's next events to the journal, if there are enough that are final
  /// and seconds old; `notes` go along, and alone where they are many. False if there are not, or
  /// the page before is not written yet.
  bool put(const RelayMatch& match, const PageNotes& notes);
  /// Once the page is written: the match forgets what is in it. True then, once.
  bool settle(RelayMatch& match);

  // ---- Looking up ----

  /// An accepted event by its sequence number; valid until the next call. Nothing if it has to be
  /// read and the disk does not give it. `horizon_before` of one that is read may be later than it
  /// was: all later events lie behind it.
  const RelayMatch::Accepted* accepted(const RelayMatch& match, std::uint32_t sequence);
  /// The number of final events through a tick, at most the horizon, without `MatchStarted`.
  std::optional<std::uint32_t> final_count(const RelayMatch& match, Tick through);
  /// One of them by its place in canonical order; valid until the next call.
  std::optional<EventView> final_event(const RelayMatch& match, std::uint32_t number);

  bool has_pages() const { return !pages_.empty(); }  ///< Whether anything was put away.
  /// All that was put away, to be read from the journal.
  MatchPages pages() const;
  /// Whether an event of a player is among it.
  bool is_played() const { return is_played_; }
  /// It was copied into another journal, where its pages lie there.
  void note_copied(std::vector<JournalPage> places) { copied_ = std::move(places); }
  /// From now on in that journal.
  void continue_in(Journal& journal, MatchNumber number);

  /// To be called in each pass: what was read and is not looked at any more is dropped.
  void tidy();
  std::size_t memory_bytes() const;

 private:
  // Events in the order of acceptance, from where the page before ends to before `end`. The match
  // forgot final events when the page was settled: its *chapter* has those that were forgotten
  // then, ticks behind the chapter before through `through`.
  // A long match has many pages, so this is small.
  struct Page {
    std::uint64_t offset = 0;  // in the journal
    std::uint32_t bytes = 0;
    std::uint32_t end = 0;
    Tick through{};
    std::uint32_t chapter_end = 0;  // final events through there
    // Of its events, the lowest and the highest tick beyond `through`.
    std::int32_t lowest = 0;
    std::int32_t highest = 0;

    JournalPage at() const { return {offset, bytes}; }
    void lie_at(const JournalPage& at) {
      offset = at.offset;
      bytes = at.bytes;
    }
    /// Whether it may have events of ticks behind `after` through `last`.
    bool overlaps(Tick after, Tick last) const {
      return through + highest > after && through + lowest <= last;
    }
  };
  struct Waiting {
    Page page{};
    Tick lowest{};  // of its events
    Tick highest{};
  };
  struct ReadPage {
    std::size_t number = 0;
    std::vector<Event> owned;
    std::vector<RelayMatch::Accepted> events;  // of which those are the bytes
  };
  struct ReadChapter {
    std::size_t number = 0;
    std::vector<Event> events;  // in canonical order
  };

  std::uint32_t first_of(std::size_t page) const { return page == 0 ? 0 : pages_[page - 1].end; }
  std::uint32_t chapter_begin(std::size_t page) const {
    return page == 0 ? 0 : pages_[page - 1].chapter_end;
  }
  Result<MatchPage> load(std::size_t page);
  const ReadPage* read_page(std::size_t page);
  const ReadChapter* read_chapter(std::size_t page);

  Journal* journal_;
  MatchNumber number_;
  std::deque<Page> pages_;
  std::optional<Waiting> waiting_;  // not written yet
  std::vector<JournalPage> copied_;
  std::vector<ReadPage> read_pages_;  // the latest first
  std::vector<ReadChapter> read_chapters_;
  int idle_passes_ = 0;
  bool is_played_ = false;
};

}  // namespace tutti::detail
