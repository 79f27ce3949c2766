#pragma once
// The report of a subcommand, printed for people or as JSON from the same rows; and a progress bar.

#include <concepts>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace tutti::tool {

/// Named values in order. Names are snake_case with the unit last: `delay_ms_mean`.
class Report {
 public:
  Report();
  Report(Report&&) noexcept;
  Report& operator=(Report&&) noexcept;
  ~Report();

  void add(std::string_view name, std::string_view value);
  void add(std::string_view name, const char* value) { add(name, std::string_view(value)); }
  void add(std::string_view name, bool value);
  void add(std::string_view name, double value);
  template <std::integral Integer>
  requires(!std::same_as<Integer, bool>) void add(std::string_view name, Integer value) {
    add_number(name, static_cast<std::int64_t>(value));
  }
  void add(std::string_view name, Report value);
  /// A list of texts, and of reports.
  void add(std::string_view name, const std::vector<std::string>& values);
  void add(std::string_view name, std::vector<Report> values);

  /// To stdout: one JSON object, or lines of name and value. JSON is ASCII: other characters of
  /// names and notes are escaped.
  void print(bool as_json) const;
  /// One JSON object on one line.
  void print_line() const;

 private:
  void add_number(std::string_view name, std::int64_t value);
  struct Rows;
  std::unique_ptr<Rows> rows_;
};

/// The counts that are not zero: `hit 12`.
Report counts(const std::map<std::string, std::uint64_t>& counted);

/// A progress bar on stderr; nothing if that is no terminal. Gone when it is destroyed.
class Progress {
 public:
  explicit Progress(std::string_view what);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void show(std::int64_t done, std::int64_t all);

 private:
  std::string what_;
  bool is_terminal_;
  int shown_percent_ = -1;
};

}  // namespace tutti::tool
