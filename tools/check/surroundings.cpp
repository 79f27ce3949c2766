// Folds of the same game in processes whose surroundings differ; none may reach a state.

#include <fmt/format.h>

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
  bool needs_preload = false;
};

constexpr std::size_t environment_junk = 60'000;
/// A module built so that locals that nobody initialises hold garbage lies in this folder beside
/// it.
constexpr const char* garbage_folder = "garbage";
constexpr const char* garbage_check = "garbage in locals";

/// A library that children load first: it gives them another date and other hash tables.
std::string preloaded_library() {
  std::error_code error;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", error);
  const auto folder = program.parent_path().parent_path() / "lib" / "tutti";
  return (folder / "libtutti_surroundings.so").string();
}

constexpr const char* uninitialised =
    "an uninitialised member, local variable or heap block: give each member an initialiser";
constexpr const char* addresses =
    "an address in a state: a pointer as number, a hash of a pointer or of a string_view's data";
constexpr const char* floats_left_alone =
    "floats that are computed where Tutti cannot guard them: in a thread that the module's own "
    "loading starts, or after a step that changes the environment itself";

std::vector<Condition> conditions() {
  std::vector<Condition> all = {
      {"same again, a second later",
       "later",
       {},
       "a clock, rand(), std::random_device, a process id, an address, an uninitialised variable"},
      {"other bytes in unused memory",
       "poison",
       {.environment = {"GLIBC_TUNABLES=glibc.malloc.perturb=90"}},
       uninitialised},
      {"garbage in unused memory",
       "garbage",
       {.environment = {"GLIBC_TUNABLES=glibc.malloc.perturb=211"}},
       uninitialised},
      {"other order of heap addresses",
       "heap-order",
       {},
       "an order that comes from pointers: std::set<T*>, std::map<T*, U>, sorting by address, a "
       "hash of a pointer"},
      {"fixed addresses", "plain", {.has_fixed_addresses = true}, addresses},
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
      {"a warm process",
       "warm",
       {},
       "a cache or a counter outside the state, rand(), or a compiler at run time (JIT) that "
       "compiles a function after some calls and then computes otherwise: switch it off"},
      {"floats flushed to zero", "flush", {}, floats_left_alone},
      {"floats rounded upwards", "upwards", {}, floats_left_alone},
      {"floats rounded downwards", "downwards", {}, floats_left_alone},
      {"floats rounded towards zero", "towards-zero", {}, floats_left_alone},
      {"what loading does", "loading", {}, ""},
  };
#if !defined(__SANITIZE_ADDRESS__) && \
    !defined(__SANITIZE_THREAD__)  // which want to be loaded first
  const std::string preload = "LD_PRELOAD=" + preloaded_library();
  all.push_back({"another date",
                 "plain",
                 {.environment = {preload, "TUTTI_OTHER_DATE=1"}},
                 "a clock or a date: time(), clock_gettime(), std::chrono; count ticks instead",
                 true});
  all.push_back({"other hash tables",
                 "plain",
                 {.environment = {preload, "TUTTI_OTHER_HASH_TABLES=1"}},
                 "a walk over std::unordered_map or std::unordered_set, whose order is another one "
                 "in each standard library: use std::map, std::set or a sorted vector",
                 true});
#endif
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
  if (!subject.options.empty()) {
    words.push_back("--options");
    words.push_back(to_hex(subject.options));
  }
  return words;
}

void append(std::vector<std::string>& words, const std::vector<std::string>& more) {
  words.insert(words.end(), more.begin(), more.end());
}

/// The fields where nothing is unusual, beside their values there.
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
  std::error_code ignored;
  if (condition.needs_preload && !std::filesystem::exists(preloaded_library(), ignored)) {
    return {.check = condition.check,
            .outcome = Outcome::note,
            .sentence = "left out: " + preloaded_library() + " is missing",
            .is_left_out = true};
  }
  Surroundings surroundings = condition.surroundings;
  surroundings.arguments = arguments_for(subject, module);
  append(surroundings.arguments, {"--under", condition.under, "--compare", reference});
  Finding finding = started(condition.check, surroundings);
  if (finding.outcome != Outcome::wrong) return finding;
  if (finding.tick && !finding.fields.empty()) compare_fields(finding, subject);
  if (!finding.causes.empty()) return finding;
  finding.causes = condition.causes;
  if (finding.tick == Tick{}) {
    finding.causes = "start() takes something that is not in its setup: " + finding.causes;
  }
  return finding;
}

