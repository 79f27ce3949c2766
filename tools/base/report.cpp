#include "base/report.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "base/json.hpp"
#include "base/print.hpp"
#include "tutti/sim/text.hpp"

namespace tutti::tool {

struct Report::Rows {
  Json object = Json::object();
};

namespace {

std::string label(std::string name) {
  std::replace(name.begin(), name.end(), '_', ' ');
  return name;
}

std::string text_of(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_boolean()) return value.get<bool>() ? "yes" : "no";
  if (value.is_number_float()) return fmt::format("{:.2f}", value.get<double>());
  if (value.is_object()) {  // on one line: "hit 12, block 3"
    std::string text;
    for (const auto& [name, item] : value.items())
      text += fmt::format("{}{} {}", text.empty() ? "" : ", ", label(name), text_of(item));
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
      say("{}{:<{}}  {}", indent, label(name), width, text_of(value));
      continue;
    }
    say("{}{}:{}", indent, label(name), value.empty() ? " none" : "");
    for (const Json& item : value) {
      if (item.is_object()) {
        print_text(item, indent + "  ");
        if (&item != &value.back()) say("");
      } else {
        say("{}  {}", indent, text_of(item));
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
    std::puts(json_text(rows_->object, 2).c_str());
  } else {
    print_text(rows_->object, "");
  }
  std::fflush(stdout);
}

void Report::print_line() const { std::puts(json_text(rows_->object, -1).c_str()); }

Report counts(const std::map<std::string, std::uint64_t>& counted) {
  Report report;
  for (const auto& [name, count] : counted) {
    if (count > 0) report.add(name, count);
  }
  return report;
}

Progress::Progress(std::string_view what)
    : what_(presentable(what)), is_terminal_(::isatty(2) != 0) {}

Progress::~Progress() {
  if (shown_percent_ >= 0) std::fputs("\r\x1b[K", stderr);
}

void Progress::show(std::int64_t done, std::int64_t all) {
  if (!is_terminal_ || all <= 0) return;
  const auto percent = static_cast<int>(std::clamp<std::int64_t>(done * 100 / all, 0, 100));
  if (percent == shown_percent_) return;
  shown_percent_ = percent;
  constexpr int bars_most = 30;
  const int bars = percent * bars_most / 100;
  const std::string line = fmt::format("\r{} [{:#<{}}{:.<{}}] {:>3} %  {} of {}", what_, "", bars,
                                       "", bars_most - bars, percent, done, all);
  std::fputs(line.c_str(), stderr);
  std::fflush(stderr);
}

}  // namespace tutti::tool
