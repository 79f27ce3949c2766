#pragma once
// A state as a tree of its fields, with another state beside it, and the rows of it that are shown:
// those of open branches, or those that a filter finds.

#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tutti/sim/field_diff.hpp"

namespace tutti::inspect {

/// One row of a tree, for a table.
struct TreeRow {
  std::string path{};   ///< of the field, or of the branch: `fighters[0].position`
  std::string label{};  ///< the last part of the path: `position`, `[0]`
  std::size_t depth = 0;
  bool is_branch = false;
  bool is_open = false;  ///< of a branch: its fields follow
  std::string value{};   ///< of a branch, its beginning: `x 120, y 40`
  std::string other{};   ///< the other state's; "-" where it has no such field
  bool differs = false;  ///< in any field of it
};

/// The fields of one state, or of two that are compared.
class StateTree {
 public:
  /// One state; `before` is the one a tick earlier, whose differences are marked.
  StateTree(std::span<const Field> fields, std::span<const Field> other);

  /// The rows to show, in order. `open` has the paths of open branches. With a filter those whose
  /// path contains it, letter case aside, and the branches above them, all open.
  std::vector<TreeRow> rows(const std::set<std::string>& open, std::string_view filter) const;
  /// The branches that contain fields which differ, by path.
  std::set<std::string> branches_that_differ() const;
  std::size_t fields() const { return fields_; }
  /// The number of fields that differ.
  std::size_t differences() const { return differences_; }

 private:
  static constexpr std::uint32_t none = UINT32_MAX;
  struct Node {
    std::string label{};
    std::string value{};  // of a field
    std::string other{};
    std::uint32_t parent = none;
    std::uint32_t first = none, last = none, next = none;  // children, and the sibling after it
    std::uint32_t latest = none;                           // the child that was asked for last
    bool differs = false;
  };
  std::uint32_t node_at(std::string_view path);
  std::uint32_t child_of(std::uint32_t parent, std::string_view label);
  std::string path_of(std::uint32_t node) const;
  std::string beginning_of(std::uint32_t node, bool is_other) const;
  void add_rows(std::uint32_t node, std::size_t depth, const std::set<std::string>& open,
                std::string_view filter, std::vector<TreeRow>& rows) const;

  std::vector<Node> nodes_;  // the first one is the state itself
  std::size_t fields_ = 0;
  std::size_t differences_ = 0;
};

/// The value of a field; "-" if there is none of this path.
std::string value_of(std::span<const Field> fields, std::string_view path);

}  // namespace tutti::inspect
