// The part of the relay that goes on with matches of a relay before it, or with branches of
// matches.

#include "relay/room.hpp"
#include "tutti/net/server.hpp"
#include "tutti/sim/mutant.hpp"

namespace tutti {

void RelayServer::restore(MatchNumber number, const MatchRecord& record, Instant now,
                          std::optional<std::uint32_t> epoch) {
  ++commons_->statistics.taken_up;
  take_up(number, record, epoch, now);
  commons_->report(news::TakenUp{record.room, record.log.setup().rules, record.log.horizon()});
}

detail::Room& RelayServer::take_up(MatchNumber number, const MatchRecord& record,
                                   std::optional<std::uint32_t> epoch, Instant now) {
  if (!epoch) {
    epoch = Roster::of(record.log).epoch();
    // Not simply the next epoch: a relay that lost power may find a log that does not know of a
    // life before this one, and a client that heard that life must see the difference.
    if (!TUTTI_MUTANT(epoch_is_reused)) *epoch += 1U + commons_->dice.next_u16();
  }
  return keep(std::make_unique<detail::Room>(*commons_, *journal_, number, record, *epoch, now));
}

void RelayServer::open_branch(const MatchRecord& record, Instant now) {
  take_up(journal_->copy(record), record, {}, now)
      .wait_for_branch(now + commons_->options.branch_time);
  commons_->report(
      news::Opened{record.room, record.log.setup().rules, record.log.setup().players, {}});
}

}  // namespace tutti
