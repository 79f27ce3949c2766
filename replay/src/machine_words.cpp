#include "tutti/replay/machine_words.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

#include "tutti/replay/desync.hpp"
#include "tutti/sim/text.hpp"

namespace tutti {

namespace {

constexpr std::string_view floats_word = "floats ";
constexpr std::string_view processor_word = "processor ";
constexpr std::string_view libraries_word = "libraries ";

std::vector<std::string> split(const std::string& text, std::string_view by) {
  std::vector<std::string> parts;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find(by, at), text.size());
    parts.push_back(text.substr(at, end - at));
    at = end + by.size();
  }
  return parts;
}

/// Without what separates the parts of the text.
std::string plain(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](char c) { return c == ';' || c == ','; }, '_');
  return text;
}

}  // namespace

std::string to_text(const MachineWords& words) {
  std::string text = plain(words.build);
  const auto add = [&](std::string_view word, const std::string& part) {
    if (!part.empty()) text.append("; ").append(word).append(plain(part));
  };
  add(floats_word, words.floats);
  add(processor_word, words.processor);
  text = cut_text(text, limits::machine_bytes);
  std::string_view before = "; libraries ";
  for (const auto& [name, id] : words.libraries) {
    const std::string part = std::string(before) + plain(name) + " " + plain(id);
    if (text.size() + part.size() > limits::machine_bytes) break;
    text += part;
    before = ", ";
  }
  return text;
}

MachineWords machine_words(const std::string& text) {
  MachineWords words;
  std::vector<std::string> parts = split(text, "; ");
  words.build = parts.front();
  for (std::size_t i = 1; i < parts.size(); ++i) {
    const std::string& part = parts[i];
    if (part.starts_with(floats_word)) {
      words.floats = part.substr(floats_word.size());
    } else if (part.starts_with(processor_word)) {
      words.processor = part.substr(processor_word.size());
    } else if (part.starts_with(libraries_word)) {
      for (const std::string& library : split(part.substr(libraries_word.size()), ", ")) {
        const std::size_t space = library.rfind(' ');
        if (space != library.npos)
          words.libraries[library.substr(0, space)] = library.substr(space + 1);
      }
    } else {
      words.build += "; " + part;
    }
  }
  return words;
}

}  // namespace tutti
