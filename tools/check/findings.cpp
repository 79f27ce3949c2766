// The output of `tutti check`: each finding, and the one that tells most about the cause.

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "base/report.hpp"
#include "check/check.hpp"

namespace tutti::tool {

namespace {

constexpr std::size_t check_fields_shown = 8;

std::int64_t count_wrong(const std::vector<Finding>& findings) {
  return std::count_if(findings.begin(), findings.end(),
                       [](const Finding& finding) { return finding.outcome == Outcome::wrong; });
}

/// The finding that says most about the cause: those come first that only one cause has.
const Finding* most_telling(const std::vector<Finding>& findings) {
  constexpr const char* order[] = {"undefined behaviour",
                                   "numbers",
                                   "digest covers the state",
                                   "same again, a second later",
                                   "another date",
                                   "other bytes in unused memory",
                                   "garbage in unused memory",
                                   "garbage in locals",
                                   "other order of heap addresses",
                                   "fixed addresses",
                                   "other hash tables",
                                   "older processor",
                                   "other locale",
                                   "other time zone",
                                   "other working folder",
                                   "empty environment",
                                   "a second match beside it",
                                   "busy threads",
                                   "a warm process",
                                   "snapshots"};
  for (const char* check : order) {
    for (const Finding& finding : findings) {
      if (finding.check == check && finding.outcome == Outcome::wrong) return &finding;
    }
  }
  for (const Finding& finding : findings) {
    if (finding.outcome == Outcome::wrong) return &finding;
  }
  return nullptr;
}

/// "tick 40, score: ..." and what the module calls, if that is suspicious.
std::string diagnosis(const std::vector<Finding>& findings) {
  const Finding* telling = most_telling(findings);
  if (telling == nullptr) return "";
  std::string text = telling->check;
  if (telling->tick) text += fmt::format(" (tick {})", telling->tick->value);
  if (!telling->causes.empty()) text += ": " + telling->causes;
  for (const Finding& finding : findings) {
    if (finding.check == "what it calls" && finding.outcome == Outcome::note) {
      text += "; and " + finding.sentence;
    }
  }
  return text;
}

/// The checks that could not be made, by name.
std::string left_out(const std::vector<Finding>& findings, bool waived_too) {
  std::string names;
  for (const Finding& finding : findings) {
    if (finding.is_left_out && (waived_too || !finding.is_waived))
      names += (names.empty() ? "" : ", ") + finding.check;
  }
  return names;
}

Report row_of(const Finding& finding) {
  Report row;
  row.add("check", finding.check);
  constexpr const char* outcomes[] = {"good", "note", "wrong"};
  row.add("outcome", outcomes[static_cast<std::size_t>(finding.outcome)]);
  row.add("sentence", finding.sentence);
  if (finding.tick) row.add("tick", finding.tick->value);
  if (!finding.causes.empty()) row.add("look_for", finding.causes);
  if (!finding.fields.empty()) {
    std::vector<Report> fields;
    for (const FieldDifference& field : finding.fields) {
      Report each;
      each.add("field", field.path);
      if (finding.outcome != Outcome::good) each.add("expected", field.left);
      each.add("found", field.right);
      fields.push_back(std::move(each));
    }
    row.add("fields", std::move(fields));
  }
  for (const auto& [name, value] : finding.figures)
    row.add(name, value);
  return row;
}

void print_text(const Finding& finding) {
  constexpr const char* words[] = {"good ", "note ", "WRONG"};
  std::printf("%s  %-30s %s%s\n", words[static_cast<std::size_t>(finding.outcome)],
              finding.check.c_str(),
              finding.tick ? fmt::format("tick {}: ", finding.tick->value).c_str() : "",
              finding.sentence.c_str());
  // A list that was asked for is printed whole, of differences the first ones.
  const bool is_list = finding.outcome == Outcome::good;
  const std::size_t shown =
      is_list ? finding.fields.size() : std::min(finding.fields.size(), check_fields_shown);
  for (std::size_t i = 0; i < shown; ++i) {
    const FieldDifference& field = finding.fields[i];
    std::printf("%38s%s: %s", "", field.path.c_str(), field.right.c_str());
    // A list of digests knows that a tick differs, but no field's expected value.
    if (!is_list && !field.left.empty()) std::printf(", not %s", field.left.c_str());
    std::printf("\n");
  }
  if (shown < finding.fields.size())
    std::printf("%38sand %zu fields more\n", "", finding.fields.size() - shown);
  if (!finding.causes.empty()) std::printf("%38slook for: %s\n", "", finding.causes.c_str());
}

}  // namespace

void print_json(const std::vector<Finding>& findings, const std::string& what, std::uint64_t seed) {
  const auto wrong = count_wrong(findings);
  Report report;
  report.add("what", what);
  report.add("seed", seed);
  report.add("checks_wrong", wrong);
  report.add("checks_left_out", left_out(findings, true));
  if (wrong != 0) report.add("most_likely", diagnosis(findings));
  std::vector<Report> rows;
  for (const Finding& finding : findings)
    rows.push_back(row_of(finding));
  report.add("checks", std::move(rows));
  report.print(true);
}

void print_findings(const std::vector<Finding>& findings) {
  for (const Finding& finding : findings)
    print_text(finding);
  const auto wrong = count_wrong(findings);
  const std::string unknown = left_out(findings, true);
  if (wrong == 0 && unknown.empty()) {
    std::printf("all %zu checks passed: no difference was found\n", findings.size());
  } else if (wrong == 0) {
    const bool is_failure = !left_out(findings, false).empty();
    std::printf("%s not everything was looked for: %s\n",
                is_failure ? "FAILED, since" : "no difference was found, but", unknown.c_str());
  } else {
    std::printf("%d of %zu checks failed; most likely %s\n", static_cast<int>(wrong),
                findings.size(), diagnosis(findings).c_str());
  }
}

}  // namespace tutti::tool
