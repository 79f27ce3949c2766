#include "base/report.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

namespace tutti::tool {

using Json = nlohmann::ordered_json;

struct Report::Rows {
  Json object = Json::object();
};

namespace {

std::string label(std::string name) {
  std::replace(name.begin(), name.end(), '_', ' ');
  return name;
}

std::string text_of(const Json& value) {
  if (value.is_string()) {
    // It may come from a file, and must not steer the terminal.
    std::string text = value.get<std::string>();
    std::replace_if(
        text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7F; }, '?');
    return text;
  }
  if (value.is_boolean()) return value.get<bool>() ? "yes" : "no";
  if (value.is_number_float()) {
    char digits[32];
    std::snprintf(digits, sizeof digits, "%.2f", value.get<double>());
    return digits;
  }
  if (value.is_object()) {  // on one line: "hit 12, block 3"
    std::string text;
    for (const auto& [name, item] : value.items())
      text += (text.empty() ? "" : ", ") + label(name) + " " + text_of(item);
    return text.empty() ? "none" : text;
  }
  return value.dump();
}

void print_text(const Json& object, const std::string& indent) {
  std::size_t width = 0;
  for (const auto& [name, value] : object.items()) {
    if (!value.is_array()) width = std::max(width, name.size());
  }
  for (const auto& [name, value] : object.items()) {
    if (!value.is_array()) {
      std::printf("%s%-*s  %s\n", indent.c_str(), static_cast<int>(width), label(name).c_str(),
                  text_of(value).c_str());
      continue;
    }
    std::printf("%s%s:%s\n", indent.c_str(), label(name).c_str(), value.empty() ? " none" : "");
    for (const Json& item : value) {
      if (item.is_object()) {
        print_text(item, indent + "  ");
        if (&item != &value.back()) std::printf("\n");
      } else {
        std::printf("%s  %s\n", indent.c_str(), text_of(item).c_str());
      }
    }
  }
}

}  // namespace

Report::Report() : rows_(std::make_unique<Rows>()) {}
Report::Report(Report&&) noexcept = default;
Report& Report::operator=(Report&&) noexcept = default;
Report::~Report() = default;

void Report::add(std::string_view name, std::string_view value) {
  rows_->object[std::string(name)] = value;
}
void Report::add(std::string_view name, bool value) { rows_->object[std::string(name)] = value; }
void Report::add(std::string_view name, double value) { rows_->object[std::string(name)] = value; }
void Report::add_number(std::string_view name, std::int64_t value) {
  rows_->object[std::string(name)] = value;
}
void Report::add(std::string_view name, Report value) {
  rows_->object[std::string(name)] = std::move(value.rows_->object);
}
void Report::add(std::string_view name, const std::vector<std::string>& values) {
  rows_->object[std::string(name)] = values;
}
void Report::add(std::string_view name, std::vector<Report> values) {
  Json list = Json::array();
  for (Report& value : values)
    list.push_back(std::move(value.rows_->object));
  rows_->object[std::string(name)] = std::move(list);
}

void Report::print(bool as_json) const {
  if (as_json) {
    // Texts may come from a file: what is not UTF-8 is replaced rather than fatal.
    std::printf("%s\n", rows_->object.dump(2, ' ', false, Json::error_handler_t::replace).c_str());
  } else {
    print_text(rows_->object, "");
  }
  std::fflush(stdout);
}

void Report::print_line() const {
  std::printf("%s\n", rows_->object.dump(-1, ' ', false, Json::error_handler_t::replace).c_str());
}

Report counts(const std::map<std::string, std::uint64_t>& counted) {
  Report report;
  for (const auto& [name, count] : counted) {
    if (count > 0) report.add(name, count);
  }
  return report;
}

Progress::Progress(std::string_view what) : what_(what), is_terminal_(::isatty(2) != 0) {}

Progress::~Progress() {
  if (shown_percent_ >= 0) std::fprintf(stderr, "\r\x1b[K");
}

void Progress::show(std::int64_t done, std::int64_t all) {
  if (!is_terminal_ || all <= 0) return;
  const auto percent = static_cast<int>(std::clamp<std::int64_t>(done * 100 / all, 0, 100));
  if (percent == shown_percent_) return;
  shown_percent_ = percent;
  const auto bars = static_cast<std::size_t>(percent * 30 / 100);
  std::fprintf(stderr, "\r%s [%s%s] %3d %%  %lld of %lld", what_.c_str(),
               std::string(bars, '#').c_str(), std::string(30 - bars, '.').c_str(), percent,
               static_cast<long long>(done), static_cast<long long>(all));
  std::fflush(stderr);
}

}  // namespace tutti::tool
