#include "tutti/sim/field_diff.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>

#include "tutti/sim/assert.hpp"
#include "tutti/sim/digest.hpp"

namespace tutti {

namespace detail {

namespace {
template <class T>
std::string chars(T value) {
  std::array<char, 64> text{};
  const auto result = std::to_chars(text.data(), text.data() + text.size(), value);
  return {text.data(), result.ptr};
}
}  // namespace

std::string field_text(bool value) { return value ? "true" : "false"; }
std::string field_text(std::int64_t value) { return chars(value); }
std::string field_text(std::uint64_t value) { return chars(value); }
std::string field_text(double value) { return chars(value); }  // deterministic-ok: only printed

std::string field_text(const std::string& value) {
  std::string text = "\"";
  for (const char character : value) {
    const auto byte = static_cast<std::byte>(character);
    if (byte >= std::byte{0x20} && byte != std::byte{0x7F} && character != '"' &&
        character != '\\') {
      text += character;
    } else {
      text += "\\x" + to_hex({&byte, 1});
    }
  }
  return text + '"';
}

std::string type_in(std::string_view pretty_function) {
  constexpr std::string_view mark = "T = ";
  std::string_view type = pretty_function.substr(pretty_function.rfind(mark) + mark.size());
  type = type.substr(0, type.find_first_of(";]"));
  const std::size_t arguments = std::min(type.find('<'), type.size());
  const std::size_t scope = type.substr(0, arguments).rfind("::");
  return std::string(scope == std::string_view::npos ? type : type.substr(scope + 2));
}

}  // namespace detail

void FieldLister::enter() {
  const std::size_t outside = path_.size();
  if (pending_ != nullptr) {
    if (!path_.empty()) path_ += '.';
    path_ += pending_;
    while (path_.size() > outside && path_.back() == '_')
      path_.pop_back();
    pending_ = nullptr;
  } else if (!levels_.empty()) {
    path_ += '[';
    path_ += std::to_string(levels_.back().next_element++);
    path_ += ']';
  }
  levels_.push_back({outside, 0});
}

void FieldLister::leave() {
  path_.resize(levels_.back().path_size);
  levels_.pop_back();
}

void FieldLister::leaf(std::string value) { fields_->push_back({path_, std::move(value)}); }

std::vector<FieldDifference> field_diff(std::span<const Field> left, std::span<const Field> right) {
  std::vector<FieldDifference> differences;
  const bool is_same_shape =
      left.size() == right.size() &&
      std::equal(left.begin(), left.end(), right.begin(),
                 [](const Field& a, const Field& b) { return a.path == b.path; });
  if (is_same_shape) {
    for (std::size_t i = 0; i < left.size(); ++i) {
      if (left[i].value != right[i].value) {
        differences.push_back({left[i].path, left[i].value, right[i].value});
      }
    }
    return differences;
  }
  // Containers of different lengths: match by path.
  std::map<std::string_view, const Field*> by_path;
  for (const Field& field : right)
    by_path[field.path] = &field;
  for (const Field& field : left) {
    const auto found = by_path.find(field.path);
    if (found == by_path.end()) {
      differences.push_back({field.path, field.value, "-"});
      continue;
    }
    if (found->second->value != field.value) {
      differences.push_back({field.path, field.value, found->second->value});
    }
    by_path.erase(found);
  }
  for (const Field& field : right) {
    if (by_path.contains(field.path)) differences.push_back({field.path, "-", field.value});
  }
  return differences;
}

}  // namespace tutti