/// Whether two processes agree once their addresses do. Writes the reference anew.
bool is_same_at_fixed_addresses(const Subject& subject, const std::string& reference) {
  Surroundings fixed{.has_fixed_addresses = true,
                     .arguments = arguments_for(subject, subject.module)};
  Surroundings again = fixed;
  append(fixed.arguments, {"--digests", reference});
  append(again.arguments, {"--under", "later", "--compare", reference});
  return started("first", fixed).outcome != Outcome::wrong &&
         started("again", again).outcome != Outcome::wrong;
}

/// Another build of the same rules.
Finding compare_build(const Subject& subject, const std::string& build,
                      const std::string& reference) {
  std::error_code ignored;
  const std::string name = "build " + std::filesystem::path(build).filename().string();
  const Condition other{
      name.c_str(),
      "plain",
      {},
      "undefined behaviour (a shift out of range, signed overflow), an uninitialised variable, "
      "floats without -ffp-contract=off or with -ffast-math, libm, the order of hash tables or "
      "of arguments, std:: distributions, or simply other rules"};
  return compare(subject, other, std::filesystem::absolute(build, ignored).string(), reference);
}

/// A compiler's choice for a local that nobody initialises cannot be seen in its output: only a
/// second build can differ. A local that is compared with something may have the right value by
/// chance, so that build is folded with three kinds of garbage.
Finding compare_with_garbage(const Subject& subject, const std::string& twin,
                             const std::string& reference) {
  struct Kind {
    const char* under;
    const char* byte;
  };
  constexpr Kind kinds[] = {{"poison", "254"}, {"garbage", "random"}, {"plain", "0"}};
  Finding finding;
  for (const Kind& kind : kinds) {
    Condition other{garbage_check,
                    kind.under,
                    {.environment = {"GLIBC_TUNABLES=glibc.malloc.perturb=90"}},
                    "an uninitialised local variable, or a member of a local struct: give each an "
                    "initialiser (g++ -Wall names most of them)"};
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
    other.needs_preload = true;
    other.surroundings.environment.push_back("LD_PRELOAD=" + preloaded_library());
    other.surroundings.environment.push_back(std::string("TUTTI_GARBAGE_IN_LOCALS=") + kind.byte);
#endif
    finding = compare(subject, other, twin, reference);
    if (finding.outcome != Outcome::good) break;
  }
  return finding;
}

Finding compare_garbage_build(const Subject& subject, const std::string& reference) {
  const std::filesystem::path module = subject.module;
  const std::filesystem::path twin = module.parent_path() / garbage_folder / module.filename();
  std::error_code ignored;
  if (std::filesystem::is_regular_file(twin, ignored))
    return compare_with_garbage(subject, twin.string(), reference);
  return {.check = garbage_check,
          .outcome = Outcome::note,
          .sentence = "not looked for: there is no file " + twin.string(),
          .causes =
              "an optimiser picks a value for most locals that nobody initialises, and no check of "
              "this module alone can see that another one picks another; build it a second time "
              "into that folder, with -O0 and, on x86-64, -pg -mfentry, elsewhere "
              "-ftrivial-auto-var-init=pattern (CMake: tutti_garbage_twin(target)), or pass "
              "without by --alone",
          .is_left_out = true,
          .is_waived = subject.is_alone};
}

}  // namespace

std::size_t count_surroundings(const std::vector<std::string>& builds) {
  return 2 + conditions().size() + builds.size();
}

std::vector<Finding> check_surroundings(const Subject& subject,
                                        const std::vector<std::string>& builds,
                                        const std::function<void()>& begins) {
  std::error_code ignored;
  const std::string reference = (std::filesystem::temp_directory_path(ignored) /
                                 fmt::format("tutti-check-{}.digests", ::getpid()))
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
    // A game that differs without a reason differs for every reason.
    if (findings.size() == 1 && findings.front().outcome == Outcome::wrong) {
      if (is_same_at_fixed_addresses(subject, reference)) findings.front().causes = addresses;
      findings.push_back({.check = "other surroundings",
                          .outcome = Outcome::note,
                          .sentence = "left out: the game differs even where nothing does"});
      break;
    }
  }
  begins();
  findings.push_back(compare_garbage_build(subject, reference));
  for (const std::string& build : builds) {
    begins();
    findings.push_back(compare_build(subject, build, reference));
  }
  std::remove(reference.c_str());
  return findings;
}

}  // namespace tutti::tool
