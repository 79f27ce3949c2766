// Folds of the same game in processes whose surroundings differ; none may reach a state.

#include <unistd.h>

#include <cstdio>
#include <filesystem>

#include "check/check.hpp"

namespace tutti::tool {

namespace {

struct Condition {
  const char* check;
  const char* under;
  Surroundings surroundings{};
  const char* causes;
};

constexpr std::size_t environment_junk = 60'000;

std::vector<Condition> conditions() {
  std::vector<Condition> all = {
      {"same again, a second later",
       "later",
       {},
       "a clock, rand(), std::random_device, a process id, an uninitialised variable"},
      {"other bytes in unused memory",
       "poison",
       {.environment = {"GLIBC_TUNABLES=glibc.malloc.perturb=90"}},
       "an uninitialised member, local variable or heap block: give each member an initialiser"},
      {"other order of heap addresses",
       "heap-order",
       {},
       "an order that comes from pointers: std::set<T*>, std::map<T*, U>, sorting by address, a "
       "hash of a pointer"},
      {"fixed addresses",
       "plain",
       {.has_fixed_addresses = true},
       "an address in a state: a pointer as number, a hash of a pointer or of a string_view's "
       "data"},
      {"empty environment",
       "plain",
       {.has_empty_environment = true,
        .environment = {"TUTTI_JUNK=" + std::string(environment_junk, 'x')}},
       "getenv(), a home folder, an address on the stack"},
      {"other locale",
       "locale",
       {.environment = {"LC_ALL=de_DE.UTF-8", "LANG=tr_TR.UTF-8"}},
       "printf, strtod, std::stof, toupper or streams: use std::to_chars and std::from_chars"},
      {"other time zone",
       "plain",
       {.environment = {"TZ=XYZ-13:45"}},
       "localtime(), mktime(): a date in a state"},
      {"other working folder",
       "plain",
       {.folder = "/"},
       "a file that is read by a relative path: rules belong into the program, options into the "
       "setup"},
      {"busy threads", "threads", {}, "a thread, a lock, thread_local, a time limit"},
      {"a second match beside it",
       "beside",
       {},
       "a static or global variable: everything that a step reads or writes belongs into the "
       "state"},
  };
#if defined(__x86_64__) && defined(__GLIBC__)
  all.push_back(
      {"older processor",
       "plain",
       {.environment = {"GLIBC_TUNABLES=glibc.cpu.hwcaps=-AVX2,-FMA,-FMA4"}},
       "a function of libm (sin, cos, pow, exp, ...): glibc picks another variant for each "
       "processor; use tutti::Fixed, or a table, or your own polynomial of + - * /"});
#endif
  return all;
}

std::vector<std::string> arguments_for(const Subject& subject, const std::string& module) {
  std::vector<std::string> words = {"check",
                                    module,
                                    "--lines",
                                    "--seed",
                                    std::to_string(subject.crowd.seed),
                                    "--players",
                                    std::to_string(subject.crowd.players),
                                    "--ticks",
                                    std::to_string(subject.ticks)};
  if (subject.crowd.bots) words.push_back("--bots");
  return words;
}

void append(std::vector<std::string>& words, const std::vector<std::string>& more) {
  words.insert(words.end(), more.begin(), more.end());
}

/// What the fields are where nothing is unusual, beside what they were there.
void compare_fields(Finding& finding, const Subject& subject) {
  Surroundings again{.arguments = arguments_for(subject, subject.module)};
  append(again.arguments, {"--fields-at", std::to_string(finding.tick->value)});
  std::vector<Field> expected;
  for (const FieldDifference& field : started("fields", again).fields)
    expected.push_back({field.path, field.right});
  std::vector<Field> found;
  for (const FieldDifference& field : finding.fields)
    found.push_back({field.path, field.right});
  finding.fields = field_diff(expected, found);
}

Finding compare(const Subject& subject, const Condition& condition, const std::string& module,
                const std::string& reference) {
  Surroundings surroundings = condition.surroundings;
  surroundings.arguments = arguments_for(subject, module);
  append(surroundings.arguments, {"--under", condition.under, "--compare", reference});
  Finding finding = started(condition.check, surroundings);
  if (finding.outcome != Outcome::wrong) return finding;
  if (finding.tick && !finding.fields.empty()) compare_fields(finding, subject);
  if (finding.causes.empty()) finding.causes = condition.causes;
  return finding;
}

}  // namespace

std::size_t count_surroundings(const std::vector<std::string>& builds) {
  return 1 + conditions().size() + builds.size();
}

std::vector<Finding> check_surroundings(const Subject& subject,
                                        const std::vector<std::string>& builds,
                                        const std::function<void()>& begins) {
  std::error_code ignored;
  const std::string reference = (std::filesystem::temp_directory_path(ignored) /
                                 ("tutti-check-" + std::to_string(::getpid()) + ".digests"))
                                    .string();
  Surroundings plain{.arguments = arguments_for(subject, subject.module)};
  append(plain.arguments, {"--digests", reference});
  std::vector<Finding> findings;
  begins();
  Finding first = started("alone in a process", plain);
  if (first.outcome == Outcome::wrong) {
    findings.push_back(std::move(first));
    return findings;
  }
  for (const Condition& condition : conditions()) {
    begins();
    findings.push_back(compare(subject, condition, subject.module, reference));
    // Whoever differs without a reason differs for every reason.
    if (findings.size() == 1 && findings.front().outcome == Outcome::wrong) {
      findings.push_back({.check = "other surroundings",
                          .outcome = Outcome::note,
                          .sentence = "left out: the game differs even where nothing does"});
      break;
    }
  }
  for (const std::string& build : builds) {
    begins();
    const std::string name = "build " + std::filesystem::path(build).filename().string();
    const Condition other{
        name.c_str(),
        "plain",
        {},
        "undefined behaviour (a shift out of range, signed overflow), an uninitialised variable, "
        "floats without -ffp-contract=off or with -ffast-math, libm, the order of hash tables or "
        "of arguments, std:: distributions, or simply other rules"};
    findings.push_back(
        compare(subject, other, std::filesystem::absolute(build, ignored).string(), reference));
  }
  std::remove(reference.c_str());
  return findings;
}

}  // namespace tutti::tool
