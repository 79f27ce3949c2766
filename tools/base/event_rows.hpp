#pragma once
// Events, effects and states for people: words, fields by name, and tables of them.

#include <cstdio>
#include <span>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/report.hpp"
#include "tutti/sim/any_game.hpp"
#include "tutti/sim/event.hpp"
#include "tutti/sim/field_diff.hpp"

namespace tutti::tool {

/// The content of an event or an effect: fields by name where the game is known and names some,
/// else words or hexadecimal bytes.
struct Content {
  std::vector<Field> fields{};
  std::string text{};  ///< of fields: "held=light x=0", or a value alone
};
/// "input" or "command" of a player's, or the kind of a relay's event: "match_started". Without the
/// game, which may be null, every event of a player is an input.
std::string kind_of(const EventView& event, const AnyGame* game);
/// The content of one event. The game may be null.
Content content_of(const EventView& event, const AnyGame* game);
Content content_of(const EffectRecord& effect, const AnyGame& game);
/// "relay", or the player's slot.
std::string to_text(Author author);

/// Fields as nested JSON: `a.b[1].c` is in `a`. A single value without a path is that value.
Json json_of(std::span<const Field> fields);
/// A state's fields as JSON, or as lines of path and value.
void print_fields(std::span<const Field> fields, bool as_json);

/// The headings of rows about differences.
struct Sides {
  const char* left = "left";
  const char* right = "right";
};
/// The first `most` differences, one row each.
std::vector<Report> rows_of(std::span<const FieldDifference> differences, std::size_t most,
                            Sides sides = {});

/// A table that is written as it comes: tab-separated, comma-separated or JSON lines. Its last
/// column is the content of an event or an effect.
class Table {
 public:
  /// Opens the file to write, or stdout for an empty path. The format is "tsv", "csv" or "json".
  /// Errors: Fault::usage for another format, Fault::system for a file that cannot be written.
  static Result<Table> open(const std::string& path, const std::string& format,
                            std::vector<std::string> columns);
  Table(Table&& other) noexcept;
  Table& operator=(Table&&) = delete;
  ~Table();

  void row(std::vector<std::string> cells, const Content& content);
  /// Whether everything was written.
  bool finish();

 private:
  Table(std::FILE* file, std::string format, std::vector<std::string> columns);

  std::FILE* file_;
  std::string format_;
  std::vector<std::string> columns_;
};

}  // namespace tutti::tool
