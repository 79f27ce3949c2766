#include "model/state_tree.hpp"

#include <algorithm>
#include <cctype>

namespace tutti::inspect {

namespace {

/// Letters that a branch shows of its fields.
constexpr std::size_t beginning_letters = 48;

/// Takes the first part of a path: `a` of `a.b[1]`, `[1]` of `[1].c`.
std::string_view take_part(std::string_view& path) {
  const std::size_t end = std::min(path.find_first_of(".[", 1), path.size());
  const std::string_view part = path.substr(0, end);
  path.remove_prefix(end);
  if (path.starts_with('.')) path.remove_prefix(1);
  return part;
}

bool contains(std::string_view text, std::string_view part) {
  const auto is_same = [](char a, char b) {
    return std::tolower(static_cast<unsigned char>(a)) ==
           std::tolower(static_cast<unsigned char>(b));
  };
  return std::search(text.begin(), text.end(), part.begin(), part.end(), is_same) != text.end();
}

}  // namespace

StateTree::StateTree(std::span<const Field> fields, std::span<const Field> other)
    : nodes_(1), fields_(fields.size()) {
  nodes_.reserve(fields.size() * 2 + 1);
  for (const Field& field : fields) {
    Node& node = nodes_[node_at(field.path)];
    node.value = field.value;
    node.other = other.empty() ? "" : "-";
  }
  for (const Field& field : other) {
    const std::size_t known = nodes_.size();
    const std::uint32_t at = node_at(field.path);
    if (at >= known) nodes_[at].value = "-";
    nodes_[at].other = field.value;
  }
  if (other.empty()) return;
  for (std::uint32_t i = 1; i < nodes_.size(); ++i) {
    if (nodes_[i].first != none || nodes_[i].value == nodes_[i].other) continue;
    ++differences_;
    for (std::uint32_t up = i; up != none && !nodes_[up].differs; up = nodes_[up].parent)
      nodes_[up].differs = true;
  }
}

std::uint32_t StateTree::node_at(std::string_view path) {
  std::uint32_t node = 0;
  if (path.empty()) return child_of(0, "value");
  while (!path.empty())
    node = child_of(node, take_part(path));
  return node;
}

/// Fields come in order, so the child is mostly the one that was asked for last, or the next one.
std::uint32_t StateTree::child_of(std::uint32_t parent, std::string_view label) {
  const std::uint32_t latest = nodes_[parent].latest;
  for (std::uint32_t child = latest; child != none; child = nodes_[child].next) {
    if (nodes_[child].label == label) return nodes_[parent].latest = child;
  }
  for (std::uint32_t child = nodes_[parent].first; child != latest; child = nodes_[child].next) {
    if (nodes_[child].label == label) return nodes_[parent].latest = child;
  }
  const auto added = static_cast<std::uint32_t>(nodes_.size());
  nodes_.push_back({.label = std::string(label), .parent = parent});
  Node& above = nodes_[parent];
  (above.first == none ? above.first : nodes_[above.last].next) = added;
  return above.last = above.latest = added;
}

std::string StateTree::path_of(std::uint32_t node) const {
  const Node& own = nodes_[node];
  const std::string above = own.parent == 0 || own.parent == none ? "" : path_of(own.parent);
  return above + (above.empty() || own.label.starts_with('[') ? "" : ".") + own.label;
}

std::string StateTree::beginning_of(std::uint32_t node, bool is_other) const {
  std::string text;
  const std::uint32_t first = nodes_[node].first;
  if (nodes_[first].label.starts_with('[') && nodes_[first].first != none) {
    std::size_t entries = 0;
    for (std::uint32_t child = first; child != none; child = nodes_[child].next)
      ++entries;
    return std::to_string(entries) + (entries == 1 ? " entry" : " entries");
  }
  for (std::uint32_t child = first; child != none; child = nodes_[child].next) {
    const Node& each = nodes_[child];
    if (!text.empty()) text += ", ";
    if (text.size() > beginning_letters) return text + "...";
    if (!each.label.starts_with('[')) text += each.label + " ";
    text += each.first != none ? "{...}" : is_other ? each.other : each.value;
  }
  return text;
}

std::vector<TreeRow> StateTree::rows(const std::set<std::string>& open,
                                     std::string_view filter) const {
  std::vector<TreeRow> rows;
  for (std::uint32_t child = nodes_[0].first; child != none; child = nodes_[child].next)
    add_rows(child, 0, open, filter, rows);
  return rows;
}

void StateTree::add_rows(std::uint32_t node, std::size_t depth, const std::set<std::string>& open,
                         std::string_view filter, std::vector<TreeRow>& rows) const {
  const Node& own = nodes_[node];
  TreeRow row{.path = path_of(node),
              .label = own.label,
              .depth = depth,
              .is_branch = own.first != none,
              .differs = own.differs};
  row.value = row.is_branch ? beginning_of(node, false) : own.value;
  row.other = row.is_branch && !own.other.empty() ? "" : own.other;
  const bool is_found = filter.empty() || contains(row.path, filter);
  if (!row.is_branch) {
    if (is_found) rows.push_back(std::move(row));
    return;
  }
  row.other = beginning_of(node, true);
  row.is_open = !filter.empty() || open.contains(row.path);
  const std::size_t place = rows.size();
  rows.push_back(row);
  if (!row.is_open) return;
  for (std::uint32_t child = own.first; child != none; child = nodes_[child].next)
    add_rows(child, depth + 1, open, filter, rows);
  if (!is_found && rows.size() == place + 1) rows.pop_back();  // nothing in it was found
}

std::set<std::string> StateTree::branches_that_differ() const {
  std::set<std::string> paths;
  for (std::uint32_t i = 1; i < nodes_.size(); ++i) {
    if (nodes_[i].first != none && nodes_[i].differs) paths.insert(path_of(i));
  }
  return paths;
}

std::string value_of(std::span<const Field> fields, std::string_view path) {
  const auto found = std::find_if(fields.begin(), fields.end(),
                                  [&](const Field& field) { return field.path == path; });
  return found == fields.end() ? "-" : found->value;
}

}  // namespace tutti::inspect
