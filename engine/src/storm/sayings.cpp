#include "sayings.hpp"

#include <algorithm>
#include <map>

namespace tutti::detail {

namespace {

std::string name_of(const Sayings::Said& said) {
  return "command " + std::to_string(said.id.value);
}

/// A command in the log, until somebody is found who said it.
struct Ordered {
  EventView event;
  bool is_said = false;
};

class Judge {
 public:
  Judge(const AnyGame& game, const Log& log) {
    for (const EventView& event : log.events()) {
      const bool is_players = !event.author.is_relay();
      if (is_players && game.tag_of(event.payload) == PlayerEvent::command) {
        ordered_.push_back({event});
      }
    }
  }

  /// The outcomes that were told as final.
  void look(const Sayings& sayings, const std::string& who) {
    std::map<std::pair<std::size_t, PlayerId>, const Ordered*> last;
    for (const Sayings::Said& said : sayings.said()) {
      if (!said.final && !said.is_forgotten)
        problems.push_back(who + "has no end of " + name_of(said));
      if (!said.final || said.final->refusal) continue;
      Ordered* found = find([&](const Ordered& ordered) {
        return ordered.event.tick == said.final->tick &&
               ordered.event.author == author_of(said.final->player) && is_same(ordered, said);
      });
      if (found == nullptr) {
        problems.push_back(who + "was told that " + name_of(said) + " took effect at tick " +
                           std::to_string(said.final->tick.value) + ", where the log has it not");
        continue;
      }
      found->is_said = true;
      const Ordered*& before = last[{said.process, said.final->player}];
      if (before != nullptr && before > found) {
        problems.push_back(who + "said " + name_of(said) + " after one that the log has before it");
      }
      before = found;
    }
  }

  /// A command without an outcome may still be in the log; a refused one may not.
  void look_for_strangers(const std::vector<const Sayings*>& machines) {
    std::vector<const Sayings::Said*> unknown;
    for (const Sayings* sayings : machines) {
      for (const Sayings::Said& said : sayings->said()) {
        const bool is_open =
            said.is_forgotten || !said.final || said.final->refusal == CommandRefusal::unknown;
        if (is_open) unknown.push_back(&said);
      }
    }
    for (const Ordered& ordered : ordered_) {
      if (ordered.is_said) continue;
      const auto found = std::find_if(unknown.begin(), unknown.end(),
                                      [&](const auto* said) { return is_same(ordered, *said); });
      if (found == unknown.end()) {
        problems.push_back("the log has a command of slot " +
                           std::to_string(ordered.event.author.player().value) + " at tick " +
                           std::to_string(ordered.event.tick.value) + " " +
                           why_strange(ordered, machines));
      } else {
        unknown.erase(found);
      }
    }
  }

  std::vector<std::string> problems;

 private:
  static std::string why_strange(const Ordered& ordered,
                                 const std::vector<const Sayings*>& machines) {
    for (const Sayings* sayings : machines) {
      for (const Sayings::Said& said : sayings->said()) {
        if (!is_same(ordered, said) || !said.final) continue;
        return said.final->refusal
                   ? std::string("that was refused because ") + to_text(*said.final->refusal)
                   : "a second time";
      }
    }
    return "that nobody said";
  }
  static bool is_same(const Ordered& ordered, const Sayings::Said& said) {
    return std::equal(ordered.event.payload.begin(), ordered.event.payload.end(),
                      said.payload.begin(), said.payload.end());
  }
  template <class Is>
  Ordered* find(Is is) {
    const auto found = std::find_if(ordered_.begin(), ordered_.end(), [&](const Ordered& ordered) {
      return !ordered.is_said && is(ordered);
    });
    return found == ordered_.end() ? nullptr : &*found;
  }

  std::vector<Ordered> ordered_;
};

}  // namespace

void Sayings::begin() {
  for (Said& said : said_)
    said.is_forgotten = said.is_forgotten || !said.final;
  first_ = said_.size();
  ++process_;
  held_.clear();
}

void Sayings::say(CommandId id, BytesView payload) {
  said_.push_back(
      {.id = id, .process = process_, .payload = Bytes(payload.begin(), payload.end())});
}

void Sayings::hear(const AnySession& session) {
  for (const CommandOutcome& outcome : session.outcomes())
    hear(outcome);
}

void Sayings::hear(const CommandOutcome& outcome) {
  const auto said = std::find_if(said_.begin() + static_cast<std::ptrdiff_t>(first_), said_.end(),
                                 [&](const Said& other) { return other.id == outcome.id; });
  const std::string name = "command " + std::to_string(outcome.id.value);
  if (said == said_.end()) {
    problems_.push_back("heard of " + name + ", which it did not say");
  } else if (said->final) {
    problems_.push_back("heard of " + name + " again, after its end");
  } else if (outcome.refusal && !outcome.is_final) {
    problems_.push_back("heard that " + name + " is refused, but not for good");
  } else if (outcome.is_final) {
    said->final = outcome;
  }
}

bool Sayings::is_settled() const {
  return std::all_of(said_.begin(), said_.end(),
                     [](const Said& said) { return said.final || said.is_forgotten; });
}

std::vector<std::string> judge_sayings(const AnyGame& game, const Log& log,
                                       const std::vector<const Sayings*>& machines) {
  Judge judge(game, log);
  for (std::size_t i = 0; i < machines.size(); ++i) {
    const std::string who = "player " + std::to_string(i + 1) + " ";
    for (const std::string& problem : machines[i]->problems())
      judge.problems.push_back(who + problem);
    judge.look(*machines[i], who);
  }
  judge.look_for_strangers(machines);
  return std::move(judge.problems);
}

bool is_last_input(const AnyGame& game, const Log& log, PlayerId player, BytesView held) {
  const auto events = log.events();
  const auto last = std::find_if(events.rbegin(), events.rend(), [&](const EventView& event) {
    return event.author == author_of(player) && game.tag_of(event.payload) == PlayerEvent::input;
  });
  return last != events.rend() &&
         std::equal(last->payload.begin(), last->payload.end(), held.begin(), held.end());
}

}  // namespace tutti::detail
